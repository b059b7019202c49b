/* SPDX-License-Identifier: MIT */
#include "cluster/link.h"

#include "base/alloc.h"

/* After so many writes for others a sender leaves the rest to the loop. */
#define MAX_ROUNDS 8

/* Messages that follow each other so fast are a stream: after some, the loop writes them in large
 * pieces, which costs less in all than a write for each. */
#define STREAM_GAP_NS 20000
#define STREAM_MESSAGES 8

/* In a turn, messages gather up to this. */
#define GATHER_BYTES ((size_t)32 << 10)
/* After so much the writer looks whether something urgent has come. */
#define PIECE_BYTES ((size_t)256 << 10)
/* Replies up to this are urgent. */
#define SHORT_BYTES ((size_t)64 << 10)

/* Links that are not in use are kept by the runtime, since a reply port may outlive its node. */
static void free_link(struct rt_kept *kept)
{
    struct rt_link *link = (struct rt_link *)(void *)kept;
    (void)pthread_cond_destroy(&link->written);
    (void)pthread_mutex_destroy(&link->lock);
    rt_free(link);
}
_Static_assert(offsetof(struct rt_link, kept) == 0, "what is kept is the link");

struct rt_link *rt_link_take(ractor_runtime *runtime)
{
    struct rt_kept *kept = ractor_kept_take(runtime, free_link);
    if (kept != NULL)
        return (struct rt_link *)(void *)kept;
    struct rt_link *link = rt_calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
    link->kept.free = free_link;
    link->incarnation = 1;
    if (pthread_mutex_init(&link->lock, NULL) != 0) {
        rt_free(link);
        return NULL;
    }
    if (pthread_cond_init(&link->written, NULL) != 0) {
        (void)pthread_mutex_destroy(&link->lock);
        rt_free(link);
        return NULL;
    }
    return link;
}

void rt_link_give(ractor_runtime *runtime, struct rt_link *link)
{
    ractor_kept_give(runtime, &link->kept);
}

void rt_link_open(struct rt_link *link, const struct rt_link_options *options)
{
    (void)pthread_mutex_lock(&link->lock);
    link->announced.limit_bytes = options->announced_limit_bytes;
    link->is_open = true;
    link->is_broken = false;
    link->extensions = 0;
    link->framing = options->framing;
    link->writer = RT_WRITER_NONE;
    link->transport = options->transport;
    link->unsent_bytes = 0;
    link->checked_type = NULL;
    link->frame_left = 0;
    link->runtime = options->runtime;
    link->refuses_when_full = options->refuses_when_full;
    link->n_in_stream = 0;
    link->committed_ns = 0;
    link->frame_limit_bytes = options->frame_limit_bytes;
    link->out_limit_bytes = options->out_limit_bytes;
    rt_pair_map_init(&link->calls, options->seed);
    rt_pair_map_init(&link->inbound, options->seed);
    rt_wheel_init(&link->deadlines, ractor_now_ns(options->runtime), options->wheel_shift);
    rt_pair_map_init(&link->remotes, options->seed);
    rt_pair_map_init(&link->names, options->seed);
    link->wake = options->wake;
    link->wake_user = options->wake_user;
    (void)pthread_mutex_unlock(&link->lock);
}

void rt_link_set_framing(struct rt_link *link, enum rt_framing framing)
{
    (void)pthread_mutex_lock(&link->lock);
    link->framing = framing;
    (void)pthread_mutex_unlock(&link->lock);
}

void rt_link_set_extensions(struct rt_link *link, uint64_t extensions)
{
    (void)pthread_mutex_lock(&link->lock);
    link->extensions = extensions;
    (void)pthread_mutex_unlock(&link->lock);
}

uint64_t rt_link_extensions(struct rt_link *link)
{
    (void)pthread_mutex_lock(&link->lock);
    uint64_t extensions = link->extensions;
    (void)pthread_mutex_unlock(&link->lock);
    return extensions;
}

static void free_spare_calls(struct rt_link *link)
{
    while (link->free_calls != NULL) {
        struct rt_pending_call *call = link->free_calls;
        link->free_calls = call->next;
        rt_free(call);
    }
    while (link->free_inbound != NULL) {
        struct rt_inbound_call *call = link->free_inbound;
        link->free_inbound = call->next;
        rt_free(call);
    }
}

static void free_buffers(struct rt_link *link)
{
    for (size_t i = 0; i < RT_LANES; i++) {
        rt_buffer_fini(&link->lanes[i].front);
        rt_buffer_fini(&link->lanes[i].back);
    }
}

void rt_link_trim(struct rt_link *link)
{
    (void)pthread_mutex_lock(&link->lock);
    if (link->writer == RT_WRITER_NONE && link->unsent_bytes == 0)
        free_buffers(link);
    (void)pthread_mutex_unlock(&link->lock);
}

void rt_link_close(struct rt_link *link, struct rt_link_remains *remains)
{
    (void)pthread_mutex_lock(&link->lock);
    link->is_open = false;
    link->incarnation++;
    while (link->writer == RT_WRITER_THREAD)
        (void)pthread_cond_wait(&link->written, &link->lock);
    link->writer = RT_WRITER_NONE;
    link->transport = NULL;
    link->wake = NULL;
    link->wake_user = NULL;
    link->unsent_bytes = 0;
    remains->inbound = link->inbound;
    remains->calls = link->calls;
    remains->remotes = link->remotes;
    rt_pair_map_init(&link->inbound, 0);
    rt_pair_map_init(&link->calls, 0);
    rt_pair_map_init(&link->remotes, 0);
    rt_pair_map_fini(&link->names);
    free_buffers(link);
    free_spare_calls(link);
    rt_link_wake_waiters(link);
    (void)pthread_mutex_unlock(&link->lock);
}

/* ------------------------------------------------------------------ adding a message */

static void break_link(struct rt_link *link)
{
    if (link->is_broken)
        return;
    link->is_broken = true;
    link->wake(link->wake_user);
}

static ractor_status check_room(struct rt_link *link, size_t size, enum rt_link_urgency urgency)
{
    if (size > link->frame_limit_bytes)
        return RACTOR_ELIMIT;
    if (urgency == RT_LINK_BOUNDED &&
        (link->unsent_bytes >= link->out_limit_bytes || link->waiters != NULL))
        return RACTOR_EAGAIN;
    if (urgency == RT_LINK_REPLY && link->unsent_bytes / 2 >= link->out_limit_bytes) {
        break_link(link);
        return RACTOR_ENODE;
    }
    return RACTOR_OK;
}

static enum rt_lane_kind lane_of(enum rt_link_urgency urgency, size_t size)
{
    bool is_short_reply = urgency == RT_LINK_REPLY && size <= SHORT_BYTES;
    return urgency == RT_LINK_URGENT || is_short_reply ? RT_LANE_URGENT : RT_LANE_BULK;
}

/* The link is open and has room. */
static ractor_status make_room(struct rt_link *link, size_t size, uint8_t **at)
{
    size_t overhead = rt_link_overhead(link, size);
    uint8_t *start;
    ractor_status status =
        rt_buffer_reserve(&link->lanes[link->lane].front, overhead + size, &start);
    if (status == RACTOR_OK)
        *at = start + overhead;
    return status;
}

ractor_status rt_link_begin(struct rt_link *link, uint64_t incarnation, size_t size,
                            enum rt_link_urgency urgency, uint8_t **at)
{
    (void)pthread_mutex_lock(&link->lock);
    ractor_status status = RACTOR_ENODE;
    if (link->is_open && !link->is_broken && link->incarnation == incarnation)
        status = check_room(link, size, urgency);
    if (status == RACTOR_OK) {
        link->lane = lane_of(urgency, size);
        status = make_room(link, size, at);
    }
    if (status != RACTOR_OK)
        (void)pthread_mutex_unlock(&link->lock);
    return status;
}

void rt_link_cancel(struct rt_link *link)
{
    (void)pthread_mutex_unlock(&link->lock);
}

/* ------------------------------------------------------------------ writing */

/* Writes `size` bytes of `back`. Without the lock; the caller is the writer. */
static ractor_status write_back(struct rt_link *link, struct rt_buffer *back, size_t size)
{
    ractor_status status = RACTOR_OK;
    while (size != 0 && status == RACTOR_OK) {
        size_t length = 0;
        status =
            link->transport->ops->write(link->transport, back->data + back->start, size, &length);
        if (back == &link->lanes[RT_LANE_BULK].back)
            link->frame_left = rt_frame_skip(link->frame_left, back->data + back->start, length);
        rt_buffer_consume(back, length);
        size -= length;
    }
    return status;
}

static bool is_empty(const struct rt_lane *lane)
{
    return rt_buffer_length(&lane->front) == 0 && rt_buffer_length(&lane->back) == 0;
}

/* What leaves next: a begun frame's rest, the urgent lane, the bulk lane. Locked. */
static struct rt_buffer *next_piece(struct rt_link *link, size_t *size)
{
    bool is_urgent = !is_empty(&link->lanes[RT_LANE_URGENT]);
    bool has_begun = link->frame_left != 0;
    struct rt_lane *lane = &link->lanes[is_urgent && !has_begun ? RT_LANE_URGENT : RT_LANE_BULK];
    if (rt_buffer_length(&lane->back) == 0) {
        struct rt_buffer empty = lane->back;
        lane->back = lane->front;
        lane->front = empty;
    }
    size_t length = rt_buffer_length(&lane->back);
    *size = length < PIECE_BYTES ? length : PIECE_BYTES;
    if (is_urgent && has_begun && link->frame_left < *size)
        *size = link->frame_left;
    return &lane->back;
}

/* One piece. Locked; unlocks meanwhile. */
static ractor_status write_once(struct rt_link *link)
{
    size_t size;
    struct rt_buffer *back = next_piece(link, &size);
    size_t before = rt_buffer_length(back);
    (void)pthread_mutex_unlock(&link->lock);
    ractor_status status = write_back(link, back, size);
    (void)pthread_mutex_lock(&link->lock);
    link->unsent_bytes -= before - rt_buffer_length(back);
    rt_link_wake_waiters(link);
    return status;
}

/* Writes as long as there is something, for at most `rounds`. RACTOR_EAGAIN: something is left. */
static ractor_status write_all(struct rt_link *link, int rounds)
{
    while (link->unsent_bytes != 0) {
        if (rounds-- == 0)
            return RACTOR_EAGAIN;
        ractor_status status = write_once(link);
        if (status != RACTOR_OK)
            return status;
        if (!link->is_open)
            return RACTOR_OK;
    }
    return RACTOR_OK;
}

static void leave_to_loop(struct rt_link *link)
{
    link->writer = RT_WRITER_LOOP;
    link->wake(link->wake_user);
}

static bool is_stream(struct rt_link *link)
{
    uint64_t now = ractor_now_ns(link->runtime);
    link->n_in_stream = now - link->committed_ns < STREAM_GAP_NS ? link->n_in_stream + 1 : 0;
    link->committed_ns = now;
    return link->n_in_stream >= STREAM_MESSAGES;
}

/* From the sender's thread. */
static void write_directly(struct rt_link *link)
{
    link->writer = RT_WRITER_THREAD;
    ractor_status status = write_all(link, MAX_ROUNDS);
    link->writer = RT_WRITER_NONE;
    if (!link->is_open)
        (void)pthread_cond_signal(&link->written);
    else if (status == RACTOR_EAGAIN)
        leave_to_loop(link);
    else if (status != RACTOR_OK)
        break_link(link);
}

/* The end of a turn in which somebody has sent. */
static void flush_turn(void *link_, uint64_t incarnation)
{
    struct rt_link *link = link_;
    (void)pthread_mutex_lock(&link->lock);
    if (link->is_open && !link->is_broken && link->incarnation == incarnation &&
        link->writer == RT_WRITER_NONE && link->unsent_bytes != 0)
        write_directly(link);
    (void)pthread_mutex_unlock(&link->lock);
}

/* There is something to write, and no writer. */
static void find_writer(struct rt_link *link)
{
    if (link->unsent_bytes < GATHER_BYTES &&
        ractor_at_turn_end(flush_turn, link, link->incarnation))
        return;
    if (link->unsent_bytes < GATHER_BYTES && is_stream(link))
        leave_to_loop(link);
    else
        write_directly(link);
}

void rt_link_commit(struct rt_link *link, size_t size)
{
    struct rt_buffer *front = &link->lanes[link->lane].front;
    size_t whole = rt_link_overhead(link, size) + size;
    rt_link_cut(link, size, front->data + front->end);
    rt_buffer_commit(front, whole);
    link->unsent_bytes += whole;
    if (link->writer == RT_WRITER_NONE)
        find_writer(link);
    (void)pthread_mutex_unlock(&link->lock);
}

enum rt_link_progress rt_link_flush(struct rt_link *link)
{
    enum rt_link_progress progress = RT_LINK_IS_IDLE;
    (void)pthread_mutex_lock(&link->lock);
    if (link->is_open && !link->is_broken && link->writer == RT_WRITER_LOOP) {
        ractor_status status = write_all(link, MAX_ROUNDS);
        if (status == RACTOR_OK)
            link->writer = RT_WRITER_NONE;
        else if (status == RACTOR_EAGAIN)
            progress = RT_LINK_IS_BLOCKED;
        else
            link->is_broken = true;
    }
    if (link->is_broken)
        progress = RT_LINK_IS_BROKEN;
    (void)pthread_mutex_unlock(&link->lock);
    return progress;
}

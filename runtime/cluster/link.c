/* SPDX-License-Identifier: MIT */
#include "cluster/link.h"

#include "base/alloc.h"

/* After so many writes for others a sender leaves the rest to the loop. */
#define MAX_ROUNDS 8

/* Messages that follow each other so fast are a stream: after some, the loop writes them in large
 * pieces, which costs less in all than a write for each. */
#define STREAM_GAP_NS 20000
#define STREAM_MESSAGES 8

/* Links that are not in use. They outlive runtimes, since a reply port may outlive its node; their
 * number is that of the most sessions there ever were at once. */
static pthread_mutex_t pool_lock = PTHREAD_MUTEX_INITIALIZER;
static struct rt_link *pool;

struct rt_link *rt_link_take(void)
{
    (void)pthread_mutex_lock(&pool_lock);
    struct rt_link *link = pool;
    if (link != NULL)
        pool = link->next_free;
    (void)pthread_mutex_unlock(&pool_lock);
    if (link != NULL)
        return link;
    link = rt_calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
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

void rt_link_give(struct rt_link *link)
{
    (void)pthread_mutex_lock(&pool_lock);
    link->next_free = pool;
    pool = link;
    (void)pthread_mutex_unlock(&pool_lock);
}

void rt_link_open(struct rt_link *link, const struct rt_link_options *options)
{
    (void)pthread_mutex_lock(&link->lock);
    link->is_open = true;
    link->is_broken = false;
    link->has_call_status = false;
    link->framing = options->framing;
    link->writer = RT_WRITER_NONE;
    link->runtime = options->runtime;
    link->transport = options->transport;
    link->unsent_bytes = 0;
    link->n_in_stream = 0;
    link->committed_ns = 0;
    link->frame_limit_bytes = options->frame_limit_bytes;
    link->out_limit_bytes = options->out_limit_bytes;
    rt_pair_map_init(&link->calls, options->seed);
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

void rt_link_set_call_status(struct rt_link *link, bool has_call_status)
{
    (void)pthread_mutex_lock(&link->lock);
    link->has_call_status = has_call_status;
    (void)pthread_mutex_unlock(&link->lock);
}

static void free_spare_calls(struct rt_link *link)
{
    while (link->free_calls != NULL) {
        struct rt_pending_call *call = link->free_calls;
        link->free_calls = call->next;
        rt_free(call);
    }
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
    remains->calls = link->calls;
    remains->remotes = link->remotes;
    rt_pair_map_init(&link->calls, 0);
    rt_pair_map_init(&link->remotes, 0);
    rt_pair_map_fini(&link->names);
    rt_buffer_fini(&link->front);
    rt_buffer_fini(&link->back);
    free_spare_calls(link);
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
    if (urgency == RT_LINK_BOUNDED && link->unsent_bytes >= link->out_limit_bytes)
        return RACTOR_EAGAIN;
    if (urgency == RT_LINK_REPLY && link->unsent_bytes / 2 >= link->out_limit_bytes) {
        break_link(link);
        return RACTOR_ENODE;
    }
    return RACTOR_OK;
}

ractor_status rt_link_begin(struct rt_link *link, uint64_t incarnation, size_t size,
                            enum rt_link_urgency urgency, uint8_t **at)
{
    (void)pthread_mutex_lock(&link->lock);
    ractor_status status = RACTOR_ENODE;
    if (link->is_open && !link->is_broken && link->incarnation == incarnation)
        status = check_room(link, size, urgency);
    if (status == RACTOR_OK)
        status =
            rt_buffer_reserve(&link->front, rt_frame_head_size(link->framing, size) + size, at);
    if (status != RACTOR_OK) {
        (void)pthread_mutex_unlock(&link->lock);
        return status;
    }
    *at = rt_frame_put_head(link->framing, size, *at);
    return RACTOR_OK;
}

void rt_link_cancel(struct rt_link *link)
{
    (void)pthread_mutex_unlock(&link->lock);
}

/* ------------------------------------------------------------------ writing */

/* Writes all of `back`. Without the lock; the caller is the writer. */
static ractor_status write_back(struct rt_link *link)
{
    struct rt_buffer *back = &link->back;
    while (rt_buffer_length(back) != 0) {
        size_t length = 0;
        ractor_status status = link->transport->ops->write(
            link->transport, back->data + back->start, rt_buffer_length(back), &length);
        if (status != RACTOR_OK)
            return status;
        rt_buffer_consume(back, length);
    }
    return RACTOR_OK;
}

/* One write: what is in `back`, else what has gathered in `front`. Locked; unlocks meanwhile. */
static ractor_status write_once(struct rt_link *link)
{
    if (rt_buffer_length(&link->back) == 0) {
        struct rt_buffer empty = link->back;
        link->back = link->front;
        link->front = empty;
    }
    size_t before = rt_buffer_length(&link->back);
    (void)pthread_mutex_unlock(&link->lock);
    ractor_status status = write_back(link);
    (void)pthread_mutex_lock(&link->lock);
    link->unsent_bytes -= before - rt_buffer_length(&link->back);
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

void rt_link_commit(struct rt_link *link, size_t size)
{
    size_t whole = rt_frame_head_size(link->framing, size) + size;
    rt_buffer_commit(&link->front, whole);
    link->unsent_bytes += whole;
    if (link->writer == RT_WRITER_NONE) {
        if (is_stream(link))
            leave_to_loop(link);
        else
            write_directly(link);
    }
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

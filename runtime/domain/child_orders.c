/* SPDX-License-Identifier: MIT */
#include "actor/call.h"
#include "actor/cell.h"
#include "actor/message.h"
#include "actor/remote.h"
#include "actor/slot.h"
#include "base/alloc.h"
#include "domain/child.h"
#include "domain/self.h"

#include <string.h>

static const ractor_bytes nothing;

/* ------------------------------------------------------------------ start */

static void say_not_started(struct rt_child *child, uint32_t seat, ractor_status why,
                            const char *text)
{
    struct rt_frame frame = {.kind = RT_FRAME_ENDED, .seat = seat, .a = (uint32_t)why, .b = 1};
    ractor_bytes reason = {(const uint8_t *)text, strlen(text)};
    rt_child_say(child, frame, reason);
}

static const ractor_domain_entry *find_entry(const struct rt_child *child, ractor_string name,
                                             size_t *index)
{
    for (*index = 0; *index < child->table->n_entries; (*index)++) {
        const ractor_domain_entry *entry = &child->table->entries[*index];
        if (ractor_string_equal(ractor_string_from(entry->name), name))
            return entry;
    }
    return NULL;
}

static ractor_status decode_args(const ractor_domain_entry *entry, ractor_bytes bytes,
                                 struct ractor_message **args)
{
    if (entry->args != NULL)
        return rt_message_decode(NULL, entry->args, bytes, args);
    if (bytes.length != entry->args_bytes)
        return RACTOR_ETYPE;
    *args = rt_message_new(NULL, bytes.length);
    if (*args == NULL)
        return RACTOR_ENOMEM;
    memcpy((*args)->payload, bytes.data, bytes.length);
    return RACTOR_OK;
}

/* The parent numbers seats from 0 upwards and uses the free ones first. Locked. */
static struct rt_child_seat *make_seat(struct rt_child *child, uint32_t number)
{
    if (number >= child->n_seats) {
        uint32_t n = child->n_seats != 0 ? child->n_seats * 2 : 4;
        if (number >= n)
            return NULL;
        struct rt_child_seat *seats = rt_realloc(child->seats, n * sizeof *seats);
        if (seats == NULL)
            return NULL;
        memset(seats + child->n_seats, 0, (n - child->n_seats) * sizeof *seats);
        child->seats = seats;
        child->n_seats = n;
    }
    return child->seats[number].is_taken ? NULL : &child->seats[number];
}

/* Takes `args` on success. The lock is held until the seat knows its actor: the warden, who may
 * hear of that at once, asks for it. */
static ractor_status seat_actor(struct rt_child *child, uint32_t number, size_t index,
                                struct ractor_message *args)
{
    const ractor_spawn_options options = {.supervisor = child->warden};
    const void *payload = args != NULL ? args->payload : NULL;
    ractor_status status = RACTOR_ENOMEM;
    (void)pthread_mutex_lock(&child->lock);
    struct rt_child_seat *seat = make_seat(child, number);
    if (seat != NULL)
        status = ractor_spawn_instant(child->runtime, &child->classes[index].class, &options,
                                      payload, 0, &seat->ref);
    if (status == RACTOR_OK) {
        seat->is_taken = true;
        seat->args = args;
    }
    (void)pthread_mutex_unlock(&child->lock);
    return status;
}

static bool start(struct rt_child *child, const struct rt_frame *frame, ractor_bytes payload)
{
    if (frame->a > payload.length)
        return false;
    size_t index;
    ractor_string name = {(const char *)payload.data, frame->a};
    ractor_bytes bytes = {payload.data + frame->a, payload.length - frame->a};
    const ractor_domain_entry *entry = find_entry(child, name, &index);
    if (entry == NULL) {
        say_not_started(child, frame->seat, RACTOR_ENOENT, "its program does not know the class");
        return true;
    }
    const ractor_message_type *type = entry->actor_class->messages;
    if ((type != NULL ? type->fingerprint : 0) != frame->number) {
        say_not_started(child, frame->seat, RACTOR_ETYPE, "its program has another schema");
        return true;
    }
    struct ractor_message *args = NULL;
    ractor_status status = frame->b != 0 ? decode_args(entry, bytes, &args) : RACTOR_OK;
    if (status == RACTOR_OK)
        status = seat_actor(child, frame->seat, index, args);
    if (status != RACTOR_OK) {
        ractor_message_drop(args);
        say_not_started(child, frame->seat, status, ractor_strerror(status));
    }
    return true;
}

/* ------------------------------------------------------------------ messages */

/* Behind a message: an answer to a question that nobody asked, with its data behind it. */
struct marker {
    struct rt_answer answer; /* first: what a turn expects of such a message */
    struct rt_child *child;
    uint32_t seat;
};

static void say_done(struct rt_child *child, uint32_t seat, ractor_status status)
{
    const struct rt_frame frame = {.kind = RT_FRAME_DONE, .seat = seat, .a = (uint32_t)status};
    rt_child_say(child, frame, nothing);
}

static ractor_status on_marker(ractor_context *ctx, void *state, ractor_status status,
                               const void *reply, void *user)
{
    const struct marker *marker = user;
    (void)ctx;
    (void)state;
    (void)status;
    (void)reply;
    say_done(marker->child, marker->seat, RACTOR_OK);
    return RACTOR_OK;
}

static struct ractor_message *marker_new(struct rt_child *child, uint32_t seat, ractor_ref actor)
{
    struct ractor_message *message = rt_message_new(NULL, sizeof(struct marker));
    if (message == NULL)
        return NULL;
    struct marker *marker = (void *)message->payload;
    memset(marker, 0, sizeof *marker);
    message->kind = RT_MESSAGE_ANSWER;
    marker->answer.on_reply = on_marker;
    marker->answer.user = marker;
    marker->answer.asker = actor;
    marker->child = child;
    marker->seat = seat;
    return message;
}

static ractor_status say_failed(const struct rt_return_address *to, ractor_status why)
{
    const struct rt_frame frame = {.kind = RT_FRAME_FAIL, .number = to->tag, .a = (uint32_t)why};
    rt_child_say(to->link, frame, nothing);
    return RACTOR_OK;
}

static ractor_status say_reply(const struct rt_return_address *to, const ractor_codec *codec,
                               const void *value)
{
    const struct rt_frame frame = {.kind = RT_FRAME_REPLY, .number = to->tag};
    size_t length = 0;
    if (codec != to->reply)
        return RACTOR_EINVAL;
    ractor_status status = codec->wire_size(value, &length);
    if (status == RACTOR_OK && length > RT_DOMAIN_PAYLOAD_LIMIT)
        status = RACTOR_ELIMIT;
    if (status != RACTOR_OK)
        return status;
    uint8_t *bytes = rt_alloc(length != 0 ? length : 1);
    if (bytes == NULL)
        return RACTOR_ENOMEM;
    (void)codec->write(value, bytes);
    const ractor_bytes payload = {bytes, length};
    rt_child_say(to->link, frame, payload);
    rt_free(bytes);
    return RACTOR_OK;
}

static const struct rt_return_ops return_ops = {.reply = say_reply, .fail = say_failed};

/* The actor may end at any moment; then the warden tells of that, and nothing is to be said here.
 */
static ractor_status deliver(struct rt_child *child, const struct rt_frame *frame, ractor_ref actor,
                             ractor_bytes args)
{
    const ractor_message_type *type = ractor_type_of(actor);
    if (type == NULL)
        return RACTOR_ENOENT;
    if (frame->a >= type->n_variants)
        return RACTOR_EDECODE;
    ractor_string variant = ractor_string_from(type->variants[frame->a].name);
    if (frame->number == 0)
        return ractor_inbound_cast(child->runtime, actor.pid, variant, args);
    struct rt_return_address from = {
        .ops = &return_ops, .link = child, .to = actor.pid, .tag = frame->number};
    ractor_status status =
        ractor_inbound_call(child->runtime, actor.pid, variant, args, frame->b, &from);
    if (status != RACTOR_OK)
        (void)say_failed(&from, status);
    return status;
}

static void handle_message(struct rt_child *child, const struct rt_frame *frame, ractor_ref actor,
                           ractor_bytes args)
{
    struct ractor_message *marker = marker_new(child, frame->seat, actor);
    ractor_status status = marker != NULL ? deliver(child, frame, actor, args) : RACTOR_ENOMEM;
    if (status == RACTOR_OK) {
        rt_deliver(actor, marker);
        return;
    }
    if (marker != NULL)
        rt_message_release(NULL, marker);
    if (status != RACTOR_ENOENT)
        say_done(child, frame->seat, status);
}

/* ------------------------------------------------------------------ all orders */

/* The actor has taken too long. One that waits has no stack on a thread to be shown. */
static void dump(struct rt_child *child, ractor_ref actor)
{
    bool is_waiting = rt_ref_is_alive(actor) &&
                      atomic_load_explicit(&actor.cell->waiting, memory_order_relaxed) != 0;
    if (is_waiting || !rt_crash_provoke(&child->crash, actor.pid))
        rt_self_kill();
}

/* About actors of the parent. */
static bool obey_outward(struct rt_child *child, const struct rt_frame *frame, ractor_bytes payload)
{
    switch (frame->kind) {
    case RT_FRAME_FOUND:
        rt_outward_found(child, frame, payload);
        return true;
    case RT_FRAME_ANSWER:
    case RT_FRAME_NO_ANSWER:
        rt_outward_answer(child, frame, payload);
        return true;
    case RT_FRAME_GONE:
        rt_outward_gone(child, frame->number);
        return true;
    default:
        return false;
    }
}

bool rt_child_obey(struct rt_child *child, const struct rt_frame *frame, ractor_bytes payload)
{
    ractor_ref actor = {NULL, 0};
    if (frame->kind == RT_FRAME_START)
        return start(child, frame, payload);
    if (frame->kind >= RT_FRAME_FOUND)
        return obey_outward(child, frame, payload);
    (void)pthread_mutex_lock(&child->lock);
    if (frame->seat < child->n_seats)
        actor = child->seats[frame->seat].ref; /* none, if it has just ended */
    (void)pthread_mutex_unlock(&child->lock);
    switch (frame->kind) {
    case RT_FRAME_MESSAGE:
        handle_message(child, frame, actor, payload);
        return true;
    case RT_FRAME_STOP:
        ractor_stop(actor, NULL);
        return true;
    case RT_FRAME_KILL:
        ractor_kill(actor);
        return true;
    case RT_FRAME_DUMP:
        dump(child, actor);
        return true;
    default:
        return false;
    }
}

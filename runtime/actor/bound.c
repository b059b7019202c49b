/* SPDX-License-Identifier: MIT */
#include "actor/bound.h"

#include "actor/call.h"
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/deadletter.h"
#include "actor/life.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/trace.h"
#include "base/clock.h"

#include <stddef.h>

/* A sender who waits; on its stack. Whoever wakes it has counted its message in. */
struct rt_room_waiter {
    struct rt_room_waiter *next;
    ractor_port wake;
    uint64_t bytes;
};

/* ------------------------------------------------------------------ bounds of actors */

static uint64_t choose(uint64_t option, uint64_t schema)
{
    if (option == 0)
        option = schema;
    return option == 0 ? RACTOR_MAILBOX_UNBOUNDED : option;
}

ractor_status rt_bound_resolve(const ractor_mailbox_bound *options, const ractor_message_type *type,
                               ractor_mailbox_bound *limits, bool *is_bounded)
{
    if ((unsigned)options->policy > RACTOR_MAILBOX_DROP_NEWEST)
        return RACTOR_EINVAL;
    *limits = *options;
    limits->messages = choose(options->messages, type != NULL ? type->mailbox_messages : 0);
    limits->bytes = choose(options->bytes, type != NULL ? type->mailbox_bytes : 0);
    *is_bounded =
        limits->messages != RACTOR_MAILBOX_UNBOUNDED || limits->bytes != RACTOR_MAILBOX_UNBOUNDED;
    return RACTOR_OK;
}

struct rt_bound *rt_bound_new(ractor_runtime *runtime, const ractor_mailbox_bound *limits)
{
    struct rt_bound *bound = rt_table_take(&runtime->bounds, NULL);
    if (bound == NULL)
        return NULL;
    if (!bound->has_lock) {
        bound->has_lock = pthread_mutex_init(&bound->lock, NULL) == 0;
        if (!bound->has_lock) {
            rt_table_give(&runtime->bounds, NULL, bound);
            return NULL;
        }
    }
    (void)pthread_mutex_lock(&bound->lock);
    bound->limits = *limits;
    (void)pthread_mutex_unlock(&bound->lock);
    return bound;
}

void rt_bound_drop(ractor_runtime *runtime, struct rt_bound *bound)
{
    if (bound != NULL)
        rt_table_give(&runtime->bounds, NULL, bound);
}

void rt_bound_open(struct rt_bound *bound, uint64_t pid)
{
    (void)pthread_mutex_lock(&bound->lock);
    bound->pid = pid;
    bound->n_messages = 0;
    bound->n_bytes = 0;
    bound->first = NULL;
    bound->last = NULL;
    bound->waiters = NULL;
    (void)pthread_mutex_unlock(&bound->lock);
}

void rt_bounds_fini(struct rt_table *bounds)
{
    struct rt_bound *bound;
    for (uint32_t i = 0; (bound = rt_table_at(bounds, i)) != NULL; i++)
        if (bound->has_lock)
            (void)pthread_mutex_destroy(&bound->lock);
    rt_table_fini(bounds);
}

/* ------------------------------------------------------------------ room; under the lock */

static bool has_room(const struct rt_bound *bound, uint64_t bytes)
{
    return bound->n_messages < bound->limits.messages && bytes <= bound->limits.bytes &&
           bound->n_bytes <= bound->limits.bytes - bytes;
}

static void count_in(struct rt_bound *bound, uint64_t bytes)
{
    bound->n_messages++;
    bound->n_bytes += bytes;
}

/* Counts in the messages of those who waited longest, as far as there is room, and wakes them. A
 * slot that is claimed already belongs to one that has given up, or to a killed one. */
static void grant_room(struct rt_bound *bound)
{
    while (bound->waiters != NULL && has_room(bound, bound->waiters->bytes)) {
        struct rt_room_waiter waiter = *bound->waiters;
        bound->waiters = waiter.next;
        if (!rt_slot_claim(waiter.wake.slot, waiter.wake.ticket))
            continue;
        count_in(bound, waiter.bytes);
        rt_slot_finish(waiter.wake.slot, RACTOR_OK);
    }
}

static void count_out(struct rt_bound *bound, uint64_t bytes)
{
    bound->n_messages--;
    bound->n_bytes -= bytes;
    grant_room(bound);
}

static struct ractor_message *unlink_first(struct rt_bound *bound)
{
    struct ractor_message *message = bound->first;
    /* relaxed: the list belongs to the lock. */
    bound->first =
        (struct ractor_message *)atomic_load_explicit(&message->link.next, memory_order_relaxed);
    return message;
}

/* True: the queue was empty. */
static bool append(struct rt_bound *bound, struct ractor_message *message)
{
    bool was_empty = bound->first == NULL;
    atomic_store_explicit(&message->link.next, NULL, memory_order_relaxed);
    if (was_empty)
        bound->first = message;
    else
        atomic_store_explicit(&bound->last->link.next, &message->link, memory_order_relaxed);
    bound->last = message;
    return was_empty;
}

/* ------------------------------------------------------------------ waiting for room */

static void enlist(struct rt_bound *bound, struct rt_room_waiter *waiter)
{
    struct rt_room_waiter **end = &bound->waiters;
    while (*end != NULL)
        end = &(*end)->next;
    *end = waiter;
}

/* Who gives up may have stood before others for whom there is room. */
static void withdraw(struct rt_bound *bound, const struct rt_room_waiter *waiter)
{
    struct rt_room_waiter **link = &bound->waiters;
    while (*link != NULL && *link != waiter)
        link = &(*link)->next;
    if (*link == waiter)
        *link = waiter->next;
    grant_room(bound);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Under the lock, which it gives up meanwhile. RACTOR_OK: the message is counted in. */
static ractor_status wait_for_room(struct rt_bound *bound, ractor_ref to, uint64_t bytes,
                                   uint64_t wait_until_ns)
{
    ractor_runtime *runtime = rt_context_waiting_runtime(to.cell->runtime);
    if (wait_until_ns == RT_NO_WAIT || rt_context_is_within(to) || !rt_context_may_wait())
        return RACTOR_EAGAIN;
    struct ractor_call_slot *slot;
    ractor_status status = rt_slot_take(runtime, RT_SLOT_WAIT, &slot);
    if (status != RACTOR_OK)
        return status;
    if (bound->limits.wait_ms != 0)
        wait_until_ns =
            earlier(wait_until_ns, rt_deadline_ns(&runtime->clock, bound->limits.wait_ms));
    struct rt_room_waiter waiter = {NULL, rt_slot_port(slot), bytes};
    enlist(bound, &waiter);
    (void)pthread_mutex_unlock(&bound->lock);
    status = rt_slot_wait(slot, wait_until_ns);
    (void)pthread_mutex_lock(&bound->lock);
    if (status != RACTOR_OK)
        withdraw(bound, &waiter);
    rt_slot_give(slot);
    if (bound->pid != to.pid)
        return status != RACTOR_OK ? status : RACTOR_ENOENT;
    if (status == RACTOR_OK && ractor_status_of(to) >= RACTOR_ACTOR_DRAINING) {
        count_out(bound, bytes);
        return RACTOR_ESTOPPED;
    }
    return status;
}

/* ------------------------------------------------------------------ sending */

/* Messages that are thrown away, out of the lock. */
static void drop_list(struct ractor_cell *cell, struct ractor_message *first,
                      ractor_dead_reason reason, ractor_status why)
{
    while (first != NULL) {
        struct ractor_message *next =
            (struct ractor_message *)atomic_load_explicit(&first->link.next, memory_order_relaxed);
        rt_note_drop(cell, first, reason);
        rt_message_settle(first, why);
        rt_message_release(rt_pool_here(), first);
        first = next;
    }
}

/* Under the lock. Makes room by taking the oldest messages out; they become a list. */
static struct ractor_message *push_out_oldest(struct rt_bound *bound, uint64_t bytes)
{
    struct ractor_message *dropped = NULL;
    struct ractor_message **end = &dropped;
    struct ractor_message *newest_dropped = NULL;
    while (bound->first != NULL && !has_room(bound, bytes)) {
        struct ractor_message *message = unlink_first(bound);
        bound->n_messages--;
        bound->n_bytes -= message->charged_bytes;
        atomic_store_explicit(&message->link.next, NULL, memory_order_relaxed);
        if (newest_dropped == NULL)
            *end = message;
        else
            atomic_store_explicit(&newest_dropped->link.next, &message->link, memory_order_relaxed);
        newest_dropped = message;
    }
    return dropped;
}

/* How large the message is, header included; RACTOR_EINVAL cannot be, it was copied or decoded. */
static uint32_t measure(const ractor_codec *codec, const struct ractor_message *message)
{
    size_t tail_bytes = 0;
    if (codec->copy_size != NULL && codec->copy_size(message->payload, &tail_bytes) != RACTOR_OK)
        tail_bytes = 0;
    uint64_t bytes = (uint64_t)sizeof *message + codec->size + tail_bytes;
    return bytes < UINT32_MAX ? (uint32_t)bytes : UINT32_MAX;
}

/* What becomes of a message. `dropped` is a list of those that make way. */
struct admission {
    ractor_status status;
    bool is_dropped; /* it becomes a dead letter itself */
    bool is_first;   /* the queue was empty: the owner must be told */
    struct ractor_message *dropped;
};

/* Under the lock. */
static ractor_status find_room(struct rt_bound *bound, ractor_ref to, uint64_t bytes,
                               uint64_t wait_until_ns, struct admission *admission)
{
    if (bound->pid != to.pid)
        return RACTOR_ENOENT;
    if (bytes > bound->limits.bytes)
        return RACTOR_ELIMIT;
    if (bound->waiters == NULL && has_room(bound, bytes)) {
        count_in(bound, bytes);
        return RACTOR_OK;
    }
    switch (bound->limits.policy) {
    case RACTOR_MAILBOX_BLOCK:
        return wait_for_room(bound, to, bytes, wait_until_ns);
    case RACTOR_MAILBOX_DROP_OLDEST:
        admission->dropped = push_out_oldest(bound, bytes);
        count_in(bound, bytes);
        return RACTOR_OK;
    case RACTOR_MAILBOX_DROP_NEWEST:
        admission->is_dropped = true;
        return RACTOR_OK;
    case RACTOR_MAILBOX_REJECT:
    default:
        return RACTOR_EAGAIN;
    }
}

ractor_status rt_bound_deliver(ractor_ref to, const ractor_message_type *type,
                               struct ractor_message *message, uint64_t wait_until_ns)
{
    struct rt_bound *bound = atomic_load_explicit(&to.cell->bound, memory_order_relaxed);
    /* acquire, within: if the cell is still the actor's, what was read is the actor's bound. */
    if (!rt_ref_is_alive(to))
        return RACTOR_ENOENT;
    struct admission admission = {RACTOR_OK, false, false, NULL};
    message->pid = to.pid;
    message->charged_bytes = measure(type->variants[message->tag].args, message);
    rt_show_send(to, message);
    (void)pthread_mutex_lock(&bound->lock);
    admission.status = find_room(bound, to, message->charged_bytes, wait_until_ns, &admission);
    if (admission.status == RACTOR_OK) {
        rt_count_send(to.cell->runtime);
        if (!admission.is_dropped)
            admission.is_first = append(bound, message);
    }
    (void)pthread_mutex_unlock(&bound->lock);
    if (admission.is_first)
        (void)rt_cell_signal_and_wake(to, RT_SIGNAL_INBOX);
    if (admission.is_dropped) {
        atomic_store_explicit(&message->link.next, NULL, memory_order_relaxed);
        admission.dropped = message;
    }
    drop_list(to.cell, admission.dropped, RACTOR_DEAD_FULL, RACTOR_EOVERLOAD);
    return admission.status;
}

/* ------------------------------------------------------------------ the owner */

struct ractor_message *rt_bound_take(struct ractor_cell *cell)
{
    struct rt_bound *bound = atomic_load_explicit(&cell->bound, memory_order_relaxed);
    struct ractor_message *message = NULL;
    (void)pthread_mutex_lock(&bound->lock);
    if (bound->first != NULL) {
        message = unlink_first(bound);
        count_out(bound, message->charged_bytes);
    } else {
        /* Under the lock: whoever makes the queue longer from now on sets it again. */
        (void)atomic_fetch_and_explicit(&cell->signals, ~(uint64_t)RT_SIGNAL_INBOX,
                                        memory_order_acq_rel);
    }
    (void)pthread_mutex_unlock(&bound->lock);
    return message;
}

/* Under the lock. All who wait, as a list through their slots: their memory is gone once they are
 * woken. */
static struct ractor_call_slot *claim_waiters(struct rt_bound *bound)
{
    struct ractor_call_slot *claimed = NULL;
    for (struct rt_room_waiter *waiter = bound->waiters; waiter != NULL; waiter = waiter->next) {
        if (!rt_slot_claim(waiter->wake.slot, waiter->wake.ticket))
            continue;
        waiter->wake.slot->as.wait.next_waiter = claimed;
        claimed = waiter->wake.slot;
    }
    bound->waiters = NULL;
    return claimed;
}

void rt_bound_close(struct ractor_cell *cell)
{
    struct rt_bound *bound = atomic_load_explicit(&cell->bound, memory_order_relaxed);
    (void)pthread_mutex_lock(&bound->lock);
    bound->pid = 0;
    struct ractor_message *first = bound->first;
    bound->first = NULL;
    struct ractor_call_slot *waiters = claim_waiters(bound);
    (void)pthread_mutex_unlock(&bound->lock);
    drop_list(cell, first, rt_dead_reason_of(cell), RACTOR_ENOENT);
    while (waiters != NULL) {
        struct ractor_call_slot *next = waiters->as.wait.next_waiter;
        rt_slot_finish(waiters, RACTOR_ENOENT);
        waiters = next;
    }
    rt_table_give(&cell->runtime->bounds, NULL, bound);
}

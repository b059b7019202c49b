/* SPDX-License-Identifier: MIT */
#include "actor/output/subscription.h"

#include "actor/call.h"
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/span.h"
#include "base/alloc.h"
#include "base/clock.h"

#include <ractor/actor.h>

struct ractor_output_sink {
    struct rt_subscription *subscription;
    ractor_status status; /* the first thing that went wrong */
};

ractor_status rt_subscription_new(ractor_ref subscriber, const ractor_subscription_options *options,
                                  struct rt_subscription **subscription)
{
    struct rt_subscription *made = rt_calloc(1, sizeof *made);
    if (made == NULL)
        return RACTOR_ENOMEM;
    if (pthread_mutex_init(&made->lock, NULL) != 0) {
        rt_free(made);
        return RACTOR_ENOMEM;
    }
    made->subscriber = subscriber;
    made->options = *options;
    atomic_init(&made->n_refs, 1);
    *subscription = made;
    return RACTOR_OK;
}

void rt_subscription_hold(struct rt_subscription *subscription)
{
    /* relaxed: the caller has it by a reference of its own */
    (void)atomic_fetch_add_explicit(&subscription->n_refs, 1, memory_order_relaxed);
}

void rt_subscription_drop(struct rt_subscription *subscription)
{
    /* acq_rel: the last one sees what all others have done with it. */
    if (atomic_fetch_sub_explicit(&subscription->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    if (subscription->options.release != NULL)
        subscription->options.release(subscription->options.user);
    (void)pthread_mutex_destroy(&subscription->lock);
    rt_free(subscription);
}

/* ------------------------------------------------------------------ room */

/* Under the lock: wakes one publisher. A slot that is claimed already belongs to one that has given
 * up, or to a killed one. */
static void wake_one(struct rt_subscription *subscription)
{
    while (subscription->waiters != NULL) {
        ractor_port wake = subscription->waiters->wake;
        subscription->waiters = subscription->waiters->next;
        if (!rt_slot_claim(wake.slot, wake.ticket))
            continue;
        rt_slot_finish(wake.slot, RACTOR_OK);
        return;
    }
}

/* A message is not on its way any more: handled, or its actor has ended. */
static ractor_status on_settled(const struct rt_return_address *from, ractor_status why)
{
    struct rt_subscription *subscription = from->link;
    (void)why;
    (void)pthread_mutex_lock(&subscription->lock);
    subscription->n_in_flight--;
    wake_one(subscription);
    (void)pthread_mutex_unlock(&subscription->lock);
    rt_subscription_drop(subscription);
    return RACTOR_OK;
}

static ractor_status on_reply(const struct rt_return_address *from, const ractor_codec *codec,
                              const void *value)
{
    (void)codec;
    (void)value;
    return on_settled(from, RACTOR_OK);
}

static const struct rt_return_ops settled_ops = {.reply = on_reply, .fail = on_settled};

/* Oldest first, so that publishers go on in the order in which they came. */
static void enlist(struct rt_subscription *subscription, struct rt_output_waiter *waiter)
{
    struct rt_output_waiter **end = &subscription->waiters;
    while (*end != NULL)
        end = &(*end)->next;
    waiter->next = NULL;
    *end = waiter;
}

static void withdraw(struct rt_subscription *subscription, const struct rt_output_waiter *waiter)
{
    for (struct rt_output_waiter **w = &subscription->waiters; *w != NULL; w = &(*w)->next) {
        if (*w != waiter)
            continue;
        *w = waiter->next;
        return;
    }
}

/* Under the lock, which it gives up while it waits: until there is room, or for no longer. */
static ractor_status wait_for_room(struct rt_subscription *subscription)
{
    const ractor_subscription_options *options = &subscription->options;
    ractor_runtime *runtime = rt_context_waiting_runtime(subscription->subscriber.cell->runtime);
    uint64_t deadline_ns = rt_deadline_ns(
        &runtime->clock, options->wait_ms != 0 ? options->wait_ms : RACTOR_TIMEOUT_NONE);
    ractor_status status = RACTOR_OK;
    while (status == RACTOR_OK && subscription->n_in_flight >= options->limit) {
        struct ractor_call_slot *slot;
        status = rt_slot_take(runtime, RT_SLOT_WAIT, &slot);
        if (status != RACTOR_OK)
            return status;
        struct rt_output_waiter waiter = {NULL, rt_slot_port(slot)};
        enlist(subscription, &waiter);
        (void)pthread_mutex_unlock(&subscription->lock);
        status = rt_slot_wait(slot, deadline_ns);
        (void)pthread_mutex_lock(&subscription->lock);
        withdraw(subscription, &waiter);
        rt_slot_give(slot);
    }
    return status;
}

/* Under the lock. What to do about a full subscriber: RACTOR_OK to deliver all the same. */
static ractor_status find_room(struct rt_subscription *subscription)
{
    switch (subscription->options.overflow) {
    case RACTOR_OVERFLOW_KEEP:
        return RACTOR_OK;
    case RACTOR_OVERFLOW_WAIT:
        return rt_context_is_within(subscription->subscriber) ? RACTOR_OK
                                                              : wait_for_room(subscription);
    case RACTOR_OVERFLOW_END:
        atomic_store_explicit(&subscription->is_over, true, memory_order_relaxed);
        return RACTOR_EAGAIN;
    case RACTOR_OVERFLOW_DROP:
    default:
        return RACTOR_EAGAIN;
    }
}

/* Counts a message in, or says why it is lost. */
static ractor_status reserve(struct rt_subscription *subscription)
{
    const ractor_subscription_options *options = &subscription->options;
    ractor_status status = RACTOR_OK;
    (void)pthread_mutex_lock(&subscription->lock);
    bool is_full = subscription->n_in_flight >= options->limit;
    if (is_full)
        status = find_room(subscription);
    /* With KEEP told once per crossing: the next ones are beyond the limit already. */
    bool is_kept = is_full && status == RACTOR_OK && options->overflow == RACTOR_OVERFLOW_KEEP;
    bool is_told = status != RACTOR_OK || (is_kept && subscription->n_in_flight == options->limit);
    if (status == RACTOR_OK)
        subscription->n_in_flight++;
    else
        subscription->n_lost++;
    uint64_t n_lost = subscription->n_lost;
    (void)pthread_mutex_unlock(&subscription->lock);
    if (is_told && options->on_lag != NULL)
        options->on_lag(options->user, subscription->subscriber, n_lost);
    return status;
}

/* ------------------------------------------------------------------ sending */

/* A port that tells the subscription when its message is settled; it keeps it alive. */
static bool make_port(struct rt_subscription *subscription, ractor_port *port)
{
    struct ractor_call_slot *slot;
    if (rt_slot_take(subscription->subscriber.cell->runtime, RT_SLOT_RETURN, &slot) != RACTOR_OK)
        return false;
    slot->as.from = (struct rt_return_address){.ops = &settled_ops, .link = subscription};
    rt_subscription_hold(subscription);
    *port = rt_slot_port(slot);
    return true;
}

static ractor_status send_counted(struct rt_subscription *subscription, uint32_t tag,
                                  const void *args)
{
    const ractor_message_type *type = subscription->options.type;
    struct ractor_message *message = NULL;
    ractor_status status = rt_check_variant(type, tag, args, false);
    if (status == RACTOR_OK)
        rt_as_whole(subscription->subscriber, &type, &tag);
    if (status == RACTOR_OK)
        status = rt_check_target(subscription->subscriber, type);
    if (status == RACTOR_OK)
        status = reserve(subscription);
    if (status != RACTOR_OK)
        return status;
    status = rt_message_copy_sent(subscription->subscriber.cell->runtime, type->variants[tag].args,
                                  args, &message);
    if (status == RACTOR_OK && !make_port(subscription, &message->port)) {
        rt_message_release(rt_pool_here(), message);
        status = RACTOR_ENOMEM;
    }
    if (status != RACTOR_OK) {
        rt_subscription_hold(subscription);
        struct rt_return_address undone = {.link = subscription};
        (void)on_settled(&undone, status);
        return status;
    }
    message->tag = tag;
    rt_deliver(subscription->subscriber, message);
    return RACTOR_OK;
}

void ractor_output_emit(ractor_output_sink *sink, uint32_t tag, const void *args)
{
    struct rt_subscription *subscription = sink->subscription;
    bool is_counted =
        subscription->options.limit != 0 && !ractor_is_remote(subscription->subscriber);
    ractor_status status =
        is_counted ? send_counted(subscription, tag, args)
                   : ractor_send(subscription->subscriber, subscription->options.type, tag, args);
    if (status == RACTOR_ENOENT || status == RACTOR_ESTOPPED || status == RACTOR_ENODE) {
        atomic_store_explicit(&subscription->is_over, true, memory_order_relaxed);
        return; /* its end is no error of the publisher's */
    }
    if (status == RACTOR_EAGAIN || status == RACTOR_ETIMEOUT)
        return; /* lost to a full subscriber, as was asked */
    if (sink->status == RACTOR_OK)
        sink->status = status;
}

ractor_status rt_subscription_publish(struct rt_subscription *subscription, const void *value)
{
    const ractor_subscription_options *options = &subscription->options;
    struct ractor_output_sink sink = {subscription, RACTOR_OK};
    if (options->convert != NULL)
        options->convert(options->user, value, &sink);
    else
        ractor_output_emit(&sink, options->tag, value);
    return sink.status;
}

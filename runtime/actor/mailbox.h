/* SPDX-License-Identifier: MIT */
/*
 * An actor's queue of messages: many producers, one consumer, one atomic exchange per push.
 *
 *      tail                                   head
 *        v                                      v
 *     [last read] -> [message] -> [message] -> [newest]
 *
 * The consumer always keeps the node that it read last; the node behind it is the next to read. So
 * the queue is never without a node, and a message's memory is free again when the next one is
 * read. A new queue holds the `anchor` instead.
 *
 * Bit 0 of `head` means *idle*: the queue is empty, and nobody is about to run its owner. The push
 * that finds it set clears it by the same exchange, and has to schedule the actor. That bit is the
 * only place that says whether an actor is scheduled; whoever holds the actor (a worker in its
 * turn, a run queue, a spawner) holds it because the bit was cleared in his name.
 *
 * (The linked list is D. Vyukov's; the idle bit within it is as in Pony's runtime.)
 */
#ifndef RACTOR_ACTOR_MAILBOX_H
#define RACTOR_ACTOR_MAILBOX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt_link {
    _Atomic(struct rt_link *) next;
};

#define RT_MAILBOX_IDLE ((uintptr_t)1)

/* The producers' end and the consumer's end sit in different cache lines of the cell. */
struct rt_mailbox_head {
    _Atomic(uintptr_t) newest;
};

struct rt_mailbox_tail {
    struct rt_link *last_read;
    struct rt_link anchor;
};

/* Empty and idle. */
static inline void rt_mailbox_init(struct rt_mailbox_head *head, struct rt_mailbox_tail *tail)
{
    atomic_init(&tail->anchor.next, NULL);
    tail->last_read = &tail->anchor;
    atomic_init(&head->newest, (uintptr_t)&tail->anchor | RT_MAILBOX_IDLE);
}

/* Any thread. True: the actor was idle, and the caller must schedule it. */
static inline bool rt_mailbox_push(struct rt_mailbox_head *head, struct rt_link *link)
{
    /* relaxed: published by the exchange. */
    atomic_store_explicit(&link->next, NULL, memory_order_relaxed);
    /* acq_rel: release publishes the message to whoever exchanges next, acquire gets the node
     * before it. seq_cst is not needed: only rt_mailbox_wake competes with a flag. */
    uintptr_t previous =
        atomic_exchange_explicit(&head->newest, (uintptr_t)link, memory_order_acq_rel);
    struct rt_link *before = (struct rt_link *)(previous & ~RT_MAILBOX_IDLE);
    /* release: pairs with the acquire in rt_mailbox_pop; publishes the message. */
    atomic_store_explicit(&before->next, link, memory_order_release);
    return (previous & RT_MAILBOX_IDLE) != 0;
}

/*
 * The consumer. The next message, NULL when there is none or its producer is between its two steps.
 * `*retired` receives the node that was kept until now, which the caller may free unless it is the
 * anchor. The node that is returned stays in the queue.
 */
static inline struct rt_link *rt_mailbox_pop(struct rt_mailbox_tail *tail, struct rt_link **retired)
{
    struct rt_link *last_read = tail->last_read;
    /* acquire: pairs with the release in rt_mailbox_push. */
    struct rt_link *next = atomic_load_explicit(&last_read->next, memory_order_acquire);
    if (next == NULL)
        return NULL;
    *retired = last_read;
    tail->last_read = next;
    return next;
}

/* The consumer. True: the queue was empty and is idle now; the actor is not the caller's any more.
 * seq_cst: after it the caller looks at the actor's signals, whose senders look here afterwards. */
static inline bool rt_mailbox_try_idle(struct rt_mailbox_head *head, struct rt_mailbox_tail *tail)
{
    uintptr_t expected = (uintptr_t)tail->last_read;
    return atomic_compare_exchange_strong_explicit(&head->newest, &expected,
                                                   expected | RT_MAILBOX_IDLE, memory_order_seq_cst,
                                                   memory_order_relaxed);
}

/* The consumer. Whether nothing was pushed behind the node that was read last, not even half. */
static inline bool rt_mailbox_is_empty(struct rt_mailbox_head *head, struct rt_mailbox_tail *tail)
{
    return atomic_load_explicit(&head->newest, memory_order_acquire) == (uintptr_t)tail->last_read;
}

/* Any thread. True: the actor was idle, is the caller's now, and must be scheduled. seq_cst: the
 * caller has set a signal before; see rt_mailbox_try_idle. */
static inline bool rt_mailbox_wake(struct rt_mailbox_head *head)
{
    uintptr_t newest = atomic_load_explicit(&head->newest, memory_order_seq_cst);
    while ((newest & RT_MAILBOX_IDLE) != 0) {
        if (atomic_compare_exchange_weak_explicit(&head->newest, &newest, newest & ~RT_MAILBOX_IDLE,
                                                  memory_order_seq_cst, memory_order_seq_cst))
            return true;
    }
    return false;
}

#endif

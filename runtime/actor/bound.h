/* SPDX-License-Identifier: MIT */
/*
 * Bounded mailboxes. What is sent to a bounded actor waits in a queue of its own, under a lock:
 *
 *      senders --lock--> [first] -> [ ] -> [last]      n_messages, n_bytes: queued or granted
 *                           |
 *                        the owner
 *      waiters: [oldest] -> [ ]                        BLOCK: who waits for room
 *
 * The sender that finds the queue empty signals RT_SIGNAL_INBOX, as an event's sender does; the
 * owner, who finds it empty under the lock, takes the signal back. So a queue that is not empty has
 * its signal, or a sender who is about to set it. The mailbox of cell.h carries on for what is not
 * bounded, and an actor without a bound has nothing to do with any of this.
 *
 * Room that comes free is granted to the waiter that came first, in its name: nobody overtakes it.
 *
 * Bounds are type-stable, like cells: a sender who comes too late finds another pid, or none.
 */
#ifndef RACTOR_ACTOR_BOUND_H
#define RACTOR_ACTOR_BOUND_H

#include "base/table.h"

#include <ractor/mailbox.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct ractor_cell;
struct rt_room_waiter;

/* rt_bound_deliver: the sender must not wait. */
#define RT_NO_WAIT UINT64_C(0)

struct rt_bound {
    struct rt_record record; /* the table's */
    bool has_lock;           /* from the first use on */

    pthread_mutex_t lock;
    /* under lock */
    uint64_t pid; /* whose it is; 0: nobody's */
    ractor_mailbox_bound limits;
    uint64_t n_messages;
    uint64_t n_bytes;
    struct ractor_message *first;
    struct ractor_message *last;
    struct rt_room_waiter *waiters; /* oldest first */
};

/* What an actor that takes `type` is bounded to, with the schema's word where the options have
 * none. False: not at all. RACTOR_EINVAL: no such policy. */
ractor_status rt_bound_resolve(const ractor_mailbox_bound *options, const ractor_message_type *type,
                               ractor_mailbox_bound *limits, bool *is_bounded);

/* A bound for an actor to be. NULL: no memory. */
struct rt_bound *rt_bound_new(ractor_runtime *runtime, const ractor_mailbox_bound *limits);

/* Gives back a bound whose actor has never been. NULL is ignored. */
void rt_bound_drop(ractor_runtime *runtime, struct rt_bound *bound);

/* From now on the bound is this actor's; before its pid is published. */
void rt_bound_open(struct rt_bound *bound, uint64_t pid);

/*
 * Delivers a message to a bounded actor, or not. Takes the message on RACTOR_OK; on an error the
 * message and its port are the caller's. Waits no longer than `wait_until_ns`.
 */
ractor_status rt_bound_deliver(ractor_ref to, const ractor_message_type *type,
                               struct ractor_message *message, uint64_t wait_until_ns);

/* The owner. The next message, to be released by the caller; NULL: there is none. */
struct ractor_message *rt_bound_take(struct ractor_cell *cell);

/* The owner; the pid is 0 already. Throws away what is queued, wakes who waits, frees the bound. */
void rt_bound_close(struct ractor_cell *cell);

/* The runtime is ending. */
void rt_bounds_fini(struct rt_table *bounds);

#endif

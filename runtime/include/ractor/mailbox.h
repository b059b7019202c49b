/* SPDX-License-Identifier: MIT */
/**
 * @file mailbox.h
 * How much may wait for an actor, and what happens to a message that would be one too many. Without
 * a bound a mailbox takes what it is sent. Bounded are messages of `ractor_send()`, the calls of
 * call.h, output ports without a limit of their own, and other nodes; not bounded are stops, kills,
 * supervision events, timers, answers to `ractor_ask()`, and jobs of a factory, which has a queue
 * with bounds.
 *
 * @code
 * ractor_spawn_options options = {
 *     .mailbox = {.messages = 1000, .policy = RACTOR_MAILBOX_BLOCK, .wait_ms = 50}};
 * status = demo_counter_spawn(runtime, &counter_class, &options, NULL, &counter);
 * ...
 * status = demo_counter_send_add(counter, 1, note);   // waits while 1000 messages do
 * if (status == RACTOR_ETIMEOUT)
 *     shed_load();
 * @endcode
 */
#ifndef RACTOR_MAILBOX_H
#define RACTOR_MAILBOX_H

#include <ractor/export.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/** What happens to a message for which there is no room. */
typedef enum ractor_mailbox_policy {
    RACTOR_MAILBOX_REJECT,      /**< the sender gets RACTOR_EAGAIN, a call RACTOR_EOVERLOAD */
    RACTOR_MAILBOX_BLOCK,       /**< the sender waits for room, in the order of coming: a handler is
                                     suspended, a plain thread blocks. RACTOR_ETIMEOUT after `wait_ms`
                                     (a call: RACTOR_EOVERLOAD, also when its own time is up),
                                     RACTOR_ECANCELED when the sender is killed, RACTOR_ENOENT when
                                     the actor ends. Who cannot wait is rejected: the actor itself,
                                     `ractor_ask()`, `ractor_call_and_forward()`, timers' threads,
                                     other nodes */
    RACTOR_MAILBOX_DROP_OLDEST, /**< the messages that have waited longest make room; they become
                                     dead letters, calls in them end with RACTOR_EOVERLOAD */
    RACTOR_MAILBOX_DROP_NEWEST  /**< the message becomes a dead letter, and the sender hears
                                     RACTOR_OK; a call ends with RACTOR_EOVERLOAD */
} ractor_mailbox_policy;

/** No bound, whatever the schema says. */
#define RACTOR_MAILBOX_UNBOUNDED UINT64_MAX

/** A mailbox's bounds. All zero: those of the schema's `[mailbox(…)]`, if any, with REJECT. */
typedef struct ractor_mailbox_bound {
    uint64_t messages; /**< that may wait; 0: as the schema says; RACTOR_MAILBOX_UNBOUNDED: any */
    uint64_t bytes;    /**< of memory that they may take, headers included; 0 and
                            RACTOR_MAILBOX_UNBOUNDED as above. A message that is larger than that by
                            itself is refused with RACTOR_ELIMIT */
    ractor_mailbox_policy policy; /**< what happens beyond that */
    uint32_t wait_ms;             /**< with BLOCK: the longest wait in milliseconds; 0: for ever */
} ractor_mailbox_bound;

RACTOR_END_DECLS

#endif

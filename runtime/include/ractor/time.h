/* SPDX-License-Identifier: MIT */
/**
 * @file time.h
 * Things that happen later: a message after a while or again and again, an actor's end after a
 * while. Each can be canceled. A timer never fires early, and about a millisecond late at most
 * while the machine keeps up; a period is kept without drift. When its actor has ended, a timer
 * ends by itself. Programs use the typed stubs that rcgen emits (`demo_counter_send_add_after()`).
 *
 * @code
 * ractor_timer timer;
 * demo_counter_add tick = {.amount = 1};
 * status = ractor_send_interval(counter.any, &demo_counter_type, DEMO_COUNTER_ADD, &tick, 1000,
 *                               &timer);
 * ...
 * (void)ractor_timer_cancel(runtime, timer);
 * @endcode
 */
#ifndef RACTOR_TIME_H
#define RACTOR_TIME_H

#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** Names a timer for its cancellation. A plain value; never used twice within a runtime. */
typedef struct ractor_timer {
    uint64_t id; /**< 0: no timer */
} ractor_timer;

/**
 * Sends a message after `delay_ms` milliseconds. The message is copied now.
 * @param to the actor, local or remote.
 * @param type the message enum.
 * @param tag the variant, which must not be an rpc.
 * @param args borrows: the variant's struct; NULL for a variant without fields.
 * @param delay_ms milliseconds; 0: as soon as possible.
 * @param timer receives the timer; NULL: it will not be canceled.
 * @return RACTOR_OK; errors as `ractor_send()`. Any thread.
 */
RACTOR_API ractor_status ractor_send_after(ractor_ref to, const ractor_message_type *type,
                                           uint32_t tag, const void *args, uint32_t delay_ms,
                                           ractor_timer *timer);

/**
 * Sends a message every `period_ms` milliseconds, the first after one period, until canceled or the
 * actor has ended. Periods that were missed (the process was stopped, say) are skipped.
 * @param period_ms milliseconds, not 0.
 * Otherwise as `ractor_send_after()`.
 */
RACTOR_API ractor_status ractor_send_interval(ractor_ref to, const ractor_message_type *type,
                                              uint32_t tag, const void *args, uint32_t period_ms,
                                              ractor_timer *timer);

/** `ractor_stop()` without a reason after `delay_ms` milliseconds. RACTOR_ENOENT, RACTOR_ENOMEM. */
RACTOR_API ractor_status ractor_exit_after(ractor_ref actor, uint32_t delay_ms,
                                           ractor_timer *timer);

/** `ractor_kill()` after `delay_ms` milliseconds. RACTOR_ENOENT, RACTOR_ENOMEM. */
RACTOR_API ractor_status ractor_kill_after(ractor_ref actor, uint32_t delay_ms,
                                           ractor_timer *timer);

/**
 * Cancels a timer.
 * @return true: it will not fire any more (a message that it has sent may still be on its way).
 *         false: it had fired, was canceled, or its actor has ended. Any thread.
 */
RACTOR_API bool ractor_timer_cancel(ractor_runtime *runtime, ractor_timer timer);

RACTOR_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Calls that a handler makes while it has a call to answer: they are part of it. They wait no
 * longer than the first caller does, and when that one has given up (its time was up, it was
 * killed, its node is gone), they end with RACTOR_ECANCELED. A handler that takes its port out of
 * the message is on its own.
 */
#ifndef RACTOR_ACTOR_WITHIN_H
#define RACTOR_ACTOR_WITHIN_H

#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <stdint.h>

struct ractor_cell;

/* The ticket of the call that the caller's hook has to answer; 0: none. */
uint64_t rt_within_ticket(void);

/*
 * Cuts a deadline to that of the call in hand, and `*timeout_ms` to what is left until then.
 * RACTOR_ECANCELED, RACTOR_ETIMEOUT: nobody waits for that call any more.
 */
ractor_status rt_within_limit(uint64_t *deadline_ns, uint32_t *timeout_ms);

/* The caller's hook is about to wait for what is part of the call in hand; and has waited. */
void rt_within_enter(uint64_t ticket);
void rt_within_leave(void);

/* The call that the hook is about to wait for a part of has been given up. */
bool rt_within_is_over(ractor_runtime *runtime, struct ractor_cell *cell);

#endif

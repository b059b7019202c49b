/* SPDX-License-Identifier: MIT */
/*
 * Guests: threads that are no workers of a runtime, while they are in one of its functions that may
 * wait. Stopping the runtime ends what they wait for, and then waits until the last one has left:
 * so none of them touches what is gone.
 */
#ifndef RACTOR_ACTOR_GUESTS_H
#define RACTOR_ACTOR_GUESTS_H

#include "base/parker.h"

#include <ractor/runtime.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_guests {
    _Atomic uint32_t word; /* bit 0: closed, nobody enters any more; above it: how many are in */
    struct rt_parker gone; /* woken by the last one, when it is closed */
};

bool rt_guests_init(ractor_runtime *runtime);
void rt_guests_fini(ractor_runtime *runtime);

/* False: the runtime is stopping. Workers of the runtime always may, and are not counted. */
bool rt_guest_enter(ractor_runtime *runtime);

/* After it the caller must not touch the runtime. */
void rt_guest_leave(ractor_runtime *runtime);

/* Nobody enters any more, and what those who are in did before they entered is visible. True: there
 * are some, and `gone` will be woken. Once. */
bool rt_guests_close(ractor_runtime *runtime);

#endif

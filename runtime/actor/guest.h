/* SPDX-License-Identifier: MIT */
/*
 * What a simulation runs beside its actors, on its thread and in its time: the loop of a node, a
 * network. On a runtime that is not simulated these things have threads of their own.
 *
 * As in remote.h, the functions are exported for libractor-cluster and are no part of the public
 * interface.
 */
#ifndef RACTOR_ACTOR_GUEST_H
#define RACTOR_ACTOR_GUEST_H

#include "base/pool.h"

#include <ractor/export.h>
#include <ractor/runtime.h>

#include <stdbool.h>
#include <stdint.h>

/* Part of what runs; the functions are its owner's, the rest is the simulation's. */
struct rt_guest {
    /* Does one thing that can be done at this moment, as a carrier's thread would. False: there is
     * none. May leave. */
    bool (*step)(struct rt_guest *guest);
    /* When there will be something to do if nothing else happens before; RT_NEVER: no such time. */
    uint64_t (*next_ns)(struct rt_guest *guest);
    ractor_runtime *runtime;
    struct rt_pool pool;
    struct rt_guest *next;
};

/* Whether the runtime is part of a simulation. */
RACTOR_API bool ractor_guest_is_wanted(const ractor_runtime *runtime);

/* From now on the simulation runs it, until it leaves, which is before the runtime is stopped. */
RACTOR_API void ractor_guest_enter(ractor_runtime *runtime, struct rt_guest *guest);
RACTOR_API void ractor_guest_leave(struct rt_guest *guest);

/* Lets something happen in the simulation: a step of anybody, or else time passes. False: nothing
 * will ever happen again. The simulation's thread, outside of all hooks and steps. */
RACTOR_API bool ractor_guest_let_run(ractor_runtime *runtime);

#endif

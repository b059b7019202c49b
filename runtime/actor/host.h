/* SPDX-License-Identifier: MIT */
/*
 * Runtimes without threads: the host's thread runs the one worker's loop and the timers whenever it
 * polls, and a blocking call on it does the same until the call is over.
 *
 * Between polls the worker *rests*: it is in the scheduler's list of idle workers, and whoever
 * wakes it rings the bell, which the host's event loop listens to.
 */
#ifndef RACTOR_ACTOR_HOST_H
#define RACTOR_ACTOR_HOST_H

#include "base/bell.h"
#include "base/clock.h"
#include "base/parker.h"
#include "base/random.h"

#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_thread;

/* What a simulation has instead of the system. */
struct rt_world {
    struct rt_clock clock;
    struct rt_random random;
    /* One of `n` ways to go on: 0 ... n - 1. */
    uint64_t (*choose)(void *user, uint64_t n);
    /* Before a turn: how many messages in a row its actor may handle. */
    uint32_t (*begin_turn)(void *user);
    /* Whether a message is lost on its way. */
    bool (*loses)(void *user, ractor_ref to, const ractor_message_type *type, uint32_t tag);
    /* One step of anything in the world. False: nothing can run now. */
    bool (*step)(void *user);
    /* Nothing can run: lets time pass, at most until `until_ns`. False: there is no end to wait
     * for. */
    bool (*sleep)(void *user, uint64_t until_ns);
    void *user;
};

struct rt_host {
    /* read-mostly */
    bool is_on;
    _Atomic(const struct rt_thread *) thread; /* the host's */
    const struct rt_world *world;             /* NULL: the real one */
    struct rt_bell bell;
};

/* The runtime is polled: its only worker is there and has a stack. The caller is the host. */
void rt_host_start(ractor_runtime *runtime);

/* Whether the caller is the host's thread, outside of all hooks. */
bool rt_host_is_here(const ractor_runtime *runtime);

/* Runs turns, at most `budget`; gives their number. Zero: nothing can run now. The host. */
uint32_t rt_host_drive(ractor_runtime *runtime, uint32_t budget);

/* When the next timer should be looked at; RT_NEVER: there is none. The host. */
uint64_t rt_host_next_ns(ractor_runtime *runtime);

/* As rt_parker_wait, running the runtime meanwhile. The host. */
bool rt_host_wait(ractor_runtime *runtime, struct rt_parker *parker, uint64_t deadline_ns);

#endif

/* SPDX-License-Identifier: MIT */
/* Deadlines that belong to no worker: of questions asked (ractor_ask) and of timers (time.h). One
 * wheel and one thread for the runtime. Waits in hooks have their worker's wheel instead, which
 * needs no lock. */
#ifndef RACTOR_ACTOR_TIMERS_H
#define RACTOR_ACTOR_TIMERS_H

#include "base/clock.h"
#include "base/wheel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_deadline;

/* What happens at a deadline. */
struct rt_deadline_ops {
    /* Under the timers' lock, the deadline being out of the wheel: whether it is still wanted.
     * After true, nobody else may free it before `fire`. */
    bool (*claim)(struct rt_deadline *deadline);
    /* Without the lock. */
    void (*fire)(struct rt_deadline *deadline);
};

/* Part of what waits. */
struct rt_deadline {
    struct rt_timer timer; /* first */
    const struct rt_deadline_ops *ops;
};

struct rt_timers {
    const struct rt_clock *clock;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock;
    /* under lock */
    pthread_cond_t changed;
    struct rt_wheel wheel;
    uint64_t wakes_at_ns; /* when the thread looks by itself */
    bool is_ending;
};

/* Starts the thread. The clock, which must be the one that the system wakes by, outlives it. */
bool rt_timers_start(struct rt_timers *timers, const struct rt_clock *clock);
void rt_timers_stop(struct rt_timers *timers);

/* Any thread. */
void rt_timers_add(struct rt_timers *timers, struct rt_deadline *deadline, uint64_t at_ns);

/* When it returns, the deadline is out of the wheel; it may have been claimed. Any thread. */
void rt_timers_remove(struct rt_timers *timers, struct rt_deadline *deadline);

/* The same, for who has the lock for reasons of his own. */
void rt_timers_add_locked(struct rt_timers *timers, struct rt_deadline *deadline, uint64_t at_ns);

#endif

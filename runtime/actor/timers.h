/* SPDX-License-Identifier: MIT */
/* Deadlines that belong to no worker: of questions asked (ractor_ask) and of timers (time.h). One
 * wheel and one thread for the runtime. Waits in hooks have their worker's wheel instead, which
 * needs no lock. */
#ifndef RACTOR_ACTOR_TIMERS_H
#define RACTOR_ACTOR_TIMERS_H

#include "base/bell.h"
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
    struct rt_bell *bell; /* of the host that has the thread's part; NULL: there is a thread */
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock;
    /* under lock */
    pthread_cond_t changed;
    struct rt_wheel wheel;
    uint64_t wakes_at_ns; /* when the thread looks by itself */
    bool is_ending;
};

/* Starts the thread, unless `bell` is that of a host. The clock outlives it, and is the one that
 * the system wakes by if there is a thread. */
bool rt_timers_start(struct rt_timers *timers, const struct rt_clock *clock, unsigned wheel_shift,
                     struct rt_bell *bell);
void rt_timers_stop(struct rt_timers *timers);

/* Lets what is due happen; sets the bell aside meanwhile. The host. */
void rt_timers_expire(struct rt_timers *timers);

/* Sets the bell to the first deadline, at the latest to `limit_ns`; a nearer deadline that comes
 * rings it. The host. */
void rt_timers_lend(struct rt_timers *timers, struct rt_bell *bell, uint64_t limit_ns);

/* When the wheel should be looked at next; RT_NEVER when it is empty. Any thread. */
uint64_t rt_timers_next(struct rt_timers *timers);

/* Any thread. */
void rt_timers_add(struct rt_timers *timers, struct rt_deadline *deadline, uint64_t at_ns);

/* When it returns, the deadline is out of the wheel; it may have been claimed. Any thread. */
void rt_timers_remove(struct rt_timers *timers, struct rt_deadline *deadline);

/* The same, for who has the lock for reasons of his own. */
void rt_timers_add_locked(struct rt_timers *timers, struct rt_deadline *deadline, uint64_t at_ns);

#endif

/* SPDX-License-Identifier: MIT */
/* A place where one thread sleeps until another wakes it or a deadline has passed. */
#ifndef RACTOR_BASE_PARKER_H
#define RACTOR_BASE_PARKER_H

#include "base/bell.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* A condition whose deadlines are of the monotonic clock. False: no room in the system. */
bool rt_condition_init(pthread_cond_t *condition);

struct rt_parker {
    pthread_mutex_t lock;
    /* under lock */
    bool is_woken;
    pthread_cond_t changed;
    struct rt_bell *bell; /* the sleeper listens to this instead; NULL: it does not */
};

/* Returns false when the system has no room for it. */
bool rt_parker_init(struct rt_parker *parker);
void rt_parker_fini(struct rt_parker *parker);

/* Sleeps until rt_parker_wake, which may have come before, or the deadline (RT_NEVER: none).
 * Returns true and consumes the wake-up, or false at the deadline. */
bool rt_parker_wait(struct rt_parker *parker, uint64_t deadline_ns);

/* Consumes the wake-up, if there was one; never sleeps. */
bool rt_parker_try(struct rt_parker *parker);

/* Whether there was a wake-up, which stays. */
bool rt_parker_is_woken(struct rt_parker *parker);

/* Wakes the sleeper, or the next one to come. Any thread. */
void rt_parker_wake(struct rt_parker *parker);

#endif

/* SPDX-License-Identifier: MIT */
/* Deadlines of questions asked (ractor_ask): one wheel and one thread for the runtime. Waits in
 * hooks have their worker's wheel instead, which needs no lock. */
#ifndef RACTOR_ACTOR_TIMERS_H
#define RACTOR_ACTOR_TIMERS_H

#include "base/wheel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct ractor_call_slot;

struct rt_timers {
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock;
    /* under lock */
    pthread_cond_t changed;
    struct rt_wheel wheel;
    uint64_t wakes_at_ns; /* when the thread looks by itself */
    bool is_ending;
};

/* Starts the thread. */
bool rt_timers_start(struct rt_timers *timers);
void rt_timers_stop(struct rt_timers *timers);

/* At the slot's deadline it is claimed and ended with RACTOR_ETIMEOUT. Any thread. */
void rt_timers_add(struct rt_timers *timers, struct ractor_call_slot *slot);

/* When it returns, the slot's timer is out of the wheel. Any thread. */
void rt_timers_remove(struct rt_timers *timers, struct ractor_call_slot *slot);

#endif

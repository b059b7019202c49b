/* SPDX-License-Identifier: MIT */
#include "base/parker.h"

#include "base/clock.h"

#include <errno.h>
#include <time.h>

bool rt_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool is_ready = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
                    pthread_cond_init(condition, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    return is_ready;
}

bool rt_parker_init(struct rt_parker *parker)
{
    parker->is_woken = false;
    parker->bell = NULL;
    if (!rt_condition_init(&parker->changed))
        return false;
    if (pthread_mutex_init(&parker->lock, NULL) == 0)
        return true;
    (void)pthread_cond_destroy(&parker->changed);
    return false;
}

void rt_parker_fini(struct rt_parker *parker)
{
    (void)pthread_cond_destroy(&parker->changed);
    (void)pthread_mutex_destroy(&parker->lock);
}

bool rt_parker_wait(struct rt_parker *parker, uint64_t deadline_ns)
{
    struct timespec deadline = rt_timespec(deadline_ns);
    (void)pthread_mutex_lock(&parker->lock);
    int result = 0;
    while (!parker->is_woken && result != ETIMEDOUT) {
        if (deadline_ns == RT_NEVER)
            result = pthread_cond_wait(&parker->changed, &parker->lock);
        else
            result = pthread_cond_timedwait(&parker->changed, &parker->lock, &deadline);
    }
    bool was_woken = parker->is_woken;
    parker->is_woken = false;
    (void)pthread_mutex_unlock(&parker->lock);
    return was_woken;
}

bool rt_parker_try(struct rt_parker *parker)
{
    (void)pthread_mutex_lock(&parker->lock);
    bool was_woken = parker->is_woken;
    parker->is_woken = false;
    (void)pthread_mutex_unlock(&parker->lock);
    return was_woken;
}

bool rt_parker_is_woken(struct rt_parker *parker)
{
    (void)pthread_mutex_lock(&parker->lock);
    bool is_woken = parker->is_woken;
    (void)pthread_mutex_unlock(&parker->lock);
    return is_woken;
}

void rt_parker_wake(struct rt_parker *parker)
{
    (void)pthread_mutex_lock(&parker->lock);
    parker->is_woken = true;
    (void)pthread_cond_signal(&parker->changed);
    if (parker->bell != NULL)
        rt_bell_ring(parker->bell); /* under the lock: who has seen the flag may free the bell */
    (void)pthread_mutex_unlock(&parker->lock);
}

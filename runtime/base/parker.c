/* SPDX-License-Identifier: MIT */
#include "base/parker.h"

#include "base/clock.h"

#include <errno.h>
#include <time.h>

bool rt_parker_init(struct rt_parker *parker)
{
    pthread_condattr_t attributes;
    parker->is_woken = false;
    parker->bell = NULL;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool is_monotonic = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0;
    bool has_cond = is_monotonic && pthread_cond_init(&parker->changed, &attributes) == 0;
    (void)pthread_condattr_destroy(&attributes);
    if (!has_cond)
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

static struct timespec to_timespec(uint64_t ns)
{
    struct timespec time = {.tv_sec = (time_t)(ns / UINT64_C(1000000000)),
                            .tv_nsec = (long)(ns % UINT64_C(1000000000))};
    return time;
}

bool rt_parker_wait(struct rt_parker *parker, uint64_t deadline_ns)
{
    struct timespec deadline = to_timespec(deadline_ns);
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

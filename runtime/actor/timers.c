/* SPDX-License-Identifier: MIT */
#include "actor/timers.h"

#include "actor/worker.h"
#include "base/clock.h"

#include <string.h>
#include <time.h>

/* Under the lock. Sleeps until something is due, a nearer deadline comes, or the end. */
static void sleep_until_due(struct rt_timers *timers)
{
    timers->wakes_at_ns = rt_wheel_next_ns(&timers->wheel);
    if (timers->wakes_at_ns == RT_NEVER) {
        (void)pthread_cond_wait(&timers->changed, &timers->lock);
        return;
    }
    struct timespec deadline = rt_timespec(timers->wakes_at_ns);
    (void)pthread_cond_timedwait(&timers->changed, &timers->lock, &deadline);
}

/* Under the lock, which is left while a deadline's consequences happen. */
static void expire(struct rt_timers *timers)
{
    struct rt_timer *timer;
    while ((timer = rt_wheel_expire(&timers->wheel, rt_now_ns(timers->clock))) != NULL) {
        struct rt_deadline *deadline = (struct rt_deadline *)timer;
        if (!deadline->ops->claim(deadline))
            continue;
        (void)pthread_mutex_unlock(&timers->lock);
        deadline->ops->fire(deadline);
        (void)pthread_mutex_lock(&timers->lock);
    }
}

static void *timer_main(void *argument)
{
    struct rt_timers *timers = argument;
    rt_thread.is_carrier = true;
    (void)pthread_mutex_lock(&timers->lock);
    while (!timers->is_ending) {
        expire(timers);
        if (!timers->is_ending)
            sleep_until_due(timers);
    }
    (void)pthread_mutex_unlock(&timers->lock);
    return NULL;
}

static bool start_thread(struct rt_timers *timers)
{
    if (timers->bell != NULL)
        return true;
    timers->has_thread = pthread_create(&timers->thread, NULL, timer_main, timers) == 0;
    return timers->has_thread;
}

bool rt_timers_start(struct rt_timers *timers, const struct rt_clock *clock, unsigned wheel_shift,
                     struct rt_bell *bell)
{
    memset(timers, 0, sizeof *timers);
    timers->clock = clock;
    timers->bell = bell;
    rt_wheel_init(&timers->wheel, rt_now_ns(clock), wheel_shift);
    if (!rt_condition_init(&timers->changed))
        return false;
    if (pthread_mutex_init(&timers->lock, NULL) == 0) {
        if (start_thread(timers))
            return true;
        (void)pthread_mutex_destroy(&timers->lock);
    }
    (void)pthread_cond_destroy(&timers->changed);
    return false;
}

void rt_timers_stop(struct rt_timers *timers)
{
    (void)pthread_mutex_lock(&timers->lock);
    timers->is_ending = true;
    (void)pthread_cond_signal(&timers->changed);
    (void)pthread_mutex_unlock(&timers->lock);
    if (timers->has_thread)
        (void)pthread_join(timers->thread, NULL);
    (void)pthread_mutex_destroy(&timers->lock);
    (void)pthread_cond_destroy(&timers->changed);
}

void rt_timers_add_locked(struct rt_timers *timers, struct rt_deadline *deadline, uint64_t at_ns)
{
    rt_wheel_add(&timers->wheel, &deadline->timer, at_ns);
    if (at_ns >= timers->wakes_at_ns)
        return;
    if (timers->bell != NULL)
        rt_bell_ring(timers->bell);
    else
        (void)pthread_cond_signal(&timers->changed);
}

void rt_timers_expire(struct rt_timers *timers)
{
    (void)pthread_mutex_lock(&timers->lock);
    timers->wakes_at_ns = 0; /* the host looks by itself before it rests */
    expire(timers);
    (void)pthread_mutex_unlock(&timers->lock);
}

void rt_timers_lend(struct rt_timers *timers, struct rt_bell *bell, uint64_t limit_ns)
{
    (void)pthread_mutex_lock(&timers->lock);
    timers->wakes_at_ns = rt_wheel_next_ns(&timers->wheel);
    rt_bell_set(bell, timers->wakes_at_ns < limit_ns ? timers->wakes_at_ns : limit_ns);
    (void)pthread_mutex_unlock(&timers->lock);
}

uint64_t rt_timers_next(struct rt_timers *timers)
{
    (void)pthread_mutex_lock(&timers->lock);
    uint64_t next_ns = rt_wheel_next_ns(&timers->wheel);
    (void)pthread_mutex_unlock(&timers->lock);
    return next_ns;
}

void rt_timers_add(struct rt_timers *timers, struct rt_deadline *deadline, uint64_t at_ns)
{
    (void)pthread_mutex_lock(&timers->lock);
    rt_timers_add_locked(timers, deadline, at_ns);
    (void)pthread_mutex_unlock(&timers->lock);
}

void rt_timers_remove(struct rt_timers *timers, struct rt_deadline *deadline)
{
    (void)pthread_mutex_lock(&timers->lock);
    rt_wheel_remove(&timers->wheel, &deadline->timer);
    (void)pthread_mutex_unlock(&timers->lock);
}

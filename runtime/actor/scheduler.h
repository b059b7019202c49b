/* SPDX-License-Identifier: MIT */
/*
 * Where ready actors wait for a worker, and where workers wait for actors.
 *
 * A worker looks, in this order, at its `next` place, its ring, the shared queue, other rings. The
 * actor woken last goes to `next`, since its message is still in the cache. Others cannot see that
 * a worker is stuck in a long hook while something waits in `next`: therefore one idle worker, the
 * sentry, looks once a millisecond whether a worker has made no turn since, and takes its `next`.
 *
 * Waking: whoever makes work visible to all wakes one idle worker, unless one is searching already;
 * a searcher that finds something wakes the next. So at most one worker wakes at a time, and none
 * is missing where work is left.
 */
#ifndef RACTOR_ACTOR_SCHEDULER_H
#define RACTOR_ACTOR_SCHEDULER_H

#include <ractor/runtime.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct ractor_cell;
struct rt_worker;

struct rt_scheduler {
    _Atomic uint32_t n_searching;
    _Atomic uint32_t n_idle;
    _Atomic uint32_t has_sentry;
    _Atomic uint32_t n_injected; /* length of the shared queue */
    _Atomic bool is_ending;      /* workers leave when they find nothing */

    pthread_mutex_t lock;
    /* under lock */
    struct rt_worker *idle;
    struct ractor_cell *injected_first;
    struct ractor_cell *injected_last;
};

bool rt_scheduler_init(struct rt_scheduler *scheduler);
void rt_scheduler_fini(struct rt_scheduler *scheduler);

/* The caller owns the actor and gives it to a worker, or to its own thread. Any thread. */
void rt_schedule(struct ractor_cell *cell);

/* As rt_schedule, behind all others: for an actor that has used up its turn. On a worker,
 * or on the actor's own thread (NULL). */
void rt_schedule_last(struct rt_worker *worker, struct ractor_cell *cell);

/* An actor to run; blocks until there is one. NULL: a wait has ended, a timer is due, or the
 * scheduler is ending; the caller looks at these and calls again. */
struct ractor_cell *rt_scheduler_next(struct rt_worker *worker);

/* ---- a worker that a host drives ---- */

/* An actor to run, or NULL; never blocks. */
struct ractor_cell *rt_scheduler_try_next(struct rt_worker *worker);

/* From now on whoever has work for the worker wakes it; until it rises. */
void rt_scheduler_rest(struct rt_worker *worker);
void rt_scheduler_rise(struct rt_worker *worker);

/* Whether there is anything that it must not sleep through. */
bool rt_scheduler_has_work(struct rt_worker *worker);

/* The worker goes on with a fiber instead of looking for actors. */
void rt_scheduler_stop_searching(struct rt_worker *worker);

/* Lets all workers leave. */
void rt_scheduler_end(ractor_runtime *runtime);

#endif

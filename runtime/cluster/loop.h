/* SPDX-License-Identifier: MIT */
/*
 * A node's I/O thread: a libuv loop, a queue of tasks by which other threads reach it, and timers
 * in the runtime's time. All handles of a node live on it.
 *
 * In a simulation there is neither thread nor libuv: tasks and timers run as a guest of it, and
 * descriptors cannot be polled.
 */
#ifndef RACTOR_CLUSTER_LOOP_H
#define RACTOR_CLUSTER_LOOP_H

#include "actor/guest.h"
#include "base/patience.h"
#include "base/wheel.h"

#include <ractor/runtime.h>
#include <ractor/status.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/* Something to be run by the loop; part of what it is about. Zero is ready for use. */
struct rt_task {
    void (*run)(struct rt_task *task);
    struct rt_task *next;
    bool is_queued; /* under the loop's lock */
};

/* A timer of the loop's; part of what it is about. */
struct rt_loop_timer {
    struct rt_timer timer; /* first */
    struct rt_loop *loop;
    void (*run)(struct rt_loop_timer *timer);
    void (*closed)(struct rt_loop_timer *timer);
    void *data; /* whatever its owner likes */
    struct rt_task close_task;
};

struct rt_loop {
    /* not in a simulation */
    uv_loop_t uv;
    uv_async_t async;
    uv_timer_t clock;  /* set to the first timer */
    uint64_t clock_ns; /* when it goes off; RT_NEVER: it is not set */
    pthread_t thread;
    struct rt_patience patience; /* its thread's */
    uint64_t n_events;           /* what it has seen, but for timers; its thread */
    /* in a simulation */
    struct rt_guest guest;
    bool has_ended;

    bool is_simulated;
    ractor_runtime *runtime; /* whose messages it carries */
    struct rt_wheel timers;

    pthread_mutex_t lock;
    /* under lock */
    struct rt_task *first, *last;
};

/* Prepares the loop; handles may be added. RACTOR_ENOMEM, RACTOR_EIO. */
ractor_status rt_loop_init(struct rt_loop *loop, ractor_runtime *runtime);

/* Starts the thread. RACTOR_ENOMEM. */
ractor_status rt_loop_start(struct rt_loop *loop);

/* Has the loop run the task soon, in the order of posting; nothing when it is queued already. Any
 * thread, until the loop is told to end. */
void rt_loop_post(struct rt_loop *loop, struct rt_task *task);

/* To be called by what the loop calls for a descriptor: there was something to do. */
static inline void rt_loop_saw_event(struct rt_loop *loop)
{
    loop->n_events++;
}

/* Whether the task still waits to be run, so that what it is part of must live. The loop. */
bool rt_loop_has(struct rt_loop *loop, const struct rt_task *task);

/* ---- timers: the loop, or before its start ---- */

/* Milliseconds; never goes back. */
uint64_t rt_loop_now_ms(const struct rt_loop *loop);

/* Prepares a timer. */
void rt_loop_timer_init(struct rt_loop *loop, struct rt_loop_timer *timer, void *data);

/* Has `run` called in `delay_ms` milliseconds; what was set before is forgotten. */
void rt_loop_timer_start(struct rt_loop_timer *timer, void (*run)(struct rt_loop_timer *timer),
                         uint64_t delay_ms);

/* Whether it is set. */
bool rt_loop_timer_is_set(const struct rt_loop_timer *timer);

/* It goes off no more; `closed` is called soon, by when nothing of it is in use. NULL: at once. */
void rt_loop_timer_close(struct rt_loop_timer *timer, void (*closed)(struct rt_loop_timer *timer));

/* ---- the end ---- */

/* The thread ends when all handles are closed. On the loop, or before its start. */
void rt_loop_end(struct rt_loop *loop);

/* Waits for the thread (`is_started`), or closes what is left of a loop that had none. */
void rt_loop_fini(struct rt_loop *loop, bool is_started);

#endif

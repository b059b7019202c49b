/* SPDX-License-Identifier: MIT */
/*
 * A node's I/O thread: a libuv loop, and a queue of tasks by which other threads reach it. All
 * handles of a node live on it.
 */
#ifndef RACTOR_CLUSTER_LOOP_H
#define RACTOR_CLUSTER_LOOP_H

#include <ractor/runtime.h>
#include <ractor/status.h>

#include <pthread.h>
#include <stdbool.h>
#include <uv.h>

/* Something to be run by the loop; part of what it is about. Zero is ready for use. */
struct rt_task {
    void (*run)(struct rt_task *task);
    struct rt_task *next;
    bool is_queued; /* under the loop's lock */
};

struct rt_loop {
    uv_loop_t uv;
    uv_async_t async;
    pthread_t thread;
    ractor_runtime *runtime; /* whose messages it carries */

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

/* Whether the task still waits to be run, so that what it is part of must live. The loop. */
bool rt_loop_has(struct rt_loop *loop, const struct rt_task *task);

/* The thread ends when all handles are closed. On the loop, or before its start. */
void rt_loop_end(struct rt_loop *loop);

/* Waits for the thread (`is_started`), or closes what is left of a loop that had none. */
void rt_loop_fini(struct rt_loop *loop, bool is_started);

#endif

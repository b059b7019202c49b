/* SPDX-License-Identifier: MIT */
#include "cluster/loop.h"

#include "actor/remote.h"
#include "base/pool.h"

#include <signal.h>

static struct rt_task *take_all(struct rt_loop *loop)
{
    (void)pthread_mutex_lock(&loop->lock);
    struct rt_task *first = loop->first;
    loop->first = NULL;
    loop->last = NULL;
    (void)pthread_mutex_unlock(&loop->lock);
    return first;
}

static struct rt_task *release(struct rt_loop *loop, struct rt_task *task)
{
    (void)pthread_mutex_lock(&loop->lock);
    struct rt_task *next = task->next;
    task->next = NULL;
    task->is_queued = false;
    (void)pthread_mutex_unlock(&loop->lock);
    return next;
}

/* Runs what was there at the start; what tasks post goes after the next look at the sockets. */
static void on_async(uv_async_t *async)
{
    struct rt_loop *loop = async->data;
    struct rt_task *task = take_all(loop);
    while (task != NULL) {
        struct rt_task *next = release(loop, task);
        task->run(task);
        task = next;
    }
}

ractor_status rt_loop_init(struct rt_loop *loop, ractor_runtime *runtime)
{
    loop->runtime = runtime;
    loop->first = NULL;
    loop->last = NULL;
    if (pthread_mutex_init(&loop->lock, NULL) != 0)
        return RACTOR_ENOMEM;
    if (uv_loop_init(&loop->uv) != 0) {
        (void)pthread_mutex_destroy(&loop->lock);
        return RACTOR_EIO;
    }
    if (uv_async_init(&loop->uv, &loop->async, on_async) != 0) {
        (void)uv_loop_close(&loop->uv);
        (void)pthread_mutex_destroy(&loop->lock);
        return RACTOR_EIO;
    }
    loop->async.data = loop;
    return RACTOR_OK;
}

static void *run(void *loop_)
{
    struct rt_loop *loop = loop_;
    struct rt_pool pool;
    ractor_carrier_enter(loop->runtime, &pool);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    ractor_carrier_leave(&pool);
    return NULL;
}

ractor_status rt_loop_start(struct rt_loop *loop)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    /* Signals are the program's: none is handled on the loop's thread. */
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&loop->thread, NULL, run, loop);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed ? RACTOR_ENOMEM : RACTOR_OK;
}

/* Woken under the lock: whoever runs the task has had the lock since, so that the caller is done
 * with the loop when what the task does ends it. A queue that was not empty has a waker already. */
void rt_loop_post(struct rt_loop *loop, struct rt_task *task)
{
    (void)pthread_mutex_lock(&loop->lock);
    if (!task->is_queued) {
        bool is_first = loop->first == NULL;
        task->is_queued = true;
        task->next = NULL;
        if (is_first)
            loop->first = task;
        else
            loop->last->next = task;
        loop->last = task;
        if (is_first)
            (void)uv_async_send(&loop->async);
    }
    (void)pthread_mutex_unlock(&loop->lock);
}

bool rt_loop_has(struct rt_loop *loop, const struct rt_task *task)
{
    (void)pthread_mutex_lock(&loop->lock);
    bool is_queued = task->is_queued;
    (void)pthread_mutex_unlock(&loop->lock);
    return is_queued;
}

void rt_loop_end(struct rt_loop *loop)
{
    uv_close((uv_handle_t *)&loop->async, NULL);
}

void rt_loop_fini(struct rt_loop *loop, bool is_started)
{
    if (is_started)
        (void)pthread_join(loop->thread, NULL);
    else
        (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop->uv);
    (void)pthread_mutex_destroy(&loop->lock);
}

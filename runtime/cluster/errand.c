/* SPDX-License-Identifier: MIT */
#include "cluster/errand.h"

#include <signal.h>

static void dispose(struct rt_errand *errand)
{
    (void)pthread_mutex_destroy(&errand->lock);
    errand->free(errand);
}

static void on_over(struct rt_task *task)
{
    struct rt_errand *errand = (struct rt_errand *)(void *)task;
    /* Its thread may still hold the lock for a moment. */
    (void)pthread_mutex_lock(&errand->lock);
    (void)pthread_mutex_unlock(&errand->lock);
    errand->done(errand);
    dispose(errand);
}

static void *run(void *errand_)
{
    struct rt_errand *errand = errand_;
    errand->run(errand);
    (void)pthread_mutex_lock(&errand->lock);
    bool is_given_up = errand->loop == NULL;
    errand->is_over = true;
    if (!is_given_up)
        rt_loop_post(errand->loop, &errand->task);
    (void)pthread_mutex_unlock(&errand->lock);
    if (is_given_up)
        dispose(errand);
    return NULL;
}

static ractor_status start_thread(struct rt_errand *errand)
{
    pthread_attr_t detached;
    pthread_t thread;
    sigset_t all, before;
    if (pthread_attr_init(&detached) != 0)
        return RACTOR_ENOMEM;
    (void)pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    (void)sigfillset(&all);
    /* Signals are the program's. */
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&thread, &detached, run, errand);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&detached);
    return failed ? RACTOR_ENOMEM : RACTOR_OK;
}

/* In a simulation the caller's thread is the only one. */
static ractor_status start_running(struct rt_errand *errand)
{
    if (!errand->loop->is_simulated)
        return start_thread(errand);
    (void)run(errand);
    return RACTOR_OK;
}

ractor_status rt_errand_start(struct rt_errand *errand, struct rt_loop *loop)
{
    errand->loop = loop;
    errand->task.run = on_over;
    if (pthread_mutex_init(&errand->lock, NULL) != 0)
        return RACTOR_ENOMEM;
    ractor_status status = start_running(errand);
    if (status != RACTOR_OK)
        (void)pthread_mutex_destroy(&errand->lock);
    return status;
}

bool rt_errand_give_up(struct rt_errand *errand)
{
    (void)pthread_mutex_lock(&errand->lock);
    bool is_over = errand->is_over;
    if (!is_over)
        errand->loop = NULL;
    (void)pthread_mutex_unlock(&errand->lock);
    return !is_over;
}

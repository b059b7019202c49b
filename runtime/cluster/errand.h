/* SPDX-License-Identifier: MIT */
/*
 * Something that may block for long (a name server, a file system), done by a thread of its own for
 * the loop, which may give it up at any time: then the thread ends it alone, whenever that is.
 */
#ifndef RACTOR_CLUSTER_ERRAND_H
#define RACTOR_CLUSTER_ERRAND_H

#include "cluster/loop.h"

#include <ractor/status.h>

#include <pthread.h>
#include <stdbool.h>

/* The first member of what it is part of; set the functions, leave the rest zero. */
struct rt_errand {
    struct rt_task task;
    void (*run)(struct rt_errand *errand);  /* on its thread */
    void (*done)(struct rt_errand *errand); /* on the loop, unless it was given up */
    void (*free)(struct rt_errand *errand); /* last, on either; frees its memory */
    pthread_mutex_t lock;
    struct rt_loop *loop; /* under lock; NULL: given up */
    bool is_over;         /* under lock: `done` will be called */
};

/* Starts it. On RACTOR_ENOMEM it is still the caller's. The loop. */
ractor_status rt_errand_start(struct rt_errand *errand, struct rt_loop *loop);

/* Gives it up. False: it is over already, and `done` is about to be called. The loop. */
bool rt_errand_give_up(struct rt_errand *errand);

#endif

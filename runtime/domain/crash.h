/* SPDX-License-Identifier: MIT */
/* In a child: what it does about its own crash. The handler runs on a stack of its own, so that an
 * overflow of the actor's stack is told, too; each thread that runs hooks gets one. */
#ifndef RACTOR_DOMAIN_CRASH_H
#define RACTOR_DOMAIN_CRASH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_crash_thread;

struct rt_crash {
    pthread_mutex_t lock;
    /* under lock */
    struct rt_crash_thread *threads; /* kept until the end */
};

/* From here on signals of crashes are told through the pipe of the domain's protocol. */
bool rt_crash_init(struct rt_crash *crash);
/* All threads but the caller have ended. */
void rt_crash_fini(struct rt_crash *crash);

/* The calling thread begins to run a hook of this actor; gives what to say when it is over. */
uint64_t rt_crash_enter(struct rt_crash *crash, uint64_t actor);
void rt_crash_leave(uint64_t before);

/* Lets the thread that runs a hook of this actor crash, so that its stack is told. False: none
 * does. */
bool rt_crash_provoke(struct rt_crash *crash, uint64_t actor);

#endif

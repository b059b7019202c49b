/* SPDX-License-Identifier: MIT */
/*
 * The watchdog. Each worker counts the runs of hooks: odd while it is in one, even outside and
 * while the hook waits. A thread reads the counts every quarter of the limit; one that stays odd
 * and the same for the limit is a stuck hook. So a hook costs a few stores and no clock, and when
 * there is no watchdog one predictable branch.
 *
 * What runs is written beside the count as under a sequence lock: whoever reads it looks at the
 * count before and after.
 */
#ifndef RACTOR_ACTOR_WATCHDOG_H
#define RACTOR_ACTOR_WATCHDOG_H

#include "base/parker.h"

#include <ractor/message.h>
#include <ractor/runtime.h>
#include <ractor/watchdog.h>

#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt_worker;

#define RT_WATCH_FRAMES 48
#define RT_WATCH_NAME_BYTES 64

/* A hook that runs. */
struct rt_watch_mark {
    uint64_t pid; /* 0: none */
    const char *hook;
    const ractor_message_type *type;
    uint32_t tag;
};

/* Of a worker. */
struct rt_watched {
    /* its owner; read by the watchdog and in the signal handler */
    alignas(64) _Atomic uint64_t run;
    _Atomic uint64_t pid;
    _Atomic(const char *) hook;
    _Atomic(const ractor_message_type *) type;
    _Atomic uint32_t tag;
    void *signal_stack; /* NULL: none, the worker is not asked for its stack */
    stack_t stack_before;

    /* handed over by `question` */
    _Atomic uint32_t question;
    uint64_t asked_run;
    void *frames[RT_WATCH_FRAMES];
    size_t n_frames;
    char name[RT_WATCH_NAME_BYTES]; /* empty: the hook was over */

    /* the watchdog's thread */
    uint64_t seen_run;
    uint64_t since_ns;
    bool is_reported;
};

/* What a thread that runs actors counts; its own, but for what anyone reads. */
struct rt_tally {
    uint32_t charge;            /* what this batch has sent, in messages handled */
    uint32_t crowded_charge;    /* what more for crowded receivers */
    _Atomic uint64_t n_handled; /* read by anyone */
    struct rt_watched *watched; /* where it says what it runs; NULL: nobody looks */
};

struct rt_watchdog {
    /* read-mostly */
    uint64_t limit_ns; /* 0: off */
    ractor_stuck_fn on_stuck;
    void *user;
    bool has_signal;
    bool has_thread;
    pthread_t thread;
    struct rt_parker parker; /* woken at the end */
};

/* Before the workers start; looks at the options. */
void rt_watchdog_configure(ractor_runtime *runtime, const ractor_runtime_options *options);

bool rt_watchdog_start(ractor_runtime *runtime);
void rt_watchdog_stop(ractor_runtime *runtime);

/* On a worker's thread: it can be asked for its stack from here on, until it leaves. */
void rt_watch_thread_enter(struct rt_worker *worker);
void rt_watch_thread_leave(struct rt_worker *worker);

/* A watched worker enters a hook; and leaves it. */
void rt_watch_enter(struct rt_watched *watched, uint64_t pid, const char *hook,
                    const ractor_message_type *type, uint32_t tag);
void rt_watch_leave(struct rt_watched *watched);

/* The hook that the worker is in waits, and runs something else meanwhile; pid 0: it is in none. */
void rt_watch_pause(struct rt_watched *watched, struct rt_watch_mark *mark);

#endif

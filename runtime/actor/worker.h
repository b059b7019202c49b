/* SPDX-License-Identifier: MIT */
/*
 * Workers: threads that run actors. Each has a ring of actors that are ready (others may steal
 * from it), a *next* place for the one that was woken last, and its own timers, message blocks and
 * stacks. Only scheduler.c moves actors between these places.
 */
#ifndef RACTOR_ACTOR_WORKER_H
#define RACTOR_ACTOR_WORKER_H

#include "actor/fiber.h"
#include "actor/watchdog.h"
#include "base/parker.h"
#include "base/patience.h"
#include "base/pool.h"
#include "base/table.h"
#include "base/wheel.h"

#include <ractor/runtime.h>

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct ractor_call_slot;
struct ractor_cell;
struct ractor_context;
struct rt_root;
struct rt_thread;

#define RT_RING_CELLS 256
#define RT_TURN_ENDS 4

/* Something to be done at the end of the turn; see ractor_at_turn_end. */
struct rt_turn_end {
    void (*run)(void *what, uint64_t use);
    void *what;
    uint64_t use;
};

struct rt_worker {
    /* read-mostly */
    ractor_runtime *runtime;
    uint32_t index;
    pthread_t thread;
    const struct rt_thread *driver; /* whose stack thread_fiber describes; if there is a host */
    struct rt_fiber thread_fiber;   /* the thread's own stack: starts and ends here */

    /* thieves and owner */
    alignas(64) _Atomic uint32_t ring_head; /* moved by whoever takes */
    _Atomic(struct ractor_cell *) next;     /* set by the owner, taken by anyone */
    _Atomic uint64_t n_turns; /* counted by the owner; a thief sees whether it is stuck */
    alignas(64) _Atomic uint32_t ring_tail; /* moved by the owner only */
    _Atomic(struct ractor_cell *) ring[RT_RING_CELLS];

    /* any thread */
    alignas(
        64) _Atomic(struct ractor_call_slot *) resumed; /* ended waits of this worker's fibers */
    _Atomic bool is_parked;
    struct rt_parker parker;
    struct rt_worker *next_idle; /* the scheduler's lock */
    bool is_idle;                /* the scheduler's lock */

    /* owner */
    alignas(64) struct rt_fiber *fiber; /* the one that runs */
    struct rt_fiber *free_fibers;
    uint32_t n_free_fibers;
    struct rt_fiber *doomed;                /* to be freed once its stack is left */
    struct ractor_call_slot *resumed_first; /* ended waits in order */
    struct ractor_call_slot *resumed_last;
    struct rt_turn_end turn_ends[RT_TURN_ENDS];
    uint32_t n_turn_ends;
    bool is_searching;
    struct rt_patience patience; /* of its searches */
    uint32_t budget;         /* turns left until the host has its thread back; if there is a host */
    _Atomic uint64_t n_sent; /* counted by the owner, read by anyone */
    struct rt_tally tally;
    uint64_t random;      /* state of the generator that picks victims */
    uint64_t *seen_turns; /* per worker: n_turns when this one last looked */
    struct rt_pool pool;
    struct rt_record_cache cells;
    struct rt_record_cache slots;
    struct rt_wheel wheel; /* timers of waits in hooks */

    struct rt_watched watched;
};

/* Actors that a carrier has woken and not yet scheduled. */
#define RT_HELD_CELLS 32
struct rt_held {
    struct ractor_cell *cells[RT_HELD_CELLS];
    uint32_t n;
};

/* Per thread: the worker that it is (NULL: none), the hook that it is in (NULL: none), its message
 * blocks (NULL: none), what it holds back (NULL: nothing), whether it carries messages for all and
 * must not wait, and whether it is telling of a dead letter. */
struct rt_thread {
    struct rt_worker *worker;
    struct ractor_context *context;
    struct rt_pool *pool;
    struct rt_held *held;
    bool is_carrier;
    bool is_telling;
    bool has_traces;      /* a trace may be current, see span.h */
    struct rt_root *root; /* the trace that it has begun outside of hooks; NULL: none */
};
extern _Thread_local struct rt_thread rt_thread __attribute__((tls_model("initial-exec")));

/* The worker that the caller runs on if it belongs to this runtime, else NULL. */
static inline struct rt_worker *rt_worker_here(const ractor_runtime *runtime)
{
    struct rt_worker *worker = rt_thread.worker;
    return worker != NULL && worker->runtime == runtime ? worker : NULL;
}

/* The calling thread's message blocks, NULL on a thread that has none. */
static inline struct rt_pool *rt_pool_here(void)
{
    return rt_thread.pool;
}

bool rt_worker_init(struct rt_worker *worker, ractor_runtime *runtime, uint32_t index);
void rt_worker_fini(struct rt_worker *worker);
bool rt_worker_start(struct rt_worker *worker);

/* Runs turns on the calling thread, at most `budget`; gives their number. For a worker that has no
 * thread. The worker has a stack already. */
uint32_t rt_worker_drive(struct rt_worker *worker, uint32_t budget);

/* Ends the waits that are due. Its owner. */
void rt_worker_expire(struct rt_worker *worker, uint64_t now_ns);

/* Makes sure that rt_worker_suspend has a stack to go on with. Only on the worker's thread. */
bool rt_worker_reserve_stack(struct rt_worker *worker);

/* Leaves the calling hook's stack until its slot has ended (rt_worker_resume); the worker goes on
 * with other actors on the stack that was reserved. Only on the worker's thread. */
void rt_worker_suspend(struct rt_worker *worker);

/* Lets the fiber that waits in `slot` go on. Any thread. */
void rt_worker_resume(struct ractor_call_slot *slot);

#endif

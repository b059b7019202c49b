/* SPDX-License-Identifier: MIT */
/*
 * The loop of a worker runs on a fiber. When a hook suspends, its fiber is left as it stands, with
 * the loop's frame below the hook, and the worker enters the loop on another fiber. When the wait
 * is over, that other fiber, whose loop has nothing in hand, goes to the pool and the first goes
 * on. So hooks that never wait pay nothing.
 */
#include "actor/worker.h"

#include "actor/cell.h"
#include "actor/life.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/random.h"

#include <string.h>

/* Stacks that a worker keeps for later. */
#define FREE_FIBERS 64
/* The clock is read once in so many turns. */
#define TURNS_PER_CLOCK 32

_Thread_local struct rt_thread rt_thread __attribute__((tls_model("initial-exec")));

bool rt_worker_init(struct rt_worker *worker, ractor_runtime *runtime, uint32_t index)
{
    memset(worker, 0, sizeof *worker);
    worker->runtime = runtime;
    worker->index = index;
    rt_patience_init(&worker->patience);
    worker->tally.watched = runtime->watchdog.limit_ns != 0 ? &worker->watched : NULL;
    worker->random = rt_random_seed(&runtime->random);
    rt_pool_init(&worker->pool, &runtime->depot);
    rt_wheel_init(&worker->wheel, rt_now_ns(&runtime->clock), runtime->wheel_shift);
    worker->seen_turns = rt_calloc(runtime->n_workers, sizeof *worker->seen_turns);
    if (worker->seen_turns == NULL)
        return false;
    if (rt_parker_init(&worker->parker))
        return true;
    rt_free(worker->seen_turns);
    return false;
}

static void free_fibers(struct rt_worker *worker)
{
    struct rt_fiber *fiber;
    while ((fiber = worker->free_fibers) != NULL) {
        worker->free_fibers = fiber->next_free;
        rt_fiber_free(fiber);
    }
}

void rt_worker_fini(struct rt_worker *worker)
{
    free_fibers(worker);
    rt_pool_fini(&worker->pool);
    rt_parker_fini(&worker->parker);
    rt_free(worker->seen_turns);
}

static void keep_fiber(struct rt_worker *worker, struct rt_fiber *fiber)
{
    fiber->next_free = worker->free_fibers;
    worker->free_fibers = fiber;
    worker->n_free_fibers++;
}

/* The fiber is still running: it is left next. */
static void free_fiber_later(struct rt_worker *worker, struct rt_fiber *fiber)
{
    if (worker->n_free_fibers < FREE_FIBERS)
        keep_fiber(worker, fiber);
    else
        worker->doomed = fiber;
}

static void switch_to(struct rt_worker *worker, struct rt_fiber *to)
{
    struct rt_fiber *from = worker->fiber;
    worker->fiber = to;
    rt_fiber_switch(from, to);
    /* Back, or here for the first time from another fiber: its stack is left. */
    rt_fiber_free(worker->doomed);
    worker->doomed = NULL;
}

static void append_resumed(struct rt_worker *worker, struct ractor_call_slot *slot)
{
    slot->as.wait.next_resumed = NULL;
    if (worker->resumed_first == NULL)
        worker->resumed_first = slot;
    else
        worker->resumed_last->as.wait.next_resumed = slot;
    worker->resumed_last = slot;
}

void rt_worker_resume(struct ractor_call_slot *slot)
{
    struct rt_worker *worker = slot->as.wait.worker;
    if (rt_thread.worker == worker) {
        append_resumed(worker, slot);
        return;
    }
    struct ractor_call_slot *first = atomic_load_explicit(&worker->resumed, memory_order_relaxed);
    do {
        slot->as.wait.next_resumed = first;
        /* seq_cst: set before is_parked is read; pairs with the worker, which sets is_parked before
         * it reads the list. Publishes the outcome. */
    } while (!atomic_compare_exchange_weak_explicit(&worker->resumed, &first, slot,
                                                    memory_order_seq_cst, memory_order_relaxed));
    if (atomic_load_explicit(&worker->is_parked, memory_order_seq_cst))
        rt_parker_wake(&worker->parker);
}

/* What others have ended, newest first, goes behind what is here, oldest first. */
static void fetch_resumed(struct rt_worker *worker)
{
    if (atomic_load_explicit(&worker->resumed, memory_order_relaxed) == NULL)
        return;
    /* acquire: pairs with rt_worker_resume; the outcomes are visible. */
    struct ractor_call_slot *newest =
        atomic_exchange_explicit(&worker->resumed, NULL, memory_order_acquire);
    struct ractor_call_slot *oldest = NULL;
    while (newest != NULL) {
        struct ractor_call_slot *next = newest->as.wait.next_resumed;
        newest->as.wait.next_resumed = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest != NULL) {
        struct ractor_call_slot *next = oldest->as.wait.next_resumed;
        append_resumed(worker, oldest);
        oldest = next;
    }
}

/* The next fiber whose wait has ended; NULL: none. */
static struct ractor_call_slot *take_resumed(struct rt_worker *worker)
{
    fetch_resumed(worker);
    struct ractor_call_slot *slot = worker->resumed_first;
    if (slot != NULL)
        worker->resumed_first = slot->as.wait.next_resumed;
    return slot;
}

void rt_worker_expire(struct rt_worker *worker, uint64_t now_ns)
{
    struct rt_timer *timer;
    while ((timer = rt_wheel_expire(&worker->wheel, now_ns)) != NULL) {
        struct ractor_call_slot *slot =
            (void *)((char *)timer - offsetof(struct ractor_call_slot, deadline));
        uint64_t id = atomic_load_explicit(&slot->id, memory_order_relaxed) & ~RT_SLOT_CLAIMED;
        /* The slot cannot have gone: its waiter, who gives it back, runs on this worker only. */
        if (rt_slot_claim(slot, id))
            rt_slot_finish(slot, RACTOR_ETIMEOUT);
    }
}

/* What senders have left for the end of the turn. */
static void end_turn(struct rt_worker *worker)
{
    for (uint32_t i = 0; i < worker->n_turn_ends; i++)
        worker->turn_ends[i].run(worker->turn_ends[i].what, worker->turn_ends[i].use);
    worker->n_turn_ends = 0;
}

static void run_loop(struct rt_worker *worker)
{
    ractor_runtime *runtime = worker->runtime;
    uint32_t turns = 0;
    for (;;) {
        struct ractor_call_slot *slot = take_resumed(worker);
        if (slot != NULL) {
            rt_scheduler_stop_searching(worker);
            free_fiber_later(worker, worker->fiber);
            switch_to(worker, slot->as.wait.fiber);
            continue; /* taken from the pool again: the loop is at its top */
        }
        if (worker->wheel.n_timers != 0 && turns++ % TURNS_PER_CLOCK == 0) {
            rt_worker_expire(worker, rt_now_ns(&runtime->clock));
            if (worker->resumed_first != NULL)
                continue;
        }
        struct ractor_cell *cell = rt_scheduler_next(worker);
        if (cell != NULL) {
            rt_actor_turn(worker, &worker->tally, cell);
            end_turn(worker);
            continue;
        }
        turns = 0;
        if (atomic_load_explicit(&runtime->scheduler.is_ending, memory_order_acquire))
            return;
    }
}

/* ------------------------------------------------------------------ driven by a host */

/* Whether a fiber goes on rather than an actor, when both could. */
static bool prefers_resumed(struct rt_worker *worker)
{
    const struct rt_world *world = worker->runtime->host.world;
    uint32_t n_ready =
        atomic_load_explicit(&worker->runtime->scheduler.n_injected, memory_order_relaxed);
    return world == NULL || n_ready == 0 || world->choose(world->user, 2) == 0;
}

/* False: there is nothing to do. */
static bool take_turn(struct rt_worker *worker)
{
    fetch_resumed(worker);
    if (worker->resumed_first != NULL && prefers_resumed(worker)) {
        struct ractor_call_slot *slot = take_resumed(worker);
        worker->budget--;
        free_fiber_later(worker, worker->fiber);
        switch_to(worker, slot->as.wait.fiber);
        return true;
    }
    struct ractor_cell *cell = rt_scheduler_try_next(worker);
    if (cell == NULL)
        return false;
    worker->budget--;
    const struct rt_world *world = worker->runtime->host.world;
    if (world != NULL)
        worker->runtime->batch_limit = world->begin_turn(world->user);
    rt_actor_turn(worker, &worker->tally, cell);
    end_turn(worker);
    return true;
}

/* Goes back to the host's stack when the budget is spent or nothing is left. The fiber waits in the
 * pool meanwhile, like one whose loop has nothing in hand. */
static void run_driven(struct rt_worker *worker)
{
    for (;;) {
        if (worker->budget != 0 && take_turn(worker))
            continue;
        free_fiber_later(worker, worker->fiber);
        switch_to(worker, &worker->thread_fiber);
    }
}

/* The entry of each fiber. */
static void loop_on_fiber(void *argument)
{
    struct rt_worker *worker = argument;
    rt_fiber_free(worker->doomed);
    worker->doomed = NULL;
    if (worker->runtime->host.is_on)
        run_driven(worker);
    run_loop(worker);
    worker->doomed = worker->fiber; /* the scheduler has ended: never back */
    switch_to(worker, &worker->thread_fiber);
}

static struct rt_fiber *take_fiber(struct rt_worker *worker)
{
    struct rt_fiber *fiber = worker->free_fibers;
    worker->free_fibers = fiber->next_free;
    worker->n_free_fibers--;
    return fiber;
}

bool rt_worker_reserve_stack(struct rt_worker *worker)
{
    if (worker->free_fibers != NULL)
        return true;
    struct rt_fiber *fiber = rt_fiber_new(worker->runtime->stack_bytes, loop_on_fiber, worker);
    if (fiber == NULL)
        return false;
    keep_fiber(worker, fiber);
    return true;
}

void rt_worker_suspend(struct rt_worker *worker)
{
    struct ractor_context *context = rt_thread.context;
    struct rt_watch_mark mark = {.pid = 0};
    end_turn(worker);
    if (worker->tally.watched != NULL)
        rt_watch_pause(&worker->watched, &mark);
    rt_thread.context = NULL;
    switch_to(worker, take_fiber(worker));
    rt_thread.context = context;
    if (mark.pid != 0)
        rt_watch_enter(&worker->watched, mark.pid, mark.hook, mark.type, mark.tag);
}

uint32_t rt_worker_drive(struct rt_worker *worker, uint32_t budget)
{
    rt_thread.worker = worker;
    rt_thread.pool = &worker->pool;
    if (worker->driver != &rt_thread)
        rt_fiber_init_thread(&worker->thread_fiber);
    worker->driver = &rt_thread;
    worker->fiber = &worker->thread_fiber;
    worker->budget = budget;
    switch_to(worker, take_fiber(worker));
    rt_thread.worker = NULL;
    rt_thread.pool = NULL;
    return budget - worker->budget;
}

static void *worker_main(void *argument)
{
    struct rt_worker *worker = argument;
    rt_thread.worker = worker;
    rt_thread.pool = &worker->pool;
    rt_fiber_init_thread(&worker->thread_fiber);
    worker->fiber = &worker->thread_fiber;
    rt_watch_thread_enter(worker);
    switch_to(worker, take_fiber(worker));
    rt_watch_thread_leave(worker);
    free_fibers(worker);
    rt_thread.worker = NULL;
    rt_thread.pool = NULL;
    return NULL;
}

bool rt_worker_start(struct rt_worker *worker)
{
    if (!rt_worker_reserve_stack(worker))
        return false;
    if (pthread_create(&worker->thread, NULL, worker_main, worker) == 0)
        return true;
    rt_fiber_free(take_fiber(worker));
    return false;
}

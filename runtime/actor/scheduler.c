/* SPDX-License-Identifier: MIT */
#include "actor/scheduler.h"

#include "actor/cell.h"
#include "actor/pin.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/worker.h"
#include "base/clock.h"
#include "base/random.h"

#include <sched.h>

/* The shared queue goes first once in so many looks, so that nobody starves. */
#define LOOKS_PER_INJECTED 61
/* The ring goes before the next place once in so many looks, for two actors may wake each other for
 * ever. */
#define LOOKS_PER_RING 16
#define SENTRY_NS RT_NS_PER_MS
/* How far into the queue a simulation reaches. */
#define WORLD_CHOICES 64

bool rt_scheduler_init(struct rt_scheduler *scheduler)
{
    return pthread_mutex_init(&scheduler->lock, NULL) == 0;
}

void rt_scheduler_fini(struct rt_scheduler *scheduler)
{
    (void)pthread_mutex_destroy(&scheduler->lock);
}

/* ------------------------------------------------------------------ idle workers */

/* Under the lock. */
static void leave_idle_list(struct rt_scheduler *scheduler, struct rt_worker *worker)
{
    if (!worker->is_idle)
        return;
    struct rt_worker **link = &scheduler->idle;
    while (*link != worker)
        link = &(*link)->next_idle;
    *link = worker->next_idle;
    worker->is_idle = false;
    (void)atomic_fetch_sub_explicit(&scheduler->n_idle, 1, memory_order_seq_cst);
}

/* The caller has made work visible (seq_cst) before; an idle worker looks for work after it has
 * counted itself in n_idle (seq_cst): one of the two sees the other. */
static void wake_one(struct rt_scheduler *scheduler)
{
    if (atomic_load_explicit(&scheduler->n_idle, memory_order_seq_cst) == 0)
        return;
    uint32_t none = 0;
    if (!atomic_compare_exchange_strong_explicit(&scheduler->n_searching, &none, 1,
                                                 memory_order_seq_cst, memory_order_relaxed))
        return;
    (void)pthread_mutex_lock(&scheduler->lock);
    struct rt_worker *worker = scheduler->idle;
    if (worker != NULL) {
        leave_idle_list(scheduler, worker);
        worker->is_searching = true; /* handed over; read after the parker's lock */
    }
    (void)pthread_mutex_unlock(&scheduler->lock);
    if (worker != NULL)
        rt_parker_wake(&worker->parker);
    else
        (void)atomic_fetch_sub_explicit(&scheduler->n_searching, 1, memory_order_seq_cst);
}

/* A searcher that has found something, or has something else to do, lets the next one search. */
static void stop_searching(struct rt_worker *worker, bool wakes_next)
{
    struct rt_scheduler *scheduler = &worker->runtime->scheduler;
    if (!worker->is_searching)
        return;
    worker->is_searching = false;
    uint32_t before = atomic_fetch_sub_explicit(&scheduler->n_searching, 1, memory_order_seq_cst);
    if (wakes_next && before == 1)
        wake_one(scheduler);
}

/* ------------------------------------------------------------------ the shared queue */

static void inject(struct rt_scheduler *scheduler, struct ractor_cell *cell)
{
    cell->next_injected = NULL;
    (void)pthread_mutex_lock(&scheduler->lock);
    if (scheduler->injected_last != NULL)
        scheduler->injected_last->next_injected = cell;
    else
        scheduler->injected_first = cell;
    scheduler->injected_last = cell;
    (void)atomic_fetch_add_explicit(&scheduler->n_injected, 1, memory_order_seq_cst);
    (void)pthread_mutex_unlock(&scheduler->lock);
}

static struct ractor_cell *take_injected(struct rt_scheduler *scheduler)
{
    if (atomic_load_explicit(&scheduler->n_injected, memory_order_relaxed) == 0)
        return NULL;
    (void)pthread_mutex_lock(&scheduler->lock);
    struct ractor_cell *cell = scheduler->injected_first;
    if (cell != NULL) {
        scheduler->injected_first = cell->next_injected;
        if (scheduler->injected_first == NULL)
            scheduler->injected_last = NULL;
        (void)atomic_fetch_sub_explicit(&scheduler->n_injected, 1, memory_order_relaxed);
    }
    (void)pthread_mutex_unlock(&scheduler->lock);
    return cell;
}

/* In a simulation: one of the first in the queue. */
static struct ractor_cell *take_chosen(struct rt_scheduler *scheduler, const struct rt_world *world)
{
    uint32_t n_ready = atomic_load_explicit(&scheduler->n_injected, memory_order_relaxed);
    if (n_ready == 0)
        return NULL;
    uint64_t n_skipped =
        world->choose(world->user, n_ready < WORLD_CHOICES ? n_ready : WORLD_CHOICES);
    (void)pthread_mutex_lock(&scheduler->lock);
    struct ractor_cell *before = NULL;
    struct ractor_cell **link = &scheduler->injected_first;
    for (; n_skipped != 0; n_skipped--) {
        before = *link;
        link = &before->next_injected;
    }
    struct ractor_cell *cell = *link;
    *link = cell->next_injected;
    if (scheduler->injected_last == cell)
        scheduler->injected_last = before;
    (void)atomic_fetch_sub_explicit(&scheduler->n_injected, 1, memory_order_relaxed);
    (void)pthread_mutex_unlock(&scheduler->lock);
    return cell;
}

/* ------------------------------------------------------------------ rings */

static bool put_in_ring(struct rt_worker *worker, struct ractor_cell *cell)
{
    uint32_t tail = atomic_load_explicit(&worker->ring_tail, memory_order_relaxed);
    /* acquire: pairs with the takers' exchange; they have read the places that are used again. */
    uint32_t head = atomic_load_explicit(&worker->ring_head, memory_order_acquire);
    if (tail - head >= RT_RING_CELLS)
        return false;
    atomic_store_explicit(&worker->ring[tail % RT_RING_CELLS], cell, memory_order_relaxed);
    /* seq_cst: publishes the place to takers, and is before wake_one's look at n_idle. */
    atomic_store_explicit(&worker->ring_tail, tail + 1, memory_order_seq_cst);
    return true;
}

static struct ractor_cell *take_from_ring(struct rt_worker *worker)
{
    uint32_t head = atomic_load_explicit(&worker->ring_head, memory_order_acquire);
    while (head != atomic_load_explicit(&worker->ring_tail, memory_order_relaxed)) {
        struct ractor_cell *cell =
            atomic_load_explicit(&worker->ring[head % RT_RING_CELLS], memory_order_relaxed);
        if (atomic_compare_exchange_weak_explicit(&worker->ring_head, &head, head + 1,
                                                  memory_order_acq_rel, memory_order_acquire))
            return cell;
    }
    return NULL;
}

/* Takes half of a victim's ring: one to run, the rest into the thief's own, which is empty. */
static struct ractor_cell *steal_from_ring(struct rt_worker *thief, struct rt_worker *victim)
{
    uint32_t own = atomic_load_explicit(&thief->ring_tail, memory_order_relaxed);
    for (;;) {
        uint32_t head = atomic_load_explicit(&victim->ring_head, memory_order_acquire);
        /* seq_cst: pairs with put_in_ring. */
        uint32_t tail = atomic_load_explicit(&victim->ring_tail, memory_order_seq_cst);
        uint32_t n_taken = tail - head - (tail - head) / 2;
        if (n_taken == 0)
            return NULL;
        if (n_taken > RT_RING_CELLS / 2)
            continue; /* head and tail are from different moments */
        for (uint32_t i = 0; i < n_taken; i++) {
            struct ractor_cell *cell = atomic_load_explicit(
                &victim->ring[(head + i) % RT_RING_CELLS], memory_order_relaxed);
            atomic_store_explicit(&thief->ring[(own + i) % RT_RING_CELLS], cell,
                                  memory_order_relaxed);
        }
        if (!atomic_compare_exchange_strong_explicit(&victim->ring_head, &head, head + n_taken,
                                                     memory_order_acq_rel, memory_order_relaxed))
            continue;
        n_taken--;
        struct ractor_cell *cell = atomic_load_explicit(
            &thief->ring[(own + n_taken) % RT_RING_CELLS], memory_order_relaxed);
        if (n_taken != 0)
            atomic_store_explicit(&thief->ring_tail, own + n_taken, memory_order_seq_cst);
        return cell;
    }
}

/* ------------------------------------------------------------------ scheduling */

static void make_visible(struct rt_worker *worker, struct ractor_cell *cell)
{
    struct rt_scheduler *scheduler = &worker->runtime->scheduler;
    if (!put_in_ring(worker, cell))
        inject(scheduler, cell);
    wake_one(scheduler);
}

static void share(ractor_runtime *runtime, struct ractor_cell *cell)
{
    inject(&runtime->scheduler, cell);
    wake_one(&runtime->scheduler);
}

static void schedule_pinned(struct ractor_cell *cell)
{
    /* relaxed: the caller owns the cell. */
    rt_pin_schedule(atomic_load_explicit(&cell->pin, memory_order_relaxed));
}

void rt_schedule(struct ractor_cell *cell)
{
    if (cell->is_pinned) {
        schedule_pinned(cell);
        return;
    }
    struct rt_worker *worker = rt_worker_here(cell->runtime);
    if (worker == NULL || worker->runtime->host.world != NULL) {
        share(cell->runtime, cell);
        return;
    }
    /* acq_rel: hands the actor over to whoever takes it, the sentry perhaps. */
    struct ractor_cell *before =
        atomic_exchange_explicit(&worker->next, cell, memory_order_acq_rel);
    if (before != NULL)
        make_visible(worker, before);
}

void rt_schedule_last(struct rt_worker *worker, struct ractor_cell *cell)
{
    if (cell->is_pinned)
        schedule_pinned(cell);
    else if (worker->runtime->host.world != NULL)
        share(worker->runtime, cell);
    else
        make_visible(worker, cell);
}

static struct ractor_cell *take_next(struct rt_worker *worker)
{
    if (atomic_load_explicit(&worker->next, memory_order_relaxed) == NULL)
        return NULL;
    return atomic_exchange_explicit(&worker->next, NULL, memory_order_acq_rel);
}

static struct ractor_cell *steal(struct rt_worker *worker)
{
    ractor_runtime *runtime = worker->runtime;
    uint32_t start = (uint32_t)(rt_random_next(&worker->random) >> 32);
    for (uint32_t i = 0; i < runtime->n_workers; i++) {
        struct rt_worker *victim = &runtime->workers[(start + i) % runtime->n_workers];
        if (victim == worker)
            continue;
        struct ractor_cell *cell = steal_from_ring(worker, victim);
        if (cell != NULL)
            return cell;
    }
    return NULL;
}

/* The sentry's look: what waits next to a worker that has made no turn since the last look. */
static struct ractor_cell *take_from_stuck(struct rt_worker *worker)
{
    ractor_runtime *runtime = worker->runtime;
    for (uint32_t i = 0; i < runtime->n_workers; i++) {
        struct rt_worker *victim = &runtime->workers[i];
        uint64_t turns = atomic_load_explicit(&victim->n_turns, memory_order_relaxed);
        bool is_stuck = turns == worker->seen_turns[i];
        worker->seen_turns[i] = turns;
        if (victim == worker || !is_stuck)
            continue;
        struct ractor_cell *cell = take_next(victim);
        if (cell != NULL)
            return cell;
    }
    return NULL;
}

static bool has_resumed(struct rt_worker *worker)
{
    return worker->resumed_first != NULL ||
           atomic_load_explicit(&worker->resumed, memory_order_seq_cst) != NULL;
}

/* Anything that an idle worker must not sleep through; looked at after it has counted itself idle.
 */
bool rt_scheduler_has_work(struct rt_worker *worker)
{
    ractor_runtime *runtime = worker->runtime;
    if (has_resumed(worker) ||
        atomic_load_explicit(&runtime->scheduler.is_ending, memory_order_seq_cst) ||
        atomic_load_explicit(&runtime->scheduler.n_injected, memory_order_seq_cst) != 0)
        return true;
    for (uint32_t i = 0; i < runtime->n_workers; i++) {
        struct rt_worker *other = &runtime->workers[i];
        if (atomic_load_explicit(&other->ring_head, memory_order_seq_cst) !=
            atomic_load_explicit(&other->ring_tail, memory_order_seq_cst))
            return true;
    }
    return false;
}

static bool try_become_sentry(struct rt_worker *worker)
{
    struct rt_scheduler *scheduler = &worker->runtime->scheduler;
    uint32_t nobody = 0;
    if (atomic_load_explicit(&scheduler->n_idle, memory_order_seq_cst) ==
        worker->runtime->n_workers)
        return false; /* nobody runs: nobody can be stuck */
    return atomic_compare_exchange_strong_explicit(&scheduler->has_sentry, &nobody, 1,
                                                   memory_order_acq_rel, memory_order_relaxed);
}

static void enter_idle_list(struct rt_scheduler *scheduler, struct rt_worker *worker)
{
    (void)pthread_mutex_lock(&scheduler->lock);
    worker->next_idle = scheduler->idle;
    scheduler->idle = worker;
    worker->is_idle = true;
    (void)atomic_fetch_add_explicit(&scheduler->n_idle, 1, memory_order_seq_cst);
    (void)pthread_mutex_unlock(&scheduler->lock);
}

static bool sleep_until(struct rt_worker *worker, uint64_t deadline)
{
    const struct rt_clock *clock = &worker->runtime->clock;
    uint64_t begin = rt_now_ns(clock);
    bool was_woken = rt_parker_wait(&worker->parker, deadline);
    rt_patience_learn(&worker->patience, rt_now_ns(clock) - begin, was_woken);
    return was_woken;
}

/* Sleeps until there may be work. Returns an actor when the sentry has found one. */
static struct ractor_cell *park(struct rt_worker *worker)
{
    struct rt_scheduler *scheduler = &worker->runtime->scheduler;
    struct ractor_cell *found = NULL;
    enter_idle_list(scheduler, worker);
    /* seq_cst: before the look at `resumed`; pairs with rt_worker_resume. */
    atomic_store_explicit(&worker->is_parked, true, memory_order_seq_cst);
    if (!rt_scheduler_has_work(worker)) {
        bool is_sentry = try_become_sentry(worker);
        uint64_t deadline = rt_wheel_next_ns(&worker->wheel);
        if (is_sentry) {
            uint64_t next_look = rt_now_ns(&worker->runtime->clock) + SENTRY_NS;
            deadline = next_look < deadline ? next_look : deadline;
        }
        bool was_woken = sleep_until(worker, deadline);
        if (is_sentry && !was_woken)
            found = take_from_stuck(worker);
        if (is_sentry)
            atomic_store_explicit(&scheduler->has_sentry, 0, memory_order_release);
    }
    atomic_store_explicit(&worker->is_parked, false, memory_order_relaxed);
    (void)pthread_mutex_lock(&scheduler->lock);
    leave_idle_list(scheduler, worker);
    (void)pthread_mutex_unlock(&scheduler->lock);
    return found;
}

/* What needs no other worker. */
static struct ractor_cell *take_own(struct rt_worker *worker)
{
    struct ractor_cell *cell = NULL;
    uint64_t turns = atomic_load_explicit(&worker->n_turns, memory_order_relaxed) + 1;
    /* relaxed: only tells the sentry that this worker moves. */
    atomic_store_explicit(&worker->n_turns, turns, memory_order_relaxed);
    if (turns % LOOKS_PER_INJECTED == 0 &&
        (cell = take_injected(&worker->runtime->scheduler)) != NULL)
        return cell;
    if (turns % LOOKS_PER_RING == 0 && (cell = take_from_ring(worker)) != NULL)
        return cell;
    if ((cell = take_next(worker)) != NULL || (cell = take_from_ring(worker)) != NULL)
        return cell;
    return take_injected(&worker->runtime->scheduler);
}

static struct ractor_cell *search(struct rt_worker *worker)
{
    struct rt_scheduler *scheduler = &worker->runtime->scheduler;
    if (!worker->is_searching) {
        worker->is_searching = true;
        (void)atomic_fetch_add_explicit(&scheduler->n_searching, 1, memory_order_seq_cst);
    }
    for (uint32_t look = 0; look < worker->patience.n_looks; look++) {
        struct ractor_cell *cell = steal(worker);
        if (cell == NULL)
            cell = take_injected(scheduler);
        if (cell != NULL || has_resumed(worker))
            return cell;
        (void)sched_yield();
    }
    return NULL;
}

void rt_scheduler_stop_searching(struct rt_worker *worker)
{
    stop_searching(worker, true);
}

struct ractor_cell *rt_scheduler_next(struct rt_worker *worker)
{
    struct ractor_cell *cell = take_own(worker);
    if (cell == NULL && !has_resumed(worker))
        cell = search(worker);
    if (cell == NULL && !has_resumed(worker)) {
        stop_searching(worker, false);
        cell = park(worker);
    }
    if (cell != NULL)
        stop_searching(worker, true);
    return cell;
}

/* ------------------------------------------------------------------ driven by a host */

struct ractor_cell *rt_scheduler_try_next(struct rt_worker *worker)
{
    const struct rt_world *world = worker->runtime->host.world;
    if (world != NULL)
        return take_chosen(&worker->runtime->scheduler, world);
    return take_own(worker);
}

void rt_scheduler_rest(struct rt_worker *worker)
{
    enter_idle_list(&worker->runtime->scheduler, worker);
    /* seq_cst: before the look at `resumed`; pairs with rt_worker_resume. */
    atomic_store_explicit(&worker->is_parked, true, memory_order_seq_cst);
}

void rt_scheduler_rise(struct rt_worker *worker)
{
    struct rt_scheduler *scheduler = &worker->runtime->scheduler;
    atomic_store_explicit(&worker->is_parked, false, memory_order_relaxed);
    (void)pthread_mutex_lock(&scheduler->lock);
    leave_idle_list(scheduler, worker);
    (void)pthread_mutex_unlock(&scheduler->lock);
    stop_searching(worker, false); /* whoever has woken it has handed the search over */
}

void rt_scheduler_end(ractor_runtime *runtime)
{
    atomic_store_explicit(&runtime->scheduler.is_ending, true, memory_order_seq_cst);
    /* Not all are there when the runtime has failed to start. */
    for (uint32_t i = 0; i < runtime->n_workers_ready; i++)
        rt_parker_wake(&runtime->workers[i].parker);
}

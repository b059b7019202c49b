/* SPDX-License-Identifier: MIT */
#include "actor/runtime.h"

#include "actor/cell.h"
#include "actor/event.h"
#include "actor/life.h"
#include "actor/kept.h"
#include "actor/message.h"
#include "actor/remote.h"
#include "actor/slot.h"
#include "actor/time.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/cores.h"

#include <ractor/actor.h>

#define DEFAULT_BATCH 256
#define DEFAULT_STACK_BYTES ((size_t)256 << 10)
#define MIN_STACK_BYTES ((size_t)32 << 10)
#define MAX_WORKERS 1024
#define CROWDED_BATCHES 64
/* 64 ns divide a millisecond: in a simulation timers fire to the tick. */
#define WORLD_WHEEL_SHIFT 6

void rt_runtime_actor_started(ractor_runtime *runtime)
{
    (void)atomic_fetch_add_explicit(&runtime->n_alive, 1, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&runtime->n_spawned, 1, memory_order_relaxed);
}

void rt_runtime_actor_ended(ractor_runtime *runtime)
{
    /* acq_rel: ractor_runtime_stop frees what the actor has used. */
    if (atomic_fetch_sub_explicit(&runtime->n_alive, 1, memory_order_acq_rel) == 1 &&
        atomic_load_explicit(&runtime->is_stopping, memory_order_seq_cst))
        rt_parker_wake(&runtime->ended);
}

/* ------------------------------------------------------------------ start */

/* Where time and chance come from, and who has the thread. */
static void choose_world(ractor_runtime *runtime, const ractor_runtime_options *options,
                         const struct rt_world *world)
{
    runtime->clock.now_ns = rt_monotonic_ns;
    runtime->random.fill = rt_random_system;
    runtime->wheel_shift = RT_WHEEL_SHIFT;
    runtime->host.is_on = options->polled != 0 || world != NULL;
    runtime->crowded_batches = runtime->host.is_on ? 1 : CROWDED_BATCHES;
    runtime->host.world = world;
    runtime->host.bell.fd = -1;
    if (world == NULL)
        return;
    runtime->clock = world->clock;
    runtime->random = world->random;
    runtime->wheel_shift = WORLD_WHEEL_SHIFT;
}

static ractor_status apply_options(ractor_runtime *runtime, const ractor_runtime_options *options)
{
    rt_log_init(&runtime->log, options);
    runtime->tracer = options->tracer;
    runtime->checks_calls = options->check_calls != 0;
    rt_watchdog_configure(runtime, options);
    runtime->n_workers = runtime->host.is_on ? 1 : options->n_workers;
    if (runtime->n_workers == 0)
        runtime->n_workers = rt_count_cores();
    if (runtime->n_workers > MAX_WORKERS)
        return RACTOR_EINVAL;
    runtime->batch_limit = options->batch_limit != 0 ? options->batch_limit : DEFAULT_BATCH;
    runtime->stack_bytes = options->stack_bytes != 0 ? options->stack_bytes : DEFAULT_STACK_BYTES;
    if (runtime->stack_bytes < MIN_STACK_BYTES)
        runtime->stack_bytes = MIN_STACK_BYTES;
    if (runtime->stack_bytes > SIZE_MAX / 2)
        return RACTOR_EINVAL;
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ parts */

static bool init_cells(ractor_runtime *runtime)
{
    return rt_table_init(&runtime->cells, sizeof(struct ractor_cell));
}

/* Messages that came too late for the cell's last actor: the one that its turn has thrown away
 * last, and those that had no turn. Their ports are closed, and the slots behind them gone, by now.
 */
static void free_late_messages(struct ractor_cell *cell)
{
    struct rt_link *link = cell->tail.last_read; /* NULL: the cell was never used */
    while (link != NULL) {
        struct rt_link *next = atomic_load_explicit(&link->next, memory_order_relaxed);
        struct ractor_message *message = (struct ractor_message *)link;
        if (link != &cell->tail.anchor) {
            if (message->kind == RT_MESSAGE_ANSWER)
                rt_message_settle(message, RACTOR_ENOENT);
            rt_message_release(NULL, message);
        }
        link = next;
    }
}

static void free_leftovers(struct ractor_cell *cell)
{
    free_late_messages(cell);
    /* Events that came too late for the cell's last actor. */
    rt_event_free_list(atomic_load_explicit(&cell->events, memory_order_relaxed));
}

static void fini_cells(ractor_runtime *runtime)
{
    struct ractor_cell *cell;
    for (uint32_t i = 0; (cell = rt_table_at(&runtime->cells, i)) != NULL; i++)
        free_leftovers(cell);
    rt_table_fini(&runtime->cells);
}

static bool init_bounds(ractor_runtime *runtime)
{
    return rt_table_init(&runtime->bounds, sizeof(struct rt_bound));
}

static void fini_bounds(ractor_runtime *runtime)
{
    rt_bounds_fini(&runtime->bounds);
}

static bool init_dead_letters(ractor_runtime *runtime)
{
    return rt_dead_letters_init(&runtime->dead_letters);
}

static void fini_dead_letters(ractor_runtime *runtime)
{
    rt_dead_letters_fini(&runtime->dead_letters);
}

static bool init_slots(ractor_runtime *runtime)
{
    return rt_table_init(&runtime->slots, sizeof(struct ractor_call_slot));
}

static void fini_slots(ractor_runtime *runtime)
{
    struct ractor_call_slot *slot;
    for (uint32_t i = 0; (slot = rt_table_at(&runtime->slots, i)) != NULL; i++)
        if (slot->has_parker)
            rt_parker_fini(&slot->parker);
    rt_table_fini(&runtime->slots);
}

static bool init_depot(ractor_runtime *runtime)
{
    return rt_depot_init(&runtime->depot);
}

static void fini_depot(ractor_runtime *runtime)
{
    rt_depot_fini(&runtime->depot);
}

static bool init_scheduler(ractor_runtime *runtime)
{
    return rt_scheduler_init(&runtime->scheduler);
}

static void fini_scheduler(ractor_runtime *runtime)
{
    rt_scheduler_fini(&runtime->scheduler);
}

static bool init_registry(ractor_runtime *runtime)
{
    return rt_registry_init(&runtime->registry);
}

static void fini_registry(ractor_runtime *runtime)
{
    rt_registry_fini(&runtime->registry);
}

static bool init_groups(ractor_runtime *runtime)
{
    return rt_groups_init(&runtime->groups);
}

static void fini_groups(ractor_runtime *runtime)
{
    rt_groups_fini(&runtime->groups);
}

static bool init_tree(ractor_runtime *runtime)
{
    return rt_tree_init(&runtime->tree);
}

static void fini_tree(ractor_runtime *runtime)
{
    rt_tree_fini(&runtime->tree);
}

static bool init_bell(ractor_runtime *runtime)
{
    bool has_fd = runtime->host.is_on && runtime->host.world == NULL;
    return !has_fd || rt_bell_init(&runtime->host.bell);
}

static void fini_bell(ractor_runtime *runtime)
{
    rt_bell_fini(&runtime->host.bell);
}

static struct rt_bell *bell_of(ractor_runtime *runtime)
{
    return runtime->host.is_on ? &runtime->host.bell : NULL;
}

static bool init_ended(ractor_runtime *runtime)
{
    if (!rt_parker_init(&runtime->ended))
        return false;
    runtime->ended.bell = bell_of(runtime);
    return true;
}

static void fini_ended(ractor_runtime *runtime)
{
    rt_parker_fini(&runtime->ended);
}

static bool init_timers(ractor_runtime *runtime)
{
    return rt_timers_start(&runtime->timers, &runtime->clock, runtime->wheel_shift,
                           bell_of(runtime));
}

static void fini_timers(ractor_runtime *runtime)
{
    rt_timers_stop(&runtime->timers);
}

static void fini_workers(ractor_runtime *runtime)
{
    rt_scheduler_end(runtime);
    for (uint32_t i = 0; i < runtime->n_workers_started; i++)
        (void)pthread_join(runtime->workers[i].thread, NULL);
    for (uint32_t i = 0; i < runtime->n_workers_ready; i++)
        rt_worker_fini(&runtime->workers[i]);
    rt_free(runtime->workers);
}

/* Leaves what is there when it fails to fini_workers. */
static bool init_workers(ractor_runtime *runtime)
{
    runtime->workers = rt_aligned_calloc(64, runtime->n_workers * sizeof *runtime->workers);
    if (runtime->workers == NULL)
        return false;
    for (uint32_t i = 0; i < runtime->n_workers; i++, runtime->n_workers_ready++)
        if (!rt_worker_init(&runtime->workers[i], runtime, i))
            return false;
    if (runtime->host.is_on) {
        runtime->workers[0].parker.bell = &runtime->host.bell;
        return rt_worker_reserve_stack(&runtime->workers[0]);
    }
    for (uint32_t i = 0; i < runtime->n_workers; i++, runtime->n_workers_started++)
        if (!rt_worker_start(&runtime->workers[i]))
            return false;
    return true;
}

/* In the order in which they start; they end in the other order. */
static const struct part {
    bool (*init)(ractor_runtime *runtime);
    void (*fini)(ractor_runtime *runtime);
    bool is_fini_after_failure; /* a failed init leaves something */
} parts[] = {
    {rt_kept_init, rt_kept_fini, false},     {init_cells, fini_cells, false},
    {init_bounds, fini_bounds, false},       {init_dead_letters, fini_dead_letters, false},
    {init_slots, fini_slots, false},         {init_depot, fini_depot, false},
    {init_scheduler, fini_scheduler, false}, {init_registry, fini_registry, false},
    {init_groups, fini_groups, false},       {init_tree, fini_tree, false},
    {init_bell, fini_bell, false},           {init_ended, fini_ended, false},
    {rt_guests_init, rt_guests_fini, false}, {rt_pins_init, rt_pins_fini, false},
    {rt_alarms_init, rt_alarms_fini, false}, {init_timers, fini_timers, false},
    {init_workers, fini_workers, true},      {rt_watchdog_start, rt_watchdog_stop, false},
};
#define N_PARTS (sizeof parts / sizeof parts[0])

static void fini_parts(ractor_runtime *runtime, size_t n_parts)
{
    while (n_parts-- > 0)
        parts[n_parts].fini(runtime);
}

/* ------------------------------------------------------------------ start and stop */

ractor_status rt_runtime_start(const ractor_runtime_options *options, const struct rt_world *world,
                               ractor_runtime **runtime)
{
    ractor_runtime *made = rt_aligned_calloc(64, sizeof *made);
    if (made == NULL)
        return RACTOR_ENOMEM;
    choose_world(made, options, world);
    ractor_status status = apply_options(made, options);
    size_t n_ready = 0;
    while (status == RACTOR_OK && n_ready < N_PARTS) {
        if (parts[n_ready].init(made)) {
            n_ready++;
            continue;
        }
        status = RACTOR_ENOMEM;
        if (parts[n_ready].is_fini_after_failure)
            n_ready++;
        break;
    }
    if (status != RACTOR_OK) {
        fini_parts(made, n_ready);
        rt_free(made);
        return status;
    }
    if (made->host.is_on)
        rt_host_start(made);
    *runtime = made;
    return RACTOR_OK;
}

ractor_status ractor_runtime_start(const ractor_runtime_options *options, ractor_runtime **runtime)
{
    static const ractor_runtime_options defaults = {0};
    if (runtime == NULL)
        return RACTOR_EINVAL;
    return rt_runtime_start(options != NULL ? options : &defaults, NULL, runtime);
}

static void end_all_actors(ractor_runtime *runtime)
{
    static const struct rt_remote_ending stopped = {RACTOR_EVENT_ACTOR_TERMINATED, RACTOR_ENODE,
                                                    "runtime stopped"};
    struct ractor_cell *cell;
    for (uint32_t i = 0; (cell = rt_table_at(&runtime->cells, i)) != NULL; i++) {
        ractor_ref ref = {cell, atomic_load_explicit(&cell->pid, memory_order_seq_cst)};
        if (ref.pid == 0)
            continue;
        if (ractor_is_remote(ref))
            ractor_remote_end(ref, &stopped);
        else
            ractor_kill(ref);
    }
}

static bool is_wait(const struct ractor_call_slot *slot)
{
    return rt_slot_kind_of(slot) == RT_SLOT_WAIT;
}

static bool is_no_wait(const struct ractor_call_slot *slot)
{
    return !is_wait(slot);
}

static void cancel_slots(ractor_runtime *runtime,
                         bool (*is_meant)(const struct ractor_call_slot *slot))
{
    struct ractor_call_slot *slot;
    for (uint32_t i = 0; (slot = rt_table_at(&runtime->slots, i)) != NULL; i++) {
        uint64_t id = atomic_load_explicit(&slot->id, memory_order_acquire);
        if (id == 0 || (id & RT_SLOT_CLAIMED) != 0 || !is_meant(slot))
            continue;
        ractor_port port = {slot, id};
        (void)ractor_port_fail(&port, RACTOR_ECANCELED);
    }
}

static void wait_until_woken(ractor_runtime *runtime, struct rt_parker *parker)
{
    bool is_woken = false;
    while (!is_woken)
        is_woken = runtime->host.is_on ? rt_host_wait(runtime, parker, RT_NEVER)
                                       : rt_parker_wait(parker, RT_NEVER);
}

/* No actor is left: nobody else ends what other threads wait for. What is no wait comes after them:
 * one of them may be about to say in its slot where the outcome goes. */
static void cancel_all_calls(ractor_runtime *runtime)
{
    bool has_guests = rt_guests_close(runtime);
    cancel_slots(runtime, is_wait);
    if (has_guests)
        wait_until_woken(runtime, &runtime->guests.gone);
    cancel_slots(runtime, is_no_wait);
}

void ractor_runtime_stop(ractor_runtime *runtime)
{
    if (runtime == NULL)
        return;
    /* seq_cst: set before the pids are looked at; pairs with the look at it after a pid was
     * published in ractor_spawn. */
    atomic_store_explicit(&runtime->is_stopping, true, memory_order_seq_cst);
    atomic_store_explicit(&runtime->host.thread, &rt_thread, memory_order_relaxed);
    end_all_actors(runtime);
    while (atomic_load_explicit(&runtime->n_alive, memory_order_acquire) != 0)
        wait_until_woken(runtime, &runtime->ended);
    cancel_all_calls(runtime);
    fini_parts(runtime, N_PARTS);
    rt_free(runtime);
}

uint32_t ractor_runtime_workers(const ractor_runtime *runtime)
{
    return runtime->n_workers;
}

uint64_t ractor_now_ns(const ractor_runtime *runtime)
{
    return rt_now_ns(&runtime->clock);
}

ractor_status ractor_random(ractor_runtime *runtime, void *bytes, size_t length)
{
    return rt_random_fill(&runtime->random, bytes, length);
}

void ractor_runtime_get_stats(const ractor_runtime *runtime, ractor_runtime_stats *stats)
{
    stats->n_actors = atomic_load_explicit(&runtime->n_alive, memory_order_relaxed);
    stats->n_spawned = atomic_load_explicit(&runtime->n_spawned, memory_order_relaxed);
    stats->n_sent = atomic_load_explicit(&runtime->n_sent, memory_order_relaxed);
    stats->n_handled = rt_pins_n_handled(&runtime->pins);
    for (uint32_t i = 0; i < runtime->n_workers; i++) {
        const struct rt_worker *worker = &runtime->workers[i];
        stats->n_sent += atomic_load_explicit(&worker->n_sent, memory_order_relaxed);
        stats->n_handled += atomic_load_explicit(&worker->tally.n_handled, memory_order_relaxed);
    }
    stats->n_dead_letters = 0;
    for (unsigned reason = 0; reason < RACTOR_DEAD_REASONS; reason++) {
        stats->n_dead_by_reason[reason] =
            atomic_load_explicit(&runtime->dead_letters.n[reason], memory_order_relaxed);
        stats->n_dead_letters += stats->n_dead_by_reason[reason];
    }
}

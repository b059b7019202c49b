/* SPDX-License-Identifier: MIT */
#include "actor/cell.h"

#include "actor/event.h"
#include "actor/life.h"
#include "actor/message.h"
#include "actor/runtime.h"

#include <ractor/status.h>

bool rt_cell_signal(ractor_ref ref, uint64_t bits)
{
    uint64_t generation = rt_signal_generation(ref.pid);
    uint64_t seen = atomic_load_explicit(&ref.cell->signals, memory_order_relaxed);
    do {
        if ((seen & ~RT_SIGNAL_MASK) != generation || !rt_ref_is_alive(ref))
            return false;
        /* seq_cst: set before rt_mailbox_wake looks at the idle bit; pairs with rt_mailbox_try_idle
         * and the look at the signals after it. */
    } while (!atomic_compare_exchange_weak_explicit(&ref.cell->signals, &seen, seen | bits,
                                                    memory_order_seq_cst, memory_order_relaxed));
    return true;
}

bool rt_cell_signal_and_wake(ractor_ref ref, uint64_t bits)
{
    if (!rt_cell_signal(ref, bits))
        return false;
    if (rt_mailbox_wake(&ref.cell->mailbox))
        rt_schedule(ref.cell);
    return true;
}

/* The table hands out zeroed memory at the first use, and a finished cell after that. */
static void prepare(struct ractor_cell *cell, ractor_runtime *runtime)
{
    if (cell->runtime != NULL)
        return;
    cell->runtime = runtime;
    atomic_store_explicit(&cell->status, RACTOR_ACTOR_STOPPED, memory_order_relaxed);
    rt_mailbox_init(&cell->mailbox, &cell->tail);
}

struct ractor_cell *rt_cell_take(ractor_runtime *runtime)
{
    struct rt_worker *worker = rt_worker_here(runtime);
    struct rt_record_cache *cache = worker != NULL ? &worker->cells : NULL;
    struct rt_record *refused = NULL;
    struct ractor_cell *cell;
    while ((cell = rt_table_take(&runtime->cells, cache)) != NULL) {
        prepare(cell, runtime);
        if (rt_mailbox_wake(&cell->mailbox))
            break;
        /* A message came too late for the actor before; a worker is about to throw it away. */
        cell->record.next_free = refused;
        refused = &cell->record;
    }
    while (refused != NULL) {
        struct rt_record *next = refused->next_free;
        rt_table_give(&runtime->cells, cache, refused);
        refused = next;
    }
    return cell;
}

/* Its memory stays the mailbox's last read node for now. */
static void throw_away(struct ractor_cell *cell, struct rt_link *link)
{
    (void)atomic_fetch_add_explicit(&cell->runtime->n_dead_letters, 1, memory_order_relaxed);
    rt_message_settle((struct ractor_message *)link, RACTOR_ENOENT);
}

/* The node that was read last is free now, unless it is the anchor. */
static void retire(struct ractor_cell *cell, struct rt_link *link)
{
    if (link != &cell->tail.anchor)
        rt_message_release(rt_pool_here(), (struct ractor_message *)link);
}

/* Throws away all that is in the mailbox; the anchor may be in the queue or not. */
static void throw_away_all(struct ractor_cell *cell)
{
    struct rt_link *read_before;
    struct rt_link *link;
    while ((link = rt_mailbox_pop(&cell->tail, &read_before)) != NULL) {
        retire(cell, read_before);
        if (link != &cell->tail.anchor)
            throw_away(cell, link);
    }
}

/* A free cell keeps no message as its last read node, but the anchor. */
static void restore_anchor(struct ractor_cell *cell)
{
    if (cell->tail.last_read == &cell->tail.anchor)
        return;
    (void)rt_mailbox_push(&cell->mailbox, &cell->tail.anchor);
    while (cell->tail.last_read != &cell->tail.anchor)
        throw_away_all(cell); /* again while a producer is between its two steps */
}

static void free_events(struct rt_event *event)
{
    while (event != NULL) {
        struct rt_event *next = event->next;
        rt_event_free(event);
        event = next;
    }
}

void rt_cell_give(struct ractor_cell *cell)
{
    ractor_runtime *runtime = cell->runtime;
    struct rt_worker *worker = rt_worker_here(runtime);
    free_events(cell->backlog);
    cell->backlog = NULL;
    /* acquire: pairs with the release in rt_event_send. */
    free_events(atomic_exchange_explicit(&cell->events, NULL, memory_order_acquire));
    do {
        throw_away_all(cell);
        restore_anchor(cell);
    } while (!rt_mailbox_try_idle(&cell->mailbox, &cell->tail));
    rt_table_give(&runtime->cells, worker != NULL ? &worker->cells : NULL, cell);
}

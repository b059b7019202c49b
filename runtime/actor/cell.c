/* SPDX-License-Identifier: MIT */
#include "actor/cell.h"

#include "actor/bound.h"
#include "actor/deadletter.h"
#include "actor/event.h"
#include "actor/life.h"
#include "actor/message.h"
#include "actor/pin.h"
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
    atomic_store_explicit(&cell->waiting_within, 0, memory_order_relaxed);
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
    rt_note_drop(cell, (struct ractor_message *)link, rt_dead_reason_of(cell));
    rt_message_settle((struct ractor_message *)link, RACTOR_ENOENT);
}

void rt_cell_retire(struct ractor_cell *cell, struct rt_link *link)
{
    if (link == &cell->tail.anchor)
        cell->is_anchor_out = true;
    else
        rt_message_release(rt_pool_here(), (struct ractor_message *)link);
}

void rt_cell_queue_anchor(struct ractor_cell *cell)
{
    if (!cell->is_anchor_out)
        return;
    cell->is_anchor_out = false;
    (void)rt_mailbox_push(&cell->mailbox, &cell->tail.anchor); /* not idle: the caller owns it */
}

/* Throws the next message away; false when there is none, or its producer is between two steps. */
static bool throw_away_next(struct ractor_cell *cell)
{
    struct rt_link *read_before;
    struct rt_link *link = rt_mailbox_pop(&cell->tail, &read_before);
    if (link == NULL)
        return false;
    rt_cell_retire(cell, read_before);
    if (link != &cell->tail.anchor)
        throw_away(cell, link);
    return true;
}

/* Empties the mailbox until the anchor is its last read node: a free cell keeps no message. */
static void empty_mailbox(struct ractor_cell *cell)
{
    while (throw_away_next(cell))
        continue;
    while (cell->tail.last_read != &cell->tail.anchor) {
        rt_cell_queue_anchor(cell);
        (void)throw_away_next(cell);
    }
}

void rt_cell_give(struct ractor_cell *cell)
{
    ractor_runtime *runtime = cell->runtime;
    if (rt_cell_kind_of(cell) == RT_CELL_BOUNDED)
        rt_bound_close(cell);
    atomic_store_explicit(&cell->kind, RT_CELL_LOCAL, memory_order_relaxed);
    if (cell->is_pinned) {
        /* Before the cell is idle: what comes too late is for a worker to throw away. */
        rt_pin_end(atomic_load_explicit(&cell->pin, memory_order_relaxed));
        cell->is_pinned = false;
    }
    struct rt_worker *worker = rt_worker_here(runtime);
    rt_event_free_list(cell->backlog);
    cell->backlog = NULL;
    /* acquire: pairs with the release in rt_event_send. */
    rt_event_free_list(atomic_exchange_explicit(&cell->events, NULL, memory_order_acquire));
    do {
        empty_mailbox(cell);
    } while (!rt_mailbox_try_idle(&cell->mailbox, &cell->tail));
    rt_table_give(&runtime->cells, worker != NULL ? &worker->cells : NULL, cell);
}

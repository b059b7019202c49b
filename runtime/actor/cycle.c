/* SPDX-License-Identifier: MIT */
#include "actor/cycle.h"

#include "actor/cell.h"
#include "actor/context.h"
#include "actor/runtime.h"
#include "actor/slot.h"

#include <stdio.h>

/* A walk is given up after so many calls: longer chains are not looked through. */
#define MAX_CALLS 1024
#define LINE_BYTES 512

static bool is_checked(const struct ractor_call_slot *slot)
{
    return slot->runtime->checks_calls && rt_thread.context != NULL;
}

static void set_calling(const struct ractor_call_slot *slot, uint32_t index)
{
    for (struct ractor_context *c = rt_thread.context; c != NULL; c = c->outer)
        /* seq_cst: the edge is written before others are read, here and in each other caller; of
         * two that close a cycle the later one sees the earlier one's. */
        if (c->runtime == slot->runtime)
            atomic_store_explicit(&c->self.cell->calling, index, memory_order_seq_cst);
}

/* Whom an actor waits for; false: it does not, or has done so a moment ago. */
static bool find_callee(ractor_runtime *runtime, ractor_ref actor, ractor_ref *callee)
{
    if (!rt_ref_is_alive(actor) || actor.cell->runtime != runtime)
        return false;
    /* seq_cst: see set_calling. */
    uint32_t index = atomic_load_explicit(&actor.cell->calling, memory_order_seq_cst);
    struct ractor_call_slot *slot = index != 0 ? rt_table_at(&runtime->slots, index - 1) : NULL;
    if (slot == NULL)
        return false;
    /* acquire, twice with one result: what is read in between belongs to one use of the slot. */
    uint64_t id = atomic_load_explicit(&slot->id, memory_order_acquire);
    callee->cell = atomic_load_explicit(&slot->callee_cell, memory_order_relaxed);
    callee->pid = atomic_load_explicit(&slot->callee_pid, memory_order_acquire);
    return (id & RT_SLOT_CLAIMED) == 0 &&
           atomic_load_explicit(&slot->id, memory_order_acquire) == id &&
           atomic_load_explicit(&actor.cell->calling, memory_order_seq_cst) == index;
}

static void append_name(char *line, size_t *length, ractor_ref actor)
{
    const ractor_message_type *type = atomic_load_explicit(&actor.cell->type, memory_order_relaxed);
    int more = snprintf(line + *length, LINE_BYTES - *length, " -> %s %llu",
                        type != NULL ? type->name : "actor", (unsigned long long)actor.pid);
    if (more > 0)
        *length += (size_t)more;
    if (*length >= LINE_BYTES)
        *length = LINE_BYTES - 1;
}

/* Names everyone from the caller to the caller. */
static void log_cycle(ractor_runtime *runtime, ractor_ref to)
{
    char line[LINE_BYTES] = "";
    size_t length = 0;
    append_name(line, &length, rt_thread.context->self);
    append_name(line, &length, to);
    for (unsigned i = 0; i < MAX_CALLS && !rt_context_is_within(to); i++) {
        if (!find_callee(runtime, to, &to))
            break; /* it has come apart: somebody has given up */
        append_name(line, &length, to);
    }
    rt_logf(&runtime->log, RACTOR_LOG_WARN, "calls wait for each other:%s", line);
}

static bool closes_cycle(ractor_runtime *runtime, ractor_ref to)
{
    for (unsigned i = 0; i < MAX_CALLS; i++) {
        if (rt_context_is_within(to))
            return true;
        if (!find_callee(runtime, to, &to))
            return false;
    }
    return false;
}

ractor_status rt_cycle_enter(struct ractor_call_slot *slot, ractor_ref to)
{
    if (!is_checked(slot))
        return RACTOR_OK;
    atomic_store_explicit(&slot->callee_cell, to.cell, memory_order_relaxed);
    /* release: pairs with the acquire in find_callee. */
    atomic_store_explicit(&slot->callee_pid, to.pid, memory_order_release);
    set_calling(slot, (uint32_t)(rt_slot_port(slot).ticket & RT_ID_INDEX_MASK));
    if (!closes_cycle(slot->runtime, to))
        return RACTOR_OK;
    log_cycle(slot->runtime, to);
    rt_cycle_leave(slot);
    return RACTOR_EDEADLOCK;
}

void rt_cycle_leave(const struct ractor_call_slot *slot)
{
    if (is_checked(slot))
        set_calling(slot, 0);
}

/* SPDX-License-Identifier: MIT */
/* Ending actors from outside: each of these only sets a signal; the actor's turn does the rest. */
#include "actor/cell.h"
#include "actor/slot.h"
#include "actor/tree.h"
#include "base/alloc.h"

#include <ractor/actor.h>

static bool is_local(ractor_ref actor)
{
    return rt_ref_is_alive(actor) &&
           !atomic_load_explicit(&actor.cell->is_remote, memory_order_relaxed);
}

ractor_actor_status ractor_status_of(ractor_ref actor)
{
    if (!rt_ref_is_alive(actor))
        return RACTOR_ACTOR_STOPPED;
    uint32_t status = atomic_load_explicit(&actor.cell->status, memory_order_relaxed);
    return rt_ref_is_alive(actor) ? (ractor_actor_status)status : RACTOR_ACTOR_STOPPED;
}

void ractor_stop(ractor_ref actor, const char *reason)
{
    if (!is_local(actor))
        return;
    char *copy = rt_strdup(reason); /* without memory the actor stops without a reason */
    rt_tree_lock(actor.cell);
    if (rt_ref_is_alive(actor) && actor.cell->stop_reason == NULL) {
        actor.cell->stop_reason = copy;
        copy = NULL;
    }
    rt_tree_unlock(actor.cell);
    rt_free(copy);
    (void)rt_cell_signal_and_wake(actor, RT_SIGNAL_STOP);
}

void ractor_kill(ractor_ref actor)
{
    if (!is_local(actor) || !rt_cell_signal(actor, RT_SIGNAL_KILL))
        return;
    /* seq_cst: read after the signal is set; pairs with the hook, which announces its wait before
     * it reads the signals. */
    uint64_t waiting = atomic_load_explicit(&actor.cell->waiting, memory_order_seq_cst);
    /* If the actor still lives, the wait that was read is its own, not its cell's next user's. */
    if (waiting != 0 && rt_ref_is_alive(actor))
        rt_slot_cancel_wait(actor.cell->runtime, waiting);
    (void)rt_cell_signal_and_wake(actor, RT_SIGNAL_KILL);
}

void ractor_drain(ractor_ref actor)
{
    if (!is_local(actor))
        return;
    /* Under the lock a living actor cannot make way for another one in the same cell. */
    rt_tree_lock(actor.cell);
    uint32_t status = atomic_load_explicit(&actor.cell->status, memory_order_relaxed);
    while (rt_ref_is_alive(actor) && status < RACTOR_ACTOR_DRAINING) {
        if (atomic_compare_exchange_weak_explicit(&actor.cell->status, &status,
                                                  RACTOR_ACTOR_DRAINING, memory_order_relaxed,
                                                  memory_order_relaxed))
            break;
    }
    rt_tree_unlock(actor.cell);
    (void)rt_cell_signal_and_wake(actor, RT_SIGNAL_DRAIN);
}

ractor_status ractor_stop_and_wait(ractor_ref actor, const char *reason, uint32_t timeout_ms)
{
    ractor_stop(actor, reason);
    return ractor_wait(actor, timeout_ms);
}

ractor_status ractor_kill_and_wait(ractor_ref actor, uint32_t timeout_ms)
{
    ractor_kill(actor);
    return ractor_wait(actor, timeout_ms);
}

ractor_status ractor_drain_and_wait(ractor_ref actor, uint32_t timeout_ms)
{
    ractor_drain(actor);
    return ractor_wait(actor, timeout_ms);
}

/* SPDX-License-Identifier: MIT */
#include "actor/slot.h"

#include "actor/cell.h"
#include "actor/context.h"
#include "actor/guests.h"
#include "actor/runtime.h"
#include "actor/within.h"
#include "actor/worker.h"
#include "base/clock.h"

#include <string.h>

bool rt_slot_claim(struct ractor_call_slot *slot, uint64_t id)
{
    /* acquire: the slot's fields are those of this use. */
    return atomic_compare_exchange_strong_explicit(&slot->id, &id, id | RT_SLOT_CLAIMED,
                                                   memory_order_acq_rel, memory_order_relaxed);
}

static bool prepare_wait(struct ractor_call_slot *slot, struct rt_worker *worker)
{
    slot->as.wait.reply = NULL;
    slot->as.wait.owner = NULL;
    slot->as.wait.worker = worker;
    slot->as.wait.fiber = worker != NULL ? worker->fiber : NULL;
    atomic_store_explicit(&slot->as.wait.phase, RT_PHASE_PENDING, memory_order_relaxed);
    if (worker == NULL && !slot->has_parker)
        slot->has_parker = rt_parker_init(&slot->parker);
    slot->parker.bell = rt_host_is_here(slot->runtime) ? &slot->runtime->host.bell : NULL;
    return worker != NULL || slot->has_parker;
}

/* Somebody else has claimed the slot, and is writing the outcome right now. */
static void await_outcome(struct ractor_call_slot *slot)
{
    if (slot->as.wait.worker == NULL) {
        (void)rt_parker_wait(&slot->parker, RT_NEVER);
        return;
    }
    /* The claimant is between its exchange and its last store, a few instructions long. acquire:
     * pairs with rt_slot_finish. */
    while (atomic_load_explicit(&slot->as.wait.phase, memory_order_acquire) != RT_PHASE_DONE)
        continue;
}

static void give_back(struct ractor_call_slot *slot)
{
    struct rt_worker *worker = rt_worker_here(slot->runtime);
    rt_table_give(&slot->runtime->slots, worker != NULL ? &worker->slots : NULL, slot);
}

static void withdraw(struct ractor_call_slot *slot)
{
    uint64_t id = atomic_load_explicit(&slot->id, memory_order_relaxed) & ~RT_SLOT_CLAIMED;
    if (!rt_slot_claim(slot, id))
        await_outcome(slot);
}

ractor_status rt_slot_take(ractor_runtime *runtime, enum rt_slot_kind kind,
                           struct ractor_call_slot **slot)
{
    struct rt_worker *worker = rt_worker_here(runtime);
    struct ractor_call_slot *taken =
        rt_table_take(&runtime->slots, worker != NULL ? &worker->slots : NULL);
    if (taken == NULL)
        return RACTOR_ENOMEM;
    taken->runtime = runtime;
    atomic_store_explicit(&taken->kind, (uint8_t)kind, memory_order_relaxed);
    taken->codec = NULL;
    atomic_store_explicit(&taken->deadline_ns, RT_NEVER, memory_order_relaxed);
    if (kind == RT_SLOT_WAIT && !prepare_wait(taken, worker)) {
        give_back(taken);
        return RACTOR_ENOMEM;
    }
    /* release: pairs with the acquire of a claim; a stale port that wins no claim sees nothing. */
    atomic_store_explicit(&taken->id, taken->record.next_id, memory_order_release);
    /* Last, so that who closes the door sees the slots of all who came in, and ends their waits. */
    if (kind == RT_SLOT_WAIT && !rt_guest_enter(runtime)) {
        withdraw(taken);
        give_back(taken);
        return RACTOR_ECANCELED;
    }
    *slot = taken;
    return RACTOR_OK;
}

void rt_slot_give(struct ractor_call_slot *slot)
{
    ractor_runtime *runtime = slot->runtime;
    bool is_wait = rt_slot_kind_of(slot) == RT_SLOT_WAIT;
    give_back(slot);
    if (is_wait)
        rt_guest_leave(runtime);
}

void rt_slot_abandon(struct ractor_call_slot *slot)
{
    withdraw(slot);
    rt_slot_give(slot);
}

void rt_slot_finish(struct ractor_call_slot *slot, ractor_status status)
{
    slot->status = status;
    if (slot->as.wait.worker == NULL) {
        struct rt_parker *parker = &slot->parker;
        /* The waiter may give the slot back as soon as it is woken, but the parker stays a parker.
         */
        rt_parker_wake(parker);
        return;
    }
    /* acq_rel: release publishes the outcome to a waiter that has not parked yet. */
    uint32_t before =
        atomic_exchange_explicit(&slot->as.wait.phase, RT_PHASE_DONE, memory_order_acq_rel);
    if (before == RT_PHASE_PARKED)
        rt_worker_resume(slot);
}

void rt_slot_cancel_wait(ractor_runtime *runtime, uint64_t slot_id)
{
    struct ractor_call_slot *slot = rt_table_find(&runtime->slots, slot_id);
    if (slot != NULL && rt_slot_claim(slot, slot_id))
        rt_slot_finish(slot, RACTOR_ECANCELED);
}

/* From now on a kill of the actor ends the wait; one that came before ends it now. A pre_start runs
 * within the hook of the spawner, whose kill ends the wait, too. */
static void announce_wait(struct ractor_context *context, uint64_t id)
{
    for (; context != NULL; context = context->outer) {
        struct ractor_cell *cell = context->self.cell;
        /* seq_cst: announced before the signals are read; pairs with ractor_kill, which signals
         * before it reads `waiting`. */
        atomic_store_explicit(&cell->waiting, id, memory_order_seq_cst);
        uint64_t signals = atomic_load_explicit(&cell->signals, memory_order_seq_cst);
        if ((signals & RT_SIGNAL_KILL) != 0 || rt_within_is_over(context->runtime, cell))
            rt_slot_cancel_wait(context->runtime, id);
    }
}

static void withdraw_wait(struct ractor_context *context)
{
    for (; context != NULL; context = context->outer)
        atomic_store_explicit(&context->self.cell->waiting, 0, memory_order_relaxed);
}

static bool park_thread(struct ractor_call_slot *slot, uint64_t deadline_ns)
{
    if (rt_host_is_here(slot->runtime))
        return rt_host_wait(slot->runtime, &slot->parker, deadline_ns);
    return rt_parker_wait(&slot->parker, deadline_ns);
}

static void wait_on_thread(struct ractor_call_slot *slot, uint64_t id, uint64_t deadline_ns)
{
    if (park_thread(slot, deadline_ns))
        return;
    if (rt_slot_claim(slot, id)) {
        slot->status = RACTOR_ETIMEOUT;
        return;
    }
    await_outcome(slot);
}

/* No stack to go on with: the wait cannot be, unless its outcome is being written already. */
static void give_up(struct ractor_call_slot *slot, uint64_t id)
{
    if (rt_slot_claim(slot, id)) {
        slot->status = RACTOR_ENOMEM;
        return;
    }
    await_outcome(slot);
}

static void wait_on_fiber(struct ractor_call_slot *slot, uint64_t id, uint64_t deadline_ns)
{
    struct rt_worker *worker = slot->as.wait.worker;
    /* acquire: pairs with rt_slot_finish; the outcome may be there already. */
    if (atomic_load_explicit(&slot->as.wait.phase, memory_order_acquire) == RT_PHASE_DONE)
        return;
    if (!rt_worker_reserve_stack(worker)) {
        give_up(slot, id);
        return;
    }
    if (deadline_ns != RT_NEVER)
        rt_wheel_add(&worker->wheel, &slot->deadline.timer, deadline_ns);
    uint32_t pending = RT_PHASE_PENDING;
    if (atomic_compare_exchange_strong_explicit(&slot->as.wait.phase, &pending, RT_PHASE_PARKED,
                                                memory_order_acq_rel, memory_order_acquire))
        rt_worker_suspend(worker);
    rt_wheel_remove(&worker->wheel, &slot->deadline.timer);
}

static void wait_here(struct ractor_call_slot *slot, uint64_t id, uint64_t deadline_ns)
{
    if (slot->as.wait.worker != NULL)
        wait_on_fiber(slot, id, deadline_ns);
    else
        wait_on_thread(slot, id, deadline_ns);
}

ractor_status rt_slot_wait(struct ractor_call_slot *slot, uint64_t deadline_ns)
{
    uint64_t id = atomic_load_explicit(&slot->id, memory_order_relaxed) & ~RT_SLOT_CLAIMED;
    struct ractor_context *context = rt_thread.context;
    announce_wait(context, id);
    wait_here(slot, id, deadline_ns);
    withdraw_wait(context);
    return slot->status;
}

ractor_status rt_slot_wait_out(struct ractor_call_slot *slot)
{
    wait_here(slot, atomic_load_explicit(&slot->id, memory_order_relaxed) & ~RT_SLOT_CLAIMED,
              RT_NEVER);
    return slot->status;
}

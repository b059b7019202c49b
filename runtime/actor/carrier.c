/* SPDX-License-Identifier: MIT */
/* What the cluster layer needs of threads: blocks of their own, the end of a turn, and a place to
 * wait until a session has room. */
#include "actor/remote.h"

#include "actor/context.h"
#include "actor/runtime.h"
#include "actor/scheduler.h"
#include "actor/slot.h"
#include "actor/worker.h"
#include "base/clock.h"

void ractor_carrier_enter(ractor_runtime *runtime, struct rt_pool *pool)
{
    rt_pool_init(pool, &runtime->depot);
    rt_thread.pool = pool;
    rt_thread.is_carrier = true;
}

void ractor_carrier_leave(struct rt_pool *pool)
{
    rt_thread.pool = NULL;
    rt_thread.is_carrier = false;
    rt_pool_fini(pool);
}

void ractor_carrier_deliver(void (*deliver)(void *user), void *user)
{
    struct rt_held held = {.n = 0};
    rt_thread.held = &held;
    deliver(user);
    rt_thread.held = NULL;
    for (uint32_t i = 0; i < held.n; i++)
        rt_schedule(held.cells[i]);
}

bool ractor_at_turn_end(void (*run)(void *what, uint64_t use), void *what, uint64_t use)
{
    struct rt_worker *worker = rt_thread.worker;
    if (worker == NULL || rt_thread.context == NULL)
        return false;
    for (uint32_t i = 0; i < worker->n_turn_ends; i++) {
        if (worker->turn_ends[i].what == what && worker->turn_ends[i].use == use)
            return true;
    }
    if (worker->n_turn_ends == RT_TURN_ENDS)
        return false;
    worker->turn_ends[worker->n_turn_ends++] = (struct rt_turn_end){run, what, use};
    return true;
}

ractor_status ractor_pause_open(ractor_runtime *runtime, ractor_port *port)
{
    if (!rt_context_may_wait())
        return RACTOR_EAGAIN;
    struct ractor_call_slot *slot;
    ractor_status status = rt_slot_take(rt_context_waiting_runtime(runtime), RT_SLOT_WAIT, &slot);
    if (status != RACTOR_OK)
        return status;
    *port = rt_slot_port(slot);
    return RACTOR_OK;
}

ractor_status ractor_pause(const ractor_port *port, uint32_t timeout_ms)
{
    ractor_status status =
        rt_slot_wait(port->slot, rt_deadline_ns(&port->slot->runtime->clock, timeout_ms));
    rt_slot_give(port->slot);
    return status;
}

void ractor_pause_end(const ractor_port *port)
{
    if (rt_slot_claim(port->slot, port->ticket))
        rt_slot_finish(port->slot, RACTOR_OK);
}

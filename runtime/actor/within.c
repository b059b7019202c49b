/* SPDX-License-Identifier: MIT */
#include "actor/within.h"

#include "actor/cell.h"
#include "actor/context.h"
#include "actor/message.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "base/clock.h"

#include <ractor/registry.h>

static ractor_port port_in_hand(void)
{
    const struct ractor_context *context = rt_thread.context;
    ractor_port none = {NULL, 0};
    if (context == NULL || context->message == NULL || context->message->kind != RT_MESSAGE_USER)
        return none;
    return context->message->port;
}

uint64_t rt_within_ticket(void)
{
    ractor_port port = port_in_hand();
    return port.slot != NULL ? port.ticket : 0;
}

ractor_status rt_within_limit(uint64_t *deadline_ns, uint32_t *timeout_ms)
{
    ractor_port port = port_in_hand();
    if (port.slot == NULL)
        return RACTOR_OK;
    uint64_t limit_ns = atomic_load_explicit(&port.slot->deadline_ns, memory_order_relaxed);
    /* acquire, after the deadline: if the call is still open, the deadline was its own. */
    atomic_thread_fence(memory_order_acquire);
    if (ractor_port_is_closed(&port))
        return RACTOR_ECANCELED;
    if (limit_ns >= *deadline_ns)
        return RACTOR_OK;
    /* The slot may be another call's by now; the context's runtime is the same. */
    uint64_t now_ns = rt_now_ns(&rt_thread.context->runtime->clock);
    if (limit_ns <= now_ns)
        return RACTOR_ETIMEOUT;
    *deadline_ns = limit_ns;
    *timeout_ms = (uint32_t)((limit_ns - now_ns + RT_NS_PER_MS - 1) / RT_NS_PER_MS);
    return RACTOR_OK;
}

void rt_within_enter(uint64_t ticket)
{
    if (ticket == 0)
        return;
    /* seq_cst: before the wait is announced; pairs with ractor_inbound_cancel. */
    atomic_store_explicit(&rt_thread.context->self.cell->waiting_within, ticket,
                          memory_order_seq_cst);
}

void rt_within_leave(void)
{
    if (rt_thread.context != NULL)
        atomic_store_explicit(&rt_thread.context->self.cell->waiting_within, 0,
                              memory_order_relaxed);
}

bool rt_within_is_over(ractor_runtime *runtime, struct ractor_cell *cell)
{
    uint64_t ticket = atomic_load_explicit(&cell->waiting_within, memory_order_relaxed);
    struct ractor_call_slot *slot = rt_table_find(&runtime->slots, ticket);
    /* seq_cst: after the wait was announced; pairs with ractor_inbound_cancel, which claims the
     * slot before it looks for a wait. */
    return slot != NULL && atomic_load_explicit(&slot->id, memory_order_seq_cst) != ticket;
}

void ractor_inbound_cancel(ractor_runtime *runtime, uint64_t pid, const ractor_port *port)
{
    ractor_ref callee;
    if (!rt_slot_claim(port->slot, port->ticket))
        return;
    rt_slot_give(port->slot);
    if (ractor_find_pid(runtime, pid, &callee) != RACTOR_OK)
        return;
    /* seq_cst: both after the claim; see rt_within_is_over. The wait is read first: if it is
     * another one by the time that `waiting_within` is read, it sees for itself. */
    uint64_t waiting = atomic_load_explicit(&callee.cell->waiting, memory_order_seq_cst);
    if (waiting != 0 &&
        atomic_load_explicit(&callee.cell->waiting_within, memory_order_seq_cst) == port->ticket)
        rt_slot_cancel_wait(runtime, waiting);
}

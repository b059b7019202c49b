/* SPDX-License-Identifier: MIT */
/*
 * Sends and calls. A message goes either into the mailbox of a local actor or, encoded by the
 * cluster layer, to another node. How a call ends is port.c's.
 */
#include "actor/call.h"

#include "actor/bound.h"
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/cycle.h"
#include "actor/guests.h"
#include "actor/message.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "actor/scheduler.h"
#include "actor/slot.h"
#include "actor/span.h"
#include "actor/trace.h"
#include "actor/within.h"
#include "actor/worker.h"
#include "base/alloc.h"
#include "base/clock.h"

#include <stddef.h>

/* What a send costs the sender's batch, in messages handled: to any actor, and beyond it to one
 * that is crowded. */
#define SEND_CHARGE 1
#define CROWDED_CHARGE 3

static const ractor_port no_port = {NULL, 0};

/* Who sends much gives way to who is to handle it, and all the more to one that is slower than its
 * senders. Otherwise the queue grows out of the caches, and then out of the memory. */
static void charge_sender(const struct ractor_cell *to)
{
    struct rt_worker *worker = rt_thread.worker;
    if (worker == NULL)
        return;
    worker->tally.charge += SEND_CHARGE;
    /* relaxed: a hint. */
    if (atomic_load_explicit(&to->is_crowded, memory_order_relaxed))
        worker->tally.crowded_charge += CROWDED_CHARGE;
}

/* Now, or when all has been delivered that a carrier has in hand. */
static void schedule(struct ractor_cell *cell)
{
    struct rt_held *held = rt_thread.held;
    if (held != NULL && held->n < RT_HELD_CELLS)
        held->cells[held->n++] = cell;
    else
        rt_schedule(cell);
}

void rt_deliver(ractor_ref to, struct ractor_message *message)
{
    message->pid = to.pid;
    rt_count_send(to.cell->runtime);
    rt_show_send(to, message);
    if (rt_mailbox_push(&to.cell->mailbox, &message->link))
        schedule(to.cell);
    else
        charge_sender(to.cell);
}

ractor_status rt_check_target(ractor_ref to, const ractor_message_type *type)
{
    if (!rt_ref_is_alive(to))
        return RACTOR_ENOENT;
    if (atomic_load_explicit(&to.cell->type, memory_order_relaxed) != type)
        return RACTOR_ETYPE;
    uint32_t status = atomic_load_explicit(&to.cell->status, memory_order_relaxed);
    if (status == RACTOR_ACTOR_DRAINING)
        return RACTOR_ESTOPPED;
    return status > RACTOR_ACTOR_DRAINING ? RACTOR_ENOENT : RACTOR_OK;
}

void rt_find_whole(ractor_ref to, const ractor_message_type **type, uint32_t *tag)
{
    const ractor_message_type *whole = (*type)->whole;
    if (to.cell == NULL || atomic_load_explicit(&to.cell->type, memory_order_relaxed) != whole)
        return;
    *tag = (*type)->whole_tags[*tag];
    *type = whole;
}

/* The message for an actor of this process. NULL, with RACTOR_OK: a simulation has lost it. */
static ractor_status make_message(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                                  const void *args, ractor_port port,
                                  struct ractor_message **message)
{
    *message = NULL;
    ractor_status status = rt_check_target(to, type);
    if (status != RACTOR_OK)
        return status;
    const struct rt_world *world = to.cell->runtime->host.world;
    if (world != NULL && world->loses(world->user, to, type, tag))
        return RACTOR_OK;
    status = rt_message_copy_sent(to.cell->runtime, type->variants[tag].args, args, message);
    if (status != RACTOR_OK)
        return status;
    (*message)->tag = tag;
    (*message)->port = port;
    return RACTOR_OK;
}

static ractor_status send_local(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                                const void *args, ractor_port port)
{
    struct ractor_message *message;
    ractor_status status = make_message(to, type, tag, args, port, &message);
    if (status == RACTOR_OK && message != NULL)
        rt_deliver(to, message);
    return status;
}

static ractor_status send_bounded(ractor_ref to, const struct rt_outbound *outbound,
                                  ractor_port port, uint64_t wait_until_ns)
{
    struct ractor_message *message;
    ractor_status status =
        make_message(to, outbound->type, outbound->tag, outbound->args, port, &message);
    if (status != RACTOR_OK || message == NULL)
        return status;
    status = rt_bound_deliver(to, outbound->type, message, wait_until_ns);
    if (status != RACTOR_OK)
        rt_message_release(rt_pool_here(), message);
    return status;
}

ractor_status rt_check_variant(const ractor_message_type *type, uint32_t tag, const void *args,
                               bool is_call)
{
    if (type == NULL || tag >= type->n_variants)
        return RACTOR_EINVAL;
    const ractor_variant *variant = &type->variants[tag];
    bool is_rpc = (variant->flags & RACTOR_VARIANT_RPC) != 0;
    if (is_rpc != is_call || (args == NULL && variant->args->size != 0))
        return RACTOR_EINVAL;
    return RACTOR_OK;
}

/* The trace goes along, and a tracer sees it. `next` is room for it. */
static void trace_remote(ractor_ref to, struct rt_outbound *outbound, ractor_trace_context *next)
{
    const ractor_tracer *tracer = rt_tracer_of(to.cell->runtime);
    if (rt_thread.has_traces && rt_span_next(to.cell->runtime, next))
        outbound->trace = next;
    if (tracer != NULL)
        rt_trace_send(tracer, to, outbound);
}

static enum rt_cell_kind kind_of(ractor_ref to)
{
    return to.cell != NULL ? rt_cell_kind_of(to.cell) : RT_CELL_LOCAL;
}

static ractor_status send_remote(ractor_ref to, struct rt_outbound *outbound)
{
    struct rt_remote_address address;
    ractor_trace_context next;
    if (!ractor_remote_address_of(to, &address))
        return RACTOR_ENOENT;
    trace_remote(to, outbound, &next);
    return address.ops->cast(&address, outbound);
}

ractor_status rt_send_elsewhere(ractor_ref to, struct rt_outbound outbound)
{
    ractor_runtime *runtime = to.cell->runtime;
    if (!rt_guest_enter(runtime)) /* it may wait for room */
        return RACTOR_ENOENT;
    ractor_status status = kind_of(to) == RT_CELL_BOUNDED
                               ? send_bounded(to, &outbound, no_port, RT_NEVER)
                               : send_remote(to, &outbound);
    rt_guest_leave(runtime);
    return status;
}

static inline ractor_status send(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                                 const void *args)
{
    if (kind_of(to) == RT_CELL_LOCAL)
        return send_local(to, type, tag, args, no_port);
    return rt_send_elsewhere(to, (struct rt_outbound){.type = type, .tag = tag, .args = args});
}

static ractor_status send_part(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                               const void *args)
{
    rt_find_whole(to, &type, &tag);
    return send(to, type, tag, args);
}

ractor_status ractor_send(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                          const void *args)
{
    ractor_status status = rt_check_variant(type, tag, args, false);
    if (status != RACTOR_OK)
        return status;
    if (__builtin_expect(type->whole != NULL, 0))
        return send_part(to, type, tag, args);
    return send(to, type, tag, args);
}

/* ------------------------------------------------------------------ the outgoing half of a call */

ractor_status rt_prepare_route(ractor_ref to, struct rt_route *route)
{
    route->is_remote = kind_of(to) == RT_CELL_REMOTE;
    route->wait_until_ns = RT_NO_WAIT;
    if (!route->is_remote)
        return RACTOR_OK;
    if (!ractor_remote_address_of(to, &route->address))
        return RACTOR_ENOENT;
    route->call_tag =
        atomic_fetch_add_explicit(&to.cell->next_call_tag, 1, memory_order_relaxed) + 1;
    return RACTOR_OK;
}

static ractor_status send_call(ractor_ref to, const struct rt_outbound *outbound,
                               uint32_t timeout_ms, ractor_port port, const struct rt_route *route)
{
    if (!route->is_remote && kind_of(to) == RT_CELL_BOUNDED)
        return send_bounded(to, outbound, port, route->wait_until_ns);
    if (!route->is_remote)
        return send_local(to, outbound->type, outbound->tag, outbound->args, port);
    struct rt_outbound traced = *outbound;
    ractor_trace_context next;
    trace_remote(to, &traced, &next);
    return route->address.ops->call(&route->address, &traced, route->call_tag, timeout_ms, port);
}

ractor_status rt_send_call(ractor_ref to, const struct rt_outbound *outbound, uint32_t timeout_ms,
                           ractor_port port, const struct rt_route *route)
{
    ractor_status status = send_call(to, outbound, timeout_ms, port, route);
    /* It has not left: no room, or none in time. Unlike after a timeout, nobody will handle it. */
    return status == RACTOR_EAGAIN || status == RACTOR_ETIMEOUT ? RACTOR_EOVERLOAD : status;
}

void rt_forget_call(const struct rt_route *route)
{
    if (route->is_remote)
        route->address.ops->forget(&route->address, route->call_tag);
}

uint32_t rt_resolve_timeout(const ractor_variant *variant, uint32_t timeout_ms)
{
    if (timeout_ms != RACTOR_TIMEOUT_DEFAULT)
        return timeout_ms;
    return variant->timeout_ms != 0 ? variant->timeout_ms : RACTOR_CALL_TIMEOUT_MS;
}

static ractor_status check_caller(ractor_ref to)
{
    if (rt_context_is_within(to))
        return RACTOR_EINVAL; /* it would wait for itself */
    return to.cell != NULL ? RACTOR_OK : RACTOR_ENOENT;
}

/* Waits in the slot as a part of the call in hand, if there is one. */
static ractor_status wait_within(struct ractor_call_slot *slot, uint64_t deadline_ns)
{
    uint64_t ticket = rt_within_ticket();
    rt_within_enter(ticket);
    ractor_status status = rt_slot_wait(slot, deadline_ns);
    if (ticket != 0)
        rt_within_leave();
    return status;
}

static ractor_status wait_for_reply(struct ractor_call_slot *slot, const struct rt_route *route,
                                    uint64_t deadline_ns, ractor_message **owner)
{
    ractor_status status = wait_within(slot, deadline_ns);
    rt_cycle_leave(slot);
    if (status == RACTOR_OK && owner != NULL)
        *owner = slot->as.wait.owner;
    if (status != RACTOR_OK)
        rt_forget_call(route);
    rt_slot_give(slot);
    return status;
}

/* Sends and waits; the slot knows what for. Spends it. */
static ractor_status call_and_wait(struct ractor_call_slot *slot, ractor_ref to,
                                   const struct rt_outbound *outbound, uint32_t timeout_ms,
                                   ractor_message **owner)
{
    struct rt_route route;
    uint64_t deadline_ns = rt_deadline_ns(&slot->runtime->clock, timeout_ms);
    ractor_status status = rt_within_limit(&deadline_ns, &timeout_ms);
    atomic_store_explicit(&slot->deadline_ns, deadline_ns, memory_order_relaxed);
    if (status == RACTOR_OK)
        status = rt_prepare_route(to, &route);
    route.wait_until_ns = deadline_ns;
    if (status == RACTOR_OK)
        status = rt_cycle_enter(slot, to);
    if (status == RACTOR_OK)
        status = rt_send_call(to, outbound, timeout_ms, rt_slot_port(slot), &route);
    if (status != RACTOR_OK) {
        rt_cycle_leave(slot);
        rt_slot_abandon(slot);
        return status;
    }
    return wait_for_reply(slot, &route, deadline_ns, owner);
}

ractor_status rt_call(ractor_ref to, const struct rt_outbound *outbound, uint32_t timeout_ms,
                      void *reply, ractor_message **owner)
{
    const ractor_variant *variant = &outbound->type->variants[outbound->tag];
    if (reply == NULL || (owner == NULL && variant->reply->copy != NULL))
        return RACTOR_EINVAL;
    struct ractor_call_slot *slot;
    ractor_status status =
        rt_slot_take(rt_context_waiting_runtime(to.cell->runtime), RT_SLOT_WAIT, &slot);
    if (status != RACTOR_OK)
        return status;
    slot->codec = variant->reply;
    slot->as.wait.reply = reply;
    return call_and_wait(slot, to, outbound, rt_resolve_timeout(variant, timeout_ms), owner);
}

ractor_status ractor_call(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                          const void *args, uint32_t timeout_ms, void *reply,
                          ractor_message **owner)
{
    ractor_status status = rt_check_variant(type, tag, args, true);
    if (status == RACTOR_OK)
        status = check_caller(to);
    if (status != RACTOR_OK)
        return status;
    rt_as_whole(to, &type, &tag);
    struct rt_outbound outbound = {.type = type, .tag = tag, .args = args};
    return rt_call(to, &outbound, timeout_ms, reply, owner);
}

/* ------------------------------------------------------------------ many calls at once */

struct many {
    ractor_runtime *runtime;
    const struct rt_outbound *outbound;
    uint32_t timeout_ms;
    uint64_t deadline_ns;
};

/* One of the calls, on its way. No slot: `*status` says why. */
struct one_of_many {
    struct ractor_call_slot *slot;
    struct rt_route route;
};

static void start_one(const struct many *many, ractor_ref to, void *reply, struct one_of_many *one,
                      ractor_status *status)
{
    one->slot = NULL;
    *status = check_caller(to);
    if (*status != RACTOR_OK)
        return;
    struct ractor_call_slot *slot;
    *status = rt_slot_take(many->runtime, RT_SLOT_WAIT, &slot);
    if (*status != RACTOR_OK)
        return;
    struct rt_outbound outbound = *many->outbound;
    rt_as_whole(to, &outbound.type, &outbound.tag);
    slot->codec = outbound.type->variants[outbound.tag].reply;
    slot->as.wait.reply = reply;
    *status = rt_prepare_route(to, &one->route);
    one->route.wait_until_ns = many->deadline_ns;
    if (*status == RACTOR_OK)
        *status = rt_send_call(to, &outbound, many->timeout_ms, rt_slot_port(slot), &one->route);
    if (*status == RACTOR_OK)
        one->slot = slot;
    else
        rt_slot_abandon(slot);
}

static ractor_status finish_one(const struct many *many, struct one_of_many *one,
                                ractor_message **owner)
{
    ractor_status status = wait_within(one->slot, many->deadline_ns);
    if (owner != NULL)
        *owner = status == RACTOR_OK ? one->slot->as.wait.owner : NULL;
    if (status != RACTOR_OK)
        rt_forget_call(&one->route);
    rt_slot_give(one->slot);
    return status;
}

static ractor_runtime *first_runtime(const ractor_ref *to, size_t n_to)
{
    for (size_t i = 0; i < n_to; i++)
        if (to[i].cell != NULL)
            return rt_context_waiting_runtime(to[i].cell->runtime);
    return NULL;
}

ractor_status ractor_multi_call(const ractor_ref *to, size_t n_to, const ractor_message_type *type,
                                uint32_t tag, const void *args, uint32_t timeout_ms,
                                ractor_status *statuses, void *replies, ractor_message **owners)
{
    ractor_status status = rt_check_variant(type, tag, args, true);
    if (status != RACTOR_OK)
        return status;
    const ractor_variant *variant = &type->variants[tag];
    if (replies == NULL || statuses == NULL || (owners == NULL && variant->reply->copy != NULL))
        return RACTOR_EINVAL;
    struct one_of_many *calls = rt_calloc(n_to, sizeof *calls);
    if (calls == NULL)
        return RACTOR_ENOMEM;
    struct rt_outbound outbound = {.type = type, .tag = tag, .args = args};
    struct many many = {first_runtime(to, n_to), &outbound, rt_resolve_timeout(variant, timeout_ms),
                        RT_NEVER};
    if (many.runtime != NULL)
        many.deadline_ns = rt_deadline_ns(&many.runtime->clock, many.timeout_ms);
    status = rt_within_limit(&many.deadline_ns, &many.timeout_ms);
    if (status != RACTOR_OK) {
        rt_free(calls);
        return status;
    }
    for (size_t i = 0; i < n_to; i++)
        start_one(&many, to[i], (char *)replies + i * variant->reply->size, &calls[i],
                  &statuses[i]);
    for (size_t i = 0; i < n_to; i++) {
        if (calls[i].slot != NULL)
            statuses[i] = finish_one(&many, &calls[i], owners != NULL ? &owners[i] : NULL);
        else if (owners != NULL)
            owners[i] = NULL;
    }
    rt_free(calls);
    return RACTOR_OK;
}

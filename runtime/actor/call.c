/* SPDX-License-Identifier: MIT */
/*
 * Sends, calls, questions and replies. A message goes either into the mailbox of a local actor or,
 * encoded by the cluster layer, to another node; all else here is about who ends a call, how.
 */
#include "actor/call.h"

#include "actor/cell.h"
#include "actor/context.h"
#include "actor/life.h"
#include "actor/message.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "actor/scheduler.h"
#include "actor/slot.h"
#include "base/clock.h"

#include <stddef.h>
#include <string.h>

static const ractor_port no_port = {NULL, 0};

void rt_deliver(ractor_ref to, struct ractor_message *message)
{
    message->pid = to.pid;
    if (rt_mailbox_push(&to.cell->mailbox, &message->link))
        rt_schedule(to.cell);
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

static ractor_status send_local(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                                const void *args, ractor_port port)
{
    struct ractor_message *message = NULL;
    ractor_status status = rt_check_target(to, type);
    if (status != RACTOR_OK)
        return status;
    status = rt_message_copy(rt_pool_here(), type->variants[tag].args, args, &message);
    if (status != RACTOR_OK)
        return status;
    message->tag = tag;
    message->port = port;
    rt_deliver(to, message);
    return RACTOR_OK;
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

static bool is_remote(ractor_ref to)
{
    return to.cell != NULL && atomic_load_explicit(&to.cell->is_remote, memory_order_relaxed);
}

ractor_status ractor_send(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                          const void *args)
{
    ractor_status status = rt_check_variant(type, tag, args, false);
    if (status != RACTOR_OK)
        return status;
    if (!is_remote(to))
        return send_local(to, type, tag, args, no_port);
    struct rt_remote_address address;
    if (!ractor_remote_address_of(to, &address))
        return RACTOR_ENOENT;
    struct rt_outbound outbound = {type, tag, args};
    return address.ops->cast(&address, &outbound);
}

/* ------------------------------------------------------------------ the outgoing half of a call */

/* Looks up how the call will travel. RACTOR_ENOENT: the remote actor has ended. */
static ractor_status prepare_route(ractor_ref to, struct rt_route *route)
{
    route->is_remote = is_remote(to);
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
    if (!route->is_remote)
        return send_local(to, outbound->type, outbound->tag, outbound->args, port);
    return route->address.ops->call(&route->address, outbound, route->call_tag, timeout_ms, port);
}

/* The link need not keep what nobody waits for. */
static void forget(const struct rt_route *route)
{
    if (route->is_remote)
        route->address.ops->forget(&route->address, route->call_tag);
}

static uint32_t resolve_timeout(const ractor_variant *variant, uint32_t timeout_ms)
{
    if (timeout_ms != RACTOR_TIMEOUT_DEFAULT)
        return timeout_ms;
    return variant->timeout_ms != 0 ? variant->timeout_ms : RACTOR_CALL_TIMEOUT_MS;
}

/* The caller's own slot, when nobody else will end it: the message was not sent. */
static void abandon(struct ractor_call_slot *slot)
{
    ractor_port port = rt_slot_port(slot);
    if (rt_slot_claim(slot, port.ticket))
        rt_slot_give(slot);
}

static ractor_status check_caller(ractor_ref to)
{
    for (struct ractor_context *c = rt_thread.context; c != NULL; c = c->outer)
        if (ractor_ref_equal(c->self, to))
            return RACTOR_EINVAL; /* it would wait for itself */
    return to.cell != NULL ? RACTOR_OK : RACTOR_ENOENT;
}

/* The runtime whose slot the caller waits in: its own, so that its worker can go on. */
static ractor_runtime *waiting_runtime(ractor_ref to)
{
    return rt_thread.worker != NULL ? rt_thread.worker->runtime : to.cell->runtime;
}

static ractor_status wait_for_reply(struct ractor_call_slot *slot, const struct rt_route *route,
                                    uint32_t timeout_ms, ractor_message **owner)
{
    ractor_status status = rt_slot_wait(slot, rt_deadline_ns(timeout_ms));
    if (status == RACTOR_OK && owner != NULL)
        *owner = slot->as.wait.owner;
    if (status != RACTOR_OK)
        forget(route);
    rt_slot_give(slot);
    return status;
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
    const ractor_variant *variant = &type->variants[tag];
    if (reply == NULL || (owner == NULL && variant->reply->copy != NULL))
        return RACTOR_EINVAL;
    struct ractor_call_slot *slot = rt_slot_take(waiting_runtime(to), RT_SLOT_WAIT);
    if (slot == NULL)
        return RACTOR_ENOMEM;
    slot->codec = variant->reply;
    slot->as.wait.reply = reply;
    struct rt_outbound outbound = {type, tag, args};
    struct rt_route route;
    timeout_ms = resolve_timeout(variant, timeout_ms);
    status = prepare_route(to, &route);
    if (status == RACTOR_OK)
        status = send_call(to, &outbound, timeout_ms, rt_slot_port(slot), &route);
    if (status != RACTOR_OK) {
        abandon(slot);
        return status;
    }
    return wait_for_reply(slot, &route, timeout_ms, owner);
}

/* ------------------------------------------------------------------ asking */

static struct ractor_message *new_answer(ractor_context *ctx, ractor_on_reply on_reply, void *user)
{
    struct ractor_message *message = rt_message_new(rt_pool_here(), sizeof(struct rt_answer));
    if (message == NULL)
        return NULL;
    message->kind = RT_MESSAGE_ANSWER;
    struct rt_answer *answer = (void *)message->payload;
    answer->on_reply = on_reply;
    answer->user = user;
    answer->asker = ctx->self;
    answer->status = RACTOR_OK;
    answer->reply = NULL;
    return message;
}

static struct ractor_call_slot *slot_of(struct rt_deadline *deadline)
{
    return (void *)((char *)deadline - offsetof(struct ractor_call_slot, deadline));
}

/* Whoever else claims the slot takes it out of the wheel, under the same lock, before it is free:
 * so it is still in the use that the deadline was added for. */
static bool claim_question(struct rt_deadline *deadline)
{
    struct ractor_call_slot *slot = slot_of(deadline);
    uint64_t id = atomic_load_explicit(&slot->id, memory_order_relaxed);
    return (id & RT_SLOT_CLAIMED) == 0 && rt_slot_claim(slot, id);
}

static void end_ask(struct ractor_call_slot *slot, ractor_status status, ractor_message *reply);

static void time_out_question(struct rt_deadline *deadline)
{
    end_ask(slot_of(deadline), RACTOR_ETIMEOUT, NULL);
}

static const struct rt_deadline_ops question_ops = {claim_question, time_out_question};

/* A slot whose outcome becomes `answer`, at the latest at its deadline. NULL: no memory. */
static struct ractor_call_slot *new_question(ractor_runtime *runtime, struct ractor_message *answer,
                                             const ractor_codec *codec, uint32_t timeout_ms)
{
    struct ractor_call_slot *slot = rt_slot_take(runtime, RT_SLOT_ASK);
    if (slot == NULL)
        return NULL;
    slot->codec = codec;
    slot->as.answer = answer;
    slot->deadline.ops = &question_ops;
    slot->deadline_ns = rt_deadline_ns(timeout_ms);
    return slot;
}

static ractor_status send_question(struct ractor_call_slot *slot, ractor_ref to,
                                   const struct rt_outbound *outbound, uint32_t timeout_ms)
{
    struct rt_answer *answer = (void *)slot->as.answer->payload;
    ractor_runtime *runtime = slot->runtime;
    ractor_port port = rt_slot_port(slot);
    ractor_status status = prepare_route(to, &answer->route);
    struct rt_route route = answer->route; /* once there is a timer, the answer may be gone */
    if (slot->deadline_ns != RT_NEVER)
        rt_timers_add(&runtime->timers, &slot->deadline, slot->deadline_ns);
    if (status == RACTOR_OK)
        status = send_call(to, outbound, timeout_ms, port, &route);
    if (status == RACTOR_OK || !rt_slot_claim(slot, port.ticket))
        return RACTOR_OK; /* sent, or its timer was faster than the error */
    rt_timers_remove(&runtime->timers, &slot->deadline);
    rt_message_release(rt_pool_here(), slot->as.answer);
    rt_slot_give(slot);
    return status;
}

ractor_status ractor_ask(ractor_context *ctx, ractor_ref to, const ractor_message_type *type,
                         uint32_t tag, const void *args, uint32_t timeout_ms,
                         ractor_on_reply on_reply, void *user)
{
    ractor_status status = rt_check_variant(type, tag, args, true);
    if (status != RACTOR_OK || on_reply == NULL)
        return RACTOR_EINVAL;
    struct ractor_message *answer = new_answer(ctx, on_reply, user);
    if (answer == NULL)
        return RACTOR_ENOMEM;
    const ractor_variant *variant = &type->variants[tag];
    timeout_ms = resolve_timeout(variant, timeout_ms);
    struct ractor_call_slot *slot = new_question(ctx->runtime, answer, variant->reply, timeout_ms);
    if (slot == NULL) {
        rt_message_release(rt_pool_here(), answer);
        return RACTOR_ENOMEM;
    }
    struct rt_outbound outbound = {type, tag, args};
    return send_question(slot, to, &outbound, timeout_ms);
}

/* The claimant of an ASK slot. Takes the reply. */
static void end_ask(struct ractor_call_slot *slot, ractor_status status, ractor_message *reply)
{
    struct ractor_message *message = slot->as.answer;
    struct rt_answer *answer = (void *)message->payload;
    rt_timers_remove(&slot->runtime->timers, &slot->deadline);
    rt_slot_give(slot);
    answer->status = status;
    answer->reply = reply;
    if (status != RACTOR_OK)
        forget(&answer->route);
    if (rt_ref_is_alive(answer->asker)) {
        rt_deliver(answer->asker, message);
        return;
    }
    rt_message_settle(message, RACTOR_ENOENT);
    rt_message_release(rt_pool_here(), message);
}

/* ------------------------------------------------------------------ the answering half */

/* The claimant ends the call with an error. */
static ractor_status end_with_error(struct ractor_call_slot *slot, ractor_status why)
{
    if (slot->kind == RT_SLOT_WAIT) {
        rt_slot_finish(slot, why);
        return RACTOR_OK;
    }
    if (slot->kind == RT_SLOT_ASK) {
        end_ask(slot, why, NULL);
        return RACTOR_OK;
    }
    struct rt_return_address from = slot->as.from;
    rt_slot_give(slot);
    return from.ops->fail(&from, why);
}

/* Writes a value that came as a message to who waits. Takes the message. */
static void end_with_message(struct ractor_call_slot *slot, struct ractor_message *reply)
{
    if (slot->kind == RT_SLOT_ASK) {
        end_ask(slot, RACTOR_OK, reply);
        return;
    }
    memcpy(slot->as.wait.reply, reply->payload, slot->codec->size);
    if (slot->codec->copy != NULL) {
        slot->as.wait.owner = reply;
    } else {
        slot->as.wait.owner = NULL;
        rt_message_release(rt_pool_here(), reply);
    }
    rt_slot_finish(slot, RACTOR_OK);
}

static ractor_status reply_to_node(struct ractor_call_slot *slot, const ractor_codec *codec,
                                   const void *value)
{
    struct rt_return_address from = slot->as.from;
    bool is_late = slot->deadline_ns != RT_NEVER && rt_now_ns() > slot->deadline_ns;
    rt_slot_give(slot);
    if (is_late)
        return RACTOR_ETIMEOUT;
    ractor_status status = from.ops->reply(&from, codec, value);
    if (status == RACTOR_EINVAL || status == RACTOR_ENOMEM || status == RACTOR_ELIMIT)
        (void)from.ops->fail(&from, status == RACTOR_EINVAL ? RACTOR_EPORT : status);
    return status;
}

/* Takes the port's slot; NULL and the reason when nobody waits. */
static struct ractor_call_slot *claim_port(ractor_port *port, ractor_status *why)
{
    struct ractor_call_slot *slot = port->slot;
    uint64_t ticket = port->ticket;
    *port = no_port;
    *why = RACTOR_EINVAL;
    if (slot == NULL)
        return NULL;
    *why = RACTOR_ETIMEOUT;
    return rt_slot_claim(slot, ticket) ? slot : NULL;
}

ractor_status ractor_port_reply(ractor_port *port, const ractor_codec *codec, const void *value)
{
    ractor_status status;
    struct ractor_call_slot *slot = claim_port(port, &status);
    if (slot == NULL)
        return status;
    if (slot->kind == RT_SLOT_RETURN)
        return reply_to_node(slot, codec, value);
    if (slot->codec != codec) {
        (void)end_with_error(slot, RACTOR_EPORT);
        return RACTOR_EINVAL;
    }
    if (slot->kind == RT_SLOT_WAIT && codec->copy == NULL) {
        memcpy(slot->as.wait.reply, value, codec->size);
        rt_slot_finish(slot, RACTOR_OK);
        return RACTOR_OK;
    }
    struct ractor_message *reply = NULL;
    status = rt_message_copy(rt_pool_here(), codec, value, &reply);
    if (status != RACTOR_OK) {
        (void)end_with_error(slot, status == RACTOR_EINVAL ? RACTOR_EPORT : status);
        return status;
    }
    end_with_message(slot, reply);
    return RACTOR_OK;
}

ractor_status ractor_port_complete(ractor_port *port, ractor_bytes bytes)
{
    ractor_status status;
    struct ractor_call_slot *slot = claim_port(port, &status);
    if (slot == NULL)
        return status;
    struct ractor_message *reply = NULL;
    status = rt_message_decode(rt_pool_here(), slot->codec, bytes, &reply);
    if (status != RACTOR_OK) {
        (void)end_with_error(slot, status == RACTOR_ELIMIT ? RACTOR_EDECODE : status);
        return status;
    }
    end_with_message(slot, reply);
    return RACTOR_OK;
}

ractor_status ractor_port_fail(ractor_port *port, ractor_status why)
{
    ractor_status status;
    struct ractor_call_slot *slot = claim_port(port, &status);
    if (slot == NULL)
        return status;
    return end_with_error(slot, why != RACTOR_OK ? why : RACTOR_EPORT);
}

ractor_port ractor_port_take(ractor_port *port)
{
    ractor_port taken = *port;
    *port = no_port;
    return taken;
}

bool ractor_port_is_closed(const ractor_port *port)
{
    return port->slot == NULL ||
           atomic_load_explicit(&port->slot->id, memory_order_relaxed) != port->ticket;
}

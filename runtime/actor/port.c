/* SPDX-License-Identifier: MIT */
/* Replies: whoever has a call's port ends it, exactly once, in one of the ways that a slot knows.
 */
#include "actor/ask.h"
#include "actor/message.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/worker.h"
#include "base/clock.h"
#include "base/starts.h"

#include <ractor/call.h>

#include <string.h>

static const ractor_port no_port = {NULL, 0};

/* What comes for another node when its caller's time is up comes as the timeout that it is. */
static bool is_late(struct ractor_call_slot *slot)
{
    uint64_t deadline_ns = atomic_load_explicit(&slot->deadline_ns, memory_order_relaxed);
    return deadline_ns != RT_NEVER && rt_now_ns(&slot->runtime->clock) >= deadline_ns;
}

/* The claimant ends the call with an error. */
static ractor_status end_with_error(struct ractor_call_slot *slot, ractor_status why)
{
    if (rt_slot_kind_of(slot) == RT_SLOT_WAIT) {
        rt_slot_finish(slot, why);
        return RACTOR_OK;
    }
    if (rt_slot_kind_of(slot) == RT_SLOT_ASK) {
        rt_ask_end(slot, why, NULL);
        return RACTOR_OK;
    }
    struct rt_return_address from = slot->as.from;
    if (is_late(slot))
        why = RACTOR_ETIMEOUT;
    rt_slot_give(slot);
    return from.ops->fail(&from, why);
}

/* Writes a value that came as a message to who waits. Takes the message. */
static void end_with_message(struct ractor_call_slot *slot, struct ractor_message *reply)
{
    if (rt_slot_kind_of(slot) == RT_SLOT_ASK) {
        rt_ask_end(slot, RACTOR_OK, reply);
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
    bool has_expired = is_late(slot);
    rt_slot_give(slot);
    if (has_expired) {
        (void)from.ops->fail(&from, RACTOR_ETIMEOUT);
        return RACTOR_ETIMEOUT;
    }
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
    if (rt_slot_kind_of(slot) == RT_SLOT_RETURN)
        return reply_to_node(slot, codec, value);
    if (slot->codec != codec) {
        (void)end_with_error(slot, RACTOR_EPORT);
        return RACTOR_EINVAL;
    }
    if (rt_slot_kind_of(slot) == RT_SLOT_WAIT && codec->copy == NULL) {
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

ractor_status ractor_port_complete(ractor_port *port, ractor_bytes bytes, ractor_bytes starts)
{
    ractor_status status;
    struct ractor_call_slot *slot = claim_port(port, &status);
    if (slot == NULL)
        return status;
    struct ractor_message *reply = NULL;
    bool goes_on = rt_slot_kind_of(slot) == RT_SLOT_RETURN; /* a call that was passed on here */
    const ractor_codec *codec = goes_on ? slot->as.from.reply : slot->codec;
    rt_starts_hand_out(&starts);
    status = rt_message_decode(rt_pool_here(), codec, bytes, &reply);
    rt_starts_hand_out(NULL);
    if (status != RACTOR_OK) {
        (void)end_with_error(slot, status == RACTOR_ELIMIT ? RACTOR_EDECODE : status);
        return status;
    }
    if (!goes_on) {
        end_with_message(slot, reply);
        return RACTOR_OK;
    }
    status = reply_to_node(slot, codec, reply->payload);
    rt_message_release(rt_pool_here(), reply);
    return status;
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

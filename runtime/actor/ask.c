/* SPDX-License-Identifier: MIT */
/*
 * Questions: calls that nobody waits in. The answer is a message that is made with the question, so
 * that the outcome can always be told; it goes to the asker's mailbox, or to a function.
 */
#include "actor/ask.h"

#include "actor/call.h"
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/guests.h"
#include "actor/life.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/span.h"
#include "base/clock.h"

#include <ractor/call.h>

#include <stddef.h>
#include <string.h>

/* The asker goes on in the trace in which it asks. */
static struct ractor_message *new_message(void)
{
    ractor_trace_context trace;
    if (!rt_thread.has_traces || ractor_trace_current(&trace) != RACTOR_OK)
        return rt_message_new(rt_pool_here(), sizeof(struct rt_answer));
    struct ractor_message *message = rt_message_new_annexed(
        rt_pool_here(), sizeof(struct rt_answer), rt_span_annex_bytes(&trace));
    if (message != NULL)
        rt_span_put(message, &trace);
    return message;
}

static struct ractor_message *new_answer(void *user)
{
    struct ractor_message *message = new_message();
    if (message == NULL)
        return NULL;
    message->kind = RT_MESSAGE_ANSWER;
    struct rt_answer *answer = (void *)message->payload;
    memset(answer, 0, sizeof *answer);
    answer->user = user;
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

static void time_out_question(struct rt_deadline *deadline)
{
    struct ractor_call_slot *slot = slot_of(deadline);
    struct rt_answer *answer = (void *)slot->as.answer->payload;
    rt_forget_call(&answer->route);
    rt_ask_end(slot, RACTOR_ETIMEOUT, NULL);
}

static const struct rt_deadline_ops question_ops = {claim_question, time_out_question};

/* A slot whose outcome becomes `answer`, at the latest at its deadline. NULL: no memory. */
static struct ractor_call_slot *new_question(ractor_runtime *runtime, struct ractor_message *answer,
                                             const ractor_codec *codec, uint32_t timeout_ms)
{
    struct ractor_call_slot *slot;
    if (rt_slot_take(runtime, RT_SLOT_ASK, &slot) != RACTOR_OK)
        return NULL;
    slot->codec = codec;
    slot->as.answer = answer;
    slot->deadline.ops = &question_ops;
    atomic_store_explicit(&slot->deadline_ns, rt_deadline_ns(&runtime->clock, timeout_ms),
                          memory_order_relaxed);
    return slot;
}

static ractor_status send_question(struct ractor_call_slot *slot, ractor_ref to,
                                   const struct rt_outbound *outbound, uint32_t timeout_ms)
{
    struct rt_answer *answer = (void *)slot->as.answer->payload;
    ractor_runtime *runtime = slot->runtime;
    ractor_port port = rt_slot_port(slot);
    ractor_status status = rt_prepare_route(to, &answer->route);
    struct rt_route route = answer->route; /* once there is a timer, the answer may be gone */
    uint64_t deadline_ns = atomic_load_explicit(&slot->deadline_ns, memory_order_relaxed);
    if (deadline_ns != RT_NEVER)
        rt_timers_add(&runtime->timers, &slot->deadline, deadline_ns);
    if (status == RACTOR_OK)
        status = rt_send_call(to, outbound, timeout_ms, port, &route);
    if (status == RACTOR_OK || !rt_slot_claim(slot, port.ticket))
        return RACTOR_OK; /* sent, or its timer was faster than the error */
    rt_timers_remove(&runtime->timers, &slot->deadline);
    rt_message_release(rt_pool_here(), slot->as.answer);
    rt_slot_give(slot);
    return status;
}

/* Asks; `answer` says who is told. Takes it. */
static ractor_status ask(ractor_runtime *runtime, struct ractor_message *answer, ractor_ref to,
                         const struct rt_outbound *outbound, uint32_t timeout_ms)
{
    const ractor_variant *variant = &outbound->type->variants[outbound->tag];
    timeout_ms = rt_resolve_timeout(variant, timeout_ms);
    struct ractor_call_slot *slot = new_question(runtime, answer, variant->reply, timeout_ms);
    if (slot != NULL)
        return send_question(slot, to, outbound, timeout_ms);
    rt_message_release(rt_pool_here(), answer);
    return RACTOR_ENOMEM;
}

ractor_status ractor_ask(ractor_context *ctx, ractor_ref to, const ractor_message_type *type,
                         uint32_t tag, const void *args, uint32_t timeout_ms,
                         ractor_on_reply on_reply, void *user)
{
    if (rt_check_variant(type, tag, args, true) != RACTOR_OK || on_reply == NULL)
        return RACTOR_EINVAL;
    struct ractor_message *message = new_answer(user);
    if (message == NULL)
        return RACTOR_ENOMEM;
    struct rt_answer *answer = (void *)message->payload;
    answer->on_reply = on_reply;
    answer->asker = ctx->self;
    rt_as_whole(to, &type, &tag);
    struct rt_outbound outbound = {.type = type, .tag = tag, .args = args};
    return ask(ctx->runtime, message, to, &outbound, timeout_ms);
}

ractor_status ractor_call_and_forward(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                                      const void *args, uint32_t timeout_ms, ractor_forward forward,
                                      void *user)
{
    if (rt_check_variant(type, tag, args, true) != RACTOR_OK || forward == NULL)
        return RACTOR_EINVAL;
    if (to.cell == NULL)
        return RACTOR_ENOENT;
    ractor_runtime *runtime = to.cell->runtime;
    if (!rt_guest_enter(runtime)) /* it may wait until a session has room */
        return RACTOR_ENOENT;
    ractor_status status = RACTOR_ENOMEM;
    struct ractor_message *message = new_answer(user);
    if (message != NULL) {
        ((struct rt_answer *)(void *)message->payload)->forward = forward;
        rt_as_whole(to, &type, &tag);
        struct rt_outbound outbound = {.type = type, .tag = tag, .args = args};
        status = ask(runtime, message, to, &outbound, timeout_ms);
    }
    rt_guest_leave(runtime);
    return status;
}

/* Takes the message, with what it holds. */
static void tell(struct ractor_message *message)
{
    struct rt_answer *answer = (void *)message->payload;
    if (answer->forward != NULL)
        answer->forward(answer->user, answer->status,
                        answer->reply != NULL ? answer->reply->payload : NULL);
    if (rt_ref_is_alive(answer->asker)) {
        rt_deliver(answer->asker, message);
        return;
    }
    rt_message_settle(message, RACTOR_ENOENT);
    rt_message_release(rt_pool_here(), message);
}

void rt_ask_end(struct ractor_call_slot *slot, ractor_status status, ractor_message *reply)
{
    struct ractor_message *message = slot->as.answer;
    struct rt_answer *answer = (void *)message->payload;
    rt_timers_remove(&slot->runtime->timers, &slot->deadline);
    rt_slot_give(slot);
    answer->status = status;
    answer->reply = reply;
    tell(message);
}

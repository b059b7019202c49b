/* SPDX-License-Identifier: MIT */
#include "actor/trace.h"

#include "actor/context.h"
#include "actor/remote.h"
#include "actor/span.h"

static ractor_trace_message describe(ractor_ref to, struct ractor_message *message)
{
    const ractor_message_type *type = NULL;
    if (message->kind == RT_MESSAGE_USER && to.cell->class != NULL)
        type = to.cell->class->messages;
    ractor_trace_message described = {
        .to = to,
        .type = type,
        .tag = message->tag,
        .status = RACTOR_OK,
        .trace = rt_span_of(message),
    };
    return described;
}

void rt_trace_send(const ractor_tracer *tracer, ractor_ref to, const struct rt_outbound *outbound)
{
    ractor_trace_message sent = {.to = to,
                                 .type = outbound->type,
                                 .tag = outbound->tag,
                                 .args = outbound->args,
                                 .trace = outbound->trace};
    if (rt_thread.context != NULL)
        sent.from = rt_thread.context->self;
    if (tracer->on_send != NULL)
        tracer->on_send(tracer->user, &sent);
}

void rt_trace_message(const ractor_tracer *tracer, ractor_ref to, struct ractor_message *message)
{
    struct rt_outbound sent = {
        .type = message->kind == RT_MESSAGE_USER
                    ? atomic_load_explicit(&to.cell->type, memory_order_relaxed)
                    : NULL,
        .tag = message->tag,
        .args = message->payload,
        .trace = rt_span_of(message),
    };
    rt_trace_send(tracer, to, &sent);
}

void rt_trace_start(const ractor_tracer *tracer, ractor_ref self, struct ractor_message *message)
{
    ractor_trace_message started = describe(self, message);
    started.args = message->payload;
    if (tracer->on_start != NULL)
        tracer->on_start(tracer->user, &started);
}

void rt_trace_end(const ractor_tracer *tracer, ractor_ref self, struct ractor_message *message,
                  ractor_status status)
{
    ractor_trace_message ended = describe(self, message);
    ended.status = status;
    if (tracer->on_end != NULL)
        tracer->on_end(tracer->user, &ended);
}

void rt_trace_drop(const ractor_tracer *tracer, const ractor_dead_letter *letter, uint32_t tag)
{
    ractor_trace_message dropped = {
        .to = letter->to,
        .type = letter->type,
        .tag = tag,
        .status = letter->reason == RACTOR_DEAD_FULL ? RACTOR_EAGAIN : RACTOR_ENOENT,
    };
    if (tracer->on_drop != NULL)
        tracer->on_drop(tracer->user, &dropped);
}

/* SPDX-License-Identifier: MIT */
#include "actor/trace.h"

#include "actor/context.h"

static ractor_trace_message describe(ractor_ref to, const struct ractor_message *message)
{
    const ractor_message_type *type = NULL;
    if (message->kind == RT_MESSAGE_USER && to.cell->class != NULL)
        type = to.cell->class->messages;
    ractor_trace_message described = {
        .to = to, .type = type, .tag = message->tag, .status = RACTOR_OK};
    return described;
}

void rt_trace_send(const ractor_tracer *tracer, ractor_ref to, const ractor_message_type *type,
                   uint32_t tag, const void *args)
{
    ractor_trace_message sent = {.to = to, .type = type, .tag = tag, .args = args};
    if (rt_thread.context != NULL)
        sent.from = rt_thread.context->self;
    if (tracer->on_send != NULL)
        tracer->on_send(tracer->user, &sent);
}

void rt_trace_start(const ractor_tracer *tracer, ractor_ref self,
                    const struct ractor_message *message)
{
    ractor_trace_message started = describe(self, message);
    started.args = message->payload;
    if (tracer->on_start != NULL)
        tracer->on_start(tracer->user, &started);
}

void rt_trace_end(const ractor_tracer *tracer, ractor_ref self,
                  const struct ractor_message *message, ractor_status status)
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

/* SPDX-License-Identifier: MIT */
/* What a hook can ask of its context. */
#include "actor/context.h"

#include "actor/message.h"

#include <stdarg.h>
#include <stdio.h>

ractor_ref ractor_self(const ractor_context *ctx)
{
    return ctx->self;
}

ractor_runtime *ractor_context_runtime(const ractor_context *ctx)
{
    return ctx->runtime;
}

ractor_status ractor_fail(ractor_context *ctx, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(ctx->reason, sizeof ctx->reason, format, arguments);
    va_end(arguments);
    return RACTOR_EFAILED;
}

ractor_message *ractor_message_hold(ractor_context *ctx)
{
    if (ctx->message != NULL) /* relaxed: the caller has it by its own hold */
        (void)atomic_fetch_add_explicit(&ctx->message->n_holds, 1, memory_order_relaxed);
    return ctx->message;
}

void ractor_message_drop(ractor_message *message)
{
    if (message != NULL)
        rt_message_release(rt_pool_here(), message);
}

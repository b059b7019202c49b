/* SPDX-License-Identifier: MIT */
/* The actor here, which stands for the one there: each of its hooks has the child run that hook,
 * and waits. */
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "actor/within.h"
#include "base/alloc.h"
#include "domain/process.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct proxy {
    struct rt_seat *seat; /* NULL: it has not started */
};

static const struct rt_isolated *isolated_of(const ractor_context *ctx)
{
    return (const struct rt_isolated *)(const void *)ctx->self.cell->class;
}
_Static_assert(offsetof(struct rt_isolated, class) == 0, "an isolated class is a class");

/* The actor there has ended: this one ends in the same way. */
static ractor_status end_like(ractor_context *ctx, struct rt_seat *seat)
{
    if (!seat->has_failed) {
        ractor_stop(ctx->self, seat->reason);
        return RACTOR_OK;
    }
    if (seat->reason != NULL)
        (void)snprintf(ctx->reason, sizeof ctx->reason, "%s", seat->reason);
    rt_free(ctx->details);
    ctx->details = seat->details;
    seat->details = NULL;
    return seat->status;
}

ractor_status rt_proxy_notice(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user)
{
    struct proxy *proxy = state;
    (void)status;
    (void)reply;
    (void)user;
    return end_like(ctx, proxy->seat);
}

/* What an order has come to, when there is nothing else to say of it. */
static ractor_status settle(ractor_context *ctx, struct rt_seat *seat, ractor_status status)
{
    return status == RACTOR_OK && rt_seat_is_over(seat) ? end_like(ctx, seat) : status;
}

/* ------------------------------------------------------------------ start and stop */

static ractor_status payload_of_args(const ractor_domain_entry *entry, const void *args,
                                     struct rt_payload *payload)
{
    payload->text = ractor_string_from(entry->name);
    if (args == NULL)
        return RACTOR_OK;
    if (entry->args == NULL) {
        payload->flat = args;
        payload->value_bytes = entry->args_bytes;
        return entry->args_bytes != 0 ? RACTOR_OK : RACTOR_EINVAL;
    }
    payload->codec = entry->args;
    payload->value = args;
    return entry->args->wire_size(args, &payload->value_bytes);
}

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    struct proxy *proxy = state;
    const struct rt_isolated *isolated = isolated_of(ctx);
    const ractor_message_type *type = isolated->class.messages;
    struct rt_payload payload = {.value_bytes = 0};
    ractor_status status = payload_of_args(isolated->entry, args, &payload);
    if (status == RACTOR_OK)
        status = rt_seat_take(isolated, ctx->self, &proxy->seat);
    if (status != RACTOR_OK)
        return status;
    struct rt_frame frame = {.kind = RT_FRAME_START,
                             .a = (uint32_t)payload.text.length,
                             .b = args != NULL,
                             .number = type != NULL ? type->fingerprint : 0};
    status = rt_seat_order(proxy->seat, frame, &payload, "its start", NULL);
    if (status == RACTOR_OK && rt_seat_is_over(proxy->seat) && !proxy->seat->has_failed)
        return ractor_fail(ctx, "stopped before it had started");
    return settle(ctx, proxy->seat, status);
}

static ractor_status post_stop(ractor_context *ctx, void *state)
{
    struct proxy *proxy = state;
    struct rt_payload payload = {.value_bytes = 0};
    struct rt_frame frame = {.kind = RT_FRAME_STOP};
    ractor_status status = rt_seat_order(proxy->seat, frame, &payload, "its stop", NULL);
    if (status != RACTOR_OK || !rt_seat_is_over(proxy->seat) || !proxy->seat->has_failed)
        return status;
    return end_like(ctx, proxy->seat);
}

static void fini(void *state)
{
    struct proxy *proxy = state;
    if (proxy->seat != NULL)
        rt_seat_give(proxy->seat);
}

/* ------------------------------------------------------------------ messages */

/* What is left of the time that the caller waits, in milliseconds; a call that nobody waits for is
 * handled all the same. */
static uint32_t time_left(void)
{
    uint64_t deadline_ns = RT_NEVER;
    uint32_t timeout_ms = RACTOR_TIMEOUT_NONE;
    return rt_within_limit(&deadline_ns, &timeout_ms) == RACTOR_OK ? timeout_ms : 0;
}

/* A message that cannot leave; locally its sender would have been told. */
static ractor_status refuse(ractor_context *ctx, const ractor_variant *variant, ractor_port *port,
                            ractor_status why)
{
    rt_logf(&ctx->runtime->log, RACTOR_LOG_WARN, "domain: %s cannot be sent to %llu: %s",
            variant->name, (unsigned long long)ctx->self.pid, ractor_strerror(why));
    if (port != NULL)
        (void)ractor_port_fail(port, why);
    return RACTOR_OK;
}

static ractor_status handle_any(ractor_context *ctx, void *state, uint32_t tag, const void *args,
                                ractor_port *port)
{
    struct proxy *proxy = state;
    const ractor_variant *variant = &isolated_of(ctx)->class.messages->variants[tag];
    struct rt_payload payload = {.codec = variant->args, .value = args};
    struct rt_frame frame = {
        .kind = RT_FRAME_MESSAGE, .a = tag, .b = port != NULL ? time_left() : 0};
    ractor_status status = variant->args->wire_size(args, &payload.value_bytes);
    if (status == RACTOR_OK)
        status = rt_seat_order(proxy->seat, frame, &payload, variant->name, port);
    if (status == RACTOR_EINVAL || status == RACTOR_ELIMIT || status == RACTOR_EDECODE)
        return refuse(ctx, variant, port, status);
    return settle(ctx, proxy->seat, status);
}

void rt_proxy_class_init(struct rt_isolated *isolated)
{
    const ractor_actor_class *inner = isolated->entry->actor_class;
    isolated->class = (ractor_actor_class){
        .messages = inner->messages,
        .name = inner->name != NULL ? inner->name : isolated->entry->name,
        .state_bytes = sizeof(struct proxy),
        .handle_any = handle_any,
        .pre_start = pre_start,
        .post_stop = post_stop,
        .fini = fini,
    };
}

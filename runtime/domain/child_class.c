/* SPDX-License-Identifier: MIT */
#include "actor/cell.h"
#include "actor/context.h"
#include "domain/child.h"

#include <stddef.h>

_Static_assert(offsetof(struct rt_child_class, class) == 0, "a child's class is a class");

/* ------------------------------------------------------------------ hooks that may crash */

static const struct rt_child_class *class_of(const ractor_context *ctx)
{
    return (const struct rt_child_class *)(const void *)ctx->self.cell->class;
}

static uint64_t enter(const ractor_context *ctx)
{
    return rt_crash_enter(class_of(ctx)->crash, ctx->self.pid);
}

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    const ractor_actor_class *inner = class_of(ctx)->inner;
    uint64_t before = enter(ctx);
    ractor_status status =
        inner->pre_start != NULL ? inner->pre_start(ctx, state, args) : RACTOR_OK;
    rt_crash_leave(before);
    return status;
}

static ractor_status post_start(ractor_context *ctx, void *state)
{
    uint64_t before = enter(ctx);
    ractor_status status = class_of(ctx)->inner->post_start(ctx, state);
    rt_crash_leave(before);
    return status;
}

static ractor_status post_stop(ractor_context *ctx, void *state)
{
    uint64_t before = enter(ctx);
    ractor_status status = class_of(ctx)->inner->post_stop(ctx, state);
    rt_crash_leave(before);
    return status;
}

static ractor_status handle_event(ractor_context *ctx, void *state,
                                  const ractor_supervision_event *event)
{
    uint64_t before = enter(ctx);
    ractor_status status = class_of(ctx)->inner->handle_supervisor_event(ctx, state, event);
    rt_crash_leave(before);
    return status;
}

static ractor_status handle_any(ractor_context *ctx, void *state, uint32_t tag, const void *args,
                                ractor_port *port)
{
    const ractor_actor_class *inner = class_of(ctx)->inner;
    uint64_t before = enter(ctx);
    ractor_status status = inner->messages->dispatch(inner->handlers, ctx, state, tag, args, port);
    rt_crash_leave(before);
    return status;
}

void rt_child_class_init(struct rt_child_class *made, const ractor_actor_class *inner,
                         struct rt_crash *crash)
{
    made->inner = inner;
    made->crash = crash;
    made->class = *inner;
    made->class.pre_start = pre_start;
    made->class.handle_any = handle_any;
    if (inner->post_start != NULL)
        made->class.post_start = post_start;
    if (inner->post_stop != NULL)
        made->class.post_stop = post_stop;
    if (inner->handle_supervisor_event != NULL)
        made->class.handle_supervisor_event = handle_event;
}

/* ------------------------------------------------------------------ the warden */

struct warden {
    struct rt_child *child;
};

static ractor_status warden_start(ractor_context *ctx, void *state, const void *args)
{
    struct warden *warden = state;
    (void)ctx;
    warden->child = (struct rt_child *)(uintptr_t)args;
    return RACTOR_OK;
}

/* The seat of an actor; if it `has_ended`, the seat is free afterwards. False: it has none. */
static bool find_seat(struct rt_child *child, ractor_ref actor, bool has_ended, uint32_t *number)
{
    ractor_message *args = NULL;
    bool is_found = false;
    (void)pthread_mutex_lock(&child->lock);
    for (uint32_t i = 0; i < child->n_seats && !is_found; i++) {
        struct rt_child_seat *seat = &child->seats[i];
        if (!seat->is_taken || !ractor_ref_equal(seat->ref, actor))
            continue;
        is_found = true;
        *number = i;
        if (has_ended) {
            args = seat->args;
            *seat = (struct rt_child_seat){.is_taken = false};
        }
    }
    (void)pthread_mutex_unlock(&child->lock);
    ractor_message_drop(args);
    return is_found;
}

static ractor_status warden_event(ractor_context *ctx, void *state,
                                  const ractor_supervision_event *event)
{
    struct rt_child *child = ((struct warden *)state)->child;
    bool has_started = event->kind == RACTOR_EVENT_ACTOR_STARTED;
    bool has_failed = event->kind == RACTOR_EVENT_ACTOR_FAILED;
    struct rt_frame frame = {.kind = has_started ? RT_FRAME_STARTED : RT_FRAME_ENDED};
    ractor_bytes reason = {(const uint8_t *)event->reason.data, event->reason.length};
    (void)ctx;
    if (!has_started && !has_failed && event->kind != RACTOR_EVENT_ACTOR_TERMINATED)
        return RACTOR_OK;
    if (!find_seat(child, event->actor, !has_started, &frame.seat))
        return RACTOR_OK;
    if (has_started)
        frame.number = event->actor.pid;
    frame.b = has_failed;
    frame.a = has_failed ? (uint32_t)event->status : 0;
    rt_child_say(child, frame, reason);
    return RACTOR_OK;
}

const ractor_actor_class rt_warden_class = {
    .name = "warden",
    .state_bytes = sizeof(struct warden),
    .pre_start = warden_start,
    .handle_supervisor_event = warden_event,
};

/* SPDX-License-Identifier: MIT */
#include "actor/supervisor/child.h"

#include "base/alloc.h"

#include <ractor/call.h>

#include <string.h>

static const ractor_ref nobody = {NULL, 0};

static bool copy_spec(struct rt_child *child)
{
    ractor_child_spec *spec = &child->spec;
    if (spec->id == NULL)
        spec->id = spec->name;
    if (spec->id != NULL && (spec->id = child->copied_id = rt_strdup(spec->id)) == NULL)
        return false;
    if (spec->name != NULL && (spec->name = child->copied_name = rt_strdup(spec->name)) == NULL)
        return false;
    if (spec->args_bytes == 0)
        return true;
    child->copied_args = rt_alloc(spec->args_bytes);
    if (child->copied_args == NULL)
        return false;
    memcpy(child->copied_args, spec->args, spec->args_bytes);
    spec->args = child->copied_args;
    return true;
}

ractor_status rt_child_new(const ractor_child_spec *spec, uint64_t serial, struct rt_child **child)
{
    if (spec->actor_class == NULL || (spec->args == NULL && spec->args_bytes != 0))
        return RACTOR_EINVAL;
    struct rt_child *made = rt_calloc(1, sizeof *made);
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->spec = *spec;
    made->serial = serial;
    made->phase = RT_CHILD_IDLE;
    if (!copy_spec(made)) {
        rt_child_free(made);
        return RACTOR_ENOMEM;
    }
    *child = made;
    return RACTOR_OK;
}

void rt_child_free(struct rt_child *child)
{
    if (child == NULL)
        return;
    rt_free(child->copied_args);
    rt_free(child->copied_id);
    rt_free(child->copied_name);
    rt_free(child);
}

ractor_status rt_child_start(ractor_context *ctx, struct rt_child *child)
{
    ractor_spawn_options options = {
        .name = child->spec.name, .supervisor = ractor_self(ctx), .pinned = child->spec.pinned};
    ractor_ref ref;
    ractor_status status = ractor_spawn(ractor_context_runtime(ctx), child->spec.actor_class,
                                        &options, child->spec.args, &ref);
    if (status != RACTOR_OK)
        return status;
    child->ref = ref;
    child->phase = RT_CHILD_RUNNING;
    child->started_ns = ractor_now_ns(ractor_context_runtime(ctx));
    child->epoch++;
    return RACTOR_OK;
}

void rt_child_stop(struct rt_child *child, const char *reason)
{
    ractor_ref ref = child->ref;
    uint32_t limit_ms = child->spec.shutdown_ms;
    bool is_running = child->phase == RT_CHILD_RUNNING;
    /* Forgotten first: its end is heard later, as that of a stranger. */
    child->ref = nobody;
    child->phase = RT_CHILD_IDLE;
    child->epoch++;
    if (!is_running)
        return;
    if (limit_ms == 0)
        limit_ms = RACTOR_SHUTDOWN_MS;
    ractor_status status = RACTOR_ETIMEOUT;
    if (limit_ms != RACTOR_SHUTDOWN_KILL)
        status = ractor_stop_and_wait(ref, reason, limit_ms);
    if (status != RACTOR_OK)
        (void)ractor_kill_and_wait(ref, RACTOR_TIMEOUT_NONE);
}

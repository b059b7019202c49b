/* SPDX-License-Identifier: MIT */
/* The supervisor's functions for others: each a spawn or a call. */
#include "actor/supervisor/messages.h"

#include <ractor/call.h>
#include <ractor/supervisor.h>

ractor_status ractor_supervisor_start(ractor_runtime *runtime,
                                      const ractor_supervisor_options *options,
                                      ractor_supervisor *supervisor)
{
    ractor_spawn_options spawn_options = {.name = NULL};
    if (supervisor == NULL)
        return RACTOR_EINVAL;
    if (options != NULL) {
        spawn_options.name = options->name;
        spawn_options.supervisor = options->supervisor;
    }
    return ractor_spawn(runtime, &ractor_supervisor_class, &spawn_options, options,
                        &supervisor->any);
}

ractor_status ractor_supervisor_start_child(ractor_supervisor supervisor,
                                            const ractor_child_spec *spec, uint32_t timeout_ms,
                                            ractor_ref *child)
{
    struct rt_supervisor_answer answer;
    ractor_status status = ractor_call(supervisor.any, &rt_supervisor_type, RT_SUPERVISOR_START,
                                       spec, timeout_ms, &answer, NULL);
    if (status == RACTOR_OK)
        status = answer.status;
    if (status == RACTOR_OK && child != NULL)
        *child = answer.child;
    return status;
}

static ractor_status command(ractor_supervisor supervisor, enum rt_supervisor_verb verb,
                             const char *id, uint32_t timeout_ms,
                             struct rt_supervisor_answer *answer)
{
    struct rt_supervisor_command args = {.id = ractor_string_from(id), .verb = verb};
    if (id == NULL && verb != RT_SUPERVISOR_COUNT)
        return RACTOR_EINVAL;
    ractor_status status = ractor_call(supervisor.any, &rt_supervisor_type, RT_SUPERVISOR_COMMAND,
                                       &args, timeout_ms, answer, NULL);
    return status == RACTOR_OK ? answer->status : status;
}

ractor_status ractor_supervisor_stop_child(ractor_supervisor supervisor, const char *id,
                                           uint32_t timeout_ms)
{
    struct rt_supervisor_answer answer;
    return command(supervisor, RT_SUPERVISOR_STOP, id, timeout_ms, &answer);
}

ractor_status ractor_supervisor_restart_child(ractor_supervisor supervisor, const char *id,
                                              uint32_t timeout_ms, ractor_ref *child)
{
    struct rt_supervisor_answer answer;
    ractor_status status = command(supervisor, RT_SUPERVISOR_RESTART, id, timeout_ms, &answer);
    if (status == RACTOR_OK && child != NULL)
        *child = answer.child;
    return status;
}

ractor_status ractor_supervisor_remove_child(ractor_supervisor supervisor, const char *id,
                                             uint32_t timeout_ms)
{
    struct rt_supervisor_answer answer;
    return command(supervisor, RT_SUPERVISOR_REMOVE, id, timeout_ms, &answer);
}

ractor_status ractor_supervisor_find_child(ractor_supervisor supervisor, const char *id,
                                           uint32_t timeout_ms, ractor_ref *child)
{
    struct rt_supervisor_answer answer;
    ractor_status status = command(supervisor, RT_SUPERVISOR_FIND, id, timeout_ms, &answer);
    if (status == RACTOR_OK)
        *child = answer.child;
    return status;
}

ractor_status ractor_supervisor_get_counts(ractor_supervisor supervisor, uint32_t timeout_ms,
                                           ractor_supervisor_counts *counts)
{
    struct rt_supervisor_answer answer;
    ractor_status status = command(supervisor, RT_SUPERVISOR_COUNT, NULL, timeout_ms, &answer);
    if (status == RACTOR_OK)
        *counts = answer.counts;
    return status;
}

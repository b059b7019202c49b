/* SPDX-License-Identifier: MIT */
#include "actor/supervisor/messages.h"

#include <ractor/call.h>

#include <string.h>

/* ------------------------------------------------------------------ a spec, copied deeply */

static size_t text_bytes(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

/* The arguments come first in the tail, since they may need its alignment. */
static ractor_status spec_copy_size(const void *value, size_t *tail_bytes)
{
    const ractor_child_spec *spec = value;
    if (spec->args == NULL && spec->args_bytes != 0)
        return RACTOR_EINVAL;
    size_t text = text_bytes(spec->id) + text_bytes(spec->name);
    if (spec->args_bytes > SIZE_MAX / 2 || text > SIZE_MAX / 4)
        return RACTOR_ELIMIT;
    *tail_bytes = spec->args_bytes + text;
    return RACTOR_OK;
}

static void *copy_bytes(const void *from, size_t n_bytes, ractor_tail *tail)
{
    void *to = tail->at;
    if (n_bytes == 0)
        return NULL;
    memcpy(to, from, n_bytes);
    tail->at += n_bytes;
    return to;
}

static void spec_copy(void *to, const void *from, ractor_tail *tail)
{
    ractor_child_spec spec = *(const ractor_child_spec *)from;
    if (spec.args_bytes != 0)
        spec.args = copy_bytes(spec.args, spec.args_bytes, tail);
    spec.id = copy_bytes(spec.id, text_bytes(spec.id), tail);
    spec.name = copy_bytes(spec.name, text_bytes(spec.name), tail);
    memcpy(to, &spec, sizeof spec);
}

/* ------------------------------------------------------------------ a command with its id */

static ractor_status command_copy_size(const void *value, size_t *tail_bytes)
{
    *tail_bytes = ((const struct rt_supervisor_command *)value)->id.length;
    return RACTOR_OK;
}

static void command_copy(void *to, const void *from, ractor_tail *tail)
{
    struct rt_supervisor_command command = *(const struct rt_supervisor_command *)from;
    command.id.data = copy_bytes(command.id.data, command.id.length, tail);
    memcpy(to, &command, sizeof command);
}

/* ------------------------------------------------------------------ the type */

static const ractor_codec spec_codec = {
    .size = sizeof(ractor_child_spec),
    .align = _Alignof(ractor_child_spec),
    .copy_size = spec_copy_size,
    .copy = spec_copy,
};
static const ractor_codec command_codec = {
    .size = sizeof(struct rt_supervisor_command),
    .align = _Alignof(struct rt_supervisor_command),
    .copy_size = command_copy_size,
    .copy = command_copy,
};
static const ractor_codec retry_codec = {
    .size = sizeof(struct rt_supervisor_retry),
    .align = _Alignof(struct rt_supervisor_retry),
};
const ractor_codec rt_supervisor_answer_codec = {
    .size = sizeof(struct rt_supervisor_answer),
    .align = _Alignof(struct rt_supervisor_answer),
};

static const ractor_variant variants[RT_SUPERVISOR_TAGS] = {
    [RT_SUPERVISOR_START] = {"Start", &spec_codec, &rt_supervisor_answer_codec, RACTOR_VARIANT_RPC,
                             0},
    [RT_SUPERVISOR_COMMAND] = {"Command", &command_codec, &rt_supervisor_answer_codec,
                               RACTOR_VARIANT_RPC, 0},
    [RT_SUPERVISOR_RETRY] = {"Retry", &retry_codec, NULL, 0, 0},
};

static ractor_status dispatch(const void *handlers_, ractor_context *ctx, void *state, uint32_t tag,
                              const void *args, ractor_port *port)
{
    const struct rt_supervisor_handlers *handlers = handlers_;
    struct rt_supervisor_answer answer = {.status = RACTOR_OK};
    if (tag == RT_SUPERVISOR_RETRY)
        return handlers->retry(ctx, state, args);
    if (tag == RT_SUPERVISOR_START)
        handlers->start(ctx, state, args, &answer);
    else
        handlers->command(ctx, state, args, &answer);
    (void)ractor_port_reply(port, &rt_supervisor_answer_codec, &answer);
    return RACTOR_OK;
}

static const char *missing(const void *handlers)
{
    (void)handlers;
    return NULL;
}

const ractor_message_type rt_supervisor_type = {
    .name = "ractor.Supervisor",
    .variants = variants,
    .n_variants = RT_SUPERVISOR_TAGS,
    .flags = RACTOR_TYPE_LOCAL,
    .dispatch = dispatch,
    .missing = missing,
};

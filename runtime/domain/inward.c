/* SPDX-License-Identifier: MIT */
/* Finds, casts and calls of a child. It is not trusted with anything but its own privileges: what
 * it says is decoded like a stranger's. Each call of it that is open holds the process. */
#include "actor/remote.h"
#include "actor/runtime.h"
#include "base/alloc.h"
#include "domain/process.h"

#include <ractor/registry.h>

#include <string.h>

/* A child that asks and does not read the answers does not make memory grow for good. */
#define UNREAD_LIMIT ((size_t)1 << 30)

static ractor_status say(struct rt_process *process, struct rt_frame frame,
                         const struct rt_payload *payload)
{
    (void)pthread_mutex_lock(&process->lock);
    ractor_status status = RACTOR_ENODE;
    if (!process->is_over && process->outlet.end - process->outlet.start > UNREAD_LIMIT)
        rt_process_condemn(process, RACTOR_ENODE, "was killed: it does not read what it asks for");
    else if (!process->is_over)
        status = rt_process_say(process, &frame, payload);
    (void)pthread_mutex_unlock(&process->lock);
    return status;
}

static void say_short(struct rt_process *process, uint32_t kind, uint64_t number,
                      ractor_status status)
{
    static const struct rt_payload nothing;
    const struct rt_frame frame = {.kind = kind, .number = number, .a = (uint32_t)status};
    (void)say(process, frame, &nothing);
}

/* ------------------------------------------------------------------ finding */

static ractor_status find(ractor_runtime *runtime, ractor_bytes name, struct rt_found *found)
{
    ractor_ref ref;
    char *text = rt_alloc(name.length + 1);
    if (text == NULL)
        return RACTOR_ENOMEM;
    if (name.length != 0)
        memcpy(text, name.data, name.length);
    text[name.length] = '\0';
    ractor_status status = ractor_find_name(runtime, text, NULL, &ref);
    rt_free(text);
    if (status != RACTOR_OK)
        return status;
    const ractor_message_type *type = ractor_type_of(ref);
    if (type == NULL || !ractor_is_remotable(ref) || ractor_is_factory(ref))
        return RACTOR_ENOENT;
    found->pid = ref.pid;
    found->fingerprint = type->fingerprint;
    return RACTOR_OK;
}

void rt_inward_find(struct rt_process *process, const struct rt_frame *frame, ractor_bytes name)
{
    struct rt_found found = {0, 0};
    ractor_status status = find(process->domain->runtime, name, &found);
    const struct rt_frame answer = {
        .kind = RT_FRAME_FOUND, .number = frame->number, .a = (uint32_t)status};
    const struct rt_payload payload = {.flat = &found, .value_bytes = sizeof found};
    (void)say(process, answer, &payload);
}

/* ------------------------------------------------------------------ messages */

/* Takes the pid off a payload, and finds what the variant is called. */
static ractor_status open_message(ractor_runtime *runtime, const struct rt_frame *frame,
                                  ractor_bytes *payload, uint64_t *pid, ractor_string *variant)
{
    ractor_ref ref;
    *pid = 0;
    if (payload->length < sizeof *pid)
        return RACTOR_EDECODE;
    memcpy(pid, payload->data, sizeof *pid);
    payload->data += sizeof *pid;
    payload->length -= sizeof *pid;
    if (ractor_find_pid(runtime, *pid, &ref) != RACTOR_OK)
        return RACTOR_ENOENT;
    const ractor_message_type *type = ractor_type_of(ref);
    if (type == NULL)
        return RACTOR_ENOENT;
    if (frame->a >= type->n_variants)
        return RACTOR_EDECODE;
    *variant = ractor_string_from(type->variants[frame->a].name);
    return RACTOR_OK;
}

void rt_inward_cast(struct rt_process *process, const struct rt_frame *frame, ractor_bytes payload)
{
    ractor_runtime *runtime = process->domain->runtime;
    uint64_t pid;
    ractor_string variant;
    ractor_status status = open_message(runtime, frame, &payload, &pid, &variant);
    if (status == RACTOR_OK)
        status = ractor_inbound_cast(runtime, pid, variant, payload);
    if (status == RACTOR_ENOENT)
        say_short(process, RT_FRAME_GONE, pid, status);
}

static ractor_status give_up(const struct rt_return_address *to, ractor_status why)
{
    say_short(to->link, RT_FRAME_NO_ANSWER, to->tag, why);
    rt_process_drop(to->link);
    return RACTOR_OK;
}

static ractor_status answer(const struct rt_return_address *to, const ractor_codec *codec,
                            const void *value)
{
    const struct rt_frame frame = {.kind = RT_FRAME_ANSWER, .number = to->tag};
    struct rt_payload payload = {.codec = codec, .value = value};
    if (codec != to->reply)
        return RACTOR_EINVAL; /* and the caller of this ends the call */
    ractor_status status = codec->wire_size(value, &payload.value_bytes);
    if (status == RACTOR_OK)
        status = say(to->link, frame, &payload);
    if (status == RACTOR_OK || status == RACTOR_ENODE)
        rt_process_drop(to->link);
    return status;
}

static const struct rt_return_ops return_ops = {.reply = answer, .fail = give_up};

void rt_inward_call(struct rt_process *process, const struct rt_frame *frame, ractor_bytes payload)
{
    ractor_runtime *runtime = process->domain->runtime;
    struct rt_return_address from = {.ops = &return_ops, .link = process, .tag = frame->number};
    uint64_t pid;
    ractor_string variant;
    ractor_status status = open_message(runtime, frame, &payload, &pid, &variant);
    if (status == RACTOR_OK) {
        from.to = pid;
        (void)atomic_fetch_add_explicit(&process->n_holds, 1, memory_order_relaxed);
        status = ractor_inbound_call(runtime, pid, variant, payload, frame->b, &from);
        if (status != RACTOR_OK)
            rt_process_drop(process);
    }
    if (status == RACTOR_OK)
        return;
    say_short(process, RT_FRAME_NO_ANSWER, frame->number, status);
    if (status == RACTOR_ENOENT)
        say_short(process, RT_FRAME_GONE, pid, status);
}

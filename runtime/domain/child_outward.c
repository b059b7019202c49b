/* SPDX-License-Identifier: MIT */
/* Actors of the parent, for those here: a remote actor for each that was found. Its link is the
 * child, which lives as long as its runtime. */
#include "actor/remote.h"
#include "actor/runtime.h"
#include "base/alloc.h"
#include "domain/child.h"

#include <ractor/registry.h>

#include <string.h>

/* Of a pid in front of the fields. */
#define PID_BYTES sizeof(uint64_t)

/* ------------------------------------------------------------------ sending */

/* Whether both processes have the same enum. */
static ractor_status check(struct rt_child *child, uint64_t pid, const ractor_message_type *type)
{
    ractor_status status = RACTOR_ENOENT;
    (void)pthread_mutex_lock(&child->lock);
    for (const struct rt_outward *out = child->outward; out != NULL; out = out->next) {
        if (out->found.pid == pid)
            status = out->found.fingerprint == type->fingerprint ? RACTOR_OK : RACTOR_ETYPE;
    }
    (void)pthread_mutex_unlock(&child->lock);
    return status;
}

/* The pid and the fields, encoded. Gives: rt_free. */
static ractor_status encode(uint64_t pid, const struct rt_outbound *message, uint8_t **bytes,
                            size_t *length)
{
    const ractor_codec *codec = message->type->variants[message->tag].args;
    if (codec->wire_size == NULL)
        return RACTOR_ETYPE;
    *length = PID_BYTES;
    ractor_status status = codec->wire_size(message->args, length);
    if (status == RACTOR_OK && *length > RT_DOMAIN_PAYLOAD_LIMIT)
        status = RACTOR_ELIMIT;
    if (status != RACTOR_OK)
        return status;
    *bytes = rt_alloc(*length);
    if (*bytes == NULL)
        return RACTOR_ENOMEM;
    memcpy(*bytes, &pid, PID_BYTES);
    (void)codec->write(message->args, *bytes + PID_BYTES);
    return RACTOR_OK;
}

/* A cast, or a call that is kept as `number` until the parent answers it. */
static ractor_status send(const struct rt_remote_address *to, const struct rt_outbound *message,
                          struct rt_frame frame, ractor_port *port)
{
    struct rt_child *child = to->link;
    uint8_t *bytes = NULL;
    size_t length;
    ractor_status status = check(child, to->pid, message->type);
    if (status == RACTOR_OK)
        status = encode(to->pid, message, &bytes, &length);
    if (status == RACTOR_OK && port != NULL) {
        (void)pthread_mutex_lock(&child->lock);
        status = rt_domain_calls_add(&child->calls, *port, &frame.number);
        (void)pthread_mutex_unlock(&child->lock);
    }
    if (status == RACTOR_OK) {
        const ractor_bytes payload = {bytes, length};
        frame.a = message->tag;
        rt_child_say(child, frame, payload);
    }
    rt_free(bytes);
    return status;
}

static ractor_status cast(const struct rt_remote_address *to, const struct rt_outbound *message)
{
    const struct rt_frame frame = {.kind = RT_FRAME_CAST};
    return send(to, message, frame, NULL);
}

static ractor_status call(const struct rt_remote_address *to, const struct rt_outbound *message,
                          uint64_t call_tag, uint32_t timeout_ms, ractor_port port)
{
    const struct rt_frame frame = {.kind = RT_FRAME_CALL, .b = timeout_ms};
    (void)call_tag;
    return send(to, message, frame, &port);
}

/* The parent answers every call once; what comes for one that is over is dropped. */
static void forget(const struct rt_remote_address *to, uint64_t call_tag)
{
    (void)to;
    (void)call_tag;
}

static const struct rt_remote_ops remote_ops = {.cast = cast, .call = call, .forget = forget};

/* ------------------------------------------------------------------ finding */

/* A reference to what was found; the one that there is, or a new one. Locked. */
static ractor_status make_ref(struct rt_child *child, const struct rt_found *found, ractor_ref *ref)
{
    const ractor_ref nobody = {NULL, 0};
    for (const struct rt_outward *out = child->outward; out != NULL; out = out->next) {
        if (out->found.pid == found->pid) {
            *ref = out->ref;
            return RACTOR_OK;
        }
    }
    struct rt_outward *out = rt_calloc(1, sizeof *out);
    if (out == NULL)
        return RACTOR_ENOMEM;
    out->found = *found;
    const struct rt_remote_address address = {.ops = &remote_ops, .link = child, .pid = found->pid};
    ractor_status status = ractor_remote_spawn(child->runtime, &address, NULL, nobody, &out->ref);
    if (status != RACTOR_OK) {
        rt_free(out);
        return status;
    }
    out->next = child->outward;
    child->outward = out;
    *ref = out->ref;
    return RACTOR_OK;
}

/* Under the lock a question is in the list, or has been answered or given up. */
static void list_question(struct rt_child *child, struct rt_question *question)
{
    (void)pthread_mutex_lock(&child->lock);
    question->number = ++child->n_questions;
    question->next = child->questions;
    child->questions = question;
    (void)pthread_mutex_unlock(&child->lock);
}

static bool take_question(struct rt_child *child, uint64_t number, struct rt_question **question)
{
    for (struct rt_question **at = &child->questions; *at != NULL; at = &(*at)->next) {
        if ((*at)->number != number)
            continue;
        *question = *at;
        *at = (*at)->next;
        return true;
    }
    return false;
}

static ractor_status ask(struct rt_child *child, const char *name, uint32_t timeout_ms,
                         struct rt_question *question)
{
    const ractor_bytes payload = {(const uint8_t *)name, strlen(name)};
    if (payload.length > RT_DOMAIN_PAYLOAD_LIMIT)
        return RACTOR_ELIMIT;
    ractor_status status = ractor_pause_open(child->runtime, &question->waiter);
    if (status != RACTOR_OK)
        return status;
    list_question(child, question);
    const struct rt_frame frame = {.kind = RT_FRAME_FIND, .number = question->number};
    rt_child_say(child, frame, payload);
    status = ractor_pause(&question->waiter, timeout_ms);
    (void)pthread_mutex_lock(&child->lock);
    struct rt_question *listed;
    bool is_answered = !take_question(child, question->number, &listed);
    (void)pthread_mutex_unlock(&child->lock);
    return is_answered ? question->status : status;
}

ractor_status ractor_domain_find(ractor_runtime *runtime, const char *name,
                                 const ractor_message_type *type, uint32_t timeout_ms,
                                 ractor_ref *ref)
{
    struct rt_child *child = runtime->child;
    struct rt_question question = {.number = 0};
    ractor_status status = ractor_find_name(runtime, name, type, ref);
    if (child == NULL || status != RACTOR_ENOENT)
        return status;
    status = ask(child, name, timeout_ms, &question);
    if (status != RACTOR_OK)
        return status;
    if (type != NULL && type->fingerprint != question.found.fingerprint)
        return RACTOR_ETYPE;
    (void)pthread_mutex_lock(&child->lock);
    status = make_ref(child, &question.found, ref);
    (void)pthread_mutex_unlock(&child->lock);
    return status;
}

/* ------------------------------------------------------------------ what the parent says */

void rt_outward_found(struct rt_child *child, const struct rt_frame *frame, ractor_bytes payload)
{
    struct rt_question *question;
    (void)pthread_mutex_lock(&child->lock);
    if (payload.length == sizeof question->found &&
        take_question(child, frame->number, &question)) {
        question->status = (ractor_status)(int32_t)frame->a;
        memcpy(&question->found, payload.data, sizeof question->found);
        ractor_pause_end(&question->waiter);
    }
    (void)pthread_mutex_unlock(&child->lock);
}

void rt_outward_answer(struct rt_child *child, const struct rt_frame *frame, ractor_bytes payload)
{
    ractor_port port;
    (void)pthread_mutex_lock(&child->lock);
    bool is_open = rt_domain_calls_take(&child->calls, frame->number, &port);
    (void)pthread_mutex_unlock(&child->lock);
    if (is_open && frame->kind == RT_FRAME_ANSWER)
        (void)ractor_port_complete(&port, payload, (ractor_bytes){NULL, 0});
    else if (is_open)
        (void)ractor_port_fail(&port, (ractor_status)(int32_t)frame->a);
}

/* The parent does not tell how an actor of its own has ended. */
static const struct rt_remote_ending ended = {RACTOR_EVENT_ACTOR_TERMINATED, RACTOR_OK, NULL};
static const struct rt_remote_ending lost = {RACTOR_EVENT_ACTOR_TERMINATED, RACTOR_ENODE, NULL};

void rt_outward_gone(struct rt_child *child, uint64_t pid)
{
    struct rt_outward *gone = NULL;
    (void)pthread_mutex_lock(&child->lock);
    for (struct rt_outward **at = &child->outward; *at != NULL && gone == NULL;) {
        if ((*at)->found.pid == pid) {
            gone = *at;
            *at = gone->next;
        } else {
            at = &(*at)->next;
        }
    }
    (void)pthread_mutex_unlock(&child->lock);
    if (gone != NULL)
        ractor_remote_end(gone->ref, &ended);
    rt_free(gone);
}

void rt_outward_end(struct rt_child *child)
{
    (void)pthread_mutex_lock(&child->lock);
    struct rt_outward *outward = child->outward;
    struct rt_domain_calls calls = child->calls;
    child->outward = NULL;
    child->calls = (struct rt_domain_calls){NULL, 0, 0};
    (void)pthread_mutex_unlock(&child->lock);
    while (outward != NULL) {
        struct rt_outward *out = outward;
        outward = out->next;
        ractor_remote_end(out->ref, &lost);
        rt_free(out);
    }
    rt_domain_calls_fini(&calls, RACTOR_ENODE);
}

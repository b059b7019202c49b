/* SPDX-License-Identifier: MIT */
/*
 * What the actor layer calls to reach another node. Sizes are computed first, outside of the lock;
 * then the head and the payload are encoded where they leave from.
 */
#include "cluster/link.h"

#include "base/clock.h"
#include "base/starts.h"
#include "cluster/handshake.h"

#include <string.h>

static struct rt_node_message message_to(enum rt_node_kind kind, uint64_t pid,
                                         const ractor_variant *variant)
{
    struct rt_node_message message = {
        .kind = kind, .to = pid, .variant = ractor_string_from(variant->name)};
    return message;
}

/* The trace goes to those who speak the extension. `bytes` is room for it. */
static void put_trace(struct rt_link *link, const ractor_trace_context *trace,
                      uint8_t bytes[RT_TRACE_BYTES], struct rt_node_message *message)
{
    if (trace == NULL || (rt_link_extensions(link) & RT_EXTENSION_TRACE) == 0)
        return;
    rt_trace_encode(trace, bytes);
    message->trace = (ractor_bytes){bytes, RT_TRACE_BYTES};
    message->trace_state = (ractor_bytes){(const uint8_t *)trace->state.data, trace->state.length};
}

/* `options` is room for what the metadata begin with. RACTOR_ENOTSUP: the peer knows of no retries.
 */
static ractor_status put_job(struct rt_link *link, const struct rt_outbound_job *job,
                             uint8_t options[RT_JOB_OPTIONS_BYTES], struct rt_node_message *message)
{
    if (job == NULL)
        return RACTOR_OK;
    if (job->n_retries != 0 && (rt_link_extensions(link) & RT_EXTENSION_JOBS) == 0)
        return RACTOR_ENOTSUP;
    rt_job_encode(rt_calendar_ns(), job->ttl_ns, options);
    message->metadata = (ractor_bytes){options, RT_JOB_OPTIONS_BYTES};
    message->key = job->key;
    message->n_retries = job->n_retries;
    return RACTOR_OK;
}

/* Measures `what`. The incarnations of the actors in it go to those who speak the extension. */
static ractor_status measure(struct rt_link *link, const ractor_codec *codec, const void *value,
                             struct rt_starts *starts, struct rt_node_message *message)
{
    ractor_status status = ractor_measure_outbound(codec, value, &message->what.length, starts);
    if (starts->is_known && (rt_link_extensions(link) & RT_EXTENSION_STARTS) != 0)
        message->starts = (ractor_bytes){starts->data, starts->length};
    return status;
}

/* The receiver would refuse it: its schema says so here as well. */
static bool is_denied(const struct rt_outbound *out)
{
    return (out->type->flags & RACTOR_TYPE_NO_EXPORT) != 0 ||
           (out->type->variants[out->tag].flags & RACTOR_VARIANT_NO_EXPORT) != 0;
}

/* What of a cast or call lies beside it, until it is written. Ends with rt_starts_fini. */
struct extras {
    struct rt_starts starts;
    uint8_t trace[RT_TRACE_BYTES];
    uint8_t job[RT_JOB_OPTIONS_BYTES];
};

/* All of a cast or call but its numbers, and how long it is. */
static ractor_status prepare(struct rt_link *link, const struct rt_outbound *out,
                             struct extras *extras, struct rt_node_message *message)
{
    rt_starts_init(&extras->starts);
    if (is_denied(out))
        return RACTOR_EDENIED;
    put_trace(link, out->trace, extras->trace, message);
    ractor_status status = put_job(link, out->job, extras->job, message);
    if (status != RACTOR_OK)
        return status;
    const ractor_codec *args = out->type->variants[out->tag].args;
    return measure(link, args, out->args, &extras->starts, message);
}

/* Begins, writes the head, and leaves the payload to the caller. */
static ractor_status begin(struct rt_link *link, uint64_t incarnation,
                           const struct rt_node_message *message, enum rt_link_urgency urgency,
                           size_t *size, uint8_t **payload)
{
    size_t head = rt_node_head_size(message);
    if (message->what.length > SIZE_MAX - head)
        return RACTOR_ELIMIT;
    *size = head + message->what.length;
    uint8_t *at;
    ractor_status status = rt_link_begin(link, incarnation, *size, urgency, &at);
    if (status != RACTOR_OK)
        return status;
    status = rt_node_put_head(message, at, head);
    if (status != RACTOR_OK) {
        rt_link_cancel(link);
        return status;
    }
    *payload = at + head;
    return RACTOR_OK;
}

/* Puts the payload behind the head. `write` has promised how much that is. */
static ractor_status put_value(const ractor_codec *codec, const void *value, uint8_t *payload,
                               size_t length)
{
    return codec->write(value, payload) == payload + length ? RACTOR_OK : RACTOR_EINVAL;
}

/* As begin, and waits when the session is full. */
static ractor_status begin_bounded(const struct rt_remote_address *to,
                                   const struct rt_node_message *message, uint32_t timeout_ms,
                                   size_t *size, uint8_t **payload)
{
    ractor_status status =
        begin(to->link, to->incarnation, message, RT_LINK_BOUNDED, size, payload);
    if (status != RACTOR_EAGAIN)
        return status;
    status = rt_link_wait(to->link, to->incarnation, timeout_ms);
    if (status != RACTOR_OK)
        return status;
    return begin(to->link, to->incarnation, message, RT_LINK_GRANTED, size, payload);
}

static ractor_status link_cast(const struct rt_remote_address *to, const struct rt_outbound *out)
{
    const ractor_variant *variant = &out->type->variants[out->tag];
    struct rt_node_message message = message_to(RT_NODE_CAST, to->pid, variant);
    struct rt_link *link = to->link;
    size_t size;
    uint8_t *payload;
    struct extras extras;
    ractor_status status = prepare(link, out, &extras, &message);
    if (status == RACTOR_OK)
        status = begin_bounded(to, &message, RACTOR_TIMEOUT_NONE, &size, &payload);
    rt_starts_fini(&extras.starts);
    if (status != RACTOR_OK)
        return status;
    status = rt_link_check_type(link, to->pid, out);
    if (status == RACTOR_OK)
        status = put_value(variant->args, out->args, payload, message.what.length);
    if (status == RACTOR_OK)
        rt_link_commit(link, size);
    else
        rt_link_cancel(link);
    return status;
}

static ractor_status link_call(const struct rt_remote_address *to, const struct rt_outbound *out,
                               uint64_t call_tag, uint32_t timeout_ms, ractor_port port)
{
    const ractor_variant *variant = &out->type->variants[out->tag];
    struct rt_node_message message = message_to(RT_NODE_CALL, to->pid, variant);
    struct rt_link *link = to->link;
    size_t size;
    uint8_t *payload;
    struct extras extras;
    message.tag = call_tag;
    message.has_timeout = timeout_ms != RACTOR_TIMEOUT_NONE;
    message.timeout_ms = timeout_ms;
    ractor_status status = prepare(link, out, &extras, &message);
    if (status == RACTOR_OK)
        status = begin_bounded(to, &message, timeout_ms, &size, &payload);
    rt_starts_fini(&extras.starts);
    if (status != RACTOR_OK)
        return status;
    status = rt_link_check_type(link, to->pid, out);
    if (status == RACTOR_OK)
        status = put_value(variant->args, out->args, payload, message.what.length);
    if (status == RACTOR_OK) /* before the bytes leave: the reply may be faster than this thread */
        status = rt_link_add_call(link, to->pid, call_tag, port);
    if (status == RACTOR_OK)
        rt_link_commit(link, size);
    else
        rt_link_cancel(link);
    return status;
}

/* A call that has been answered already needs no cancellation. */
static void link_forget(const struct rt_remote_address *to, uint64_t call_tag)
{
    struct rt_node_message message = {.kind = RT_NODE_CANCEL, .to = to->pid, .tag = call_tag};
    struct rt_link *link = to->link;
    ractor_port port;
    size_t size;
    uint8_t *payload;
    if (!rt_link_take_call(link, to->incarnation, to->pid, call_tag, &port) ||
        begin(link, to->incarnation, &message, RT_LINK_CONTROL, &size, &payload) != RACTOR_OK)
        return;
    if ((link->extensions & RT_EXTENSION_CANCEL) != 0)
        rt_link_commit(link, size);
    else
        rt_link_cancel(link);
}

ractor_bytes rt_note_text_from(const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;
    ractor_bytes bytes = {(const uint8_t *)text,
                          length < RT_NOTE_TEXT_BYTES ? length : RT_NOTE_TEXT_BYTES};
    return bytes;
}

static void link_exit(const struct rt_remote_address *to, enum rt_exit how, const char *reason)
{
    struct rt_link *link = to->link;
    struct rt_note note = {
        .number = to->pid, .detail = (uint64_t)how, .text = rt_note_text_from(reason)};
    struct rt_control_out out = {.kind = RT_CONTROL_EXIT, .notes = &note, .n_notes = 1};
    if ((rt_link_extensions(link) & RT_EXTENSION_ENDINGS) != 0)
        (void)rt_link_send_control(link, to->incarnation, &out);
}

static void link_open_call(const struct rt_return_address *call, ractor_port port,
                           uint64_t deadline_ns)
{
    rt_link_add_inbound(call->link, call, port, deadline_ns);
}

/* The call is over, whether the answer reaches the peer or not. */
static void end_inbound(const struct rt_return_address *call)
{
    ractor_port port;
    (void)rt_link_take_inbound(call->link, call->incarnation, call->to, call->tag, &port);
}

static ractor_status link_reply(const struct rt_return_address *to, const ractor_codec *codec,
                                const void *value)
{
    struct rt_node_message message = {.kind = RT_NODE_REPLY, .to = to->to, .tag = to->tag};
    struct rt_link *link = to->link;
    size_t size;
    uint8_t *payload;
    struct rt_starts starts;
    rt_starts_init(&starts);
    end_inbound(to);
    ractor_status status = measure(link, codec, value, &starts, &message);
    if (status == RACTOR_OK)
        status = begin(link, to->incarnation, &message, RT_LINK_REPLY, &size, &payload);
    rt_starts_fini(&starts);
    if (status != RACTOR_OK)
        return status;
    status = put_value(codec, value, payload, message.what.length);
    if (status == RACTOR_OK)
        rt_link_commit(link, size);
    else
        rt_link_cancel(link);
    return status;
}

static bool is_read(const ractor_codec *codec, const uint8_t *bytes, size_t length)
{
    ractor_budget budget = RACTOR_BUDGET_DEFAULT;
    size_t tail = 0;
    return codec->measure(bytes, length, &budget, &tail) == RACTOR_OK;
}

/* Bytes that a Rust reader of the type refuses as well: nothing where a fixed width is read, what
 * begins no character where text is. Rust's readers of units, bytes and vectors refuse nothing. */
static ractor_bytes refused_bytes(const ractor_codec *reply)
{
    static const uint8_t text[] = {'a'}, no_text[] = {0xff};
    ractor_bytes refused = {NULL, 0};
    if (reply == NULL || reply->measure == NULL)
        return refused;
    bool is_text = is_read(reply, text, 1) && !is_read(reply, no_text, 1);
    if (!is_read(reply, no_text, 0))
        refused.data = no_text;
    else if (is_text)
        refused = (ractor_bytes){no_text, 1};
    return refused;
}

/* A peer that understands statuses gets one; another one bytes that its reply type refuses, if
 * there are such, which ends the call there as well. */
ractor_status rt_link_send_failure(const struct rt_return_address *to, ractor_status why)
{
    struct rt_node_message message = {.kind = RT_NODE_REPLY, .to = to->to, .tag = to->tag};
    struct rt_link *link = to->link;
    bool has_status = (rt_link_extensions(link) & RT_EXTENSION_CALL_STATUS) != 0;
    size_t size;
    uint8_t *payload;
    if (has_status)
        message.failure = (uint32_t) - (int)(why != RACTOR_OK ? why : RACTOR_EPORT);
    else
        message.what = refused_bytes(to->reply);
    if (!has_status && message.what.data == NULL)
        return RACTOR_OK; /* the peer's protocol has no word for it */
    ractor_status status = begin(link, to->incarnation, &message, RT_LINK_REPLY, &size, &payload);
    if (status != RACTOR_OK)
        return status;
    if (message.what.length != 0)
        memcpy(payload, message.what.data, message.what.length);
    rt_link_commit(link, size);
    return RACTOR_OK;
}

static ractor_status link_fail(const struct rt_return_address *to, ractor_status why)
{
    end_inbound(to);
    return rt_link_send_failure(to, why);
}

ractor_status rt_link_send_control(struct rt_link *link, uint64_t incarnation,
                                   const struct rt_control_out *control)
{
    size_t size = rt_control_size(control);
    bool is_urgent = control->kind == RT_CONTROL_PING || control->kind == RT_CONTROL_PONG;
    uint8_t *at;
    ractor_status status =
        rt_link_begin(link, incarnation, size, is_urgent ? RT_LINK_URGENT : RT_LINK_CONTROL, &at);
    if (status != RACTOR_OK)
        return status;
    status = rt_control_write(control, at, size);
    if (status == RACTOR_OK)
        rt_link_commit(link, size);
    else
        rt_link_cancel(link);
    return status;
}

ractor_status rt_link_send_auth(struct rt_link *link, uint64_t incarnation,
                                const auth_AuthenticationMessage *auth)
{
    size_t size = rt_auth_size(auth);
    uint8_t *at;
    ractor_status status = rt_link_begin(link, incarnation, size, RT_LINK_URGENT, &at);
    if (status != RACTOR_OK)
        return status;
    status = rt_auth_write(auth, at, size);
    if (status == RACTOR_OK)
        rt_link_commit(link, size);
    else
        rt_link_cancel(link);
    return status;
}

const struct rt_remote_ops rt_link_remote_ops = {
    .cast = link_cast,
    .call = link_call,
    .forget = link_forget,
    .exit = link_exit,
};

const struct rt_return_ops rt_link_return_ops = {
    .reply = link_reply,
    .fail = link_fail,
    .open = link_open_call,
};

/* SPDX-License-Identifier: MIT */
/*
 * Casts, calls and replies. Fields are written in the order of their use, `what` last, so that a
 * payload can be encoded in place behind the head.
 *
 *   NetworkMessage.node (2) > NodeMessage.cast/call/reply (1, 2, 3) > fields
 */
#include "cluster/codec.h"

#include "base/big_endian.h"

#include <string.h>

enum { NET_AUTH = 1, NET_NODE = 2, NET_CONTROL = 3 };
enum { CAST_TO = 1, CAST_WHAT = 2, CAST_VARIANT = 3, CAST_RETRIES = 1002 };
enum { CALL_TO = 1, CALL_WHAT = 2, CALL_TAG = 3, CALL_TIMEOUT = 4, CALL_VARIANT = 5 };
enum { REPLY_TO = 1, REPLY_TAG = 2, REPLY_WHAT = 3, REPLY_STATUS = 1000 };
enum { CANCEL_TO = 1, CANCEL_TAG = 2 };
enum { METADATA = 6, TRACE = 1000, TRACE_STATE = 1001 }; /* of casts and calls */
enum { STARTS = 1003 };                                  /* of casts, calls and replies */

/* ------------------------------------------------------------------ traces */

void rt_trace_encode(const ractor_trace_context *trace, uint8_t bytes[RT_TRACE_BYTES])
{
    memcpy(bytes, trace->trace_id, 16);
    memcpy(bytes + 16, trace->span_id, 8);
    memcpy(bytes + 24, trace->parent_id, 8);
    bytes[32] = trace->flags;
}

bool rt_trace_decode(const struct rt_node_message *message, ractor_trace_context *trace)
{
    static const uint8_t zero[16];
    const uint8_t *bytes = message->trace.data;
    if (message->trace.length != RT_TRACE_BYTES || memcmp(bytes, zero, 16) == 0 ||
        memcmp(bytes + 16, zero, 8) == 0)
        return false;
    *trace = (ractor_trace_context){.flags = bytes[32]};
    memcpy(trace->trace_id, bytes, 16);
    memcpy(trace->span_id, bytes + 16, 8);
    memcpy(trace->parent_id, bytes + 24, 8);
    if (message->trace_state.length <= RACTOR_TRACESTATE_BYTES)
        trace->state =
            (ractor_string){(const char *)message->trace_state.data, message->trace_state.length};
    return true;
}

/* ------------------------------------------------------------------ jobs */

void rt_job_encode(uint64_t submitted_ns, uint64_t ttl_ns, uint8_t bytes[RT_JOB_OPTIONS_BYTES])
{
    rt_put_u64(submitted_ns, bytes);
    rt_put_u64(ttl_ns, bytes + 8);
}

bool rt_job_decode(const struct rt_node_message *message, struct rt_job_metadata *job)
{
    ractor_bytes bytes = message->metadata;
    if (bytes.length < RT_JOB_OPTIONS_BYTES)
        return false;
    job->submitted_ns = rt_get_u64(bytes.data);
    job->ttl_ns = rt_get_u64(bytes.data + 8);
    job->key =
        (ractor_bytes){bytes.data + RT_JOB_OPTIONS_BYTES, bytes.length - RT_JOB_OPTIONS_BYTES};
    return true;
}

/* ------------------------------------------------------------------ decoding */

ractor_status rt_net_decode(ractor_bytes message, enum rt_net_kind *kind, ractor_bytes *body)
{
    struct rt_wire_in in = rt_wire_in_of(message);
    struct rt_wire_field field;
    enum rt_wire_step step;
    *kind = RT_NET_NONE;
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        if (field.number - NET_AUTH > NET_CONTROL - NET_AUTH && field.number != RT_NET_FRAGMENT)
            continue;
        if (!field.is_bytes)
            return RACTOR_EDECODE;
        *kind = (enum rt_net_kind)field.number;
        *body = field.bytes;
    }
    return step == RT_WIRE_END ? RACTOR_OK : RACTOR_EDECODE;
}
_Static_assert((int)RT_NET_AUTH == NET_AUTH && (int)RT_NET_NODE == NET_NODE &&
                   (int)RT_NET_CONTROL == NET_CONTROL,
               "kinds are the oneof's field numbers");

/* Where the fields of a kind go. NULL in `bytes` or `number` means: not a field of this kind. */
static ractor_bytes *bytes_field(struct rt_node_message *message, uint32_t number,
                                 ractor_bytes *variant)
{
    bool is_request = message->kind == RT_NODE_CAST || message->kind == RT_NODE_CALL;
    if (is_request && number == METADATA)
        return &message->metadata;
    if (is_request && (number == TRACE || number == TRACE_STATE))
        return number == TRACE ? &message->trace : &message->trace_state;
    if ((is_request || message->kind == RT_NODE_REPLY) && number == STARTS)
        return &message->starts;
    switch (message->kind) {
    case RT_NODE_CAST:
        return number == CAST_WHAT ? &message->what : number == CAST_VARIANT ? variant : NULL;
    case RT_NODE_CALL:
        return number == CALL_WHAT ? &message->what : number == CALL_VARIANT ? variant : NULL;
    case RT_NODE_REPLY:
        return number == REPLY_WHAT ? &message->what : NULL;
    case RT_NODE_CANCEL:
    case RT_NODE_NONE:
        break;
    }
    return NULL;
}

static uint64_t *number_field(struct rt_node_message *message, uint32_t number, uint64_t *failure)
{
    _Static_assert(CAST_TO == 1 && CALL_TO == 1 && REPLY_TO == 1, "`to` is the same in all");
    if (number == CAST_TO)
        return &message->to;
    if (message->kind == RT_NODE_CAST)
        return number == CAST_RETRIES ? &message->n_retries : NULL;
    if (message->kind == RT_NODE_CALL)
        return number == CALL_TAG       ? &message->tag
               : number == CALL_TIMEOUT ? &message->timeout_ms
                                        : NULL;
    if (message->kind == RT_NODE_REPLY)
        return number == REPLY_TAG ? &message->tag : number == REPLY_STATUS ? failure : NULL;
    if (message->kind == RT_NODE_CANCEL)
        return number == CANCEL_TAG ? &message->tag : NULL;
    return NULL;
}

static ractor_status decode_fields(ractor_bytes body, struct rt_node_message *message)
{
    struct rt_wire_in in = rt_wire_in_of(body);
    struct rt_wire_field field;
    enum rt_wire_step step;
    ractor_bytes variant = {NULL, 0};
    uint64_t failure = 0;
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        ractor_bytes *bytes = bytes_field(message, field.number, &variant);
        uint64_t *number = number_field(message, field.number, &failure);
        if ((bytes != NULL && !field.is_bytes) || (number != NULL && field.is_bytes))
            return RACTOR_EDECODE;
        if (bytes != NULL)
            *bytes = field.bytes;
        if (number != NULL)
            *number = field.value;
        if (message->kind == RT_NODE_CALL && field.number == CALL_TIMEOUT)
            message->has_timeout = true;
    }
    message->variant = rt_wire_text(variant);
    message->failure = failure <= UINT32_MAX ? (uint32_t)failure : UINT32_MAX;
    return step == RT_WIRE_END ? RACTOR_OK : RACTOR_EDECODE;
}

ractor_status rt_node_decode(ractor_bytes body, struct rt_node_message *message)
{
    struct rt_wire_in in = rt_wire_in_of(body);
    struct rt_wire_field field;
    enum rt_wire_step step;
    ractor_bytes inner = {NULL, 0};
    *message = (struct rt_node_message){.kind = RT_NODE_NONE};
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        if ((field.number < RT_NODE_CAST || field.number > RT_NODE_REPLY) &&
            field.number != RT_NODE_CANCEL)
            continue;
        if (!field.is_bytes)
            return RACTOR_EDECODE;
        message->kind = (enum rt_node_kind)field.number;
        inner = field.bytes;
    }
    if (step != RT_WIRE_END)
        return RACTOR_EDECODE;
    return message->kind == RT_NODE_NONE ? RACTOR_OK : decode_fields(inner, message);
}

/* ------------------------------------------------------------------ encoding */

static size_t trace_size(const struct rt_node_message *m)
{
    if (m->trace.length == 0)
        return 0;
    return rt_wire_bytes_size(TRACE, m->trace.length) +
           (m->trace_state.length != 0 ? rt_wire_bytes_size(TRACE_STATE, m->trace_state.length)
                                       : 0);
}

static void put_trace(const struct rt_node_message *m, struct rt_wire_out *out)
{
    if (m->trace.length == 0)
        return;
    rt_wire_put_bytes(out, TRACE, m->trace.data, m->trace.length);
    if (m->trace_state.length != 0)
        rt_wire_put_bytes(out, TRACE_STATE, m->trace_state.data, m->trace_state.length);
}

static size_t job_size(const struct rt_node_message *m)
{
    if (m->metadata.data == NULL)
        return 0;
    return rt_wire_bytes_size(METADATA, m->metadata.length + m->key.length) +
           (m->n_retries != 0 ? rt_wire_number_size(CAST_RETRIES, m->n_retries) : 0);
}

static void put_job(const struct rt_node_message *m, struct rt_wire_out *out)
{
    if (m->metadata.data == NULL)
        return;
    if (m->n_retries != 0)
        rt_wire_put_number(out, CAST_RETRIES, m->n_retries);
    rt_wire_put_head(out, METADATA, m->metadata.length + m->key.length);
    rt_wire_put_raw(out, m->metadata);
    rt_wire_put_raw(out, m->key);
}

static size_t starts_size(const struct rt_node_message *m)
{
    return m->starts.length != 0 ? rt_wire_bytes_size(STARTS, m->starts.length) : 0;
}

static void put_starts(const struct rt_node_message *m, struct rt_wire_out *out)
{
    if (m->starts.length != 0)
        rt_wire_put_bytes(out, STARTS, m->starts.data, m->starts.length);
}

/* Size of the fields of the innermost message, with the tag and length of `what`, not its bytes. */
static size_t fields_head_size(const struct rt_node_message *m)
{
    size_t size = rt_wire_number_size(CAST_TO, m->to);
    if (m->kind == RT_NODE_CANCEL)
        return size + rt_wire_number_size(CANCEL_TAG, m->tag);
    size += rt_wire_bytes_size(CAST_WHAT, m->what.length) - m->what.length + starts_size(m);
    if (m->kind != RT_NODE_REPLY)
        return size + rt_wire_bytes_size(CAST_VARIANT, m->variant.length) + trace_size(m) +
               job_size(m) + (m->kind == RT_NODE_CALL ? rt_wire_number_size(CALL_TAG, m->tag) : 0) +
               (m->has_timeout ? rt_wire_number_size(CALL_TIMEOUT, m->timeout_ms) : 0);
    size += rt_wire_number_size(REPLY_TAG, m->tag);
    return size + (m->failure != 0 ? rt_wire_number_size(REPLY_STATUS, m->failure) : 0);
}
_Static_assert(CAST_WHAT < 16 && CALL_WHAT < 16 && REPLY_WHAT < 16 && CAST_VARIANT < 16 &&
                   CALL_VARIANT < 16,
               "tags of the same size, so one may stand for the other above");

size_t rt_node_head_size(const struct rt_node_message *message)
{
    size_t fields = fields_head_size(message);
    size_t inner = fields + message->what.length;
    size_t node = rt_wire_bytes_size((uint32_t)message->kind, inner);
    return rt_wire_bytes_size(NET_NODE, node) - inner + fields;
}

static void put_call_fields(const struct rt_node_message *m, struct rt_wire_out *out)
{
    rt_wire_put_number(out, CALL_TO, m->to);
    rt_wire_put_number(out, CALL_TAG, m->tag);
    if (m->has_timeout)
        rt_wire_put_number(out, CALL_TIMEOUT, m->timeout_ms);
    rt_wire_put_bytes(out, CALL_VARIANT, m->variant.data, m->variant.length);
    put_trace(m, out);
    put_job(m, out);
    put_starts(m, out);
    rt_wire_put_head(out, CALL_WHAT, m->what.length);
}

static void put_reply_fields(const struct rt_node_message *m, struct rt_wire_out *out)
{
    rt_wire_put_number(out, REPLY_TO, m->to);
    rt_wire_put_number(out, REPLY_TAG, m->tag);
    if (m->failure != 0)
        rt_wire_put_number(out, REPLY_STATUS, m->failure);
    put_starts(m, out);
    rt_wire_put_head(out, REPLY_WHAT, m->what.length);
}

ractor_status rt_node_put_head(const struct rt_node_message *message, uint8_t *start, size_t size)
{
    struct rt_wire_out out = rt_wire_out_to(start, size);
    size_t inner = fields_head_size(message) + message->what.length;
    rt_wire_put_head(&out, NET_NODE, rt_wire_bytes_size((uint32_t)message->kind, inner));
    rt_wire_put_head(&out, (uint32_t)message->kind, inner);
    switch (message->kind) {
    case RT_NODE_CAST:
        rt_wire_put_number(&out, CAST_TO, message->to);
        rt_wire_put_bytes(&out, CAST_VARIANT, message->variant.data, message->variant.length);
        put_trace(message, &out);
        put_job(message, &out);
        put_starts(message, &out);
        rt_wire_put_head(&out, CAST_WHAT, message->what.length);
        break;
    case RT_NODE_CALL:
        put_call_fields(message, &out);
        break;
    case RT_NODE_REPLY:
        put_reply_fields(message, &out);
        break;
    case RT_NODE_CANCEL:
        rt_wire_put_number(&out, CANCEL_TO, message->to);
        rt_wire_put_number(&out, CANCEL_TAG, message->tag);
        break;
    case RT_NODE_NONE:
        return RACTOR_EINVAL;
    }
    return rt_wire_is_full(&out) ? RACTOR_OK : RACTOR_EINVAL;
}

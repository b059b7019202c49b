/* SPDX-License-Identifier: MIT */
/*
 * The protocol's decoders on any bytes. What decodes is encoded again and must mean the same.
 */
#include "cluster/codec.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_so)
{
    if (!is_so)
        abort();
}

static void try_auth(ractor_bytes body)
{
    auth_AuthenticationMessage auth;
    if (rt_auth_decode(body, &auth) != RACTOR_OK)
        return;
    size_t size = rt_auth_size(&auth);
    uint8_t *out = malloc(size + 1);
    check(size != 0 && out != NULL && rt_auth_write(&auth, out, size) == RACTOR_OK);
    free(out);
}

static void try_job(const struct rt_node_message *message, const struct rt_node_message *again)
{
    struct rt_job_metadata job, same;
    uint8_t options[RT_JOB_OPTIONS_BYTES];
    bool is_job = rt_job_decode(message, &job);
    check(is_job == rt_job_decode(again, &same));
    if (!is_job)
        return;
    check(job.submitted_ns == same.submitted_ns && job.ttl_ns == same.ttl_ns);
    check(ractor_bytes_equal(job.key, same.key));
    rt_job_encode(job.submitted_ns, job.ttl_ns, options);
    check(memcmp(options, message->metadata.data, sizeof options) == 0);
}

static void try_node(ractor_bytes body)
{
    struct rt_node_message message, again;
    enum rt_net_kind kind;
    if (rt_node_decode(body, &message) != RACTOR_OK || message.kind == RT_NODE_NONE)
        return;
    size_t head = rt_node_head_size(&message);
    ractor_bytes whole = {NULL, head + message.what.length};
    uint8_t *out = malloc(whole.length + 1);
    check(out != NULL && rt_node_put_head(&message, out, head) == RACTOR_OK);
    if (message.what.length != 0)
        memcpy(out + head, message.what.data, message.what.length);
    whole.data = out;
    check(rt_net_decode(whole, &kind, &whole) == RACTOR_OK && kind == RT_NET_NODE);
    check(rt_node_decode(whole, &again) == RACTOR_OK);
    check(again.kind == message.kind && again.to == message.to && again.tag == message.tag);
    check(again.has_timeout == message.has_timeout && again.failure == message.failure);
    check(ractor_bytes_equal(again.what, message.what));
    check(ractor_string_equal(again.variant, message.variant));
    check(ractor_bytes_equal(again.metadata, message.metadata));
    try_job(&message, &again);
    free(out);
}

/* What only C nodes send means the same when it is written again. */
static void try_note(const struct rt_control *control)
{
    struct rt_control_out out = {.kind = control->kind, .notes = &control->note, .n_notes = 1};
    struct rt_control again;
    enum rt_net_kind kind;
    if (control->kind < RT_CONTROL_EXIT)
        return;
    ractor_bytes whole = {NULL, rt_control_size(&out)};
    uint8_t *bytes = malloc(whole.length + 1);
    check(bytes != NULL && rt_control_write(&out, bytes, whole.length) == RACTOR_OK);
    whole.data = bytes;
    check(rt_net_decode(whole, &kind, &whole) == RACTOR_OK && kind == RT_NET_CONTROL);
    check(rt_control_decode(whole, &again) == RACTOR_OK && again.kind == control->kind);
    check(again.note.number == control->note.number && again.note.detail == control->note.detail);
    check(ractor_bytes_equal(again.note.text, control->note.text));
    check(ractor_bytes_equal(again.note.data, control->note.data));
    check(ractor_bytes_equal(again.note.extra, control->note.extra));
    check(again.note.status == control->note.status && again.note.flags == control->note.flags);
    free(bytes);
}

static void walk_lists(const struct rt_control *control)
{
    struct rt_wire_in in = rt_wire_in_of(control->body);
    struct rt_actor_entry actor;
    size_t sum = 0;
    while (rt_control_next_actor(&in, control, &actor) == RT_WIRE_FIELD) {
        for (size_t i = 0; actor.has_name && i < actor.name.length; i++)
            sum += (unsigned char)actor.name.data[i];
    }
    struct rt_pid_iterator pids = rt_control_pids(control);
    uint64_t pid;
    while (rt_control_next_pid(&pids, &pid) == RT_WIRE_FIELD)
        sum += pid;
    struct rt_note ending;
    in = rt_wire_in_of(control->body);
    while (rt_control_next_ending(&in, &ending) == RT_WIRE_FIELD)
        sum += ending.number + ending.text.length;
    in = rt_wire_in_of(control->body);
    auth_NameMessage name;
    bool is_usable;
    while (rt_control_next_session(&in, &name, &is_usable) == RT_WIRE_FIELD)
        sum += is_usable ? strlen(name.name) : 0;
    control_Ping ping;
    (void)rt_control_asker(control, &name);
    (void)rt_control_time(control, &ping);
    (void)sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ractor_bytes message = {data, size};
    ractor_bytes body = {NULL, 0};
    enum rt_net_kind kind;
    struct rt_control control;
    if (rt_net_decode(message, &kind, &body) != RACTOR_OK)
        return 0;
    if (kind == RT_NET_AUTH)
        try_auth(body);
    else if (kind == RT_NET_NODE)
        try_node(body);
    else if (kind == RT_NET_CONTROL && rt_control_decode(body, &control) == RACTOR_OK)
        walk_lists(&control), try_note(&control);
    return 0;
}

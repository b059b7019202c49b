/* SPDX-License-Identifier: MIT */
/*
 *   NetworkMessage.control (3) > ControlMessage (1 to 9, and 1000 up) > fields
 */
#include "cluster/codec.h"

#include <pb_decode.h>

enum { NET_CONTROL = 3 };
enum { ACTOR_PID = 1, ACTOR_NAME = 2, ACTOR_FINGERPRINT = 1000, ACTOR_TYPE = 1001 };
enum { SPAWN_ACTORS = 1, TERMINATE_IDS = 1, TERMINATE_ENDINGS = 1000, SESSIONS_NAMES = 1 };
enum { PG_GROUP = 1, PG_ACTORS = 2, PG_SCOPE = 3 };

static bool is_group_change(enum rt_control_kind kind)
{
    return kind == RT_CONTROL_PG_JOIN || kind == RT_CONTROL_PG_LEAVE;
}

static ractor_status decode_group(struct rt_control *control)
{
    struct rt_wire_in in = rt_wire_in_of(control->body);
    struct rt_wire_field field;
    enum rt_wire_step step;
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        if (field.number != PG_GROUP && field.number != PG_SCOPE)
            continue;
        if (!field.is_bytes || !rt_wire_is_name(field.bytes))
            return RACTOR_EDECODE;
        if (field.number == PG_GROUP)
            control->group = rt_wire_text(field.bytes);
        else
            control->scope = rt_wire_text(field.bytes);
    }
    return step == RT_WIRE_END ? RACTOR_OK : RACTOR_EDECODE;
}

static bool is_note(uint32_t kind)
{
    return kind >= RT_CONTROL_EXIT && kind <= RT_CONTROL_SPAWN_ANSWER;
}

static ractor_status decode_body(struct rt_control *control)
{
    if (is_group_change(control->kind))
        return decode_group(control);
    return is_note(control->kind) ? rt_note_decode(control->body, &control->note) : RACTOR_OK;
}

ractor_status rt_control_decode(ractor_bytes body, struct rt_control *control)
{
    struct rt_wire_in in = rt_wire_in_of(body);
    struct rt_wire_field field;
    enum rt_wire_step step;
    *control = (struct rt_control){.kind = RT_CONTROL_NONE};
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        if ((field.number < RT_CONTROL_SPAWN || field.number > RT_CONTROL_READY) &&
            !is_note(field.number))
            continue;
        if (!field.is_bytes)
            return RACTOR_EDECODE;
        control->kind = (enum rt_control_kind)field.number;
        control->body = field.bytes;
    }
    if (step != RT_WIRE_END)
        return RACTOR_EDECODE;
    return decode_body(control);
}

static bool decode_actor(ractor_bytes body, struct rt_actor_entry *actor)
{
    struct rt_wire_in in = rt_wire_in_of(body);
    struct rt_wire_field field;
    enum rt_wire_step step;
    *actor = (struct rt_actor_entry){.has_name = false};
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        if (field.number == ACTOR_PID && !field.is_bytes)
            actor->pid = field.value;
        else if (field.number == ACTOR_NAME && field.is_bytes && rt_wire_is_name(field.bytes)) {
            actor->has_name = true;
            actor->name = rt_wire_text(field.bytes);
        } else if (field.number == ACTOR_FINGERPRINT && !field.is_bytes)
            actor->fingerprint = field.value;
        else if (field.number == ACTOR_TYPE && field.is_bytes && rt_wire_is_name(field.bytes))
            actor->type = rt_wire_text(field.bytes);
        else if (field.number <= ACTOR_NAME || field.number == ACTOR_FINGERPRINT ||
                 field.number == ACTOR_TYPE)
            return false;
    }
    return step == RT_WIRE_END;
}

enum rt_wire_step rt_control_next_actor(struct rt_wire_in *in, const struct rt_control *control,
                                        struct rt_actor_entry *actor)
{
    uint32_t list = is_group_change(control->kind) ? PG_ACTORS : SPAWN_ACTORS;
    struct rt_wire_field field;
    enum rt_wire_step step;
    while ((step = rt_wire_next(in, &field)) == RT_WIRE_FIELD) {
        if (field.number != list)
            continue;
        return field.is_bytes && decode_actor(field.bytes, actor) ? RT_WIRE_FIELD : RT_WIRE_BAD;
    }
    return step;
}

struct rt_pid_iterator rt_control_pids(const struct rt_control *control)
{
    struct rt_pid_iterator iterator = {
        .in = rt_wire_in_of(control->body),
        .packed = rt_wire_in_of((ractor_bytes){NULL, 0}),
    };
    return iterator;
}

enum rt_wire_step rt_control_next_pid(struct rt_pid_iterator *iterator, uint64_t *pid)
{
    struct rt_wire_field field;
    enum rt_wire_step step;
    for (;;) {
        if (rt_wire_left(&iterator->packed) != 0)
            return rt_wire_varint(&iterator->packed, pid) ? RT_WIRE_FIELD : RT_WIRE_BAD;
        step = rt_wire_next(&iterator->in, &field);
        if (step != RT_WIRE_FIELD)
            return step;
        if (field.number == TERMINATE_IDS && field.is_bytes)
            iterator->packed = rt_wire_in_of(field.bytes);
        if (field.number == TERMINATE_IDS && !field.is_bytes) {
            *pid = field.value;
            return RT_WIRE_FIELD;
        }
    }
}

static bool decode_name(ractor_bytes bytes, auth_NameMessage *name)
{
    pb_istream_t stream = pb_istream_from_buffer(bytes.data, bytes.length);
    *name = (auth_NameMessage)auth_NameMessage_init_zero;
    return pb_decode(&stream, auth_NameMessage_fields, name);
}

enum rt_wire_step rt_control_next_session(struct rt_wire_in *in, auth_NameMessage *name,
                                          bool *is_usable)
{
    struct rt_wire_field field;
    enum rt_wire_step step;
    while ((step = rt_wire_next(in, &field)) == RT_WIRE_FIELD) {
        if (field.number != SESSIONS_NAMES)
            continue;
        if (!field.is_bytes)
            return RT_WIRE_BAD;
        *is_usable = decode_name(field.bytes, name);
        return RT_WIRE_FIELD;
    }
    return step;
}

ractor_status rt_control_asker(const struct rt_control *control, auth_NameMessage *name)
{
    return decode_name(control->body, name) ? RACTOR_OK : RACTOR_EDECODE;
}

ractor_status rt_control_time(const struct rt_control *control, control_Ping *ping)
{
    pb_istream_t stream = pb_istream_from_buffer(control->body.data, control->body.length);
    *ping = (control_Ping)control_Ping_init_zero;
    return pb_decode(&stream, control_Ping_fields, ping) ? RACTOR_OK : RACTOR_EDECODE;
}

static size_t actor_inner_size(const struct rt_actor_entry *actor)
{
    return rt_wire_number_size(ACTOR_PID, actor->pid) +
           (actor->has_name ? rt_wire_bytes_size(ACTOR_NAME, actor->name.length) : 0) +
           (actor->fingerprint != 0 ? rt_wire_number_size(ACTOR_FINGERPRINT, actor->fingerprint) +
                                          rt_wire_bytes_size(ACTOR_TYPE, actor->type.length)
                                    : 0);
}

size_t rt_control_actor_size(const struct rt_actor_entry *actor)
{
    return rt_wire_bytes_size(SPAWN_ACTORS, actor_inner_size(actor));
}
_Static_assert(SPAWN_ACTORS < 16 && PG_ACTORS < 16, "tags of the same size");

static size_t actors_size(const struct rt_control_out *control)
{
    size_t size = 0;
    for (size_t i = 0; i < control->n_actors; i++)
        size += rt_control_actor_size(&control->actors[i]);
    return size;
}

static size_t pids_size(const struct rt_control_out *control)
{
    size_t size = 0;
    for (size_t i = 0; i < control->n_actors; i++)
        size += rt_wire_varint_size(control->actors[i].pid);
    return size;
}

static size_t endings_size(const struct rt_control_out *control)
{
    size_t size = 0;
    for (size_t i = 0; i < control->n_notes; i++)
        size += rt_wire_bytes_size(TERMINATE_ENDINGS, rt_note_size(&control->notes[i]));
    return size;
}

static size_t nanopb_size(const pb_msgdesc_t *fields, const void *value)
{
    size_t size = 0;
    return pb_get_encoded_size(&size, fields, value) ? size : 0;
}

static size_t inner_size(const struct rt_control_out *c)
{
    size_t size = 0;
    switch (c->kind) {
    case RT_CONTROL_SPAWN:
        return actors_size(c);
    case RT_CONTROL_TERMINATE:
        return rt_wire_bytes_size(TERMINATE_IDS, pids_size(c)) + endings_size(c);
    case RT_CONTROL_PING:
    case RT_CONTROL_PONG:
        return nanopb_size(control_Ping_fields, c->ping);
    case RT_CONTROL_PG_JOIN:
    case RT_CONTROL_PG_LEAVE:
        return actors_size(c) + rt_wire_bytes_size(PG_GROUP, c->group.length) +
               rt_wire_bytes_size(PG_SCOPE, c->scope.length);
    case RT_CONTROL_ENUMERATE:
        return nanopb_size(auth_NameMessage_fields, c->names);
    case RT_CONTROL_NODE_SESSIONS:
        for (size_t i = 0; i < c->n_names; i++)
            size += rt_wire_bytes_size(SESSIONS_NAMES,
                                       nanopb_size(auth_NameMessage_fields, &c->names[i]));
        return size;
    case RT_CONTROL_EXIT:
    case RT_CONTROL_NAME_CLAIM:
    case RT_CONTROL_NAME_DROP:
    case RT_CONTROL_SPAWN_ASK:
    case RT_CONTROL_SPAWN_ANSWER:
        return rt_note_size(c->notes);
    case RT_CONTROL_READY:
    case RT_CONTROL_NONE:
        break;
    }
    return 0;
}

size_t rt_control_size(const struct rt_control_out *control)
{
    size_t message = rt_wire_bytes_size((uint32_t)control->kind, inner_size(control));
    return rt_wire_bytes_size(NET_CONTROL, message);
}

static void put_actors(const struct rt_control_out *control, uint32_t list, struct rt_wire_out *out)
{
    for (size_t i = 0; i < control->n_actors; i++) {
        const struct rt_actor_entry *actor = &control->actors[i];
        rt_wire_put_head(out, list, actor_inner_size(actor));
        rt_wire_put_number(out, ACTOR_PID, actor->pid);
        if (actor->has_name)
            rt_wire_put_bytes(out, ACTOR_NAME, actor->name.data, actor->name.length);
        if (actor->fingerprint == 0)
            continue;
        rt_wire_put_number(out, ACTOR_FINGERPRINT, actor->fingerprint);
        rt_wire_put_bytes(out, ACTOR_TYPE, actor->type.data, actor->type.length);
    }
}

static void put_terminate(const struct rt_control_out *control, struct rt_wire_out *out)
{
    rt_wire_put_head(out, TERMINATE_IDS, pids_size(control));
    for (size_t i = 0; i < control->n_actors; i++)
        rt_wire_put_varint(out, control->actors[i].pid);
    for (size_t i = 0; i < control->n_notes; i++) {
        rt_wire_put_head(out, TERMINATE_ENDINGS, rt_note_size(&control->notes[i]));
        rt_note_put(&control->notes[i], out);
    }
}

static void put_group(const struct rt_control_out *control, struct rt_wire_out *out)
{
    rt_wire_put_bytes(out, PG_GROUP, control->group.data, control->group.length);
    put_actors(control, PG_ACTORS, out);
    rt_wire_put_bytes(out, PG_SCOPE, control->scope.data, control->scope.length);
}

static void put_names(const struct rt_control_out *control, struct rt_wire_out *out)
{
    for (size_t i = 0; i < control->n_names; i++) {
        const auth_NameMessage *name = &control->names[i];
        rt_wire_put_head(out, SESSIONS_NAMES, nanopb_size(auth_NameMessage_fields, name));
        rt_wire_put_nanopb(out, auth_NameMessage_fields, name);
    }
}

ractor_status rt_control_write(const struct rt_control_out *control, uint8_t *start, size_t size)
{
    struct rt_wire_out out = rt_wire_out_to(start, size);
    size_t inner = inner_size(control);
    rt_wire_put_head(&out, NET_CONTROL, rt_wire_bytes_size((uint32_t)control->kind, inner));
    rt_wire_put_head(&out, (uint32_t)control->kind, inner);
    switch (control->kind) {
    case RT_CONTROL_SPAWN:
        put_actors(control, SPAWN_ACTORS, &out);
        break;
    case RT_CONTROL_TERMINATE:
        put_terminate(control, &out);
        break;
    case RT_CONTROL_PING:
    case RT_CONTROL_PONG:
        rt_wire_put_nanopb(&out, control_Ping_fields, control->ping);
        break;
    case RT_CONTROL_PG_JOIN:
    case RT_CONTROL_PG_LEAVE:
        put_group(control, &out);
        break;
    case RT_CONTROL_ENUMERATE:
        rt_wire_put_nanopb(&out, auth_NameMessage_fields, control->names);
        break;
    case RT_CONTROL_NODE_SESSIONS:
        put_names(control, &out);
        break;
    case RT_CONTROL_EXIT:
    case RT_CONTROL_NAME_CLAIM:
    case RT_CONTROL_NAME_DROP:
    case RT_CONTROL_SPAWN_ASK:
    case RT_CONTROL_SPAWN_ANSWER:
        rt_note_put(control->notes, &out);
        break;
    case RT_CONTROL_READY:
        break;
    case RT_CONTROL_NONE:
        return RACTOR_EINVAL;
    }
    return rt_wire_is_full(&out) ? RACTOR_OK : RACTOR_EINVAL;
}

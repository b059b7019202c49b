/* SPDX-License-Identifier: MIT */
/* References to actors as values: the node's full name and the pid there; beside them, between C
 * nodes, the incarnation (starts.h). */
#include "base/starts.h"

#include <ractor/wire.h>
#include <ractor/wire_compound.h>

ractor_status ractor_wire_copy_size_actor(const void *value, size_t *tail_bytes)
{
    const ractor_actor_id *actor = value;
    return ractor_wire_copy_size_string(&actor->node, tail_bytes);
}

void ractor_wire_copy_actor(void *to, const void *from, ractor_tail *tail)
{
    const ractor_actor_id *in = from;
    ractor_actor_id *out = to;
    out->pid = in->pid;
    out->incarnation = in->incarnation;
    ractor_wire_copy_string(&out->node, &in->node, tail);
}

ractor_status ractor_wire_wire_size_actor(const void *value, size_t *bytes)
{
    const ractor_actor_id *actor = value;
    rt_starts_add(actor->incarnation);
    RACTOR_WIRE_TRY(ractor_wire_add(bytes, RACTOR_WIRE_LENGTH + sizeof actor->pid));
    return ractor_wire_wire_size_string(&actor->node, bytes);
}

uint8_t *ractor_wire_write_actor(const void *value, uint8_t *out)
{
    const ractor_actor_id *actor = value;
    out = ractor_wire_close(out, ractor_wire_write_string(&actor->node, out + RACTOR_WIRE_LENGTH));
    return ractor_wire_write_u64(&actor->pid, out);
}

ractor_status ractor_wire_measure_actor(const uint8_t *bytes, size_t length, ractor_budget *budget,
                                        size_t *tail_bytes)
{
    ractor_wire_in in = {bytes, length};
    ractor_bytes node;
    RACTOR_WIRE_TRY(ractor_wire_next(&in, &node));
    RACTOR_WIRE_TRY(ractor_wire_measure_string(node.data, node.length, budget, tail_bytes));
    return ractor_wire_measure_u64(in.at, in.left, budget, tail_bytes);
}

void ractor_wire_read_actor(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)
{
    ractor_wire_in in = {bytes, length};
    ractor_actor_id *out = to;
    const ractor_bytes node = ractor_wire_take(&in);
    ractor_wire_read_string(node.data, node.length, &out->node, tail);
    ractor_wire_read_u64(in.at, in.left, &out->pid, tail);
    out->incarnation = rt_starts_next();
}

static void print_actor(const void *value, const ractor_printer *out)
{
    static const ractor_wire_field fields[] = {
        {"node", offsetof(ractor_actor_id, node), &ractor_codec_string, false},
        {"pid", offsetof(ractor_actor_id, pid), &ractor_codec_u64, false},
    };
    ractor_wire_print_fields(value, fields, 2, out);
}

static bool equal_actor(const void *a, const void *b)
{
    const ractor_actor_id *left = a;
    const ractor_actor_id *right = b;
    bool is_same_start = left->incarnation == right->incarnation || left->incarnation == 0 ||
                         right->incarnation == 0;
    return is_same_start && left->pid == right->pid && ractor_string_equal(left->node, right->node);
}

const ractor_codec ractor_codec_actor = {
    .size = sizeof(ractor_actor_id),
    .align = _Alignof(ractor_actor_id),
    .copy_size = ractor_wire_copy_size_actor,
    .copy = ractor_wire_copy_actor,
    .wire_size = ractor_wire_wire_size_actor,
    .write = ractor_wire_write_actor,
    .measure = ractor_wire_measure_actor,
    .read = ractor_wire_read_actor,
    .print = print_actor,
    .equal = equal_actor,
};

/* SPDX-License-Identifier: MIT */
/* Messages between C nodes, all of one shape. */
#include "cluster/codec.h"

enum { TERMINATE_ENDINGS = 1000 };
enum { NUMBER = 1, DETAIL = 2, TEXT = 3, DATA = 4, EXTRA = 5, STATUS = 6, FLAGS = 7 };

static uint64_t *number_of(struct rt_note *note, uint32_t field)
{
    switch (field) {
    case NUMBER:
        return &note->number;
    case DETAIL:
        return &note->detail;
    case STATUS:
        return &note->status;
    case FLAGS:
        return &note->flags;
    default:
        return NULL;
    }
}

static ractor_bytes *bytes_of(struct rt_note *note, uint32_t field)
{
    switch (field) {
    case TEXT:
        return &note->text;
    case DATA:
        return &note->data;
    case EXTRA:
        return &note->extra;
    default:
        return NULL;
    }
}

ractor_status rt_note_decode(ractor_bytes body, struct rt_note *note)
{
    struct rt_wire_in in = rt_wire_in_of(body);
    struct rt_wire_field field;
    enum rt_wire_step step;
    *note = (struct rt_note){.number = 0};
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        uint64_t *number = number_of(note, field.number);
        ractor_bytes *bytes = bytes_of(note, field.number);
        if ((number != NULL && field.is_bytes) || (bytes != NULL && !field.is_bytes))
            return RACTOR_EDECODE;
        if (number != NULL)
            *number = field.value;
        if (bytes != NULL)
            *bytes = field.bytes;
    }
    return step == RT_WIRE_END ? RACTOR_OK : RACTOR_EDECODE;
}

/* What is zero or empty is left out, as in all of proto3. */
static size_t number_size(uint32_t field, uint64_t value)
{
    return value != 0 ? rt_wire_number_size(field, value) : 0;
}

static size_t bytes_size(uint32_t field, ractor_bytes bytes)
{
    return bytes.length != 0 ? rt_wire_bytes_size(field, bytes.length) : 0;
}

size_t rt_note_size(const struct rt_note *note)
{
    return number_size(NUMBER, note->number) + number_size(DETAIL, note->detail) +
           bytes_size(TEXT, note->text) + bytes_size(DATA, note->data) +
           bytes_size(EXTRA, note->extra) + number_size(STATUS, note->status) +
           number_size(FLAGS, note->flags);
}

static void put_number(struct rt_wire_out *out, uint32_t field, uint64_t value)
{
    if (value != 0)
        rt_wire_put_number(out, field, value);
}

static void put_bytes(struct rt_wire_out *out, uint32_t field, ractor_bytes bytes)
{
    if (bytes.length != 0)
        rt_wire_put_bytes(out, field, bytes.data, bytes.length);
}

void rt_note_put(const struct rt_note *note, struct rt_wire_out *out)
{
    put_number(out, NUMBER, note->number);
    put_number(out, DETAIL, note->detail);
    put_bytes(out, TEXT, note->text);
    put_bytes(out, DATA, note->data);
    put_bytes(out, EXTRA, note->extra);
    put_number(out, STATUS, note->status);
    put_number(out, FLAGS, note->flags);
}

ractor_status rt_failure_from(uint64_t number)
{
    switch (number) {
#define FAILURE_CASE(name, value, text)                                                            \
    case -(value):                                                                                 \
        return (value) != 0 ? RACTOR_##name : RACTOR_EPORT;
        RACTOR_STATUS_LIST(FAILURE_CASE)
#undef FAILURE_CASE
    default:
        return RACTOR_EPORT;
    }
}

enum rt_wire_step rt_control_next_ending(struct rt_wire_in *in, struct rt_note *ending)
{
    struct rt_wire_field field;
    enum rt_wire_step step;
    while ((step = rt_wire_next(in, &field)) == RT_WIRE_FIELD) {
        if (field.number != TERMINATE_ENDINGS)
            continue;
        bool is_good = field.is_bytes && rt_note_decode(field.bytes, ending) == RACTOR_OK;
        return is_good ? RT_WIRE_FIELD : RT_WIRE_BAD;
    }
    return step;
}

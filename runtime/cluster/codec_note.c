/* SPDX-License-Identifier: MIT */
/* Messages between C nodes, each of two numbers and two texts at most. */
#include "cluster/codec.h"

enum { NOTE_NUMBER = 1, NOTE_DETAIL = 2, NOTE_TEXT = 3, NOTE_DATA = 4 };
enum { TERMINATE_ENDINGS = 1000 };

static bool take_field(const struct rt_wire_field *field, struct rt_note *note)
{
    switch (field->number) {
    case NOTE_NUMBER:
        note->number = field->value;
        return !field->is_bytes;
    case NOTE_DETAIL:
        note->detail = field->value;
        return !field->is_bytes;
    case NOTE_TEXT:
        note->text = field->bytes;
        return field->is_bytes;
    case NOTE_DATA:
        note->data = field->bytes;
        return field->is_bytes;
    default:
        return true;
    }
}

ractor_status rt_note_decode(ractor_bytes body, struct rt_note *note)
{
    struct rt_wire_in in = rt_wire_in_of(body);
    struct rt_wire_field field;
    enum rt_wire_step step;
    *note = (struct rt_note){.number = 0};
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        if (!take_field(&field, note))
            return RACTOR_EDECODE;
    }
    return step == RT_WIRE_END ? RACTOR_OK : RACTOR_EDECODE;
}

size_t rt_note_size(const struct rt_note *note)
{
    size_t size = 0;
    if (note->number != 0)
        size += rt_wire_number_size(NOTE_NUMBER, note->number);
    if (note->detail != 0)
        size += rt_wire_number_size(NOTE_DETAIL, note->detail);
    if (note->text.length != 0)
        size += rt_wire_bytes_size(NOTE_TEXT, note->text.length);
    if (note->data.length != 0)
        size += rt_wire_bytes_size(NOTE_DATA, note->data.length);
    return size;
}

void rt_note_put(const struct rt_note *note, struct rt_wire_out *out)
{
    if (note->number != 0)
        rt_wire_put_number(out, NOTE_NUMBER, note->number);
    if (note->detail != 0)
        rt_wire_put_number(out, NOTE_DETAIL, note->detail);
    if (note->text.length != 0)
        rt_wire_put_bytes(out, NOTE_TEXT, note->text.data, note->text.length);
    if (note->data.length != 0)
        rt_wire_put_bytes(out, NOTE_DATA, note->data.data, note->data.length);
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

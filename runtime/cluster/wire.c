/* SPDX-License-Identifier: MIT */
#include "cluster/wire.h"

struct rt_wire_in rt_wire_in_of(ractor_bytes message)
{
    struct rt_wire_in in = {
        .stream = pb_istream_from_buffer(message.data, message.length),
        .end = message.length != 0 ? message.data + message.length : NULL,
    };
    return in;
}

static enum rt_wire_step read_bytes(struct rt_wire_in *in, ractor_bytes *bytes)
{
    uint64_t length = 0;
    if (!pb_decode_varint(&in->stream, &length) || length > in->stream.bytes_left)
        return RT_WIRE_BAD;
    bytes->data = in->end - in->stream.bytes_left;
    bytes->length = (size_t)length;
    return pb_read(&in->stream, NULL, bytes->length) ? RT_WIRE_FIELD : RT_WIRE_BAD;
}

enum rt_wire_step rt_wire_next(struct rt_wire_in *in, struct rt_wire_field *field)
{
    pb_wire_type_t type = PB_WT_VARINT;
    bool is_end = false;
    if (in->stream.bytes_left == 0)
        return RT_WIRE_END;
    if (!pb_decode_tag(&in->stream, &type, &field->number, &is_end) || field->number == 0)
        return RT_WIRE_BAD;
    field->is_bytes = type == PB_WT_STRING;
    field->value = 0;
    field->bytes = (ractor_bytes){NULL, 0};
    if (type == PB_WT_STRING)
        return read_bytes(in, &field->bytes);
    if (type == PB_WT_VARINT)
        return pb_decode_varint(&in->stream, &field->value) ? RT_WIRE_FIELD : RT_WIRE_BAD;
    return pb_skip_field(&in->stream, type) ? RT_WIRE_FIELD : RT_WIRE_BAD;
}

struct rt_wire_out rt_wire_out_to(uint8_t *start, size_t size)
{
    struct rt_wire_out out = {.stream = pb_ostream_from_buffer(start, size), .start = start};
    return out;
}

uint8_t *rt_wire_out_at(const struct rt_wire_out *out)
{
    return out->start + out->stream.bytes_written;
}

void rt_wire_put_number(struct rt_wire_out *out, uint32_t number, uint64_t value)
{
    if (!pb_encode_tag(&out->stream, PB_WT_VARINT, number) ||
        !pb_encode_varint(&out->stream, value))
        out->is_bad = true;
}

void rt_wire_put_head(struct rt_wire_out *out, uint32_t number, size_t length)
{
    if (!pb_encode_tag(&out->stream, PB_WT_STRING, number) ||
        !pb_encode_varint(&out->stream, length))
        out->is_bad = true;
}

void rt_wire_put_bytes(struct rt_wire_out *out, uint32_t number, const void *data, size_t length)
{
    rt_wire_put_head(out, number, length);
    if (length != 0 && !pb_write(&out->stream, data, length))
        out->is_bad = true;
}

size_t rt_wire_varint_size(uint64_t value)
{
    size_t size = 1;
    for (; value > 0x7f; value >>= 7)
        size++;
    return size;
}

size_t rt_wire_number_size(uint32_t number, uint64_t value)
{
    return rt_wire_varint_size((uint64_t)number << 3) + rt_wire_varint_size(value);
}

size_t rt_wire_bytes_size(uint32_t number, size_t length)
{
    return rt_wire_varint_size((uint64_t)number << 3) + rt_wire_varint_size(length) + length;
}

/* Length of the UTF-8 sequence that starts with `lead`, 0 for a byte that starts none. */
static size_t sequence_length(uint8_t lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/* Overlong forms, surrogates and what lies above U+10FFFF show in the second byte. */
static bool is_second_byte_right(uint8_t lead, uint8_t second)
{
    switch (lead) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second <= 0x9f;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second <= 0x8f;
    default:
        return true;
    }
}

bool rt_wire_is_name(ractor_bytes text)
{
    size_t at = 0;
    while (at < text.length) {
        uint8_t lead = text.data[at];
        size_t length = sequence_length(lead);
        if (lead == 0 || length == 0 || length > text.length - at)
            return false;
        for (size_t i = 1; i < length; i++) {
            if ((text.data[at + i] & 0xc0) != 0x80)
                return false;
        }
        if (length > 1 && !is_second_byte_right(lead, text.data[at + 1]))
            return false;
        at += length;
    }
    return true;
}

ractor_string rt_wire_text(ractor_bytes bytes)
{
    ractor_string text = {(const char *)bytes.data, bytes.length};
    return text;
}

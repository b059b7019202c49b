/* SPDX-License-Identifier: MIT */
#include "cluster/wire.h"

#include <string.h>

/* The wire types of protobuf. */
enum { TYPE_VARINT = 0, TYPE_64_BITS = 1, TYPE_BYTES = 2, TYPE_32_BITS = 5 };

struct rt_wire_in rt_wire_in_of(ractor_bytes message)
{
    struct rt_wire_in in = {NULL, NULL};
    if (message.length != 0) {
        in.at = message.data;
        in.end = message.data + message.length;
    }
    return in;
}

bool rt_wire_varint(struct rt_wire_in *in, uint64_t *value)
{
    uint64_t result = 0;
    for (unsigned shift = 0; shift < 64 && in->at != in->end; shift += 7) {
        uint8_t byte = *in->at++;
        if (shift == 63 && byte > 1)
            return false;
        result |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = result;
            return true;
        }
    }
    return false;
}

static bool skip(struct rt_wire_in *in, uint64_t length)
{
    if (length > rt_wire_left(in))
        return false;
    in->at += length;
    return true;
}

static bool read_bytes(struct rt_wire_in *in, ractor_bytes *bytes)
{
    uint64_t length = 0;
    if (!rt_wire_varint(in, &length))
        return false;
    bytes->data = in->at;
    bytes->length = (size_t)length;
    return skip(in, length);
}

static bool read_value(struct rt_wire_in *in, unsigned type, struct rt_wire_field *field)
{
    switch (type) {
    case TYPE_VARINT:
        return rt_wire_varint(in, &field->value);
    case TYPE_BYTES:
        return read_bytes(in, &field->bytes);
    case TYPE_64_BITS:
        return skip(in, 8);
    case TYPE_32_BITS:
        return skip(in, 4);
    default:
        return false;
    }
}

enum rt_wire_step rt_wire_next(struct rt_wire_in *in, struct rt_wire_field *field)
{
    uint64_t tag = 0;
    if (in->at == in->end)
        return RT_WIRE_END;
    if (!rt_wire_varint(in, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
        return RT_WIRE_BAD;
    unsigned type = (unsigned)tag & 7;
    field->number = (uint32_t)(tag >> 3);
    field->is_bytes = type == TYPE_BYTES;
    field->value = 0;
    field->bytes = (ractor_bytes){NULL, 0};
    return read_value(in, type, field) ? RT_WIRE_FIELD : RT_WIRE_BAD;
}

static bool has_room(struct rt_wire_out *out, size_t size)
{
    if (size > (size_t)(out->end - out->at))
        out->is_bad = true;
    return !out->is_bad;
}

void rt_wire_put_varint(struct rt_wire_out *out, uint64_t value)
{
    if (!has_room(out, rt_wire_varint_size(value)))
        return;
    for (; value > 0x7f; value >>= 7)
        *out->at++ = (uint8_t)(value | 0x80);
    *out->at++ = (uint8_t)value;
}

void rt_wire_put_number(struct rt_wire_out *out, uint32_t number, uint64_t value)
{
    rt_wire_put_varint(out, (uint64_t)number << 3 | TYPE_VARINT);
    rt_wire_put_varint(out, value);
}

void rt_wire_put_head(struct rt_wire_out *out, uint32_t number, size_t length)
{
    rt_wire_put_varint(out, (uint64_t)number << 3 | TYPE_BYTES);
    rt_wire_put_varint(out, length);
}

void rt_wire_put_raw(struct rt_wire_out *out, ractor_bytes bytes)
{
    if (bytes.length == 0 || !has_room(out, bytes.length))
        return;
    memcpy(out->at, bytes.data, bytes.length);
    out->at += bytes.length;
}

void rt_wire_put_bytes(struct rt_wire_out *out, uint32_t number, const void *data, size_t length)
{
    rt_wire_put_head(out, number, length);
    rt_wire_put_raw(out, (ractor_bytes){data, length});
}

void rt_wire_put_nanopb(struct rt_wire_out *out, const pb_msgdesc_t *fields, const void *message)
{
    pb_ostream_t stream = pb_ostream_from_buffer(out->at, (size_t)(out->end - out->at));
    if (!pb_encode(&stream, fields, message))
        out->is_bad = true;
    out->at += stream.bytes_written;
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

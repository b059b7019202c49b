/* SPDX-License-Identifier: MIT */
#include "cluster/frame.h"

#include "base/alloc.h"
#include "base/big_endian.h"
#include "cluster/wire.h"

#include <string.h>

/* The first allocation: a handshake fits. */
#define FIRST_BYTES ((size_t)1024)
/* A stream of small frames is read in pieces that grow up to this. */
#define STREAM_BYTES ((size_t)256 << 10)
/* Past this, a buffer that has been emptied is given back. */
#define KEEP_BYTES ((size_t)512 << 10)

void rt_frame_reader_init(struct rt_frame_reader *reader, size_t limit_bytes,
                          enum rt_framing framing)
{
    *reader = (struct rt_frame_reader){.limit_bytes = limit_bytes, .framing = framing};
}

void rt_frame_reader_fini(struct rt_frame_reader *reader)
{
    rt_free(reader->data);
    *reader = (struct rt_frame_reader){0};
}

static void compact(struct rt_frame_reader *reader)
{
    if (reader->start == 0)
        return;
    memmove(reader->data, reader->data + reader->start, reader->end - reader->start);
    reader->end -= reader->start;
    reader->start = 0;
}

static void drop_large_buffer(struct rt_frame_reader *reader)
{
    if (reader->capacity <= KEEP_BYTES)
        return;
    rt_free(reader->data);
    reader->data = NULL;
    reader->capacity = 0;
}

void rt_frame_reader_trim(struct rt_frame_reader *reader)
{
    if (reader->start != reader->end)
        return;
    rt_free(reader->data);
    reader->data = NULL;
    reader->capacity = 0;
    reader->start = 0;
    reader->end = 0;
}

static ractor_status grow(struct rt_frame_reader *reader)
{
    size_t capacity = reader->capacity != 0 ? reader->capacity * 2 : FIRST_BYTES;
    uint8_t *data = rt_realloc(reader->data, capacity);
    if (data == NULL)
        return RACTOR_ENOMEM;
    reader->data = data;
    reader->capacity = capacity;
    return RACTOR_OK;
}

ractor_status rt_frame_reader_space(struct rt_frame_reader *reader, uint8_t **at, size_t *length)
{
    if (reader->start == reader->end) {
        reader->start = 0;
        reader->end = 0;
        drop_large_buffer(reader);
    }
    if (reader->start > reader->capacity / 2 || reader->end == reader->capacity)
        compact(reader);
    bool is_full = reader->end == reader->capacity;
    if (is_full || (reader->is_hungry && reader->capacity < STREAM_BYTES)) {
        ractor_status status = grow(reader);
        if (status != RACTOR_OK && is_full)
            return status;
    }
    *at = reader->data + reader->end;
    *length = reader->capacity - reader->end;
    return RACTOR_OK;
}

void rt_frame_reader_commit(struct rt_frame_reader *reader, size_t length)
{
    size_t room = reader->capacity - reader->end;
    reader->is_hungry = length >= room;
    reader->end += length < room ? length : room;
}

_Static_assert(RT_FRAME_HEADER_BYTES == 8, "a frame begins with its length, a u64");

uint64_t rt_frame_reader_declared(const struct rt_frame_reader *reader)
{
    if (reader->end - reader->start < RT_FRAME_HEADER_BYTES)
        return 0;
    return rt_get_u64(reader->data + reader->start);
}

size_t rt_frame_skip(size_t frame_left, const uint8_t *bytes, size_t length)
{
    while (length != 0) {
        /* A head is read where its frame begins, so it may lie beyond what has left. */
        if (frame_left == 0)
            frame_left = RT_FRAME_HEADER_BYTES + (size_t)rt_get_u64(bytes);
        size_t step = length < frame_left ? length : frame_left;
        bytes += step;
        length -= step;
        frame_left -= step;
    }
    return frame_left;
}

/* Whether `frame` is a varint that counts exactly the bytes behind it; those are `*inner`. */
static bool is_legacy(ractor_bytes frame, ractor_bytes *inner)
{
    struct rt_wire_in in = rt_wire_in_of(frame);
    uint64_t length = 0;
    if (!rt_wire_varint(&in, &length) || length != rt_wire_left(&in))
        return false;
    inner->data = in.at;
    inner->length = rt_wire_left(&in);
    return true;
}

/* A connection starts with NetworkMessage.auth: field 1, and its length is all of the rest. */
static bool is_current_start(ractor_bytes frame)
{
    ractor_bytes rest = {NULL, 0};
    if (frame.length == 0 || frame.data[0] != 0x0a)
        return false;
    rest.data = frame.data + 1;
    rest.length = frame.length - 1;
    ractor_bytes inner;
    return is_legacy(rest, &inner) || !is_legacy(frame, &inner);
}

static ractor_status unwrap(struct rt_frame_reader *reader, ractor_bytes frame,
                            ractor_bytes *message)
{
    if (reader->framing == RT_FRAMING_UNKNOWN && is_current_start(frame))
        reader->framing = RT_FRAMING_CURRENT;
    if (reader->framing == RT_FRAMING_CURRENT) {
        *message = frame;
        return RACTOR_OK;
    }
    if (!is_legacy(frame, message))
        return RACTOR_EPROTO;
    reader->framing = RT_FRAMING_LEGACY;
    return RACTOR_OK;
}

ractor_status rt_frame_reader_next(struct rt_frame_reader *reader, ractor_bytes *message)
{
    size_t arrived = reader->end - reader->start;
    if (arrived < RT_FRAME_HEADER_BYTES)
        return RACTOR_EAGAIN;
    uint64_t length = rt_frame_reader_declared(reader);
    if (length > reader->limit_bytes)
        return RACTOR_ELIMIT;
    if (length > arrived - RT_FRAME_HEADER_BYTES)
        return RACTOR_EAGAIN;
    ractor_bytes frame = {
        .data = reader->data + reader->start + RT_FRAME_HEADER_BYTES,
        .length = (size_t)length,
    };
    ractor_status status = unwrap(reader, frame, message);
    if (status == RACTOR_OK)
        reader->start += RT_FRAME_HEADER_BYTES + (size_t)length;
    return status;
}

size_t rt_frame_head_size(enum rt_framing framing, size_t length)
{
    size_t inner = framing == RT_FRAMING_LEGACY ? rt_wire_varint_size(length) : 0;
    return RT_FRAME_HEADER_BYTES + inner;
}

uint8_t *rt_frame_put_head(enum rt_framing framing, size_t length, uint8_t *out)
{
    size_t inner = framing == RT_FRAMING_LEGACY ? rt_wire_varint_size(length) : 0;
    uint64_t total = (uint64_t)length + inner;
    rt_put_u64(total, out);
    out += RT_FRAME_HEADER_BYTES;
    if (inner != 0) {
        struct rt_wire_out varint = rt_wire_out_to(out, inner);
        rt_wire_put_varint(&varint, length);
    }
    return out + inner;
}

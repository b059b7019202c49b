/* SPDX-License-Identifier: MIT */
/*
 * Protobuf fields, read and written one at a time. All bytes of a frame pass through here: the
 * reader never looks behind its view, the writer never writes past its end. What is read are views
 * into the frame. Messages of nanopb are written in place. Any thread.
 */
#ifndef RACTOR_CLUSTER_WIRE_H
#define RACTOR_CLUSTER_WIRE_H

#include <ractor/value.h>

#include <pb_encode.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One field of a message. */
struct rt_wire_field {
    uint32_t number;
    bool is_bytes;      /* length-delimited: `bytes`; else a number: `value` */
    uint64_t value;     /* varints; 0 for the fixed-width types, which this protocol has not */
    ractor_bytes bytes; /* a view into the message */
};

/* A message being read. */
struct rt_wire_in {
    const uint8_t *at, *end;
};

enum rt_wire_step { RT_WIRE_FIELD, RT_WIRE_END, RT_WIRE_BAD };

/* Starts to read `message`, which must outlive the reading and the views it gives. */
struct rt_wire_in rt_wire_in_of(ractor_bytes message);

static inline size_t rt_wire_left(const struct rt_wire_in *in)
{
    return (size_t)(in->end - in->at);
}

/* A varint; false: it is cut short, or longer than 64 bits. */
bool rt_wire_varint(struct rt_wire_in *in, uint64_t *value);

/* The next field. RT_WIRE_BAD: the bytes are no protobuf message. */
enum rt_wire_step rt_wire_next(struct rt_wire_in *in, struct rt_wire_field *field);

/* A message being written into memory that was measured before. */
struct rt_wire_out {
    uint8_t *at, *end;
    bool is_bad; /* a write did not fit: the measuring was wrong */
};

static inline struct rt_wire_out rt_wire_out_to(uint8_t *start, size_t size)
{
    struct rt_wire_out out = {.at = start, .end = start + size};
    return out;
}

/* Whether all has been written that was measured, and no more. */
static inline bool rt_wire_is_full(const struct rt_wire_out *out)
{
    return !out->is_bad && out->at == out->end;
}

void rt_wire_put_varint(struct rt_wire_out *out, uint64_t value);
/* A message that nanopb describes, without a tag or length. */
void rt_wire_put_nanopb(struct rt_wire_out *out, const pb_msgdesc_t *fields, const void *message);
void rt_wire_put_number(struct rt_wire_out *out, uint32_t number, uint64_t value);
/* The tag and length of a field whose bytes follow. */
void rt_wire_put_head(struct rt_wire_out *out, uint32_t number, size_t length);
/* A part of such a field. */
void rt_wire_put_raw(struct rt_wire_out *out, ractor_bytes bytes);
void rt_wire_put_bytes(struct rt_wire_out *out, uint32_t number, const void *data, size_t length);

/* What the functions above write, in bytes. */
size_t rt_wire_varint_size(uint64_t value);
size_t rt_wire_number_size(uint32_t number, uint64_t value);
size_t rt_wire_bytes_size(uint32_t number, size_t length);

/* Whether the bytes are UTF-8 without a NUL: fit for a name. */
bool rt_wire_is_name(ractor_bytes text);

/* A text field's view. */
ractor_string rt_wire_text(ractor_bytes bytes);

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file gen_proto.h
 * Protobuf messages inside ractor messages, by nanopb: on the wire a varint length and then the
 * message, as Rust's `derive_serialization_for_prost_type!` has it. Only generated sources whose
 * schema has `import proto` include this header; it needs nanopb's headers and library, which
 * libractor does not.
 *
 * A message is nanopb's struct, held in place and copied flat, so it must have a known size: fields
 * of type pointer or callback are not for this. Equal means that the encoded bytes are equal.
 *
 * @code
 * static const ractor_gen_proto table = {&acme_Sample_msg, sizeof(acme_Sample), "acme.Sample"};
 * status = ractor_gen_proto_measure(&table, bytes, length);
 * if (status == RACTOR_OK)
 *     ractor_gen_proto_read(&table, bytes, length, &sample);
 * @endcode
 */
#ifndef RACTOR_GEN_PROTO_H
#define RACTOR_GEN_PROTO_H

#include <ractor/codec.h>
#include <ractor/gen_codec.h>
#include <ractor/status.h>
#include <ractor/wire.h>

#include <pb_decode.h>
#include <pb_encode.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** A protobuf message type. */
typedef struct ractor_gen_proto {
    const pb_msgdesc_t *message; /**< nanopb's description */
    size_t size;                 /**< of its struct */
    const char *name;            /**< with its package */
} ractor_gen_proto;

/** Bytes of a length as a varint. */
static inline size_t ractor_gen_proto_varint(size_t value)
{
    size_t bytes = 1;
    for (; value >= 0x80; value >>= 7)
        bytes++;
    return bytes;
}

/** Adds the bytes that `write` will emit. RACTOR_EINVAL: nanopb cannot encode the value. */
static inline ractor_status ractor_gen_proto_wire_size(const ractor_gen_proto *type,
                                                       const void *value, size_t *bytes)
{
    size_t length = 0;
    if (!pb_get_encoded_size(&length, type->message, value))
        return RACTOR_EINVAL;
    RACTOR_WIRE_TRY(ractor_wire_add(bytes, ractor_gen_proto_varint(length)));
    return ractor_wire_add(bytes, length);
}

/** Writes a value that has been sized. */
static inline uint8_t *ractor_gen_proto_write(const ractor_gen_proto *type, const void *value,
                                              uint8_t *out)
{
    size_t length = 0;
    (void)pb_get_encoded_size(&length, type->message, value);
    for (size_t left = length;; left >>= 7) {
        *out++ = (uint8_t)((left & 0x7F) | (left >= 0x80 ? 0x80 : 0));
        if (left < 0x80)
            break;
    }
    pb_ostream_t stream = pb_ostream_from_buffer(out, length);
    (void)pb_encode(&stream, type->message, value);
    return out + length;
}

/** Finds the message behind its length. RACTOR_EDECODE: the length is not that of what follows. */
static inline ractor_status ractor_gen_proto_open(const uint8_t *bytes, size_t length,
                                                  ractor_bytes *message)
{
    uint64_t announced = 0;
    size_t used = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        if (used == length)
            return RACTOR_EDECODE;
        announced |= (uint64_t)(bytes[used] & 0x7F) << shift;
        if (bytes[used++] < 0x80)
            break;
    }
    if (announced != length - used || bytes[used - 1] >= 0x80)
        return RACTOR_EDECODE;
    message->data = bytes + used;
    message->length = length - used;
    return RACTOR_OK;
}

/** Decodes to `to`; what it leaves is unspecified when it fails. */
static inline ractor_status ractor_gen_proto_decode(const ractor_gen_proto *type,
                                                    const uint8_t *bytes, size_t length, void *to)
{
    ractor_bytes message;
    RACTOR_WIRE_TRY(ractor_gen_proto_open(bytes, length, &message));
    pb_istream_t stream = pb_istream_from_buffer(message.data, message.length);
    return pb_decode(&stream, type->message, to) ? RACTOR_OK : RACTOR_EDECODE;
}

/** Whether the bytes decode, by decoding them. RACTOR_ENOMEM: no room to try. */
static inline ractor_status ractor_gen_proto_measure(const ractor_gen_proto *type,
                                                     const uint8_t *bytes, size_t length)
{
    uint64_t small[64]; /* nanopb's structs need no larger alignment */
    void *const large = type->size > sizeof small ? malloc(type->size) : NULL;
    if (type->size > sizeof small && large == NULL)
        return RACTOR_ENOMEM;
    const ractor_status status =
        ractor_gen_proto_decode(type, bytes, length, large != NULL ? large : small);
    free(large);
    return status;
}

/** Decodes bytes that have been measured. */
static inline void ractor_gen_proto_read(const ractor_gen_proto *type, const uint8_t *bytes,
                                         size_t length, void *to)
{
    memset(to, 0, type->size);
    (void)ractor_gen_proto_decode(type, bytes, length, to);
}

/** nanopb's stream of bytes as printed hex digits. */
static inline bool ractor_gen_proto_put_hex(pb_ostream_t *stream, const pb_byte_t *bytes,
                                            size_t count)
{
    const ractor_printer *const out = (const ractor_printer *)stream->state;
    for (size_t i = 0; i < count; i++) {
        const char digits[2] = {"0123456789abcdef"[bytes[i] >> 4],
                                "0123456789abcdef"[bytes[i] & 15]};
        out->put(out->user, digits, sizeof digits);
    }
    return true;
}

/** Prints the message's name and its encoded bytes: `acme.Sample{0x0801}`. */
static inline void ractor_gen_proto_print(const ractor_gen_proto *type, const void *value,
                                          const ractor_printer *out)
{
    ractor_printer printer = *out;
    pb_ostream_t stream = pb_ostream_from_buffer(NULL, 0);
    stream.callback = ractor_gen_proto_put_hex;
    stream.state = &printer;
    stream.max_size = SIZE_MAX;
    ractor_wire_print_text(out, type->name);
    ractor_wire_print_text(out, "{0x");
    (void)pb_encode(&stream, type->message, value);
    ractor_wire_print_text(out, "}");
}

/** Whether both encode to the same bytes; false also when there is no memory to find out. */
static inline bool ractor_gen_proto_equal(const ractor_gen_proto *type, const void *a,
                                          const void *b)
{
    size_t left = 0;
    size_t right = 0;
    if (ractor_gen_proto_wire_size(type, a, &left) != RACTOR_OK ||
        ractor_gen_proto_wire_size(type, b, &right) != RACTOR_OK || left != right)
        return false;
    uint8_t *const bytes = (uint8_t *)malloc(left + right);
    if (bytes == NULL)
        return false;
    (void)ractor_gen_proto_write(type, a, bytes);
    (void)ractor_gen_proto_write(type, b, bytes + left);
    const bool is_equal = memcmp(bytes, bytes + left, left) == 0;
    free(bytes);
    return is_equal;
}

/* Functions and codec, named after OP, of nanopb's struct T. */
#define RACTOR_GEN_PROTO(OP, T, NAME)                                                              \
    static const ractor_gen_proto rcgen_table_##OP = {&T##_msg, sizeof(T), NAME};                  \
    static ractor_status rcgen_wire_size_##OP(const void *value, size_t *bytes)                    \
    {                                                                                              \
        return ractor_gen_proto_wire_size(&rcgen_table_##OP, value, bytes);                        \
    }                                                                                              \
    static uint8_t *rcgen_write_##OP(const void *value, uint8_t *out)                              \
    {                                                                                              \
        return ractor_gen_proto_write(&rcgen_table_##OP, value, out);                              \
    }                                                                                              \
    static ractor_status rcgen_measure_##OP(const uint8_t *bytes, size_t length,                   \
                                            ractor_budget *budget, size_t *tail_bytes)             \
    {                                                                                              \
        (void)budget;                                                                              \
        (void)tail_bytes;                                                                          \
        return ractor_gen_proto_measure(&rcgen_table_##OP, bytes, length);                         \
    }                                                                                              \
    static void rcgen_read_##OP(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)  \
    {                                                                                              \
        (void)tail;                                                                                \
        ractor_gen_proto_read(&rcgen_table_##OP, bytes, length, to);                               \
    }                                                                                              \
    static void rcgen_print_##OP(const void *value, const ractor_printer *out)                     \
    {                                                                                              \
        ractor_gen_proto_print(&rcgen_table_##OP, value, out);                                     \
    }                                                                                              \
    static bool rcgen_equal_##OP(const void *a, const void *b)                                     \
    {                                                                                              \
        return ractor_gen_proto_equal(&rcgen_table_##OP, a, b);                                    \
    }                                                                                              \
    RACTOR_GEN_CODEC_PLAIN_(static, T, OP)

#endif

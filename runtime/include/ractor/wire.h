/* SPDX-License-Identifier: MIT */
/**
 * @file wire.h
 * What generated code is made of: the encoding of the built-in types, in the wire format of
 * docs/wire-protocol.md, section 5. Programs do not call these functions; they are public because
 * generated code is compiled into programs.
 *
 * Each type has the operations of `ractor_codec`, named `ractor_wire_<operation>_<type>`, as
 * inline functions on typed pointers, and a `ractor_codec_<type>` for tables. Decoding is strict:
 * a number, bool, char or unit has exactly its size, a bool is 0 or 1, a packed vector has whole
 * elements, a string is UTF-8. So what has been decoded encodes to the same bytes again.
 *
 * Sizes are summed up with overflow checks; `measure` counts every byte of memory and every element
 * against the budget before anything is allocated.
 *
 * @code
 * ractor_wire_in in = {bytes, length};
 * ractor_bytes field;
 * RACTOR_WIRE_TRY(ractor_wire_next(&in, &field));
 * RACTOR_WIRE_TRY(ractor_wire_measure_string(field.data, field.length, budget, tail_bytes));
 * return ractor_wire_end(&in);
 * @endcode
 */
#ifndef RACTOR_WIRE_H
#define RACTOR_WIRE_H

#include <ractor/codec.h>
#include <ractor/export.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

RACTOR_BEGIN_DECLS

/** Leaves the function with the status of `expression` unless that is RACTOR_OK. */
#define RACTOR_WIRE_TRY(expression)                                                                \
    do {                                                                                           \
        const ractor_status ractor_wire_status_ = (expression);                                    \
        if (ractor_wire_status_ != RACTOR_OK)                                                      \
            return ractor_wire_status_;                                                            \
    } while (0)

/** Bytes of the length before each field. */
#define RACTOR_WIRE_LENGTH 8

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define RACTOR_WIRE_SWAP_16(value) (value)
#define RACTOR_WIRE_SWAP_32(value) (value)
#define RACTOR_WIRE_SWAP_64(value) (value)
#else
#define RACTOR_WIRE_SWAP_16(value) __builtin_bswap16(value)
#define RACTOR_WIRE_SWAP_32(value) __builtin_bswap32(value)
#define RACTOR_WIRE_SWAP_64(value) __builtin_bswap64(value)
#endif

/** Adds to a size; RACTOR_ELIMIT when the sum overflows. */
static inline ractor_status ractor_wire_add(size_t *sum, size_t more)
{
    if (more > SIZE_MAX - *sum)
        return RACTOR_ELIMIT;
    *sum += more;
    return RACTOR_OK;
}

/** Adds `count` elements to the size of a tail, aligned as they will be. */
static inline ractor_status ractor_wire_extend(size_t *tail_bytes, size_t align, size_t count,
                                               size_t size)
{
    const size_t padding = (align - (*tail_bytes & (align - 1))) & (align - 1);
    if (count > SIZE_MAX / size)
        return RACTOR_ELIMIT;
    RACTOR_WIRE_TRY(ractor_wire_add(tail_bytes, padding));
    return ractor_wire_add(tail_bytes, count * size);
}

/** The same, paid for from the budget's bytes. */
static inline ractor_status ractor_wire_reserve(ractor_budget *budget, size_t *tail_bytes,
                                                size_t align, size_t count, size_t size)
{
    const size_t before = *tail_bytes;
    size_t after = before;
    RACTOR_WIRE_TRY(ractor_wire_extend(&after, align, count, size));
    if (after - before > budget->bytes)
        return RACTOR_ELIMIT;
    budget->bytes -= after - before;
    *tail_bytes = after;
    return RACTOR_OK;
}

/** Pays for elements of a vector or map. */
static inline ractor_status ractor_wire_count(ractor_budget *budget, size_t count)
{
    if (count > budget->elements)
        return RACTOR_ELIMIT;
    budget->elements -= count;
    return RACTOR_OK;
}

/** Takes `bytes` of the tail, aligned; the tail has been measured to hold them. */
static inline void *ractor_wire_place(ractor_tail *tail, size_t align, size_t bytes)
{
    unsigned char *const at =
        tail->at + ((align - ((uintptr_t)tail->at & (align - 1))) & (align - 1));
    tail->at = at + bytes;
    return at;
}

/** Whether a view is whole: data wherever there is a length. */
static inline ractor_status ractor_wire_view(const void *data, size_t length)
{
    return length == 0 || data != NULL ? RACTOR_OK : RACTOR_EINVAL;
}

/** @name Numbers, big-endian and unaligned @{ */
static inline uint8_t ractor_wire_load_8(const uint8_t *bytes)
{
    return bytes[0];
}
static inline uint16_t ractor_wire_load_16(const uint8_t *bytes)
{
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return RACTOR_WIRE_SWAP_16(value);
}
static inline uint32_t ractor_wire_load_32(const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return RACTOR_WIRE_SWAP_32(value);
}
static inline uint64_t ractor_wire_load_64(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return RACTOR_WIRE_SWAP_64(value);
}
static inline void ractor_wire_store_8(uint8_t *bytes, uint8_t value)
{
    bytes[0] = value;
}
static inline void ractor_wire_store_16(uint8_t *bytes, uint16_t value)
{
    value = RACTOR_WIRE_SWAP_16(value);
    memcpy(bytes, &value, sizeof value);
}
static inline void ractor_wire_store_32(uint8_t *bytes, uint32_t value)
{
    value = RACTOR_WIRE_SWAP_32(value);
    memcpy(bytes, &value, sizeof value);
}
static inline void ractor_wire_store_64(uint8_t *bytes, uint64_t value)
{
    value = RACTOR_WIRE_SWAP_64(value);
    memcpy(bytes, &value, sizeof value);
}
#ifdef __SIZEOF_INT128__
static inline ractor_u128 ractor_wire_load_128(const uint8_t *bytes)
{
    return (ractor_u128)ractor_wire_load_64(bytes) << 64 | ractor_wire_load_64(bytes + 8);
}
static inline void ractor_wire_store_128(uint8_t *bytes, ractor_u128 value)
{
    ractor_wire_store_64(bytes, (uint64_t)(value >> 64));
    ractor_wire_store_64(bytes + 8, (uint64_t)value);
}
#endif
/** @} */

/** What is left of the bytes that are being decoded. */
typedef struct ractor_wire_in {
    const uint8_t *at; /**< next byte */
    size_t left;       /**< how many there are */
} ractor_wire_in;

/** Takes the next field: a length and that many bytes. RACTOR_EDECODE: they are not there. */
static inline ractor_status ractor_wire_next(ractor_wire_in *in, ractor_bytes *field)
{
    if (in->left < RACTOR_WIRE_LENGTH)
        return RACTOR_EDECODE;
    const uint64_t length = ractor_wire_load_64(in->at);
    if (length > in->left - RACTOR_WIRE_LENGTH)
        return RACTOR_EDECODE;
    field->data = in->at + RACTOR_WIRE_LENGTH;
    field->length = (size_t)length;
    in->at += RACTOR_WIRE_LENGTH + (size_t)length;
    in->left -= RACTOR_WIRE_LENGTH + (size_t)length;
    return RACTOR_OK;
}

/** Takes the next field of bytes that have been measured. */
static inline ractor_bytes ractor_wire_take(ractor_wire_in *in)
{
    ractor_bytes field;
    field.length = (size_t)ractor_wire_load_64(in->at);
    field.data = in->at + RACTOR_WIRE_LENGTH;
    in->at += RACTOR_WIRE_LENGTH + field.length;
    in->left -= RACTOR_WIRE_LENGTH + field.length;
    return field;
}

/** RACTOR_EDECODE when bytes are left over. */
static inline ractor_status ractor_wire_end(const ractor_wire_in *in)
{
    return in->left == 0 ? RACTOR_OK : RACTOR_EDECODE;
}

/** Writes the length of a field that was written from `out + RACTOR_WIRE_LENGTH` to `end`. */
static inline uint8_t *ractor_wire_close(uint8_t *out, uint8_t *end)
{
    ractor_wire_store_64(out, (uint64_t)(end - out) - RACTOR_WIRE_LENGTH);
    return end;
}

/** Whether the bytes are UTF-8, one character at a time. */
RACTOR_API bool ractor_wire_is_utf8_slow(const uint8_t *bytes, size_t length);

/** Up to 8 bytes in one word, some perhaps twice. */
static inline uint64_t ractor_wire_gather(const uint8_t *bytes, size_t length)
{
    uint32_t low;
    uint32_t high;
    if (length >= sizeof low) {
        memcpy(&low, bytes, sizeof low);
        memcpy(&high, bytes + length - sizeof high, sizeof high);
        return (uint64_t)high << 32 | low;
    }
    if (length == 0)
        return 0;
    return (uint64_t)bytes[0] | (uint64_t)bytes[length / 2] << 8 |
           (uint64_t)bytes[length - 1] << 16;
}

/** Whether the bytes are UTF-8. Most texts are ASCII: those take a look at each word and one
 * branch.
 */
static inline bool ractor_wire_is_utf8(const uint8_t *bytes, size_t length)
{
    uint64_t all = 0;
    uint64_t word;
    if (length > sizeof word) {
        for (size_t i = 0; i < length - sizeof word; i += sizeof word) {
            memcpy(&word, bytes + i, sizeof word);
            all |= word;
        }
        memcpy(&word, bytes + length - sizeof word, sizeof word);
        all |= word;
    } else {
        all = ractor_wire_gather(bytes, length);
    }
    return (all & UINT64_C(0x8080808080808080)) == 0 || ractor_wire_is_utf8_slow(bytes, length);
}

/** Whether it is a Unicode scalar value. */
static inline bool ractor_wire_is_char(uint32_t value)
{
    return value < 0xD800 || (value > 0xDFFF && value <= 0x10FFFF);
}

/** RACTOR_EINVAL when any of the values is no Unicode scalar value. */
RACTOR_API ractor_status ractor_wire_check_chars(const uint32_t *values, size_t count);
/** RACTOR_EDECODE when any of the big-endian values is none. */
RACTOR_API ractor_status ractor_wire_check_wire_chars(const uint8_t *bytes, size_t count);
/** RACTOR_EDECODE when any of the bytes is neither 0 nor 1. */
RACTOR_API ractor_status ractor_wire_check_bools(const uint8_t *bytes, size_t count);

/** @name Arrays of numbers, copied and turned to or from big-endian @{ */
RACTOR_API void ractor_wire_swap_16(void *to, const void *from, size_t count);
RACTOR_API void ractor_wire_swap_32(void *to, const void *from, size_t count);
RACTOR_API void ractor_wire_swap_64(void *to, const void *from, size_t count);
RACTOR_API void ractor_wire_swap_128(void *to, const void *from, size_t count);
static inline void ractor_wire_swap_8(void *to, const void *from, size_t count)
{
    memcpy(to, from, count);
}
/** @} */

/** Numbers of the schema: X(name, C type, bits). */
#define RACTOR_WIRE_NUMBERS(X)                                                                     \
    X(i8, int8_t, 8)                                                                               \
    X(i16, int16_t, 16)                                                                            \
    X(i32, int32_t, 32)                                                                            \
    X(i64, int64_t, 64)                                                                            \
    X(u8, uint8_t, 8)                                                                              \
    X(u16, uint16_t, 16)                                                                           \
    X(u32, uint32_t, 32)                                                                           \
    X(u64, uint64_t, 64)                                                                           \
    X(f32, float, 32)                                                                              \
    X(f64, double, 64)                                                                             \
    RACTOR_WIRE_NUMBERS_128(X)
#ifdef __SIZEOF_INT128__
#define RACTOR_WIRE_NUMBERS_128(X)                                                                 \
    X(i128, ractor_i128, 128)                                                                      \
    X(u128, ractor_u128, 128)
/** Bits of a number that is 128 bits wide. */
typedef ractor_u128 ractor_wire_bits_128;
#else
#define RACTOR_WIRE_NUMBERS_128(X)
#endif
/** @name Bits of a number that is so wide @{ */
typedef uint8_t ractor_wire_bits_8;
typedef uint16_t ractor_wire_bits_16;
typedef uint32_t ractor_wire_bits_32;
typedef uint64_t ractor_wire_bits_64;
/** @} */

/* A type of fixed size whose bytes need no check beyond their number. */
#define RACTOR_WIRE_DEFINE_SIZE_(NAME, TYPE, BYTES)                                                \
    static inline ractor_status ractor_wire_wire_size_##NAME(const TYPE *value, size_t *bytes)     \
    {                                                                                              \
        (void)value;                                                                               \
        return ractor_wire_add(bytes, (BYTES));                                                    \
    }

#define RACTOR_WIRE_DEFINE_NUMBER_(NAME, TYPE, BITS)                                               \
    RACTOR_WIRE_DEFINE_SIZE_(NAME, TYPE, (BITS) / 8)                                               \
    static inline uint8_t *ractor_wire_write_##NAME(const TYPE *value, uint8_t *out)               \
    {                                                                                              \
        ractor_wire_bits_##BITS bits;                                                              \
        memcpy(&bits, value, sizeof bits);                                                         \
        ractor_wire_store_##BITS(out, bits);                                                       \
        return out + (BITS) / 8;                                                                   \
    }                                                                                              \
    static inline ractor_status ractor_wire_measure_##NAME(                                        \
        const uint8_t *bytes, size_t length, ractor_budget *budget, size_t *tail_bytes)            \
    {                                                                                              \
        (void)bytes;                                                                               \
        (void)budget;                                                                              \
        (void)tail_bytes;                                                                          \
        return length == (BITS) / 8 ? RACTOR_OK : RACTOR_EDECODE;                                  \
    }                                                                                              \
    static inline void ractor_wire_read_##NAME(const uint8_t *bytes, size_t length, TYPE *to,      \
                                               ractor_tail *tail)                                  \
    {                                                                                              \
        const ractor_wire_bits_##BITS bits = ractor_wire_load_##BITS(bytes);                       \
        (void)length;                                                                              \
        (void)tail;                                                                                \
        memcpy(to, &bits, sizeof bits);                                                            \
    }
RACTOR_WIRE_NUMBERS(RACTOR_WIRE_DEFINE_NUMBER_)

/** @name bool: one byte, 0 or 1 @{ */
RACTOR_WIRE_DEFINE_SIZE_(bool, bool, 1)
static inline uint8_t *ractor_wire_write_bool(const bool *value, uint8_t *out)
{
    *out = *value ? 1 : 0;
    return out + 1;
}
static inline ractor_status ractor_wire_measure_bool(const uint8_t *bytes, size_t length,
                                                     ractor_budget *budget, size_t *tail_bytes)
{
    (void)budget;
    (void)tail_bytes;
    return length == 1 && bytes[0] <= 1 ? RACTOR_OK : RACTOR_EDECODE;
}
static inline void ractor_wire_read_bool(const uint8_t *bytes, size_t length, bool *to,
                                         ractor_tail *tail)
{
    (void)length;
    (void)tail;
    *to = bytes[0] != 0;
}
/** @} */

/** @name char: a Unicode scalar value as u32 @{ */
static inline ractor_status ractor_wire_wire_size_char(const uint32_t *value, size_t *bytes)
{
    return ractor_wire_is_char(*value) ? ractor_wire_add(bytes, 4) : RACTOR_EINVAL;
}
static inline uint8_t *ractor_wire_write_char(const uint32_t *value, uint8_t *out)
{
    return ractor_wire_write_u32(value, out);
}
static inline ractor_status ractor_wire_measure_char(const uint8_t *bytes, size_t length,
                                                     ractor_budget *budget, size_t *tail_bytes)
{
    (void)budget;
    (void)tail_bytes;
    return length == 4 && ractor_wire_is_char(ractor_wire_load_32(bytes)) ? RACTOR_OK
                                                                          : RACTOR_EDECODE;
}
static inline void ractor_wire_read_char(const uint8_t *bytes, size_t length, uint32_t *to,
                                         ractor_tail *tail)
{
    ractor_wire_read_u32(bytes, length, to, tail);
}
/** @} */

/** @name unit: no bytes @{ */
RACTOR_WIRE_DEFINE_SIZE_(unit, ractor_unit, 0)
static inline uint8_t *ractor_wire_write_unit(const ractor_unit *value, uint8_t *out)
{
    (void)value;
    return out;
}
static inline ractor_status ractor_wire_measure_unit(const uint8_t *bytes, size_t length,
                                                     ractor_budget *budget, size_t *tail_bytes)
{
    (void)bytes;
    (void)budget;
    (void)tail_bytes;
    return length == 0 ? RACTOR_OK : RACTOR_EDECODE;
}
static inline void ractor_wire_read_unit(const uint8_t *bytes, size_t length, ractor_unit *to,
                                         ractor_tail *tail)
{
    (void)bytes;
    (void)length;
    (void)tail;
    to->nothing = 0;
}
/** @} */

/* string and bytes: what they hold, as it is. CHECK(data, length) is the condition on it. */
#define RACTOR_WIRE_DEFINE_BYTES_(NAME, TYPE, CHAR, CHECK)                                         \
    static inline ractor_status ractor_wire_copy_size_##NAME(const TYPE *value,                    \
                                                             size_t *tail_bytes)                   \
    {                                                                                              \
        RACTOR_WIRE_TRY(ractor_wire_view(value->data, value->length));                             \
        return ractor_wire_add(tail_bytes, value->length);                                         \
    }                                                                                              \
    static inline void ractor_wire_copy_##NAME(TYPE *to, const TYPE *from, ractor_tail *tail)      \
    {                                                                                              \
        to->length = from->length;                                                                 \
        to->data = (const CHAR *)tail->at;                                                         \
        if (from->length != 0)                                                                     \
            memcpy(tail->at, from->data, from->length);                                            \
        tail->at += from->length;                                                                  \
    }                                                                                              \
    static inline ractor_status ractor_wire_wire_size_##NAME(const TYPE *value, size_t *bytes)     \
    {                                                                                              \
        RACTOR_WIRE_TRY(ractor_wire_view(value->data, value->length));                             \
        if (!CHECK((const uint8_t *)value->data, value->length))                                   \
            return RACTOR_EINVAL;                                                                  \
        return ractor_wire_add(bytes, value->length);                                              \
    }                                                                                              \
    static inline uint8_t *ractor_wire_write_##NAME(const TYPE *value, uint8_t *out)               \
    {                                                                                              \
        if (value->length != 0)                                                                    \
            memcpy(out, value->data, value->length);                                               \
        return out + value->length;                                                                \
    }                                                                                              \
    static inline ractor_status ractor_wire_measure_##NAME(                                        \
        const uint8_t *bytes, size_t length, ractor_budget *budget, size_t *tail_bytes)            \
    {                                                                                              \
        if (!CHECK(bytes, length))                                                                 \
            return RACTOR_EDECODE;                                                                 \
        return ractor_wire_reserve(budget, tail_bytes, 1, length, 1);                              \
    }                                                                                              \
    static inline void ractor_wire_read_##NAME(const uint8_t *bytes, size_t length, TYPE *to,      \
                                               ractor_tail *tail)                                  \
    {                                                                                              \
        to->length = length;                                                                       \
        to->data = (const CHAR *)tail->at;                                                         \
        if (length != 0)                                                                           \
            memcpy(tail->at, bytes, length);                                                       \
        tail->at += length;                                                                        \
    }

/* Any bytes will do. */
static inline bool ractor_wire_is_anything_(const uint8_t *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    return true;
}

RACTOR_WIRE_DEFINE_BYTES_(string, ractor_string, char, ractor_wire_is_utf8)
RACTOR_WIRE_DEFINE_BYTES_(bytes, ractor_bytes, uint8_t, ractor_wire_is_anything_)

/* Packed vectors: elements one after another. The checks are on the C and the wire form. */
#define RACTOR_WIRE_DEFINE_PACKED_(NAME, TYPE, BITS, CHECK, CHECK_WIRE)                            \
    static inline ractor_status ractor_wire_copy_size_vec_##NAME(const ractor_vec_##NAME *value,   \
                                                                 size_t *tail_bytes)               \
    {                                                                                              \
        RACTOR_WIRE_TRY(ractor_wire_view(value->data, value->length));                             \
        return ractor_wire_extend(tail_bytes, sizeof(TYPE), value->length, sizeof(TYPE));          \
    }                                                                                              \
    static inline void ractor_wire_copy_vec_##NAME(                                                \
        ractor_vec_##NAME *to, const ractor_vec_##NAME *from, ractor_tail *tail)                   \
    {                                                                                              \
        void *const data = ractor_wire_place(tail, sizeof(TYPE), from->length * sizeof(TYPE));     \
        if (from->length != 0)                                                                     \
            memcpy(data, from->data, from->length * sizeof(TYPE));                                 \
        to->length = from->length;                                                                 \
        to->data = (const TYPE *)data;                                                             \
    }                                                                                              \
    static inline ractor_status ractor_wire_wire_size_vec_##NAME(const ractor_vec_##NAME *value,   \
                                                                 size_t *bytes)                    \
    {                                                                                              \
        RACTOR_WIRE_TRY(ractor_wire_view(value->data, value->length));                             \
        RACTOR_WIRE_TRY(CHECK(value->data, value->length));                                        \
        return ractor_wire_extend(bytes, 1, value->length, (BITS) / 8);                            \
    }                                                                                              \
    static inline uint8_t *ractor_wire_write_vec_##NAME(const ractor_vec_##NAME *value,            \
                                                        uint8_t *out)                              \
    {                                                                                              \
        if (value->length != 0)                                                                    \
            ractor_wire_swap_##BITS(out, value->data, value->length);                              \
        return out + value->length * ((BITS) / 8);                                                 \
    }                                                                                              \
    static inline ractor_status ractor_wire_measure_vec_##NAME(                                    \
        const uint8_t *bytes, size_t length, ractor_budget *budget, size_t *tail_bytes)            \
    {                                                                                              \
        const size_t count = length / ((BITS) / 8);                                                \
        if (length % ((BITS) / 8) != 0)                                                            \
            return RACTOR_EDECODE;                                                                 \
        RACTOR_WIRE_TRY(ractor_wire_count(budget, count));                                         \
        RACTOR_WIRE_TRY(                                                                           \
            ractor_wire_reserve(budget, tail_bytes, sizeof(TYPE), count, sizeof(TYPE)));           \
        return CHECK_WIRE(bytes, count);                                                           \
    }                                                                                              \
    static inline void ractor_wire_read_vec_##NAME(const uint8_t *bytes, size_t length,            \
                                                   ractor_vec_##NAME *to, ractor_tail *tail)       \
    {                                                                                              \
        const size_t count = length / ((BITS) / 8);                                                \
        void *const data = ractor_wire_place(tail, sizeof(TYPE), count * sizeof(TYPE));            \
        if (count != 0)                                                                            \
            ractor_wire_swap_##BITS(data, bytes, count);                                           \
        to->length = count;                                                                        \
        to->data = (const TYPE *)data;                                                             \
    }

/* Any number will do. */
static inline ractor_status ractor_wire_check_nothing_(const void *data, size_t count)
{
    (void)data;
    (void)count;
    return RACTOR_OK;
}

#define RACTOR_WIRE_DEFINE_NUMBERS_(NAME, TYPE, BITS)                                              \
    RACTOR_WIRE_DEFINE_PACKED_(NAME, TYPE, BITS, ractor_wire_check_nothing_,                       \
                               ractor_wire_check_nothing_)
RACTOR_WIRE_DEFINE_NUMBERS_(i8, int8_t, 8)
RACTOR_WIRE_DEFINE_NUMBERS_(i16, int16_t, 16)
RACTOR_WIRE_DEFINE_NUMBERS_(i32, int32_t, 32)
RACTOR_WIRE_DEFINE_NUMBERS_(i64, int64_t, 64)
RACTOR_WIRE_DEFINE_NUMBERS_(u16, uint16_t, 16)
RACTOR_WIRE_DEFINE_NUMBERS_(u32, uint32_t, 32)
RACTOR_WIRE_DEFINE_NUMBERS_(u64, uint64_t, 64)
RACTOR_WIRE_DEFINE_NUMBERS_(f32, float, 32)
RACTOR_WIRE_DEFINE_NUMBERS_(f64, double, 64)
RACTOR_WIRE_NUMBERS_128(RACTOR_WIRE_DEFINE_NUMBERS_)
RACTOR_WIRE_DEFINE_PACKED_(bool, bool, 8, ractor_wire_check_nothing_, ractor_wire_check_bools)
RACTOR_WIRE_DEFINE_PACKED_(char, uint32_t, 32, ractor_wire_check_chars,
                           ractor_wire_check_wire_chars)

/** The elements in bytes that hold one length-prefixed element after another. */
RACTOR_API ractor_status ractor_wire_count_elements(const uint8_t *bytes, size_t length,
                                                    size_t *count);

/** `[max = …]` of a value that is to be sent: RACTOR_EINVAL when it is longer. */
static inline ractor_status ractor_wire_max(size_t length, uint64_t max)
{
    return length <= max ? RACTOR_OK : RACTOR_EINVAL;
}

/**
 * `[max = …]` of the field that comes next: RACTOR_EDECODE when it holds more elements.
 * @param unit bytes of an element; 0: each has its length before it.
 */
static inline ractor_status ractor_wire_max_next(ractor_wire_in in, uint64_t max, size_t unit)
{
    ractor_bytes field;
    size_t count = 0;
    RACTOR_WIRE_TRY(ractor_wire_next(&in, &field));
    if (unit != 0)
        count = field.length / unit;
    else
        RACTOR_WIRE_TRY(ractor_wire_count_elements(field.data, field.length, &count));
    return count <= max ? RACTOR_OK : RACTOR_EDECODE;
}

/** @name Vectors of strings and bytes: each element with its length @{ */
RACTOR_API ractor_status ractor_wire_copy_size_vec_string(const ractor_vec_string *value,
                                                          size_t *tail_bytes);
RACTOR_API void ractor_wire_copy_vec_string(ractor_vec_string *to, const ractor_vec_string *from,
                                            ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_wire_size_vec_string(const ractor_vec_string *value,
                                                          size_t *bytes);
RACTOR_API uint8_t *ractor_wire_write_vec_string(const ractor_vec_string *value, uint8_t *out);
RACTOR_API ractor_status ractor_wire_measure_vec_string(const uint8_t *bytes, size_t length,
                                                        ractor_budget *budget, size_t *tail_bytes);
RACTOR_API void ractor_wire_read_vec_string(const uint8_t *bytes, size_t length,
                                            ractor_vec_string *to, ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_copy_size_vec_bytes(const ractor_vec_bytes *value,
                                                         size_t *tail_bytes);
RACTOR_API void ractor_wire_copy_vec_bytes(ractor_vec_bytes *to, const ractor_vec_bytes *from,
                                           ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_wire_size_vec_bytes(const ractor_vec_bytes *value,
                                                         size_t *bytes);
RACTOR_API uint8_t *ractor_wire_write_vec_bytes(const ractor_vec_bytes *value, uint8_t *out);
RACTOR_API ractor_status ractor_wire_measure_vec_bytes(const uint8_t *bytes, size_t length,
                                                       ractor_budget *budget, size_t *tail_bytes);
RACTOR_API void ractor_wire_read_vec_bytes(const uint8_t *bytes, size_t length,
                                           ractor_vec_bytes *to, ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_copy_size_vec_unit(const ractor_vec_unit *value,
                                                        size_t *tail_bytes);
RACTOR_API void ractor_wire_copy_vec_unit(ractor_vec_unit *to, const ractor_vec_unit *from,
                                          ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_wire_size_vec_unit(const ractor_vec_unit *value,
                                                        size_t *bytes);
RACTOR_API uint8_t *ractor_wire_write_vec_unit(const ractor_vec_unit *value, uint8_t *out);
RACTOR_API ractor_status ractor_wire_measure_vec_unit(const uint8_t *bytes, size_t length,
                                                      ractor_budget *budget, size_t *tail_bytes);
RACTOR_API void ractor_wire_read_vec_unit(const uint8_t *bytes, size_t length, ractor_vec_unit *to,
                                          ractor_tail *tail);
/** @} */

/** Built-in types beside the numbers: X(name, C type). */
#define RACTOR_WIRE_OTHERS(X)                                                                      \
    X(bool, bool)                                                                                  \
    X(char, uint32_t)                                                                              \
    X(unit, ractor_unit)

/** Types with a tail: X(name, C type, element's name). */
#define RACTOR_WIRE_VIEWS(X)                                                                       \
    X(string, ractor_string)                                                                       \
    X(bytes, ractor_bytes)                                                                         \
    X(vec_bool, ractor_vec_bool)                                                                   \
    X(vec_i8, ractor_vec_i8)                                                                       \
    X(vec_i16, ractor_vec_i16)                                                                     \
    X(vec_i32, ractor_vec_i32)                                                                     \
    X(vec_i64, ractor_vec_i64)                                                                     \
    X(vec_u16, ractor_vec_u16)                                                                     \
    X(vec_u32, ractor_vec_u32)                                                                     \
    X(vec_u64, ractor_vec_u64)                                                                     \
    X(vec_f32, ractor_vec_f32)                                                                     \
    X(vec_f64, ractor_vec_f64)                                                                     \
    X(vec_char, ractor_vec_char)                                                                   \
    X(vec_string, ractor_vec_string)                                                               \
    X(vec_bytes, ractor_vec_bytes)                                                                 \
    X(vec_unit, ractor_vec_unit)                                                                   \
    RACTOR_WIRE_VIEWS_128(X)
#ifdef __SIZEOF_INT128__
#define RACTOR_WIRE_VIEWS_128(X)                                                                   \
    X(vec_i128, ractor_vec_i128)                                                                   \
    X(vec_u128, ractor_vec_u128)
#else
#define RACTOR_WIRE_VIEWS_128(X)
#endif

#define RACTOR_WIRE_DECLARE_CODEC_(NAME, ...)                                                      \
    RACTOR_API extern const ractor_codec ractor_codec_##NAME;
RACTOR_WIRE_NUMBERS(RACTOR_WIRE_DECLARE_CODEC_)
RACTOR_WIRE_OTHERS(RACTOR_WIRE_DECLARE_CODEC_)
RACTOR_WIRE_VIEWS(RACTOR_WIRE_DECLARE_CODEC_)

/** The fields of a variant that has none. */
RACTOR_API extern const ractor_codec ractor_codec_nothing;
/** A pointer in a local enum: copied as it is, never written to the wire. */
RACTOR_API extern const ractor_codec ractor_codec_pointer;

RACTOR_END_DECLS

#endif

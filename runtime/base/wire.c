/* SPDX-License-Identifier: MIT */
/* The out-of-line half of wire.h: checks, vectors of views, codec tables. */
#include "base/wire_print.h"

#include <ractor/wire.h>

/*
 * Well-formed UTF-8 after table 3-7 of the Unicode standard: the second byte's range depends on the
 * first, the others are continuation bytes.
 */
static size_t sequence_length(const uint8_t *bytes, size_t length)
{
    const uint8_t lead = bytes[0];
    uint8_t low = 0x80;
    uint8_t high = 0xBF;
    size_t size = 2;
    if (lead < 0x80)
        return 1;
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    if (lead >= 0xF0)
        size = 4;
    else if (lead >= 0xE0)
        size = 3;
    if (lead == 0xE0)
        low = 0xA0;
    else if (lead == 0xED)
        high = 0x9F;
    else if (lead == 0xF0)
        low = 0x90;
    else if (lead == 0xF4)
        high = 0x8F;
    if (length < size || bytes[1] < low || bytes[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
    }
    return size;
}

bool ractor_wire_is_utf8_slow(const uint8_t *bytes, size_t length)
{
    while (length != 0) {
        size_t size = sequence_length(bytes, length);
        if (size == 0)
            return false;
        bytes += size;
        length -= size;
    }
    return true;
}

ractor_status ractor_wire_check_chars(const uint32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!ractor_wire_is_char(values[i]))
            return RACTOR_EINVAL;
    }
    return RACTOR_OK;
}

ractor_status ractor_wire_check_wire_chars(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!ractor_wire_is_char(ractor_wire_load_32(bytes + 4 * i)))
            return RACTOR_EDECODE;
    }
    return RACTOR_OK;
}

ractor_status ractor_wire_check_bools(const uint8_t *bytes, size_t count)
{
    uint8_t all = 0;
    for (size_t i = 0; i < count; i++)
        all |= bytes[i];
    return all <= 1 ? RACTOR_OK : RACTOR_EDECODE;
}

ractor_status ractor_wire_count_elements(const uint8_t *bytes, size_t length, size_t *count)
{
    ractor_wire_in in = {bytes, length};
    ractor_bytes element;
    size_t n = 0;
    while (in.left != 0) {
        RACTOR_WIRE_TRY(ractor_wire_next(&in, &element));
        n++;
    }
    *count = n;
    return RACTOR_OK;
}

/*
 * Vectors of elements with lengths. In the tail the array of elements comes first, then what each
 * of them points at. TAILED(x) is x for elements with a tail, nothing for unit.
 */
#define KEEP(...) __VA_ARGS__
#define OMIT(...)
#define DEFINE_VEC(NAME, TYPE, TAILED)                                                             \
    ractor_status ractor_wire_copy_size_vec_##NAME(const ractor_vec_##NAME *value,                 \
                                                   size_t *tail_bytes)                             \
    {                                                                                              \
        RACTOR_WIRE_TRY(ractor_wire_view(value->data, value->length));                             \
        RACTOR_WIRE_TRY(                                                                           \
            ractor_wire_extend(tail_bytes, _Alignof(TYPE), value->length, sizeof(TYPE)));          \
        TAILED(for (size_t i = 0; i < value->length; i++)                                          \
                   RACTOR_WIRE_TRY(ractor_wire_copy_size_##NAME(&value->data[i], tail_bytes));)    \
        return RACTOR_OK;                                                                          \
    }                                                                                              \
    void ractor_wire_copy_vec_##NAME(ractor_vec_##NAME *to, const ractor_vec_##NAME *from,         \
                                     ractor_tail *tail)                                            \
    {                                                                                              \
        TYPE *data = ractor_wire_place(tail, _Alignof(TYPE), from->length * sizeof(TYPE));         \
        if (from->length != 0)                                                                     \
            memcpy(data, from->data, from->length * sizeof(TYPE));                                 \
        TAILED(for (size_t i = 0; i < from->length; i++)                                           \
                   ractor_wire_copy_##NAME(&data[i], &from->data[i], tail);)                       \
        to->length = from->length;                                                                 \
        to->data = data;                                                                           \
    }                                                                                              \
    ractor_status ractor_wire_wire_size_vec_##NAME(const ractor_vec_##NAME *value, size_t *bytes)  \
    {                                                                                              \
        RACTOR_WIRE_TRY(ractor_wire_view(value->data, value->length));                             \
        RACTOR_WIRE_TRY(ractor_wire_extend(bytes, 1, value->length, RACTOR_WIRE_LENGTH));          \
        TAILED(for (size_t i = 0; i < value->length; i++)                                          \
                   RACTOR_WIRE_TRY(ractor_wire_wire_size_##NAME(&value->data[i], bytes));)         \
        return RACTOR_OK;                                                                          \
    }                                                                                              \
    uint8_t *ractor_wire_write_vec_##NAME(const ractor_vec_##NAME *value, uint8_t *out)            \
    {                                                                                              \
        for (size_t i = 0; i < value->length; i++)                                                 \
            out = ractor_wire_close(                                                               \
                out, ractor_wire_write_##NAME(&value->data[i], out + RACTOR_WIRE_LENGTH));         \
        return out;                                                                                \
    }                                                                                              \
    ractor_status ractor_wire_measure_vec_##NAME(const uint8_t *bytes, size_t length,              \
                                                 ractor_budget *budget, size_t *tail_bytes)        \
    {                                                                                              \
        ractor_wire_in in = {bytes, length};                                                       \
        ractor_bytes element;                                                                      \
        size_t count = 0;                                                                          \
        RACTOR_WIRE_TRY(ractor_wire_count_elements(bytes, length, &count));                        \
        RACTOR_WIRE_TRY(ractor_wire_count(budget, count));                                         \
        RACTOR_WIRE_TRY(                                                                           \
            ractor_wire_reserve(budget, tail_bytes, _Alignof(TYPE), count, sizeof(TYPE)));         \
        while (in.left != 0) {                                                                     \
            element = ractor_wire_take(&in);                                                       \
            RACTOR_WIRE_TRY(                                                                       \
                ractor_wire_measure_##NAME(element.data, element.length, budget, tail_bytes));     \
        }                                                                                          \
        return RACTOR_OK;                                                                          \
    }                                                                                              \
    void ractor_wire_read_vec_##NAME(const uint8_t *bytes, size_t length, ractor_vec_##NAME *to,   \
                                     ractor_tail *tail)                                            \
    {                                                                                              \
        ractor_wire_in in = {bytes, length};                                                       \
        size_t count = 0;                                                                          \
        (void)ractor_wire_count_elements(bytes, length, &count);                                   \
        TYPE *data = ractor_wire_place(tail, _Alignof(TYPE), count * sizeof(TYPE));                \
        for (size_t i = 0; i < count; i++) {                                                       \
            const ractor_bytes element = ractor_wire_take(&in);                                    \
            ractor_wire_read_##NAME(element.data, element.length, &data[i], tail);                 \
        }                                                                                          \
        to->length = count;                                                                        \
        to->data = data;                                                                           \
    }
DEFINE_VEC(string, ractor_string, KEEP)
DEFINE_VEC(bytes, ractor_bytes, KEEP)
DEFINE_VEC(unit, ractor_unit, OMIT)

/* The same operations on untyped pointers, as `ractor_codec` has them. */
#define DEFINE_WIRE(NAME, TYPE)                                                                    \
    static ractor_status wire_size_##NAME(const void *value, size_t *bytes)                        \
    {                                                                                              \
        return ractor_wire_wire_size_##NAME(value, bytes);                                         \
    }                                                                                              \
    static uint8_t *write_##NAME(const void *value, uint8_t *out)                                  \
    {                                                                                              \
        return ractor_wire_write_##NAME(value, out);                                               \
    }                                                                                              \
    static ractor_status measure_##NAME(const uint8_t *bytes, size_t length,                       \
                                        ractor_budget *budget, size_t *tail_bytes)                 \
    {                                                                                              \
        return ractor_wire_measure_##NAME(bytes, length, budget, tail_bytes);                      \
    }                                                                                              \
    static void read_##NAME(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)      \
    {                                                                                              \
        ractor_wire_read_##NAME(bytes, length, to, tail);                                          \
    }

#define DEFINE_COPY(NAME, TYPE)                                                                    \
    static ractor_status copy_size_##NAME(const void *value, size_t *tail_bytes)                   \
    {                                                                                              \
        return ractor_wire_copy_size_##NAME(value, tail_bytes);                                    \
    }                                                                                              \
    static void copy_##NAME(void *to, const void *from, ractor_tail *tail)                         \
    {                                                                                              \
        ractor_wire_copy_##NAME(to, from, tail);                                                   \
    }

#define DEFINE_NUMBER_WIRE(NAME, TYPE, BITS) DEFINE_WIRE(NAME, TYPE)
RACTOR_WIRE_NUMBERS(DEFINE_NUMBER_WIRE)
RACTOR_WIRE_OTHERS(DEFINE_WIRE)
RACTOR_WIRE_VIEWS(DEFINE_WIRE)
RACTOR_WIRE_VIEWS(DEFINE_COPY)

#define FLAT_CODEC(NAME, TYPE)                                                                     \
    const ractor_codec ractor_codec_##NAME = {                                                     \
        .size = sizeof(TYPE),                                                                      \
        .align = _Alignof(TYPE),                                                                   \
        .wire_size = wire_size_##NAME,                                                             \
        .write = write_##NAME,                                                                     \
        .measure = measure_##NAME,                                                                 \
        .read = read_##NAME,                                                                       \
        .print = rt_print_##NAME,                                                                  \
        .equal = rt_equal_##NAME,                                                                  \
    };
#define NUMBER_CODEC(NAME, TYPE, BITS) FLAT_CODEC(NAME, TYPE)
RACTOR_WIRE_NUMBERS(NUMBER_CODEC)
RACTOR_WIRE_OTHERS(FLAT_CODEC)

#define VIEW_CODEC(NAME, TYPE)                                                                     \
    const ractor_codec ractor_codec_##NAME = {                                                     \
        .size = sizeof(TYPE),                                                                      \
        .align = _Alignof(TYPE),                                                                   \
        .copy_size = copy_size_##NAME,                                                             \
        .copy = copy_##NAME,                                                                       \
        .wire_size = wire_size_##NAME,                                                             \
        .write = write_##NAME,                                                                     \
        .measure = measure_##NAME,                                                                 \
        .read = read_##NAME,                                                                       \
        .print = rt_print_##NAME,                                                                  \
        .equal = rt_equal_##NAME,                                                                  \
    };
RACTOR_WIRE_VIEWS(VIEW_CODEC)

static ractor_status wire_size_nothing(const void *value, size_t *bytes)
{
    (void)value;
    (void)bytes;
    return RACTOR_OK;
}

static uint8_t *write_nothing(const void *value, uint8_t *out)
{
    (void)value;
    return out;
}

static void read_nothing(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)
{
    (void)bytes;
    (void)length;
    (void)to;
    (void)tail;
}

static void print_nothing(const void *value, const ractor_printer *out)
{
    (void)value;
    (void)out;
}

static bool equal_nothing(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return true;
}

const ractor_codec ractor_codec_nothing = {
    .size = 0,
    .align = 1,
    .wire_size = wire_size_nothing,
    .write = write_nothing,
    .measure = measure_unit,
    .read = read_nothing,
    .print = print_nothing,
    .equal = equal_nothing,
};

const ractor_codec ractor_codec_pointer = {
    .size = sizeof(void *),
    .align = _Alignof(void *),
    .print = rt_print_pointer,
    .equal = rt_equal_pointer,
};

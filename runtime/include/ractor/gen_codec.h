/* SPDX-License-Identifier: MIT */
/**
 * @file gen_codec.h
 * What generated sources are made of: macros that define the functions of a type, and its
 * `ractor_codec`, from the list of what it holds. The code that results is straight, without tables
 * for encoding and decoding; printing and comparing go through tables, since they are for logs and
 * tests. Programs do not use this header.
 *
 * A list of fields has one entry for each, X(T, CLASS, TYPE, member, "name", is_secret); an entry
 * X(T, BOUND, max, member, bytes of an element, 0) before it bounds its length. CLASS says whose
 * functions encode the type, and whether it has a tail:
 *
 *     FLAT    the runtime's (wire.h), no tail      PLAIN    this file's, no tail
 *     VIEW    the runtime's, with a tail           TAILED   this file's, with a tail
 *
 * @code
 * #define RCGEN_FIELDS_demo_post(X, T) \
 *     X(T, VIEW, string, from, "from", false) \
 *     X(T, FLAT, u64, at, "at", false)
 *
 * RACTOR_GEN_TAILED(static, demo_post)    // defines rcgen_codec_demo_post
 * @endcode
 */
#ifndef RACTOR_GEN_CODEC_H
#define RACTOR_GEN_CODEC_H

#include <ractor/codec.h>
#include <ractor/status.h>
#include <ractor/wire.h>
#include <ractor/wire_compound.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* By class: the function F of a type, and the type's codec. F is made where the type's name has not
 * been expanded yet, since `bool` is a macro. */
#define RACTOR_GEN_CALL_FLAT(F) ractor_wire_##F
#define RACTOR_GEN_CALL_VIEW(F) ractor_wire_##F
#define RACTOR_GEN_CALL_PLAIN(F) rcgen_##F
#define RACTOR_GEN_CALL_TAILED(F) rcgen_##F

/* By class: whether a type has a tail. */
#define RACTOR_GEN_TAIL_FLAT(...)
#define RACTOR_GEN_TAIL_VIEW(...) __VA_ARGS__
#define RACTOR_GEN_TAIL_PLAIN(...)
#define RACTOR_GEN_TAIL_TAILED(...) __VA_ARGS__
#define RACTOR_GEN_NO_TAIL_FLAT(...) __VA_ARGS__
#define RACTOR_GEN_NO_TAIL_VIEW(...)
#define RACTOR_GEN_NO_TAIL_PLAIN(...) __VA_ARGS__
#define RACTOR_GEN_NO_TAIL_TAILED(...)

/* By class: each step of a record's functions. A bound takes none but three of them. */
#define RACTOR_GEN_COPY_SIZE_FLAT(F, MEMBER, TYPE)
#define RACTOR_GEN_COPY_SIZE_PLAIN(F, MEMBER, TYPE)
#define RACTOR_GEN_COPY_SIZE_VIEW(F, MEMBER, TYPE)                                                 \
    RACTOR_WIRE_TRY(ractor_wire_##F(&from->MEMBER, tail_bytes));
#define RACTOR_GEN_COPY_SIZE_TAILED(F, MEMBER, TYPE)                                               \
    RACTOR_WIRE_TRY(rcgen_##F(&from->MEMBER, tail_bytes));
#define RACTOR_GEN_COPY_SIZE_BOUND(F, MEMBER, TYPE)                                                \
    RACTOR_WIRE_TRY(ractor_wire_max(from->MEMBER.length, UINT64_C(TYPE)));

#define RACTOR_GEN_COPY_FLAT(F, MEMBER)
#define RACTOR_GEN_COPY_PLAIN(F, MEMBER)
#define RACTOR_GEN_COPY_BOUND(F, MEMBER)
#define RACTOR_GEN_COPY_VIEW(F, MEMBER) ractor_wire_##F(&out->MEMBER, &in->MEMBER, tail);
#define RACTOR_GEN_COPY_TAILED(F, MEMBER) rcgen_##F(&out->MEMBER, &in->MEMBER, tail);

#define RACTOR_GEN_WIRE_SIZE_FLAT(F, MEMBER, TYPE)                                                 \
    RACTOR_WIRE_TRY(ractor_wire_##F(&from->MEMBER, bytes));
#define RACTOR_GEN_WIRE_SIZE_VIEW(F, MEMBER, TYPE) RACTOR_GEN_WIRE_SIZE_FLAT(F, MEMBER, TYPE)
#define RACTOR_GEN_WIRE_SIZE_PLAIN(F, MEMBER, TYPE)                                                \
    RACTOR_WIRE_TRY(rcgen_##F(&from->MEMBER, bytes));
#define RACTOR_GEN_WIRE_SIZE_TAILED(F, MEMBER, TYPE) RACTOR_GEN_WIRE_SIZE_PLAIN(F, MEMBER, TYPE)
#define RACTOR_GEN_WIRE_SIZE_BOUND(F, MEMBER, TYPE)                                                \
    RACTOR_WIRE_TRY(ractor_wire_max(from->MEMBER.length, UINT64_C(TYPE)));

#define RACTOR_GEN_WRITE_FLAT(F, MEMBER)                                                           \
    out = ractor_wire_close(out, ractor_wire_##F(&from->MEMBER, out + RACTOR_WIRE_LENGTH));
#define RACTOR_GEN_WRITE_VIEW(F, MEMBER) RACTOR_GEN_WRITE_FLAT(F, MEMBER)
#define RACTOR_GEN_WRITE_PLAIN(F, MEMBER)                                                          \
    out = ractor_wire_close(out, rcgen_##F(&from->MEMBER, out + RACTOR_WIRE_LENGTH));
#define RACTOR_GEN_WRITE_TAILED(F, MEMBER) RACTOR_GEN_WRITE_PLAIN(F, MEMBER)
#define RACTOR_GEN_WRITE_BOUND(F, MEMBER)

#define RACTOR_GEN_MEASURE_FLAT(F, TYPE, UNIT)                                                     \
    RACTOR_WIRE_TRY(ractor_wire_next(&in, &field));                                                \
    RACTOR_WIRE_TRY(ractor_wire_##F(field.data, field.length, budget, tail_bytes));
#define RACTOR_GEN_MEASURE_VIEW(F, TYPE, UNIT) RACTOR_GEN_MEASURE_FLAT(F, TYPE, UNIT)
#define RACTOR_GEN_MEASURE_PLAIN(F, TYPE, UNIT)                                                    \
    RACTOR_WIRE_TRY(ractor_wire_next(&in, &field));                                                \
    RACTOR_WIRE_TRY(rcgen_##F(field.data, field.length, budget, tail_bytes));
#define RACTOR_GEN_MEASURE_TAILED(F, TYPE, UNIT) RACTOR_GEN_MEASURE_PLAIN(F, TYPE, UNIT)
#define RACTOR_GEN_MEASURE_BOUND(F, TYPE, UNIT)                                                    \
    RACTOR_WIRE_TRY(ractor_wire_max_next(in, UINT64_C(TYPE), UNIT));

#define RACTOR_GEN_READ_FLAT(F, MEMBER)                                                            \
    field = ractor_wire_take(&in);                                                                 \
    ractor_wire_##F(field.data, field.length, &out->MEMBER, tail);
#define RACTOR_GEN_READ_VIEW(F, MEMBER) RACTOR_GEN_READ_FLAT(F, MEMBER)
#define RACTOR_GEN_READ_PLAIN(F, MEMBER)                                                           \
    field = ractor_wire_take(&in);                                                                 \
    rcgen_##F(field.data, field.length, &out->MEMBER, tail);
#define RACTOR_GEN_READ_TAILED(F, MEMBER) RACTOR_GEN_READ_PLAIN(F, MEMBER)
#define RACTOR_GEN_READ_BOUND(F, MEMBER)

#define RACTOR_GEN_ROW_FLAT(T, CODEC, MEMBER, NAME, SECRET)                                        \
    {NAME, offsetof(T, MEMBER), &ractor_##CODEC, SECRET},
#define RACTOR_GEN_ROW_VIEW(T, CODEC, MEMBER, NAME, SECRET)                                        \
    RACTOR_GEN_ROW_FLAT(T, CODEC, MEMBER, NAME, SECRET)
#define RACTOR_GEN_ROW_PLAIN(T, CODEC, MEMBER, NAME, SECRET)                                       \
    {NAME, offsetof(T, MEMBER), &rcgen_##CODEC, SECRET},
#define RACTOR_GEN_ROW_TAILED(T, CODEC, MEMBER, NAME, SECRET)                                      \
    RACTOR_GEN_ROW_PLAIN(T, CODEC, MEMBER, NAME, SECRET)
#define RACTOR_GEN_ROW_BOUND(T, CODEC, MEMBER, NAME, SECRET)

/* What is done with an entry of the list, by step. */
#define RACTOR_GEN_X_COPY_SIZE(T, CLASS, TYPE, MEMBER, NAME, SECRET)                               \
    RACTOR_GEN_COPY_SIZE_##CLASS(copy_size_##TYPE, MEMBER, TYPE)
#define RACTOR_GEN_X_COPY(T, CLASS, TYPE, MEMBER, NAME, SECRET)                                    \
    RACTOR_GEN_COPY_##CLASS(copy_##TYPE, MEMBER)
#define RACTOR_GEN_X_LENGTHS(T, CLASS, TYPE, MEMBER, NAME, SECRET) +RACTOR_GEN_LENGTH_##CLASS
#define RACTOR_GEN_LENGTH_FLAT RACTOR_WIRE_LENGTH
#define RACTOR_GEN_LENGTH_VIEW RACTOR_WIRE_LENGTH
#define RACTOR_GEN_LENGTH_PLAIN RACTOR_WIRE_LENGTH
#define RACTOR_GEN_LENGTH_TAILED RACTOR_WIRE_LENGTH
#define RACTOR_GEN_LENGTH_BOUND 0
#define RACTOR_GEN_X_WIRE_SIZE(T, CLASS, TYPE, MEMBER, NAME, SECRET)                               \
    RACTOR_GEN_WIRE_SIZE_##CLASS(wire_size_##TYPE, MEMBER, TYPE)
#define RACTOR_GEN_X_WRITE(T, CLASS, TYPE, MEMBER, NAME, SECRET)                                   \
    RACTOR_GEN_WRITE_##CLASS(write_##TYPE, MEMBER)
#define RACTOR_GEN_X_MEASURE(T, CLASS, TYPE, MEMBER, NAME, SECRET)                                 \
    RACTOR_GEN_MEASURE_##CLASS(measure_##TYPE, TYPE, NAME)
#define RACTOR_GEN_X_READ(T, CLASS, TYPE, MEMBER, NAME, SECRET)                                    \
    RACTOR_GEN_READ_##CLASS(read_##TYPE, MEMBER)
#define RACTOR_GEN_X_ROW(T, CLASS, TYPE, MEMBER, NAME, SECRET)                                     \
    RACTOR_GEN_ROW_##CLASS(T, codec_##TYPE, MEMBER, NAME, SECRET)

/* The functions of the struct T, from RCGEN_FIELDS_T. */
#define RACTOR_GEN_RECORD_COPY_(T)                                                                 \
    static ractor_status rcgen_copy_size_##T(const void *value, size_t *tail_bytes)                \
    {                                                                                              \
        const T *from = value;                                                                     \
        RCGEN_FIELDS_##T(RACTOR_GEN_X_COPY_SIZE, T) return RACTOR_OK;                              \
    }                                                                                              \
    static void rcgen_copy_##T(void *to, const void *value, ractor_tail *tail)                     \
    {                                                                                              \
        T *out = to;                                                                               \
        const T *in = value;                                                                       \
        *out = *in;                                                                                \
        RCGEN_FIELDS_##T(RACTOR_GEN_X_COPY, T)                                                     \
    }
#define RACTOR_GEN_RECORD_WIRE_(T)                                                                 \
    static ractor_status rcgen_wire_size_##T(const void *value, size_t *bytes)                     \
    {                                                                                              \
        const T *from = value;                                                                     \
        RACTOR_WIRE_TRY(ractor_wire_add(bytes, 0 RCGEN_FIELDS_##T(RACTOR_GEN_X_LENGTHS, T)));      \
        RCGEN_FIELDS_##T(RACTOR_GEN_X_WIRE_SIZE, T) return RACTOR_OK;                              \
    }                                                                                              \
    static uint8_t *rcgen_write_##T(const void *value, uint8_t *out)                               \
    {                                                                                              \
        const T *from = value;                                                                     \
        RCGEN_FIELDS_##T(RACTOR_GEN_X_WRITE, T) return out;                                        \
    }                                                                                              \
    static ractor_status rcgen_measure_##T(const uint8_t *bytes, size_t length,                    \
                                           ractor_budget *budget, size_t *tail_bytes)              \
    {                                                                                              \
        ractor_wire_in in = {bytes, length};                                                       \
        ractor_bytes field;                                                                        \
        RCGEN_FIELDS_##T(RACTOR_GEN_X_MEASURE, T) return ractor_wire_end(&in);                     \
    }                                                                                              \
    static void rcgen_read_##T(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)   \
    {                                                                                              \
        T *out = to;                                                                               \
        ractor_wire_in in = {bytes, length};                                                       \
        ractor_bytes field;                                                                        \
        RCGEN_FIELDS_##T(RACTOR_GEN_X_READ, T)                                                     \
    }
#define RACTOR_GEN_RECORD_SHOW_(T)                                                                 \
    static const ractor_wire_field rcgen_fields_##T[] = {RCGEN_FIELDS_##T(RACTOR_GEN_X_ROW, T)};   \
    static void rcgen_print_##T(const void *value, const ractor_printer *out)                      \
    {                                                                                              \
        ractor_wire_print_fields(value, rcgen_fields_##T,                                          \
                                 sizeof rcgen_fields_##T / sizeof *rcgen_fields_##T, out);         \
    }                                                                                              \
    static bool rcgen_equal_##T(const void *a, const void *b)                                      \
    {                                                                                              \
        return ractor_wire_equal_fields(a, b, rcgen_fields_##T,                                    \
                                        sizeof rcgen_fields_##T / sizeof *rcgen_fields_##T);       \
    }

/* Members of a codec of the C type T whose functions are named after OP. */
#define RACTOR_GEN_CODEC_TYPE_(T) .size = sizeof(T), .align = _Alignof(T)
#define RACTOR_GEN_CODEC_COPY_(OP) .copy_size = rcgen_copy_size_##OP, .copy = rcgen_copy_##OP
#define RACTOR_GEN_CODEC_WIRE_(OP)                                                                 \
    .wire_size = rcgen_wire_size_##OP, .write = rcgen_write_##OP, .measure = rcgen_measure_##OP,   \
    .read = rcgen_read_##OP
#define RACTOR_GEN_CODEC_SHOW_(OP) .print = rcgen_print_##OP, .equal = rcgen_equal_##OP
#define RACTOR_GEN_CODEC_TAILED_(LINKAGE, T, OP)                                                   \
    LINKAGE const ractor_codec rcgen_codec_##OP = {                                                \
        RACTOR_GEN_CODEC_TYPE_(T), RACTOR_GEN_CODEC_COPY_(OP), RACTOR_GEN_CODEC_WIRE_(OP),         \
        RACTOR_GEN_CODEC_SHOW_(OP)};
#define RACTOR_GEN_CODEC_PLAIN_(LINKAGE, T, OP)                                                    \
    LINKAGE const ractor_codec rcgen_codec_##OP = {                                                \
        RACTOR_GEN_CODEC_TYPE_(T), RACTOR_GEN_CODEC_WIRE_(OP), RACTOR_GEN_CODEC_SHOW_(OP)};

/* Functions and codec of a struct with a tail, without one, and of those that stay local. */
#define RACTOR_GEN_TAILED(LINKAGE, T)                                                              \
    RACTOR_GEN_RECORD_COPY_(T)                                                                     \
    RACTOR_GEN_RECORD_WIRE_(T) RACTOR_GEN_RECORD_SHOW_(T) RACTOR_GEN_CODEC_TAILED_(LINKAGE, T, T)
#define RACTOR_GEN_PLAIN(LINKAGE, T)                                                               \
    RACTOR_GEN_RECORD_WIRE_(T) RACTOR_GEN_RECORD_SHOW_(T) RACTOR_GEN_CODEC_PLAIN_(LINKAGE, T, T)
#define RACTOR_GEN_LOCAL_TAILED(T)                                                                 \
    RACTOR_GEN_RECORD_COPY_(T)                                                                     \
    RACTOR_GEN_RECORD_SHOW_(T)                                                                     \
    static const ractor_codec rcgen_codec_##T = {                                                  \
        RACTOR_GEN_CODEC_TYPE_(T), RACTOR_GEN_CODEC_COPY_(T), RACTOR_GEN_CODEC_SHOW_(T)};
#define RACTOR_GEN_LOCAL_PLAIN(T)                                                                  \
    RACTOR_GEN_RECORD_SHOW_(T)                                                                     \
    static const ractor_codec rcgen_codec_##T = {RACTOR_GEN_CODEC_TYPE_(T),                        \
                                                 RACTOR_GEN_CODEC_SHOW_(T)};

/* Types may hold each other, so all functions are declared ahead. */
#define RACTOR_GEN_DECLARE_PLAIN(OP)                                                               \
    static ractor_status rcgen_wire_size_##OP(const void *value, size_t *bytes);                   \
    static uint8_t *rcgen_write_##OP(const void *value, uint8_t *out);                             \
    static ractor_status rcgen_measure_##OP(const uint8_t *bytes, size_t length,                   \
                                            ractor_budget *budget, size_t *tail_bytes);            \
    static void rcgen_read_##OP(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail);
#define RACTOR_GEN_DECLARE_TAILED(OP)                                                              \
    static ractor_status rcgen_copy_size_##OP(const void *value, size_t *tail_bytes);              \
    static void rcgen_copy_##OP(void *to, const void *from, ractor_tail *tail);                    \
    RACTOR_GEN_DECLARE_PLAIN(OP)

/* A type that the runtime encodes by the table rcgen_table_OP; KIND: option, box or choice. */
#define RACTOR_GEN_BY_TABLE_WIRE_(KIND, OP)                                                        \
    static ractor_status rcgen_wire_size_##OP(const void *value, size_t *bytes)                    \
    {                                                                                              \
        return ractor_wire_##KIND##_wire_size(&rcgen_table_##OP, value, bytes);                    \
    }                                                                                              \
    static uint8_t *rcgen_write_##OP(const void *value, uint8_t *out)                              \
    {                                                                                              \
        return ractor_wire_##KIND##_write(&rcgen_table_##OP, value, out);                          \
    }                                                                                              \
    static ractor_status rcgen_measure_##OP(const uint8_t *bytes, size_t length,                   \
                                            ractor_budget *budget, size_t *tail_bytes)             \
    {                                                                                              \
        return ractor_wire_##KIND##_measure(&rcgen_table_##OP, bytes, length, budget, tail_bytes); \
    }                                                                                              \
    static void rcgen_read_##OP(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)  \
    {                                                                                              \
        ractor_wire_##KIND##_read(&rcgen_table_##OP, bytes, length, to, tail);                     \
    }                                                                                              \
    static void rcgen_print_##OP(const void *value, const ractor_printer *out)                     \
    {                                                                                              \
        ractor_wire_##KIND##_print(&rcgen_table_##OP, value, out);                                 \
    }                                                                                              \
    static bool rcgen_equal_##OP(const void *a, const void *b)                                     \
    {                                                                                              \
        return ractor_wire_##KIND##_equal(&rcgen_table_##OP, a, b);                                \
    }
#define RACTOR_GEN_BY_TABLE_PLAIN(LINKAGE, KIND, OP, T)                                            \
    RACTOR_GEN_BY_TABLE_WIRE_(KIND, OP) RACTOR_GEN_CODEC_PLAIN_(LINKAGE, T, OP)
#define RACTOR_GEN_BY_TABLE_TAILED(LINKAGE, KIND, OP, T)                                           \
    static ractor_status rcgen_copy_size_##OP(const void *value, size_t *tail_bytes)               \
    {                                                                                              \
        return ractor_wire_##KIND##_copy_size(&rcgen_table_##OP, value, tail_bytes);               \
    }                                                                                              \
    static void rcgen_copy_##OP(void *to, const void *from, ractor_tail *tail)                     \
    {                                                                                              \
        ractor_wire_##KIND##_copy(&rcgen_table_##OP, to, from, tail);                              \
    }                                                                                              \
    RACTOR_GEN_BY_TABLE_WIRE_(KIND, OP) RACTOR_GEN_CODEC_TAILED_(LINKAGE, T, OP)

/* Functions of a type whose codec, rcgen_codec_OP, another source defines. */
#define RACTOR_GEN_FOREIGN_PLAIN(OP)                                                               \
    static ractor_status rcgen_wire_size_##OP(const void *value, size_t *bytes)                    \
    {                                                                                              \
        return rcgen_codec_##OP.wire_size(value, bytes);                                           \
    }                                                                                              \
    static uint8_t *rcgen_write_##OP(const void *value, uint8_t *out)                              \
    {                                                                                              \
        return rcgen_codec_##OP.write(value, out);                                                 \
    }                                                                                              \
    static ractor_status rcgen_measure_##OP(const uint8_t *bytes, size_t length,                   \
                                            ractor_budget *budget, size_t *tail_bytes)             \
    {                                                                                              \
        return rcgen_codec_##OP.measure(bytes, length, budget, tail_bytes);                        \
    }                                                                                              \
    static void rcgen_read_##OP(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)  \
    {                                                                                              \
        rcgen_codec_##OP.read(bytes, length, to, tail);                                            \
    }
#define RACTOR_GEN_FOREIGN_TAILED(OP)                                                              \
    static ractor_status rcgen_copy_size_##OP(const void *value, size_t *tail_bytes)               \
    {                                                                                              \
        return rcgen_codec_##OP.copy_size(value, tail_bytes);                                      \
    }                                                                                              \
    static void rcgen_copy_##OP(void *to, const void *from, ractor_tail *tail)                     \
    {                                                                                              \
        rcgen_codec_##OP.copy(to, from, tail);                                                     \
    }                                                                                              \
    RACTOR_GEN_FOREIGN_PLAIN(OP)

/*
 * A view T of elements E, whose CLASS is that of a field. IN_MEMORY and ON_WIRE are statements that
 * check more, as a map does its keys.
 */
#define RACTOR_GEN_ELEMENTS_(CLASS, OP, T, E_OP, E, IN_MEMORY, ON_WIRE)                            \
    static ractor_status rcgen_copy_size_##OP(const void *value, size_t *tail_bytes)               \
    {                                                                                              \
        const T *from = value;                                                                     \
        RACTOR_WIRE_TRY(ractor_wire_view(from->data, from->length));                               \
        RACTOR_WIRE_TRY(ractor_wire_extend(tail_bytes, _Alignof(E), from->length, sizeof(E)));     \
        RACTOR_GEN_TAIL_##CLASS(for (size_t i = 0; i < from->length; i++)                          \
                                    RACTOR_WIRE_TRY(RACTOR_GEN_CALL_##CLASS(copy_size_##E_OP)(     \
                                        &from->data[i], tail_bytes));) IN_MEMORY return RACTOR_OK; \
    }                                                                                              \
    static void rcgen_copy_##OP(void *to, const void *from, ractor_tail *tail)                     \
    {                                                                                              \
        const T *in = from;                                                                        \
        T *out = to;                                                                               \
        E *data = ractor_wire_place(tail, _Alignof(E), in->length * sizeof(E));                    \
        for (size_t i = 0; i < in->length; i++) {                                                  \
            RACTOR_GEN_NO_TAIL_##CLASS(data[i] = in->data[i];) RACTOR_GEN_TAIL_##CLASS(            \
                RACTOR_GEN_CALL_##CLASS(copy_##E_OP)(&data[i], &in->data[i], tail);)               \
        }                                                                                          \
        out->length = in->length;                                                                  \
        out->data = data;                                                                          \
    }                                                                                              \
    static ractor_status rcgen_wire_size_##OP(const void *value, size_t *bytes)                    \
    {                                                                                              \
        const T *from = value;                                                                     \
        RACTOR_WIRE_TRY(ractor_wire_view(from->data, from->length));                               \
        RACTOR_WIRE_TRY(ractor_wire_extend(bytes, 1, from->length, RACTOR_WIRE_LENGTH));           \
        for (size_t i = 0; i < from->length; i++)                                                  \
            RACTOR_WIRE_TRY(RACTOR_GEN_CALL_##CLASS(wire_size_##E_OP)(&from->data[i], bytes));     \
        IN_MEMORY                                                                                  \
        return RACTOR_OK;                                                                          \
    }                                                                                              \
    static uint8_t *rcgen_write_##OP(const void *value, uint8_t *out)                              \
    {                                                                                              \
        const T *from = value;                                                                     \
        for (size_t i = 0; i < from->length; i++)                                                  \
            out = ractor_wire_close(out, RACTOR_GEN_CALL_##CLASS(write_##E_OP)(                    \
                                             &from->data[i], out + RACTOR_WIRE_LENGTH));           \
        return out;                                                                                \
    }                                                                                              \
    static ractor_status rcgen_measure_##OP(const uint8_t *bytes, size_t length,                   \
                                            ractor_budget *budget, size_t *tail_bytes)             \
    {                                                                                              \
        ractor_wire_in in = {bytes, length};                                                       \
        size_t count = 0;                                                                          \
        if (budget->depth == 0)                                                                    \
            return RACTOR_ELIMIT;                                                                  \
        budget->depth--;                                                                           \
        RACTOR_WIRE_TRY(ractor_wire_count_elements(bytes, length, &count));                        \
        RACTOR_WIRE_TRY(ractor_wire_count(budget, count));                                         \
        RACTOR_WIRE_TRY(ractor_wire_reserve(budget, tail_bytes, _Alignof(E), count, sizeof(E)));   \
        while (in.left != 0) {                                                                     \
            const ractor_bytes element = ractor_wire_take(&in);                                    \
            RACTOR_WIRE_TRY(RACTOR_GEN_CALL_##CLASS(measure_##E_OP)(element.data, element.length,  \
                                                                    budget, tail_bytes));          \
        }                                                                                          \
        ON_WIRE                                                                                    \
        budget->depth++;                                                                           \
        return RACTOR_OK;                                                                          \
    }                                                                                              \
    static void rcgen_read_##OP(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)  \
    {                                                                                              \
        T *out = to;                                                                               \
        ractor_wire_in in = {bytes, length};                                                       \
        size_t count = 0;                                                                          \
        (void)ractor_wire_count_elements(bytes, length, &count);                                   \
        E *data = ractor_wire_place(tail, _Alignof(E), count * sizeof(E));                         \
        for (size_t i = 0; i < count; i++) {                                                       \
            const ractor_bytes element = ractor_wire_take(&in);                                    \
            RACTOR_GEN_CALL_##CLASS(read_##E_OP)(element.data, element.length, &data[i], tail);    \
        }                                                                                          \
        out->length = count;                                                                       \
        out->data = data;                                                                          \
    }                                                                                              \
    static void rcgen_print_##OP(const void *value, const ractor_printer *out)                     \
    {                                                                                              \
        const T *view = value;                                                                     \
        ractor_wire_print_elements(view->data, view->length, &RACTOR_GEN_ITEM_##CLASS(E_OP), out); \
    }                                                                                              \
    static bool rcgen_equal_##OP(const void *a, const void *b)                                     \
    {                                                                                              \
        const T *left = a;                                                                         \
        const T *right = b;                                                                        \
        return left->length == right->length &&                                                    \
               ractor_wire_equal_elements(left->data, right->data, left->length,                   \
                                          &RACTOR_GEN_ITEM_##CLASS(E_OP));                         \
    }                                                                                              \
    RACTOR_GEN_CODEC_TAILED_(static, T, OP)

/* By class: the codec of an element. */
#define RACTOR_GEN_ITEM_FLAT(E_OP) ractor_codec_##E_OP
#define RACTOR_GEN_ITEM_VIEW(E_OP) ractor_codec_##E_OP
#define RACTOR_GEN_ITEM_PLAIN(E_OP) rcgen_codec_##E_OP
#define RACTOR_GEN_ITEM_TAILED(E_OP) rcgen_codec_##E_OP

/* Functions and codec of a vec that wire.h does not have, and of a map, a vec of entries. */
#define RACTOR_GEN_VEC(CLASS, OP, T, E_OP, E) RACTOR_GEN_ELEMENTS_(CLASS, OP, T, E_OP, E, , )
#define RACTOR_GEN_MAP(CLASS, OP, T, E, KEY_CODEC)                                                 \
    RACTOR_GEN_ELEMENTS_(                                                                          \
        CLASS, OP, T, E, E,                                                                        \
        RACTOR_WIRE_TRY(ractor_wire_map_keys(from->data, from->length, sizeof(E), &KEY_CODEC));    \
        , RACTOR_WIRE_TRY(ractor_wire_map_wire_keys(bytes, length, count));)

#endif

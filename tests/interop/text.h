/* SPDX-License-Identifier: MIT */
/*
 * Values as words of a line, exact in both directions, as the Rust peer writes them: integers in
 * decimal, floats as the hexadecimal digits of their bits, chars in hexadecimal, strings and bytes
 * in hexadecimal ("-" when empty), vectors with commas between ("[]" when empty).
 *
 * `text_parse_X()` fails the test on a word that is no value; what views point at is in the pool.
 * `text_put_X()` appends a word to a text.
 */
#ifndef RACTOR_TESTS_INTEROP_TEXT_H
#define RACTOR_TESTS_INTEROP_TEXT_H

#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing text; always terminated. */
struct text {
    size_t length;
    char data[16384];
};

/* Memory of parsed views; reset by setting `used` to 0. */
struct text_pool {
    size_t used;
    _Alignas(16) unsigned char data[65536];
};

/* Appends; fails the test when the text is full. */
RACTOR_PRINTF(2, 3) void text_printf(struct text *text, const char *format, ...);

/* X(suffix, C type): one parse and one put function for each. */
#define TEXT_SCALARS(X)                                                                            \
    X(i8, int8_t)                                                                                  \
    X(i16, int16_t)                                                                                \
    X(i32, int32_t)                                                                                \
    X(i64, int64_t)                                                                                \
    X(i128, ractor_i128)                                                                           \
    X(u8, uint8_t)                                                                                 \
    X(u16, uint16_t)                                                                               \
    X(u32, uint32_t)                                                                               \
    X(u64, uint64_t)                                                                               \
    X(u128, ractor_u128)                                                                           \
    X(f32, float)                                                                                  \
    X(f64, double)                                                                                 \
    X(bool, bool)                                                                                  \
    X(char, uint32_t)                                                                              \
    X(unit, ractor_unit)                                                                           \
    X(string, ractor_string)                                                                       \
    X(bytes, ractor_bytes)

/* X(suffix, element suffix, C type of the element) */
#define TEXT_VECTORS(X)                                                                            \
    X(vec_i8, i8, int8_t)                                                                          \
    X(vec_i16, i16, int16_t)                                                                       \
    X(vec_i32, i32, int32_t)                                                                       \
    X(vec_i64, i64, int64_t)                                                                       \
    X(vec_i128, i128, ractor_i128)                                                                 \
    X(vec_u16, u16, uint16_t)                                                                      \
    X(vec_u32, u32, uint32_t)                                                                      \
    X(vec_u64, u64, uint64_t)                                                                      \
    X(vec_u128, u128, ractor_u128)                                                                 \
    X(vec_f32, f32, float)                                                                         \
    X(vec_f64, f64, double)                                                                        \
    X(vec_bool, bool, bool)                                                                        \
    X(vec_char, char, uint32_t)                                                                    \
    X(vec_string, string, ractor_string)                                                           \
    X(vec_bytes, bytes, ractor_bytes)

#define TEXT_DECLARE_SCALAR(suffix, type)                                                          \
    type text_parse_##suffix(struct text_pool *pool, const char *word);                            \
    void text_put_##suffix(struct text *text, type value);
#define TEXT_DECLARE_VECTOR(suffix, element, type)                                                 \
    ractor_##suffix text_parse_##suffix(struct text_pool *pool, const char *word);                 \
    void text_put_##suffix(struct text *text, ractor_##suffix value);

TEXT_SCALARS(TEXT_DECLARE_SCALAR)
TEXT_VECTORS(TEXT_DECLARE_VECTOR)

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Integers go through one 128-bit pair of functions: a sign and a magnitude. All else is
 * hexadecimal.
 */
#include "text.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_printf(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t room = sizeof text->data - text->length;
    int length = vsnprintf(text->data + text->length, room, format, args);
    va_end(args);
    ck_assert_int_ge(length, 0);
    ck_assert_uint_lt((size_t)length, room);
    text->length += (size_t)length;
}

static void *pool_take(struct text_pool *pool, size_t bytes)
{
    size_t aligned = (bytes + 15) & ~(size_t)15;
    ck_assert_uint_le(pool->used + aligned, sizeof pool->data);
    void *taken = pool->data + pool->used;
    pool->used += aligned;
    return taken;
}

/* Decimal, up to 39 digits. */
static ractor_u128 parse_magnitude(const char *digits)
{
    ractor_u128 value = 0;
    ck_assert_msg(*digits != '\0', "no digits");
    for (; *digits != '\0'; digits++) {
        ck_assert_msg(*digits >= '0' && *digits <= '9', "no digit: %s", digits);
        value = value * 10 + (unsigned)(*digits - '0');
    }
    return value;
}

static void put_magnitude(struct text *text, ractor_u128 value)
{
    char digits[40];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    text_printf(text, "%s", digits + at);
}

ractor_u128 text_parse_u128(struct text_pool *pool, const char *word)
{
    (void)pool;
    return parse_magnitude(word);
}

void text_put_u128(struct text *text, ractor_u128 value)
{
    put_magnitude(text, value);
}

ractor_i128 text_parse_i128(struct text_pool *pool, const char *word)
{
    (void)pool;
    if (word[0] != '-')
        return (ractor_i128)parse_magnitude(word);
    return (ractor_i128)(~parse_magnitude(word + 1) + 1);
}

void text_put_i128(struct text *text, ractor_i128 value)
{
    if (value < 0)
        text_printf(text, "-");
    put_magnitude(text, value < 0 ? ~(ractor_u128)value + 1 : (ractor_u128)value);
}

#define DEFINE_INTEGER(suffix, type, wide)                                                         \
    type text_parse_##suffix(struct text_pool *pool, const char *word)                             \
    {                                                                                              \
        return (type)text_parse_##wide(pool, word);                                                \
    }                                                                                              \
    void text_put_##suffix(struct text *text, type value)                                          \
    {                                                                                              \
        text_put_##wide(text, value);                                                              \
    }

DEFINE_INTEGER(i8, int8_t, i128)
DEFINE_INTEGER(i16, int16_t, i128)
DEFINE_INTEGER(i32, int32_t, i128)
DEFINE_INTEGER(i64, int64_t, i128)
DEFINE_INTEGER(u8, uint8_t, u128)
DEFINE_INTEGER(u16, uint16_t, u128)
DEFINE_INTEGER(u32, uint32_t, u128)
DEFINE_INTEGER(u64, uint64_t, u128)

#define DEFINE_FLOAT(suffix, type, bits_type, digits)                                              \
    type text_parse_##suffix(struct text_pool *pool, const char *word)                             \
    {                                                                                              \
        (void)pool;                                                                                \
        bits_type bits = (bits_type)strtoull(word, NULL, 16);                                      \
        type value;                                                                                \
        memcpy(&value, &bits, sizeof value);                                                       \
        return value;                                                                              \
    }                                                                                              \
    void text_put_##suffix(struct text *text, type value)                                          \
    {                                                                                              \
        bits_type bits;                                                                            \
        memcpy(&bits, &value, sizeof bits);                                                        \
        text_printf(text, "%0" #digits "llx", (unsigned long long)bits);                           \
    }

DEFINE_FLOAT(f32, float, uint32_t, 8)
DEFINE_FLOAT(f64, double, uint64_t, 16)

bool text_parse_bool(struct text_pool *pool, const char *word)
{
    (void)pool;
    return strcmp(word, "true") == 0;
}

void text_put_bool(struct text *text, bool value)
{
    text_printf(text, "%s", value ? "true" : "false");
}

uint32_t text_parse_char(struct text_pool *pool, const char *word)
{
    (void)pool;
    return (uint32_t)strtoul(word, NULL, 16);
}

void text_put_char(struct text *text, uint32_t value)
{
    text_printf(text, "%x", value);
}

ractor_unit text_parse_unit(struct text_pool *pool, const char *word)
{
    (void)pool;
    (void)word;
    return (ractor_unit){0};
}

void text_put_unit(struct text *text, ractor_unit value)
{
    (void)value;
    text_printf(text, "unit");
}

ractor_bytes text_parse_bytes(struct text_pool *pool, const char *word)
{
    size_t length = strcmp(word, "-") == 0 ? 0 : strlen(word) / 2;
    uint8_t *data = pool_take(pool, length);
    for (size_t i = 0; i < length; i++) {
        char pair[3] = {word[2 * i], word[2 * i + 1], '\0'};
        data[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return (ractor_bytes){.data = data, .length = length};
}

void text_put_bytes(struct text *text, ractor_bytes value)
{
    if (value.length == 0)
        text_printf(text, "-");
    for (size_t i = 0; i < value.length; i++)
        text_printf(text, "%02x", value.data[i]);
}

ractor_string text_parse_string(struct text_pool *pool, const char *word)
{
    ractor_bytes bytes = text_parse_bytes(pool, word);
    return (ractor_string){.data = (const char *)bytes.data, .length = bytes.length};
}

void text_put_string(struct text *text, ractor_string value)
{
    text_put_bytes(text, (ractor_bytes){(const uint8_t *)value.data, value.length});
}

/* Copies the first element of a list to `element` and returns what follows. */
static const char *next_element(const char *list, char *element, size_t capacity)
{
    size_t length = strcspn(list, ",");
    ck_assert_uint_lt(length, capacity);
    memcpy(element, list, length);
    element[length] = '\0';
    return list + length;
}

static size_t count_elements(const char *list)
{
    size_t n = strcmp(list, "[]") == 0 ? 0 : 1;
    for (; *list != '\0'; list++)
        n += *list == ',';
    return n;
}

#define DEFINE_VECTOR(suffix, element_suffix, type)                                                \
    ractor_##suffix text_parse_##suffix(struct text_pool *pool, const char *word)                  \
    {                                                                                              \
        char element[128];                                                                         \
        size_t length = count_elements(word);                                                      \
        type *data = pool_take(pool, length * sizeof *data);                                       \
        for (size_t i = 0; i < length; i++) {                                                      \
            word = next_element(word, element, sizeof element);                                    \
            data[i] = text_parse_##element_suffix(pool, element);                                  \
            word += *word == ',';                                                                  \
        }                                                                                          \
        return (ractor_##suffix){.data = data, .length = length};                                  \
    }                                                                                              \
    void text_put_##suffix(struct text *text, ractor_##suffix value)                               \
    {                                                                                              \
        if (value.length == 0)                                                                     \
            text_printf(text, "[]");                                                               \
        for (size_t i = 0; i < value.length; i++) {                                                \
            text_printf(text, "%s", i > 0 ? "," : "");                                             \
            text_put_##element_suffix(text, value.data[i]);                                        \
        }                                                                                          \
    }

TEXT_VECTORS(DEFINE_VECTOR)

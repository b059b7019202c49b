/* SPDX-License-Identifier: MIT */
/*
 * The readable form is that of the schema's literals: strings and chars quoted, bytes in hex,
 * vectors in brackets, numbers the same in every locale. One line, whatever the content.
 */
#include "base/wire_print.h"

#include <ractor/wire_compound.h>

#include <inttypes.h>
#include <stdio.h>

void ractor_wire_print_text(const ractor_printer *out, const char *text)
{
    out->put(out->user, text, strlen(text));
}

static void print_signed(int64_t value, const ractor_printer *out)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRId64, value);
    ractor_wire_print_text(out, text);
}

static void print_unsigned(uint64_t value, const ractor_printer *out)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    ractor_wire_print_text(out, text);
}

/* The decimal point is the locale's: whatever stands between the digits becomes a dot. */
static void print_real(double value, int digits, const ractor_printer *out)
{
    char text[48];
    (void)snprintf(text, sizeof text, "%.*g", digits, value);
    for (char *at = text; *at != '\0'; at++) {
        if (strchr("+-0123456789abcdefinxABCDEFINX", *at) == NULL)
            *at = '.';
    }
    ractor_wire_print_text(out, text);
}

/* Equal by value; all NaNs count as one, so that a decoded message equals its original. */
static bool equal_real(double a, double b)
{
    return (a <= b && a >= b) || (a != a && b != b); /* NaN alone differs from itself */
}

#define DEFINE_INTEGER(NAME, TYPE, PRINT, WIDE)                                                    \
    void rt_print_##NAME(const void *value, const ractor_printer *out)                             \
    {                                                                                              \
        PRINT((WIDE) * (const TYPE *)value, out);                                                  \
    }                                                                                              \
    bool rt_equal_##NAME(const void *a, const void *b)                                             \
    {                                                                                              \
        return *(const TYPE *)a == *(const TYPE *)b;                                               \
    }
DEFINE_INTEGER(i8, int8_t, print_signed, int64_t)
DEFINE_INTEGER(i16, int16_t, print_signed, int64_t)
DEFINE_INTEGER(i32, int32_t, print_signed, int64_t)
DEFINE_INTEGER(i64, int64_t, print_signed, int64_t)
DEFINE_INTEGER(u8, uint8_t, print_unsigned, uint64_t)
DEFINE_INTEGER(u16, uint16_t, print_unsigned, uint64_t)
DEFINE_INTEGER(u32, uint32_t, print_unsigned, uint64_t)
DEFINE_INTEGER(u64, uint64_t, print_unsigned, uint64_t)

#ifdef __SIZEOF_INT128__
static void print_magnitude(ractor_u128 value, bool is_negative, const ractor_printer *out)
{
    char text[48];
    size_t at = sizeof text;
    text[--at] = '\0';
    do {
        text[--at] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    if (is_negative)
        text[--at] = '-';
    ractor_wire_print_text(out, text + at);
}

static void print_i128(ractor_i128 value, const ractor_printer *out)
{
    ractor_u128 magnitude = (ractor_u128)value;
    print_magnitude(value < 0 ? 0 - magnitude : magnitude, value < 0, out);
}

static void print_u128(ractor_u128 value, const ractor_printer *out)
{
    print_magnitude(value, false, out);
}
DEFINE_INTEGER(i128, ractor_i128, print_i128, ractor_i128)
DEFINE_INTEGER(u128, ractor_u128, print_u128, ractor_u128)
#endif

void rt_print_f32(const void *value, const ractor_printer *out)
{
    print_real((double)*(const float *)value, 9, out);
}

bool rt_equal_f32(const void *a, const void *b)
{
    return equal_real((double)*(const float *)a, (double)*(const float *)b);
}

void rt_print_f64(const void *value, const ractor_printer *out)
{
    print_real(*(const double *)value, 17, out);
}

bool rt_equal_f64(const void *a, const void *b)
{
    return equal_real(*(const double *)a, *(const double *)b);
}

void rt_print_bool(const void *value, const ractor_printer *out)
{
    ractor_wire_print_text(out, *(const bool *)value ? "true" : "false");
}

bool rt_equal_bool(const void *a, const void *b)
{
    return *(const bool *)a == *(const bool *)b;
}

void rt_print_unit(const void *value, const ractor_printer *out)
{
    (void)value;
    ractor_wire_print_text(out, "unit");
}

bool rt_equal_unit(const void *a, const void *b)
{
    (void)a;
    (void)b;
    return true;
}

/* One byte of text between `quote`s: control bytes, quotes and what is not ASCII as asked. */
static void print_escaped(unsigned char byte, char quote, const ractor_printer *out)
{
    char text[8];
    if (byte == (unsigned char)quote || byte == '\\')
        (void)snprintf(text, sizeof text, "\\%c", byte);
    else if (byte == '\n')
        (void)snprintf(text, sizeof text, "\\n");
    else if (byte < 0x20 || byte == 0x7F)
        (void)snprintf(text, sizeof text, "\\u{%x}", byte);
    else
        (void)snprintf(text, sizeof text, "%c", byte);
    ractor_wire_print_text(out, text);
}

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte != 0x7F && byte != '"' && byte != '\\';
}

void rt_print_string(const void *value, const ractor_printer *out)
{
    const ractor_string *string = value;
    size_t done = 0;
    ractor_wire_print_text(out, "\"");
    for (size_t i = 0; i < string->length; i++) {
        if (is_plain((unsigned char)string->data[i]))
            continue;
        if (i != done)
            out->put(out->user, string->data + done, i - done);
        print_escaped((unsigned char)string->data[i], '"', out);
        done = i + 1;
    }
    if (string->length != done)
        out->put(out->user, string->data + done, string->length - done);
    ractor_wire_print_text(out, "\"");
}

bool rt_equal_string(const void *a, const void *b)
{
    return ractor_string_equal(*(const ractor_string *)a, *(const ractor_string *)b);
}

void rt_print_char(const void *value, const ractor_printer *out)
{
    const uint32_t c = *(const uint32_t *)value;
    char text[16];
    ractor_wire_print_text(out, "'");
    if (c < 0x80) {
        print_escaped((unsigned char)c, '\'', out);
    } else {
        (void)snprintf(text, sizeof text, "\\u{%" PRIx32 "}", c);
        ractor_wire_print_text(out, text);
    }
    ractor_wire_print_text(out, "'");
}

bool rt_equal_char(const void *a, const void *b)
{
    return *(const uint32_t *)a == *(const uint32_t *)b;
}

void rt_print_bytes(const void *value, const ractor_printer *out)
{
    static const char hex[] = "0123456789abcdef";
    const ractor_bytes *bytes = value;
    ractor_wire_print_text(out, "0x");
    for (size_t i = 0; i < bytes->length; i++) {
        const char digits[2] = {hex[bytes->data[i] >> 4], hex[bytes->data[i] & 15]};
        out->put(out->user, digits, sizeof digits);
    }
}

bool rt_equal_bytes(const void *a, const void *b)
{
    return ractor_bytes_equal(*(const ractor_bytes *)a, *(const ractor_bytes *)b);
}

#define DEFINE_VEC(NAME, TYPE)                                                                     \
    void rt_print_vec_##NAME(const void *value, const ractor_printer *out)                         \
    {                                                                                              \
        const ractor_vec_##NAME *vec = value;                                                      \
        ractor_wire_print_text(out, "[");                                                          \
        for (size_t i = 0; i < vec->length; i++) {                                                 \
            if (i != 0)                                                                            \
                ractor_wire_print_text(out, ", ");                                                 \
            rt_print_##NAME(&vec->data[i], out);                                                   \
        }                                                                                          \
        ractor_wire_print_text(out, "]");                                                          \
    }                                                                                              \
    bool rt_equal_vec_##NAME(const void *a, const void *b)                                         \
    {                                                                                              \
        const ractor_vec_##NAME *left = a;                                                         \
        const ractor_vec_##NAME *right = b;                                                        \
        if (left->length != right->length)                                                         \
            return false;                                                                          \
        for (size_t i = 0; i < left->length; i++) {                                                \
            if (!rt_equal_##NAME(&left->data[i], &right->data[i]))                                 \
                return false;                                                                      \
        }                                                                                          \
        return true;                                                                               \
    }
DEFINE_VEC(bool, bool)
DEFINE_VEC(i8, int8_t)
DEFINE_VEC(i16, int16_t)
DEFINE_VEC(i32, int32_t)
DEFINE_VEC(i64, int64_t)
DEFINE_VEC(u16, uint16_t)
DEFINE_VEC(u32, uint32_t)
DEFINE_VEC(u64, uint64_t)
DEFINE_VEC(f32, float)
DEFINE_VEC(f64, double)
DEFINE_VEC(char, uint32_t)
DEFINE_VEC(string, ractor_string)
DEFINE_VEC(bytes, ractor_bytes)
DEFINE_VEC(unit, ractor_unit)
#ifdef __SIZEOF_INT128__
DEFINE_VEC(i128, ractor_i128)
DEFINE_VEC(u128, ractor_u128)
#endif

void rt_print_pointer(const void *value, const ractor_printer *out)
{
    ractor_wire_print_text(out, *(void *const *)value != NULL ? "pointer" : "null");
}

bool rt_equal_pointer(const void *a, const void *b)
{
    return *(void *const *)a == *(void *const *)b;
}

void ractor_wire_print_elements(const void *data, size_t length, const ractor_codec *element,
                                const ractor_printer *out)
{
    const char *at = data;
    ractor_wire_print_text(out, "[");
    for (size_t i = 0; i < length; i++, at += element->size) {
        if (i != 0)
            ractor_wire_print_text(out, ", ");
        element->print(at, out);
    }
    ractor_wire_print_text(out, "]");
}

bool ractor_wire_equal_elements(const void *a, const void *b, size_t length,
                                const ractor_codec *element)
{
    const char *left = a;
    const char *right = b;
    for (size_t i = 0; i < length; i++) {
        if (!element->equal(left + i * element->size, right + i * element->size))
            return false;
    }
    return true;
}

static const void *field_at(const void *value, const ractor_wire_field *field)
{
    return (const char *)value + field->offset;
}

void ractor_wire_print_fields(const void *value, const ractor_wire_field *fields, size_t n_fields,
                              const ractor_printer *out)
{
    ractor_wire_print_text(out, "{");
    for (size_t i = 0; i < n_fields; i++) {
        if (i != 0)
            ractor_wire_print_text(out, ", ");
        ractor_wire_print_text(out, fields[i].name);
        ractor_wire_print_text(out, ": ");
        if (fields[i].is_secret)
            ractor_wire_print_text(out, "***");
        else
            fields[i].codec->print(field_at(value, &fields[i]), out);
    }
    ractor_wire_print_text(out, "}");
}

bool ractor_wire_equal_fields(const void *a, const void *b, const ractor_wire_field *fields,
                              size_t n_fields)
{
    for (size_t i = 0; i < n_fields; i++) {
        if (!fields[i].codec->equal(field_at(a, &fields[i]), field_at(b, &fields[i])))
            return false;
    }
    return true;
}

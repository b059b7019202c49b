/* SPDX-License-Identifier: MIT */
/* Literals: escapes, number bases, durations. The lexer has fixed their extent. */
#include "syntax/scan.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

static struct rc_literal *new_literal(struct rc_scan *scan, enum rc_literal_kind kind,
                                      struct rc_loc loc)
{
    struct rc_literal *literal = rc_arena_alloc(scan->builder.arena, sizeof *literal);
    literal->kind = kind;
    literal->span = rc_ast_span(&scan->builder, loc.begin, loc.end);
    literal->text = "";
    return literal;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

static void add_utf8(struct rc_buffer *out, uint32_t c)
{
    char bytes[4];
    size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    bytes[0] = (char)(lead[length] | c);
    rc_buffer_add(out, bytes, length);
}

static bool is_scalar_value(uint32_t c)
{
    return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

/* \u{1F600}: reads from behind the u; returns the end, NULL when it is malformed. */
static const char *unicode_escape(const char *at, const char *end, struct rc_buffer *out)
{
    uint32_t value = 0;
    if (at == end || *at++ != '{')
        return NULL;
    const char *first = at;
    while (at < end && digit_value(*at) < 16 && at - first < 7)
        value = value * 16 + (uint32_t)digit_value(*at++);
    if (at == first || at == end || *at != '}' || !is_scalar_value(value))
        return NULL;
    add_utf8(out, value);
    return at + 1;
}

/* One escape, from behind the backslash; returns its end, NULL when there is no such escape. */
static const char *escape(const char *at, const char *end, struct rc_buffer *out)
{
    static const char letters[] = "ntr0\\\"'";
    static const char values[] = "\n\t\r\0\\\"'";
    if (at == end)
        return NULL;
    if (*at == 'u')
        return unicode_escape(at + 1, end, out);
    const char *letter = strchr(letters, *at);
    if (letter == NULL || *at == '\0')
        return NULL;
    rc_buffer_add(out, &values[letter - letters], 1);
    return at + 1;
}

/* False after reporting an escape that is none. */
static bool unescape(struct rc_scan *scan, struct rc_loc loc, struct rc_buffer *out)
{
    bool is_good = true;
    const char *text = scan->builder.file->source->text;
    const char *end = text + loc.end;
    for (const char *at = text + loc.begin; at < end;) {
        if (*at != '\\') {
            rc_buffer_add(out, at++, 1);
            continue;
        }
        const char *next = escape(at + 1, end, out);
        if (next == NULL) {
            uint32_t begin = (uint32_t)(at - text);
            struct rc_diag *diag =
                rc_report(scan->builder.diags, RC_BAD_ESCAPE,
                          rc_ast_span(&scan->builder, begin, begin + 2), "no such escape");
            rc_hint(diag, "known are \\n \\t \\r \\0 \\\\ \\\" \\' and \\u{hex}");
            next = at + (at + 1 < end ? 2 : 1);
            is_good = false;
        }
        at = next;
    }
    return is_good;
}

struct rc_literal *rc_scan_string(struct rc_scan *scan, struct rc_loc loc)
{
    struct rc_literal *literal = new_literal(scan, RC_LITERAL_STRING, loc);
    const char *text = scan->builder.file->source->text;
    struct rc_loc inner = {loc.begin + 1, loc.end};
    if (inner.end > inner.begin && text[inner.end - 1] == '"')
        inner.end--;
    struct rc_buffer out;
    rc_buffer_init(&out, scan->builder.arena);
    (void)unescape(scan, inner, &out);
    literal->length = out.length;
    literal->text = rc_buffer_text(&out);
    return literal;
}

/* The one code point in valid UTF-8 `text`; false when there are none or several. */
static bool single_char(const char *text, size_t length, uint64_t *value)
{
    unsigned char lead = length != 0 ? (unsigned char)text[0] : 0;
    size_t expected = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 0 || length != expected)
        return false;
    *value = expected == 1 ? lead : lead & (0x7Fu >> expected);
    for (size_t i = 1; i < length; i++)
        *value = *value << 6 | ((unsigned char)text[i] & 0x3F);
    return true;
}

struct rc_literal *rc_scan_char(struct rc_scan *scan, struct rc_loc loc)
{
    struct rc_literal *literal = new_literal(scan, RC_LITERAL_CHAR, loc);
    struct rc_loc inner = {loc.begin + 1, loc.end - 1};
    struct rc_buffer out;
    rc_buffer_init(&out, scan->builder.arena);
    if (unescape(scan, inner, &out) &&
        !single_char(rc_buffer_text(&out), out.length, &literal->low))
        rc_report(scan->builder.diags, RC_BAD_CHARACTER, literal->span,
                  "a character literal holds exactly one character");
    return literal;
}

/* Multiplies the 128-bit magnitude by `base` and adds `digit`; false when it overflows. */
static bool accumulate(struct rc_literal *literal, unsigned base, unsigned digit)
{
    uint64_t parts[4] = {literal->low & UINT32_MAX, literal->low >> 32, literal->high & UINT32_MAX,
                         literal->high >> 32};
    uint64_t carry = digit;
    for (int i = 0; i < 4; i++) {
        parts[i] = parts[i] * base + carry;
        carry = parts[i] >> 32;
        parts[i] &= UINT32_MAX;
    }
    literal->low = parts[0] | parts[1] << 32;
    literal->high = parts[2] | parts[3] << 32;
    return carry == 0;
}

/* Reads digits and underscores; returns the first byte that is neither. */
static const char *digits(struct rc_scan *scan, struct rc_literal *literal, const char *at,
                          const char *end, int base)
{
    bool fits = true;
    size_t n_digits = 0;
    for (; at < end && (*at == '_' || digit_value(*at) < base); at++) {
        if (*at == '_')
            continue;
        fits = accumulate(literal, (unsigned)base, (unsigned)digit_value(*at)) && fits;
        n_digits++;
    }
    if (n_digits == 0 && at == end)
        rc_report(scan->builder.diags, RC_BAD_NUMBER, literal->span, "the number has no digits");
    if (!fits)
        rc_report(scan->builder.diags, RC_NUMBER_TOO_LARGE, literal->span,
                  "the number takes more than 128 bits");
    return at;
}

/* Makes a duration of a number with a unit; false when the text is no unit. */
static bool apply_unit(struct rc_scan *scan, struct rc_literal *literal, const char *unit,
                       size_t length)
{
    static const struct {
        const char *name;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i].name) != length || memcmp(units[i].name, unit, length) != 0)
            continue;
        literal->kind = RC_LITERAL_DURATION;
        if (literal->high != 0 || literal->low > UINT64_MAX / units[i].ms)
            rc_report(scan->builder.diags, RC_NUMBER_TOO_LARGE, literal->span,
                      "the duration is too long");
        else
            literal->low *= units[i].ms;
        return true;
    }
    return false;
}

static void float_number(struct rc_scan *scan, struct rc_literal *literal, const char *text,
                         size_t length)
{
    char *plain = rc_arena_alloc(scan->builder.arena, length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '_')
            plain[used++] = text[i];
    }
    char *end = NULL;
    literal->kind = RC_LITERAL_FLOAT;
    literal->text = plain;
    literal->real = strtod(plain, &end);
    if (end == NULL || *end != '\0')
        rc_report(scan->builder.diags, RC_BAD_NUMBER, literal->span, "this is no number");
}

static bool is_based(const char *at, const char *end)
{
    return end - at > 2 && at[0] == '0' && strchr("xob", at[1]) != NULL;
}

/* 1.5, 1e9: not 0x1e9. */
static bool is_real(const char *at, const char *end)
{
    for (; !is_based(at, end) && at < end; at++) {
        if (*at == '.' || *at == 'e' || *at == 'E')
            return true;
    }
    return false;
}

struct rc_literal *rc_scan_number(struct rc_scan *scan, struct rc_loc loc)
{
    struct rc_literal *literal = new_literal(scan, RC_LITERAL_INT, loc);
    const char *text = scan->builder.file->source->text;
    const char *at = text + loc.begin;
    const char *end = text + loc.end;
    int base = 10;
    if (is_real(at, end)) {
        float_number(scan, literal, at, (size_t)(end - at));
        return literal;
    }
    if (is_based(at, end)) {
        base = at[1] == 'x' ? 16 : at[1] == 'o' ? 8 : 2;
        at += 2;
    }
    at = digits(scan, literal, at, end, base);
    if (at == end)
        return literal;
    if (base != 10 || !apply_unit(scan, literal, at, (size_t)(end - at))) {
        struct rc_diag *diag = rc_report(scan->builder.diags, RC_BAD_NUMBER, literal->span,
                                         "`%.*s` ends no number", (int)(end - at), at);
        rc_hint(diag, "units of time are ms, s, min and h; bases are 0x, 0o and 0b");
    }
    return literal;
}

/* SPDX-License-Identifier: MIT */
/* Constants as Rust writes them. */
#include "backend_rust/lower.h"

#include <inttypes.h>
#include <stdlib.h>

const char *rc_rust_quote(struct rc_arena *arena, const char *text, size_t length)
{
    struct rc_buffer out;
    rc_buffer_init(&out, arena);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '"' || byte == '\\')
            rc_buffer_printf(&out, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7F)
            rc_buffer_printf(&out, "\\x%02x", byte);
        else
            rc_buffer_add(&out, &text[i], 1);
    }
    return rc_buffer_text(&out);
}

const char *rc_rust_const_type(const struct rc_decl *decl)
{
    const struct rc_type *type = decl->const_type->type;
    return type->kind == RC_TYPE_STRING ? "&str" : type->text->text;
}

static const char *integer(struct rc_arena *arena, const struct rc_literal *literal)
{
    bool is_negative = literal->is_negative && (literal->low | literal->high) != 0;
    const char *sign = is_negative ? "-" : "";
    if (literal->high == 0)
        return rc_arena_printf(arena, "%s%" PRIu64, sign, literal->low);
    return rc_arena_printf(arena, "%s0x%" PRIx64 "%016" PRIx64, sign, literal->high, literal->low);
}

/* As many digits as tell the value from its neighbours. */
static const char *real(struct rc_arena *arena, const struct rc_literal *literal, bool is_single)
{
    double value = literal->real;
    if (literal->kind == RC_LITERAL_INT)
        value = (double)literal->high * 18446744073709551616.0 + (double)literal->low;
    if (literal->is_negative && value > 0)
        value = -value;
    for (int digits = 0; digits <= 17; digits++) {
        const char *text = rc_arena_printf(arena, "%.*e", digits, value);
        if (is_single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
            return text;
    }
    return rc_arena_printf(arena, "%.17e", value);
}

const char *rc_rust_const_value(struct rc_arena *arena, const struct rc_decl *decl)
{
    const struct rc_literal *literal = &decl->value;
    enum rc_type_kind kind = decl->const_type->type->kind;
    if (kind <= RC_TYPE_U128)
        return integer(arena, literal);
    switch (kind) {
    case RC_TYPE_F32:
    case RC_TYPE_F64:
        return real(arena, literal, kind == RC_TYPE_F32);
    case RC_TYPE_BOOL:
        return literal->low != 0 ? "true" : "false";
    case RC_TYPE_CHAR:
        return rc_arena_printf(arena, "'\\u{%" PRIx64 "}'", literal->low);
    default:
        return rc_arena_printf(arena, "\"%s\"",
                               rc_rust_quote(arena, literal->text, literal->length));
    }
}

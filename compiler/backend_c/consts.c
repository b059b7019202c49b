/* SPDX-License-Identifier: MIT */
/*
 * Constants, as macros: they serve in array sizes, case labels and, integers up to 64 bits, in
 * #if. The value has the constant's type, or what C's promotion makes of it.
 */
#include "backend_c/lower.h"

#include <inttypes.h>
#include <string.h>

/* The inside of a string literal. Octal escapes, since a hex one would swallow what follows. */
static const char *quote(struct rc_arena *arena, const char *text, size_t length)
{
    struct rc_buffer out;
    rc_buffer_init(&out, arena);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '"' || byte == '\\' || byte == '?') /* ?: no trigraphs */
            rc_buffer_printf(&out, "\\%c", byte);
        else if (byte < 0x20 || byte >= 0x7F)
            rc_buffer_printf(&out, "\\%03o", byte);
        else
            rc_buffer_add(&out, &text[i], 1);
    }
    return rc_buffer_text(&out);
}

/* A magnitude of 128 bits. C has no such literal. */
static const char *wide(struct rc_arena *arena, const char *type, uint64_t high, uint64_t low)
{
    return rc_arena_printf(
        arena, "((%s)((ractor_u128)UINT64_C(%" PRIu64 ") << 64 | UINT64_C(%" PRIu64 ")))", type,
        high, low);
}

/* The least value is written as the one above it, less one: C has no literal for 2^63. */
static const char *integer(struct rc_arena *arena, const struct rc_literal *literal,
                           enum rc_type_kind kind)
{
    bool is_wide = kind == RC_TYPE_I128 || kind == RC_TYPE_U128;
    bool is_signed = kind <= RC_TYPE_I128;
    unsigned bits = 8u << (unsigned)(is_signed ? kind - RC_TYPE_I8 : kind - RC_TYPE_U8);
    bool is_negative = literal->is_negative && (literal->low | literal->high) != 0;
    const uint64_t top = UINT64_C(1) << 63;
    bool is_least =
        is_negative && (is_wide ? literal->high == top && literal->low == 0 : literal->low == top);
    uint64_t low = literal->low - (is_least ? 1 : 0);
    uint64_t high = literal->high - (is_least && literal->low == 0 ? 1 : 0);
    const char *magnitude =
        is_wide ? wide(arena, is_signed ? "ractor_i128" : "ractor_u128", high, low)
                : rc_arena_printf(arena, "%sINT%u_C(%" PRIu64 ")", is_signed ? "" : "U", bits, low);
    if (!is_negative)
        return magnitude;
    return rc_arena_printf(arena, is_least ? "(-%s - 1)" : "(-%s)", magnitude);
}

static const char *real(struct rc_arena *arena, const struct rc_literal *literal,
                        enum rc_type_kind kind)
{
    const char *sign = literal->is_negative ? "-" : "";
    double value = literal->real;
    if (literal->kind == RC_LITERAL_INT)
        value = (double)literal->high * 18446744073709551616.0 + (double)literal->low;
    if (value < 0) {
        value = -value;
        sign = "-";
    }
    if (kind == RC_TYPE_F32)
        return rc_arena_printf(arena, "(%s%.8eF)", sign, (double)(float)value);
    return rc_arena_printf(arena, "(%s%.16e)", sign, value);
}

static const char *value_of(struct rc_arena *arena, const struct rc_decl *decl)
{
    const struct rc_literal *literal = &decl->value;
    enum rc_type_kind kind = decl->const_type->type->kind;
    if (kind <= RC_TYPE_U128)
        return integer(arena, literal, kind);
    switch (kind) {
    case RC_TYPE_F32:
    case RC_TYPE_F64:
        return real(arena, literal, kind);
    case RC_TYPE_BOOL:
        return literal->low != 0 ? "true" : "false";
    case RC_TYPE_CHAR:
        return rc_arena_printf(arena, "UINT32_C(0x%" PRIX64 ")", literal->low);
    default:
        return rc_arena_printf(arena, "RACTOR_STR(\"%s\")",
                               quote(arena, literal->text, literal->length));
    }
}

/* A macro has no attributes: the comment says it, and Clang has a pragma. */
static void lower_deprecated(struct rc_c_lower *lower, struct rc_model *model, const char *why)
{
    bool has_reason = why != NULL && why[0] != '\0';
    const char *reason = has_reason ? rc_c_quote(lower->arena, why) : "see its comment";
    rc_model_text(model, RC_KEY_deprecated, why != NULL ? reason : "");
    rc_model_text(model, RC_KEY_why,
                  has_reason
                      ? rc_arena_printf(lower->arena, ":%s",
                                        rc_c_comment_text(lower->arena, why, strcspn(why, "\n")))
                      : "");
}

void rc_c_lower_const(struct rc_c_lower *lower, const struct rc_decl *decl)
{
    const char *upper =
        rc_arena_printf(lower->arena, "%s%s", rc_c_upper(lower->arena, lower->prefix),
                        rc_c_upper(lower->arena, decl->name.name->text));
    const char *name = rc_c_member(lower->arena, upper);
    rc_c_take(&lower->names, name, rc_arena_printf(lower->arena, "`%s`", decl->name.name->text),
              decl->name.span);
    struct rc_model *model = rc_model_add(lower->model, RC_KEY_consts);
    rc_c_lower_doc(lower, model, decl->doc);
    rc_model_text(model, RC_KEY_name, name);
    rc_model_text(model, RC_KEY_full_name,
                  rc_arena_printf(lower->arena, "%s: %s", decl->name.name->text,
                                  decl->const_type->type->text->text));
    rc_model_text(model, RC_KEY_value, value_of(lower->arena, decl));
    lower_deprecated(lower, model, decl->deprecated);
}

/* SPDX-License-Identifier: MIT */
/* Constants: the value must be one of the type. */
#include "sema/internal.h"

#include <float.h>
#include <math.h>

static bool is_integer(enum rc_type_kind kind)
{
    return kind <= RC_TYPE_U128;
}

static bool is_signed(enum rc_type_kind kind)
{
    return kind <= RC_TYPE_I128;
}

static unsigned bits_of(enum rc_type_kind kind)
{
    unsigned step = (unsigned)(is_signed(kind) ? kind - RC_TYPE_I8 : kind - RC_TYPE_U8);
    return 8u << step;
}

/* Whether the magnitude is below 2^bits. */
static bool is_below(const struct rc_literal *literal, unsigned bits)
{
    if (bits >= 128)
        return true;
    if (bits >= 64)
        return bits == 64 ? literal->high == 0 : literal->high >> (bits - 64) == 0;
    return literal->high == 0 && literal->low >> bits == 0;
}

/* Whether the magnitude is exactly 2^bits: the one negative number without a positive twin. */
static bool is_power(const struct rc_literal *literal, unsigned bits)
{
    uint64_t low = bits < 64 ? UINT64_C(1) << bits : 0;
    uint64_t high = bits >= 64 && bits < 128 ? UINT64_C(1) << (bits - 64) : 0;
    return literal->low == low && literal->high == high;
}

static bool fits_integer(const struct rc_literal *literal, enum rc_type_kind kind)
{
    unsigned bits = bits_of(kind);
    if (!is_signed(kind))
        return is_below(literal, bits) &&
               (!literal->is_negative || (literal->low == 0 && literal->high == 0));
    return is_below(literal, bits - 1) || (literal->is_negative && is_power(literal, bits - 1));
}

static bool is_kind(const struct rc_literal *literal, enum rc_type_kind kind)
{
    if (is_integer(kind))
        return literal->kind == RC_LITERAL_INT;
    switch (kind) {
    case RC_TYPE_F32:
    case RC_TYPE_F64:
        return literal->kind == RC_LITERAL_INT || literal->kind == RC_LITERAL_FLOAT;
    case RC_TYPE_BOOL:
        return literal->kind == RC_LITERAL_BOOL;
    case RC_TYPE_CHAR:
        return literal->kind == RC_LITERAL_CHAR;
    default:
        return literal->kind == RC_LITERAL_STRING;
    }
}

static bool fits(const struct rc_literal *literal, enum rc_type_kind kind)
{
    if (is_integer(kind))
        return fits_integer(literal, kind);
    if (literal->kind == RC_LITERAL_FLOAT)
        return isfinite(literal->real) && (kind == RC_TYPE_F64 || fabs(literal->real) <= FLT_MAX);
    return true;
}

void rc_sema_check_const(struct rc_sema *sema, struct rc_decl *decl)
{
    rc_sema_resolve(sema, decl->const_type, RC_PLACE_VALUE);
    const struct rc_type *type = decl->const_type->type;
    if (type == NULL)
        return;
    if (type->kind > RC_TYPE_STRING) {
        struct rc_diag *diag = rc_report(sema->diags, RC_CONST_TYPE, decl->const_type->span,
                                         "a constant cannot be of type `%s`", type->text->text);
        rc_hint(diag, "constants are numbers, bool, char or string");
        return;
    }
    if (!is_kind(&decl->value, type->kind))
        rc_report(sema->diags, RC_CONST_KIND, decl->value.span, "this is no value of type `%s`",
                  type->text->text);
    else if (!fits(&decl->value, type->kind))
        rc_report(sema->diags, RC_CONST_RANGE, decl->value.span, "the value does not fit `%s`",
                  type->text->text);
}

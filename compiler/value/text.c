/* SPDX-License-Identifier: MIT */
/* Values as people read them. */
#include "value/real.h"

#include <inttypes.h>
#include <string.h>

/* Divides 128 bits by ten and returns the rest. */
static unsigned divide_by_ten(uint64_t *high, uint64_t *low)
{
    uint64_t parts[4] = {*high >> 32, *high & UINT32_MAX, *low >> 32, *low & UINT32_MAX};
    uint64_t rest = 0;
    for (size_t i = 0; i < 4; i++) {
        uint64_t part = rest << 32 | parts[i];
        parts[i] = part / 10;
        rest = part % 10;
    }
    *high = parts[0] << 32 | parts[1];
    *low = parts[2] << 32 | parts[3];
    return (unsigned)rest;
}

const char *rc_value_decimal(struct rc_arena *arena, bool is_negative, uint64_t high, uint64_t low)
{
    char digits[41];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    if (is_negative) {
        high = ~high + (low == 0);
        low = ~low + 1;
    }
    do {
        digits[--at] = (char)('0' + divide_by_ten(&high, &low));
    } while ((high | low) != 0);
    if (is_negative)
        digits[--at] = '-';
    return rc_arena_text(arena, &digits[at], sizeof digits - 1 - at);
}

const char *rc_value_integer_text(struct rc_arena *arena, const struct rc_value *value)
{
    bool is_negative = value->type->kind <= RC_TYPE_I128 && value->high >> 63 != 0;
    return rc_value_decimal(arena, is_negative, value->high, value->low);
}

static void put_text(const struct rc_value *value, struct rc_buffer *out)
{
    rc_buffer_puts(out, "\"");
    for (size_t i = 0; i < value->length; i++) {
        unsigned char byte = (unsigned char)value->data[i];
        if (byte == '"' || byte == '\\')
            rc_buffer_printf(out, "\\%c", byte);
        else if (byte == '\n')
            rc_buffer_puts(out, "\\n");
        else if (byte < 0x20 || byte == 0x7F)
            rc_buffer_printf(out, "\\u{%x}", byte);
        else
            rc_buffer_add(out, &value->data[i], 1);
    }
    rc_buffer_puts(out, "\"");
}

static void put_hex(const struct rc_value *value, struct rc_buffer *out)
{
    rc_buffer_puts(out, "0x");
    for (size_t i = 0; i < value->length; i++)
        rc_buffer_printf(out, "%02x", (unsigned char)value->data[i]);
}

static void put_list(const struct rc_value *value, const char *open, const char *close,
                     struct rc_buffer *out)
{
    bool is_map = value->type->kind == RC_TYPE_MAP;
    rc_buffer_puts(out, open);
    for (size_t i = 0; i < value->items.count; i++) {
        if (i != 0)
            rc_buffer_puts(out, is_map && i % 2 == 1 ? ": " : ", ");
        rc_value_print_type(value->items.items[i], out);
    }
    rc_buffer_puts(out, close);
}

void rc_value_print(const struct rc_value *value, const char *name, const struct rc_fields *fields,
                    struct rc_buffer *out)
{
    rc_buffer_puts(out, name);
    if (fields->count == 0)
        return;
    rc_buffer_puts(out, "(");
    for (size_t i = 0; i < fields->count; i++) {
        rc_buffer_puts(out, i != 0 ? ", " : "");
        if (!rc_value_is_unnamed(fields))
            rc_buffer_printf(out, "%s: ", fields->items[i]->name.name->text);
        rc_value_print_type(value->items.items[i], out);
    }
    rc_buffer_puts(out, ")");
}

static void put_variant(const struct rc_value *value, struct rc_buffer *out)
{
    const char *name = rc_value_variant_name(value->type, value->variant);
    if (value->type->kind == RC_TYPE_UNION) {
        rc_value_print(value, name, rc_value_fields(value->type, value->variant), out);
        return;
    }
    rc_buffer_printf(out, "%s(", name);
    rc_value_print_type(value->items.items[0], out);
    rc_buffer_puts(out, ")");
}

static void put_scalar(const struct rc_value *value, struct rc_buffer *out)
{
    switch (value->type->kind) {
    case RC_TYPE_F32:
    case RC_TYPE_F64:
        rc_buffer_puts(out, rc_real_text(out->arena, value));
        break;
    case RC_TYPE_BOOL:
        rc_buffer_puts(out, value->low != 0 ? "true" : "false");
        break;
    case RC_TYPE_CHAR:
        if (value->low > 0x20 && value->low < 0x7F)
            rc_buffer_printf(out, "'%c'", (char)value->low);
        else
            rc_buffer_printf(out, "'\\u{%x}'", (unsigned)value->low);
        break;
    case RC_TYPE_UNIT:
        rc_buffer_puts(out, "unit");
        break;
    default:
        rc_buffer_puts(out, rc_value_integer_text(out->arena, value));
        break;
    }
}

void rc_value_print_type(const struct rc_value *value, struct rc_buffer *out)
{
    switch (value->type->kind) {
    case RC_TYPE_STRING:
        put_text(value, out);
        break;
    case RC_TYPE_BYTES:
    case RC_TYPE_PROTO:
        put_hex(value, out);
        break;
    case RC_TYPE_VEC:
        put_list(value, "[", "]", out);
        break;
    case RC_TYPE_MAP:
        put_list(value, "{", "}", out);
        break;
    case RC_TYPE_OPTION:
        if (value->items.count == 0)
            rc_buffer_puts(out, "none");
        else
            put_list(value, "some(", ")", out);
        break;
    case RC_TYPE_STRUCT:
        rc_value_print(value, value->type->decl->name.name->text, &value->type->decl->fields, out);
        break;
    case RC_TYPE_UNION:
    case RC_TYPE_RESULT:
        put_variant(value, out);
        break;
    case RC_TYPE_ACTOR:
        rc_buffer_printf(out, "%.*s/%" PRIu64, (int)value->length, value->data, value->low);
        break;
    default:
        put_scalar(value, out);
        break;
    }
}

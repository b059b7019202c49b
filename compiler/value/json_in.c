/* SPDX-License-Identifier: MIT */
/* JSON to values. What the JSON says too much is an error, as what it lacks. */
#include "base/utf8.h"
#include "value/json.h"
#include "value/real.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool wants(struct rc_value_walk *walk, const struct rc_type *type, const char *what)
{
    return rc_value_fail(walk, "a %s is written as %s", type->text->text, what);
}

static unsigned bits_of(enum rc_type_kind kind)
{
    unsigned index = (unsigned)kind - (kind <= RC_TYPE_I128 ? RC_TYPE_I8 : RC_TYPE_U8);
    return 8u << index;
}

/* Whether 128 bits are less than 2^exponent. */
static bool is_below(uint64_t high, uint64_t low, unsigned exponent)
{
    if (exponent == 128)
        return true;
    if (exponent >= 64)
        return high >> (exponent - 64) == 0;
    return high == 0 && low >> exponent == 0;
}

/* Whether a magnitude of 128 bits is one of an integer type. */
static bool fits(enum rc_type_kind kind, bool is_negative, uint64_t high, uint64_t low)
{
    bool is_signed = kind <= RC_TYPE_I128;
    if (!is_signed)
        return is_negative ? (high | low) == 0 : is_below(high, low, bits_of(kind));
    if (is_negative && (high | low) != 0) { /* -128 is in where 128 is not */
        high -= low == 0;
        low--;
    }
    return is_below(high, low, bits_of(kind) - 1);
}

static bool set_integer(struct rc_value_walk *walk, struct rc_value *value, bool is_negative,
                        uint64_t high, uint64_t low)
{
    if (!fits(value->type->kind, is_negative, high, low))
        return rc_value_fail(walk, "the number does not fit into a %s", value->type->text->text);
    value->low = is_negative ? ~low + 1 : low;
    value->high = is_negative ? ~high + (low == 0) : high;
    return true;
}

static bool parse_digits(const char *text, uint64_t *high, uint64_t *low)
{
    *high = *low = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (!isdigit((unsigned char)*text))
            return false;
        uint64_t part = (*low & UINT32_MAX) * 10 + (uint64_t)(*text - '0');
        uint64_t upper = (*low >> 32) * 10 + (part >> 32);
        uint64_t carry = upper >> 32;
        if (*high > UINT64_MAX / 10 || *high * 10 > UINT64_MAX - carry)
            return false;
        *low = upper << 32 | (part & UINT32_MAX);
        *high = *high * 10 + carry;
    }
    return true;
}

static bool integer(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    uint64_t high = 0, low = 0;
    if (json_is_integer(json)) {
        json_int_t number = json_integer_value(json);
        low = number < 0 ? ~(uint64_t)number + 1 : (uint64_t)number;
        return set_integer(walk, value, number < 0, 0, low);
    }
    const char *text = json_string_value(json);
    bool is_negative = text != NULL && text[0] == '-';
    if (text == NULL || !parse_digits(text + is_negative, &high, &low))
        return wants(walk, value->type, "a number, or decimal digits in a string");
    return set_integer(walk, value, is_negative, high, low);
}

static bool real(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    if (json_is_number(json)) {
        rc_real_set(value, json_number_value(json));
        return isfinite(rc_real_of(value)) ||
               rc_value_fail(walk, "the number does not fit into a %s", value->type->text->text);
    }
    return (json_is_string(json) && rc_real_parse_word(value, json_string_value(json))) ||
           wants(walk, value->type, "a number, \"inf\", \"-inf\" or \"nan\"");
}

static bool text(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    if (!json_is_string(json))
        return wants(walk, value->type, "a string");
    value->length = json_string_length(json);
    value->data = rc_arena_text(walk->arena, json_string_value(json), value->length);
    return true;
}

static bool character(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    const char *at = json_string_value(json);
    size_t length = at != NULL ? json_string_length(json) : 0;
    if (length == 0 || rc_utf8_length(at, length) != length)
        return wants(walk, value->type, "a string of one character");
    value->low = (unsigned char)at[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        value->low = value->low << 6 | ((unsigned char)at[i] & 0x3F);
    return true;
}

static bool hex(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    const char *digits = json_string_value(json);
    size_t length = digits != NULL ? json_string_length(json) : 1;
    if (length % 2 != 0 || strspn(digits, "0123456789abcdefABCDEF") != length)
        return wants(walk, value->type, "a string of hexadecimal digits");
    char *bytes = rc_arena_array(walk->arena, length / 2 + 1, 1);
    for (size_t i = 0; i < length / 2; i++) {
        const char pair[] = {digits[2 * i], digits[2 * i + 1], '\0'};
        bytes[i] = (char)strtoul(pair, NULL, 16);
    }
    value->data = bytes;
    value->length = length / 2;
    return true;
}

static bool item(struct rc_value_walk *walk, struct rc_value *parent, const struct rc_type *type,
                 const char *name, size_t index, const json_t *json)
{
    struct rc_value_step step;
    struct rc_value *made = NULL;
    if (rc_value_enter(walk, &step, name, index))
        made = rc_json_to_value(walk, type, json);
    if (made == NULL)
        return false;
    rc_value_leave(walk, &step);
    rc_value_add(walk->arena, parent, made);
    return true;
}

static bool list(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    if (!json_is_array(json))
        return wants(walk, value->type, "a list");
    for (size_t i = 0; i < json_array_size(json); i++) {
        if (!item(walk, value, value->type->args[0], NULL, i, json_array_get(json, i)))
            return false;
    }
    return true;
}

static bool pairs(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    if (!json_is_array(json))
        return wants(walk, value->type, "a list of [key, value]");
    for (size_t i = 0; i < json_array_size(json); i++) {
        const json_t *pair = json_array_get(json, i);
        if (!json_is_array(pair) || json_array_size(pair) != 2)
            return wants(walk, value->type, "a list of [key, value]");
        for (size_t j = 0; j < 2; j++) {
            if (!item(walk, value, value->type->args[j], NULL, i, json_array_get(pair, j)))
                return false;
        }
    }
    return true;
}

static bool fields_by_position(struct rc_value_walk *walk, struct rc_value *value,
                               const struct rc_fields *fields, const json_t *json)
{
    if (!json_is_array(json) || json_array_size(json) != fields->count)
        return rc_value_fail(walk, "a list of %zu values is wanted", fields->count);
    for (size_t i = 0; i < fields->count; i++) {
        if (!item(walk, value, fields->items[i]->type->type,
                  rc_value_field_name(walk->arena, fields, i), i, json_array_get(json, i)))
            return false;
    }
    return true;
}

static bool check_no_other(struct rc_value_walk *walk, const struct rc_fields *fields, json_t *json)
{
    const char *key;
    json_t *member;
    json_object_foreach(json, key, member)
    {
        bool is_known = false;
        for (size_t i = 0; i < fields->count && !is_known; i++)
            is_known = strcmp(fields->items[i]->name.name->text, key) == 0;
        if (!is_known)
            return rc_value_fail(walk, "there is no field `%s`", key);
    }
    return true;
}

static bool fields_by_name(struct rc_value_walk *walk, struct rc_value *value,
                           const struct rc_fields *fields, const json_t *json)
{
    if (!json_is_object(json))
        return rc_value_fail(walk, "an object with the fields is wanted");
    for (size_t i = 0; i < fields->count; i++) {
        const char *name = fields->items[i]->name.name->text;
        const json_t *member = json_object_get(json, name);
        if (member == NULL)
            return rc_value_fail(walk, "the field `%s` is missing", name);
        if (!item(walk, value, fields->items[i]->type->type, name, i, member))
            return false;
    }
    return json_object_size(json) == fields->count ||
           check_no_other(walk, fields, (json_t *)(uintptr_t)json);
}

static bool fill_fields(struct rc_value_walk *walk, struct rc_value *value,
                        const struct rc_fields *fields, const json_t *json)
{
    return rc_value_is_unnamed(fields) ? fields_by_position(walk, value, fields, json)
                                       : fields_by_name(walk, value, fields, json);
}

/* "Online", {"Away": {"since": 1}} or {"Ok": 1}. */
static bool variant(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    const char *name = json_string_value(json);
    const json_t *content = NULL;
    void *first = json_object_iter((json_t *)(uintptr_t)json);
    if (name == NULL && json_object_size(json) == 1) {
        name = json_object_iter_key(first);
        content = json_object_iter_value(first);
    }
    if (name == NULL)
        return wants(walk, value->type, "a variant's name, or {\"Variant\": content}");
    if (!rc_value_find_variant(value->type, name, strlen(name), &value->variant))
        return rc_value_fail(walk, "%s has no variant `%s`", value->type->text->text, name);
    if (value->type->kind == RC_TYPE_RESULT)
        return content != NULL
                   ? item(walk, value, value->type->args[value->variant], name, 0, content)
                   : wants(walk, value->type, "{\"Ok\": value} or {\"Err\": error}");
    const struct rc_fields *fields = rc_value_fields(value->type, value->variant);
    if (content == NULL && fields->count == 0)
        return true;
    return fill_fields(walk, value, fields, content);
}

static bool option(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    const struct rc_type *type = value->type->args[0];
    if (json_is_null(json))
        return true;
    if (type->kind == RC_TYPE_OPTION || type->kind == RC_TYPE_UNIT) {
        json = json_object_size(json) == 1 ? json_object_get(json, "some") : NULL;
        if (json == NULL)
            return wants(walk, value->type, "null or {\"some\": value}");
    }
    return item(walk, value, type, "some", 0, json);
}

static bool actor(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    const json_t *node = json_object_get(json, "node");
    const json_t *number = json_object_get(json, "pid");
    struct rc_type *u64 = rc_arena_alloc(walk->arena, sizeof *u64);
    *u64 = (struct rc_type){.kind = RC_TYPE_U64, .text = value->type->text};
    struct rc_value *pid = rc_value_new(walk->arena, u64);
    if (json_object_size(json) != 2 || !json_is_string(node) || number == NULL)
        return wants(walk, value->type, "{\"node\": \"name@host\", \"pid\": 1}");
    if (!integer(walk, pid, number) || !text(walk, value, node))
        return false;
    value->low = pid->low;
    return true;
}

static bool fill(struct rc_value_walk *walk, struct rc_value *value, const json_t *json)
{
    switch (value->type->kind) {
    case RC_TYPE_F32:
    case RC_TYPE_F64:
        return real(walk, value, json);
    case RC_TYPE_BOOL:
        value->low = json_is_true(json);
        return json_is_boolean(json) || wants(walk, value->type, "true or false");
    case RC_TYPE_CHAR:
        return character(walk, value, json);
    case RC_TYPE_STRING:
        return text(walk, value, json);
    case RC_TYPE_BYTES:
    case RC_TYPE_PROTO:
        return hex(walk, value, json);
    case RC_TYPE_UNIT:
        return json_is_null(json) || wants(walk, value->type, "null");
    case RC_TYPE_VEC:
        return list(walk, value, json);
    case RC_TYPE_MAP:
        return pairs(walk, value, json);
    case RC_TYPE_OPTION:
        return option(walk, value, json);
    case RC_TYPE_RESULT:
    case RC_TYPE_UNION:
        return variant(walk, value, json);
    case RC_TYPE_STRUCT:
        return fill_fields(walk, value, &value->type->decl->fields, json);
    case RC_TYPE_ACTOR:
        return actor(walk, value, json);
    case RC_TYPE_ENUM:
    case RC_TYPE_PTR:
        return rc_value_fail(walk, "`%s` never leaves the process", value->type->text->text);
    default:
        return integer(walk, value, json);
    }
}

struct rc_value *rc_json_to_value(struct rc_value_walk *walk, const struct rc_type *type,
                                  const json_t *json)
{
    struct rc_value *value = rc_value_new(walk->arena, type);
    return fill(walk, value, json) ? value : NULL;
}

struct rc_value *rc_json_to_fields(struct rc_value_walk *walk, const struct rc_fields *fields,
                                   const json_t *json)
{
    struct rc_value *value = rc_value_new(walk->arena, NULL);
    if (fields->count == 0 && json == NULL)
        return value;
    return fill_fields(walk, value, fields, json) ? value : NULL;
}

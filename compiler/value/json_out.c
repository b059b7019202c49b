/* SPDX-License-Identifier: MIT */
/* Values to JSON. A NULL within, for want of memory, makes the whole NULL. */
#include "value/json.h"
#include "value/real.h"

#include <math.h>
#include <stdlib.h>

/* What a double holds exactly, as many readers of JSON have it. */
#define SAFE_INTEGER ((INT64_C(1) << 53) - 1)

static json_t *integer(struct rc_arena *arena, const struct rc_value *value)
{
    bool is_negative = value->type->kind <= RC_TYPE_I128 && value->high >> 63 != 0;
    int64_t number = (int64_t)value->low;
    bool fits = is_negative ? value->high == ~UINT64_C(0) && number < 0 && number >= -SAFE_INTEGER
                            : value->high == 0 && value->low <= SAFE_INTEGER;
    return fits ? json_integer(number) : json_string(rc_value_integer_text(arena, value));
}

static json_t *real(struct rc_arena *arena, const struct rc_value *value)
{
    const char *text = rc_real_text(arena, value);
    return isfinite(rc_real_of(value)) ? json_real(strtod(text, NULL)) : json_string(text);
}

static json_t *hex(struct rc_arena *arena, const struct rc_value *value)
{
    struct rc_buffer out;
    rc_buffer_init(&out, arena);
    for (size_t i = 0; i < value->length; i++)
        rc_buffer_printf(&out, "%02x", (unsigned char)value->data[i]);
    return json_string(rc_buffer_text(&out));
}

static json_t *character(const struct rc_value *value)
{
    uint32_t c = (uint32_t)value->low;
    char text[4];
    size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i-- > 1; c >>= 6)
        text[i] = (char)(0x80 | (c & 0x3F));
    text[0] = (char)(lead[length] | c);
    return json_stringn(text, length);
}

static bool append(json_t *array, json_t *item)
{
    return json_array_append_new(array, item) == 0;
}

static bool set(json_t *object, const char *name, json_t *item)
{
    return json_object_set_new_nocheck(object, name, item) == 0;
}

/* Takes the reference when something went wrong. */
static json_t *finish(json_t *json, bool is_good)
{
    if (is_good)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *list(struct rc_arena *arena, const struct rc_value *value)
{
    json_t *array = json_array();
    bool is_good = array != NULL;
    for (size_t i = 0; i < value->items.count && is_good; i++)
        is_good = append(array, rc_json_of(arena, value->items.items[i]));
    return finish(array, is_good);
}

static json_t *pairs(struct rc_arena *arena, const struct rc_value *value)
{
    json_t *array = json_array();
    bool is_good = array != NULL;
    for (size_t i = 0; i < value->items.count && is_good; i += 2) {
        json_t *pair = json_array();
        is_good = append(array, pair) && append(pair, rc_json_of(arena, value->items.items[i])) &&
                  append(pair, rc_json_of(arena, value->items.items[i + 1]));
    }
    return finish(array, is_good);
}

json_t *rc_json_of_fields(struct rc_arena *arena, const struct rc_value *value,
                          const struct rc_fields *fields)
{
    if (rc_value_is_unnamed(fields))
        return list(arena, value);
    json_t *object = json_object();
    bool is_good = object != NULL;
    for (size_t i = 0; i < fields->count && is_good; i++)
        is_good = set(object, fields->items[i]->name.name->text,
                      rc_json_of(arena, value->items.items[i]));
    return finish(object, is_good);
}

static json_t *variant(struct rc_arena *arena, const struct rc_value *value)
{
    const char *name = rc_value_variant_name(value->type, value->variant);
    bool is_result = value->type->kind == RC_TYPE_RESULT;
    if (!is_result && rc_value_fields(value->type, value->variant)->count == 0)
        return json_string(name);
    json_t *object = json_object();
    json_t *content =
        is_result ? rc_json_of(arena, value->items.items[0])
                  : rc_json_of_fields(arena, value, rc_value_fields(value->type, value->variant));
    return finish(object, object != NULL && set(object, name, content));
}

/* A value that may itself be null is told from none by an object around it. */
static json_t *option(struct rc_arena *arena, const struct rc_value *value)
{
    if (value->items.count == 0)
        return json_null();
    json_t *content = rc_json_of(arena, value->items.items[0]);
    enum rc_type_kind kind = value->type->args[0]->kind;
    if (kind != RC_TYPE_OPTION && kind != RC_TYPE_UNIT)
        return content;
    json_t *object = json_object();
    return finish(object, object != NULL && set(object, "some", content));
}

static json_t *actor(struct rc_arena *arena, const struct rc_value *value)
{
    static const struct rc_type u64 = {.kind = RC_TYPE_U64};
    struct rc_value pid = *value;
    json_t *object = json_object();
    pid.type = &u64;
    pid.high = 0;
    bool is_good = object != NULL &&
                   set(object, "node", json_stringn(value->data, value->length)) &&
                   set(object, "pid", integer(arena, &pid));
    return finish(object, is_good);
}

json_t *rc_json_of(struct rc_arena *arena, const struct rc_value *value)
{
    switch (value->type->kind) {
    case RC_TYPE_F32:
    case RC_TYPE_F64:
        return real(arena, value);
    case RC_TYPE_BOOL:
        return json_boolean(value->low != 0);
    case RC_TYPE_CHAR:
        return character(value);
    case RC_TYPE_STRING:
        return json_stringn(value->data, value->length);
    case RC_TYPE_BYTES:
    case RC_TYPE_PROTO:
        return hex(arena, value);
    case RC_TYPE_UNIT:
        return json_null();
    case RC_TYPE_VEC:
        return list(arena, value);
    case RC_TYPE_MAP:
        return pairs(arena, value);
    case RC_TYPE_OPTION:
        return option(arena, value);
    case RC_TYPE_RESULT:
    case RC_TYPE_UNION:
        return variant(arena, value);
    case RC_TYPE_STRUCT:
        return rc_json_of_fields(arena, value, &value->type->decl->fields);
    case RC_TYPE_ACTOR:
        return actor(arena, value);
    default:
        return integer(arena, value);
    }
}

/* SPDX-License-Identifier: MIT */
#include "value/value.h"

#include <string.h>

struct rc_value *rc_value_new(struct rc_arena *arena, const struct rc_type *type)
{
    struct rc_value *value = rc_arena_alloc(arena, sizeof *value);
    value->type = type;
    value->data = "";
    return value;
}

void rc_value_add(struct rc_arena *arena, struct rc_value *value, struct rc_value *item)
{
    *rc_list_add(arena, &value->items) = item;
}

const struct rc_fields *rc_value_fields(const struct rc_type *type, size_t variant)
{
    return &type->decl->variants.items[variant]->fields;
}

const char *rc_value_variant_name(const struct rc_type *type, size_t variant)
{
    if (type->kind == RC_TYPE_RESULT)
        return variant == 0 ? "Ok" : "Err";
    return type->decl->variants.items[variant]->name.name->text;
}

bool rc_value_find_variant(const struct rc_type *type, const char *name, size_t length,
                           size_t *variant)
{
    size_t count = type->kind == RC_TYPE_RESULT ? 2 : type->decl->variants.count;
    for (size_t i = 0; i < count; i++) {
        const char *candidate = rc_value_variant_name(type, i);
        if (strlen(candidate) == length && memcmp(candidate, name, length) == 0) {
            *variant = i;
            return true;
        }
    }
    return false;
}

const char *rc_value_field_name(struct rc_arena *arena, const struct rc_fields *fields,
                                size_t index)
{
    const struct rc_name *name = fields->items[index]->name.name;
    return name != NULL ? name->text : rc_arena_printf(arena, "arg%zu", index);
}

size_t rc_value_count(const struct rc_value *value)
{
    switch (value->type->kind) {
    case RC_TYPE_STRING:
    case RC_TYPE_BYTES:
        return value->length;
    case RC_TYPE_MAP:
        return value->items.count / 2;
    default:
        return value->items.count;
    }
}

/* home.some.x[3]: from the outside in. */
static void put_path(const struct rc_value_step *step, struct rc_buffer *out)
{
    const struct rc_value_step *steps[RC_VALUE_MAX_DEPTH + 1];
    size_t count = 0;
    for (; step != NULL && count < RC_VALUE_MAX_DEPTH + 1; step = step->outer)
        steps[count++] = step;
    while (count > 0) {
        step = steps[--count];
        if (step->name == NULL)
            rc_buffer_printf(out, "[%zu]", step->index);
        else
            rc_buffer_printf(out, "%s%s", out->length != 0 ? "." : "", step->name);
    }
}

bool rc_value_fail(struct rc_value_walk *walk, const char *format, ...)
{
    struct rc_buffer path;
    va_list arguments;
    if (walk->error != NULL)
        return false;
    rc_buffer_init(&path, walk->arena);
    put_path(walk->step, &path);
    va_start(arguments, format);
    const char *what = rc_arena_vprintf(walk->arena, format, arguments);
    va_end(arguments);
    walk->error = path.length != 0
                      ? rc_arena_printf(walk->arena, "%s: %s", rc_buffer_text(&path), what)
                      : what;
    return false;
}

bool rc_value_enter(struct rc_value_walk *walk, struct rc_value_step *step, const char *name,
                    size_t index)
{
    *step = (struct rc_value_step){walk->step, name, index};
    walk->step = step;
    if (++walk->depth > RC_VALUE_MAX_DEPTH)
        return rc_value_fail(walk, "values nest deeper than %d", RC_VALUE_MAX_DEPTH);
    if (++walk->n_elements > RC_VALUE_MAX_ELEMENTS)
        return rc_value_fail(walk, "more than %zu values", RC_VALUE_MAX_ELEMENTS);
    return true;
}

void rc_value_leave(struct rc_value_walk *walk, const struct rc_value_step *step)
{
    walk->step = step->outer;
    walk->depth--;
}

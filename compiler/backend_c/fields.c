/* SPDX-License-Identifier: MIT */
/* The fields of a struct or variant: members, stub parameters, initialisers. */
#include "backend_c/lower.h"

#include <string.h>

/* What lowering one list of fields gathers. */
struct gathered {
    const char *members[256];
    const char *params[256];
    struct rc_buffer declared; /* "T a, U b" without separators at the ends */
    struct rc_buffer inits;
    size_t count;
    bool has_views;
};

static bool is_used(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static const char *member_name(struct rc_c_lower *lower, const struct gathered *gathered,
                               const struct rc_field *field, size_t i)
{
    const char *name = field->name.name != NULL ? rc_c_member(lower->arena, field->name.name->text)
                                                : rc_arena_printf(lower->arena, "arg%zu", i);
    while (is_used(gathered->members, gathered->count, name))
        name = rc_arena_printf(lower->arena, "%s_", name);
    return name;
}

static const char *param_name(struct rc_c_lower *lower, const struct gathered *gathered,
                              const char *member)
{
    const char *name = member;
    while (rc_c_is_stub_param(name) || is_used(gathered->params, gathered->count, name))
        name = rc_arena_printf(lower->arena, "%s_", name);
    return name;
}

static const char *space_after(const char *c)
{
    return c[strlen(c) - 1] == '*' ? "" : " ";
}

static void add_param(struct gathered *gathered, const struct rc_c_type *type, const char *param,
                      const char *member)
{
    const char *separator = gathered->count != 0 ? ", " : "";
    if (type->by_pointer)
        rc_buffer_printf(&gathered->declared, "%sconst %s *%s", separator, type->c, param);
    else
        rc_buffer_printf(&gathered->declared, "%s%s%s%s", separator, type->c, space_after(type->c),
                         param);
    rc_buffer_printf(&gathered->inits, "%s.%s = %s%s", separator, member,
                     type->by_pointer ? "*" : "", param);
}

/* Bytes of one element on the wire, for [max]; 0 when each has its own length. */
static const char *unit_of(const struct rc_type *type)
{
    static const char *const sizes[RC_N_BUILTINS] = {
#define RC_SIZE(name, spelling, size) #size,
        RC_BUILTINS(RC_SIZE)
#undef RC_SIZE
    };
    return type->kind == RC_TYPE_VEC && rc_type_is_builtin(type->args[0])
               ? sizes[type->args[0]->kind]
           : type->kind == RC_TYPE_VEC || type->kind == RC_TYPE_MAP ? "0"
                                                                    : "1";
}

static void lower_max(struct rc_c_lower *lower, struct rc_model *model,
                      const struct rc_field *field)
{
    const char *max = field->max != 0 ? rc_arena_decimal(lower->arena, field->max) : "";
    rc_model_text(model, RC_KEY_max, max);
    rc_model_text(model, RC_KEY_max_unit, unit_of(field->type->type));
}

static void lower_field(struct rc_c_lower *lower, struct rc_model *record,
                        struct gathered *gathered, const struct rc_field *field)
{
    struct rc_c_type type;
    rc_c_type_of(lower, field->type->type, field->type->span, &type);
    rc_c_need_functions(lower, field->type->type, &type);
    const char *member = member_name(lower, gathered, field, gathered->count);
    const char *param = param_name(lower, gathered, member);
    struct rc_model *model = rc_model_add(record, RC_KEY_fields);
    rc_c_lower_doc(lower, model, field->doc);
    rc_model_text(model, RC_KEY_member, member);
    rc_model_text(model, RC_KEY_name, field->name.name != NULL ? field->name.name->text : member);
    rc_model_text(model, RC_KEY_type,
                  rc_arena_printf(lower->arena, "%s%s", type.c, space_after(type.c)));
    rc_model_text(model, RC_KEY_class, type.class);
    rc_model_text(model, RC_KEY_op, type.op);
    rc_model_text(model, RC_KEY_codec, type.codec);
    rc_model_text(model, RC_KEY_secret, field->is_secret ? "true" : "false");
    rc_model_flag(model, RC_KEY_is_view, type.is_view);
    lower_max(lower, model, field);
    add_param(gathered, &type, param, member);
    gathered->members[gathered->count] = member;
    gathered->params[gathered->count++] = param;
    gathered->has_views = gathered->has_views || type.is_view;
}

void rc_c_lower_fields(struct rc_c_lower *lower, struct rc_model *record,
                       const struct rc_fields *fields, const char *struct_name)
{
    struct gathered gathered = {.count = 0};
    rc_buffer_init(&gathered.declared, lower->arena);
    rc_buffer_init(&gathered.inits, lower->arena);
    rc_model_list(record, RC_KEY_fields);
    for (size_t i = 0; i < fields->count; i++)
        lower_field(lower, record, &gathered, fields->items[i]);
    bool has_fields = gathered.count != 0;
    const char *declared = rc_buffer_text(&gathered.declared);
    rc_model_text(record, RC_KEY_c, struct_name);
    rc_model_text(record, RC_KEY_op, struct_name);
    rc_model_text(record, RC_KEY_n_fields, rc_arena_decimal(lower->arena, gathered.count));
    rc_model_flag(record, RC_KEY_has_fields, has_fields);
    rc_model_flag(record, RC_KEY_has_views, gathered.has_views);
    rc_model_text(record, RC_KEY_params,
                  has_fields ? rc_arena_printf(lower->arena, "%s, ", declared) : "");
    rc_model_text(record, RC_KEY_plain_params,
                  has_fields ? rc_arena_printf(lower->arena, ", %s", declared) : "");
    rc_model_text(record, RC_KEY_inits, rc_buffer_text(&gathered.inits));
    rc_model_text(record, RC_KEY_args, has_fields ? "&args" : "NULL");
}

/* SPDX-License-Identifier: MIT */
/*
 * The types of values. Each enters the model once, after what it holds by value. Vecs and maps
 * only point at what they hold, so that types may meet themselves through one: the header declares
 * all structs ahead, the source all functions, and what is pointed at enters later.
 */
#include "backend_c/lower.h"

bool rc_c_is_new(struct rc_c_lower *lower, const struct rc_name *name)
{
    return rc_map_add(&lower->types, name, lower->model) == NULL;
}

struct rc_model *rc_c_value_model(struct rc_c_lower *lower, const char *full_name,
                                  const struct rc_c_type *c)
{
    struct rc_model *model = rc_model_new(lower->arena, lower->model);
    rc_model_list(model, RC_KEY_doc);
    rc_model_text(model, RC_KEY_full_name, full_name);
    rc_model_text(model, RC_KEY_c, c->c);
    rc_model_text(model, RC_KEY_op, c->op);
    rc_model_text(model, RC_KEY_codec, c->codec);
    rc_model_text(model, RC_KEY_linkage, "static");
    rc_model_text(model, RC_KEY_guard,
                  rc_arena_printf(lower->arena, "RACTOR_HAS_%s", rc_c_upper(lower->arena, c->c)));
    rc_model_flag(model, RC_KEY_has_views, c->is_view);
    rc_model_flag(model, RC_KEY_is_static, true);
    rc_model_flag(model, RC_KEY_is_local, false);
    return model;
}

void rc_c_lower_struct(struct rc_c_lower *lower, const struct rc_decl *decl)
{
    const char *name = rc_c_decl_name(lower, decl);
    const char *what = rc_arena_printf(lower->arena, "`%s`", decl->name.name->text);
    const char *package = decl->file->package_name->text;
    const char *full_name = rc_arena_printf(lower->arena, "%s%s%s", package,
                                            package[0] != '\0' ? "." : "", decl->name.name->text);
    if (!rc_c_is_new(lower, rc_intern_cstr(lower->names.interned, full_name)))
        return;
    const char *codec = rc_arena_printf(lower->arena, "%s_codec", name);
    rc_c_take(&lower->names, name, what, decl->name.span);
    rc_c_take(&lower->names, codec, what, decl->name.span);
    struct rc_model *model = rc_model_new(lower->arena, lower->model);
    rc_c_lower_doc(lower, model, decl->doc);
    rc_model_text(model, RC_KEY_full_name, full_name);
    rc_model_text(model, RC_KEY_codec, codec);
    rc_model_text(model, RC_KEY_linkage, "");
    rc_model_flag(model, RC_KEY_is_local, false);
    rc_c_lower_fields(lower, model, &decl->fields, name); /* enters what it holds first */
    rc_model_push(lower->model, RC_KEY_structs, model);
    rc_model_push(lower->model, RC_KEY_types, model);
}

void rc_c_enter_later(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                      bool is_entry)
{
    struct rc_c_pending *pending = rc_list_add(lower->arena, &lower->pending);
    pending->type = type;
    pending->span = span;
    pending->is_entry = is_entry;
}

/* A view of elements: a vec's, or a map's entries. */
static struct rc_model *lower_view(struct rc_c_lower *lower, const struct rc_type *type,
                                   const struct rc_c_type *element)
{
    struct rc_c_type c;
    rc_c_describe(lower, type, &c);
    struct rc_model *model = rc_c_value_model(lower, type->text->text, &c);
    rc_model_flag(model, RC_KEY_is_vec, true);
    rc_model_text(model, RC_KEY_e, element->c);
    rc_model_text(model, RC_KEY_e_class, element->class);
    rc_model_text(model, RC_KEY_e_op, element->op);
    rc_model_text(model, RC_KEY_e_codec, element->codec);
    return model;
}

static void lower_vec(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span)
{
    struct rc_c_type element;
    if (rc_type_is_builtin(type->args[0]) || !rc_c_is_new(lower, type->text))
        return;
    rc_c_describe(lower, type->args[0], &element);
    rc_c_need_functions(lower, type->args[0], &element);
    if (type->args[0]->kind == RC_TYPE_VEC) /* its C type is not declared ahead */
        rc_c_enter(lower, type->args[0], span);
    else
        rc_c_enter_later(lower, type->args[0], span, false);
    rc_model_push(lower->model, RC_KEY_types, lower_view(lower, type, &element));
}

/* The struct of a map's key and value. */
static void describe_entry(struct rc_c_lower *lower, const struct rc_type *type,
                           struct rc_c_type *out)
{
    rc_c_describe(lower, type, out);
    out->c = rc_arena_printf(lower->arena, "%s_entry", out->c);
    out->op = out->c;
    out->codec = rc_arena_printf(lower->arena, "rcgen_codec_%s", out->c);
    out->is_view = rc_c_has_tail(lower, type->args[0]) || rc_c_has_tail(lower, type->args[1]);
    out->class = out->is_view ? "TAILED" : "PLAIN";
}

static void lower_map(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span)
{
    struct rc_c_type entry;
    struct rc_c_type key;
    if (!rc_c_is_new(lower, type->text))
        return;
    describe_entry(lower, type, &entry);
    rc_c_describe(lower, type->args[0], &key);
    struct rc_model *model = lower_view(lower, type, &entry);
    rc_model_flag(model, RC_KEY_is_map, true);
    rc_model_text(model, RC_KEY_key_codec, key.codec);
    rc_model_push(lower->model, RC_KEY_types, model);
    rc_model_push(lower->model, RC_KEY_structs, model);
    struct rc_model *declared = rc_model_add(lower->model, RC_KEY_structs);
    rc_model_text(declared, RC_KEY_c, entry.c);
    rc_c_enter_later(lower, type, span, true);
}

/* The entry is a struct like any other, with two fields. */
static void lower_entry(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span)
{
    static const char *const names[] = {"key", "value"};
    struct rc_c_type entry;
    struct rc_fields fields = {0};
    describe_entry(lower, type, &entry);
    for (size_t i = 0; i < 2; i++) {
        struct rc_field *field = rc_arena_alloc(lower->arena, sizeof *field);
        *field = (struct rc_field){.doc = "", .span = span};
        field->name.name = rc_intern_cstr(lower->names.interned, names[i]);
        field->type = rc_arena_alloc(lower->arena, sizeof *field->type);
        *field->type = (struct rc_type_node){.type = type->args[i], .span = span};
        *rc_list_add(lower->arena, &fields) = field;
    }
    struct rc_model *model = rc_c_value_model(
        lower, rc_arena_printf(lower->arena, "An entry of a %s", type->text->text), &entry);
    rc_model_flag(model, RC_KEY_is_guarded, true);
    rc_c_lower_fields(lower, model, &fields, entry.c);
    rc_model_push(lower->model, RC_KEY_types, model);
}

/* A protobuf message: nanopb declares it, only its codec is made here. */
static void lower_proto(struct rc_c_lower *lower, const struct rc_type *type)
{
    struct rc_c_type c;
    if (!rc_c_is_new(lower, type->text))
        return;
    rc_c_describe(lower, type, &c);
    struct rc_model *model = rc_c_value_model(lower, type->target, &c);
    rc_model_flag(model, RC_KEY_is_proto, true);
    rc_model_push(lower->model, RC_KEY_types, model);
    rc_model_flag(lower->model, RC_KEY_has_protos, true);
}

void rc_c_enter(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span)
{
    bool is_foreign = type->decl != NULL && type->decl->file != lower->input->file;
    switch (type->kind) {
    case RC_TYPE_STRUCT:
        if (!is_foreign)
            rc_c_lower_struct(lower, type->decl);
        break;
    case RC_TYPE_UNION:
        if (!is_foreign)
            rc_c_lower_union(lower, type->decl);
        break;
    case RC_TYPE_VEC:
        lower_vec(lower, type, span);
        break;
    case RC_TYPE_MAP:
        lower_map(lower, type, span);
        break;
    case RC_TYPE_PROTO:
        lower_proto(lower, type);
        break;
    case RC_TYPE_OPTION:
    case RC_TYPE_RESULT:
    case RC_TYPE_ACTOR:
        rc_c_lower_compound(lower, type, span);
        break;
    default:
        break;
    }
}

void rc_c_enter_pending(struct rc_c_lower *lower)
{
    for (size_t i = 0; i < lower->pending.count; i++) {
        const struct rc_c_pending pending = lower->pending.items[i];
        if (pending.is_entry)
            lower_entry(lower, pending.type, pending.span);
        else
            rc_c_enter(lower, pending.type, pending.span);
    }
}

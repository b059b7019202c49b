/* SPDX-License-Identifier: MIT */
/*
 * Structs, and vecs of what wire.h has no vec of. Each enters the model once, after what it holds
 * by value. A vec only points at its elements, so that types may meet themselves through one: the
 * header declares all structs ahead, the source all functions.
 */
#include "backend_c/lower.h"

#include <string.h>

static const char *package_prefix(struct rc_c_lower *lower, const struct rc_file *file)
{
    const char *package = rc_c_snake(lower->arena, file->package_name->text);
    return package[0] != '\0' ? rc_arena_printf(lower->arena, "%s_", package) : "";
}

/* The same in whichever file a struct is met. */
static const char *struct_name(struct rc_c_lower *lower, const struct rc_decl *decl)
{
    return rc_arena_printf(lower->arena, "%s%s", package_prefix(lower, decl->file),
                           rc_c_snake(lower->arena, decl->name.name->text));
}

static bool has_tail(const struct rc_type *type)
{
    if (type->kind == RC_TYPE_STRING || type->kind == RC_TYPE_BYTES || type->kind == RC_TYPE_VEC)
        return true;
    if (type->kind != RC_TYPE_STRUCT)
        return false;
    for (size_t i = 0; i < type->decl->fields.count; i++) {
        if (has_tail(type->decl->fields.items[i]->type->type))
            return true;
    }
    return false;
}

/* Whether the type is new to the model; from now on it is not. */
static bool enter(struct rc_c_lower *lower, const struct rc_type *type)
{
    return rc_map_add(&lower->types, rc_intern_cstr(lower->names.interned, type->text->text),
                      lower->model) == NULL;
}

static void lower_foreign(struct rc_c_lower *lower, const struct rc_type *type,
                          const struct rc_c_type *c)
{
    struct rc_model *model = rc_model_add(lower->model, RC_KEY_foreigns);
    rc_model_text(model, RC_KEY_full_name, type->text->text);
    rc_model_text(model, RC_KEY_op, c->op);
    rc_model_text(model, RC_KEY_codec, c->codec);
    rc_model_flag(model, RC_KEY_has_views, c->is_view);
}

void rc_c_lower_struct(struct rc_c_lower *lower, const struct rc_decl *decl)
{
    const char *name = struct_name(lower, decl);
    const char *what = rc_arena_printf(lower->arena, "`%s`", decl->name.name->text);
    const char *package = decl->file->package_name->text;
    const char *full_name = rc_arena_printf(lower->arena, "%s%s%s", package,
                                            package[0] != '\0' ? "." : "", decl->name.name->text);
    struct rc_type type = {.text = rc_intern_cstr(lower->names.interned, full_name)};
    if (!enter(lower, &type))
        return;
    const char *codec = rc_arena_printf(lower->arena, "%s_codec", name);
    rc_c_take(&lower->names, name, what, decl->name.span);
    rc_c_take(&lower->names, codec, what, decl->name.span);
    struct rc_model *model = rc_model_new(lower->arena, lower->model);
    rc_c_lower_doc(lower, model, decl->doc);
    rc_model_text(model, RC_KEY_full_name, full_name);
    rc_model_text(model, RC_KEY_codec, codec);
    rc_model_text(model, RC_KEY_linkage, "");
    rc_model_flag(model, RC_KEY_is_vec, false);
    rc_model_flag(model, RC_KEY_is_local, false);
    rc_c_lower_fields(lower, model, &decl->fields, name); /* enters what it holds first */
    rc_model_push(lower->model, RC_KEY_structs, model);
    rc_model_push(lower->model, RC_KEY_types, model);
}

/* How a struct looks, without entering it. */
static void describe_struct(struct rc_c_lower *lower, const struct rc_type *type,
                            struct rc_c_type *out)
{
    out->c = struct_name(lower, type->decl);
    out->ns = "rcgen";
    out->op = out->c;
    out->codec = rc_arena_printf(lower->arena, "%s_codec", out->c);
    out->is_view = has_tail(type);
    out->by_pointer = true;
    if (type->decl->file != lower->input->file && enter(lower, type))
        lower_foreign(lower, type, out);
}

/*
 * What a vec holds is not entered on the way: it may be the very struct that is being entered, or
 * hold that by value. The walk over the file's declarations gets to it.
 */
static bool element_type(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                         struct rc_c_type *out)
{
    if (type->kind != RC_TYPE_STRUCT)
        return rc_c_type_of(lower, type, span, out);
    *out = (struct rc_c_type){0};
    describe_struct(lower, type, out);
    return true;
}

/* ractor_vec_demo_member: one name per element type, in whichever file it is met. */
static bool vec_type(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                     struct rc_c_type *out)
{
    struct rc_c_type element;
    bool is_new = enter(lower, type);
    if (!element_type(lower, type->args[0], span, &element))
        return false;
    const char *kind = strncmp(element.c, "ractor_", 7) == 0 ? element.c + 7 : element.c;
    out->c = rc_arena_printf(lower->arena, "ractor_vec_%s", kind);
    out->ns = "rcgen";
    out->op = rc_arena_printf(lower->arena, "vec_%s", kind);
    out->codec = rc_arena_printf(lower->arena, "rcgen_codec_%s", out->op);
    out->is_view = true;
    if (!is_new)
        return true;
    struct rc_model *model = rc_model_new(lower->arena, lower->model);
    rc_model_flag(model, RC_KEY_is_vec, true);
    rc_model_flag(model, RC_KEY_has_views, true);
    rc_model_text(model, RC_KEY_full_name, type->text->text);
    rc_model_text(model, RC_KEY_guard,
                  rc_arena_printf(lower->arena, "RACTOR_HAS_%s", rc_c_upper(lower->arena, out->c)));
    rc_model_text(model, RC_KEY_c, out->c);
    rc_model_text(model, RC_KEY_op, out->op);
    rc_model_text(model, RC_KEY_codec, out->codec);
    rc_model_text(model, RC_KEY_e, element.c);
    rc_model_text(model, RC_KEY_e_ns, element.ns);
    rc_model_text(model, RC_KEY_e_op, element.op);
    rc_model_text(model, RC_KEY_e_codec, element.codec);
    rc_model_flag(model, RC_KEY_e_view, element.is_view);
    rc_model_push(lower->model, RC_KEY_types, model);
    return true;
}

bool rc_c_value_type(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                     struct rc_c_type *out)
{
    if (type->kind == RC_TYPE_STRUCT) {
        describe_struct(lower, type, out);
        if (type->decl->file == lower->input->file)
            rc_c_lower_struct(lower, type->decl);
        return true;
    }
    if (type->kind == RC_TYPE_VEC)
        return vec_type(lower, type, span, out);
    rc_report(lower->input->diags, RC_UNSUPPORTED, span,
              "this version has no C output for the type `%s`", type->text->text);
    return false;
}

/* SPDX-License-Identifier: MIT */
/* Unions, options, results and references to actors. The runtime encodes them, by tables. */
#include "backend_c/lower.h"

#include <string.h>

static void add_case(struct rc_c_lower *lower, struct rc_model *model, const char *name,
                     const char *codec)
{
    rc_model_text(model, RC_KEY_name, name);
    rc_model_text(model, RC_KEY_length, rc_arena_decimal(lower->arena, strlen(name)));
    rc_model_text(model, RC_KEY_codec, codec);
}

/* The fields of a variant: a struct that only this union uses. */
static const char *lower_variant_fields(struct rc_c_lower *lower, const struct rc_variant *variant,
                                        const char *full_name, const char *name)
{
    struct rc_c_type c = {.c = name, .op = name};
    c.codec = rc_arena_printf(lower->arena, "rcgen_codec_%s", name);
    struct rc_model *model = rc_c_value_model(lower, full_name, &c);
    struct rc_model *record = rc_model_new(lower->arena, model);
    rc_c_lower_doc(lower, record, variant->doc);
    rc_c_lower_fields(lower, record, &variant->fields, name);
    rc_model_push(lower->model, RC_KEY_structs, record);
    rc_model_push(lower->model, RC_KEY_types, record);
    return c.codec;
}

static void lower_variant(struct rc_c_lower *lower, const struct rc_decl *decl, size_t index,
                          const char *union_name, struct rc_model *model)
{
    const struct rc_variant *variant = decl->variants.items[index];
    const char *name = variant->name.name->text;
    const char *what = rc_arena_printf(lower->arena, "`%s`", name);
    const char *v = rc_c_snake(lower->arena, name);
    const char *tag = rc_arena_printf(lower->arena, "%s_%s", rc_c_upper(lower->arena, union_name),
                                      rc_c_upper(lower->arena, v));
    const char *c = rc_arena_printf(lower->arena, "%s_%s", union_name, v);
    const char *codec = "ractor_codec_nothing";
    bool has_fields = variant->fields.count != 0;
    struct rc_model *one = rc_model_add(model, RC_KEY_variants);
    if (has_fields) {
        c = rc_c_take_free(&lower->names, c, what, variant->name.span);
        codec = lower_variant_fields(
            lower, variant, rc_arena_printf(lower->arena, "%s.%s", decl->name.name->text, name), c);
    }
    rc_c_lower_doc(lower, one, variant->doc);
    rc_model_text(one, RC_KEY_tag, rc_c_take_free(&lower->names, tag, what, variant->name.span));
    rc_model_text(one, RC_KEY_index, rc_arena_decimal(lower->arena, index));
    rc_model_text(one, RC_KEY_comma, index + 1 < decl->variants.count ? "," : "");
    rc_model_text(one, RC_KEY_member, rc_c_member(lower->arena, v));
    rc_model_text(one, RC_KEY_type, c);
    rc_model_flag(one, RC_KEY_has_fields, has_fields);
    add_case(lower, one, name, codec);
}

void rc_c_lower_union(struct rc_c_lower *lower, const struct rc_decl *decl)
{
    const struct rc_type *type = decl->type;
    const char *package = decl->file->package_name->text;
    const char *full_name = rc_arena_printf(lower->arena, "%s%s%s", package,
                                            package[0] != '\0' ? "." : "", decl->name.name->text);
    const char *what = rc_arena_printf(lower->arena, "`%s`", decl->name.name->text);
    struct rc_type made = {.kind = RC_TYPE_UNION, .decl = (struct rc_decl *)(uintptr_t)decl};
    struct rc_c_type c;
    if (!rc_c_is_new(lower, rc_intern_cstr(lower->names.interned, full_name)))
        return;
    rc_c_describe(lower, type != NULL ? type : &made, &c);
    rc_c_take(&lower->names, c.c, what, decl->name.span);
    rc_c_take(&lower->names, c.codec, what, decl->name.span);
    rc_c_take(&lower->names, rc_arena_printf(lower->arena, "%s_tag", c.c), what, decl->name.span);
    struct rc_model *model = rc_c_value_model(lower, full_name, &c);
    struct rc_model *choice = rc_model_new(lower->arena, model);
    bool any_fields = false;
    rc_c_lower_doc(lower, choice, decl->doc);
    rc_model_text(choice, RC_KEY_c, c.c);
    rc_model_text(choice, RC_KEY_linkage, "");
    rc_model_text(choice, RC_KEY_kind, "choice");
    rc_model_text(choice, RC_KEY_is_bare, "false");
    rc_model_flag(choice, RC_KEY_is_static, false);
    rc_model_flag(choice, RC_KEY_is_union, true);
    rc_model_flag(choice, RC_KEY_is_table, true);
    rc_model_list(choice, RC_KEY_variants);
    for (size_t i = 0; i < decl->variants.count; i++) {
        lower_variant(lower, decl, i, c.c, choice);
        any_fields = any_fields || decl->variants.items[i]->fields.count != 0;
    }
    rc_model_flag(choice, RC_KEY_any_fields, any_fields);
    rc_model_text(choice, RC_KEY_n_variants, rc_arena_decimal(lower->arena, decl->variants.count));
    rc_model_push(lower->model, RC_KEY_structs, choice);
    rc_model_push(lower->model, RC_KEY_types, choice);
}

static void lower_option(struct rc_c_lower *lower, const struct rc_type *type,
                         struct rc_model *model)
{
    struct rc_c_type value;
    rc_c_describe(lower, type->args[0], &value);
    rc_model_flag(model, RC_KEY_is_option, true);
    rc_model_flag(model, RC_KEY_is_box, rc_c_is_boxed(lower, type));
    rc_model_text(model, RC_KEY_kind, rc_c_is_boxed(lower, type) ? "box" : "option");
    rc_model_text(model, RC_KEY_e, value.c);
    rc_model_text(model, RC_KEY_e_codec, value.codec);
}

static void lower_result(struct rc_c_lower *lower, const struct rc_type *type,
                         struct rc_model *model)
{
    static const char *const names[] = {"Ok", "Err"};
    static const char *const members[] = {"ok", "err"};
    rc_model_flag(model, RC_KEY_is_result, true);
    rc_model_flag(model, RC_KEY_any_fields, true);
    rc_model_text(model, RC_KEY_kind, "choice");
    rc_model_text(model, RC_KEY_is_bare, "true");
    rc_model_text(model, RC_KEY_n_variants, "2");
    for (size_t i = 0; i < 2; i++) {
        struct rc_c_type value;
        struct rc_model *one = rc_model_add(model, RC_KEY_variants);
        rc_c_describe(lower, type->args[i], &value);
        rc_model_text(one, RC_KEY_member, members[i]);
        rc_model_text(one, RC_KEY_type, value.c);
        add_case(lower, one, names[i], value.codec);
    }
}

void rc_c_lower_compound(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span)
{
    struct rc_c_type c;
    if (!rc_c_is_new(lower, type->text))
        return;
    rc_c_describe(lower, type, &c);
    rc_c_take(&lower->names, c.c, rc_arena_printf(lower->arena, "the type `%s`", type->text->text),
              span);
    struct rc_model *model = rc_c_value_model(lower, type->text->text, &c);
    rc_model_flag(model, RC_KEY_is_table, type->kind != RC_TYPE_ACTOR);
    rc_model_flag(model, RC_KEY_is_actor, type->kind == RC_TYPE_ACTOR);
    bool is_boxed = rc_c_is_boxed(lower, type);
    if (is_boxed)
        rc_c_enter_later(lower, type->args[0], span, false);
    for (size_t i = 0; i < 2 && type->kind != RC_TYPE_ACTOR && type->args[i] != NULL; i++) {
        if (!is_boxed)
            rc_c_enter(lower, type->args[i], span);
    }
    if (type->kind == RC_TYPE_OPTION)
        lower_option(lower, type, model);
    else if (type->kind == RC_TYPE_RESULT)
        lower_result(lower, type, model);
    rc_model_push(lower->model, RC_KEY_structs, model);
    rc_model_push(lower->model, RC_KEY_types, model);
}

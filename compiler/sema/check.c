/* SPDX-License-Identifier: MIT */
/* The walk over one file. */
#include "sema/internal.h"

#include <string.h>

void rc_sema_init(struct rc_sema *sema, struct rc_arena *arena, struct rc_intern *names,
                  struct rc_diags *diags)
{
    *sema = (struct rc_sema){.arena = arena, .names = names, .diags = diags};
    rc_map_init(&sema->packages, arena);
    rc_map_init(&sema->types, arena);
}

static void duplicate(struct rc_sema *sema, enum rc_code code, const char *kind,
                      struct rc_ident ident, struct rc_span earlier)
{
    struct rc_diag *diag =
        rc_report(sema->diags, code, ident.span, "%s `%s` occurs twice", kind, ident.name->text);
    rc_note(diag, earlier, "first here");
}

static void check_names_of_fields(struct rc_sema *sema, const struct rc_fields *fields)
{
    struct rc_map seen;
    rc_map_init(&seen, sema->arena);
    for (size_t i = 0; i < fields->count; i++) {
        struct rc_field *field = fields->items[i];
        if (field->name.name == NULL)
            continue;
        rc_sema_check_spelling(sema, RC_FIELD_NAMING, field->name);
        struct rc_field *earlier = rc_map_add(&seen, field->name.name, field);
        if (earlier != NULL)
            duplicate(sema, RC_DUPLICATE_FIELD, "field", field->name, earlier->name.span);
    }
}

static void check_all_or_none_named(struct rc_sema *sema, const struct rc_fields *fields)
{
    for (size_t i = 1; i < fields->count; i++) {
        const struct rc_field *field = fields->items[i];
        bool is_named = field->name.name != NULL;
        if (is_named == (fields->items[0]->name.name != NULL))
            continue;
        struct rc_diag *diag = rc_report(sema->diags, RC_MIXED_FIELDS, field->span,
                                         "named and unnamed fields cannot be mixed");
        rc_note(diag, fields->items[0]->span, "the first field has %s name", is_named ? "no" : "a");
        return;
    }
}

static void check_fields(struct rc_sema *sema, const struct rc_fields *fields,
                         struct rc_ident owner, enum rc_type_place place)
{
    if (fields->count > RC_MAX_FIELDS)
        rc_report(sema->diags, RC_TOO_MANY_FIELDS, owner.span,
                  "`%s` has %zu fields; the limit is %d", owner.name->text, fields->count,
                  RC_MAX_FIELDS);
    for (size_t i = 0; i < fields->count; i++) {
        rc_sema_resolve(sema, fields->items[i]->type, place);
        rc_sema_field_attrs(sema, fields->items[i]);
    }
    check_names_of_fields(sema, fields);
}

static void check_reply(struct rc_sema *sema, const struct rc_decl *decl,
                        struct rc_variant *variant, enum rc_type_place place)
{
    const char *name = variant->name.name->text;
    if (variant->reply != NULL)
        rc_sema_resolve(sema, variant->reply, place);
    if (decl->kind == RC_DECL_UNION) {
        if (variant->reply != NULL)
            rc_report(sema->diags, RC_REPLY_IN_UNION, variant->reply->span,
                      "a union is a value, its variants have no reply");
        return;
    }
    if (variant->is_rpc && variant->reply == NULL) {
        struct rc_diag *diag = rc_report(sema->diags, RC_RPC_WITHOUT_REPLY, variant->name.span,
                                         "`%s` is an rpc without a reply type", name);
        rc_hint(diag, "add `-> T`; `-> unit` when there is nothing to say");
    } else if (!variant->is_rpc && variant->reply != NULL) {
        struct rc_diag *diag = rc_report(sema->diags, RC_REPLY_WITHOUT_RPC, variant->reply->span,
                                         "`%s` has a reply but is no rpc", name);
        rc_hint(diag, "write [rpc] before `%s`", name);
    }
}

/* In a [local] enum it would say less than what is said already. */
static void check_no_export(struct rc_sema *sema, const struct rc_decl *decl,
                            const struct rc_attrs *attrs)
{
    for (size_t i = 0; decl->is_local && i < attrs->count; i++) {
        const struct rc_ident *name = &attrs->items[i].name;
        if (strcmp(name->name->text, "no_export") != 0)
            continue;
        struct rc_diag *diag =
            rc_report(sema->diags, RC_ATTRIBUTE_PLACE, name->span,
                      "`no_export` has no meaning in the [local] enum `%s`", decl->name.name->text);
        rc_hint(diag, "leave it out: no message of a [local] enum comes from another node");
    }
}

static void check_variants(struct rc_sema *sema, struct rc_decl *decl)
{
    enum rc_type_place place = decl->is_local ? RC_PLACE_LOCAL : RC_PLACE_VALUE;
    struct rc_map seen;
    rc_map_init(&seen, sema->arena);
    check_no_export(sema, decl, &decl->attrs);
    if (decl->variants.count == 0 && !decl->file->is_broken)
        rc_report(sema->diags, RC_NO_VARIANTS, decl->name.span, "`%s` has no variants",
                  decl->name.name->text);
    if (decl->variants.count > RC_MAX_VARIANTS)
        rc_report(sema->diags, RC_TOO_MANY_VARIANTS, decl->name.span,
                  "`%s` has %zu variants; the limit is %d", decl->name.name->text,
                  decl->variants.count, RC_MAX_VARIANTS);
    for (size_t i = 0; i < decl->variants.count; i++) {
        struct rc_variant *variant = decl->variants.items[i];
        struct rc_variant *earlier = rc_map_add(&seen, variant->name.name, variant);
        if (earlier != NULL)
            duplicate(sema, RC_DUPLICATE_VARIANT, "variant", variant->name, earlier->name.span);
        rc_sema_check_spelling(sema, RC_VARIANT_NAMING, variant->name);
        rc_sema_variant_attrs(sema, variant, decl->kind == RC_DECL_ENUM);
        check_no_export(sema, decl, &variant->attrs);
        check_fields(sema, &variant->fields, variant->name, place);
        check_all_or_none_named(sema, &variant->fields);
        check_reply(sema, decl, variant, place);
    }
}

static void check_struct(struct rc_sema *sema, struct rc_decl *decl)
{
    if (decl->fields.count == 0 && !decl->file->is_broken) {
        struct rc_diag *diag = rc_report(sema->diags, RC_NO_FIELDS, decl->name.span,
                                         "`%s` has no fields", decl->name.name->text);
        rc_hint(diag, "`unit` is the type without content");
    }
    for (size_t i = 0; i < decl->fields.count; i++) {
        if (decl->fields.items[i]->name.name != NULL)
            continue;
        struct rc_diag *diag =
            rc_report(sema->diags, RC_UNNAMED_STRUCT_FIELD, decl->fields.items[i]->span,
                      "a struct's field needs a name");
        rc_hint(diag, "write `name: type`");
    }
    check_fields(sema, &decl->fields, decl->name, RC_PLACE_VALUE);
}

static void check_decl(struct rc_sema *sema, struct rc_decl *decl)
{
    rc_sema_check_spelling(sema, decl->kind == RC_DECL_CONST ? RC_CONST_NAMING : RC_TYPE_NAMING,
                           decl->name);
    if (decl->kind != RC_DECL_CONST)
        decl->type = rc_sema_declared_type(sema, decl);
    switch (decl->kind) {
    case RC_DECL_ENUM:
    case RC_DECL_UNION:
        check_variants(sema, decl);
        break;
    case RC_DECL_STRUCT:
        check_struct(sema, decl);
        break;
    case RC_DECL_CONST:
        rc_sema_check_const(sema, decl);
        break;
    }
}

static void check_imports(struct rc_sema *sema, const struct rc_file *file)
{
    for (size_t i = 0; i < file->imports.count; i++) {
        const struct rc_import *import = &file->imports.items[i];
        bool is_loaded = import->is_proto ? import->is_found : import->file != NULL;
        if (!import->is_used && is_loaded && !file->is_broken)
            rc_report(sema->diags, RC_UNUSED_IMPORT, import->span, "nothing of \"%s\" is used here",
                      import->path);
    }
}

static void check_docs(struct rc_sema *sema, const struct rc_file *file)
{
    for (size_t i = 0; i < file->comments.count; i++) {
        const struct rc_comment *comment = &file->comments.items[i];
        if (!comment->is_doc || comment->is_taken)
            continue;
        struct rc_span span = {file->source, comment->begin, comment->end};
        struct rc_diag *diag =
            rc_report(sema->diags, RC_DANGLING_DOC, span, "this doc comment belongs to nothing");
        rc_hint(diag, "put it right above a declaration, variant or field, or use `//`");
    }
}

void rc_sema_check(struct rc_sema *sema, struct rc_file *file)
{
    if (file->is_checked)
        return;
    file->is_checked = true;
    sema->file = file;
    for (size_t i = 0; i < file->package.parts.count; i++)
        rc_sema_check_spelling(sema, RC_PACKAGE_NAMING, file->package.parts.items[i]);
    for (size_t i = 0; i < file->decls.count; i++)
        rc_sema_decl_attrs(sema, file->decls.items[i]);
    for (size_t i = 0; i < file->decls.count; i++)
        check_decl(sema, file->decls.items[i]);
    rc_sema_check_recursion(sema, file);
    rc_sema_check_parts(sema, file);
    check_imports(sema, file);
    check_docs(sema, file);
}

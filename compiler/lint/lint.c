/* SPDX-License-Identifier: MIT */
#include "lint/lint.h"

#include <ctype.h>
#include <string.h>

#define LARGE_ENUM 200
#define MANY_BOOLS 2
#define MANY_UNNAMED 3

struct linter {
    struct rc_diags *diags;
    RC_LIST(const struct rc_decl *) used;
    RC_LIST(const struct rc_name *) used_consts;
};

/* ------------------------------------------------------------------ what is used */

static void use_type(struct linter *linter, const struct rc_type *type)
{
    if (type == NULL)
        return;
    if (type->decl != NULL)
        *rc_list_add(linter->diags->arena, &linter->used) = type->decl;
    use_type(linter, type->args[0]);
    use_type(linter, type->args[1]);
}

static void use_attrs(struct linter *linter, const struct rc_attrs *attrs)
{
    for (size_t i = 0; i < attrs->count; i++) {
        for (size_t j = 0; j < attrs->items[i].args.count; j++) {
            const struct rc_literal *value = &attrs->items[i].args.items[j].value;
            if (value->kind == RC_LITERAL_NAME)
                *rc_list_add(linter->diags->arena, &linter->used_consts) = value->ident.name;
        }
    }
}

static void use_fields(struct linter *linter, const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        use_type(linter, fields->items[i]->type->type);
        use_attrs(linter, &fields->items[i]->attrs);
    }
}

static void use_decl(struct linter *linter, const struct rc_decl *decl)
{
    use_fields(linter, &decl->fields);
    use_attrs(linter, &decl->attrs);
    for (size_t i = 0; i < decl->variants.count; i++) {
        const struct rc_variant *variant = decl->variants.items[i];
        use_fields(linter, &variant->fields);
        if (variant->reply != NULL)
            use_type(linter, variant->reply->type);
    }
}

static bool is_used(const struct linter *linter, const struct rc_decl *decl)
{
    for (size_t i = 0; i < linter->used.count; i++) {
        if (linter->used.items[i] == decl)
            return true;
    }
    for (size_t i = 0; i < linter->used_consts.count && decl->kind == RC_DECL_CONST; i++) {
        if (strcmp(linter->used_consts.items[i]->text, decl->name.name->text) == 0)
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------ rules */

/* Whether a name has one of these words in it, in whichever case. */
static bool looks_secret(const char *name)
{
    static const char *const words[] = {"password", "passwd",  "passphrase",  "secret",
                                        "token",    "api_key", "private_key", "credential"};
    char lower[256];
    size_t length = 0;
    for (; name[length] != '\0' && length < sizeof lower - 1; length++)
        lower[length] = (char)tolower((unsigned char)name[length]);
    lower[length] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strstr(lower, words[i]) != NULL)
            return true;
    }
    return false;
}

static bool can_be_long(const struct rc_type *type)
{
    return type->kind == RC_TYPE_STRING || type->kind == RC_TYPE_BYTES ||
           type->kind == RC_TYPE_VEC || type->kind == RC_TYPE_MAP;
}

static struct rc_span place_of(const struct rc_field *field)
{
    return field->name.name != NULL ? field->name.span : field->type->span;
}

static void lint_field(struct linter *linter, const struct rc_field *field, bool is_local)
{
    const struct rc_type *type = field->type->type;
    if (!is_local && can_be_long(type) && field->max == 0) {
        struct rc_diag *diag = rc_report(linter->diags, RC_LINT_MAX, place_of(field),
                                         "a peer may send any length of this");
        rc_hint(diag, "say how long it may be: [max = 1000]");
    }
    if (field->name.name != NULL && !field->is_secret && looks_secret(field->name.name->text)) {
        struct rc_diag *diag = rc_report(linter->diags, RC_LINT_SECRET, field->name.span,
                                         "`%s` will be seen in logs", field->name.name->text);
        rc_hint(diag, "mask it: [secret]");
    }
}

static void lint_fields(struct linter *linter, const struct rc_fields *fields, bool is_local,
                        struct rc_ident owner)
{
    size_t n_bools = 0;
    bool is_unnamed = fields->count != 0 && fields->items[0]->name.name == NULL;
    for (size_t i = 0; i < fields->count; i++) {
        lint_field(linter, fields->items[i], is_local);
        n_bools += fields->items[i]->type->type->kind == RC_TYPE_BOOL;
    }
    if (n_bools >= MANY_BOOLS) {
        struct rc_diag *diag =
            rc_report(linter->diags, RC_LINT_BOOLS, owner.span,
                      "`%s` has %zu bools, which callers mix up", owner.name->text, n_bools);
        rc_hint(diag, "a union says what each of them means");
    }
    if (is_unnamed && fields->count >= MANY_UNNAMED) {
        struct rc_diag *diag =
            rc_report(linter->diags, RC_LINT_UNNAMED, owner.span,
                      "the %zu fields of `%s` have no names", fields->count, owner.name->text);
        rc_hint(diag, "names change nothing on the wire");
    }
}

static void lint_variant(struct linter *linter, const struct rc_decl *decl,
                         const struct rc_variant *variant)
{
    lint_fields(linter, &variant->fields, decl->is_local, variant->name);
    if (variant->is_rpc && variant->timeout_ms == 0) {
        struct rc_diag *diag =
            rc_report(linter->diags, RC_LINT_TIMEOUT, variant->name.span,
                      "`%s` has the default timeout, whatever it does", variant->name.name->text);
        rc_hint(diag, "say how long an answer may take: [rpc(timeout = 500ms)]");
    }
}

static void lint_decl(struct linter *linter, const struct rc_decl *decl)
{
    const char *name = decl->name.name->text;
    if (decl->doc[0] == '\0' && decl->kind != RC_DECL_CONST) {
        struct rc_diag *diag = rc_report(linter->diags, RC_LINT_DOC, decl->name.span,
                                         "nothing says what `%s` is", name);
        rc_hint(diag, "a comment with three slashes above it reaches the generated code");
    }
    if (decl->kind != RC_DECL_ENUM && !is_used(linter, decl))
        rc_report(linter->diags, RC_LINT_UNUSED, decl->name.span, "`%s` is not used", name);
    if (decl->kind == RC_DECL_ENUM && decl->variants.count > LARGE_ENUM) {
        struct rc_diag *diag = rc_report(linter->diags, RC_LINT_LARGE, decl->name.span,
                                         "`%s` has %zu variants", name, decl->variants.count);
        rc_hint(diag, "an actor that does so much may be several");
    }
    lint_fields(linter, &decl->fields, false, decl->name);
    for (size_t i = 0; i < decl->variants.count; i++)
        lint_variant(linter, decl, decl->variants.items[i]);
}

void rc_lint(struct rc_diags *diags, struct rc_file *const *files, size_t n_files)
{
    struct linter linter = {.diags = diags};
    for (size_t i = 0; i < n_files; i++) {
        for (size_t j = 0; j < files[i]->decls.count; j++)
            use_decl(&linter, files[i]->decls.items[j]);
    }
    for (size_t i = 0; i < n_files; i++) {
        struct rc_span start = {files[i]->source, 0, 0};
        if (files[i]->package.parts.count == 0)
            rc_hint(rc_report(diags, RC_LINT_PACKAGE, start, "the schema has no package"),
                    "without one its names in C may clash with others: package my.app;");
        for (size_t j = 0; j < files[i]->decls.count; j++)
            lint_decl(&linter, files[i]->decls.items[j]);
    }
}

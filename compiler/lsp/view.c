/* SPDX-License-Identifier: MIT */
#include "lsp/view.h"

#include "lint/lint.h"

#include <string.h>

#define MAX_ERRORS 1000

void rc_lsp_view(struct rc_lsp_view *view, struct rc_arena *arena,
                 const struct rc_lsp_options *options, const struct rc_lsp_documents *documents,
                 const char *path)
{
    struct rc_job job = {.input = path};
    struct rc_compile *compile = &view->compile;
    view->arena = arena;
    rc_compile_init(compile, arena, MAX_ERRORS);
    compile->diags.policy = options->policy;
    for (size_t i = 0; i < options->include_dirs.count; i++)
        *rc_list_add(arena, &compile->loader.include_dirs) = options->include_dirs.items[i];
    rc_lsp_documents_overlay(documents, &compile->loader);
    enum rc_outcome outcome = rc_compile_check(compile, &job, 1);
    view->file = job.loaded != NULL ? job.loaded->file : NULL;
    if (options->is_lint && outcome == RC_OUTCOME_OK)
        rc_lint(&compile->diags, &view->file, 1);
}

/* The visitor of one walk. */
struct walk {
    const struct rc_file *file;
    void (*visit)(void *user, const struct rc_lsp_word *word);
    void *user;
};

bool rc_lsp_is_package(const char *qualifier, size_t length, const struct rc_name *package)
{
    if (length > package->length)
        return false;
    const char *tail = package->text + (package->length - length);
    return strncmp(tail, qualifier, length) == 0 && (tail == package->text || tail[-1] == '.');
}

static const struct rc_decl *find_in(const struct rc_file *file, const struct rc_name *name)
{
    for (size_t i = 0; i < file->decls.count; i++) {
        if (file->decls.items[i]->name.name == name)
            return file->decls.items[i];
    }
    return NULL;
}

/* The file itself is the first of those that it sees, its imports follow. */
static const struct rc_file *seen_file(const struct rc_file *file, size_t i)
{
    return i == 0 ? file : file->imports.items[i - 1].file;
}

/* The declaration that a path means; NULL: none, or a built-in type. */
static const struct rc_decl *resolve(const struct rc_file *file, const struct rc_path *path)
{
    const struct rc_ident *first = &path->parts.items[0];
    const struct rc_ident *last = &path->parts.items[path->parts.count - 1];
    const char *qualifier = file->source->text + first->span.begin;
    size_t length = last->span.begin - first->span.begin;
    for (size_t i = 0; i <= file->imports.count; i++) {
        const struct rc_file *seen = seen_file(file, i);
        if (seen == NULL)
            continue;
        const struct rc_decl *decl = find_in(seen, last->name);
        bool is_meant = length == 0 ? seen->package_name == file->package_name
                                    : rc_lsp_is_package(qualifier, length - 1, seen->package_name);
        if (decl != NULL && is_meant)
            return decl;
    }
    return NULL;
}

static void visit_path(const struct walk *walk, const struct rc_path *path, bool is_type)
{
    const struct rc_decl *decl = resolve(walk->file, path);
    struct rc_lsp_word word = {.kind = RC_LSP_REFERENCE, .span = path->span, .decl = decl};
    if (decl == NULL && (!is_type || path->parts.count != 1))
        return;
    if (decl == NULL) {
        word.kind = RC_LSP_BUILTIN;
        word.name = path->parts.items[0].name;
    }
    walk->visit(walk->user, &word);
}

static void visit_type(const struct walk *walk, const struct rc_type_node *type)
{
    if (type->c_tag != NULL || type->depth > 64) /* C's name; an error that bounds the recursion */
        return;
    visit_path(walk, &type->path, true);
    for (size_t i = 0; i < type->args.count; i++)
        visit_type(walk, type->args.items[i]);
}

static void visit_literal(const struct walk *walk, const struct rc_literal *literal)
{
    struct rc_ident ident = literal->ident;
    struct rc_path path = {.parts = {.items = &ident, .count = 1}, .span = literal->span};
    if (literal->kind == RC_LITERAL_NAME && ident.name != NULL)
        visit_path(walk, &path, false);
}

static void visit_attrs(const struct walk *walk, const struct rc_attrs *attrs)
{
    for (size_t i = 0; i < attrs->count; i++) {
        const struct rc_attr *attr = &attrs->items[i];
        struct rc_lsp_word word = {
            .kind = RC_LSP_ATTRIBUTE, .span = attr->name.span, .name = attr->name.name};
        walk->visit(walk->user, &word);
        for (size_t j = 0; j < attr->args.count; j++)
            visit_literal(walk, &attr->args.items[j].value);
    }
}

static void visit_fields(const struct walk *walk, const struct rc_fields *fields,
                         struct rc_lsp_word owner)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct rc_field *field = fields->items[i];
        owner.kind = RC_LSP_FIELD;
        owner.field = field;
        owner.span = field->name.span;
        visit_attrs(walk, &field->attrs);
        if (field->name.name != NULL)
            walk->visit(walk->user, &owner);
        if (field->type != NULL)
            visit_type(walk, field->type);
    }
}

static void visit_variant(const struct walk *walk, const struct rc_decl *decl,
                          const struct rc_variant *variant)
{
    struct rc_lsp_word word = {
        .kind = RC_LSP_VARIANT, .span = variant->name.span, .decl = decl, .variant = variant};
    visit_attrs(walk, &variant->attrs);
    walk->visit(walk->user, &word);
    visit_fields(walk, &variant->fields, word);
    if (variant->reply != NULL)
        visit_type(walk, variant->reply);
}

static void visit_decl(const struct walk *walk, const struct rc_decl *decl)
{
    struct rc_lsp_word word = {.kind = RC_LSP_DECL, .span = decl->name.span, .decl = decl};
    visit_attrs(walk, &decl->attrs);
    walk->visit(walk->user, &word);
    visit_fields(walk, &decl->fields, word);
    for (size_t i = 0; i < decl->variants.count; i++)
        visit_variant(walk, decl, decl->variants.items[i]);
    if (decl->const_type != NULL)
        visit_type(walk, decl->const_type);
    if (decl->kind == RC_DECL_CONST)
        visit_literal(walk, &decl->value);
}

void rc_lsp_walk(const struct rc_file *file,
                 void (*visit)(void *user, const struct rc_lsp_word *word), void *user)
{
    const struct walk walk = {file, visit, user};
    if (file->package.parts.count != 0)
        visit(user, &(struct rc_lsp_word){.kind = RC_LSP_PACKAGE, .span = file->package.span});
    for (size_t i = 0; i < file->imports.count; i++) {
        const struct rc_import *import = &file->imports.items[i];
        visit(user,
              &(struct rc_lsp_word){.kind = RC_LSP_IMPORT, .span = import->span, .import = import});
    }
    for (size_t i = 0; i < file->decls.count; i++)
        visit_decl(&walk, file->decls.items[i]);
}

/* A search for the narrowest word at a place. */
struct search {
    size_t offset;
    struct rc_lsp_word *word;
    bool is_found;
};

static void match(void *user, const struct rc_lsp_word *word)
{
    struct search *search = user;
    size_t best = search->word->span.end - search->word->span.begin;
    if (search->offset < word->span.begin || search->offset > word->span.end ||
        (search->is_found && best <= word->span.end - word->span.begin))
        return;
    *search->word = *word;
    search->is_found = true;
}

bool rc_lsp_word_at(const struct rc_file *file, size_t offset, struct rc_lsp_word *word)
{
    struct search search = {.offset = offset, .word = word};
    *word = (struct rc_lsp_word){0};
    rc_lsp_walk(file, match, &search);
    return search.is_found;
}

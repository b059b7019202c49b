/* SPDX-License-Identifier: MIT */
#include "lsp/features.h"

#include <string.h>
#include <sys/stat.h>

/* SymbolKind of the protocol. */
enum symbol_kind { SYMBOL_FIELD = 8, SYMBOL_ENUM = 10, SYMBOL_CONST = 14, SYMBOL_MEMBER = 22 };
enum { SYMBOL_STRUCT = 23 };

const char *rc_lsp_uri_of(const struct rc_lsp_context *context, const char *path)
{
    struct stat info, other;
    bool is_file = stat(path, &info) == 0;
    for (size_t i = 0; i < context->documents->count; i++) {
        const struct rc_lsp_document *document = &context->documents->items[i];
        if (strcmp(document->path, path) == 0)
            return document->uri;
        if (is_file && stat(document->path, &other) == 0 && info.st_dev == other.st_dev &&
            info.st_ino == other.st_ino)
            return document->uri;
    }
    return rc_lsp_uri(context->arena, path);
}

json_t *rc_lsp_location(const struct rc_lsp_context *context, struct rc_span span)
{
    return json_pack("{s:s, s:o}", "uri", rc_lsp_uri_of(context, span.source->path), "range",
                     rc_lsp_range(span, context->unit));
}

static json_t *symbol(const struct rc_lsp_context *context, struct rc_ident name, int kind,
                      struct rc_span span)
{
    return json_pack("{s:s, s:i, s:o, s:o}", "name", name.name->text, "kind", kind, "range",
                     rc_lsp_range(rc_span_join(span, name.span), context->unit), "selectionRange",
                     rc_lsp_range(name.span, context->unit));
}

static json_t *fields(const struct rc_lsp_context *context, const struct rc_fields *list)
{
    json_t *children = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct rc_field *field = list->items[i];
        if (field->name.name != NULL)
            json_array_append_new(children,
                                  symbol(context, field->name, SYMBOL_FIELD, field->span));
    }
    return children;
}

static json_t *members(const struct rc_lsp_context *context, const struct rc_decl *decl)
{
    if (decl->kind == RC_DECL_STRUCT)
        return fields(context, &decl->fields);
    json_t *children = json_array();
    for (size_t i = 0; i < decl->variants.count; i++) {
        const struct rc_variant *variant = decl->variants.items[i];
        json_t *member = symbol(context, variant->name, SYMBOL_MEMBER, variant->span);
        json_object_set_new(member, "children", fields(context, &variant->fields));
        json_array_append_new(children, member);
    }
    return children;
}

json_t *rc_lsp_symbols(const struct rc_lsp_context *context, const struct rc_lsp_view *view)
{
    static const int kinds[] = {[RC_DECL_ENUM] = SYMBOL_ENUM,
                                [RC_DECL_UNION] = SYMBOL_ENUM,
                                [RC_DECL_STRUCT] = SYMBOL_STRUCT,
                                [RC_DECL_CONST] = SYMBOL_CONST};
    static const char *const details[] = {[RC_DECL_ENUM] = "enum",
                                          [RC_DECL_UNION] = "union",
                                          [RC_DECL_STRUCT] = "struct",
                                          [RC_DECL_CONST] = "const"};
    json_t *list = json_array();
    for (size_t i = 0; view->file != NULL && i < view->file->decls.count; i++) {
        const struct rc_decl *decl = view->file->decls.items[i];
        json_t *json = symbol(context, decl->name, kinds[decl->kind], decl->span);
        json_object_set_new(json, "detail", json_string(details[decl->kind]));
        json_object_set_new(json, "children", members(context, decl));
        json_array_append_new(list, json);
    }
    return list;
}

json_t *rc_lsp_definition(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                          size_t offset)
{
    struct rc_lsp_word word;
    if (view->file == NULL || !rc_lsp_word_at(view->file, offset, &word))
        return json_null();
    switch (word.kind) {
    case RC_LSP_DECL:
    case RC_LSP_REFERENCE:
        return rc_lsp_location(context, word.decl->name.span);
    case RC_LSP_VARIANT:
    case RC_LSP_FIELD:
        return rc_lsp_location(context, word.span);
    case RC_LSP_IMPORT:
        if (word.import->file == NULL)
            return json_null();
        return rc_lsp_location(context, (struct rc_span){word.import->file->source, 0, 0});
    default:
        return json_null();
    }
}

/* SPDX-License-Identifier: MIT */
#include "ast/build.h"

#include "base/buffer.h"

#include <string.h>

struct rc_span rc_ast_span(const struct rc_builder *builder, uint32_t begin, uint32_t end)
{
    struct rc_span span = {builder->file->source, begin, end > begin ? end : begin};
    return span;
}

struct rc_ident rc_ast_ident(const struct rc_builder *builder, uint32_t begin, uint32_t end)
{
    const char *text = builder->file->source->text + begin;
    struct rc_ident ident = {rc_intern(builder->names, text, end - begin),
                             rc_ast_span(builder, begin, end)};
    return ident;
}

void rc_ast_comment(struct rc_builder *builder, struct rc_comment comment)
{
    *rc_list_add(builder->arena, &builder->file->comments) = comment;
}

/* Index of the first comment that begins at or after `begin`. */
static size_t comments_before(const struct rc_file *file, uint32_t begin)
{
    size_t low = 0;
    size_t high = file->comments.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (file->comments.items[middle].begin < begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether [begin, end) is blank and ends at most one line. */
static bool is_adjacent(const char *text, uint32_t begin, uint32_t end)
{
    int n_newlines = 0;
    for (uint32_t i = begin; i < end; i++) {
        if (text[i] == '\n')
            n_newlines++;
        else if (text[i] != ' ' && text[i] != '\t')
            return false;
    }
    return n_newlines <= 1;
}

static void add_doc_line(struct rc_buffer *doc, const char *text, const struct rc_comment *comment)
{
    uint32_t begin = comment->begin + 3;
    uint32_t end = comment->end;
    if (begin < end && text[begin] == ' ')
        begin++;
    while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\t'))
        end--;
    if (doc->length != 0 || doc->data != NULL)
        rc_buffer_puts(doc, "\n");
    rc_buffer_add(doc, text + begin, end - begin);
    (void)rc_buffer_text(doc);
}

const char *rc_ast_doc(struct rc_builder *builder, uint32_t begin)
{
    const char *text = builder->file->source->text;
    size_t last = comments_before(builder->file, begin);
    size_t first = last;
    uint32_t next = begin;
    while (first > 0) {
        struct rc_comment *comment = &builder->file->comments.items[first - 1];
        if (!comment->is_doc || !is_adjacent(text, comment->end, next))
            break;
        comment->is_taken = true;
        next = comment->begin;
        first--;
    }
    struct rc_buffer doc;
    rc_buffer_init(&doc, builder->arena);
    for (; first < last; first++)
        add_doc_line(&doc, text, &builder->file->comments.items[first]);
    return doc.data != NULL ? rc_buffer_text(&doc) : "";
}

struct rc_path *rc_ast_path(struct rc_builder *builder, struct rc_path *path, struct rc_ident part)
{
    if (path == NULL)
        path = rc_arena_alloc(builder->arena, sizeof *path);
    *rc_list_add(builder->arena, &path->parts) = part;
    path->span = path->parts.count == 1 ? part.span : rc_span_join(path->span, part.span);
    return path;
}

struct rc_type_node *rc_ast_type(struct rc_builder *builder, const struct rc_path *path)
{
    struct rc_type_node *type = rc_arena_alloc(builder->arena, sizeof *type);
    type->path = *path;
    type->span = path->span;
    type->depth = 1;
    return type;
}

struct rc_type_node *rc_ast_type_arg(struct rc_builder *builder, struct rc_type_node *type,
                                     struct rc_type_node *arg, uint32_t end)
{
    *rc_list_add(builder->arena, &type->args) = arg;
    type->span.end = end;
    if (type->depth <= arg->depth)
        type->depth = arg->depth + 1;
    if (type->depth == RC_MAX_DEPTH + 1)
        rc_report(builder->diags, RC_NESTED_TOO_DEEPLY, type->path.span,
                  "types nest more than %d deep", RC_MAX_DEPTH);
    return type;
}

struct rc_literal *rc_ast_name_literal(struct rc_builder *builder, struct rc_ident name)
{
    struct rc_literal *literal = rc_arena_alloc(builder->arena, sizeof *literal);
    bool is_true = strcmp(name.name->text, "true") == 0;
    bool is_bool = is_true || strcmp(name.name->text, "false") == 0;
    literal->kind = is_bool ? RC_LITERAL_BOOL : RC_LITERAL_NAME;
    literal->low = is_true;
    literal->ident = name;
    literal->span = name.span;
    literal->text = "";
    return literal;
}

struct rc_attr *rc_ast_attr(struct rc_builder *builder, struct rc_ident name)
{
    struct rc_attr *attr = rc_arena_alloc(builder->arena, sizeof *attr);
    attr->name = name;
    attr->span = name.span;
    return attr;
}

void rc_ast_attr_arg(struct rc_builder *builder, struct rc_attr *attr, struct rc_ident name,
                     const struct rc_literal *value)
{
    struct rc_attr_arg *arg = rc_list_add(builder->arena, &attr->args);
    arg->name = name;
    arg->value = *value;
    arg->span = name.name != NULL ? rc_span_join(name.span, value->span) : value->span;
    attr->span = rc_span_join(attr->span, value->span);
}

struct rc_attr_list *rc_ast_attr_list(struct rc_builder *builder, struct rc_attr_list *list,
                                      const struct rc_attr *attr, uint32_t begin)
{
    if (list == NULL) {
        list = rc_arena_alloc(builder->arena, sizeof *list);
        list->begin = begin;
    }
    if (attr != NULL)
        *rc_list_add(builder->arena, &list->attrs) = *attr;
    return list;
}

static struct rc_attrs attrs_of(const struct rc_attr_list *list)
{
    return list != NULL ? list->attrs : (struct rc_attrs){0};
}

struct rc_field *rc_ast_field(struct rc_builder *builder, struct rc_attr_list *attrs,
                              struct rc_ident name, struct rc_type_node *type, uint32_t begin)
{
    struct rc_field *field = rc_arena_alloc(builder->arena, sizeof *field);
    field->name = name;
    field->type = type;
    field->attrs = attrs_of(attrs);
    field->span = rc_ast_span(builder, attrs != NULL ? attrs->begin : begin, type->span.end);
    field->doc = rc_ast_doc(builder, field->span.begin);
    return field;
}

struct rc_variant *rc_ast_variant(struct rc_builder *builder, struct rc_attr_list *attrs,
                                  struct rc_ident name, const struct rc_fields *fields,
                                  struct rc_type_node *reply, uint32_t end)
{
    struct rc_variant *variant = rc_arena_alloc(builder->arena, sizeof *variant);
    variant->name = name;
    variant->has_parens = fields != NULL;
    if (fields != NULL)
        variant->fields = *fields;
    variant->reply = reply;
    variant->attrs = attrs_of(attrs);
    variant->span = rc_ast_span(builder, attrs != NULL ? attrs->begin : name.span.begin, end);
    variant->doc = rc_ast_doc(builder, variant->span.begin);
    return variant;
}

struct rc_decl *rc_ast_decl(struct rc_builder *builder, enum rc_decl_kind kind,
                            struct rc_attr_list *attrs, struct rc_ident name, uint32_t begin,
                            uint32_t end)
{
    struct rc_decl *decl = rc_arena_alloc(builder->arena, sizeof *decl);
    decl->kind = kind;
    decl->name = name;
    decl->file = builder->file;
    decl->attrs = attrs_of(attrs);
    decl->span = rc_ast_span(builder, attrs != NULL ? attrs->begin : begin, end);
    decl->doc = rc_ast_doc(builder, decl->span.begin);
    *rc_list_add(builder->arena, &builder->file->decls) = decl;
    return decl;
}

void rc_ast_package(struct rc_builder *builder, const struct rc_path *path, uint32_t begin,
                    uint32_t end)
{
    struct rc_file *file = builder->file;
    struct rc_span span = rc_ast_span(builder, begin, end);
    if (file->package.parts.count != 0) {
        struct rc_diag *diag =
            rc_report(builder->diags, RC_PACKAGE_PLACE, span, "a second package statement");
        rc_note(diag, file->package.span, "the first is here");
        return;
    }
    if (file->imports.count != 0 || file->decls.count != 0) {
        struct rc_diag *diag = rc_report(builder->diags, RC_PACKAGE_PLACE, span,
                                         "the package statement must come first");
        rc_hint(diag, "move it to the top of the file");
    }
    struct rc_buffer name;
    rc_buffer_init(&name, builder->arena);
    for (size_t i = 0; i < path->parts.count; i++) {
        if (i != 0)
            rc_buffer_puts(&name, ".");
        rc_buffer_puts(&name, path->parts.items[i].name->text);
    }
    file->package = *path;
    file->package_name = rc_intern(builder->names, name.data, name.length);
    file->doc = rc_ast_doc(builder, begin);
}

void rc_ast_import(struct rc_builder *builder, const struct rc_literal *path, bool is_proto)
{
    struct rc_import *import = rc_list_add(builder->arena, &builder->file->imports);
    import->path = path->text;
    import->span = path->span;
    import->is_proto = is_proto;
    if (path->length == 0 || strlen(path->text) != path->length)
        rc_report(builder->diags, RC_IMPORT_PATH, path->span, "this is no path of a file");
}

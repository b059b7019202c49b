/* SPDX-License-Identifier: MIT */
#include "backend_c/lower.h"
#include "backend_c/names.h"
#include "backend_rust/lower.h"
#include "base/buffer.h"
#include "lsp/features.h"
#include "sema/internal.h"

#include <inttypes.h>
#include <string.h>

#define MAX_SHOWN_BYTES 2000 /* of a declaration */

/* A text about one word, in Markdown. */
struct hover {
    struct rc_arena *arena;
    const struct rc_file *file;
    const struct rc_lsp_word *word;
    struct rc_buffer out;
};

static void put_code(struct hover *hover, struct rc_span span)
{
    size_t length = span.end - span.begin;
    bool is_cut = length > MAX_SHOWN_BYTES;
    if (is_cut) {
        length = MAX_SHOWN_BYTES;
        while (length > 0 && ((unsigned char)span.source->text[span.begin + length] & 0xC0) == 0x80)
            length--; /* no half of a character */
    }
    rc_buffer_printf(&hover->out, "```ractor\n%.*s%s\n```\n", (int)length,
                     span.source->text + span.begin, is_cut ? " …" : "");
}

static void put_doc(struct hover *hover, const char *doc, const char *deprecated)
{
    if (deprecated != NULL)
        rc_buffer_printf(&hover->out, "\n**Deprecated**%s%s\n", deprecated[0] != '\0' ? ": " : "",
                         deprecated);
    if (doc[0] != '\0')
        rc_buffer_printf(&hover->out, "\n%s\n", doc);
}

/* One of the last lines: what it is elsewhere. */
__attribute__((format(printf, 3, 4))) static void put_row(struct hover *hover, const char *where,
                                                          const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rc_buffer_printf(&hover->out, "- %s: %s\n", where,
                     rc_arena_vprintf(hover->arena, format, arguments));
    va_end(arguments);
}

static const char *wire_form(struct rc_arena *arena, const struct rc_type *type)
{
    static const int sizes[RC_N_BUILTINS] = {
#define RC_SIZE(name, spelling, size) size,
        RC_BUILTINS(RC_SIZE)
#undef RC_SIZE
    };
    switch (type->kind) {
    case RC_TYPE_BOOL:
        return "1 byte, 0 or 1";
    case RC_TYPE_CHAR:
        return "4 bytes, a Unicode scalar value, big-endian";
    case RC_TYPE_STRING:
        return "UTF-8 without an end mark";
    case RC_TYPE_BYTES:
        return "the bytes as they are";
    case RC_TYPE_UNIT:
        return "nothing";
    case RC_TYPE_VEC:
        return rc_type_is_packed(type->args[0]) ? "the elements one after another, no count"
                                                : "for each element a u64 length and its bytes";
    case RC_TYPE_OPTION:
        return "1 byte: 0, or 1 and the value";
    case RC_TYPE_MAP:
        return "for each entry a u64 length, then key and value, each with a u64 length";
    case RC_TYPE_RESULT:
        return "a u64 length, `Ok` or `Err`, a u64 length, the value";
    case RC_TYPE_ACTOR:
        return "a u64 length, the node's full name, the pid as u64";
    case RC_TYPE_STRUCT:
        return "for each field in order a u64 length and its bytes";
    case RC_TYPE_UNION:
        return "a u64 length, the variant's name, then its fields as a struct's";
    case RC_TYPE_PROTO:
        return "a varint length, the protobuf message";
    case RC_TYPE_ENUM:
        return "the variant's name and its arguments, each with a u64 length";
    case RC_TYPE_PTR:
        return "never: it stays in the process";
    default:
        return rc_arena_printf(arena, "%d byte%s", sizes[type->kind],
                               sizes[type->kind] > 1 ? "s, big-endian" : "");
    }
}

static const char *c_name(struct hover *hover, const struct rc_decl *decl)
{
    struct rc_c_lower lower = {.arena = hover->arena};
    return rc_c_decl_name(&lower, decl);
}

static const char *rust_name(struct hover *hover, const struct rc_ident *ident)
{
    return rc_rust_name(hover->arena, ident->name->text);
}

static const char *rust_type(struct hover *hover, const struct rc_type *type)
{
    const struct rc_backend_input input = {.arena = hover->arena, .file = hover->file};
    struct rc_rust_lower lower = {.input = &input, .arena = hover->arena};
    return rc_rust_type(&lower, type);
}

static void put_const(struct hover *hover, const struct rc_decl *decl)
{
    const char *package = rc_c_snake(hover->arena, decl->file->package_name->text);
    put_row(hover, "C", "`%s%s%s`", rc_c_upper(hover->arena, package),
            package[0] != '\0' ? "_" : "", rc_c_upper(hover->arena, decl->name.name->text));
    put_row(hover, "Rust", "`%s`", rust_name(hover, &decl->name));
}

static void put_decl(struct hover *hover, const struct rc_decl *decl)
{
    put_code(hover, decl->span);
    put_doc(hover, decl->doc, decl->deprecated);
    rc_buffer_puts(&hover->out, "\n");
    if (decl->kind == RC_DECL_CONST) {
        put_const(hover, decl);
        return;
    }
    if (decl->is_local)
        put_row(hover, "Wire", "never: `[local]` messages stay in the process");
    else if (decl->type != NULL)
        put_row(hover, "Wire", "%s", wire_form(hover->arena, decl->type));
    if (decl->is_not_exported)
        put_row(hover, "Other nodes", "refused, and not told of its actors");
    put_row(hover, "C", "`%s`%s", c_name(hover, decl),
            decl->kind == RC_DECL_ENUM ? ", with `_ref`, `_handlers`, `_spawn`, `_type`" : "");
    if (!decl->is_local)
        put_row(hover, "Rust", "`%s`", rust_name(hover, &decl->name));
}

static void put_variant(struct hover *hover, const struct rc_decl *decl,
                        const struct rc_variant *variant)
{
    const char *v = rc_c_snake(hover->arena, variant->name.name->text);
    const char *owner = c_name(hover, decl);
    put_code(hover, variant->span);
    put_doc(hover, variant->doc, variant->deprecated);
    rc_buffer_puts(&hover->out, "\n");
    if (!decl->is_local)
        put_row(hover, "Wire", "`%s`, then %zu field%s, each with a u64 length",
                variant->name.name->text, variant->fields.count,
                variant->fields.count == 1 ? "" : "s");
    if (variant->is_not_exported)
        put_row(hover, "Other nodes", "refused");
    if (decl->kind == RC_DECL_UNION)
        put_row(hover, "C", "tag `%s_%s`", rc_c_upper(hover->arena, owner),
                rc_c_upper(hover->arena, v));
    else if (variant->is_rpc)
        put_row(hover, "C", "`%s_call_%s()`, `%s_ask_%s()`, handler `PREFIX_%s()`", owner, v, owner,
                v, v);
    else
        put_row(hover, "C", "`%s_send_%s()`, handler `PREFIX_%s()`", owner, v, v);
    if (!decl->is_local)
        put_row(hover, "Rust", "`%s::%s`", rust_name(hover, &decl->name),
                rust_name(hover, &variant->name));
}

static void put_field(struct hover *hover, const struct rc_lsp_word *word)
{
    const struct rc_field *field = word->field;
    const struct rc_type *type = field->type->type;
    const char *member = rc_c_member(hover->arena, field->name.name->text);
    put_code(hover, field->span);
    put_doc(hover, field->doc, field->deprecated);
    rc_buffer_puts(&hover->out, "\n");
    if (type != NULL && type->kind != RC_TYPE_PTR)
        put_row(hover, "Wire", "a u64 length, then %s", wire_form(hover->arena, type));
    if (word->variant != NULL)
        put_row(hover, "C", "`%s_%s.%s`", c_name(hover, word->decl),
                rc_c_snake(hover->arena, word->variant->name.name->text), member);
    else
        put_row(hover, "C", "`%s.%s`", c_name(hover, word->decl), member);
    if (type != NULL && type->kind != RC_TYPE_PTR && !word->decl->is_local)
        put_row(hover, "Rust", "`%s: %s`", rust_name(hover, &field->name), rust_type(hover, type));
}

/* Types in brackets, which have no one form in C and Rust. */
static void put_generic(struct hover *hover, const char *name)
{
    static const struct {
        const char *name;
        enum rc_type_kind kind;
        const char *usage;
        const char *c;
        const char *rust;
    } rows[] = {
        {"vec", RC_TYPE_VEC, "vec<T>", "ractor_vec_T", "Vec<T>"},
        {"option", RC_TYPE_OPTION, "option<T>", "ractor_option_T", "Option<T>"},
        {"map", RC_TYPE_MAP, "map<K, V>", "ractor_map_K_V", "BTreeMap<K, V>"},
        {"result", RC_TYPE_RESULT, "result<T, E>", "ractor_result_T_E", "Result<T, E>"},
        {"actor", RC_TYPE_ACTOR, "actor<Enum>", "ractor_actor_ENUM", "ActorAddress<Enum>"},
        {"ptr", RC_TYPE_PTR, "ptr<CType>", "CType *", "none"},
    };
    static const struct rc_type unit = {.kind = RC_TYPE_UNIT};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct rc_type type = {.kind = rows[i].kind, .args = {&unit, &unit}};
        if (strcmp(rows[i].name, name) != 0)
            continue;
        rc_buffer_printf(&hover->out, "```ractor\n%s\n```\n\n", rows[i].usage);
        put_row(hover, "Wire", "%s%s", wire_form(hover->arena, &type),
                type.kind == RC_TYPE_VEC
                    ? "; numbers, bool and char one after another without lengths"
                    : "");
        put_row(hover, "C", "`%s`", rows[i].c);
        put_row(hover, "Rust", "`%s`", rows[i].rust);
    }
}

static void put_builtin(struct hover *hover, const struct rc_name *name)
{
    struct rc_type type = {.text = name};
    if (!rc_sema_builtin(name->text, &type.kind)) {
        put_generic(hover, name->text);
        return;
    }
    rc_buffer_printf(&hover->out, "```ractor\n%s\n```\n\n", name->text);
    put_row(hover, "Wire", "%s", wire_form(hover->arena, &type));
    put_row(hover, "C", "`%s`", rc_c_builtin(type.kind));
    put_row(hover, "Rust", "`%s`", rust_type(hover, &type));
}

static void put_import(struct hover *hover, const struct rc_import *import)
{
    if (import->file == NULL)
        return;
    rc_buffer_printf(&hover->out, "`%s`", import->file->source->path);
    if (import->file->package_name->length != 0)
        rc_buffer_printf(&hover->out, ", package `%s`", import->file->package_name->text);
    rc_buffer_puts(&hover->out, "\n");
    put_doc(hover, import->file->doc, NULL);
}

static void put_package(struct hover *hover)
{
    const char *prefix = rc_c_snake(hover->arena, hover->file->package_name->text);
    put_code(hover, hover->file->package.span);
    put_doc(hover, hover->file->doc, NULL);
    rc_buffer_puts(&hover->out, "\n");
    put_row(hover, "C", "names begin with `%s_` and `%s_`", prefix,
            rc_c_upper(hover->arena, prefix));
}

static void put_word(struct hover *hover)
{
    const struct rc_lsp_word *word = hover->word;
    const char *about;
    switch (word->kind) {
    case RC_LSP_PACKAGE:
        put_package(hover);
        break;
    case RC_LSP_IMPORT:
        put_import(hover, word->import);
        break;
    case RC_LSP_DECL:
    case RC_LSP_REFERENCE:
        put_decl(hover, word->decl);
        break;
    case RC_LSP_VARIANT:
        put_variant(hover, word->decl, word->variant);
        break;
    case RC_LSP_FIELD:
        put_field(hover, word);
        break;
    case RC_LSP_BUILTIN:
        put_builtin(hover, word->name);
        break;
    case RC_LSP_ATTRIBUTE:
        about = rc_sema_attr_about(word->name->text);
        if (about != NULL)
            rc_buffer_puts(&hover->out, about);
        break;
    }
}

json_t *rc_lsp_hover(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                     size_t offset)
{
    struct rc_lsp_word word;
    if (view->file == NULL || !rc_lsp_word_at(view->file, offset, &word))
        return json_null();
    struct hover hover = {.arena = context->arena, .file = view->file, .word = &word};
    rc_buffer_init(&hover.out, context->arena);
    put_word(&hover);
    if (hover.out.length == 0)
        return json_null();
    return json_pack("{s:{s:s, s:o}, s:o}", "contents", "kind", "markdown", "value",
                     rc_lsp_string(context->arena, rc_buffer_text(&hover.out)), "range",
                     rc_lsp_range(word.span, context->unit));
}

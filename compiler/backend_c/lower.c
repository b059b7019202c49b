/* SPDX-License-Identifier: MIT */
#include "backend_c/lower.h"

#include "base/path.h"
#include "backend_c/backend_c.h"
#include "backend_c/layout.h"

#include <ctype.h>
#include <string.h>

#define ABI "4"

const char *rc_c_comment_text(struct rc_arena *arena, const char *text, size_t length)
{
    struct rc_buffer out;
    rc_buffer_init(&out, arena);
    if (length != 0)
        rc_buffer_puts(&out, " ");
    for (size_t i = 0; i < length; i++) {
        rc_buffer_add(&out, &text[i], 1);
        bool is_delimiter = i + 1 < length && ((text[i] == '*' && text[i + 1] == '/') ||
                                               (text[i] == '/' && text[i + 1] == '*'));
        if (is_delimiter)
            rc_buffer_puts(&out, " ");
    }
    return rc_buffer_text(&out);
}

void rc_c_lower_doc(struct rc_c_lower *lower, struct rc_model *model, const char *doc)
{
    rc_model_list(model, RC_KEY_doc);
    while (*doc != '\0') {
        size_t length = strcspn(doc, "\n");
        rc_model_text(rc_model_add(model, RC_KEY_doc), RC_KEY_line,
                      rc_c_comment_text(lower->arena, doc, length));
        doc += length + (doc[length] == '\n' ? 1 : 0);
    }
}

const char *rc_c_quote(struct rc_arena *arena, const char *text)
{
    struct rc_buffer out;
    rc_buffer_init(&out, arena);
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\' || byte == '?') /* ?: no trigraphs */
            rc_buffer_printf(&out, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7F)
            rc_buffer_printf(&out, "\\%03o", byte);
        else
            rc_buffer_add(&out, text, 1);
    }
    return rc_buffer_text(&out);
}

const char *rc_c_deprecated(struct rc_c_lower *lower, const char *why)
{
    if (why == NULL)
        return "";
    return rc_arena_printf(lower->arena, "RACTOR_DEPRECATED(\"%s\")\n",
                           rc_c_quote(lower->arena, why));
}

/* The include guard: DEMO_CHAT_ROOM_RC_H. */
static const char *guard_of(struct rc_c_lower *lower, const char *header)
{
    const char *first = lower->prefix[0] != '\0' ? lower->prefix : header;
    char *guard =
        rc_arena_printf(lower->arena, "%s%s%s", isdigit((unsigned char)first[0]) ? "RC_" : "",
                        lower->prefix, header);
    for (char *at = guard; *at != '\0'; at++)
        *at = isalnum((unsigned char)*at) ? (char)toupper((unsigned char)*at) : '_';
    return guard;
}

/* nanopb's header is found as its generator lays it out: by the path that was imported. */
static void lower_proto_include(struct rc_c_lower *lower, const char *path)
{
    size_t length = strlen(path);
    if (length > 6 && strcmp(path + length - 6, ".proto") == 0)
        length -= 6;
    rc_model_text(rc_model_add(lower->model, RC_KEY_includes), RC_KEY_include,
                  rc_arena_printf(lower->arena, "%.*s.pb.h", (int)length, path));
}

/* The header of an imported schema lies beside this one, under the schema's own name. */
static void lower_includes(struct rc_c_lower *lower)
{
    const struct rc_file *file = lower->input->file;
    rc_model_list(lower->model, RC_KEY_includes);
    for (size_t i = 0; i < file->imports.count; i++) {
        if (file->imports.items[i].is_proto)
            lower_proto_include(lower, file->imports.items[i].path);
        if (file->imports.items[i].file == NULL)
            continue;
        const char *name = rc_base_name(file->imports.items[i].path);
        size_t length = strlen(name);
        if (length > 7 && strcmp(name + length - 7, ".ractor") == 0)
            length -= 7;
        rc_model_text(rc_model_add(lower->model, RC_KEY_includes), RC_KEY_include,
                      rc_arena_printf(lower->arena, "%.*s.rc.h", (int)length, name));
    }
}

struct rc_model *rc_c_lower_file(struct rc_c_lower *lower)
{
    const struct rc_file *file = lower->input->file;
    const char *header = lower->input->output_names[0];
    const char *package = rc_c_snake(lower->arena, file->package_name->text);
    lower->prefix = package[0] != '\0' ? rc_arena_printf(lower->arena, "%s_", package) : "";
    lower->model = rc_model_new(lower->arena, NULL);
    rc_model_text(lower->model, RC_KEY_version, lower->input->version);
    rc_model_text(lower->model, RC_KEY_abi, ABI);
    rc_model_text(lower->model, RC_KEY_schema, rc_base_name(file->source->path));
    rc_model_text(lower->model, RC_KEY_header, header);
    rc_model_text(lower->model, RC_KEY_guard, guard_of(lower, header));
    lower_includes(lower);
    rc_map_init(&lower->types, lower->arena);
    rc_map_init(&lower->boxes, lower->arena);
    rc_model_list(lower->model, RC_KEY_consts);
    rc_model_list(lower->model, RC_KEY_structs);
    rc_model_list(lower->model, RC_KEY_types);
    rc_model_list(lower->model, RC_KEY_foreigns);
    rc_model_list(lower->model, RC_KEY_records);
    rc_model_list(lower->model, RC_KEY_enums);
    rc_model_list(lower->model, RC_KEY_parts);
    for (size_t i = 0; i < file->decls.count; i++) {
        const struct rc_decl *decl = file->decls.items[i];
        if (decl->kind == RC_DECL_ENUM)
            rc_c_lower_enum(lower, decl);
        else if (decl->kind == RC_DECL_STRUCT)
            rc_c_lower_struct(lower, decl);
        else if (decl->kind == RC_DECL_UNION)
            rc_c_lower_union(lower, decl);
        else
            rc_c_lower_const(lower, decl);
    }
    rc_c_enter_pending(lower);
    return lower->model;
}

static void emit(const struct rc_backend_input *input, struct rc_buffer *outputs)
{
    struct rc_c_lower lower = {.input = input, .arena = input->arena};
    const struct rc_templates *templates = rc_templates_get(input->kept, input->run);
    rc_c_names_init(&lower.names, input->arena, input->names, input->diags);
    if (templates->error != NULL) {
        rc_report_file(input->diags, RC_INTERNAL, input->file->source->path, "%s",
                       templates->error);
        return;
    }
    const struct rc_model *model = rc_c_lower_file(&lower);
    static const enum rc_template parts[] = {RC_TEMPLATE_header, RC_TEMPLATE_source};
    struct rc_buffer raw; /* of one part at a time */
    rc_buffer_init(&raw, input->arena);
    for (size_t i = 0; i < 2 && input->diags->n_errors == 0; i++) {
        raw.length = 0;
        rc_template_render(templates, parts[i], model, &raw);
        rc_buffer_reserve(&outputs[i], raw.length + raw.length / 8);
        rc_c_layout(raw.data, raw.length, &outputs[i]);
    }
}

const struct rc_backend rc_backend_c = {
    .name = "c",
    .n_outputs = 2,
    .suffixes = {".rc.h", ".rc.c"},
    .emit = emit,
};

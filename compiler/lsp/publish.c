/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics of one document. A mistake in a file that it imports is shown at the import, as that
 * file may not be open.
 */
#include "lsp/features.h"

#include <string.h>

/* Where the collected diagnostics go. */
struct publish {
    const struct rc_lsp_context *context;
    const struct rc_lsp_view *view;
    json_t *list;
};

static json_t *start_of_file(void)
{
    return json_pack("{s:{s:i, s:i}, s:{s:i, s:i}}", "start", "line", 0, "character", 0, "end",
                     "line", 0, "character", 0);
}

static json_t *related(const struct publish *publish, const struct rc_diag *diag)
{
    json_t *list = json_array();
    for (size_t i = 0; i < diag->notes.count; i++) {
        const struct rc_diag_note *note = &diag->notes.items[i];
        if (note->span.source != NULL)
            json_array_append_new(
                list,
                json_pack("{s:o, s:o}", "location", rc_lsp_location(publish->context, note->span),
                          "message", rc_lsp_string(publish->context->arena, note->message)));
    }
    return list;
}

/* What editors fade or strike through. */
static int tag_of(enum rc_code code)
{
    enum { UNNECESSARY = 1, DEPRECATED = 2 };
    if (code == RC_UNUSED_IMPORT || code == RC_LINT_UNUSED)
        return UNNECESSARY;
    return code == RC_DEPRECATED_USE ? DEPRECATED : 0;
}

static json_t *to_json(const struct publish *publish, const struct rc_diag *diag)
{
    struct rc_arena *arena = publish->context->arena;
    const char *option = rc_code_switch(diag->code);
    const char *hint = diag->hint != NULL ? diag->hint : "";
    char code[8];
    const char *message =
        rc_arena_printf(arena, "%s%s%s", diag->message, hint[0] != '\0' ? "\nhint: " : "", hint);
    json_t *json = json_pack(
        "{s:o, s:i, s:s, s:s, s:o, s:o}", "range",
        diag->span.source != NULL ? rc_lsp_range(diag->span, publish->context->unit)
                                  : start_of_file(),
        "severity", diag->severity == RC_ERROR ? 1 : 2, "code",
        option[0] != '\0' ? option : rc_code_text(diag->code, code), "source", "rcgen", "message",
        rc_lsp_string(arena, message), "relatedInformation", related(publish, diag));
    if (tag_of(diag->code) != 0)
        json_object_set_new(json, "tags", json_pack("[i]", tag_of(diag->code)));
    return json;
}

/* A text that no schema can be is checked as an empty one, so that paths tell more than addresses.
 */
static bool is_of(const struct rc_file *file, const struct rc_source *source)
{
    return file != NULL && strcmp(file->source->path, source->path) == 0;
}

/* The import by which a file's mistakes come in; NULL: they are of a file further away. */
static const struct rc_import *import_of(const struct rc_file *file, const struct rc_source *source)
{
    for (size_t i = 0; i < file->imports.count; i++) {
        if (is_of(file->imports.items[i].file, source))
            return &file->imports.items[i];
    }
    return NULL;
}

/* Says at an import that the imported file has an error, which is shown as related. */
static json_t *imported_error(const struct publish *publish, const struct rc_diag *diag,
                              const struct rc_import *import)
{
    struct rc_diag *copy = rc_arena_alloc(publish->context->arena, sizeof *copy);
    *copy = (struct rc_diag){.code = diag->code,
                             .severity = RC_ERROR,
                             .span = import->span,
                             .arena = publish->context->arena};
    copy->message = rc_arena_printf(copy->arena, "\"%s\": %s", import->path, diag->message);
    rc_note(copy, diag->span, "here");
    return to_json(publish, copy);
}

static void show(void *user, const struct rc_diag *diag)
{
    struct publish *publish = user;
    const struct rc_file *file = publish->view->file;
    if (diag->span.source == NULL || is_of(file, diag->span.source)) {
        json_array_append_new(publish->list, to_json(publish, diag));
        return;
    }
    const struct rc_import *import = file != NULL ? import_of(file, diag->span.source) : NULL;
    if (import != NULL && diag->severity == RC_ERROR)
        json_array_append_new(publish->list, imported_error(publish, diag, import));
}

json_t *rc_lsp_diagnostics(const struct rc_lsp_context *context,
                           const struct rc_lsp_document *document)
{
    struct rc_lsp_view view;
    struct publish publish = {.context = context, .view = &view, .list = json_array()};
    const struct rc_diag_sink sink = {show, &publish};
    rc_lsp_view(&view, context->arena, context->options, context->documents, document->path);
    if (document->is_too_large)
        rc_report_file(&view.compile.diags, RC_FILE_TOO_LARGE, document->path,
                       "is larger than %zu MiB", RC_SOURCE_LIMIT_BYTES >> 20);
    rc_diags_flush(&view.compile.diags, &sink);
    return json_pack("{s:s, s:I, s:o}", "uri", document->uri, "version", document->version,
                     "diagnostics", publish.list);
}

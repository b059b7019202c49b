/* SPDX-License-Identifier: MIT */
/*
 * Where a declaration is used. Each file that may use it is checked by itself, so a declaration is
 * known again by its file and its place there. Files are the open documents and the schemas below
 * the workspace's folder, up to a limit.
 */
#include "lsp/features.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_FILES 2000
#define MAX_ENTRIES 100000 /* of folders, so that a workspace of `/` ends, too */
#define MAX_FOLDER_DEPTH 12

/* The files to look through, by URI: each once, by whichever name it was met. */
struct files {
    const struct rc_lsp_context *context;
    RC_LIST(const char *) paths;
    RC_LIST(const char *) uris;
    size_t n_entries;
    bool is_cut; /* there are more */
};

static void add_file(struct files *files, const char *path)
{
    const char *uri = rc_lsp_uri_of(files->context, path);
    for (size_t i = 0; i < files->uris.count; i++) {
        if (strcmp(files->uris.items[i], uri) == 0)
            return;
    }
    files->is_cut = files->uris.count == MAX_FILES;
    if (files->is_cut)
        return;
    *rc_list_add(files->context->arena, &files->uris) = uri;
    *rc_list_add(files->context->arena, &files->paths) = path;
}

/* Schemas of a folder and those in it. Hidden ones are left out, links are not followed. */
static void add_folder(struct files *files, const char *folder, int depth)
{
    DIR *dir = depth < MAX_FOLDER_DEPTH ? opendir(folder) : NULL;
    const struct dirent *entry;
    while (dir != NULL && !files->is_cut && (entry = readdir(dir)) != NULL) {
        struct stat info;
        size_t length = strlen(entry->d_name);
        files->is_cut = ++files->n_entries > MAX_ENTRIES;
        if (entry->d_name[0] == '.' || files->is_cut)
            continue;
        const char *path = rc_arena_printf(files->context->arena, "%s/%s", folder, entry->d_name);
        if (lstat(path, &info) != 0)
            continue;
        if (S_ISDIR(info.st_mode))
            add_folder(files, path, depth + 1);
        else if (S_ISREG(info.st_mode) && length > 7 &&
                 strcmp(entry->d_name + length - 7, ".ractor") == 0)
            add_file(files, path);
    }
    if (dir != NULL)
        (void)closedir(dir);
}

/* One declaration's uses in one file. */
struct uses {
    const struct rc_lsp_context *context;
    const char *uri; /* of the file that declares it */
    uint32_t begin;  /* of its name there */
    bool with_declaration;
    bool is_cut; /* not all files were looked through */
    RC_LIST(struct rc_span) spans;
};

static void collect(void *user, const struct rc_lsp_word *word)
{
    struct uses *uses = user;
    bool is_use =
        word->kind == RC_LSP_REFERENCE || (word->kind == RC_LSP_DECL && uses->with_declaration);
    if (!is_use || word->decl->name.span.begin != uses->begin ||
        strcmp(rc_lsp_uri_of(uses->context, word->decl->file->source->path), uses->uri) != 0)
        return;
    struct rc_span span = word->span;
    span.begin = span.end - word->decl->name.name->length; /* without the package */
    *rc_list_add(uses->context->arena, &uses->spans) = span;
}

/* Collects all uses; false when the place names no declaration. */
static bool find(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                 size_t offset, struct uses *uses)
{
    struct rc_lsp_word word;
    struct files files = {.context = context};
    if (view->file == NULL || !rc_lsp_word_at(view->file, offset, &word) ||
        (word.kind != RC_LSP_DECL && word.kind != RC_LSP_REFERENCE))
        return false;
    uses->context = context;
    uses->uri = rc_lsp_uri_of(context, word.decl->file->source->path);
    uses->begin = word.decl->name.span.begin;
    add_file(&files, word.decl->file->source->path);
    for (size_t i = 0; i < context->documents->count; i++)
        add_file(&files, context->documents->items[i].path);
    if (context->root != NULL)
        add_folder(&files, context->root, 0);
    for (size_t i = 0; i < files.paths.count; i++) {
        struct rc_lsp_view other;
        rc_lsp_view(&other, context->arena, context->options, context->documents,
                    files.paths.items[i]);
        if (other.file != NULL)
            rc_lsp_walk(other.file, collect, uses);
    }
    uses->is_cut = files.is_cut;
    return true;
}

json_t *rc_lsp_references(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                          size_t offset, bool with_declaration)
{
    struct uses uses = {.with_declaration = with_declaration};
    if (!find(context, view, offset, &uses))
        return json_null();
    json_t *list = json_array();
    for (size_t i = 0; i < uses.spans.count; i++)
        json_array_append_new(list, rc_lsp_location(context, uses.spans.items[i]));
    return list;
}

json_t *rc_lsp_prepare_rename(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                              size_t offset)
{
    struct rc_lsp_word word;
    if (view->file == NULL || !rc_lsp_word_at(view->file, offset, &word) ||
        (word.kind != RC_LSP_DECL && word.kind != RC_LSP_REFERENCE))
        return json_null();
    word.span.begin = word.span.end - word.decl->name.name->length;
    return rc_lsp_range(word.span, context->unit);
}

bool rc_lsp_is_name(const char *name)
{
    if (!isalpha((unsigned char)name[0]) && name[0] != '_')
        return false;
    for (const char *at = name; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at) && *at != '_')
            return false;
    }
    return strlen(name) <= 255;
}

json_t *rc_lsp_rename(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                      size_t offset, const char *name)
{
    struct uses uses = {.with_declaration = true};
    if (!find(context, view, offset, &uses) || uses.is_cut)
        return json_null(); /* half a rename would be worse than none */
    json_t *changes = json_object();
    for (size_t i = 0; i < uses.spans.count; i++) {
        const char *uri = rc_lsp_uri_of(context, uses.spans.items[i].source->path);
        json_t *edits = json_object_get(changes, uri);
        if (edits == NULL) {
            json_object_set_new(changes, uri, json_array());
            edits = json_object_get(changes, uri);
        }
        json_array_append_new(edits, json_pack("{s:o, s:s}", "range",
                                               rc_lsp_range(uses.spans.items[i], context->unit),
                                               "newText", name));
    }
    return json_pack("{s:o}", "changes", changes);
}

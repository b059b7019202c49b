/* SPDX-License-Identifier: MIT */
#include "driver/load.h"

#include "driver/read.h"
#include "syntax/parse.h"

#include <string.h>
#include <unistd.h>

#define MAX_IMPORT_DEPTH 128

void rc_loader_init(struct rc_loader *loader, struct rc_arena *arena, struct rc_intern *names,
                    struct rc_diags *diags)
{
    *loader = (struct rc_loader){.arena = arena, .names = names, .diags = diags};
}

static struct rc_loaded *find_loaded(const struct rc_loader *loader, const struct stat *info)
{
    for (size_t i = 0; i < loader->all.count; i++) {
        struct rc_loaded *loaded = loader->all.items[i];
        if (loaded->device == info->st_dev && loaded->inode == info->st_ino)
            return loaded;
    }
    return NULL;
}

/* The folder of a path, with its slash; "" for the current one. */
static const char *folder_of(struct rc_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? rc_arena_text(arena, path, (size_t)(slash + 1 - path)) : "";
}

static const struct rc_overlay *overlay_of_path(const struct rc_loader *loader, const char *path)
{
    for (size_t i = 0; i < loader->overlays.count; i++) {
        if (strcmp(loader->overlays.items[i].path, path) == 0)
            return &loader->overlays.items[i];
    }
    return NULL;
}

static const struct rc_overlay *overlay_of_file(const struct rc_loader *loader,
                                                const struct stat *info)
{
    for (size_t i = 0; i < loader->overlays.count; i++) {
        const struct rc_overlay *overlay = &loader->overlays.items[i];
        if (overlay->device == info->st_dev && overlay->inode == info->st_ino)
            return overlay;
    }
    return NULL;
}

static bool exists(const struct rc_loader *loader, const char *path)
{
    return overlay_of_path(loader, path) != NULL || access(path, F_OK) == 0;
}

/* Where an import lies; NULL when it is nowhere. */
static const char *resolve(struct rc_loader *loader, const char *importer, const char *path)
{
    if (path[0] == '/')
        return exists(loader, path) ? path : NULL;
    const char *beside =
        rc_arena_printf(loader->arena, "%s%s", folder_of(loader->arena, importer), path);
    if (exists(loader, beside))
        return beside;
    for (size_t i = 0; i < loader->include_dirs.count; i++) {
        const char *in =
            rc_arena_printf(loader->arena, "%s/%s", loader->include_dirs.items[i], path);
        if (exists(loader, in))
            return in;
    }
    return NULL;
}

/* A file about to be read: which it is, and where its text comes from. */
struct opened {
    const char *path;
    const struct rc_overlay *overlay; /* NULL: read from `fd` */
    int fd;
    struct stat info;
};

static bool open_one(struct rc_loader *loader, const char *path, struct opened *opened,
                     struct rc_read_error *error)
{
    *opened = (struct opened){.path = path, .overlay = overlay_of_path(loader, path), .fd = -1};
    if (opened->overlay != NULL) {
        opened->info.st_dev = opened->overlay->device;
        opened->info.st_ino = opened->overlay->inode;
        return true;
    }
    opened->fd = rc_read_open(loader->arena, path, &opened->info, error);
    if (opened->fd < 0)
        return false;
    opened->overlay = overlay_of_file(loader, &opened->info);
    return true;
}

static void close_one(const struct opened *opened)
{
    if (opened->fd >= 0)
        (void)close(opened->fd);
}

/* Its text, and closes it. NULL: reported through `error`. */
static const char *text_of(struct rc_loader *loader, const struct opened *opened, size_t *length,
                           struct rc_read_error *error)
{
    if (opened->overlay == NULL)
        return rc_read_all(loader->arena, opened->fd, RC_SOURCE_LIMIT_BYTES, length, error);
    close_one(opened);
    *length = opened->overlay->length;
    return opened->overlay->text;
}

/* Reads and parses; without its imports. NULL: reported through `error`. */
static struct rc_loaded *read_one(struct rc_loader *loader, const struct opened *opened,
                                  struct rc_read_error *error)
{
    size_t length = 0;
    const char *path = opened->path;
    const char *text = text_of(loader, opened, &length, error);
    if (text == NULL)
        return NULL;
    const char *shown = strcmp(path, "-") == 0 ? "<stdin>" : path;
    struct rc_source *source = rc_source_new(loader->arena, shown, text, length);
    struct rc_loaded *loaded = rc_arena_alloc(loader->arena, sizeof *loaded);
    loaded->path = path;
    loaded->device = opened->info.st_dev;
    loaded->inode = opened->info.st_ino;
    if (!rc_read_check(loader->diags, source))
        source = rc_source_new(loader->arena, shown, "", 0); /* an empty schema, to go on with */
    loaded->file = rc_parse(loader->arena, loader->names, loader->diags, source);
    *rc_list_add(loader->arena, &loader->all) = loaded;
    return loaded;
}

static void load_imports(struct rc_loader *loader, struct rc_loaded *loaded);

static void report_cycle(struct rc_loader *loader, const struct rc_import *import)
{
    struct rc_diag *diag = rc_report(loader->diags, RC_IMPORT_CYCLE, import->span,
                                     "\"%s\" imports itself, by way of other files", import->path);
    for (size_t i = 0; i < loader->all.count; i++) {
        const struct rc_loaded *one = loader->all.items[i];
        if (one->is_loading && one->imported_at.source != NULL &&
            one->imported_at.source != import->span.source)
            rc_note(diag, one->imported_at, "the chain goes through here");
    }
    rc_hint(diag, "move what both need to a third file");
}

static bool is_repeated(struct rc_loader *loader, const struct rc_loaded *loaded,
                        const struct rc_loaded *imported, const struct rc_import *import)
{
    for (size_t i = 0; i < loaded->imports.count; i++) {
        if (loaded->imports.items[i] != imported)
            continue;
        struct rc_diag *diag = rc_report(loader->diags, RC_IMPORT_TWICE, import->span,
                                         "\"%s\" is imported twice", import->path);
        for (const struct rc_import *earlier = loaded->file->imports.items; earlier < import;
             earlier++) {
            if (earlier->file == imported->file)
                rc_note(diag, earlier->span, "first here");
        }
        return true;
    }
    return false;
}

static struct rc_loaded *open_import(struct rc_loader *loader, const struct rc_import *import,
                                     const char *path)
{
    struct rc_read_error error = {0};
    struct opened opened;
    if (open_one(loader, path, &opened, &error)) {
        struct rc_loaded *known = find_loaded(loader, &opened.info);
        if (known != NULL) {
            close_one(&opened);
            return known;
        }
        struct rc_loaded *loaded = read_one(loader, &opened, &error);
        if (loaded != NULL) {
            loaded->imported_at = import->span;
            load_imports(loader, loaded);
            return loaded;
        }
    }
    rc_report(loader->diags, error.code, import->span, "\"%s\" %s", path, error.message);
    return NULL;
}

static void load_import(struct rc_loader *loader, struct rc_loaded *loaded,
                        struct rc_import *import)
{
    if (import->path[0] == '\0')
        return; /* reported by the parser */
    const char *path = resolve(loader, loaded->path, import->path);
    if (path == NULL) {
        struct rc_diag *diag = rc_report(loader->diags, RC_IMPORT_NOT_FOUND, import->span,
                                         "cannot find \"%s\"", import->path);
        rc_hint(diag, "it is looked for beside this file, then in the folders given by -I");
        return;
    }
    import->is_found = true;
    if (import->is_proto) {
        *rc_list_add(loader->arena, &loaded->protos) = path;
        return;
    }
    struct rc_loaded *imported = open_import(loader, import, path);
    if (imported == NULL)
        return;
    if (imported->is_loading) {
        report_cycle(loader, import);
        return;
    }
    if (is_repeated(loader, loaded, imported, import))
        return;
    import->file = imported->file;
    *rc_list_add(loader->arena, &loaded->imports) = imported;
}

static void load_imports(struct rc_loader *loader, struct rc_loaded *loaded)
{
    if (loader->depth == MAX_IMPORT_DEPTH) {
        rc_report(loader->diags, RC_NESTED_TOO_DEEPLY, loaded->imported_at,
                  "imports nest more than %d deep", MAX_IMPORT_DEPTH);
        return;
    }
    loader->depth++;
    loaded->is_loading = true;
    for (size_t i = 0; i < loaded->file->imports.count; i++)
        load_import(loader, loaded, &loaded->file->imports.items[i]);
    loaded->is_loading = false;
    loader->depth--;
    *rc_list_add(loader->arena, &loader->ordered) = loaded;
}

struct rc_loaded *rc_load(struct rc_loader *loader, const char *path)
{
    struct rc_read_error error = {0};
    struct opened opened;
    if (open_one(loader, path, &opened, &error)) {
        struct rc_loaded *loaded = find_loaded(loader, &opened.info);
        if (loaded != NULL) {
            close_one(&opened);
            return loaded;
        }
        loaded = read_one(loader, &opened, &error);
        if (loaded != NULL) {
            load_imports(loader, loaded);
            return loaded;
        }
    }
    loader->is_io_failure = loader->is_io_failure || error.code != RC_FILE_TOO_LARGE;
    rc_report_file(loader->diags, error.code, path, "%s", error.message);
    return NULL;
}

static void collect(struct rc_loader *loader, struct rc_loaded *loaded, struct rc_paths *paths)
{
    if (loaded->mark == loader->walk)
        return;
    loaded->mark = loader->walk;
    *rc_list_add(loader->arena, paths) = loaded->path;
    for (size_t i = 0; i < loaded->protos.count; i++)
        *rc_list_add(loader->arena, paths) = loaded->protos.items[i];
    for (size_t i = 0; i < loaded->imports.count; i++)
        collect(loader, loaded->imports.items[i], paths);
}

struct rc_paths rc_load_dependencies(struct rc_loader *loader, struct rc_loaded *root)
{
    struct rc_paths paths = {0};
    loader->walk++;
    collect(loader, root, &paths);
    return paths;
}

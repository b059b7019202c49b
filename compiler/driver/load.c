/* SPDX-License-Identifier: MIT */
#include "driver/load.h"

#include "driver/ahead.h"
#include "driver/schema_file.h"

#include <string.h>
#include <unistd.h>

#define MAX_IMPORT_DEPTH 128

void rc_loader_init(struct rc_loader *loader, struct rc_arena *arena, struct rc_intern *names,
                    struct rc_diags *diags)
{
    *loader = (struct rc_loader){.arena = arena, .names = names, .diags = diags};
    rc_map_init(&loader->known, arena);
    rc_map_init(&loader->ahead, arena);
}

/* A file's name in the table of those that have been read. */
static const struct rc_name *identity_of(struct rc_loader *loader, dev_t device, ino_t inode)
{
    const uint64_t identity[] = {(uint64_t)device, (uint64_t)inode};
    return rc_intern(loader->names, (const char *)identity, sizeof identity);
}

/* The folder of a path, with its slash; "" for the current one. */
static const char *folder_of(struct rc_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? rc_arena_text(arena, path, (size_t)(slash + 1 - path)) : "";
}

static bool exists(const struct rc_loader *loader, const char *path)
{
    return rc_schema_overlay(&loader->overlays, path) != NULL || access(path, F_OK) == 0;
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

/* Goes on with a file that is new: what it imports comes next. */
static struct rc_loaded *enter(struct rc_loader *loader, struct rc_loaded *loaded,
                               struct rc_span imported_at)
{
    *rc_list_add(loader->arena, &loader->all) = loaded;
    (void)rc_map_add(&loader->known, identity_of(loader, loaded->device, loaded->inode), loaded);
    loaded->imported_at = imported_at;
    load_imports(loader, loaded);
    return loaded;
}

static struct rc_loaded *take_ahead(struct rc_loader *loader, const struct rc_ahead *ahead,
                                    struct rc_span imported_at, struct rc_read_error *error)
{
    struct rc_loaded *loaded = ahead->loaded;
    *error = ahead->error;
    if (loaded == NULL)
        return NULL;
    struct rc_loaded *known =
        rc_map_find(&loader->known, identity_of(loader, loaded->device, loaded->inode));
    if (known != NULL)
        return known;
    rc_diags_merge(loader->diags, &ahead->diags);
    return enter(loader, loaded, imported_at);
}

static struct rc_loaded *read_now(struct rc_loader *loader, const char *path,
                                  struct rc_span imported_at, struct rc_read_error *error)
{
    const struct rc_reader reader = {loader->arena, loader->names, loader->diags,
                                     &loader->overlays};
    struct rc_opened opened;
    if (!rc_schema_open(&reader, path, &opened, error))
        return NULL;
    struct rc_loaded *known =
        rc_map_find(&loader->known, identity_of(loader, opened.info.st_dev, opened.info.st_ino));
    if (known != NULL) {
        rc_schema_close(&opened);
        return known;
    }
    struct rc_loaded *loaded = rc_schema_parse(&reader, &opened, error);
    return loaded != NULL ? enter(loader, loaded, imported_at) : NULL;
}

/* The file of a path, with all that it imports. NULL: reported through `error`. */
static struct rc_loaded *obtain(struct rc_loader *loader, const char *path,
                                struct rc_span imported_at, struct rc_read_error *error)
{
    const struct rc_ahead *ahead = rc_map_find(&loader->ahead, rc_intern_cstr(loader->names, path));
    return ahead != NULL ? take_ahead(loader, ahead, imported_at, error)
                         : read_now(loader, path, imported_at, error);
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
    struct rc_read_error error = {0};
    struct rc_loaded *imported = obtain(loader, path, import->span, &error);
    if (imported == NULL) {
        rc_report(loader->diags, error.code, import->span, "\"%s\" %s", path, error.message);
        return;
    }
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
    struct rc_loaded *loaded = obtain(loader, path, (struct rc_span){NULL, 0, 0}, &error);
    if (loaded != NULL)
        return loaded;
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

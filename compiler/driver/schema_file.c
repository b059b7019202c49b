/* SPDX-License-Identifier: MIT */
#include "driver/schema_file.h"

#include "syntax/parse.h"

#include <string.h>
#include <unistd.h>

const struct rc_overlay *rc_schema_overlay(const struct rc_overlays *overlays, const char *path)
{
    for (size_t i = 0; i < overlays->count; i++) {
        if (strcmp(overlays->items[i].path, path) == 0)
            return &overlays->items[i];
    }
    return NULL;
}

static const struct rc_overlay *overlay_of_file(const struct rc_overlays *overlays,
                                                const struct stat *info)
{
    for (size_t i = 0; i < overlays->count; i++) {
        const struct rc_overlay *overlay = &overlays->items[i];
        if (overlay->device == info->st_dev && overlay->inode == info->st_ino)
            return overlay;
    }
    return NULL;
}

bool rc_schema_open(const struct rc_reader *reader, const char *path, struct rc_opened *opened,
                    struct rc_read_error *error)
{
    *opened = (struct rc_opened){
        .path = path, .overlay = rc_schema_overlay(reader->overlays, path), .fd = -1};
    if (opened->overlay != NULL) {
        opened->info.st_dev = opened->overlay->device;
        opened->info.st_ino = opened->overlay->inode;
        return true;
    }
    opened->fd = rc_read_open(reader->arena, path, &opened->info, error);
    if (opened->fd < 0)
        return false;
    opened->overlay = overlay_of_file(reader->overlays, &opened->info);
    return true;
}

void rc_schema_close(const struct rc_opened *opened)
{
    if (opened->fd >= 0)
        (void)close(opened->fd);
}

/* Its text, and closes it. NULL: reported through `error`. */
static const char *text_of(const struct rc_reader *reader, const struct rc_opened *opened,
                           size_t *length, struct rc_read_error *error)
{
    if (opened->overlay == NULL)
        return rc_read_all(reader->arena, opened->fd, RC_SOURCE_LIMIT_BYTES, length, error);
    rc_schema_close(opened);
    *length = opened->overlay->length;
    return opened->overlay->text;
}

struct rc_loaded *rc_schema_parse(const struct rc_reader *reader, const struct rc_opened *opened,
                                  struct rc_read_error *error)
{
    size_t length = 0;
    const char *path = opened->path;
    const char *text = text_of(reader, opened, &length, error);
    if (text == NULL)
        return NULL;
    const char *shown = strcmp(path, "-") == 0 ? "<stdin>" : path;
    struct rc_source *source = rc_source_new(reader->arena, shown, text, length);
    struct rc_loaded *loaded = rc_arena_alloc(reader->arena, sizeof *loaded);
    loaded->path = path;
    loaded->device = opened->info.st_dev;
    loaded->inode = opened->info.st_ino;
    if (!rc_read_check(reader->diags, source))
        source = rc_source_new(reader->arena, shown, "", 0); /* an empty schema, to go on with */
    loaded->file = rc_parse(reader->arena, reader->names, reader->diags, source);
    return loaded;
}

/* SPDX-License-Identifier: MIT */
#include "driver/format.h"

#include "driver/output.h"
#include "driver/read.h"
#include "fmt/fmt.h"
#include "syntax/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum rc_outcome unreadable(struct rc_diags *diags, const char *path,
                                  const struct rc_read_error *error)
{
    rc_report_file(diags, error->code, path, "%s", error->message);
    return error->code == RC_FILE_TOO_LARGE ? RC_OUTCOME_ERRORS : RC_OUTCOME_IO;
}

enum rc_outcome rc_format_source(struct rc_arena *arena, struct rc_diags *diags,
                                 struct rc_source *source, struct rc_formatted *formatted)
{
    struct rc_intern names;
    if (!rc_read_check(diags, source))
        return RC_OUTCOME_ERRORS;
    rc_intern_init(&names, arena);
    const struct rc_file *file = rc_parse(arena, &names, diags, source);
    if (file->is_broken)
        return RC_OUTCOME_ERRORS;
    formatted->text = source->text;
    formatted->length = source->length;
    rc_buffer_init(&formatted->canonical, arena);
    rc_fmt(arena, &names, file, &formatted->canonical);
    formatted->is_canonical = formatted->canonical.length == source->length &&
                              (source->length == 0 || memcmp(formatted->canonical.data,
                                                             source->text, source->length) == 0);
    return RC_OUTCOME_OK;
}

enum rc_outcome rc_format_file(struct rc_arena *arena, struct rc_diags *diags, const char *path,
                               struct rc_formatted *formatted)
{
    struct rc_read_error error = {0};
    struct stat info;
    size_t length = 0;
    int fd = rc_read_open(arena, path, &info, &error);
    if (fd < 0)
        return unreadable(diags, path, &error);
    const char *text = rc_read_all(arena, fd, RC_SOURCE_LIMIT_BYTES, &length, &error);
    if (text == NULL)
        return unreadable(diags, path, &error);
    const char *shown = strcmp(path, "-") == 0 ? "<stdin>" : path;
    return rc_format_source(arena, diags, rc_source_new(arena, shown, text, length), formatted);
}

const char *rc_format_rewrite(struct rc_arena *arena, const char *path,
                              const struct rc_formatted *formatted)
{
    char *real = realpath(path, NULL);
    if (real == NULL)
        return rc_arena_printf(arena, "%s: cannot be written: %s", path, strerror(errno));
    const struct rc_output output = {rc_arena_text(arena, real, strlen(real)),
                                     formatted->canonical.data, formatted->canonical.length};
    free(real);
    return rc_output_write(arena, &output, 1, false);
}

/* SPDX-License-Identifier: MIT */
/* The formatter on a file: read, parse, lay out. Imports are not looked at, nor are names checked.
 */
#ifndef RCGEN_DRIVER_FORMAT_H
#define RCGEN_DRIVER_FORMAT_H

#include "base/buffer.h"
#include "base/diag.h"
#include "driver/compile.h"

struct rc_formatted {
    const char *text; /* the file as it was */
    size_t length;
    struct rc_buffer canonical;
    bool is_canonical; /* both are the same */
};

/* Formats a text that is in memory, which `formatted` then refers to. */
enum rc_outcome rc_format_source(struct rc_arena *arena, struct rc_diags *diags,
                                 struct rc_source *source, struct rc_formatted *formatted);

/* Formats a file, "-" being standard input; `formatted` is filled in when the outcome is OK. */
enum rc_outcome rc_format_file(struct rc_arena *arena, struct rc_diags *diags, const char *path,
                               struct rc_formatted *formatted);

/*
 * Replaces a file's content with its canonical text, all or nothing, through symbolic links. NULL,
 * or what went wrong.
 */
const char *rc_format_rewrite(struct rc_arena *arena, const char *path,
                              const struct rc_formatted *formatted);

#endif

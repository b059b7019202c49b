/* SPDX-License-Identifier: MIT */
/*
 * Writes files all or none: first each to a temporary file beside its place, then, when every write
 * has succeeded, all are renamed. On an error nothing has changed.
 */
#ifndef RCGEN_DRIVER_OUTPUT_H
#define RCGEN_DRIVER_OUTPUT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct rc_output {
    const char *path; /* "-": standard output */
    const char *data;
    size_t length;
};

/* Outputs on their way. */
struct rc_writing;

/* Gets ready to write, in the arena; with `if_changed`, a file that already has the content will be
 * left alone, its time included. */
struct rc_writing *rc_output_prepare(struct rc_arena *arena, const struct rc_output *outputs,
                                     size_t count, bool if_changed);

/* Writes. Asks for no memory: there are files that would have to be removed if there were none. */
void rc_output_commit(struct rc_writing *writing);

/* NULL, or what went wrong, for the user. */
const char *rc_output_error(struct rc_arena *arena, const struct rc_writing *writing);

/* All three. */
const char *rc_output_write(struct rc_arena *arena, const struct rc_output *outputs, size_t count,
                            bool if_changed);

#endif

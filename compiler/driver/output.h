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

/*
 * With `if_changed`, a file that already has the content is left alone, its time included. Returns
 * NULL, or what went wrong, for the user.
 */
const char *rc_output_write(struct rc_arena *arena, const struct rc_output *outputs, size_t count,
                            bool if_changed);

#endif

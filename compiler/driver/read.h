/* SPDX-License-Identifier: MIT */
/* Reads one file whole; private to this folder. */
#ifndef RCGEN_DRIVER_READ_H
#define RCGEN_DRIVER_READ_H

#include "base/diag.h"

#include <stdbool.h>
#include <sys/stat.h>

/* What `rc_read_file` could not do. */
struct rc_read_error {
    enum rc_code code;
    const char *message; /* without the path */
};

/* Opens for reading and tells which file it is; -1 with `error` filled. "-" is standard input. */
int rc_read_open(struct rc_arena *arena, const char *path, struct stat *info,
                 struct rc_read_error *error);

/* Reads to the end and closes; NULL with `error` filled. At most `limit` bytes; terminated. */
char *rc_read_all(struct rc_arena *arena, int fd, size_t limit, size_t *length,
                  struct rc_read_error *error);

/* Reports bytes that no schema may contain: NUL, a byte order mark, CR, what is not UTF-8. */
bool rc_read_check(struct rc_diags *diags, const struct rc_source *source);

#endif

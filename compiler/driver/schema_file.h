/* SPDX-License-Identifier: MIT */
/* One schema file: opened, read and parsed, without what it imports. Private to this folder. */
#ifndef RCGEN_DRIVER_SCHEMA_FILE_H
#define RCGEN_DRIVER_SCHEMA_FILE_H

#include "driver/load.h"
#include "driver/read.h"

/* What a file is read with. A thread has one of its own; overlays are only looked at. */
struct rc_reader {
    struct rc_arena *arena;
    struct rc_intern *names;
    struct rc_diags *diags;
    const struct rc_overlays *overlays;
};

/* A file about to be read: which it is, and where its text comes from. */
struct rc_opened {
    const char *path;
    const struct rc_overlay *overlay; /* NULL: read from `fd` */
    int fd;
    struct stat info;
};

/* The text that stands in for a path; NULL: none. */
const struct rc_overlay *rc_schema_overlay(const struct rc_overlays *overlays, const char *path);

/* False, with `error` filled: it cannot be opened. */
bool rc_schema_open(const struct rc_reader *reader, const char *path, struct rc_opened *opened,
                    struct rc_read_error *error);

void rc_schema_close(const struct rc_opened *opened);

/* Reads, closes and parses. NULL, with `error` filled: it cannot be read. */
struct rc_loaded *rc_schema_parse(const struct rc_reader *reader, const struct rc_opened *opened,
                                  struct rc_read_error *error);

#endif

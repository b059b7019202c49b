/* SPDX-License-Identifier: MIT */
/*
 * A schema's text, and places in it. Lines and columns count from 1; columns are bytes, as
 * editors and the GNU error format have them.
 */
#ifndef RCGEN_BASE_SOURCE_H
#define RCGEN_BASE_SOURCE_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

#define RC_SOURCE_LIMIT_BYTES ((size_t)16 << 20)

struct rc_source {
    const char *path; /* as the user will see it */
    const char *text; /* terminated */
    size_t length;
    uint32_t *line_starts; /* offset of each line's first byte */
    size_t n_lines;
};

/* Bytes [begin, end) of a source. A NULL source is "nowhere", for errors about a file as such. */
struct rc_span {
    const struct rc_source *source;
    uint32_t begin;
    uint32_t end;
};

struct rc_position {
    size_t line;
    size_t column;
};

/* A source over text that is already in memory; `text` must outlive it and be terminated. */
struct rc_source *rc_source_new(struct rc_arena *arena, const char *path, const char *text,
                                size_t length);

/* Line and column of an offset. */
struct rc_position rc_source_position(const struct rc_source *source, size_t offset);

/* A line's first byte and, through `length`, its size without the newline. */
const char *rc_source_line(const struct rc_source *source, size_t line, size_t *length);

/* The smallest span that covers both. */
struct rc_span rc_span_join(struct rc_span a, struct rc_span b);

#endif

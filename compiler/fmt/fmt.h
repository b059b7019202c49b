/* SPDX-License-Identifier: MIT */
/*
 * The one layout of a schema: 4 spaces of indentation, a member per line, 100 columns. Formatting
 * what is formatted changes nothing; no comment is lost or reordered, and the result means the
 * same.
 */
#ifndef RCGEN_FMT_FMT_H
#define RCGEN_FMT_FMT_H

#include "ast/ast.h"
#include "base/buffer.h"
#include "base/intern.h"

/* Appends the schema's canonical text. The file must have parsed without an error. */
void rc_fmt(struct rc_arena *arena, struct rc_intern *names, const struct rc_file *file,
            struct rc_buffer *out);

#endif

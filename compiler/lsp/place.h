/* SPDX-License-Identifier: MIT */
/*
 * Places as the protocol has them: lines and characters from 0, characters in units of UTF-16 (or
 * of UTF-8, when both sides agree), and files as URIs.
 */
#ifndef RCGEN_LSP_PLACE_H
#define RCGEN_LSP_PLACE_H

#include "base/arena.h"
#include "base/source.h"

#include <jansson.h>
#include <stdbool.h>

/* How characters are counted. */
enum rc_lsp_unit { RC_LSP_UTF16, RC_LSP_UTF8 };

/* The offset of a position; beyond a line or the text: its end. */
size_t rc_lsp_offset(const char *text, size_t length, enum rc_lsp_unit unit, size_t line,
                     size_t character);

/* {line, character}, or {start, end}. The caller owns them; NULL without memory. */
json_t *rc_lsp_position(const struct rc_source *source, enum rc_lsp_unit unit, size_t offset);
json_t *rc_lsp_range(struct rc_span span, enum rc_lsp_unit unit);

/* A string of any bytes: what is not UTF-8 becomes question marks. The caller owns it. */
json_t *rc_lsp_string(struct rc_arena *arena, const char *text);

/* The path that a file URI names; another URI stays as it is. NULL: it names no possible path. */
const char *rc_lsp_path(struct rc_arena *arena, const char *uri);

/* The URI of a file, made absolute. */
const char *rc_lsp_uri(struct rc_arena *arena, const char *path);

#endif

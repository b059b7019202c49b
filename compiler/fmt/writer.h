/* SPDX-License-Identifier: MIT */
/*
 * Puts tokens and the comments before them on lines; private to this folder. What goes where is
 * decided by the caller, one token at a time: inline, after `rc_fmt_emit`, or on a line of its own,
 * after `rc_fmt_begin_line`.
 */
#ifndef RCGEN_FMT_WRITER_H
#define RCGEN_FMT_WRITER_H

#include "ast/ast.h"
#include "base/buffer.h"
#include "syntax/tokens.h"

#include <stdbool.h>

#define RC_FMT_INDENT 4
#define RC_FMT_WIDTH 100

struct rc_fmt_writer {
    const struct rc_file *file;
    struct rc_buffer *out;
    struct rc_tokens tokens;
    size_t at;         /* the next token */
    size_t comment;    /* the next comment */
    size_t depth;      /* of indentation */
    int last;          /* kind of the last token on this line; 0: none, COMMENT: a comment */
    bool is_first;     /* nothing stands in this block yet, so no blank line either */
    bool wants_blank;  /* a blank line goes before the next comment or token on its own line */
    bool is_continued; /* a comment broke the line within a member: indent once more */
    bool is_open_line; /* a comment runs to the end of this line */
    bool is_loose_doc; /* the last line is a doc comment that belongs to nothing */
};

/* The next token. */
const struct rc_token *rc_fmt_peek(const struct rc_fmt_writer *writer);

/* Whether a comment that ends its line, or spans lines, begins within these bytes. */
bool rc_fmt_has_breaking_comment(const struct rc_fmt_writer *writer, uint32_t begin, uint32_t end);

/* Whether any comment does. */
bool rc_fmt_has_comment(const struct rc_fmt_writer *writer, uint32_t begin, uint32_t end);

/* Whether a blank belongs between two kinds of token that stand on one line. */
bool rc_fmt_is_spaced(int left, int right);

/* Ends the line, if anything stands on it. */
void rc_fmt_end_line(struct rc_fmt_writer *writer);

/*
 * Writes the comments before the next token, behind what they follow or on their own lines, and
 * begins a new line for the token. One blank line is kept where the source has any. `is_closer`:
 * the token ends a block or the file, and no blank line goes before it.
 */
void rc_fmt_begin_line(struct rc_fmt_writer *writer, bool is_closer);

/* Writes the next token, on the line that there is, with the comments before it. */
void rc_fmt_emit(struct rc_fmt_writer *writer);

/* Passes over the next token, whose comments stay for the next line. */
void rc_fmt_skip(struct rc_fmt_writer *writer);

/* A comma at the end of a member, that the source may or may not have. */
void rc_fmt_comma(struct rc_fmt_writer *writer);

#endif

/* SPDX-License-Identifier: MIT */
/* A schema as a row of words, for what cares how it is written rather than what it means. */
#ifndef RCGEN_SYNTAX_TOKENS_H
#define RCGEN_SYNTAX_TOKENS_H

#include "ast/ast.h"
#include "base/intern.h"

/* What a token's `kind` may be beside the character of a mark such as `{`. */
enum rc_token_kind {
    RC_TOKEN_END = 0,
    RC_TOKEN_WORD = 256, /* a name or a keyword */
    RC_TOKEN_LITERAL,    /* a number, a string or a character */
    RC_TOKEN_ARROW
};

/* Bytes [begin, end) of the source. */
struct rc_token {
    int kind;
    uint32_t begin;
    uint32_t end;
};

RC_LIST_TYPE(rc_tokens, struct rc_token);

/*
 * The tokens of a source that parsed without an error, comments left out; the last one is END. The
 * comments are in the file that the parser gave.
 */
struct rc_tokens rc_tokenize(struct rc_arena *arena, struct rc_intern *names,
                             struct rc_source *source);

#endif

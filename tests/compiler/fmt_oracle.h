/* SPDX-License-Identifier: MIT */
/* What must hold of the formatter for any text; shared by the suite and the fuzz target. */
#ifndef TESTS_COMPILER_FMT_ORACLE_H
#define TESTS_COMPILER_FMT_ORACLE_H

#include "fmt/fmt.h"
#include "syntax/parse.h"
#include "syntax/tokens.h"

#include <string.h>

/* A text parsed and formatted. */
struct formatted {
    struct rc_diags diags;
    struct rc_intern names;
    struct rc_file *file;
    struct rc_tokens tokens;
    struct rc_buffer text; /* empty when the schema has errors */
};

static inline void format_text(struct formatted *one, struct rc_arena *arena, const char *text,
                               size_t length)
{
    rc_diags_init(&one->diags, arena, 0);
    rc_intern_init(&one->names, arena);
    rc_buffer_init(&one->text, arena);
    one->file = rc_parse(arena, &one->names, &one->diags,
                         rc_source_new(arena, "test.ractor", text, length));
    one->tokens = (struct rc_tokens){0};
    if (one->file->is_broken)
        return;
    one->tokens = rc_tokenize(arena, &one->names, one->file->source);
    rc_fmt(arena, &one->names, one->file, &one->text);
}

static inline bool same_bytes(const struct formatted *a, uint32_t a_begin, uint32_t a_end,
                              const struct formatted *b, uint32_t b_begin, uint32_t b_end)
{
    return a_end - a_begin == b_end - b_begin &&
           memcmp(a->file->source->text + a_begin, b->file->source->text + b_begin,
                  a_end - a_begin) == 0;
}

/* The end of a comment without blanks at the end of its line. */
static inline uint32_t comment_end(const struct formatted *one, const struct rc_comment *comment)
{
    uint32_t end = comment->end;
    const char *text = one->file->source->text;
    while (!comment->is_block && (text[end - 1] == ' ' || text[end - 1] == '\t'))
        end--;
    return end;
}

/* The same comments, in order, with the same ones belonging to a declaration. */
static inline bool same_comments(const struct formatted *a, const struct formatted *b)
{
    if (a->file->comments.count != b->file->comments.count)
        return false;
    for (size_t i = 0; i < a->file->comments.count; i++) {
        const struct rc_comment *x = &a->file->comments.items[i];
        const struct rc_comment *y = &b->file->comments.items[i];
        if (x->is_taken != y->is_taken ||
            !same_bytes(a, x->begin, comment_end(a, x), b, y->begin, comment_end(b, y)))
            return false;
    }
    return true;
}

/* The next token that is no comma before a closing bracket. */
static inline const struct rc_token *next_token(const struct formatted *one, size_t *at)
{
    const struct rc_token *token = &one->tokens.items[*at];
    if (token->kind == ',' && strchr(")}", one->file->source->text[token[1].begin]) != NULL)
        token = &one->tokens.items[++*at];
    ++*at;
    return token;
}

/* The same words, but for commas at the end of a list: the parser makes the same tree of them. */
static inline bool same_tokens(const struct formatted *a, const struct formatted *b)
{
    size_t i = 0;
    size_t j = 0;
    for (;;) {
        const struct rc_token *x = next_token(a, &i);
        const struct rc_token *y = next_token(b, &j);
        if (x->kind != y->kind || !same_bytes(a, x->begin, x->end, b, y->begin, y->end))
            return false;
        if (x->kind == RC_TOKEN_END)
            return true;
    }
}

/* NULL, or which property does not hold. */
static inline const char *fmt_violation(struct rc_arena *arena, const char *text, size_t length)
{
    struct formatted once;
    struct formatted twice;
    format_text(&once, arena, text, length);
    if (once.file->is_broken)
        return NULL;
    const char *formatted = rc_buffer_text(&once.text);
    format_text(&twice, arena, formatted, once.text.length);
    if (twice.file->is_broken)
        return "what was formatted does not parse";
    if (!same_tokens(&once, &twice))
        return "formatting changes the words";
    if (!same_comments(&once, &twice))
        return "formatting changes the comments";
    if (once.text.length != twice.text.length ||
        memcmp(formatted, rc_buffer_text(&twice.text), once.text.length) != 0)
        return "formatting twice is not formatting once";
    return NULL;
}

#endif

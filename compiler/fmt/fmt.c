/* SPDX-License-Identifier: MIT */
/*
 * Works on the words rather than the tree, so that nothing that is written can get lost: every
 * token is written once, in order. Only the comma after the last member of a list comes or goes.
 */
#include "fmt/fmt.h"

#include "fmt/writer.h"

#include <string.h>

enum item_kind { ITEM_NONE, ITEM_PACKAGE, ITEM_IMPORT, ITEM_CONST, ITEM_BLOCK };

static bool is_opener(int kind)
{
    return kind == '(' || kind == '[' || kind == '<' || kind == '{';
}

static bool is_closer(int kind)
{
    return kind == ')' || kind == ']' || kind == '>' || kind == '}';
}

/* The token that closes what the token at `open` opens. */
static size_t closer_of(const struct rc_fmt_writer *writer, size_t open)
{
    size_t depth = 0;
    for (size_t i = open;; i++) {
        int kind = writer->tokens.items[i].kind;
        depth += is_opener(kind);
        if (kind == RC_TOKEN_END || (is_closer(kind) && --depth == 0))
            return i;
    }
}

/* The token behind a member: the comma, or what closes the list. */
static size_t end_of_member(const struct rc_fmt_writer *writer)
{
    size_t i = writer->at;
    for (;; i++) {
        int kind = writer->tokens.items[i].kind;
        if (is_opener(kind))
            i = closer_of(writer, i);
        else if (kind == ',' || kind == RC_TOKEN_END || is_closer(kind))
            return i;
    }
}

static size_t columns(const char *text, const struct rc_token *token)
{
    size_t count = 0;
    for (uint32_t i = token->begin; i < token->end; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Whether a member fits on a line with its comma. */
static bool fits(const struct rc_fmt_writer *writer, size_t end)
{
    const char *text = writer->file->source->text;
    size_t width = writer->depth * RC_FMT_INDENT + 1;
    int last = 0;
    for (size_t i = writer->at; i < end; i++) {
        const struct rc_token *token = &writer->tokens.items[i];
        if (token->kind == ',' && is_closer(writer->tokens.items[i + 1].kind))
            continue;
        width += columns(text, token) + (last != 0 && rc_fmt_is_spaced(last, token->kind));
        last = token->kind;
    }
    return width <= RC_FMT_WIDTH;
}

static void put_members(struct rc_fmt_writer *writer, int closer);

/* The fields of a variant, on its line or each on one of their own. */
static void put_params(struct rc_fmt_writer *writer, bool is_broken)
{
    size_t close = closer_of(writer, writer->at);
    uint32_t begin = rc_fmt_peek(writer)->begin;
    is_broken = is_broken && close != writer->at + 1;
    if (is_broken ||
        rc_fmt_has_breaking_comment(writer, begin, writer->tokens.items[close].begin)) {
        put_members(writer, ')');
        return;
    }
    while (writer->at < close) {
        if (rc_fmt_peek(writer)->kind == ',' && writer->at + 1 == close)
            rc_fmt_skip(writer);
        else
            rc_fmt_emit(writer);
    }
    rc_fmt_emit(writer);
}

/* A field or variant, without the comma. */
static void put_member(struct rc_fmt_writer *writer)
{
    size_t end = end_of_member(writer);
    bool is_broken = !fits(writer, end);
    while (writer->at < end) {
        int kind = rc_fmt_peek(writer)->kind;
        size_t close = kind == '[' ? closer_of(writer, writer->at) + 1 : writer->at + 1;
        if (kind == '(')
            put_params(writer, is_broken);
        while (kind != '(' && writer->at < close)
            rc_fmt_emit(writer);
    }
}

/* A list from opener to closer, each member on its line. */
static void put_members(struct rc_fmt_writer *writer, int closer)
{
    rc_fmt_emit(writer);
    writer->depth++;
    writer->is_first = true;
    while (rc_fmt_peek(writer)->kind != closer && rc_fmt_peek(writer)->kind != RC_TOKEN_END) {
        rc_fmt_begin_line(writer, false);
        put_member(writer);
        rc_fmt_comma(writer);
    }
    rc_fmt_begin_line(writer, true);
    writer->depth--;
    writer->is_first = false;
    rc_fmt_emit(writer);
}

/* What the next item at the top is, and which token ends it or opens its block. */
static enum item_kind item_at(const struct rc_fmt_writer *writer, size_t *end)
{
    const struct rc_token *tokens = writer->tokens.items;
    size_t i = writer->at;
    while (tokens[i].kind == '[')
        i = closer_of(writer, i) + 1;
    char first = writer->file->source->text[tokens[i].begin];
    char second = writer->file->source->text[tokens[i].begin + 1];
    while (tokens[i].kind != ';' && tokens[i].kind != '{' && tokens[i].kind != RC_TOKEN_END)
        i++;
    *end = i;
    if (tokens[i].kind == '{')
        return ITEM_BLOCK;
    if (first == 'p')
        return ITEM_PACKAGE;
    return first == 'i' && second == 'm' ? ITEM_IMPORT : ITEM_CONST;
}

static void put_block(struct rc_fmt_writer *writer)
{
    size_t close = closer_of(writer, writer->at);
    uint32_t begin = rc_fmt_peek(writer)->begin;
    if (close != writer->at + 1 ||
        rc_fmt_has_comment(writer, begin, writer->tokens.items[close].begin)) {
        put_members(writer, '}');
        return;
    }
    rc_fmt_emit(writer);
    rc_buffer_puts(writer->out, "}");
    rc_fmt_skip(writer);
}

static void put_item(struct rc_fmt_writer *writer, enum item_kind kind, size_t end)
{
    while (writer->at < end)
        rc_fmt_emit(writer);
    if (kind == ITEM_BLOCK)
        put_block(writer);
    else
        rc_fmt_emit(writer);
}

void rc_fmt(struct rc_arena *arena, struct rc_intern *names, const struct rc_file *file,
            struct rc_buffer *out)
{
    struct rc_fmt_writer writer = {.file = file,
                                   .out = out,
                                   .tokens = rc_tokenize(arena, names, file->source),
                                   .is_first = true};
    enum item_kind before = ITEM_NONE;
    while (rc_fmt_peek(&writer)->kind != RC_TOKEN_END) {
        size_t end;
        enum item_kind kind = item_at(&writer, &end);
        writer.wants_blank = before != ITEM_NONE && (kind == ITEM_BLOCK || kind != before);
        rc_fmt_begin_line(&writer, false);
        put_item(&writer, kind, end);
        before = kind;
    }
    rc_fmt_begin_line(&writer, true);
}

/* SPDX-License-Identifier: MIT */
#include "fmt/writer.h"

#include <string.h>

#define COMMENT (-1)

const struct rc_token *rc_fmt_peek(const struct rc_fmt_writer *writer)
{
    return &writer->tokens.items[writer->at];
}

static const char *text_of(const struct rc_fmt_writer *writer)
{
    return writer->file->source->text;
}

/* The next comment, if it stands before the next token. */
static const struct rc_comment *next_comment(const struct rc_fmt_writer *writer)
{
    if (writer->comment == writer->file->comments.count)
        return NULL;
    const struct rc_comment *comment = &writer->file->comments.items[writer->comment];
    return comment->begin < rc_fmt_peek(writer)->begin ? comment : NULL;
}

static bool spans_lines(const struct rc_fmt_writer *writer, const struct rc_comment *comment)
{
    return memchr(text_of(writer) + comment->begin, '\n', comment->end - comment->begin) != NULL;
}

bool rc_fmt_has_comment(const struct rc_fmt_writer *writer, uint32_t begin, uint32_t end)
{
    for (size_t i = writer->comment; i < writer->file->comments.count; i++) {
        const struct rc_comment *comment = &writer->file->comments.items[i];
        if (comment->begin >= end)
            break;
        if (comment->begin >= begin)
            return true;
    }
    return false;
}

bool rc_fmt_has_breaking_comment(const struct rc_fmt_writer *writer, uint32_t begin, uint32_t end)
{
    for (size_t i = writer->comment; i < writer->file->comments.count; i++) {
        const struct rc_comment *comment = &writer->file->comments.items[i];
        if (comment->begin >= end)
            break;
        if (comment->begin >= begin && (!comment->is_block || spans_lines(writer, comment)))
            return true;
    }
    return false;
}

bool rc_fmt_is_spaced(int left, int right)
{
    if (strchr(",;)>]", right < 256 ? right : 'a') != NULL)
        return false;
    if (left == COMMENT)
        return true;
    return strchr("(<[.-", left < 256 ? left : 'a') == NULL &&
           strchr(".:<(", right < 256 ? right : 'a') == NULL;
}

/* Newlines in the blank space before an offset. */
static size_t newlines_before(const struct rc_fmt_writer *writer, uint32_t offset)
{
    const char *text = text_of(writer);
    size_t count = 0;
    for (; offset > 0 && strchr(" \t\n", text[offset - 1]) != NULL; offset--)
        count += text[offset - 1] == '\n';
    return count;
}

void rc_fmt_end_line(struct rc_fmt_writer *writer)
{
    if (writer->last != 0)
        rc_buffer_puts(writer->out, "\n");
    writer->last = 0;
    writer->is_open_line = false;
    writer->is_continued = false;
}

/* Begins a line for what stands at `offset` in the source, after a blank line where one belongs. */
static void fresh_line(struct rc_fmt_writer *writer, uint32_t offset)
{
    rc_fmt_end_line(writer);
    if (!writer->is_first && (writer->wants_blank || newlines_before(writer, offset) > 1))
        rc_buffer_puts(writer->out, "\n");
    writer->is_first = false;
    writer->wants_blank = false;
    writer->is_loose_doc = false;
}

/* Writes on the line that there is, or begins one. */
static void put(struct rc_fmt_writer *writer, int kind, bool is_spaced, const char *text,
                size_t length)
{
    if (writer->last == 0)
        rc_buffer_fill(writer->out, ' ', (writer->depth + writer->is_continued) * RC_FMT_INDENT);
    else if (is_spaced)
        rc_buffer_puts(writer->out, " ");
    rc_buffer_add(writer->out, text, length);
    writer->last = kind;
}

static void put_comment(struct rc_fmt_writer *writer, const struct rc_comment *comment)
{
    const char *text = text_of(writer) + comment->begin;
    size_t length = comment->end - comment->begin;
    while (!comment->is_block && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    bool is_inside = writer->last == '(' || writer->last == '<' || writer->last == '[';
    put(writer, COMMENT, !comment->is_block || !is_inside, text, length);
    writer->is_open_line = !comment->is_block;
    writer->comment++;
}

/* Whether a comment stands right before the next token, on one line with it. */
static bool leads(const struct rc_fmt_writer *writer, const struct rc_comment *comment)
{
    const char *text = text_of(writer);
    uint32_t end = rc_fmt_peek(writer)->begin;
    if (writer->at > 0 && comment->begin < writer->tokens.items[writer->at - 1].begin)
        return false; /* a comma that belongs to the line before is between them */
    return memchr(text + comment->begin, '\n', end - comment->begin) == NULL;
}

void rc_fmt_begin_line(struct rc_fmt_writer *writer, bool is_closer)
{
    const struct rc_comment *comment;
    while ((comment = next_comment(writer)) != NULL && (is_closer || !leads(writer, comment))) {
        bool is_behind = writer->last != 0 && !writer->is_open_line && !comment->is_taken &&
                         newlines_before(writer, comment->begin) == 0;
        if (!is_behind) {
            if (writer->is_loose_doc && comment->is_taken)
                writer->wants_blank = true;
            fresh_line(writer, comment->begin);
        }
        put_comment(writer, comment);
        writer->is_first = false;
        writer->is_loose_doc = comment->is_doc && !comment->is_taken;
    }
    if (is_closer) {
        rc_fmt_end_line(writer);
        writer->wants_blank = false;
        writer->is_loose_doc = false;
        return;
    }
    /* Else it would become the doc comment of what follows. */
    if (writer->is_loose_doc)
        writer->wants_blank = true;
    fresh_line(writer, comment != NULL ? comment->begin : rc_fmt_peek(writer)->begin);
}

void rc_fmt_emit(struct rc_fmt_writer *writer)
{
    const struct rc_token *token = rc_fmt_peek(writer);
    const struct rc_comment *comment;
    while ((comment = next_comment(writer)) != NULL) {
        put_comment(writer, comment);
        if (writer->is_open_line) {
            rc_fmt_end_line(writer);
            writer->is_continued = true;
        }
    }
    put(writer, token->kind, rc_fmt_is_spaced(writer->last, token->kind),
        text_of(writer) + token->begin, token->end - token->begin);
    writer->at++;
}

void rc_fmt_skip(struct rc_fmt_writer *writer)
{
    writer->at++;
}

void rc_fmt_comma(struct rc_fmt_writer *writer)
{
    rc_buffer_puts(writer->out, ",");
    writer->last = ',';
    if (rc_fmt_peek(writer)->kind == ',')
        rc_fmt_skip(writer);
}

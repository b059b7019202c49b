/* SPDX-License-Identifier: MIT */
#include "backend_c/layout.h"

#include <stdbool.h>
#include <string.h>

#define COLUMNS 100
#define HANGING 8 /* what a line that goes on is indented by, beyond where it began */

static bool is_comment(const char *line, size_t length)
{
    size_t i = 0;
    while (i < length && line[i] == ' ')
        i++;
    return i < length && (line[i] == '*' || line[i] == '/');
}

/* Where in a line one is. */
struct brackets {
    size_t n_open;
    bool in_string;
};

/* Moves over one byte that matters. */
static void step(struct brackets *brackets, char c, char before)
{
    if (brackets->in_string) {
        if (c == '"' && before != '\\')
            brackets->in_string = false;
    } else if (c == '"') {
        brackets->in_string = true;
    } else if (c == '(' || c == '{') {
        brackets->n_open++;
    } else if ((c == ')' || c == '}') && brackets->n_open > 0) {
        brackets->n_open--;
    }
}

static void walk(struct brackets *brackets, const char *at, size_t length)
{
    static const bool matters[256] = {
        ['"'] = true, ['('] = true, [')'] = true, ['{'] = true, ['}'] = true};
    for (size_t i = 0; i < length; i++) {
        if (matters[(unsigned char)at[i]])
            step(brackets, at[i], i > 0 ? at[i - 1] : ' ');
    }
}

/* Bytes up to the next place where the line may be broken, which is behind ", " in brackets. */
static size_t piece_length(const char *at, const char *end)
{
    for (const char *next = at; next < end; next++) {
        next = memchr(next, ',', (size_t)(end - next));
        if (next == NULL)
            break;
        if (next + 1 < end && next[1] == ' ')
            return (size_t)(next + 1 - at);
    }
    return (size_t)(end - at);
}

static void put_folded(const char *line, size_t length, struct rc_buffer *out)
{
    const char *end = line + length;
    struct brackets brackets = {.n_open = 0};
    size_t indent = strspn(line, " ") + HANGING;
    size_t column = 0;
    while (line < end) {
        size_t piece = piece_length(line, end);
        bool may_break = brackets.n_open > 0 && !brackets.in_string && *line == ' ' && column > 0;
        if (may_break && column + piece > COLUMNS) {
            column = indent;
            rc_buffer_puts(out, "\n");
            rc_buffer_fill(out, ' ', indent);
            line++;
            piece--;
        }
        rc_buffer_add(out, line, piece);
        walk(&brackets, line, piece);
        column += piece;
        line += piece;
    }
    rc_buffer_puts(out, "\n");
}

/* Whether a line is to be folded: macros and comments are not. */
static bool is_long(const char *line, size_t length)
{
    return length > COLUMNS && !is_comment(line, length) && line[length - 1] != '\\';
}

void rc_c_layout(const char *text, size_t length, struct rc_buffer *out)
{
    const char *end = text + length;
    const char *done = text; /* up to here all is in `out` */
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t line = (size_t)((newline != NULL ? newline : end) - text);
        if (is_long(text, line)) {
            rc_buffer_add(out, done, (size_t)(text - done));
            put_folded(text, line, out);
            done = text + line + 1;
        }
        text += line + 1;
    }
    if (done < end)
        rc_buffer_add(out, done, (size_t)(end - done));
}

/* SPDX-License-Identifier: MIT */
#include "base/diag_text.h"

#include <string.h>

#define TAB_COLUMNS 4
#define LINE_LIMIT 240 /* longer source lines are shown around the place only */
#define GUTTER "          | "

static const char *paint(const struct rc_diag_text *text, const char *escape)
{
    return text->is_colored ? escape : "";
}

/* How many columns a byte takes on the terminal: tabs are widened, UTF-8 continuation takes none.
 */
static size_t width_of(char byte)
{
    if (byte == '\t')
        return TAB_COLUMNS;
    return ((unsigned char)byte & 0xC0) == 0x80 ? 0 : 1;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The part of a long line to show: [*from, *to) around `column`, on character borders. */
static void clip(const char *line, size_t length, size_t column, size_t *from, size_t *to)
{
    *from = 0;
    *to = length;
    if (length <= LINE_LIMIT)
        return;
    *from = column > LINE_LIMIT / 2 ? column - LINE_LIMIT / 2 : 0;
    while (*from > 0 && is_continuation(line[*from]))
        --*from;
    *to = *from + LINE_LIMIT < length ? *from + LINE_LIMIT : length;
    while (*to < length && is_continuation(line[*to]))
        ++*to;
}

static void show_line(struct rc_buffer *out, const char *line, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        unsigned char byte = (unsigned char)line[i];
        if (byte == '\t')
            rc_buffer_fill(out, ' ', TAB_COLUMNS);
        else if (byte < 0x20 || byte == 0x7F)
            rc_buffer_puts(out, "?");
        else
            rc_buffer_add(out, &line[i], 1);
    }
    rc_buffer_puts(out, "\n");
}

static size_t columns(const char *line, size_t from, size_t to)
{
    size_t sum = 0;
    for (size_t i = from; i < to; i++)
        sum += width_of(line[i]);
    return sum;
}

/* The source line with the span underlined; a span over several lines ends with its first. */
static void show_place(const struct rc_diag_text *text, struct rc_span span)
{
    struct rc_buffer *out = text->out;
    struct rc_position position = rc_source_position(span.source, span.begin);
    size_t length;
    const char *line = rc_source_line(span.source, position.line, &length);
    size_t begin = position.column - 1;
    size_t end = begin + (span.end > span.begin ? span.end - span.begin : 0);
    size_t from;
    size_t to;
    if (begin > length)
        begin = length;
    clip(line, length, begin, &from, &to);
    end = end < to ? end : to;
    rc_buffer_printf(out, "%9zu | ", position.line);
    show_line(out, line, from, to);
    rc_buffer_puts(out, GUTTER);
    rc_buffer_fill(out, ' ', columns(line, from, begin));
    rc_buffer_puts(out, paint(text, "\033[1;32m"));
    rc_buffer_puts(out, "^");
    size_t underline = end > begin ? columns(line, begin, end) : 0;
    if (underline > 1)
        rc_buffer_fill(out, '~', underline - 1);
    rc_buffer_printf(out, "%s\n", paint(text, "\033[0m"));
}

static void show_heading(const struct rc_diag_text *text, struct rc_span span, const char *path,
                         const char *kind, const char *color)
{
    struct rc_buffer *out = text->out;
    rc_buffer_puts(out, paint(text, "\033[1m"));
    if (span.source != NULL) {
        struct rc_position position = rc_source_position(span.source, span.begin);
        rc_buffer_printf(out, "%s:%zu:%zu: ", span.source->path, position.line, position.column);
    } else if (path != NULL && path[0] != '\0') {
        rc_buffer_printf(out, "%s: ", path);
    }
    rc_buffer_printf(out, "%s%s:%s ", paint(text, color), kind, paint(text, "\033[0m"));
}

void rc_diag_text_show(void *user, const struct rc_diag *diag)
{
    const struct rc_diag_text *text = user;
    struct rc_buffer *out = text->out;
    bool is_error = diag->severity == RC_ERROR;
    const char *option = rc_code_switch(diag->code);
    char code[8];
    show_heading(text, diag->span, diag->path, is_error ? "error" : "warning",
                 is_error ? "\033[31m" : "\033[35m");
    rc_buffer_printf(out, "%s%s%s [%s%s%s]\n", paint(text, "\033[1m"), diag->message,
                     paint(text, "\033[0m"), rc_code_text(diag->code, code),
                     option[0] != '\0' ? ", -W" : "", option);
    if (diag->span.source != NULL)
        show_place(text, diag->span);
    for (size_t i = 0; i < diag->notes.count; i++) {
        const struct rc_diag_note *note = &diag->notes.items[i];
        show_heading(text, note->span, NULL, "note", "\033[36m");
        rc_buffer_printf(out, "%s\n", note->message);
        if (note->span.source != NULL)
            show_place(text, note->span);
    }
    if (diag->hint != NULL)
        rc_buffer_printf(out, "          = hint: %s\n", diag->hint);
}

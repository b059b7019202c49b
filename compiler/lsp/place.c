/* SPDX-License-Identifier: MIT */
#include "lsp/place.h"

#include "base/buffer.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the character at `text` and, through `units`, how far it moves a position. */
static size_t step(const char *text, size_t left, enum rc_lsp_unit unit, size_t *units)
{
    size_t length = rc_utf8_length(text, left);
    if (length == 0)
        length = 1;
    *units = unit == RC_LSP_UTF8 ? length : length == 4 ? 2 : 1;
    return length;
}

size_t rc_lsp_offset(const char *text, size_t length, enum rc_lsp_unit unit, size_t line,
                     size_t character)
{
    size_t at = 0;
    for (; line > 0; line--) {
        const char *end = memchr(text + at, '\n', length - at);
        if (end == NULL)
            return length;
        at = (size_t)(end + 1 - text);
    }
    while (at < length && text[at] != '\n') {
        size_t units;
        size_t bytes = step(text + at, length - at, unit, &units);
        if (units > character)
            break;
        character -= units;
        at += bytes;
    }
    return at;
}

json_t *rc_lsp_position(const struct rc_source *source, enum rc_lsp_unit unit, size_t offset)
{
    if (offset > source->length)
        offset = source->length;
    struct rc_position position = rc_source_position(source, offset);
    size_t at = source->line_starts[position.line - 1];
    size_t character = 0;
    while (at < offset) {
        size_t units;
        at += step(source->text + at, source->length - at, unit, &units);
        character += units;
    }
    return json_pack("{s:I, s:I}", "line", (json_int_t)(position.line - 1), "character",
                     (json_int_t)character);
}

json_t *rc_lsp_range(struct rc_span span, enum rc_lsp_unit unit)
{
    return json_pack("{s:o, s:o}", "start", rc_lsp_position(span.source, unit, span.begin), "end",
                     rc_lsp_position(span.source, unit, span.end));
}

json_t *rc_lsp_string(struct rc_arena *arena, const char *text)
{
    size_t length = strlen(text);
    json_t *string = json_stringn(text, length);
    if (string != NULL)
        return string;
    char *copy = rc_arena_text(arena, text, length);
    for (size_t i = 0; i < length;) {
        size_t bytes = rc_utf8_length(copy + i, length - i);
        if (bytes == 0)
            copy[i] = '?';
        i += bytes != 0 ? bytes : 1;
    }
    return json_stringn(copy, length);
}

static int hex_digit(char c)
{
    if (isdigit((unsigned char)c))
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *rc_lsp_path(struct rc_arena *arena, const char *uri)
{
    static const char scheme[] = "file://";
    if (strncmp(uri, scheme, sizeof scheme - 1) != 0)
        return uri;
    const char *at = strchr(uri + sizeof scheme - 1, '/'); /* behind the host, which is this one */
    if (at == NULL)
        return NULL;
    struct rc_buffer path;
    rc_buffer_init(&path, arena);
    for (; *at != '\0'; at++) {
        char byte = *at;
        if (byte == '%') {
            int high = hex_digit(at[1]);
            int low = high >= 0 ? hex_digit(at[2]) : -1;
            if (low < 0 || (high | low) == 0)
                return NULL;
            byte = (char)(high * 16 + low);
            at += 2;
        }
        rc_buffer_add(&path, &byte, 1);
    }
    return rc_buffer_text(&path);
}

const char *rc_lsp_uri(struct rc_arena *arena, const char *path)
{
    struct rc_buffer uri;
    char *real = realpath(path, NULL);
    rc_buffer_init(&uri, arena);
    rc_buffer_puts(&uri, "file://");
    for (const char *at = real != NULL ? real : path; *at != '\0'; at++) {
        if (isalnum((unsigned char)*at) || strchr("-._~/", *at) != NULL)
            rc_buffer_add(&uri, at, 1);
        else
            rc_buffer_printf(&uri, "%%%02X", (unsigned char)*at);
    }
    free(real);
    return rc_buffer_text(&uri);
}

/* SPDX-License-Identifier: MIT */
#include "base/diag_json.h"

#include "base/utf8.h"

#include <string.h>

#define REPLACEMENT "\\ufffd"

/* A string with its quotes; NULL is null. */
static void put_string(struct rc_buffer *out, const char *text)
{
    if (text == NULL) {
        rc_buffer_puts(out, "null");
        return;
    }
    size_t left = strlen(text);
    rc_buffer_puts(out, "\"");
    while (left > 0) {
        size_t length = rc_utf8_length(text, left);
        unsigned char byte = (unsigned char)*text;
        if (length == 0) {
            rc_buffer_puts(out, REPLACEMENT);
            length = 1;
        } else if (byte == '"' || byte == '\\') {
            rc_buffer_printf(out, "\\%c", byte);
        } else if (byte < 0x20 || byte == 0x7F) {
            rc_buffer_printf(out, "\\u%04x", byte);
        } else {
            rc_buffer_add(out, text, length);
        }
        text += length;
        left -= length;
    }
    rc_buffer_puts(out, "\"");
}

static void put_member(struct rc_buffer *out, const char *before, const char *text)
{
    rc_buffer_puts(out, before);
    put_string(out, text);
}

/* The members that say where; all null but the file's name when it is about a file as such. */
static void put_place(struct rc_buffer *out, struct rc_span span, const char *path)
{
    if (span.source == NULL) {
        put_member(out, ",\"file\":", path != NULL && path[0] != '\0' ? path : NULL);
        rc_buffer_puts(out, ",\"line\":null,\"column\":null,\"end_line\":null,\"end_column\":null");
        return;
    }
    struct rc_position begin = rc_source_position(span.source, span.begin);
    struct rc_position end =
        rc_source_position(span.source, span.end > span.begin ? span.end : span.begin);
    put_member(out, ",\"file\":", span.source->path);
    rc_buffer_printf(out, ",\"line\":%zu,\"column\":%zu,\"end_line\":%zu,\"end_column\":%zu",
                     begin.line, begin.column, end.line, end.column);
}

static void put_notes(struct rc_buffer *out, const struct rc_diag *diag)
{
    rc_buffer_puts(out, ",\"notes\":[");
    for (size_t i = 0; i < diag->notes.count; i++) {
        const struct rc_diag_note *note = &diag->notes.items[i];
        put_member(out, i == 0 ? "{\"message\":" : ",{\"message\":", note->message);
        put_place(out, note->span, NULL);
        rc_buffer_puts(out, "}");
    }
    rc_buffer_puts(out, "],\"hints\":[");
    if (diag->hint != NULL)
        put_string(out, diag->hint);
    rc_buffer_puts(out, "]}\n");
}

void rc_diag_json_show(void *user, const struct rc_diag *diag)
{
    struct rc_buffer *out = user;
    const char *option = rc_code_switch(diag->code);
    char code[8];
    put_member(out, "{\"severity\":", diag->severity == RC_ERROR ? "error" : "warning");
    put_member(out, ",\"code\":", rc_code_text(diag->code, code));
    put_member(out, ",\"warning\":", option[0] != '\0' ? option : NULL);
    put_member(out, ",\"message\":", diag->message);
    put_place(out, diag->span, diag->path);
    put_notes(out, diag);
}

void rc_diag_json_message(struct rc_buffer *out, const char *severity, const char *message)
{
    const struct rc_diag nothing = {0};
    put_member(out, "{\"severity\":", severity);
    put_member(out, ",\"code\":null,\"warning\":null,\"message\":", message);
    put_place(out, nothing.span, NULL);
    put_notes(out, &nothing);
}

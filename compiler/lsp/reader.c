/* SPDX-License-Identifier: MIT */
/*
 * Of each line of a head only its last bytes are kept: enough for `Content-Length: N`, also when it
 * follows the remains of a message whose length was wrong without a line end between.
 */
#include "lsp/reader.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define KEEP_BODY_BYTES ((size_t)1 << 20) /* a larger body's memory is given back */

/* The end of a line, in two halves: the older one goes when both are full. */
struct line {
    char text[129];
    size_t length;
    bool is_whole; /* nothing of it has been dropped */
};

void rc_lsp_reader_init(struct rc_lsp_reader *reader,
                        size_t (*read)(void *user, char *data, size_t size), void *user,
                        size_t limit_bytes)
{
    *reader = (struct rc_lsp_reader){.read = read, .user = user, .limit_bytes = limit_bytes};
}

void rc_lsp_reader_fini(struct rc_lsp_reader *reader)
{
    free(reader->body);
    reader->body = NULL;
    reader->capacity = reader->length = 0;
}

bool rc_lsp_reader_is_empty(const struct rc_lsp_reader *reader)
{
    return reader->at == reader->filled;
}

static bool fill(struct rc_lsp_reader *reader)
{
    if (reader->at < reader->filled)
        return true;
    reader->at = 0;
    reader->filled = reader->read(reader->user, reader->buffer, sizeof reader->buffer);
    return reader->filled != 0;
}

static void add(struct line *line, char byte)
{
    const size_t half = (sizeof line->text - 1) / 2;
    if (line->length == 2 * half) {
        memmove(line->text, line->text + half, half);
        line->length = half;
        line->is_whole = false;
    }
    line->text[line->length++] = byte;
}

/* A line without its end; false at the end of the input. */
static bool read_line(struct rc_lsp_reader *reader, struct line *line)
{
    line->length = 0;
    line->is_whole = true;
    while (fill(reader)) {
        char byte = reader->buffer[reader->at++];
        if (byte == '\n') {
            if (line->length != 0 && line->text[line->length - 1] == '\r')
                line->length--;
            line->text[line->length] = '\0';
            return true;
        }
        add(line, byte != '\0' ? byte : '?');
    }
    return false;
}

/* Digits and blanks up to the end; SIZE_MAX stands for what is larger than any limit. */
static bool parse_length(const char *text, size_t *length)
{
    *length = 0;
    text += strspn(text, " \t");
    if (!isdigit((unsigned char)*text))
        return false;
    for (; isdigit((unsigned char)*text); text++) {
        size_t digit = (size_t)(*text - '0');
        *length = *length > (SIZE_MAX - digit) / 10 ? SIZE_MAX : *length * 10 + digit;
    }
    return text[strspn(text, " \t")] == '\0';
}

/* Finds the name wherever it stands; through `is_clean`, whether it began the line. */
static bool find_length(const struct line *line, size_t *length, bool *is_clean)
{
    static const char name[] = "Content-Length:";
    for (size_t i = line->length; i-- > 0;) {
        if (strncasecmp(line->text + i, name, sizeof name - 1) != 0)
            continue;
        *is_clean = line->is_whole && i == 0;
        return parse_length(line->text + i + sizeof name - 1, length);
    }
    return false;
}

static bool is_field(const struct line *line)
{
    const char *colon = strchr(line->text, ':');
    if (colon == NULL || colon == line->text || !line->is_whole)
        return false;
    for (const char *at = line->text; at < colon; at++) {
        if (!isalnum((unsigned char)*at) && *at != '-')
            return false;
    }
    return true;
}

/* Reads a head; MESSAGE when a body of `length` bytes follows, after nothing but fields. */
static enum rc_lsp_read read_head(struct rc_lsp_reader *reader, size_t *length, bool *is_clean)
{
    struct line line;
    bool has_length = false;
    *is_clean = true;
    while (read_line(reader, &line)) {
        bool begins_line = true;
        if (line.length == 0 && has_length)
            return RC_LSP_MESSAGE;
        if (line.length == 0)
            return RC_LSP_GARBAGE;
        if (find_length(&line, length, &begins_line)) {
            has_length = true;
            *is_clean = *is_clean && begins_line;
        } else if (!is_field(&line)) {
            *is_clean = false;
        }
    }
    return RC_LSP_END;
}

static bool reserve(struct rc_lsp_reader *reader, size_t length)
{
    if (reader->capacity >= length && reader->capacity <= KEEP_BODY_BYTES)
        return true;
    free(reader->body);
    reader->capacity = length < 4096 ? 4096 : length;
    reader->body = malloc(reader->capacity);
    if (reader->body == NULL)
        reader->capacity = 0;
    return reader->body != NULL;
}

/* Reads a body, or passes it over when `body` is NULL. */
static bool read_body(struct rc_lsp_reader *reader, char *body, size_t length)
{
    for (size_t done = 0; done < length;) {
        if (!fill(reader))
            return false;
        size_t count = reader->filled - reader->at;
        count = count < length - done ? count : length - done;
        if (body != NULL)
            memcpy(body + done, reader->buffer + reader->at, count);
        reader->at += count;
        done += count;
    }
    return true;
}

/* Goes to the next head, over lines that belong to none. */
static enum rc_lsp_read next_head(struct rc_lsp_reader *reader, size_t *length, bool *is_clean)
{
    enum rc_lsp_read result = read_head(reader, length, is_clean);
    bool was_clean = *is_clean && result != RC_LSP_GARBAGE;
    while (result == RC_LSP_GARBAGE)
        result = read_head(reader, length, is_clean);
    *is_clean = *is_clean && was_clean;
    return result;
}

enum rc_lsp_read rc_lsp_read(struct rc_lsp_reader *reader)
{
    size_t length = 0;
    bool is_clean = true;
    if (reader->pending_bytes != 0) {
        length = reader->pending_bytes;
        reader->pending_bytes = 0;
    } else {
        enum rc_lsp_read result = next_head(reader, &length, &is_clean);
        if (result != RC_LSP_MESSAGE)
            return result;
    }
    if (!is_clean) {
        reader->pending_bytes = length;
        return RC_LSP_GARBAGE;
    }
    if (length > reader->limit_bytes)
        return read_body(reader, NULL, length) ? RC_LSP_TOO_LARGE : RC_LSP_END;
    if (!reserve(reader, length) || !read_body(reader, reader->body, length))
        return RC_LSP_END;
    reader->length = length;
    return RC_LSP_MESSAGE;
}

/* SPDX-License-Identifier: MIT */
/* Text that grows, in an arena. Output is built here whole before a file is touched. */
#ifndef RCGEN_BASE_BUFFER_H
#define RCGEN_BASE_BUFFER_H

#include "base/arena.h"

#include <stddef.h>
#include <string.h>

struct rc_buffer {
    struct rc_arena *arena;
    char *data; /* not terminated; NULL while empty */
    size_t length;
    size_t capacity;
};

void rc_buffer_init(struct rc_buffer *buffer, struct rc_arena *arena);

/* Makes room for `more` bytes. */
void rc_buffer_reserve(struct rc_buffer *buffer, size_t more);

/* Appends bytes. */
static inline void rc_buffer_add(struct rc_buffer *buffer, const char *text, size_t length)
{
    if (length == 0)
        return;
    if (length > buffer->capacity - buffer->length)
        rc_buffer_reserve(buffer, length);
    memcpy(buffer->data + buffer->length, text, length);
    buffer->length += length;
}

/* Appends a C string. */
void rc_buffer_puts(struct rc_buffer *buffer, const char *text);

/* Appends `count` copies of a character. */
void rc_buffer_fill(struct rc_buffer *buffer, char character, size_t count);

/* Appends formatted text. */
void rc_buffer_printf(struct rc_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The content as a C string, which the next append may move. */
const char *rc_buffer_text(struct rc_buffer *buffer);

#endif

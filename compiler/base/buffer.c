/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#define FIRST_BYTES 256

void rc_buffer_init(struct rc_buffer *buffer, struct rc_arena *arena)
{
    *buffer = (struct rc_buffer){.arena = arena};
}

void rc_buffer_reserve(struct rc_buffer *buffer, size_t more)
{
    if (more <= buffer->capacity - buffer->length)
        return;
    size_t wanted = buffer->capacity != 0 ? buffer->capacity : FIRST_BYTES;
    while (wanted - buffer->length < more)
        wanted = wanted <= SIZE_MAX / 2 ? wanted * 2 : SIZE_MAX;
    char *grown = rc_arena_raw(buffer->arena, wanted);
    if (buffer->length != 0)
        memcpy(grown, buffer->data, buffer->length);
    buffer->data = grown;
    buffer->capacity = wanted;
}

void rc_buffer_puts(struct rc_buffer *buffer, const char *text)
{
    rc_buffer_add(buffer, text, strlen(text));
}

void rc_buffer_fill(struct rc_buffer *buffer, char character, size_t count)
{
    if (count == 0)
        return;
    rc_buffer_reserve(buffer, count);
    memset(buffer->data + buffer->length, character, count);
    buffer->length += count;
}

void rc_buffer_printf(struct rc_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    rc_buffer_puts(buffer, rc_arena_vprintf(buffer->arena, format, arguments));
    va_end(arguments);
}

const char *rc_buffer_text(struct rc_buffer *buffer)
{
    rc_buffer_reserve(buffer, 1);
    buffer->data[buffer->length] = '\0';
    return buffer->data;
}

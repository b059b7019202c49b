/* SPDX-License-Identifier: MIT */
#include "cluster/buffer.h"

#include "base/alloc.h"

#include <string.h>

#define FIRST_BYTES ((size_t)1024)
#define KEEP_BYTES ((size_t)8 << 20)

ractor_status rt_buffer_reserve(struct rt_buffer *buffer, size_t size, uint8_t **at)
{
    size_t length = rt_buffer_length(buffer);
    if (size > SIZE_MAX / 4 - length)
        return RACTOR_ENOMEM;
    if (size > buffer->capacity - buffer->end) {
        size_t capacity = buffer->capacity != 0 ? buffer->capacity : FIRST_BYTES;
        while (capacity < length + size)
            capacity *= 2;
        if (capacity != buffer->capacity) {
            uint8_t *data = rt_alloc(capacity);
            if (data == NULL)
                return RACTOR_ENOMEM;
            if (length != 0)
                memcpy(data, buffer->data + buffer->start, length);
            rt_free(buffer->data);
            buffer->data = data;
            buffer->capacity = capacity;
        } else {
            memmove(buffer->data, buffer->data + buffer->start, length);
        }
        buffer->start = 0;
        buffer->end = length;
    }
    *at = buffer->data + buffer->end;
    return RACTOR_OK;
}

void rt_buffer_commit(struct rt_buffer *buffer, size_t size)
{
    buffer->end += size;
}

void rt_buffer_consume(struct rt_buffer *buffer, size_t size)
{
    buffer->start += size;
    if (buffer->start != buffer->end)
        return;
    buffer->start = 0;
    buffer->end = 0;
    if (buffer->capacity > KEEP_BYTES)
        rt_buffer_fini(buffer);
}

void rt_buffer_fini(struct rt_buffer *buffer)
{
    rt_free(buffer->data);
    *buffer = (struct rt_buffer){0};
}

/* SPDX-License-Identifier: MIT */
/* Bytes on their way out: appended behind, taken in front. Not thread-safe. */
#ifndef RACTOR_CLUSTER_BUFFER_H
#define RACTOR_CLUSTER_BUFFER_H

#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

struct rt_buffer {
    uint8_t *data;
    size_t capacity;
    size_t start, end;
};

/* Room for `size` more bytes; `*at` is where they go. RACTOR_ENOMEM leaves all as it is. */
ractor_status rt_buffer_reserve(struct rt_buffer *buffer, size_t size, uint8_t **at);

/* `size` reserved bytes have been filled. */
void rt_buffer_commit(struct rt_buffer *buffer, size_t size);

/* `size` bytes have been taken; an emptied buffer gives memory back that is more than usual. */
void rt_buffer_consume(struct rt_buffer *buffer, size_t size);

static inline size_t rt_buffer_length(const struct rt_buffer *buffer)
{
    return buffer->end - buffer->start;
}

void rt_buffer_fini(struct rt_buffer *buffer);

#endif

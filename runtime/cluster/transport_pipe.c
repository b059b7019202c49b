/* SPDX-License-Identifier: MIT */
/*
 * Two rings of bytes under one lock, one for each direction. An end that is shut ends both: its
 * peer reads what has been written and then the end of the stream, and its writes fail.
 *
 *   left.write --> rings[0] --> right.read
 *   left.read  <-- rings[1] <-- right.write
 */
#include <ractor/transport.h>

#include "base/alloc.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define DEFAULT_BYTES ((size_t)64 << 10)

struct ring {
    uint8_t *bytes;
    size_t start, length;
};

struct end {
    ractor_transport base;
    struct pipe *pipe;
    unsigned index; /* writes to the ring of this number */
    bool is_shut;
    ractor_transport_ready_fn ready;
    void *user;
};

struct pipe {
    pthread_mutex_t lock;
    /* under lock */
    struct ring rings[2];
    size_t capacity;
    unsigned n_ends; /* not freed */
    struct end ends[2];
};

static struct end *end_of(ractor_transport *transport)
{
    return (struct end *)transport;
}

static void tell(const struct end *end)
{
    if (end->ready != NULL)
        end->ready(end->user);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Copies `size` bytes out; they are there. */
static void take(struct ring *ring, size_t capacity, uint8_t *to, size_t size)
{
    size_t first = smaller(size, capacity - ring->start);
    memcpy(to, ring->bytes + ring->start, first);
    memcpy(to + first, ring->bytes, size - first);
    ring->start = (ring->start + size) % capacity;
    ring->length -= size;
}

/* Copies `size` bytes in; there is room. */
static void put(struct ring *ring, size_t capacity, const uint8_t *from, size_t size)
{
    size_t at = (ring->start + ring->length) % capacity;
    size_t first = smaller(size, capacity - at);
    memcpy(ring->bytes + at, from, first);
    memcpy(ring->bytes, from + first, size - first);
    ring->length += size;
}

static ractor_status read_ring(struct end *end, void *bytes, size_t capacity, size_t *length)
{
    struct pipe *pipe = end->pipe;
    const struct end *peer = &pipe->ends[1 - end->index];
    struct ring *ring = &pipe->rings[peer->index];
    if (end->is_shut)
        return RACTOR_ENODE;
    if (ring->length == 0 && !peer->is_shut)
        return RACTOR_EAGAIN;
    *length = smaller(capacity, ring->length);
    take(ring, pipe->capacity, bytes, *length);
    if (*length != 0)
        tell(peer);
    return RACTOR_OK;
}

static ractor_status pipe_read(ractor_transport *transport, void *bytes, size_t capacity,
                               size_t *length)
{
    struct end *end = end_of(transport);
    (void)pthread_mutex_lock(&end->pipe->lock);
    ractor_status status = read_ring(end, bytes, capacity, length);
    (void)pthread_mutex_unlock(&end->pipe->lock);
    return status;
}

static ractor_status write_ring(struct end *end, const void *bytes, size_t size, size_t *length)
{
    struct pipe *pipe = end->pipe;
    const struct end *peer = &pipe->ends[1 - end->index];
    struct ring *ring = &pipe->rings[end->index];
    if (end->is_shut || peer->is_shut)
        return RACTOR_ENODE;
    *length = smaller(size, pipe->capacity - ring->length);
    if (*length == 0)
        return size == 0 ? RACTOR_OK : RACTOR_EAGAIN;
    put(ring, pipe->capacity, bytes, *length);
    tell(peer);
    return RACTOR_OK;
}

static ractor_status pipe_write(ractor_transport *transport, const void *bytes, size_t size,
                                size_t *length)
{
    struct end *end = end_of(transport);
    *length = 0;
    (void)pthread_mutex_lock(&end->pipe->lock);
    ractor_status status = write_ring(end, bytes, size, length);
    (void)pthread_mutex_unlock(&end->pipe->lock);
    return status;
}

static void pipe_watch(ractor_transport *transport, ractor_transport_ready_fn ready, void *user)
{
    struct end *end = end_of(transport);
    (void)pthread_mutex_lock(&end->pipe->lock);
    end->ready = ready;
    end->user = user;
    (void)pthread_mutex_unlock(&end->pipe->lock);
}

static void pipe_shut(ractor_transport *transport)
{
    struct end *end = end_of(transport);
    (void)pthread_mutex_lock(&end->pipe->lock);
    end->is_shut = true;
    tell(&end->pipe->ends[1 - end->index]);
    (void)pthread_mutex_unlock(&end->pipe->lock);
}

static void free_pipe(struct pipe *pipe)
{
    rt_free(pipe->rings[0].bytes);
    rt_free(pipe->rings[1].bytes);
    rt_free(pipe);
}

static void pipe_free(ractor_transport *transport)
{
    struct pipe *pipe = end_of(transport)->pipe;
    pipe_watch(transport, NULL, NULL);
    pipe_shut(transport);
    (void)pthread_mutex_lock(&pipe->lock);
    bool is_last = --pipe->n_ends == 0;
    (void)pthread_mutex_unlock(&pipe->lock);
    if (is_last) {
        (void)pthread_mutex_destroy(&pipe->lock);
        free_pipe(pipe);
    }
}

static const ractor_transport_ops pipe_ops = {
    .read = pipe_read,
    .write = pipe_write,
    .watch = pipe_watch,
    .shut = pipe_shut,
    .free = pipe_free,
};

static struct pipe *new_pipe(size_t capacity)
{
    struct pipe *pipe = rt_calloc(1, sizeof *pipe);
    if (pipe == NULL)
        return NULL;
    pipe->capacity = capacity;
    pipe->n_ends = 2;
    for (unsigned i = 0; i < 2; i++) {
        pipe->ends[i] = (struct end){.base.ops = &pipe_ops, .pipe = pipe, .index = i};
        pipe->rings[i].bytes = rt_alloc(capacity);
    }
    if (pipe->rings[0].bytes == NULL || pipe->rings[1].bytes == NULL ||
        pthread_mutex_init(&pipe->lock, NULL) != 0) {
        free_pipe(pipe);
        return NULL;
    }
    return pipe;
}

ractor_status ractor_transport_pipe(size_t capacity_bytes, ractor_transport **left,
                                    ractor_transport **right)
{
    struct pipe *pipe = new_pipe(capacity_bytes != 0 ? capacity_bytes : DEFAULT_BYTES);
    if (pipe == NULL)
        return RACTOR_ENOMEM;
    *left = &pipe->ends[0].base;
    *right = &pipe->ends[1].base;
    return RACTOR_OK;
}

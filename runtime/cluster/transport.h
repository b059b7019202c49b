/* SPDX-License-Identifier: MIT */
/*
 * A connection that carries bytes: TCP, or whatever else fills this table. The loop polls the
 * descriptor; nothing here blocks.
 *
 * Threads: `read` is called by the loop only, `write` by one thread at a time, maybe at the same
 * moment as `read`. `shut` and `free` come from the loop; `free` when nobody writes any more.
 */
#ifndef RACTOR_CLUSTER_TRANSPORT_H
#define RACTOR_CLUSTER_TRANSPORT_H

#include <ractor/status.h>

#include <stddef.h>

struct rt_transport;

struct rt_transport_ops {
    /* Reads up to `capacity` bytes. RACTOR_OK: `*length` are there, 0: the peer sends no more.
     * RACTOR_EAGAIN: none yet. RACTOR_ENODE: the connection is broken. */
    ractor_status (*read)(struct rt_transport *transport, void *bytes, size_t capacity,
                          size_t *length);
    /* Writes some of `size` bytes; `*length` says how many. RACTOR_EAGAIN: no room (`*length` 0).
     * RACTOR_ENODE: the connection is broken. */
    ractor_status (*write)(struct rt_transport *transport, const void *bytes, size_t size,
                           size_t *length);
    /* What the loop polls; the same for the transport's life. */
    int (*fd)(const struct rt_transport *transport);
    /* Makes reads and writes fail from now on; the descriptor stays open. */
    void (*shut)(struct rt_transport *transport);
    /* Closes and frees. */
    void (*free)(struct rt_transport *transport);
};

/* The first member of each kind of transport. */
struct rt_transport {
    const struct rt_transport_ops *ops;
};

/*
 * A connected TCP socket: non-blocking, without delay, with keep-alive. Takes the descriptor on
 * success. RACTOR_ENOMEM, RACTOR_EIO.
 */
ractor_status rt_transport_tcp(int fd, struct rt_transport **transport);

#endif

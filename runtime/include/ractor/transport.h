/* SPDX-License-Identifier: MIT */
/**
 * @file transport.h
 * Connections that carry bytes in order: what a node's session runs on. A small table of functions,
 * with a contract per member. The library has sockets (TCP and Unix-domain, see
 * `ractor_transport_from_fd()`) and a pipe in memory (`ractor_transport_pipe()`); anything else
 * that fills the table can be handed to a node by `ractor_cluster_connect_external()` on one side
 * and `ractor_cluster_accept_external()` on the other.
 *
 * @code
 * ractor_transport *ends[2];                      // two nodes in one process, without a socket
 * status = ractor_transport_pipe(65536, &ends[0], &ends[1]);
 * ractor_external there = {.transport = ends[0], .peer_label = "pipe:alpha"};
 * ractor_external here = {.transport = ends[1], .peer_label = "pipe:beta"};
 * status = ractor_cluster_accept_external(beta, &there);
 * status = ractor_cluster_connect_external(alpha, &here, 5000);
 * @endcode
 *
 * Threads: `read` is called by one thread at a time and `write` by one thread at a time, maybe at
 * the same moment. `watch`, `shut` and `free` come from the reader's thread; `shut` may come while
 * another thread writes, `free` when nobody uses the transport any more. No member may block.
 */
#ifndef RACTOR_TRANSPORT_H
#define RACTOR_TRANSPORT_H

#include <ractor/export.h>
#include <ractor/status.h>

#include <stddef.h>

RACTOR_BEGIN_DECLS

/** A connection. A kind of transport has it as its first member. */
typedef struct ractor_transport ractor_transport;

/** Tells the owner to look at the transport again. It does not call back into the transport, so
 *  it may be called under the transport's own locks; any thread. */
typedef void (*ractor_transport_ready_fn)(void *user);

/** What `needs` may answer, or-ed together. */
enum ractor_transport_needs {
    RACTOR_TRANSPORT_HAS_INPUT =
        1, /**< `read` may have more, although the descriptor does not show it */
    RACTOR_TRANSPORT_HAS_OUTPUT = 2, /**< bytes that `write` has taken wait for room: call `write`
                                          with no bytes when the descriptor is writable */
    RACTOR_TRANSPORT_WANTS_INPUT = 4 /**< `write` waits for input, not for room */
};

/** The functions of a kind of transport. */
typedef struct ractor_transport_ops {
    /** Reads up to `capacity` (at least 1) bytes. RACTOR_OK: `*length` are there; 0: the peer sends
     *  no more. RACTOR_EAGAIN: none yet. RACTOR_ENODE: the connection is broken. RACTOR_ETLS:
     *  encryption failed. Once it has ended or failed it goes on to say so. */
    ractor_status (*read)(ractor_transport *transport, void *bytes, size_t capacity,
                          size_t *length);
    /** Takes some of `size` bytes; `*length` says how many, at least 1. RACTOR_EAGAIN: no room, and
     *  none are taken (`*length` 0): the next call may bring other bytes. Errors as of `read`. */
    ractor_status (*write)(ractor_transport *transport, const void *bytes, size_t size,
                           size_t *length);
    /** As `write`, and another write follows at once: the bytes may wait for it. May be NULL. */
    ractor_status (*write_more)(ractor_transport *transport, const void *bytes, size_t size,
                                size_t *length);
    /** A descriptor to poll, the same for the transport's life; -1, or NULL for the member: there
     * is none, and `watch` tells of everything. With a descriptor, input that has been left unread
     *  keeps it readable. */
    int (*fd)(const ractor_transport *transport);
    /** From now on `ready(user)` is called after each change that the descriptor does not show.
     *  Without a descriptor: when a `read` that has given RACTOR_EAGAIN would no longer, and the
     *  same for `write`; calls too many do no harm. NULL for `ready`: never again, and none is
     *  running when this returns. The member may be NULL when there is a descriptor. */
    void (*watch)(ractor_transport *transport, ractor_transport_ready_fn ready, void *user);
    /** A set of `ractor_transport_needs`. The member may be NULL: none, ever. */
    unsigned (*needs)(ractor_transport *transport);
    /** A line that says more of what has failed, for the log; lives until the next call with the
     *  transport. NULL, or a NULL member: there is nothing more to say. */
    const char *(*why)(ractor_transport *transport);
    /** Makes reads and writes fail from now on; the peer finds the end of the stream. */
    void (*shut)(ractor_transport *transport);
    /** Shuts, closes and frees. */
    void (*free)(ractor_transport *transport);
} ractor_transport_ops;

/** The first member of each kind of transport. */
struct ractor_transport {
    const ractor_transport_ops *ops; /**< static, or at least as long-lived */
};

/**
 * A connected stream socket, TCP or Unix-domain: made non-blocking, and for TCP without delay and
 * with keep-alive.
 * @param fd takes on success.
 * @param transport gives: end it with its `free`, or hand it to a node.
 * @return RACTOR_OK, RACTOR_ENOMEM, RACTOR_EIO: not a usable descriptor. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_transport_from_fd(int fd,
                                                                   ractor_transport **transport);

/**
 * Two ends of a pipe in memory: what one writes the other reads. It has no thread, no descriptor
 * and no clock, so it can carry two nodes of one process as well as a test that runs step by step.
 * @param capacity_bytes how much each direction holds before `write` gives RACTOR_EAGAIN; 0: 64
 * KiB.
 * @param left gives, as `ractor_transport_from_fd()` does.
 * @param right gives, likewise. Each end is freed on its own.
 * @return RACTOR_OK, RACTOR_ENOMEM. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_transport_pipe(size_t capacity_bytes,
                                                                ractor_transport **left,
                                                                ractor_transport **right);

RACTOR_END_DECLS

#endif

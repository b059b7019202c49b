/* SPDX-License-Identifier: MIT */
/*
 * One direction of a connection in a simulated network: pieces under way, in order, and bytes that
 * have arrived and not been read. Both together are at most a window, past which nothing can be
 * written, as on a socket whose peer does not read.
 *
 *   write --> pieces, each with its time --> arrived --> read
 */
#ifndef RACTOR_CLUSTER_TESTING_FLOW_H
#define RACTOR_CLUSTER_TESTING_FLOW_H

#include "cluster/buffer.h"

#include <ractor/status.h>
#include <ractor/testing.h>
#include <ractor/testing_cluster.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt_piece;

struct rt_flow {
    struct rt_piece *first, *last;
    size_t n_under_way; /* bytes, with those that were lost */
    struct rt_buffer arrived;
    uint64_t last_due_ns; /* no piece overtakes another */
    uint64_t stalled_ns;  /* the receiver reads nothing until then */
    bool is_lost;         /* nothing arrives any more */
    bool has_end;         /* the end of the stream has arrived */
};

/* What a flow needs of its network for a step. */
struct rt_flow_world {
    ractor_sim *sim;
    const ractor_sim_faults *faults;
    uint64_t now_ns;
};

/* Sends some of `size` bytes, which is not 0. RACTOR_EAGAIN: the window is full; RACTOR_ENODE: the
 * connection is to be reset; RACTOR_ENOMEM. */
ractor_status rt_flow_write(struct rt_flow *flow, const struct rt_flow_world *world,
                            const void *bytes, size_t size, size_t *length);
/* Sends the end of the stream. RACTOR_ENOMEM. */
ractor_status rt_flow_end(struct rt_flow *flow, const struct rt_flow_world *world);
/* Reads; `*length` 0: the end. RACTOR_EAGAIN. */
ractor_status rt_flow_read(struct rt_flow *flow, const struct rt_flow_world *world, void *bytes,
                           size_t capacity, size_t *length);

/* When the next piece arrives, or a stall is over; RT_NEVER. */
uint64_t rt_flow_next_ns(const struct rt_flow *flow);
/* Lets one such thing happen that is due. False: none is. RACTOR_ENOMEM breaks the connection. */
bool rt_flow_step(struct rt_flow *flow, uint64_t now_ns, ractor_status *status);

void rt_flow_fini(struct rt_flow *flow);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A consistent-hash ring: which of several members a key belongs to. Each member has 160 points on
 * a circle of 2^64; a key belongs to the member whose point is the first at or behind the key's.
 * Every node computes the same, from these bytes:
 *
 *   point 4 i + k of a member   bytes 8 k to 8 k + 7, big-endian, of
 *                               SHA-256(full node name, 0, n as u32 big-endian, i as u32
 * big-endian) for i from 0 to 39, k from 0 to 3; n counts the members of one node in the order of
 * their pids a key                       the first 8 bytes, big-endian, of SHA-256(key)
 *
 * A member that joins takes keys for itself and moves none between others; one that leaves gives
 * its own away. Pids are not hashed, so a node that restarts has the keys that it had.
 */
#ifndef RACTOR_CLUSTER_RING_H
#define RACTOR_CLUSTER_RING_H

#include <ractor/status.h>
#include <ractor/value.h>

#include <stddef.h>
#include <stdint.h>

#define RT_RING_POINTS 160

struct rt_ring_point {
    uint64_t at;
    uint32_t member; /* index */
};

struct rt_ring {
    struct rt_ring_point *points; /* sorted */
    size_t n_points;
};

/* Where a member is; `node` is a view, used until the ring is built. */
struct rt_ring_member {
    ractor_string node;
    uint64_t pid;
};

/* Builds a ring; its points name members by their index. RACTOR_ENOMEM, RACTOR_EIO. */
ractor_status rt_ring_build(const struct rt_ring_member *members, size_t n_members,
                            struct rt_ring *ring);
void rt_ring_free(struct rt_ring *ring);

/* Whose the key is; the ring is not empty. RACTOR_EIO: the digest could not be computed. */
ractor_status rt_ring_owner(const struct rt_ring *ring, ractor_bytes key, uint32_t *member);

#endif

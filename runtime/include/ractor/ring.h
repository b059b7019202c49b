/* SPDX-License-Identifier: MIT */
/**
 * @file ring.h
 * Actors by key, each on the node that the key belongs to. The members of a process group share the
 * keys among them by a consistent-hash ring: every node that sees the same members finds the same
 * owner for a key; a member that joins takes some keys over and moves none between the others; one
 * that leaves gives its own away. docs/cluster.md says how the ring is made.
 *
 * Each node that is to bear such actors offers a kind (remote_spawn.h), and has a member in the
 * group. Whoever wants the actor of a key gets it, spawned by its owner's node if it is not there:
 *
 * @code
 * status = ractor_node_offer(node, "room", spawn_room, NULL);              // on each node
 * status = ractor_pg_join(NULL, "rooms", &keeper, 1);
 * ...
 * ractor_remote_spawn_options what = {.kind = "room", .name = "room 42", .args = args};
 * status = ractor_lookup_or_spawn(node, NULL, "rooms", &what, 5000, &room.any);
 * @endcode
 *
 * An actor stays where it is when the members change: later lookups of its key may go to another
 * node and spawn another actor there. While nodes do not see the same members, two nodes may each
 * have an actor for one key. Actors for which that matters give themselves a name in the cluster
 * (names.h), or end when `ractor_ring_owner()` is another one's.
 */
#ifndef RACTOR_RING_H
#define RACTOR_RING_H

#include <ractor/cluster.h>
#include <ractor/export.h>
#include <ractor/ref.h>
#include <ractor/remote_spawn.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/**
 * The member of a group that a key belongs to. Any thread.
 * @param scope NULL: the default scope.
 * @param group not NULL.
 * @param key borrows: any bytes.
 * @param member receives it, an actor of this node or another one.
 * @return RACTOR_OK; RACTOR_ENOENT: the group has no members; RACTOR_EINVAL; RACTOR_ENOMEM;
 *         RACTOR_EIO: the hash function failed.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_ring_owner(ractor_node *node, const char *scope,
                                                            const char *group, ractor_bytes key,
                                                            ractor_ref *member);

/**
 * The actor that is registered as `options->name` on the node of the member that this name, as a
 * key, belongs to; spawned there if there is none. Of several who ask at once one has it spawned,
 * and the others get the same. Blocks a plain thread, suspends in a handler; returns at once when
 * the actor is known here.
 * @param scope NULL: the default scope.
 * @param group not NULL.
 * @param options borrows; `name` is required, `supervisor` is not allowed.
 * @param timeout_ms milliseconds, or RACTOR_TIMEOUT_NONE.
 * @param ref receives the actor.
 * @return as `ractor_node_spawn()` and `ractor_ring_owner()`; RACTOR_ENOTSUP also: the owner's node
 *         is a Rust node. After RACTOR_ENODE and RACTOR_ENOENT the members may have changed: try
 *         again.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_lookup_or_spawn(
    ractor_node *node, const char *scope, const char *group,
    const ractor_remote_spawn_options *options, uint32_t timeout_ms, ractor_ref *ref);

RACTOR_END_DECLS

#endif

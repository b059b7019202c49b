/* SPDX-License-Identifier: MIT */
/**
 * @file peer.h
 * The other nodes of a cluster: connections that are kept up, and actors that a message names.
 *
 * A peer that is kept up is dialled, and dialled again whenever it cannot be reached or its session
 * has ended, after pauses that double up to a limit and are spread at random. A schema's
 * `actor<E>` travels as a node name and a pid; here it becomes a reference that can be sent to, and
 * back.
 *
 * @code
 * ractor_peer_options beta = {.host = "beta.example", .port = 4697};
 * uint64_t peer = 0;
 * status = ractor_node_connect(node, &beta, &peer);      // returns at once
 * ...
 * // in a handler: `msg->reply_to` is an actor<Chat>
 * chat_ref chat;
 * if (ractor_node_resolve(node, &msg->reply_to, &chat.any) == RACTOR_OK)
 *     status = chat_send_said(chat, RACTOR_STR("hello"));
 * @endcode
 */
#ifndef RACTOR_PEER_H
#define RACTOR_PEER_H

#include <ractor/cluster.h>
#include <ractor/export.h>
#include <ractor/ref.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** Room for a node's full name with its terminator. */
#define RACTOR_NODE_NAME_BYTES 256

/** A peer to be kept connected. Members that are zero have the default that is named with them. */
typedef struct ractor_peer_options {
    const char *host;      /**< name or numeric address; required, copied */
    uint16_t port;         /**< required */
    uint32_t retry_min_ms; /**< the first pause before dialling again; 0: 100 */
    uint32_t retry_max_ms; /**< pauses double up to this; each is cut by up to half, at random;
                                0: 10,000 */
} ractor_peer_options;

/**
 * Keeps a node connected from now on: dials it in the background, and again after each failure and
 * each end of the session, with encryption when the node has `tls`. `ractor_node_subscribe()` tells
 * how it goes. Any thread.
 * @param options borrows.
 * @param peer receives a number for `ractor_node_disconnect()`; may be NULL.
 * @return RACTOR_OK, RACTOR_EINVAL: no host or port; RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_connect(ractor_node *node,
                                                              const ractor_peer_options *options,
                                                              uint64_t *peer);

/** Keeps it up no longer; a session that there is stays. Unknown numbers are ignored. Any thread.
 */
RACTOR_API void ractor_node_disconnect(ractor_node *node, uint64_t peer);

/**
 * The actor that an `actor<E>` of a message names. The reference ends with the actor or the
 * session, and never comes to mean another actor.
 * @param id borrows.
 * @return RACTOR_OK; RACTOR_ENODE: the node is neither this one nor connected to it; RACTOR_ESTALE:
 *         it has restarted since the id was made, as its incarnation tells; RACTOR_ENOENT: it has
 *         no such actor (any more), or the enum is `[local]` or `[no_export]`. With an incarnation
 *         of 0, as one has it that came by way of a Rust node, a node that has restarted may
 *         have given the pid to another actor. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_resolve(ractor_node *node,
                                                              const ractor_actor_id *id,
                                                              ractor_ref *ref);

/**
 * What names an actor: the other way round. With the incarnation it stays right over restarts; a
 * Rust node has none, so it is 0.
 * @param actor local or of a peer.
 * @param name receives the name of its node, RACTOR_NODE_NAME_BYTES bytes; `id->node` is a view of
 *        it.
 * @return RACTOR_OK; RACTOR_ENOENT: the actor has ended; RACTOR_ENODE: its session has;
 *         RACTOR_EINVAL: its enum is `[local]` or `[no_export]`. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_id_of(ractor_node *node, ractor_ref actor,
                                                            char name[RACTOR_NODE_NAME_BYTES],
                                                            ractor_actor_id *id);

RACTOR_END_DECLS

#endif

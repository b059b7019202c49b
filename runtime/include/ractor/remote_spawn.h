/* SPDX-License-Identifier: MIT */
/**
 * @file remote_spawn.h
 * Actors that one C node has another one spawn. Nothing can be spawned from afar unless a node
 * offers it: a function under a name, the *kind*, which makes the actor from bytes that the asking
 * node sends, as a rule an encoded message of the schema.
 *
 * @code
 * static ractor_status spawn_room(void *user, ractor_runtime *runtime,
 *                                 const ractor_spawn_request *request, ractor_ref *ref)
 * {
 *     ractor_spawn_options options = {.name = request->name};
 *     return ractor_spawn(runtime, &room_class, &options, &request->args, ref);
 * }
 * status = ractor_node_offer(node, "room", spawn_room, NULL);             // on one node
 *
 * ractor_remote_spawn_options what = {.kind = "room", .args = args};      // on another one
 * demo_room_ref room;
 * status = ractor_node_spawn(node, "beta@beta.example", &what, 5000, &room.any);
 * @endcode
 */
#ifndef RACTOR_REMOTE_SPAWN_H
#define RACTOR_REMOTE_SPAWN_H

#include <ractor/cluster.h>
#include <ractor/export.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/** The longest kind and name, in bytes. */
#define RACTOR_SPAWN_NAME_BYTES 255
/** The most bytes of arguments. */
#define RACTOR_SPAWN_ARGS_BYTES ((size_t)64 << 10)

/** What is to be spawned. Lives until the function returns. */
typedef struct ractor_spawn_request {
    const char *peer;  /**< full name of the node that asks */
    const char *kind;  /**< under which the function is offered */
    const char *name;  /**< which the actor must be registered under; NULL: none is wanted */
    ractor_bytes args; /**< as sent: not checked in any way */
} ractor_spawn_request;

/**
 * Spawns an actor of the offered kind. Runs in a handler of an actor of its own, at most 256 at
 * once for one session, so it may call and wait. When the asking node itself is asked
 * (`ractor_lookup_or_spawn()`), it runs where that was called.
 * @param user as given to `ractor_node_offer()`.
 * @param runtime to spawn in.
 * @param request borrows.
 * @param ref receives the actor, of an enum that is not `[local]`.
 * @return RACTOR_OK, or what the asker shall get; RACTOR_ENOTSUP and RACTOR_ENODE come from the
 *         nodes and should not be used.
 */
typedef ractor_status (*ractor_spawn_fn)(void *user, ractor_runtime *runtime,
                                         const ractor_spawn_request *request, ractor_ref *ref);

/**
 * Lets peers spawn actors of a kind from now on. Any thread.
 * @param kind borrows: not empty, at most RACTOR_SPAWN_NAME_BYTES.
 * @param user is passed to `spawn`; must live until the runtime has ended.
 * @return RACTOR_OK; RACTOR_EEXIST: the kind is offered already; RACTOR_EINVAL; RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_offer(ractor_node *node, const char *kind,
                                                            ractor_spawn_fn spawn, void *user);

/** Ends an offer; spawns that have begun go on. Unknown kinds are ignored. Any thread. */
RACTOR_API void ractor_node_withdraw(ractor_node *node, const char *kind);

/** What to spawn. */
typedef struct ractor_remote_spawn_options {
    const char *kind;      /**< that the other node offers; required */
    const char *name;      /**< the actor is to be registered under on its node; NULL: none */
    ractor_bytes args;     /**< for the function; at most RACTOR_SPAWN_ARGS_BYTES */
    ractor_ref supervisor; /**< linked to this local actor; none: no supervisor */
} ractor_remote_spawn_options;

/**
 * Has a peer spawn an actor, and waits for it. Blocks a plain thread, suspends in a handler. If
 * this gives up before the peer has answered, the actor is stopped when the answer comes.
 * @param peer full name of a connected C node.
 * @param options borrows.
 * @param timeout_ms milliseconds, or RACTOR_TIMEOUT_NONE.
 * @param ref receives the actor.
 * @return RACTOR_OK; RACTOR_ENODE: the peer is not connected, or was lost; RACTOR_ENOTSUP: it does
 *         not offer the kind, or is a Rust node; RACTOR_EEXIST: the name is taken there;
 *         RACTOR_EDENIED: the peer does not show the actor to this node (visibility.h);
 *         RACTOR_ENOENT: the actor has ended already; RACTOR_EINVAL: the options, or the function
 *         has made an actor that is not remotable, or not of this name; RACTOR_EOVERLOAD: the peer
 *         is spawning too many already; RACTOR_ELIMIT: over a limit of size; RACTOR_ETIMEOUT;
 *         RACTOR_ECANCELED; RACTOR_ENOMEM; RACTOR_ESTOPPED: the supervisor is ending; or what the
 *         function returned.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_node_spawn(ractor_node *node, const char *peer, const ractor_remote_spawn_options *options,
                  uint32_t timeout_ms, ractor_ref *ref);

RACTOR_END_DECLS

#endif

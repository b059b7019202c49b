/* SPDX-License-Identifier: MIT */
/*
 * The C node of the interop tests: the same actors and groups as the Rust peer has, under the names
 * `c_seed`, `c_types` and `c_trouble`. What arrives is written to its log.
 */
#ifndef RACTOR_TESTS_INTEROP_C_NODE_H
#define RACTOR_TESTS_INTEROP_C_NODE_H

#include "c_log.h"
#include "interop.rc.h"
#include "peer.h"

#include <ractor/actor.h>
#include <ractor/cluster.h>

/* Every call in these tests must have ended long before. */
#define CALL_MS 15000

struct c_node {
    ractor_runtime *runtime;
    ractor_node *node;
    ractor_ref watcher; /* hears of group changes and watched deaths */
    struct c_log log;
};

/* Starts the runtime, the node `c@localhost` and its actors. */
void c_node_start(struct c_node *node, const char *cookie);

/* The same, for a node that also connects to the nodes that its peers know. */
void c_node_start_transitive(struct c_node *node, const char *cookie);

/* The same again, for a node with a name of its own: `name@localhost`. */
void c_node_start_named(struct c_node *node, const char *name, const char *cookie);

/* The same as the first, for a node that encrypts. */
void c_node_start_encrypted(struct c_node *node, const char *cookie, const ractor_tls_options *tls);

/* The same as the first, for a node that refuses who does not prove the cookie by HMAC. */
void c_node_start_strict(struct c_node *node, const char *cookie);

/* Stops node and runtime. */
void c_node_stop(struct c_node *node);

/* Spawns one more actor of the seed's enum. */
interop_my_basic_message_type_ref c_node_spawn_seed(struct c_node *node, const char *name);

/* The actor that the peer has under a name. */
ractor_ref c_node_find(struct c_node *node, const char *name);

/* From now on the log hears "died NAME" when the actor ends. */
void c_node_watch(struct c_node *node, ractor_ref actor);

/* Who connects to whom in a test that is run for both. */
enum dialler { C_DIALS, RUST_DIALS, N_DIALLERS };

/* A C node and a Rust peer. */
struct pair {
    struct c_node c;
    struct peer rust;
};

/* Starts both with one cookie, connects them, and waits until both sides are ready. */
void pair_start(struct pair *pair, enum dialler dialler);
void pair_stop(struct pair *pair);

/* Spawns the actor of `Types`; in types_actor.c. */
interop_types_ref types_actor_spawn(ractor_runtime *runtime, const char *name, struct c_log *log);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Names in the cluster: who claims which, as far as this node has been told.
 *
 *   names: "billing" -> [claim of this node] -> [claim of a peer] -> ...     at most one per node
 *
 * A node tells its own claims only, to each session from its start and as they change, so what a
 * session has told ends with it. It is the session's actor that tells the peer, if the peer may see
 * the claim's actor; a change is put into its mailbox under the lock under which it happens, so
 * that every session hears of changes in their order. Which claim counts is the same on every node
 * that knows the same claims (rt_names_precedes); a node whose own claim is not the one that counts
 * takes it back.
 */
#ifndef RACTOR_CLUSTER_NAMES_H
#define RACTOR_CLUSTER_NAMES_H

#include "cluster/codec.h"
#include "cluster/pair_map.h"

#include <ractor/cluster.h>
#include <ractor/names.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_cluster_name;
struct rt_name_claim;
struct rt_session;

/* What has changed, or is so from the start: an actor of this node has a name, or has it no longer.
 */
struct rt_name_change {
    bool is_claim;
    ractor_ref actor;
    uint64_t time_ns; /* of a claim */
    char name[RACTOR_CLUSTER_NAME_BYTES + 1];
};

struct rt_names {
    pthread_mutex_t lock; /* a node's lock and a link's may be taken under it */
    /* under lock */
    struct rt_cluster_name *table; /* a uthash table */
    struct rt_pair_map own;        /* (pid, 0) -> the claim of this node's actor */
};

/* Whether the claim made at `a_ns` on node `a` comes before the other one. Never both ways, unless
 * node and time are the same. */
bool rt_names_precedes(uint64_t a_ns, const char *a, uint64_t b_ns, const char *b);

/* False: no lock to be had. */
bool rt_names_init(struct rt_names *names);
/* No session is left. */
void rt_names_fini(struct rt_names *names);

/* Gives all claims of this node (rt_free), and from now on sends each change to `hearer`, the
 * session's actor, as a message (rt_session_type). RACTOR_ENOMEM. */
ractor_status rt_names_subscribe(struct rt_session *session, ractor_ref hearer,
                                 struct rt_name_change **claims, size_t *n);

/* What a peer tells. RACTOR_EPROTO: no usable name; RACTOR_ELIMIT: it does not fit on the link's
 * account; RACTOR_ENOMEM. The loop. */
ractor_status rt_names_claimed(struct rt_session *session, const struct rt_note *note);
void rt_names_dropped(struct rt_session *session, const struct rt_note *note);
/* An actor of the peer is about to be known as ended: its name is free before that. The loop. */
void rt_names_peer_actor_ended(struct rt_session *session, uint64_t pid);
/* Nothing that it has told holds any more. The loop. */
void rt_names_session_ended(struct rt_session *session);

/* An actor of this node has ended. The NodeServer. */
void rt_names_actor_ended(ractor_node *node, ractor_ref actor);

#endif

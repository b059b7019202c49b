/* SPDX-License-Identifier: MIT */
/*
 * A node inside.
 *
 *   NodeServer actor ----- supervises -----> NodeSession actors, one per authenticated session
 *        | dials                                  | tell the peer what lives here (session_sync.c)
 *        v                                        v
 *   loop thread: listener, dials, sessions --- links ---> sockets   <--- senders' threads
 *
 * Everything that concerns more than one session (names, elections, who waits for a connection)
 * happens on the loop's thread, so that it needs no locks and no messages. Actors are there for
 * what actors do well: to hear of pids and groups in order, and to be supervised. Casts, calls and
 * replies pass neither: senders write through the link, the loop delivers into mailboxes.
 */
#ifndef RACTOR_CLUSTER_NODE_H
#define RACTOR_CLUSTER_NODE_H

#include "base/log.h"
#include "cluster/budget.h"
#include "cluster/handshake.h"
#include "cluster/loop.h"
#include "cluster/names.h"
#include "cluster/ring_lookup.h"
#include "cluster/tls.h"

#include <ractor/cluster.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt_session;
struct rt_dial;
struct rt_dial_target;
struct rt_discovery;
struct rt_external;
struct rt_hearer;
struct rt_keep;
struct rt_network;
struct rt_offer;
struct rt_spawn_question;

/* Past this, in all its frames, a peer that is not authenticated is refused. */
#define RT_HANDSHAKE_BYTES ((size_t)64 << 10)

/* Why a connection is refused as soon as it is there. */
enum rt_refusal {
    RT_REFUSED_FOR_ALL,         /* too many have proved nothing */
    RT_REFUSED_FOR_SOURCE,      /* of which too many are from its address */
    RT_REFUSED_FOR_DESCRIPTORS, /* the process has none left */
    RT_REFUSALS
};

struct ractor_node {
    /* read-only after the start */
    ractor_runtime *runtime;
    const struct rt_log *log;
    struct rt_identity identity;
    size_t frame_limit_bytes;
    size_t out_limit_bytes;
    size_t announced_limit_bytes;
    uint32_t handshake_ms;
    uint32_t silence_ms;
    uint32_t ping_ms; /* 0: when the peer has been silent for a while */
    double phi_limit; /* 0: none */
    bool refuses_when_full;
    bool is_transitive;
    bool is_legacy_dialler;
    uint16_t port;
    uint64_t seed;
    ractor_ref server;
    ractor_audit_fn audit; /* may be NULL */
    void *audit_user;
    ractor_visible_fn is_visible; /* NULL: all is that may be */
    void *visible_user;
    struct rt_network *network; /* of a simulation; NULL: the system's */

    struct rt_tls tls;         /* has a lock of its own */
    struct rt_names names;     /* has a lock of its own */
    struct rt_rings rings;     /* has a lock of its own */
    struct rt_cookies cookies; /* has a lock of its own */

    /* the loop's */
    struct rt_loop loop;
    struct rt_task stop_task;
    struct rt_challenges challenges;
    int listen_fd; /* -1: none */
    bool is_listener_open;
    uv_poll_t listener;
    struct rt_loop_timer listener_pause; /* runs while there are no descriptors to accept with */
    int reserve_fd; /* is given up to refuse a connection when there are no others; -1: none */
    bool is_stopping;
    bool has_ended;          /* the loop has been told to end */
    struct rt_budget budget; /* of inbound handshakes that are not over */
    struct rt_refusals refusals[RT_REFUSALS];
    struct rt_refusals strangers; /* whose connections have ended */
    struct rt_dial *dials;
    struct rt_keep *keeps;
    struct rt_discovery *discoveries;
    uint64_t last_session_id;

    _Atomic uint64_t last_keep_id; /* any thread */

    pthread_mutex_t lock;
    /* written by the loop under lock */
    struct rt_session *sessions; /* oldest first; also those that are closing */
    struct rt_session *last_session;
    /* by any thread under lock */
    struct rt_external *externals; /* wait for their dials */
    uint64_t last_external_id;
    struct rt_offer *offers;             /* what peers may have spawned here */
    struct rt_spawn_question *questions; /* wait for a peer that spawns */
    uint64_t last_question_id;

    pthread_mutex_t hearers_lock; /* held while hearers run */
    /* under hearers_lock */
    struct rt_hearer *hearers;
    uint64_t last_hearer_id;
};

/* ---- listener.c: the loop, or before its start ---- */

ractor_status rt_listener_open(ractor_node *node);
void rt_listener_close(ractor_node *node);
/* Tells of a connection that is refused before it is a session. */
void rt_node_refuse(ractor_node *node, enum rt_refusal refusal, const char *peer_label);

/* ---- node_server.c ---- */

/* Spawns the NodeServer actor. */
ractor_status rt_node_server_spawn(ractor_node *node);
/* Calls it to dial, and waits, at most as long as the target says. */
ractor_status rt_node_server_connect(const ractor_node *node, struct rt_dial_target *target);

/* ---- node.c ---- */

/* The runtime's time in ms. Any thread. */
uint64_t rt_now_ms(const ractor_node *node);

/* Calls the hearers. The loop. */
void rt_node_tell(ractor_node *node, ractor_session_event event,
                  const ractor_session_info *session);

/* Tells the administrator; see audit.h. The loop. */
void rt_node_audit(const ractor_node *node, const ractor_audit_event *event);

/* Ends the loop when the node is stopping and nothing is left. The loop. */
void rt_node_check_end(ractor_node *node);

#endif

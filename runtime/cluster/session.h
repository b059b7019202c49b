/* SPDX-License-Identifier: MIT */
/*
 * One connection to another node, from accept or connect to its last remote actor's end. Belongs to
 * the loop's thread, except where a member says otherwise.
 *
 *   in handshake -> syncing -> ready -> closing -> freed
 *        |             |                   ^
 *        +-------------+-------------------+
 *
 * A closing session is freed when its handles are closed, its actor has ended, and all of the
 * peer's actors have been ended, which happens in slices.
 */
#ifndef RACTOR_CLUSTER_SESSION_H
#define RACTOR_CLUSTER_SESSION_H

#include "cluster/detector.h"
#include "cluster/frame.h"
#include "cluster/handshake.h"
#include "cluster/link.h"
#include "cluster/node.h"

#include <ractor/transport.h>

enum rt_session_state {
    RT_SESSION_IN_HANDSHAKE,
    RT_SESSION_SYNCING, /* authenticated; one or both have not said `ready` */
    RT_SESSION_READY,
    RT_SESSION_CLOSING
};

struct rt_session {
    /* read-only after the start */
    ractor_node *node;
    struct rt_link *link;
    uint64_t incarnation;
    uint64_t id;
    bool is_outbound;

    struct rt_session *next, *previous; /* the node's list, under its lock */
    enum rt_session_state state;
    ractor_transport *transport;
    uv_poll_t poll; /* with is_polled: of the transport's descriptor */
    bool is_polled;
    bool is_blocked;                     /* the link has bytes that the transport did not take */
    struct rt_loop_timer timer;          /* the handshake's deadline, then the next ping */
    struct rt_loop_timer deadline_timer; /* looks for calls whose time is up, if it is set: */
    uint64_t look_ns;                    /* then */
    int poll_events;
    unsigned n_handles;
    struct rt_frame_reader reader;
    struct rt_buffer assembly; /* the fragments of a message that is not complete */
    struct rt_handshake handshake;
    struct rt_dial *dial; /* who waits for this session; may be NULL */
    bool was_counted;     /* in the node's budget, as from `source` */
    struct rt_pair source;
    bool is_misnamed;   /* the peer's certificate is not for the name that it claims */
    bool was_announced; /* as authenticated: its end is told at a higher level */
    bool has_sent_sync;
    bool has_peer_sync;
    uint64_t opened_ms, heard_ms; /* the loop's time */
    struct rt_refusals denials;   /* messages that were not for other nodes */

    ractor_ref actor;
    bool has_actor;             /* its end has not been seen yet */
    struct rt_task wake_task;   /* posted by senders: the link wants the loop */
    struct rt_task ready_task;  /* posted by the transport: it has changed */
    struct rt_task synced_task; /* posted by the actor: it has told all */
    struct rt_task ended_task;  /* posted by the actor's fini */

    struct rt_task drain_task;
    struct rt_link_remains remains;
    size_t drain_cursor;
    bool is_drained;

    uint64_t pinged_ns;               /* when the oldest ping left that has no pong; 0: none */
    uint64_t pinged_ms, next_ping_ms; /* the loop's time */

    _Atomic uint32_t n_jobs; /* the peer's questions that are not answered (offers.h): the loop
                                adds, the actor takes away */

    /* under the names' lock */
    struct rt_pair_map claims; /* of the peer: (pid, 0) -> rt_name_claim */
    ractor_ref names_hearer;   /* its actor, once it is to be told what changes */

    /* written by the loop under the node's lock */
    struct rt_detector detector; /* of pongs */
    ractor_session_info info;
    bool is_closed;
};

/* A connection that a session is to run on. */
struct rt_connection {
    ractor_transport *transport;
    const char *peer_label, *local_label; /* for people; copied as far as they fit */
    struct rt_pair source;                /* accepted: see rt_budget_source */
};

/* Starts a session on a transport, which it takes on success. `dial` may be NULL. */
ractor_status rt_session_open(ractor_node *node, const struct rt_connection *connection,
                              struct rt_dial *dial);

/* The handshake is over: it is no burden any more. */
void rt_session_uncount(struct rt_session *session);

/* Handles all whole frames that have been read. */
void rt_session_receive_frames(void *session);

/* Ends it; does nothing when it is closing. `why` is for the log. */
void rt_session_close(struct rt_session *session, ractor_status status, const char *why);

/* Sends; closes the session when that fails for want of memory. */
void rt_session_send_control(struct rt_session *session, const struct rt_control_out *control);

/* Tells the node's hearers. */
void rt_session_tell(const struct rt_session *session, ractor_session_event event);

/* Whether it is over with the handshake and not closing. */
static inline bool rt_session_is_up(const struct rt_session *session)
{
    return session->state == RT_SESSION_SYNCING || session->state == RT_SESSION_READY;
}

/* Whether the peer is not in the incarnation that is meant (0: any). Of a peer that tells none,
 * each session is one of its own, and nothing from before is known to be meant. Under the node's
 * lock. */
static inline bool rt_session_is_stale(const struct rt_session *session, uint64_t incarnation)
{
    return incarnation != 0 && session->info.peer_incarnation != incarnation;
}

/* ---- session_io.c ---- */

void rt_session_init_io(struct rt_session *session);
/* The transport may be read from now on. */
void rt_session_start_io(struct rt_session *session);
/* The link wants the loop. From any thread, under the link's lock, while the session is open. */
void rt_session_wake(void *session);

/* ---- audit.c ---- */

/* Of a session that is about to end: tells the administrator, if it was turned away. */
void rt_session_audit(const struct rt_session *session, ractor_status status, const char *why);

/* ---- session_auth.c ---- */

void rt_session_start_handshake(struct rt_session *session);
void rt_session_receive_auth(struct rt_session *session, ractor_bytes body);
/* Ready when both have told all: tells whoever waits. */
void rt_session_check_ready(struct rt_session *session);

/* ---- session_inbound.c ---- */

void rt_session_receive_node(struct rt_session *session, ractor_bytes body);
void rt_session_receive_control(struct rt_session *session, ractor_bytes body);

/* ---- session_deadlines.c ---- */

/* A call of the peer has come: it is ended when its time is up. */
void rt_session_watch_deadline(struct rt_session *session, uint32_t timeout_ms);

/* ---- session_export.c ---- */

/* Whether the peer may see an actor of this node, and that it is in a group. Any thread. */
bool rt_session_shows(const struct rt_session *session, ractor_ref actor);
bool rt_session_shows_member(const struct rt_session *session, ractor_ref actor,
                             ractor_string scope, ractor_string group);
/* Whether there is such an actor, and the peer must not see it. */
bool rt_session_hides(const struct rt_session *session, uint64_t pid);
/* Tells the peer of a change of this node's names, if it may see the actor, or was told of its
 * claim by this function. `told` is the caller's: of whose. The session's actor. */
ractor_status rt_session_tell_name(struct rt_session *session, struct rt_pair_map *told,
                                   const struct rt_name_change *change);
/* Tells the administrator of something to an actor that was refused for either reason. */
void rt_session_deny(struct rt_session *session, ractor_string what, uint64_t pid);

/* ---- session_ping.c ---- */

/* Sends a ping, and sets the timer to the next one or to the moment when the peer counts as lost.
 */
void rt_session_ping(struct rt_session *session);
void rt_session_receive_ping(struct rt_session *session, const struct rt_control *control);
void rt_session_receive_pong(struct rt_session *session);

/* ---- session_sync.c ---- */

/* Spawns the NodeSession actor, which tells the peer what lives here, from now on. */
ractor_status rt_session_spawn_actor(struct rt_session *session);

#endif

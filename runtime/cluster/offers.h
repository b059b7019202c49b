/* SPDX-License-Identifier: MIT */
/*
 * Remote spawn.
 *
 *   asker                          loop of the peer          actors of the peer
 *   rt_spawn_ask -- spawn_ask -->  rt_offers_asked --------> a job: runs the offered function
 *      waits                                                    | its outcome, by a call
 *   the loop wakes it  <-- spawn, spawn_answer ------------- the session's actor
 *
 * The answer is told by the session's actor, which tells of every start and end: so it can tell
 * the actor's start right before the answer, unless the actor has ended by then, and the asker
 * never waits for an actor that it has heard the end of.
 */
#ifndef RACTOR_CLUSTER_OFFERS_H
#define RACTOR_CLUSTER_OFFERS_H

#include "cluster/codec.h"

#include <ractor/call.h>
#include <ractor/remote_spawn.h>

#include <stdbool.h>
#include <stdint.h>

struct rt_session;

/* A function that is offered. In the node's list, under its lock. */
struct rt_offer {
    struct rt_offer *next;
    ractor_spawn_fn spawn;
    void *user;
    char kind[];
};

/* What is wanted. Views and texts are the caller's. */
struct rt_spawn_wish {
    ractor_spawn_request request;
    bool finds_first; /* an actor that has the name already is the one */
};

/* What has come of it. */
struct rt_spawn_outcome {
    ractor_status status;
    ractor_ref actor;
    bool is_new; /* it was spawned for this */
};

/* The loop: a peer asks, and answers. */
void rt_offers_asked(struct rt_session *session, const struct rt_note *note);
void rt_offers_answered(struct rt_session *session, const struct rt_note *note);
/* Whoever waits for the peer's answer need not wait any more. The loop. */
void rt_offers_session_ended(struct rt_session *session);
/* The node ends. */
void rt_offers_free(ractor_node *node);

/* The wish that the options hold. RACTOR_EINVAL, RACTOR_ELIMIT. */
ractor_status rt_offers_wish(const ractor_remote_spawn_options *options,
                             struct rt_spawn_wish *wish);
/* Fulfils a wish on this very node, in the caller's thread or handler. RACTOR_ENOTSUP. */
ractor_status rt_offers_fulfil(ractor_node *node, const struct rt_spawn_wish *wish,
                               ractor_ref *ref);
/* Has a peer fulfil it. */
ractor_status rt_offers_ask(ractor_node *node, const char *peer, const struct rt_spawn_wish *wish,
                            uint32_t timeout_ms, ractor_ref *ref);

/* What a job calls the session's actor with; the call fails when the asker could not be told, or
 * must not see the actor. */
struct rt_spawn_answer {
    uint64_t id; /* of the question */
    struct rt_spawn_outcome outcome;
};

/* The messages of the session's actor: a call with a rt_spawn_answer, a cast of a rt_name_change.
 */
enum { RT_SESSION_SPAWN_ANSWER, RT_SESSION_NAME_CHANGE };
extern const ractor_message_type rt_session_type;

/* Fields of a spawn_ask: number: id, flags, text: kind, extra: name, data: args; of a spawn_answer:
 * number: id, detail: pid, status: negated, flags. */
#define RT_SPAWN_FINDS_FIRST 0x1u /* asks */
#define RT_SPAWN_IS_NEW 0x2u      /* answers */

#endif

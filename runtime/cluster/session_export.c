/* SPDX-License-Identifier: MIT */
/*
 * What the peer may see and send. The node's function is asked anew for each message: what is
 * cheap to decide needs no memory of what was told, and a peer that guesses pids gets no further
 * than one that was told of them.
 */
#include "cluster/session.h"

#include <ractor/registry.h>

#include <stdio.h>
#include <string.h>

/* A longer name cannot be shown to the node's function, so its actor is not shown to peers. */
#define NAME_BYTES 256

static bool ask(const struct rt_session *session, ractor_visibility *what)
{
    const ractor_node *node = session->node;
    char name[NAME_BYTES];
    size_t length = ractor_name_of(what->actor, name, sizeof name);
    if (length >= sizeof name)
        return false;
    what->peer = session->info.peer_name; /* not written any more once the session is up */
    what->name = (ractor_string){name, length};
    what->type = ractor_type_of(what->actor);
    return node->is_visible(node->visible_user, what);
}

bool rt_session_shows(const struct rt_session *session, ractor_ref actor)
{
    ractor_visibility what = {.actor = actor};
    return session->node->is_visible == NULL || ask(session, &what);
}

bool rt_session_shows_member(const struct rt_session *session, ractor_ref actor,
                             ractor_string scope, ractor_string group)
{
    ractor_visibility what = {
        .actor = actor, .is_membership = true, .scope = scope, .group = group};
    return session->node->is_visible == NULL ||
           (rt_session_shows(session, actor) && ask(session, &what));
}

bool rt_session_hides(const struct rt_session *session, uint64_t pid)
{
    ractor_ref actor;
    return session->node->is_visible != NULL &&
           ractor_find_pid(session->node->runtime, pid, &actor) == RACTOR_OK &&
           !rt_session_shows(session, actor);
}

ractor_status rt_session_tell_name(struct rt_session *session, struct rt_pair_map *told,
                                   const struct rt_name_change *change)
{
    static char is_there;
    struct rt_pair key = {change->actor.pid, 0};
    bool is_filtered = session->node->is_visible != NULL;
    ractor_status status = RACTOR_OK;
    if (change->is_claim && (!ractor_is_remotable(change->actor) || /* it has ended */
                             !rt_session_shows(session, change->actor)))
        return RACTOR_OK;
    if (change->is_claim && is_filtered)
        status = rt_pair_map_add(told, key, &is_there);
    else if (is_filtered && rt_pair_map_take(told, key) == NULL)
        return RACTOR_OK;
    if (status != RACTOR_OK)
        return status;
    struct rt_note note = {
        .number = change->actor.pid,
        .detail = change->is_claim ? change->time_ns : 0,
        .text = {(const uint8_t *)change->name, strlen(change->name)},
    };
    struct rt_control_out out = {
        .kind = change->is_claim ? RT_CONTROL_NAME_CLAIM : RT_CONTROL_NAME_DROP,
        .notes = &note,
        .n_notes = 1,
    };
    return rt_link_send_control(session->link, session->incarnation, &out);
}

void rt_session_deny(struct rt_session *session, ractor_string what, uint64_t pid)
{
    char why[256];
    ractor_audit_event event = {
        .kind = RACTOR_AUDIT_NOT_EXPORTED,
        .is_outbound = session->is_outbound,
        .peer_addr = session->info.peer_addr,
        .peer_name = session->info.peer_name,
        .why = why,
    };
    event.count = rt_refusals_add(&session->denials, rt_loop_now_ms(&session->node->loop), 1);
    if (event.count == 0)
        return;
    (void)snprintf(why, sizeof why, "%.*s to actor %llu is not for other nodes",
                   RACTOR_STR_ARG(what), (unsigned long long)pid);
    rt_logf(session->node->log, RACTOR_LOG_WARN, "session %llu with %s: %s (%u such)",
            (unsigned long long)session->id, event.peer_name, why, (unsigned)event.count);
    rt_node_audit(session->node, &event);
}

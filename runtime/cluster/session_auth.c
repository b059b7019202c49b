/* SPDX-License-Identifier: MIT */
#include "cluster/session.h"

#include "base/alloc.h"
#include "cluster/dial.h"
#include "cluster/election.h"

#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------ elections */

static bool has_same_peer(const struct rt_session *a, const struct rt_session *b)
{
    return strcmp(a->handshake.peer.name, b->handshake.peer.name) == 0;
}

/* The sessions that take part beside `self`: the authenticated ones with the same peer. Fills up to
 * `capacity` candidates and says how many there are with `self`. */
static size_t gather(struct rt_session *self, struct rt_candidate *candidates, size_t capacity)
{
    size_t n = 0;
    for (struct rt_session *s = self->node->sessions; s != NULL; s = s->next) {
        if (s != self && (!rt_session_is_up(s) || !has_same_peer(s, self)))
            continue;
        if (n < capacity) {
            candidates[n] = (struct rt_candidate){
                .owner = s,
                .age_rank = s->id,
                .is_outbound = s->is_outbound,
                .connection_id = s->handshake.peer.connection_id,
            };
        }
        n++;
    }
    return n;
}

struct result {
    bool is_kept; /* this session */
    bool has_rivals;
};

/* Holds the election; when `closes_losers`, those of the others that lost are closed. */
static ractor_status elect(struct rt_session *self, bool closes_losers, struct result *result)
{
    size_t n = gather(self, NULL, 0);
    struct rt_candidate *candidates = rt_calloc(n, sizeof *candidates);
    if (candidates == NULL)
        return RACTOR_ENOMEM;
    (void)gather(self, candidates, n);
    rt_elect(self->node->identity.name, self->handshake.peer.name, candidates, n);
    result->is_kept = false;
    result->has_rivals = n > 1;
    for (size_t i = 0; i < n; i++) {
        if (candidates[i].owner == self)
            result->is_kept = candidates[i].is_kept;
        else if (!candidates[i].is_kept && closes_losers)
            rt_session_close(candidates[i].owner, RACTOR_EEXIST,
                             "another connection with the peer is kept");
    }
    rt_free(candidates);
    return RACTOR_OK;
}

static auth_ServerStatus_Status decide_status(struct rt_session *session)
{
    struct result result;
    if (elect(session, false, &result) != RACTOR_OK)
        return auth_ServerStatus_Status_NOT_ALLOWED;
    if (!result.is_kept)
        return auth_ServerStatus_Status_NOT_OK;
    return result.has_rivals ? auth_ServerStatus_Status_OK_SIMULTANEOUS
                             : auth_ServerStatus_Status_OK;
}

/* ------------------------------------------------------------------ after authentication */

void rt_session_check_ready(struct rt_session *session)
{
    /* A legacy peer says nothing when it is ready: being authenticated is being ready. */
    bool is_legacy = session->reader.framing == RT_FRAMING_LEGACY;
    if (session->state != RT_SESSION_SYNCING || !session->has_sent_sync ||
        (!session->has_peer_sync && !is_legacy))
        return;
    ractor_node *node = session->node;
    session->state = RT_SESSION_READY;
    (void)pthread_mutex_lock(&node->lock);
    session->info.is_ready = true;
    (void)pthread_mutex_unlock(&node->lock);
    rt_logf(node->log, RACTOR_LOG_INFO, "session %llu with %s is ready",
            (unsigned long long)session->id, session->info.peer_name);
    rt_session_tell(session, RACTOR_SESSION_READY);
    rt_dial_session_ready(node, session);
}

static void set_authenticated(struct rt_session *session)
{
    ractor_node *node = session->node;
    const auth_NameMessage *peer = &session->handshake.peer;
    uint64_t extensions = peer->has_flags ? peer->flags.extensions & node->identity.extensions : 0;
    session->state = RT_SESSION_SYNCING;
    session->reader.limit_bytes = node->frame_limit_bytes;
    rt_link_set_extensions(session->link, extensions);
    rt_session_uncount(session);
    (void)pthread_mutex_lock(&node->lock);
    session->info.is_authenticated = true;
    session->info.peer_incarnation = peer->has_flags ? peer->flags.incarnation : 0;
    session->info.is_proved_by_hmac = session->handshake.uses_hmac;
    (void)snprintf(session->info.peer_name, sizeof session->info.peer_name, "%s", peer->name);
    (void)pthread_mutex_unlock(&node->lock);
    rt_logf(node->log, RACTOR_LOG_INFO, "session %llu with %s (%s, %s) is authenticated",
            (unsigned long long)session->id, session->info.peer_name, session->info.peer_addr,
            session->is_outbound ? "dialled" : "accepted");
    rt_session_tell(session, RACTOR_SESSION_AUTHENTICATED);
}

static void on_authenticated(struct rt_session *session)
{
    struct result result;
    ractor_status status = elect(session, true, &result);
    if (status != RACTOR_OK) {
        rt_session_close(session, status, "out of memory");
        return;
    }
    if (!result.is_kept) {
        rt_session_close(session, RACTOR_EEXIST, "another connection with the peer is kept");
        return;
    }
    set_authenticated(session);
    rt_session_ping(session);
    if (session->state == RT_SESSION_CLOSING)
        return;
    status = rt_session_spawn_actor(session);
    if (status != RACTOR_OK)
        rt_session_close(session, status, "its actor could not be spawned");
}

/* ------------------------------------------------------------------ the handshake's messages */

static ractor_status send_all(struct rt_session *session, const struct rt_handshake_out *out)
{
    for (size_t i = 0; i < out->n_messages; i++) {
        ractor_status status =
            rt_link_send_auth(session->link, session->incarnation, &out->messages[i]);
        if (status != RACTOR_OK)
            return status;
    }
    return RACTOR_OK;
}

/* Somebody has dialled this very node: the other end is among its sessions. */
static void close_own_dial(struct rt_session *accepted)
{
    uint64_t id = accepted->handshake.peer.connection_id;
    for (struct rt_session *s = accepted->node->sessions; s != NULL; s = s->next) {
        if (s->is_outbound && s->state == RT_SESSION_IN_HANDSHAKE && id != 0 &&
            s->handshake.peer.connection_id == id) {
            rt_session_close(s, RACTOR_EINVAL, "the address is this node's own");
            return;
        }
    }
}

/* A second dial of a node that this one has dialled already gives way. It asks before the proof is
 * sent, so that the peer's election does not count it. */
static bool is_second_dial(const struct rt_session *session)
{
    if (!session->is_outbound || session->handshake.state != RT_HANDSHAKE_AWAITS_ACK)
        return false;
    for (const struct rt_session *s = session->node->sessions; s != NULL; s = s->next) {
        if (s != session && s->is_outbound && rt_session_is_up(s) && has_same_peer(s, session))
            return true;
    }
    return false;
}

/* Whether the peer has given itself a name that its certificate does not hold. Asked before the
 * answer to that name is sent, so that no proof of the cookie goes to such a peer. */
static bool is_misnamed(struct rt_session *session)
{
    const char *name = session->handshake.peer.name;
    return name[0] != '\0' && !rt_tls_allows_name(&session->node->tls, session->transport, name);
}

static void act_on(struct rt_session *session, enum rt_handshake_result result,
                   const struct rt_handshake_out *out)
{
    if (is_second_dial(session)) {
        rt_session_close(session, RACTOR_EEXIST, "this node has a session with the peer already");
        return;
    }
    if (is_misnamed(session)) {
        session->is_misnamed = true;
        rt_session_close(session, RACTOR_EAUTH,
                         "the peer's certificate is not for the name that it gives itself");
        return;
    }
    ractor_status status = send_all(session, out);
    if (result == RT_HANDSHAKE_FAILED) {
        ractor_status failure = session->handshake.failure;
        if (failure == RACTOR_EINVAL && !session->is_outbound)
            close_own_dial(session);
        rt_session_close(session, failure, session->handshake.why);
    } else if (status != RACTOR_OK) {
        rt_session_close(session, status, "a handshake message could not be sent");
    } else if (result == RT_HANDSHAKE_DONE) {
        on_authenticated(session);
    }
}

_Static_assert(RT_TLS_BINDING_BYTES == RT_BINDING_BYTES, "what is bound is what is proved");

/* A message has come through the encryption, so its handshake is over. */
static void bind_to_encryption(struct rt_session *session)
{
    struct rt_handshake *handshake = &session->handshake;
    if (handshake->binding_bytes != 0 || handshake->lacks_binding)
        return;
    ractor_status status = rt_transport_binding(session->transport, handshake->binding);
    handshake->binding_bytes = status == RACTOR_OK ? RT_BINDING_BYTES : 0;
    handshake->lacks_binding = status == RACTOR_ETLS;
}

void rt_session_receive_auth(struct rt_session *session, ractor_bytes body)
{
    auth_AuthenticationMessage message;
    struct rt_handshake_out out;
    if (session->state != RT_SESSION_IN_HANDSHAKE)
        return; /* the handshake is over: as Rust nodes do */
    if (rt_auth_decode(body, &message) != RACTOR_OK) {
        rt_session_close(session, RACTOR_EPROTO, "a malformed handshake message");
        return;
    }
    bind_to_encryption(session);
    enum rt_handshake_result result = rt_handshake_receive(&session->handshake, &message, &out);
    if (result == RT_HANDSHAKE_WANTS_STATUS)
        result = rt_handshake_give_status(&session->handshake, decide_status(session), &out);
    act_on(session, result, &out);
}

void rt_session_start_handshake(struct rt_session *session)
{
    struct rt_handshake_out out;
    if (!session->is_outbound)
        return;
    ractor_status status = rt_handshake_dial(&session->handshake, session->dial->cookie, &out);
    if (status == RACTOR_OK)
        status = send_all(session, &out);
    if (status != RACTOR_OK)
        rt_session_close(session, status, "the handshake could not be started");
}

/* SPDX-License-Identifier: MIT */
#include "cluster/handshake.h"

#include <string.h>

static void drop_cookies(struct rt_handshake *handshake)
{
    rt_cookie_set_drop(handshake->cookies);
    handshake->cookies = NULL;
}

static void stop_asking(struct rt_handshake *handshake)
{
    if (!handshake->is_asking)
        return;
    handshake->is_asking = false;
    if (handshake->next != NULL)
        handshake->next->previous = handshake->previous;
    if (handshake->previous != NULL)
        handshake->previous->next = handshake->next;
    else
        handshake->outstanding->first = handshake->next;
    handshake->next = NULL;
    handshake->previous = NULL;
}

static enum rt_handshake_result fail(struct rt_handshake *handshake, ractor_status failure,
                                     const char *why)
{
    stop_asking(handshake);
    drop_cookies(handshake);
    handshake->state = RT_HANDSHAKE_HAS_FAILED;
    handshake->failure = failure;
    handshake->why = why;
    return RT_HANDSHAKE_FAILED;
}

static enum rt_handshake_result succeed(struct rt_handshake *handshake)
{
    stop_asking(handshake);
    drop_cookies(handshake);
    handshake->state = RT_HANDSHAKE_IS_DONE;
    return RT_HANDSHAKE_DONE;
}

static bool is_own_challenge(const struct rt_challenges *outstanding, uint32_t challenge)
{
    for (const struct rt_handshake *at = outstanding->first; at != NULL; at = at->next) {
        if (at->challenge == challenge)
            return true;
    }
    return false;
}

/* Whether both sides have announced it. The peer has named itself. */
static bool speaks_hmac(const struct rt_handshake *handshake)
{
    const auth_NameMessage *peer = &handshake->peer;
    uint32_t both = handshake->self->extensions & (peer->has_flags ? peer->flags.extensions : 0);
    return (both & RT_EXTENSION_HMAC) != 0;
}

/* Chooses a challenge that no other handshake of this node has open, and that the peer has not
 * asked: its answer would do for both. */
static ractor_status ask(struct rt_handshake *handshake)
{
    const struct rt_identity *self = handshake->self;
    ractor_status status;
    do {
        status = rt_random_fill(&self->random, &handshake->challenge, sizeof handshake->challenge);
    } while (status == RACTOR_OK &&
             (handshake->challenge == handshake->peer_challenge ||
              is_own_challenge(handshake->outstanding, handshake->challenge)));
    if (status == RACTOR_OK)
        status = rt_random_fill(&self->random, handshake->nonce, sizeof handshake->nonce);
    if (status != RACTOR_OK)
        return status;
    handshake->is_asking = true;
    handshake->next = handshake->outstanding->first;
    if (handshake->next != NULL)
        handshake->next->previous = handshake;
    handshake->outstanding->first = handshake;
    return RACTOR_OK;
}

static auth_AuthenticationMessage *add(struct rt_handshake_out *out, pb_size_t which)
{
    auth_AuthenticationMessage *message = &out->messages[out->n_messages++];
    *message = (auth_AuthenticationMessage)auth_AuthenticationMessage_init_zero;
    message->which_msg = which;
    return message;
}

static auth_NodeFlags flags_of(const struct rt_identity *self)
{
    auth_NodeFlags flags = {.version = RT_PROTOCOL_VERSION,
                            .extensions = self->extensions,
                            .incarnation = self->incarnation};
    return flags;
}

/* Checks a name that the peer gives itself. NULL: it may go on. */
static const char *refuse_peer(const struct rt_handshake *handshake)
{
    const struct rt_identity *self = handshake->self;
    const auth_NameMessage *peer = &handshake->peer;
    if (peer->name[0] == '\0')
        return "the peer has no name";
    if (!rt_wire_is_name((ractor_bytes){(const uint8_t *)peer->name, strlen(peer->name)}))
        return "the peer's name is not UTF-8";
    if (strcmp(peer->name, self->name) == 0)
        return "the peer has this node's own name";
    if (self->connection_string[0] != '\0' &&
        strcmp(peer->connection_string, self->connection_string) == 0)
        return "the peer has this node's own address";
    return NULL;
}

void rt_handshake_init(struct rt_handshake *handshake, const struct rt_identity *self,
                       struct rt_challenges *outstanding)
{
    *handshake = (struct rt_handshake){
        .self = self,
        .outstanding = outstanding,
        .state = RT_HANDSHAKE_AWAITS_NAME,
        .cookies = rt_cookies_hold(self->cookies),
    };
}

ractor_status rt_handshake_dial(struct rt_handshake *handshake, enum rt_cookie_kind cookie,
                                struct rt_handshake_out *out)
{
    const struct rt_identity *self = handshake->self;
    uint64_t connection_id = 0;
    if (handshake->cookies->cookies[cookie].bytes == NULL)
        return RACTOR_EAUTH;
    handshake->dials_with = cookie;
    while (connection_id == 0) {
        ractor_status status = rt_random_fill(&self->random, &connection_id, sizeof connection_id);
        if (status != RACTOR_OK)
            return status;
    }
    out->n_messages = 0;
    auth_NameMessage *name = &add(out, auth_AuthenticationMessage_name_tag)->msg.name;
    memcpy(name->name, self->name, sizeof name->name);
    memcpy(name->connection_string, self->connection_string, sizeof name->connection_string);
    name->has_flags = true;
    name->flags = flags_of(self);
    name->connection_id = connection_id;
    handshake->peer.connection_id = connection_id;
    handshake->is_dialler = true;
    handshake->state = RT_HANDSHAKE_AWAITS_SERVER_STATUS;
    return RACTOR_OK;
}

void rt_handshake_fini(struct rt_handshake *handshake)
{
    stop_asking(handshake);
    drop_cookies(handshake);
}

/* Decides which proof it is to be. NULL: it may go on. */
static const char *check_hmac(struct rt_handshake *handshake)
{
    handshake->uses_hmac = speaks_hmac(handshake);
    if (handshake->uses_hmac && handshake->lacks_binding)
        return "the encryption has nothing that a proof could be bound to";
    if (!handshake->uses_hmac && handshake->self->requires_hmac)
        return "the peer does not prove itself by HMAC, which this node requires";
    return NULL;
}

/* Acceptor, on `name`. */
static enum rt_handshake_result on_name(struct rt_handshake *handshake,
                                        const auth_NameMessage *name)
{
    handshake->peer = *name;
    const char *why = refuse_peer(handshake);
    if (why != NULL)
        return fail(handshake, RACTOR_EINVAL, why);
    handshake->state = RT_HANDSHAKE_AWAITS_OWN_STATUS;
    return RT_HANDSHAKE_WANTS_STATUS;
}

static enum rt_handshake_result send_challenge(struct rt_handshake *handshake,
                                               struct rt_handshake_out *out)
{
    const struct rt_identity *self = handshake->self;
    if (ask(handshake) != RACTOR_OK)
        return fail(handshake, RACTOR_EIO, "no randomness for a challenge");
    auth_Challenge *challenge =
        &add(out, auth_AuthenticationMessage_server_challenge_tag)->msg.server_challenge;
    memcpy(challenge->name, self->name, sizeof challenge->name);
    memcpy(challenge->connection_string, self->connection_string,
           sizeof challenge->connection_string);
    challenge->has_flags = true;
    challenge->flags = flags_of(self);
    challenge->challenge = handshake->challenge;
    if (handshake->uses_hmac) {
        challenge->nonce.size = RT_NONCE_BYTES;
        memcpy(challenge->nonce.bytes, handshake->nonce, RT_NONCE_BYTES);
    }
    handshake->state = RT_HANDSHAKE_AWAITS_CLIENT_CHALLENGE;
    return RT_HANDSHAKE_GOES_ON;
}

enum rt_handshake_result rt_handshake_give_status(struct rt_handshake *handshake,
                                                  auth_ServerStatus_Status status,
                                                  struct rt_handshake_out *out)
{
    out->n_messages = 0;
    if (handshake->state != RT_HANDSHAKE_AWAITS_OWN_STATUS)
        return fail(handshake, RACTOR_EPROTO, "no status was asked for");
    const char *why = check_hmac(handshake);
    if (why != NULL)
        status = auth_ServerStatus_Status_NOT_ALLOWED;
    add(out, auth_AuthenticationMessage_server_status_tag)->msg.server_status.status = status;
    switch (status) {
    case auth_ServerStatus_Status_OK:
    case auth_ServerStatus_Status_OK_SIMULTANEOUS:
        return send_challenge(handshake, out);
    case auth_ServerStatus_Status_ALIVE:
        handshake->state = RT_HANDSHAKE_AWAITS_CLIENT_STATUS;
        return RT_HANDSHAKE_GOES_ON;
    case auth_ServerStatus_Status_NOT_OK:
        return fail(handshake, RACTOR_EEXIST, "another connection with the peer is kept");
    case auth_ServerStatus_Status_NOT_ALLOWED:
        break;
    }
    return fail(handshake, RACTOR_EAUTH, why != NULL ? why : "the peer is not allowed");
}

/* Acceptor, on `client_status`. */
static enum rt_handshake_result on_client_status(struct rt_handshake *handshake, bool goes_on,
                                                 struct rt_handshake_out *out)
{
    if (!goes_on)
        return fail(handshake, RACTOR_ECANCELED, "the peer gives this connection up");
    return send_challenge(handshake, out);
}

static bool take_nonce(struct rt_handshake *handshake, const pb_byte_t *bytes, pb_size_t size)
{
    if (size != RT_NONCE_BYTES)
        return false;
    memcpy(handshake->peer_nonce, bytes, RT_NONCE_BYTES);
    return true;
}

/* Which cookie the peer has proved to know; NULL: none. */
static const struct rt_cookie *find_proved(const struct rt_handshake *handshake,
                                           const auth_ChallengeReply *reply)
{
    for (int i = 0; i < RT_COOKIES; i++) {
        const struct rt_cookie *cookie = &handshake->cookies->cookies[i];
        const pb_byte_t *bytes = handshake->uses_hmac ? reply->proof.bytes : reply->digest.bytes;
        pb_size_t size = handshake->uses_hmac ? reply->proof.size : reply->digest.size;
        if (rt_handshake_is_proof(handshake, cookie, bytes, size))
            return cookie;
    }
    return NULL;
}

/* Acceptor, on `client_challenge`: the dialler's proof and its question, which is answered by the
 * same cookie. */
static enum rt_handshake_result on_client_challenge(struct rt_handshake *handshake,
                                                    const auth_ChallengeReply *reply,
                                                    struct rt_handshake_out *out)
{
    handshake->peer_challenge = reply->challenge;
    if (handshake->uses_hmac && !take_nonce(handshake, reply->nonce.bytes, reply->nonce.size))
        return fail(handshake, RACTOR_EAUTH, "a proof without a nonce");
    const struct rt_cookie *cookie = find_proved(handshake, reply);
    if (cookie == NULL)
        return fail(handshake, RACTOR_EAUTH, "wrong cookie");
    stop_asking(handshake);
    if (is_own_challenge(handshake->outstanding, reply->challenge))
        return fail(handshake, RACTOR_EAUTH, "the peer has sent back this node's own challenge");
    auth_ChallengeAck *ack = &add(out, auth_AuthenticationMessage_server_ack_tag)->msg.server_ack;
    bool is_hmac = handshake->uses_hmac;
    if (rt_handshake_prove(handshake, cookie, is_hmac ? ack->proof.bytes : ack->digest.bytes,
                           is_hmac ? &ack->proof.size : &ack->digest.size) != RACTOR_OK)
        return fail(handshake, RACTOR_EIO, "no digest");
    return succeed(handshake);
}

/* Dialler, on `server_status`. */
static enum rt_handshake_result on_server_status(struct rt_handshake *handshake,
                                                 auth_ServerStatus_Status status,
                                                 struct rt_handshake_out *out)
{
    switch (status) {
    case auth_ServerStatus_Status_ALIVE:
        add(out, auth_AuthenticationMessage_client_status_tag)->msg.client_status.status = true;
        handshake->state = RT_HANDSHAKE_AWAITS_SERVER_CHALLENGE;
        return RT_HANDSHAKE_GOES_ON;
    case auth_ServerStatus_Status_OK:
    case auth_ServerStatus_Status_OK_SIMULTANEOUS:
        handshake->state = RT_HANDSHAKE_AWAITS_SERVER_CHALLENGE;
        return RT_HANDSHAKE_GOES_ON;
    case auth_ServerStatus_Status_NOT_OK:
        return fail(handshake, RACTOR_EEXIST, "the peer keeps another connection with this node");
    case auth_ServerStatus_Status_NOT_ALLOWED:
        return fail(handshake, RACTOR_EAUTH, "the peer does not allow this node");
    }
    return fail(handshake, RACTOR_EPROTO, "unknown server_status");
}

/* Dialler, on `server_challenge`: the acceptor names itself and asks. */
static enum rt_handshake_result on_server_challenge(struct rt_handshake *handshake,
                                                    const auth_Challenge *challenge,
                                                    struct rt_handshake_out *out)
{
    auth_NameMessage *peer = &handshake->peer;
    memcpy(peer->name, challenge->name, sizeof peer->name);
    memcpy(peer->connection_string, challenge->connection_string, sizeof peer->connection_string);
    peer->has_flags = challenge->has_flags;
    peer->flags = challenge->flags;
    const char *why = refuse_peer(handshake);
    if (why != NULL)
        return fail(handshake, RACTOR_EINVAL, why);
    if (is_own_challenge(handshake->outstanding, challenge->challenge))
        return fail(handshake, RACTOR_EAUTH, "the peer has sent back this node's own challenge");
    why = check_hmac(handshake);
    if (why != NULL)
        return fail(handshake, RACTOR_EAUTH, why);
    /* A peer that speaks it has sent one, unless what this node has announced was changed. */
    if (handshake->uses_hmac &&
        !take_nonce(handshake, challenge->nonce.bytes, challenge->nonce.size))
        return fail(handshake, RACTOR_EAUTH, "what this node has announced was changed on the way");
    handshake->peer_challenge = challenge->challenge;
    if (ask(handshake) != RACTOR_OK)
        return fail(handshake, RACTOR_EIO, "no randomness for a challenge");
    auth_ChallengeReply *reply =
        &add(out, auth_AuthenticationMessage_client_challenge_tag)->msg.client_challenge;
    reply->challenge = handshake->challenge;
    const struct rt_cookie *cookie = &handshake->cookies->cookies[handshake->dials_with];
    bool is_hmac = handshake->uses_hmac;
    if (is_hmac) {
        reply->nonce.size = RT_NONCE_BYTES;
        memcpy(reply->nonce.bytes, handshake->nonce, RT_NONCE_BYTES);
    }
    if (rt_handshake_prove(handshake, cookie, is_hmac ? reply->proof.bytes : reply->digest.bytes,
                           is_hmac ? &reply->proof.size : &reply->digest.size) != RACTOR_OK)
        return fail(handshake, RACTOR_EIO, "no digest");
    handshake->state = RT_HANDSHAKE_AWAITS_ACK;
    return RT_HANDSHAKE_GOES_ON;
}

/* Dialler, on `server_ack`: the acceptor's proof. */
static enum rt_handshake_result on_ack(struct rt_handshake *handshake, const auth_ChallengeAck *ack)
{
    const struct rt_cookie *cookie = &handshake->cookies->cookies[handshake->dials_with];
    bool is_hmac = handshake->uses_hmac;
    if (!rt_handshake_is_proof(handshake, cookie, is_hmac ? ack->proof.bytes : ack->digest.bytes,
                               is_hmac ? ack->proof.size : ack->digest.size))
        return fail(handshake, RACTOR_EAUTH, "the peer does not know the cookie");
    return succeed(handshake);
}

/* Which message each state takes; all others end the handshake. */
static pb_size_t awaited(enum rt_handshake_state state)
{
    switch (state) {
    case RT_HANDSHAKE_AWAITS_NAME:
        return auth_AuthenticationMessage_name_tag;
    case RT_HANDSHAKE_AWAITS_CLIENT_STATUS:
        return auth_AuthenticationMessage_client_status_tag;
    case RT_HANDSHAKE_AWAITS_CLIENT_CHALLENGE:
        return auth_AuthenticationMessage_client_challenge_tag;
    case RT_HANDSHAKE_AWAITS_SERVER_STATUS:
        return auth_AuthenticationMessage_server_status_tag;
    case RT_HANDSHAKE_AWAITS_SERVER_CHALLENGE:
        return auth_AuthenticationMessage_server_challenge_tag;
    case RT_HANDSHAKE_AWAITS_ACK:
        return auth_AuthenticationMessage_server_ack_tag;
    case RT_HANDSHAKE_AWAITS_OWN_STATUS:
    case RT_HANDSHAKE_IS_DONE:
    case RT_HANDSHAKE_HAS_FAILED:
        break;
    }
    return 0;
}

enum rt_handshake_result rt_handshake_receive(struct rt_handshake *handshake,
                                              const auth_AuthenticationMessage *message,
                                              struct rt_handshake_out *out)
{
    out->n_messages = 0;
    if (message->which_msg == 0 || message->which_msg != awaited(handshake->state))
        return fail(handshake, RACTOR_EPROTO, "a message out of order");
    switch (message->which_msg) {
    case auth_AuthenticationMessage_name_tag:
        return on_name(handshake, &message->msg.name);
    case auth_AuthenticationMessage_client_status_tag:
        return on_client_status(handshake, message->msg.client_status.status, out);
    case auth_AuthenticationMessage_client_challenge_tag:
        return on_client_challenge(handshake, &message->msg.client_challenge, out);
    case auth_AuthenticationMessage_server_status_tag:
        return on_server_status(handshake, message->msg.server_status.status, out);
    case auth_AuthenticationMessage_server_challenge_tag:
        return on_server_challenge(handshake, &message->msg.server_challenge, out);
    default:
        return on_ack(handshake, &message->msg.server_ack);
    }
}

const char *rt_handshake_awaits(const struct rt_handshake *handshake)
{
    switch (handshake->state) {
    case RT_HANDSHAKE_AWAITS_NAME:
        return "the peer's name";
    case RT_HANDSHAKE_AWAITS_OWN_STATUS:
        return "this node's decision";
    case RT_HANDSHAKE_AWAITS_CLIENT_STATUS:
        return "the peer's status";
    case RT_HANDSHAKE_AWAITS_CLIENT_CHALLENGE:
        return "the peer's proof of the cookie";
    case RT_HANDSHAKE_AWAITS_SERVER_STATUS:
        return "the answer to this node's name";
    case RT_HANDSHAKE_AWAITS_SERVER_CHALLENGE:
        return "the peer's challenge";
    case RT_HANDSHAKE_AWAITS_ACK:
        return "the answer to this node's proof of the cookie";
    case RT_HANDSHAKE_IS_DONE:
    case RT_HANDSHAKE_HAS_FAILED:
        break;
    }
    return "nothing";
}

/* SPDX-License-Identifier: MIT */
/*
 * The handshake of one connection, as a machine without input or output: decoded messages go in,
 * messages to be sent and decisions come out. Each side proves that it knows the cookie before
 * either believes anything that the other says.
 *
 *   dialler                                   acceptor
 *   start           -- name ---------------->  wants_status
 *                   <- server_status --------  give_status
 *                   <- server_challenge -----
 *                   -- client_challenge ---->  checks the dialler's proof
 *   checks          <- server_ack -----------  is done
 *   is done
 *
 * Between nodes that both announce it the proofs are HMACs (proof.h), else digests of a challenge.
 *
 * What ends a handshake: a message out of order, a wrong proof, the node's own name, and a
 * challenge that the node itself has asked and not yet got an answer to (else a stranger could
 * have the node answer its own question over a second connection).
 *
 * Not thread-safe: handshakes that share a `rt_challenges` belong to one thread.
 */
#ifndef RACTOR_CLUSTER_HANDSHAKE_H
#define RACTOR_CLUSTER_HANDSHAKE_H

#include "base/random.h"
#include "cluster/codec.h"
#include "cluster/cookies.h"
#include "cluster/proof.h"

#include <ractor/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RT_DIGEST_BYTES 32
#define RT_PROTOCOL_VERSION 1

/* Extension bits in NodeFlags; see docs/wire-protocol.md. */
#define RT_EXTENSION_CALL_STATUS 0x1u
#define RT_EXTENSION_FRAGMENTS 0x2u
#define RT_EXTENSION_CANCEL 0x4u
#define RT_EXTENSION_FINGERPRINT 0x8u
#define RT_EXTENSION_ENDINGS 0x10u
#define RT_EXTENSION_NAMES 0x20u
#define RT_EXTENSION_SPAWN 0x40u
#define RT_EXTENSION_TRACE 0x80u
#define RT_EXTENSION_HMAC 0x100u
#define RT_EXTENSION_JOBS 0x200u
#define RT_EXTENSION_STARTS 0x400u
#define RT_EXTENSIONS                                                                              \
    (RT_EXTENSION_STARTS | RT_EXTENSION_JOBS | RT_EXTENSION_HMAC | RT_EXTENSION_TRACE |            \
     RT_EXTENSION_SPAWN | RT_EXTENSION_NAMES | RT_EXTENSION_ENDINGS | RT_EXTENSION_FINGERPRINT |   \
     RT_EXTENSION_CALL_STATUS | RT_EXTENSION_FRAGMENTS | RT_EXTENSION_CANCEL)

/* What a node says of itself. Read-only while handshakes run. */
struct rt_identity {
    char name[256];              /* node@host */
    char connection_string[288]; /* host:port; empty: cannot be dialled */
    uint32_t extensions;
    uint64_t incarnation;       /* of this start of the node; not 0 */
    struct rt_cookies *cookies; /* has a lock of its own */
    bool requires_hmac;         /* peers that do not speak that extension are refused */
    struct rt_random random;
};

struct rt_handshake;

/* The challenges of a node that have no answer yet. All zero: none. */
struct rt_challenges {
    struct rt_handshake *first;
};

enum rt_handshake_result {
    RT_HANDSHAKE_GOES_ON,      /* wait for the peer's next message */
    RT_HANDSHAKE_WANTS_STATUS, /* call rt_handshake_give_status */
    RT_HANDSHAKE_DONE,         /* authenticated; what is in the output goes out first */
    RT_HANDSHAKE_FAILED        /* close; `failure` and `why` say why */
};

/* Messages to be sent, in order. */
struct rt_handshake_out {
    auth_AuthenticationMessage messages[2];
    size_t n_messages;
};

enum rt_handshake_state {
    RT_HANDSHAKE_AWAITS_NAME,
    RT_HANDSHAKE_AWAITS_OWN_STATUS,
    RT_HANDSHAKE_AWAITS_CLIENT_STATUS,
    RT_HANDSHAKE_AWAITS_CLIENT_CHALLENGE,
    RT_HANDSHAKE_AWAITS_SERVER_STATUS,
    RT_HANDSHAKE_AWAITS_SERVER_CHALLENGE,
    RT_HANDSHAKE_AWAITS_ACK,
    RT_HANDSHAKE_IS_DONE,
    RT_HANDSHAKE_HAS_FAILED
};

struct rt_handshake {
    const struct rt_identity *self;
    struct rt_challenges *outstanding;
    struct rt_handshake *next, *previous; /* in `outstanding`, while is_asking */
    enum rt_handshake_state state;
    bool is_dialler;
    bool is_asking;
    uint32_t challenge;            /* that it asks, with is_asking */
    uint32_t peer_challenge;       /* that it answers */
    struct rt_cookie_set *cookies; /* held until it is over */
    enum rt_cookie_kind dials_with;
    bool uses_hmac; /* both have announced it; decided when both have named themselves */
    uint8_t nonce[RT_NONCE_BYTES], peer_nonce[RT_NONCE_BYTES];
    uint8_t binding[RT_BINDING_BYTES]; /* set by who carries the handshake, if encrypted */
    size_t binding_bytes;
    bool lacks_binding;    /* the encryption has none that could be trusted */
    auth_NameMessage peer; /* what the peer says of itself; to be believed when done */
    ractor_status failure;
    const char *why; /* static */
};

/* Acceptor's side. Borrows both until fini, and holds the cookies that there are now. */
void rt_handshake_init(struct rt_handshake *handshake, const struct rt_identity *self,
                       struct rt_challenges *outstanding);

/* Turns it into the dialler's side, which proves to know that cookie: the first message is in
 * `out`. RACTOR_EIO: no randomness; RACTOR_EAUTH: there is no such cookie. */
ractor_status rt_handshake_dial(struct rt_handshake *handshake, enum rt_cookie_kind cookie,
                                struct rt_handshake_out *out);

void rt_handshake_fini(struct rt_handshake *handshake);

enum rt_handshake_result rt_handshake_receive(struct rt_handshake *handshake,
                                              const auth_AuthenticationMessage *message,
                                              struct rt_handshake_out *out);

/* Acceptor: whether to go on with the peer that has named itself. */
enum rt_handshake_result rt_handshake_give_status(struct rt_handshake *handshake,
                                                  auth_ServerStatus_Status status,
                                                  struct rt_handshake_out *out);

/* What the handshake waits for, for log lines. Static. */
const char *rt_handshake_awaits(const struct rt_handshake *handshake);

/* ---- handshake_proof.c ---- */

/* This side's proof with that cookie. RACTOR_EIO. */
ractor_status rt_handshake_prove(const struct rt_handshake *handshake,
                                 const struct rt_cookie *cookie, pb_byte_t *bytes, pb_size_t *size);

/* Whether the bytes are the other side's proof with that cookie; in constant time. */
bool rt_handshake_is_proof(const struct rt_handshake *handshake, const struct rt_cookie *cookie,
                           const pb_byte_t *bytes, pb_size_t size);

/* SHA-256 of the challenge (big-endian) and the cookie. RACTOR_EIO: the library refused. */
ractor_status rt_handshake_digest(uint32_t challenge, const struct rt_cookie *cookie,
                                  uint8_t digest[RT_DIGEST_BYTES]);

#endif

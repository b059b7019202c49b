/* SPDX-License-Identifier: MIT */
/*
 * The proof of the cookie between C nodes: HMAC-SHA256, keyed with the cookie, over who proves it
 * and over all that both sides have said of themselves, so that it is good for this connection, in
 * this role, and nowhere else. docs/wire-protocol.md has the format and what it rests on. Pure; any
 * thread.
 */
#ifndef RACTOR_CLUSTER_PROOF_H
#define RACTOR_CLUSTER_PROOF_H

#include "cluster/cookies.h"

#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

#define RT_PROOF_BYTES 32
#define RT_NONCE_BYTES 16
#define RT_BINDING_BYTES 32

/* What one side has said of itself. Texts are shorter than 512 bytes. */
struct rt_party {
    const char *name;
    const char *connection_string;
    uint32_t extensions;
    uint32_t challenge;
    const uint8_t *nonce; /* RT_NONCE_BYTES */
};

struct rt_proof {
    struct rt_party dialler, acceptor;
    uint64_t connection_id;
    const uint8_t *binding; /* of the encryption that carries the handshake */
    size_t binding_bytes;   /* RT_BINDING_BYTES; 0: there is no encryption */
};

enum rt_role { RT_ROLE_DIALLER, RT_ROLE_ACCEPTOR };

/* The proof of who has that role. RACTOR_EIO: the library refused. */
ractor_status rt_proof_make(const struct rt_proof *proof, enum rt_role role,
                            const struct rt_cookie *cookie, uint8_t out[RT_PROOF_BYTES]);

#endif

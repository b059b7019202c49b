/* SPDX-License-Identifier: MIT */
/*
 *   "ractor handshake 1" 0   role   dialler's side   acceptor's side   connection_id   binding
 *   a side: name, connection string, extensions, challenge, nonce
 *
 * Numbers are big-endian and of fixed width, everything else has a u32 of length in front, so that
 * no two sets of facts have the same bytes.
 */
#include "cluster/proof.h"

#include "base/big_endian.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string.h>

/* The label, the role, two sides of two texts, a nonce and numbers, and the rest. */
#define FACTS_BYTES 2304
#define TEXT_BYTES 512

static const char label[] = "ractor handshake 1";

struct facts {
    uint8_t bytes[FACTS_BYTES];
    size_t length;
};

static void put(struct facts *facts, const void *bytes, size_t length)
{
    if (length != 0)
        memcpy(facts->bytes + facts->length, bytes, length);
    facts->length += length;
}

static void put_u32(struct facts *facts, uint32_t value)
{
    uint8_t bytes[4];
    rt_put_u32(value, bytes);
    put(facts, bytes, sizeof bytes);
}

static void put_bytes(struct facts *facts, const void *bytes, size_t length)
{
    put_u32(facts, (uint32_t)length);
    put(facts, bytes, length);
}

static void put_party(struct facts *facts, const struct rt_party *party)
{
    put_bytes(facts, party->name, strnlen(party->name, TEXT_BYTES));
    put_bytes(facts, party->connection_string, strnlen(party->connection_string, TEXT_BYTES));
    put_u32(facts, party->extensions);
    put_u32(facts, party->challenge);
    put_bytes(facts, party->nonce, RT_NONCE_BYTES);
}

/* Two sides at their longest, and 64 bytes for the label, the role, the number and the binding. */
_Static_assert(2 * (2 * (4 + TEXT_BYTES) + 8 + 4 + RT_NONCE_BYTES) + 64 + RT_BINDING_BYTES <=
                   FACTS_BYTES,
               "the facts fit");

ractor_status rt_proof_make(const struct rt_proof *proof, enum rt_role role,
                            const struct rt_cookie *cookie, uint8_t out[RT_PROOF_BYTES])
{
    struct facts facts = {.length = 0};
    uint8_t mac[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    const uint8_t role_byte = role == RT_ROLE_DIALLER ? 'D' : 'A';
    put(&facts, label, sizeof label);
    put(&facts, &role_byte, 1);
    put_party(&facts, &proof->dialler);
    put_party(&facts, &proof->acceptor);
    put_u32(&facts, (uint32_t)(proof->connection_id >> 32));
    put_u32(&facts, (uint32_t)proof->connection_id);
    put_bytes(&facts, proof->binding, proof->binding_bytes);
    if (HMAC(EVP_sha256(), cookie->bytes, (int)cookie->length, facts.bytes, facts.length, mac,
             &length) == NULL ||
        length != RT_PROOF_BYTES)
        return RACTOR_EIO;
    memcpy(out, mac, RT_PROOF_BYTES);
    return RACTOR_OK;
}

/* SPDX-License-Identifier: MIT */
/* Either proof of the cookie has 32 bytes and is made from what the handshake knows. */
#include "cluster/handshake.h"

#include "base/big_endian.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

_Static_assert(RT_PROOF_BYTES == RT_DIGEST_BYTES, "one buffer does for both");

ractor_status rt_handshake_digest(uint32_t challenge, const struct rt_cookie *cookie,
                                  uint8_t digest[RT_DIGEST_BYTES])
{
    uint8_t prefix[4];
    rt_put_u32(challenge, prefix);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned int length = 0;
    bool is_ok = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
                 EVP_DigestUpdate(context, prefix, sizeof prefix) == 1 &&
                 EVP_DigestUpdate(context, cookie->bytes, cookie->length) == 1 &&
                 EVP_DigestFinal_ex(context, digest, &length) == 1 && length == RT_DIGEST_BYTES;
    EVP_MD_CTX_free(context);
    return is_ok ? RACTOR_OK : RACTOR_EIO;
}

static ractor_status make_hmac(const struct rt_handshake *handshake, bool is_own,
                               const struct rt_cookie *cookie, uint8_t out[RT_PROOF_BYTES])
{
    const struct rt_identity *self = handshake->self;
    const auth_NameMessage *peer = &handshake->peer;
    const struct rt_party here = {
        .name = self->name,
        .connection_string = self->connection_string,
        .extensions = self->extensions,
        .challenge = handshake->challenge,
        .nonce = handshake->nonce,
    };
    const struct rt_party there = {
        .name = peer->name,
        .connection_string = peer->connection_string,
        .extensions = peer->flags.extensions,
        .challenge = handshake->peer_challenge,
        .nonce = handshake->peer_nonce,
    };
    const struct rt_proof proof = {
        .dialler = handshake->is_dialler ? here : there,
        .acceptor = handshake->is_dialler ? there : here,
        .connection_id = peer->connection_id,
        .binding = handshake->binding,
        .binding_bytes = handshake->binding_bytes,
    };
    bool is_of_dialler = is_own == handshake->is_dialler;
    return rt_proof_make(&proof, is_of_dialler ? RT_ROLE_DIALLER : RT_ROLE_ACCEPTOR, cookie, out);
}

static ractor_status make(const struct rt_handshake *handshake, bool is_own,
                          const struct rt_cookie *cookie, uint8_t out[RT_PROOF_BYTES])
{
    if (handshake->uses_hmac)
        return make_hmac(handshake, is_own, cookie, out);
    return rt_handshake_digest(is_own ? handshake->peer_challenge : handshake->challenge, cookie,
                               out);
}

ractor_status rt_handshake_prove(const struct rt_handshake *handshake,
                                 const struct rt_cookie *cookie, pb_byte_t *bytes, pb_size_t *size)
{
    *size = RT_PROOF_BYTES;
    return make(handshake, true, cookie, bytes);
}

bool rt_handshake_is_proof(const struct rt_handshake *handshake, const struct rt_cookie *cookie,
                           const pb_byte_t *bytes, pb_size_t size)
{
    uint8_t expected[RT_PROOF_BYTES];
    if (cookie->bytes == NULL || size != RT_PROOF_BYTES ||
        make(handshake, false, cookie, expected) != RACTOR_OK)
        return false;
    bool is_equal = CRYPTO_memcmp(bytes, expected, RT_PROOF_BYTES) == 0;
    OPENSSL_cleanse(expected, sizeof expected);
    return is_equal;
}

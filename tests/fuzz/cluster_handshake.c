/* SPDX-License-Identifier: MIT */
/*
 * Both sides of the handshake against a peer that sends any messages: no sequence may authenticate
 * a peer that does not know the cookie. The first byte chooses the side; then come messages, each
 * with one byte of length in front.
 */
#include "cluster/handshake.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Always new numbers, and the same in each run. */
static uint64_t counter;
static ractor_status count(void *user, void *bytes, size_t length)
{
    (void)user;
    counter += UINT64_C(0x9e3779b97f4a7c15);
    memcpy(bytes, &counter, length < sizeof counter ? length : sizeof counter);
    return RACTOR_OK;
}

static struct rt_cookies cookies = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const struct rt_identity self = {
    .name = "self@host",
    .connection_string = "host:1",
    .cookies = &cookies,
    .random = {count, NULL},
};

/* Two that nobody knows. */
static void set_cookies(void)
{
    static const ractor_cookies both = {.cookie = "nobody knows this cookie",
                                        .old_cookie = "nobody knows this one either"};
    struct rt_cookie_set *set;
    char why[RT_COOKIE_WHY_BYTES];
    if (cookies.set != NULL)
        return;
    if (rt_cookie_set_new(&both, why, &set) != RACTOR_OK)
        abort();
    rt_cookies_set(&cookies, set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rt_challenges challenges = {NULL};
    struct rt_handshake handshake;
    struct rt_handshake_out out;
    counter = 0;
    set_cookies();
    if (size == 0)
        return 0;
    rt_handshake_init(&handshake, &self, &challenges);
    if (data[0] % 2 != 0 &&
        rt_handshake_dial(&handshake, data[0] / 2 % RT_COOKIES, &out) != RACTOR_OK)
        abort();
    for (size_t at = 1; at < size;) {
        auth_AuthenticationMessage message;
        size_t length = data[at++];
        length = length < size - at ? length : size - at;
        ractor_bytes body = {data + at, length};
        at += length;
        if (rt_auth_decode(body, &message) != RACTOR_OK)
            continue;
        enum rt_handshake_result result = rt_handshake_receive(&handshake, &message, &out);
        if (result == RT_HANDSHAKE_WANTS_STATUS)
            result =
                rt_handshake_give_status(&handshake, (auth_ServerStatus_Status)(length % 5), &out);
        if (result == RT_HANDSHAKE_DONE || out.n_messages > 2)
            abort();
        if (result == RT_HANDSHAKE_FAILED && handshake.why == NULL)
            abort();
    }
    rt_handshake_fini(&handshake);
    if (challenges.first != NULL)
        abort();
    return 0;
}

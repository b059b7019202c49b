/* SPDX-License-Identifier: MIT */
/* The proof by HMAC: what it is over, and who comes together with whom. */
#include "identity.h"
#include "suite.h"

#include <check.h>
#include <string.h>

static struct rt_identity alpha, beta;
static struct rt_cookies alpha_cookies, beta_cookies;
static struct rt_challenges alpha_challenges, beta_challenges;
static struct rt_handshake dialler, acceptor;

static void begin(void)
{
    rt_handshake_init(&dialler, &alpha, &alpha_challenges);
    rt_handshake_init(&acceptor, &beta, &beta_challenges);
}

static void end(void)
{
    rt_handshake_fini(&dialler);
    rt_handshake_fini(&acceptor);
}

static void setup(void)
{
    alpha = identity("alpha@host", "host:1", &alpha_cookies, RT_EXTENSIONS);
    beta = identity("beta@host", "host:2", &beta_cookies, RT_EXTENSIONS);
    alpha_challenges = beta_challenges = (struct rt_challenges){NULL};
    begin();
}

static void teardown(void)
{
    end();
    rt_cookies_fini(&alpha_cookies);
    rt_cookies_fini(&beta_cookies);
}

/* Who stands between the two, and may change what passes. */
enum passing { NAME, CHALLENGE, REPLY, ACK };
typedef void (*change_fn)(enum passing what, auth_AuthenticationMessage *message);

static void leave(enum passing what, auth_AuthenticationMessage *message)
{
    (void)what;
    (void)message;
}

/* Runs a handshake; true: both are done. All four messages have passed `change`. */
static bool run(change_fn change)
{
    struct rt_handshake_out out, answer;
    auth_AuthenticationMessage message;
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_NEW, &out), RACTOR_OK);
    message = out.messages[0];
    change(NAME, &message);
    if (rt_handshake_receive(&acceptor, &message, &answer) != RT_HANDSHAKE_WANTS_STATUS)
        return false;
    enum rt_handshake_result result =
        rt_handshake_give_status(&acceptor, auth_ServerStatus_Status_OK, &answer);
    if (result == RT_HANDSHAKE_FAILED) {
        (void)rt_handshake_receive(&dialler, &answer.messages[0], &out);
        return false;
    }
    message = answer.messages[1];
    change(CHALLENGE, &message);
    (void)rt_handshake_receive(&dialler, &answer.messages[0], &out);
    if (rt_handshake_receive(&dialler, &message, &out) != RT_HANDSHAKE_GOES_ON)
        return false;
    message = out.messages[0];
    change(REPLY, &message);
    if (rt_handshake_receive(&acceptor, &message, &answer) != RT_HANDSHAKE_DONE)
        return false;
    message = answer.messages[0];
    change(ACK, &message);
    return rt_handshake_receive(&dialler, &message, &out) == RT_HANDSHAKE_DONE;
}

/* ------------------------------------------------------------------ who comes together */

static void keep_digests_out(enum passing what, auth_AuthenticationMessage *message)
{
    if (what == REPLY) {
        ck_assert_uint_eq(message->msg.client_challenge.digest.size, 0);
        ck_assert_uint_eq(message->msg.client_challenge.proof.size, RT_PROOF_BYTES);
    } else if (what == ACK) {
        ck_assert_uint_eq(message->msg.server_ack.digest.size, 0);
        ck_assert_uint_eq(message->msg.server_ack.proof.size, RT_PROOF_BYTES);
    }
}

START_TEST(two_that_speak_it_use_it_and_send_no_digest)
{
    ck_assert(run(keep_digests_out));
    ck_assert(dialler.uses_hmac && acceptor.uses_hmac);
}
END_TEST

/* No field of the extension goes to a peer that has not announced it. */
static void keep_extension_out(enum passing what, auth_AuthenticationMessage *message)
{
    if (what == CHALLENGE) {
        ck_assert_uint_eq(message->msg.server_challenge.nonce.size, 0);
    } else if (what == REPLY) {
        ck_assert_uint_eq(message->msg.client_challenge.nonce.size, 0);
        ck_assert_uint_eq(message->msg.client_challenge.proof.size, 0);
    } else if (what == ACK) {
        ck_assert_uint_eq(message->msg.server_ack.proof.size, 0);
    }
}

START_TEST(with_one_that_does_not_speak_it_nothing_of_it_is_sent)
{
    (_i == 0 ? &alpha : &beta)->extensions = 0;
    ck_assert(run(keep_extension_out));
    ck_assert(!dialler.uses_hmac && !acceptor.uses_hmac);
}
END_TEST

START_TEST(one_that_requires_it_refuses_who_does_not_speak_it)
{
    struct rt_identity *strict = _i == 0 ? &alpha : &beta;
    const struct rt_handshake *of_strict = _i == 0 ? &dialler : &acceptor;
    strict->requires_hmac = true;
    (_i == 0 ? &beta : &alpha)->extensions = 0;
    ck_assert(!run(leave));
    ck_assert_int_eq(of_strict->failure, RACTOR_EAUTH);
    ck_assert_ptr_nonnull(strstr(of_strict->why, "requires"));
    if (_i == 1) { /* the dialler hears of it */
        ck_assert_int_eq(dialler.failure, RACTOR_EAUTH);
    }
}
END_TEST

START_TEST(either_cookie_of_two_is_proved_by_it)
{
    set_cookies(&beta_cookies, "new", COOKIE);
    end();
    begin();
    ck_assert(run(leave));
    end();
    set_cookies(&alpha_cookies, "new", NULL);
    begin();
    ck_assert(run(leave));
    end();
    set_cookies(&alpha_cookies, "wrong", NULL);
    begin();
    ck_assert(!run(leave));
    ck_assert_int_eq(acceptor.failure, RACTOR_EAUTH);
}
END_TEST

/* ------------------------------------------------------------------ who stands between */

static unsigned change_number;

static uint32_t without_hmac(uint32_t extensions)
{
    return extensions & ~RT_EXTENSION_HMAC;
}

/* One change by its number; those that the proofs are to reveal. */
static void change_one(enum passing what, auth_AuthenticationMessage *message)
{
    auth_NameMessage *name = &message->msg.name;
    auth_Challenge *challenge = &message->msg.server_challenge;
    auth_ChallengeReply *reply = &message->msg.client_challenge;
    auth_ChallengeAck *ack = &message->msg.server_ack;
    switch ((unsigned)what * 100 + change_number) {
    case NAME * 100 + 0:
        strcpy(name->name, "mallory@host");
        break;
    case NAME * 100 + 1:
        strcpy(name->connection_string, "host:9");
        break;
    case NAME * 100 + 2:
        name->flags.extensions &= ~RT_EXTENSION_CANCEL;
        break;
    case NAME * 100 + 3:
        name->connection_id++;
        break;
    case CHALLENGE * 100 + 4:
        strcpy(challenge->name, "mallory@host");
        break;
    case CHALLENGE * 100 + 5:
        strcpy(challenge->connection_string, "host:9");
        break;
    case CHALLENGE * 100 + 6:
        challenge->flags.extensions &= ~RT_EXTENSION_CANCEL;
        break;
    case CHALLENGE * 100 + 7:
        challenge->challenge++;
        break;
    case CHALLENGE * 100 + 8:
        challenge->nonce.bytes[0] ^= 1;
        break;
    case CHALLENGE * 100 + 9:
        challenge->nonce.size--;
        break;
    case REPLY * 100 + 10:
        reply->challenge++;
        break;
    case REPLY * 100 + 11:
        reply->nonce.bytes[15] ^= 1;
        break;
    case REPLY * 100 + 12:
        reply->nonce.size = 0;
        break;
    case REPLY * 100 + 13:
        reply->proof.size--;
        break;
    case ACK * 100 + 14:
        ack->proof.size = 0;
        break;
    /* What is announced is taken away: on one way, on the other. */
    case NAME * 100 + 15:
        name->flags.extensions = without_hmac(name->flags.extensions);
        break;
    case CHALLENGE * 100 + 16:
        challenge->flags.extensions = without_hmac(challenge->flags.extensions);
        break;
    default:
        break;
    }
}

enum { N_CHANGES = 17 };

START_TEST(each_change_on_the_way_ends_the_handshake)
{
    change_number = (unsigned)_i;
    ck_assert(!run(change_one));
    ck_assert(dialler.failure == RACTOR_EAUTH || acceptor.failure == RACTOR_EAUTH);
}
END_TEST

START_TEST(each_bit_of_either_proof_counts)
{
    struct rt_handshake_out out, answer;
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_NEW, &out), RACTOR_OK);
    (void)rt_handshake_receive(&acceptor, &out.messages[0], &answer);
    (void)rt_handshake_give_status(&acceptor, auth_ServerStatus_Status_OK, &answer);
    (void)rt_handshake_receive(&dialler, &answer.messages[0], &out);
    (void)rt_handshake_receive(&dialler, &answer.messages[1], &out);
    auth_AuthenticationMessage *message = &out.messages[0];
    if (_i < 256) {
        message->msg.client_challenge.proof.bytes[_i / 8] ^= (pb_byte_t)(1 << _i % 8);
        ck_assert_int_eq(rt_handshake_receive(&acceptor, message, &answer), RT_HANDSHAKE_FAILED);
        ck_assert_uint_eq(answer.n_messages, 0);
        return;
    }
    ck_assert_int_eq(rt_handshake_receive(&acceptor, message, &answer), RT_HANDSHAKE_DONE);
    message = &answer.messages[0];
    message->msg.server_ack.proof.bytes[(_i - 256) / 8] ^= (pb_byte_t)(1 << _i % 8);
    ck_assert_int_eq(rt_handshake_receive(&dialler, message, &out), RT_HANDSHAKE_FAILED);
}
END_TEST

static void strip_both(enum passing what, auth_AuthenticationMessage *message)
{
    if (what == NAME)
        message->msg.name.flags.extensions = without_hmac(message->msg.name.flags.extensions);
    else if (what == CHALLENGE)
        message->msg.server_challenge.flags.extensions =
            without_hmac(message->msg.server_challenge.flags.extensions);
}

START_TEST(who_takes_it_away_both_ways_is_stopped_by_either_that_requires_it)
{
    (_i == 0 ? &alpha : &beta)->requires_hmac = true;
    ck_assert(!run(strip_both));
}
END_TEST

START_TEST(who_takes_it_away_both_ways_gets_digests_where_none_requires_it)
{
    ck_assert(run(strip_both)); /* what docs/security.md says of it */
    ck_assert(!dialler.uses_hmac && !acceptor.uses_hmac);
}
END_TEST

static pb_byte_t diallers_proof[RT_PROOF_BYTES];

static void send_back(enum passing what, auth_AuthenticationMessage *message)
{
    if (what == REPLY)
        memcpy(diallers_proof, message->msg.client_challenge.proof.bytes, RT_PROOF_BYTES);
    else if (what == ACK)
        memcpy(message->msg.server_ack.proof.bytes, diallers_proof, RT_PROOF_BYTES);
}

START_TEST(a_diallers_proof_is_none_of_an_acceptor)
{
    ck_assert(!run(send_back));
    ck_assert_int_eq(dialler.failure, RACTOR_EAUTH);
}
END_TEST

static void bind_to(struct rt_handshake *handshake, uint8_t byte)
{
    memset(handshake->binding, byte, RT_BINDING_BYTES);
    handshake->binding_bytes = RT_BINDING_BYTES;
}

START_TEST(both_ends_must_be_those_of_one_encryption)
{
    bind_to(&dialler, 1);
    bind_to(&acceptor, 1);
    ck_assert(run(leave));
    end();
    begin();
    bind_to(&dialler, 1);
    bind_to(&acceptor, 2);
    ck_assert(!run(leave));
    end();
    begin();
    bind_to(_i == 0 ? &dialler : &acceptor, 1); /* the other end is not encrypted */
    ck_assert(!run(leave));
    end();
    begin();
    (_i == 0 ? &dialler : &acceptor)->lacks_binding = true;
    ck_assert(!run(leave));
}
END_TEST

/* The same facts and cookie as in docs/wire-protocol.md. */
START_TEST(the_proof_is_that_of_the_protocol)
{
    static const uint8_t wanted[RT_PROOF_BYTES] = {0x89, 0xe1, 0x37, 0xe0, 0x73, 0x7b, 0xac, 0xe4,
                                                   0x06, 0x28, 0xc9, 0xe7, 0x1d, 0xdc, 0x7e, 0xec,
                                                   0x66, 0x10, 0x63, 0xee, 0xf0, 0xe3, 0x54, 0xac,
                                                   0x97, 0x6e, 0x5d, 0x82, 0xd6, 0x30, 0x1c, 0xdb};
    const uint8_t ones[RT_NONCE_BYTES] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    const uint8_t twos[RT_NONCE_BYTES] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
    const struct rt_proof proof = {
        .dialler = {"alpha@host", "host:1", 0x10f, 42, ones},
        .acceptor = {"beta@host", "host:2", 0x10f, 43, twos},
        .connection_id = 7,
    };
    uint8_t out[RT_PROOF_BYTES];
    const struct rt_cookie *cookie = &alpha_cookies.set->cookies[RT_COOKIE_NEW];
    ck_assert_int_eq(rt_proof_make(&proof, RT_ROLE_DIALLER, cookie, out), RACTOR_OK);
    ck_assert_mem_eq(out, wanted, sizeof wanted);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("handshake_hmac");
    TCase *tcase = suite_case(suite, "hmac", 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, two_that_speak_it_use_it_and_send_no_digest);
    tcase_add_loop_test(tcase, with_one_that_does_not_speak_it_nothing_of_it_is_sent, 0, 2);
    tcase_add_loop_test(tcase, one_that_requires_it_refuses_who_does_not_speak_it, 0, 2);
    tcase_add_test(tcase, either_cookie_of_two_is_proved_by_it);
    tcase_add_loop_test(tcase, each_change_on_the_way_ends_the_handshake, 0, N_CHANGES);
    tcase_add_loop_test(tcase, each_bit_of_either_proof_counts, 0, 512);
    tcase_add_loop_test(tcase, who_takes_it_away_both_ways_is_stopped_by_either_that_requires_it, 0,
                        2);
    tcase_add_test(tcase, who_takes_it_away_both_ways_gets_digests_where_none_requires_it);
    tcase_add_test(tcase, a_diallers_proof_is_none_of_an_acceptor);
    tcase_add_loop_test(tcase, both_ends_must_be_those_of_one_encryption, 0, 2);
    tcase_add_test(tcase, the_proof_is_that_of_the_protocol);
    return suite_run(suite);
}

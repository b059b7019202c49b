/* SPDX-License-Identifier: MIT */
#include "identity.h"
#include "suite.h"

#include <check.h>
#include <string.h>

static struct rt_identity alpha, beta;
static struct rt_cookies alpha_cookies, beta_cookies;
static struct rt_challenges alpha_challenges, beta_challenges;
static struct rt_handshake dialler, acceptor;

static void setup(void)
{
    alpha = identity("alpha@host", "host:1", &alpha_cookies, 0);
    beta = identity("beta@host", "host:2", &beta_cookies, 0);
    alpha_challenges = beta_challenges = (struct rt_challenges){NULL};
    rt_handshake_init(&dialler, &alpha, &alpha_challenges);
    rt_handshake_init(&acceptor, &beta, &beta_challenges);
}

/* Both begin anew, with the cookies that have been set. */
static void begin_anew(void)
{
    rt_handshake_fini(&dialler);
    rt_handshake_fini(&acceptor);
    rt_handshake_init(&dialler, &alpha, &alpha_challenges);
    rt_handshake_init(&acceptor, &beta, &beta_challenges);
}

static void teardown(void)
{
    rt_handshake_fini(&dialler);
    rt_handshake_fini(&acceptor);
    rt_cookies_fini(&alpha_cookies);
    rt_cookies_fini(&beta_cookies);
}

/* Runs both sides up to where the dialler has sent its proof; its message is in `out`. */
static void run_to_proof_of(enum rt_cookie_kind cookie, struct rt_handshake_out *out)
{
    struct rt_handshake_out answer;
    ck_assert_int_eq(rt_handshake_dial(&dialler, cookie, out), RACTOR_OK);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out->messages[0], &answer),
                     RT_HANDSHAKE_WANTS_STATUS);
    ck_assert_int_eq(rt_handshake_give_status(&acceptor, auth_ServerStatus_Status_OK, &answer),
                     RT_HANDSHAKE_GOES_ON);
    ck_assert_uint_eq(answer.n_messages, 2);
    ck_assert_int_eq(rt_handshake_receive(&dialler, &answer.messages[0], out),
                     RT_HANDSHAKE_GOES_ON);
    ck_assert_uint_eq(out->n_messages, 0);
    ck_assert_int_eq(rt_handshake_receive(&dialler, &answer.messages[1], out),
                     RT_HANDSHAKE_GOES_ON);
    ck_assert_uint_eq(out->n_messages, 1);
}

static void run_to_proof(struct rt_handshake_out *out)
{
    run_to_proof_of(RT_COOKIE_NEW, out);
}

START_TEST(the_digest_is_that_of_the_protocol)
{
    static const uint8_t wanted[RT_DIGEST_BYTES] = {0x14, 0x3e, 0x00, 0xd9, 0xd3, 0xb3, 0x1d, 0x9d,
                                                    0x24, 0x45, 0x2f, 0x85, 0xac, 0x04, 0x44, 0x89,
                                                    0x53, 0x08, 0x1a, 0x02, 0xed, 0x02, 0x27, 0x2e,
                                                    0x59, 0x2c, 0x5b, 0x13, 0xcd, 0x42, 0x2e, 0xf7};
    uint8_t digest[RT_DIGEST_BYTES];
    ck_assert_int_eq(rt_handshake_digest(42, &alpha_cookies.set->cookies[RT_COOKIE_NEW], digest),
                     RACTOR_OK);
    ck_assert_mem_eq(digest, wanted, sizeof wanted);
}
END_TEST

START_TEST(two_nodes_with_one_cookie_come_together)
{
    struct rt_handshake_out out, answer;
    run_to_proof(&out);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer), RT_HANDSHAKE_DONE);
    ck_assert_int_eq(rt_handshake_receive(&dialler, &answer.messages[0], &out), RT_HANDSHAKE_DONE);
    ck_assert_str_eq(dialler.peer.name, "beta@host");
    ck_assert_str_eq(acceptor.peer.name, "alpha@host");
    ck_assert_uint_ne(dialler.peer.connection_id, 0);
    ck_assert_uint_eq(dialler.peer.connection_id, acceptor.peer.connection_id);
    ck_assert_ptr_null(alpha_challenges.first);
    ck_assert_ptr_null(beta_challenges.first);
}
END_TEST

START_TEST(a_wrong_cookie_is_refused_without_a_word)
{
    struct rt_handshake_out out, answer;
    set_cookies(&alpha_cookies, "cooky", NULL);
    begin_anew();
    run_to_proof(&out);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer),
                     RT_HANDSHAKE_FAILED);
    ck_assert_int_eq(acceptor.failure, RACTOR_EAUTH);
    ck_assert_uint_eq(answer.n_messages, 0);
}
END_TEST

START_TEST(a_digest_with_one_wrong_bit_or_length_is_refused)
{
    struct rt_handshake_out out, answer;
    run_to_proof(&out);
    auth_ChallengeReply *reply = &out.messages[0].msg.client_challenge;
    if (_i < 256)
        reply->digest.bytes[_i / 8] ^= (pb_byte_t)(1 << _i % 8);
    else
        reply->digest.size = (pb_size_t)(_i - 256);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer),
                     RT_HANDSHAKE_FAILED);
}
END_TEST

START_TEST(an_acceptor_that_cannot_prove_itself_is_refused)
{
    struct rt_handshake_out out, answer;
    run_to_proof(&out);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer), RT_HANDSHAKE_DONE);
    answer.messages[0].msg.server_ack.digest.bytes[0] ^= 1;
    ck_assert_int_eq(rt_handshake_receive(&dialler, &answer.messages[0], &out),
                     RT_HANDSHAKE_FAILED);
    ck_assert_int_eq(dialler.failure, RACTOR_EAUTH);
}
END_TEST

static void expect_success(enum rt_cookie_kind cookie)
{
    struct rt_handshake_out out, answer;
    begin_anew();
    run_to_proof_of(cookie, &out);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer), RT_HANDSHAKE_DONE);
    ck_assert_int_eq(rt_handshake_receive(&dialler, &answer.messages[0], &out), RT_HANDSHAKE_DONE);
}

START_TEST(while_cookies_change_either_is_taken_and_answered_by_the_same)
{
    set_cookies(&beta_cookies, "new", COOKIE);
    expect_success(RT_COOKIE_NEW); /* alpha's is the old one */
    set_cookies(&alpha_cookies, "new", COOKIE);
    expect_success(RT_COOKIE_NEW);
    expect_success(RT_COOKIE_OLD);
    set_cookies(&beta_cookies, "new", NULL);
    expect_success(RT_COOKIE_NEW);
}
END_TEST

START_TEST(a_handshake_ends_with_the_cookies_that_it_began_with)
{
    struct rt_handshake_out out, answer;
    run_to_proof(&out);
    set_cookies(&alpha_cookies, "new", NULL);
    set_cookies(&beta_cookies, "newer", NULL);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer), RT_HANDSHAKE_DONE);
    ck_assert_int_eq(rt_handshake_receive(&dialler, &answer.messages[0], &out), RT_HANDSHAKE_DONE);
}
END_TEST

START_TEST(a_cookie_that_is_not_there_cannot_be_proved)
{
    struct rt_handshake_out out;
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_OLD, &out), RACTOR_EAUTH);
}
END_TEST

/* Brings a handshake into each waiting state; returns the one message that it takes there. */
static pb_size_t put_into(int state, struct rt_handshake *h, struct rt_challenges *challenges)
{
    static const pb_size_t awaited[] = {
        auth_AuthenticationMessage_name_tag,
        auth_AuthenticationMessage_client_status_tag,
        auth_AuthenticationMessage_client_challenge_tag,
        auth_AuthenticationMessage_server_status_tag,
        auth_AuthenticationMessage_server_challenge_tag,
        auth_AuthenticationMessage_server_ack_tag,
    };
    static const enum rt_handshake_state states[] = {
        RT_HANDSHAKE_AWAITS_NAME,
        RT_HANDSHAKE_AWAITS_CLIENT_STATUS,
        RT_HANDSHAKE_AWAITS_CLIENT_CHALLENGE,
        RT_HANDSHAKE_AWAITS_SERVER_STATUS,
        RT_HANDSHAKE_AWAITS_SERVER_CHALLENGE,
        RT_HANDSHAKE_AWAITS_ACK,
    };
    rt_handshake_init(h, &alpha, challenges);
    h->state = states[state];
    return awaited[state];
}

START_TEST(every_message_out_of_order_ends_the_handshake)
{
    for (int state = 0; state < 6; state++) {
        for (pb_size_t which = 0; which <= 7; which++) {
            struct rt_handshake h;
            struct rt_handshake_out out;
            auth_AuthenticationMessage message = auth_AuthenticationMessage_init_zero;
            bool is_awaited = put_into(state, &h, &alpha_challenges) == which;
            message.which_msg = which;
            if (!is_awaited) {
                ck_assert_int_eq(rt_handshake_receive(&h, &message, &out), RT_HANDSHAKE_FAILED);
                ck_assert_int_eq(h.failure, RACTOR_EPROTO);
                ck_assert_uint_eq(out.n_messages, 0);
            }
            rt_handshake_fini(&h);
        }
    }
}
END_TEST

START_TEST(nothing_is_taken_after_the_end)
{
    struct rt_handshake_out out, answer;
    run_to_proof(&out);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer), RT_HANDSHAKE_DONE);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer),
                     RT_HANDSHAKE_FAILED);
}
END_TEST

START_TEST(a_nodes_own_name_or_address_is_refused)
{
    struct rt_handshake_out out, answer;
    strcpy(alpha.name, _i == 0 ? "beta@host" : "alpha@host");
    strcpy(alpha.connection_string, _i == 0 ? "host:1" : "host:2");
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_NEW, &out), RACTOR_OK);
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &out.messages[0], &answer),
                     RT_HANDSHAKE_FAILED);
    ck_assert_int_eq(acceptor.failure, RACTOR_EINVAL);
}
END_TEST

/* A stranger accepts a dial of beta, and asks it what beta has asked the stranger elsewhere. */
START_TEST(a_reflected_challenge_is_not_answered)
{
    struct rt_handshake victim;
    struct rt_handshake_out out, answer;
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_NEW, &out), RACTOR_OK);
    (void)rt_handshake_receive(&acceptor, &out.messages[0], &answer);
    (void)rt_handshake_give_status(&acceptor, auth_ServerStatus_Status_OK, &answer);

    auth_AuthenticationMessage status = answer.messages[0];
    auth_AuthenticationMessage challenge = answer.messages[1];
    strcpy(challenge.msg.server_challenge.name, "stranger@host");
    strcpy(challenge.msg.server_challenge.connection_string, "host:3");
    rt_handshake_init(&victim, &beta, &beta_challenges);
    ck_assert_int_eq(rt_handshake_dial(&victim, RT_COOKIE_NEW, &out), RACTOR_OK);
    ck_assert_int_eq(rt_handshake_receive(&victim, &status, &out), RT_HANDSHAKE_GOES_ON);
    ck_assert_int_eq(rt_handshake_receive(&victim, &challenge, &out), RT_HANDSHAKE_FAILED);
    ck_assert_int_eq(victim.failure, RACTOR_EAUTH);
    ck_assert_uint_eq(out.n_messages, 0);
    rt_handshake_fini(&victim);
}
END_TEST

START_TEST(each_status_leads_where_it_should)
{
    static const ractor_status failures[] = {RACTOR_OK, RACTOR_OK, RACTOR_EEXIST, RACTOR_EAUTH,
                                             RACTOR_OK};
    struct rt_handshake_out out;
    auth_AuthenticationMessage message = auth_AuthenticationMessage_init_zero;
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_NEW, &out), RACTOR_OK);
    message.which_msg = auth_AuthenticationMessage_server_status_tag;
    message.msg.server_status.status = (auth_ServerStatus_Status)_i;
    enum rt_handshake_result result = rt_handshake_receive(&dialler, &message, &out);
    ck_assert_int_eq(result == RT_HANDSHAKE_FAILED, failures[_i] != RACTOR_OK);
    ck_assert_int_eq(dialler.failure, failures[_i]);
    ck_assert_uint_eq(out.n_messages, _i == auth_ServerStatus_Status_ALIVE);
}
END_TEST

START_TEST(an_alive_connection_goes_on_when_the_dialler_says_so)
{
    struct rt_handshake_out out, answer;
    auth_AuthenticationMessage message = auth_AuthenticationMessage_init_zero;
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_NEW, &out), RACTOR_OK);
    (void)rt_handshake_receive(&acceptor, &out.messages[0], &answer);
    ck_assert_int_eq(rt_handshake_give_status(&acceptor, auth_ServerStatus_Status_ALIVE, &answer),
                     RT_HANDSHAKE_GOES_ON);
    message.which_msg = auth_AuthenticationMessage_client_status_tag;
    message.msg.client_status.status = _i == 1;
    ck_assert_int_eq(rt_handshake_receive(&acceptor, &message, &answer),
                     _i == 1 ? RT_HANDSHAKE_GOES_ON : RT_HANDSHAKE_FAILED);
}
END_TEST

static ractor_status no_random(void *user, void *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return RACTOR_EIO;
}

START_TEST(without_randomness_nothing_is_started)
{
    struct rt_handshake_out out;
    alpha.random.fill = no_random;
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_NEW, &out), RACTOR_EIO);
    alpha.random.fill = rt_random_system;
    beta.random.fill = no_random;
    ck_assert_int_eq(rt_handshake_dial(&dialler, RT_COOKIE_NEW, &out), RACTOR_OK);
    auth_AuthenticationMessage name = out.messages[0];
    (void)rt_handshake_receive(&acceptor, &name, &out);
    ck_assert_int_eq(rt_handshake_give_status(&acceptor, auth_ServerStatus_Status_OK, &out),
                     RT_HANDSHAKE_FAILED);
    ck_assert_int_eq(acceptor.failure, RACTOR_EIO);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("handshake");
    TCase *tcase = tcase_create("handshake");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, the_digest_is_that_of_the_protocol);
    tcase_add_test(tcase, two_nodes_with_one_cookie_come_together);
    tcase_add_test(tcase, a_wrong_cookie_is_refused_without_a_word);
    tcase_add_loop_test(tcase, a_digest_with_one_wrong_bit_or_length_is_refused, 0, 256 + 32);
    tcase_add_test(tcase, an_acceptor_that_cannot_prove_itself_is_refused);
    tcase_add_test(tcase, every_message_out_of_order_ends_the_handshake);
    tcase_add_test(tcase, nothing_is_taken_after_the_end);
    tcase_add_test(tcase, while_cookies_change_either_is_taken_and_answered_by_the_same);
    tcase_add_test(tcase, a_handshake_ends_with_the_cookies_that_it_began_with);
    tcase_add_test(tcase, a_cookie_that_is_not_there_cannot_be_proved);
    tcase_add_loop_test(tcase, a_nodes_own_name_or_address_is_refused, 0, 2);
    tcase_add_test(tcase, a_reflected_challenge_is_not_answered);
    tcase_add_loop_test(tcase, each_status_leads_where_it_should, 0, 5);
    tcase_add_loop_test(tcase, an_alive_connection_goes_on_when_the_dialler_says_so, 0, 2);
    tcase_add_test(tcase, without_randomness_nothing_is_started);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

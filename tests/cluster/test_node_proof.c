/* SPDX-License-Identifier: MIT */
/*
 * How whole nodes prove the cookie to each other: by HMAC, bound to the encryption, and never so
 * that a stranger could have one answer for another.
 */
#include "cluster/codec.h"
#include "cluster/frame.h"
#include "cluster/handshake.h"
#include "kinds.h"
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sample_node alpha, beta;
static _Atomic uint64_t n_failed_proofs;

static void on_audit(void *user, const ractor_audit_event *event)
{
    (void)user;
    if (event->kind == RACTOR_AUDIT_AUTH_FAILED)
        (void)atomic_fetch_add(&n_failed_proofs, 1);
}

static void start(ractor_node_options options_of_alpha, ractor_node_options options_of_beta)
{
    options_of_alpha.audit = on_audit;
    sample_node_start(&alpha, "alpha", &options_of_alpha);
    sample_node_start(&beta, "beta", &options_of_beta);
}

static void teardown(void)
{
    if (alpha.runtime != NULL)
        sample_node_stop(&alpha);
    if (beta.runtime != NULL)
        sample_node_stop(&beta);
}

static const ractor_node_options plain;
static const ractor_node_options strict = {.requires_hmac = true};

/* ------------------------------------------------------------------ two nodes */

START_TEST(two_nodes_prove_the_cookie_by_hmac_whether_they_require_it_or_not)
{
    ractor_session_info info;
    start(_i % 2 != 0 ? strict : plain, _i / 2 != 0 ? strict : plain);
    sample_connect(&beta, &alpha);
    ck_assert_uint_eq(ractor_node_sessions(beta.node, &info, 1), 1);
    ck_assert(info.is_proved_by_hmac);
    ck_assert_uint_eq(ractor_node_sessions(alpha.node, &info, 1), 1);
    ck_assert(info.is_proved_by_hmac);
}
END_TEST

static ractor_status join(ractor_transport *of_beta, ractor_transport *of_alpha)
{
    ractor_external there = {.transport = of_alpha};
    ractor_external here = {.transport = of_beta};
    ck_assert_int_eq(ractor_cluster_accept_external(alpha.node, &there), RACTOR_OK);
    return ractor_cluster_connect_external(beta.node, &here, 20000);
}

START_TEST(a_proof_is_bound_to_the_encryption_that_carries_it)
{
    ractor_transport *left, *right;
    start(plain, strict);
    kind_make(KIND_TLS_PIPE, &left, &right);
    ck_assert_int_eq(join(left, right), RACTOR_OK);
}
END_TEST

/* Carries what comes out of two transports into the other, until both have ended. */
struct relay {
    pthread_t thread;
    ractor_transport *ends[2];
    _Atomic bool is_over;
};

static void carry(ractor_transport *from, ractor_transport *to)
{
    uint8_t bytes[4096];
    size_t length = 0, written = 0;
    if (from->ops->read(from, bytes, sizeof bytes, &length) != RACTOR_OK)
        return;
    while (written < length) {
        size_t n = 0;
        ractor_status status = to->ops->write(to, bytes + written, length - written, &n);
        if (status != RACTOR_OK && status != RACTOR_EAGAIN)
            return;
        written += n;
    }
}

static void *run_relay(void *relay_)
{
    struct relay *relay = relay_;
    while (!atomic_load(&relay->is_over)) {
        carry(relay->ends[0], relay->ends[1]);
        carry(relay->ends[1], relay->ends[0]);
        (void)sched_yield();
    }
    return NULL;
}

/* Somebody whose certificate is taken by either decrypts, and encrypts again. */
START_TEST(who_encrypts_with_both_and_carries_on_what_they_say_is_noticed)
{
    struct relay relay = {.is_over = false};
    ractor_transport *left, *right;
    start(plain, plain);
    kind_make(KIND_TLS_PIPE, &left, &relay.ends[0]);
    kind_make(KIND_TLS_PIPE, &relay.ends[1], &right);
    ck_assert_int_eq(pthread_create(&relay.thread, NULL, run_relay, &relay), 0);
    ractor_external there = {.transport = right};
    ractor_external here = {.transport = left};
    ck_assert_int_eq(ractor_cluster_accept_external(alpha.node, &there), RACTOR_OK);
    /* The relay does not close when alpha does: it is time that ends the dial. */
    ck_assert_int_ne(ractor_cluster_connect_external(beta.node, &here, 1000), RACTOR_OK);
    sample_wait_count(&n_failed_proofs, 1);
    sample_wait_sessions(&alpha, 0);
    atomic_store(&relay.is_over, true);
    (void)pthread_join(relay.thread, NULL);
    relay.ends[0]->ops->free(relay.ends[0]);
    relay.ends[1]->ops->free(relay.ends[1]);
}
END_TEST

/* ------------------------------------------------------------------ a stranger's own hands */

static void say(int fd, const auth_AuthenticationMessage *message)
{
    uint8_t bytes[2048];
    size_t size = rt_auth_size(message);
    uint8_t *at = rt_frame_put_head(RT_FRAMING_CURRENT, size, bytes);
    ck_assert_int_eq(rt_auth_write(message, at, size), RACTOR_OK);
    size += (size_t)(at - bytes);
    ck_assert_int_eq(send(fd, bytes, size, MSG_NOSIGNAL), (ssize_t)size);
}

/* The next message; false: the other side has closed. */
static bool hear(int fd, auth_AuthenticationMessage *message)
{
    uint8_t head[RT_FRAME_HEADER_BYTES], bytes[2048];
    enum rt_net_kind kind;
    ractor_bytes body;
    if (recv(fd, head, sizeof head, MSG_WAITALL) != sizeof head)
        return false;
    size_t length = (size_t)head[6] << 8 | head[7];
    ck_assert_uint_le(length, sizeof bytes);
    ck_assert_int_eq(recv(fd, bytes, length, MSG_WAITALL), (ssize_t)length);
    ck_assert_int_eq(rt_net_decode((ractor_bytes){bytes, length}, &kind, &body), RACTOR_OK);
    ck_assert_int_eq(rt_auth_decode(body, message), RACTOR_OK);
    return true;
}

static auth_AuthenticationMessage message_of(pb_size_t which)
{
    auth_AuthenticationMessage message = auth_AuthenticationMessage_init_zero;
    message.which_msg = which;
    return message;
}

/* Dials alpha as somebody, and gives the challenge that it asks. */
static uint32_t be_asked(int fd)
{
    auth_AuthenticationMessage message = message_of(auth_AuthenticationMessage_name_tag);
    strcpy(message.msg.name.name, "mallory@host");
    strcpy(message.msg.name.connection_string, "host:1");
    message.msg.name.connection_id = 1;
    say(fd, &message);
    ck_assert(hear(fd, &message));
    ck_assert_int_eq(message.which_msg, auth_AuthenticationMessage_server_status_tag);
    ck_assert(hear(fd, &message));
    ck_assert_int_eq(message.which_msg, auth_AuthenticationMessage_server_challenge_tag);
    return message.msg.server_challenge.challenge;
}

/* Has alpha dial this test, which is somebody with a listening socket. */
struct lure {
    pthread_t thread;
    int listener, fd;
    uint16_t port;
    ractor_status status; /* of alpha's dial */
};

static void *dial_lure(void *lure_)
{
    struct lure *lure = lure_;
    lure->status = ractor_cluster_connect(alpha.node, "127.0.0.1", lure->port, 20000);
    return NULL;
}

static void lure_alpha(struct lure *lure)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    auth_AuthenticationMessage message;
    lure->listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(lure->listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(lure->listener, 1), 0);
    ck_assert_int_eq(getsockname(lure->listener, (struct sockaddr *)&address, &length), 0);
    lure->port = ntohs(address.sin_port);
    ck_assert_int_eq(pthread_create(&lure->thread, NULL, dial_lure, lure), 0);
    lure->fd = accept(lure->listener, NULL, NULL);
    ck_assert_int_ge(lure->fd, 0);
    ck_assert(hear(lure->fd, &message));
    ck_assert_int_eq(message.which_msg, auth_AuthenticationMessage_name_tag);
    message = message_of(auth_AuthenticationMessage_server_status_tag);
    say(lure->fd, &message);
}

static void ask_alpha(const struct lure *lure, uint32_t challenge)
{
    auth_AuthenticationMessage message =
        message_of(auth_AuthenticationMessage_server_challenge_tag);
    strcpy(message.msg.server_challenge.name, "lure@host");
    strcpy(message.msg.server_challenge.connection_string, "host:2");
    message.msg.server_challenge.challenge = challenge;
    say(lure->fd, &message);
}

static ractor_status end_lure(struct lure *lure)
{
    (void)close(lure->fd);
    (void)close(lure->listener);
    ck_assert_int_eq(pthread_join(lure->thread, NULL), 0);
    return lure->status;
}

START_TEST(a_proof_that_is_sent_back_on_its_own_connection_proves_nothing)
{
    struct lure lure;
    auth_AuthenticationMessage message;
    start(plain, plain);
    lure_alpha(&lure);
    ask_alpha(&lure, 77);
    ck_assert(hear(lure.fd, &message));
    ck_assert_int_eq(message.which_msg, auth_AuthenticationMessage_client_challenge_tag);
    ck_assert_uint_ne(message.msg.client_challenge.challenge, 77);
    auth_AuthenticationMessage ack = message_of(auth_AuthenticationMessage_server_ack_tag);
    ack.msg.server_ack.digest.size = message.msg.client_challenge.digest.size;
    memcpy(ack.msg.server_ack.digest.bytes, message.msg.client_challenge.digest.bytes,
           RT_DIGEST_BYTES);
    say(lure.fd, &ack);
    ck_assert(!hear(lure.fd, &message));
    sample_wait_count(&n_failed_proofs, 1);
    ck_assert_int_eq(end_lure(&lure), RACTOR_EAUTH);
}
END_TEST

START_TEST(a_challenge_is_not_answered_on_another_connection_while_it_is_open)
{
    struct lure lure;
    auth_AuthenticationMessage message;
    start(plain, plain);
    int fd = sample_dial_raw(&alpha);
    uint32_t challenge = be_asked(fd);
    lure_alpha(&lure);
    ask_alpha(&lure, challenge);
    ck_assert_msg(!hear(lure.fd, &message), "an answer to its own challenge");
    sample_wait_count(&n_failed_proofs, 1);
    ck_assert_int_eq(end_lure(&lure), RACTOR_EAUTH);
    (void)close(fd);
    sample_wait_sessions(&alpha, 0);
}
END_TEST

/* Nor after: the connection that it was asked on is over then, and so is the question. */
START_TEST(an_answer_from_elsewhere_is_of_no_use_once_the_connection_is_over)
{
    struct lure lure;
    auth_AuthenticationMessage message;
    start(plain, plain);
    int fd = sample_dial_raw(&alpha);
    uint32_t challenge = be_asked(fd);
    message = message_of(auth_AuthenticationMessage_client_challenge_tag);
    message.msg.client_challenge.challenge = challenge;
    message.msg.client_challenge.digest.size = RT_DIGEST_BYTES;
    say(fd, &message);
    ck_assert_msg(!hear(fd, &message), "an answer to a wrong proof");
    sample_wait_count(&n_failed_proofs, 1);
    (void)close(fd);
    lure_alpha(&lure);
    ask_alpha(&lure, challenge);
    ck_assert(hear(lure.fd, &message)); /* a number like any other by now */
    ck_assert_int_ne(end_lure(&lure), RACTOR_OK);
}
END_TEST

START_TEST(a_node_that_requires_hmac_gives_no_digest_away)
{
    struct lure lure;
    auth_AuthenticationMessage message;
    start(strict, plain);
    lure_alpha(&lure);
    ask_alpha(&lure, 77);
    ck_assert_msg(!hear(lure.fd, &message), "a digest");
    ck_assert_int_eq(end_lure(&lure), RACTOR_EAUTH);
    sample_wait_log(&alpha, "does not prove itself by HMAC");
    sample_wait_count(&n_failed_proofs, 1);
}
END_TEST

START_TEST(a_node_that_requires_hmac_says_so_to_who_dials_without)
{
    auth_AuthenticationMessage message = message_of(auth_AuthenticationMessage_name_tag);
    start(strict, plain);
    int fd = sample_dial_raw(&alpha);
    strcpy(message.msg.name.name, "mallory@host");
    strcpy(message.msg.name.connection_string, "host:1");
    say(fd, &message);
    ck_assert(hear(fd, &message));
    ck_assert_int_eq(message.which_msg, auth_AuthenticationMessage_server_status_tag);
    ck_assert_int_eq(message.msg.server_status.status, auth_ServerStatus_Status_NOT_ALLOWED);
    ck_assert(!hear(fd, &message));
    sample_wait_count(&n_failed_proofs, 1);
    (void)close(fd);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_proof");
    TCase *tcase = suite_case(suite, "proof", 120);
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_loop_test(tcase, two_nodes_prove_the_cookie_by_hmac_whether_they_require_it_or_not, 0,
                        4);
    tcase_add_test(tcase, a_proof_is_bound_to_the_encryption_that_carries_it);
    tcase_add_test(tcase, who_encrypts_with_both_and_carries_on_what_they_say_is_noticed);
    tcase_add_test(tcase, a_proof_that_is_sent_back_on_its_own_connection_proves_nothing);
    tcase_add_test(tcase, a_challenge_is_not_answered_on_another_connection_while_it_is_open);
    tcase_add_test(tcase, an_answer_from_elsewhere_is_of_no_use_once_the_connection_is_over);
    tcase_add_test(tcase, a_node_that_requires_hmac_gives_no_digest_away);
    tcase_add_test(tcase, a_node_that_requires_hmac_says_so_to_who_dials_without);
    return suite_run(suite);
}

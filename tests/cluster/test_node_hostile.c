/* SPDX-License-Identifier: MIT */
/* Peers that do not play by the rules: each ends in a log line and, where one waits, an error. */
#include "cluster/codec.h"
#include "cluster/frame.h"
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sample_node alpha, beta;

static void setup(void)
{
    sample_node_start(&alpha, "alpha", NULL);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
}

static void start_beta(const ractor_node_options *options)
{
    sample_node_start(&beta, "beta", options);
}

static ractor_status dial(struct sample_node *from, uint16_t port)
{
    return ractor_cluster_connect(from->node, "127.0.0.1", port, 20000);
}

/* ------------------------------------------------------------------ who does not know the cookie
 */

START_TEST(a_wrong_cookie_ends_the_connection_on_both_sides)
{
    ractor_node_options options = {.cookie = "another cookie, also long"};
    start_beta(&options);
    ck_assert_int_eq(dial(&beta, ractor_node_port(alpha.node)), RACTOR_ENODE);
    sample_wait_log(&alpha, "wrong cookie");
    sample_wait_log(&beta, "waited for the answer to this node's proof of the cookie");
    sample_wait_sessions(&alpha, 0);
    sample_wait_sessions(&beta, 0);
    sample_node_stop(&beta);
}
END_TEST

START_TEST(a_short_cookie_gets_a_warning)
{
    ractor_node_options options = {.cookie = "short"};
    start_beta(&options);
    sample_wait_log(&beta, "the cookie has 5 bytes");
    sample_node_stop(&beta);
}
END_TEST

START_TEST(a_node_that_dials_itself_is_told_so)
{
    ck_assert_int_eq(dial(&alpha, ractor_node_port(alpha.node)), RACTOR_EINVAL);
    sample_wait_sessions(&alpha, 0);
}
END_TEST

/* ------------------------------------------------------------------ strangers' bytes */

static void send_raw(int fd, const void *bytes, size_t length)
{
    ck_assert_int_eq(send(fd, bytes, length, MSG_NOSIGNAL), (ssize_t)length);
}

/* Sends bytes to alpha, which must close and say why. */
static void expect_refusal(const void *bytes, size_t length, const char *line)
{
    int fd = sample_dial_raw(&alpha);
    send_raw(fd, bytes, length);
    ck_assert(sample_is_closed(fd));
    sample_wait_log(&alpha, line);
    sample_wait_sessions(&alpha, 0);
    (void)close(fd);
}

START_TEST(a_web_browser_is_sent_away)
{
    const char *request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    expect_refusal(request, strlen(request), "GET / HTTP/1.1");
}
END_TEST

START_TEST(a_frame_bomb_is_refused)
{
    uint8_t bomb[8];
    memset(bomb, 0xff, sizeof bomb);
    expect_refusal(bomb, sizeof bomb, "a frame of 18446744073709551615 bytes");
}
END_TEST

START_TEST(a_frame_over_the_limit_before_authentication_is_refused)
{
    uint8_t head[8];
    (void)rt_frame_put_head(RT_FRAMING_CURRENT, 65537, head);
    expect_refusal(head, sizeof head, "a frame of 65537 bytes");
}
END_TEST

START_TEST(bytes_that_are_no_message_are_refused)
{
    const uint8_t bytes[] = {0, 0, 0, 0, 0, 0, 0, 3, 0x0a, 0x7f, 0x00};
    expect_refusal(bytes, sizeof bytes, "no protocol message");
}
END_TEST

START_TEST(a_message_before_authentication_is_refused)
{
    struct rt_control_out ready = {.kind = RT_CONTROL_READY};
    uint8_t bytes[64];
    /* An unknown handshake field in front keeps the framing recognisable. */
    size_t size = rt_control_size(&ready);
    const uint8_t start[] = {0x0a, 0x00};
    uint8_t *at = rt_frame_put_head(RT_FRAMING_CURRENT, size + sizeof start, bytes);
    memcpy(at, start, sizeof start);
    ck_assert_int_eq(rt_control_write(&ready, at + sizeof start, size), RACTOR_OK);
    expect_refusal(bytes, (size_t)(at - bytes) + sizeof start + size, "before authentication");
}
END_TEST

START_TEST(an_empty_frame_is_refused)
{
    const uint8_t bytes[8] = {0};
    expect_refusal(bytes, sizeof bytes, "ended:");
}
END_TEST

START_TEST(a_peer_that_closes_half_way_leaves_nothing)
{
    const uint8_t bytes[] = {0, 0, 0, 0, 0, 0, 0, 99, 0x0a};
    int fd = sample_dial_raw(&alpha);
    send_raw(fd, bytes, sizeof bytes);
    (void)close(fd);
    sample_wait_log(&alpha, "while this node waited for the peer's name");
    sample_wait_sessions(&alpha, 0);
}
END_TEST

START_TEST(a_half_sent_frame_ends_at_the_handshakes_deadline)
{
    ractor_node_options options = {.handshake_ms = 50};
    const uint8_t bytes[] = {0, 0, 0, 0, 0, 0, 0, 99, 0x0a};
    start_beta(&options);
    int fd = sample_dial_raw(&beta);
    send_raw(fd, bytes, sizeof bytes);
    ck_assert(sample_is_closed(fd));
    sample_wait_log(&beta, "no handshake within 50 ms");
    (void)close(fd);
    sample_node_stop(&beta);
}
END_TEST

START_TEST(strangers_beyond_the_limit_are_turned_away)
{
    ractor_node_options options = {.max_handshakes = 3};
    int fds[4];
    start_beta(&options);
    for (int i = 0; i < 3; i++)
        fds[i] = sample_dial_raw(&beta);
    sample_wait_sessions(&beta, 3);
    fds[3] = sample_dial_raw(&beta);
    ck_assert(sample_is_closed(fds[3]));
    sample_wait_log(&beta, "3 are not authenticated");
    for (int i = 0; i < 4; i++)
        (void)close(fds[i]);
    sample_wait_sessions(&beta, 0);
    ck_assert_int_eq(dial(&alpha, ractor_node_port(beta.node)), RACTOR_OK);
    sample_node_stop(&beta);
}
END_TEST

/* ------------------------------------------------------------------ dials that lead nowhere */

/* A listening socket that the test answers by itself. */
static int listen_raw(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(fd, 8), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

START_TEST(a_refused_dial_is_an_error)
{
    uint16_t port;
    (void)close(listen_raw(&port));
    ck_assert_int_eq(dial(&alpha, port), RACTOR_ENODE);
    sample_wait_log(&alpha, "refused or unreachable");
}
END_TEST

START_TEST(a_name_that_does_not_resolve_is_an_error)
{
    ck_assert_int_eq(ractor_cluster_connect(alpha.node, "no.such.host.invalid", 1, 20000),
                     RACTOR_EADDR);
}
END_TEST

struct silent {
    pthread_t thread;
    int fd;
    const char *says;
};

static void *accept_and_say(void *silent_)
{
    struct silent *silent = silent_;
    int fd = accept(silent->fd, NULL, NULL);
    if (fd >= 0 && silent->says != NULL)
        (void)send(fd, silent->says, strlen(silent->says), MSG_NOSIGNAL);
    (void)sample_is_closed(fd);
    (void)close(fd);
    return NULL;
}

static ractor_status dial_one_that_says(const char *says, uint32_t timeout_ms)
{
    struct silent silent = {.says = says};
    uint16_t port;
    silent.fd = listen_raw(&port);
    ck_assert_int_eq(pthread_create(&silent.thread, NULL, accept_and_say, &silent), 0);
    ractor_status status = ractor_cluster_connect(alpha.node, "127.0.0.1", port, timeout_ms);
    ractor_node_stop(alpha.node);
    alpha.node = NULL;
    ck_assert_int_eq(pthread_join(silent.thread, NULL), 0);
    (void)close(silent.fd);
    return status;
}

START_TEST(dialling_one_that_says_nothing_times_out)
{
    ck_assert_int_eq(dial_one_that_says(NULL, 50), RACTOR_ETIMEOUT);
}
END_TEST

START_TEST(dialling_another_protocol_says_so)
{
    ck_assert_int_eq(dial_one_that_says("220 mail.example ESMTP ready\r\n", 20000), RACTOR_EPROTO);
    sample_wait_log(&alpha, "220 mail.example");
}
END_TEST

/* ------------------------------------------------------------------ limits of an honest sender */

START_TEST(a_message_over_the_limit_fails_at_the_sender_and_leaves_the_session)
{
    static char text[200000];
    ractor_node_options options = {.frame_limit_bytes = 100000};
    uint64_t sum = 0;
    memset(text, 'x', sizeof text - 1);
    start_beta(&options);
    (void)sample_spawn(alpha.runtime, "adder", NULL);
    sample_connect(&beta, &alpha);
    ractor_ref adder = sample_find(&beta, "adder");
    ck_assert_int_eq(sample_note(adder, text, 1), RACTOR_ELIMIT);
    ck_assert_int_eq(sample_sum(adder, 1, 2, &sum), RACTOR_OK);
    sample_node_stop(&beta);
}
END_TEST

START_TEST(a_frame_over_the_receivers_limit_ends_the_session)
{
    static char text[200000];
    ractor_node_options options = {.frame_limit_bytes = 100000};
    memset(text, 'x', sizeof text - 1);
    start_beta(&options);
    (void)sample_spawn(beta.runtime, "adder", NULL);
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(sample_note(sample_find(&alpha, "adder"), text, 1), RACTOR_OK);
    sample_wait_log(&beta, "over the limit of 100000");
    sample_wait_sessions(&alpha, 0);
    sample_node_stop(&beta);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_hostile");
    TCase *tcase = tcase_create("hostile");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_wrong_cookie_ends_the_connection_on_both_sides);
    tcase_add_test(tcase, a_short_cookie_gets_a_warning);
    tcase_add_test(tcase, a_node_that_dials_itself_is_told_so);
    tcase_add_test(tcase, a_web_browser_is_sent_away);
    tcase_add_test(tcase, a_frame_bomb_is_refused);
    tcase_add_test(tcase, a_frame_over_the_limit_before_authentication_is_refused);
    tcase_add_test(tcase, bytes_that_are_no_message_are_refused);
    tcase_add_test(tcase, a_message_before_authentication_is_refused);
    tcase_add_test(tcase, an_empty_frame_is_refused);
    tcase_add_test(tcase, a_peer_that_closes_half_way_leaves_nothing);
    tcase_add_test(tcase, a_half_sent_frame_ends_at_the_handshakes_deadline);
    tcase_add_test(tcase, strangers_beyond_the_limit_are_turned_away);
    tcase_add_test(tcase, a_refused_dial_is_an_error);
    tcase_add_test(tcase, a_name_that_does_not_resolve_is_an_error);
    tcase_add_test(tcase, dialling_one_that_says_nothing_times_out);
    tcase_add_test(tcase, dialling_another_protocol_says_so);
    tcase_add_test(tcase, a_message_over_the_limit_fails_at_the_sender_and_leaves_the_session);
    tcase_add_test(tcase, a_frame_over_the_receivers_limit_ends_the_session);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

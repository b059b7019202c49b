/* SPDX-License-Identifier: MIT */
/* Encrypted nodes: whom they let in, whom not, and what each side is told. */
#include "ca.h"
#include "cluster/tls.h"
#include "kinds.h"
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sample_node alpha, beta;

/* ------------------------------------------------------------------ what was audited */

struct audited {
    pthread_mutex_t lock;
    int n[RACTOR_AUDIT_NOT_EXPORTED + 1]; /* under lock */
    char peer_name[256];                  /* under lock: of the last event */
};
static struct audited audited = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void on_audit(void *user, const ractor_audit_event *event)
{
    struct audited *to = user;
    (void)pthread_mutex_lock(&to->lock);
    to->n[event->kind]++;
    (void)snprintf(to->peer_name, sizeof to->peer_name, "%s", event->peer_name);
    (void)pthread_mutex_unlock(&to->lock);
}

static bool has_audited(void *kind)
{
    (void)pthread_mutex_lock(&audited.lock);
    bool is_there = audited.n[*(ractor_audit_kind *)kind] != 0;
    (void)pthread_mutex_unlock(&audited.lock);
    return is_there;
}

static void wait_audit(ractor_audit_kind kind)
{
    sample_wait(has_audited, &kind, ractor_audit_kind_name(kind));
}

/* ------------------------------------------------------------------ nodes */

static const struct ca_subject alpha_subject = {.names = "email:alpha@localhost,DNS:localhost"};
static const struct ca_subject beta_subject = {.names = "URI:ractor:beta@localhost,DNS:localhost"};

/* Starts a node with the certificate of that name; `certificate` NULL: none of its own. */
static void start(struct sample_node *node, const char *name, const char *certificate,
                  ractor_tls_options tls)
{
    char file[64];
    if (certificate != NULL) {
        (void)snprintf(file, sizeof file, "%s.pem", certificate);
        tls.cert_file = ca_path(file);
        (void)snprintf(file, sizeof file, "%s.key", certificate);
        tls.key_file = ca_path(file);
    }
    tls.ca_file = ca_path("ca.pem");
    ractor_node_options options = {.listen_addr = "127.0.0.1", .tls = &tls};
    if (node == &alpha) {
        options.audit = on_audit;
        options.audit_user = &audited;
    }
    sample_node_start(node, name, &options);
}

static void setup(void)
{
    ca_init();
    ca_sign("alpha", &alpha_subject);
    ca_sign("beta", &beta_subject);
}

static void stop(struct sample_node *node)
{
    if (node->runtime != NULL)
        sample_node_stop(node);
}

static void teardown(void)
{
    stop(&alpha);
    stop(&beta);
    ca_fini();
}

static const ractor_tls_options mutual = {.is_mutual = true};
static const ractor_tls_options one_sided;

static ractor_status dial_as(const char *server_name)
{
    return ractor_cluster_connect_enc(beta.node, "127.0.0.1", ractor_node_port(alpha.node),
                                      server_name, 20000);
}

static ractor_status dial(void)
{
    return dial_as("localhost");
}

/* Beta's certificate, dialling a mutual alpha, is refused by alpha. */
static void expect_refused_client(const struct ca_subject *subject)
{
    ca_sign("other", subject);
    start(&alpha, "alpha", "alpha", mutual);
    start(&beta, "beta", "other", mutual);
    ck_assert_int_eq(dial(), RACTOR_ETLS);
    wait_audit(RACTOR_AUDIT_TLS_FAILED);
    sample_wait_sessions(&alpha, 0);
    sample_wait_sessions(&beta, 0);
}

/* ------------------------------------------------------------------ who gets in */

static void talk_of(size_t text_bytes)
{
    static char text[500001];
    uint64_t sum = 0;
    struct sample_seen seen;
    sample_seen_init(&seen);
    memset(text, 't', text_bytes);
    (void)sample_spawn(alpha.runtime, "adder", &seen);
    ractor_ref adder = sample_find(&beta, "adder");
    ck_assert_int_eq(sample_note(adder, text, 1), RACTOR_OK);
    ck_assert_int_eq(sample_sum(adder, 1, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 3);
    sample_wait_count(&seen.n_notes, 1);
    ck_assert_uint_eq(atomic_load(&seen.text_bytes), text_bytes);
}

static void talk(void)
{
    talk_of(500000);
}

START_TEST(a_client_that_knows_the_authority_talks_to_a_node_with_a_certificate)
{
    start(&alpha, "alpha", "alpha", one_sided);
    start(&beta, "beta", NULL, one_sided);
    ck_assert_int_eq(dial(), RACTOR_OK);
    talk();
}
END_TEST

START_TEST(two_nodes_with_certificates_for_their_names_talk)
{
    start(&alpha, "alpha", "alpha", mutual);
    start(&beta, "beta", "beta", mutual);
    ck_assert_int_eq(dial(), RACTOR_OK);
    talk();
}
END_TEST

START_TEST(a_host_name_is_enough_where_it_is_allowed_and_only_there)
{
    struct ca_subject subject = {.names = "DNS:localhost"};
    ractor_tls_options by_host = {.is_mutual = true, .allows_host_names = true};
    ca_sign("host", &subject);
    start(&alpha, "alpha", "alpha", by_host);
    start(&beta, "beta", "host", mutual);
    ck_assert_int_eq(dial(), RACTOR_OK);
    stop(&beta);
    stop(&alpha);
    start(&alpha, "alpha", "alpha", mutual);
    start(&beta, "beta", "host", mutual);
    ck_assert_int_eq(dial(), RACTOR_ENODE);
    wait_audit(RACTOR_AUDIT_NAME_MISMATCH);
}
END_TEST

START_TEST(a_third_node_is_dialled_with_encryption_by_who_hears_of_it)
{
    struct sample_node gamma;
    struct ca_subject subject = {.names = "email:gamma@localhost,DNS:localhost"};
    ca_sign("gamma", &subject);
    start(&alpha, "alpha", "alpha", mutual);
    start(&beta, "beta", "beta", mutual);
    ck_assert_int_eq(dial(), RACTOR_OK);
    ractor_tls_options tls = {.cert_file = ca_path("gamma.pem"),
                              .key_file = ca_path("gamma.key"),
                              .ca_file = ca_path("ca.pem"),
                              .is_mutual = true};
    ractor_node_options options = {.listen_addr = "127.0.0.1", .tls = &tls, .is_transitive = true};
    sample_node_start(&gamma, "gamma", &options);
    ck_assert_int_eq(ractor_cluster_connect_enc(gamma.node, "127.0.0.1",
                                                ractor_node_port(alpha.node), "localhost", 20000),
                     RACTOR_OK);
    (void)sample_spawn(beta.runtime, "far", NULL);
    (void)sample_find(&gamma, "far");
    sample_node_stop(&gamma);
}
END_TEST

/* ------------------------------------------------------------------ who does not */

START_TEST(a_client_without_a_certificate_is_refused)
{
    start(&alpha, "alpha", "alpha", mutual);
    start(&beta, "beta", NULL, one_sided);
    ck_assert_int_eq(dial(), RACTOR_ETLS);
    wait_audit(RACTOR_AUDIT_TLS_FAILED);
}
END_TEST

START_TEST(a_clients_certificate_by_another_authority_is_refused)
{
    struct ca_subject subject = {.names = "email:beta@localhost", .is_by_a_stranger = true};
    expect_refused_client(&subject);
}
END_TEST

START_TEST(a_clients_expired_certificate_is_refused)
{
    struct ca_subject subject = {.names = "email:beta@localhost", .has_expired = true};
    expect_refused_client(&subject);
}
END_TEST

START_TEST(a_clients_certificate_for_another_node_is_refused_and_audited_with_the_claimed_name)
{
    struct ca_subject subject = {.names = "email:gamma@localhost,DNS:localhost"};
    ca_sign("other", &subject);
    start(&alpha, "alpha", "alpha", mutual);
    start(&beta, "beta", "other", mutual);
    ck_assert_int_eq(dial(), RACTOR_ENODE);
    wait_audit(RACTOR_AUDIT_NAME_MISMATCH);
    ck_assert_str_eq(audited.peer_name, "beta@localhost");
    sample_wait_log(&alpha, "is not for the name that it gives itself");
    sample_wait_sessions(&alpha, 0);
}
END_TEST

START_TEST(a_servers_certificate_for_another_node_is_refused_by_the_dialler)
{
    struct ca_subject subject = {.names = "email:gamma@localhost,DNS:localhost"};
    ca_sign("other", &subject);
    start(&alpha, "alpha", "other", mutual);
    start(&beta, "beta", "beta", mutual);
    ck_assert_int_eq(dial(), RACTOR_EAUTH);
    sample_wait_sessions(&alpha, 0);
}
END_TEST

/* Alpha's certificate is refused by beta. */
static void expect_refused_server(const struct ca_subject *subject, const char *server_name,
                                  const char *line)
{
    ca_sign("other", subject);
    start(&alpha, "alpha", "other", one_sided);
    start(&beta, "beta", NULL, one_sided);
    ck_assert_int_eq(dial_as(server_name), RACTOR_ETLS);
    sample_wait_log(&beta, line);
    wait_audit(RACTOR_AUDIT_TLS_FAILED);
    sample_wait_sessions(&alpha, 0);
}

START_TEST(a_servers_certificate_by_another_authority_is_refused)
{
    struct ca_subject subject = {.names = "DNS:localhost", .is_by_a_stranger = true};
    expect_refused_server(&subject, "localhost", "certificate verify failed");
}
END_TEST

START_TEST(a_servers_expired_certificate_is_refused)
{
    struct ca_subject subject = {.names = "DNS:localhost", .has_expired = true};
    expect_refused_server(&subject, "localhost", "certificate has expired");
}
END_TEST

START_TEST(a_servers_certificate_for_another_host_is_refused)
{
    struct ca_subject subject = {.names = "DNS:elsewhere.example"};
    expect_refused_server(&subject, "localhost", "ostname mismatch");
}
END_TEST

START_TEST(a_numeric_address_must_be_in_the_certificate)
{
    struct ca_subject subject = {.names = "DNS:127.0.0.1"};
    expect_refused_server(&subject, NULL, "IP address mismatch");
}
END_TEST

START_TEST(a_plain_peer_at_an_encrypted_port_is_refused)
{
    start(&alpha, "alpha", "alpha", one_sided);
    start(&beta, "beta", NULL, one_sided);
    ck_assert_int_eq(
        ractor_cluster_connect(beta.node, "127.0.0.1", ractor_node_port(alpha.node), 20000),
        RACTOR_ENODE);
    wait_audit(RACTOR_AUDIT_TLS_FAILED);
    sample_wait_sessions(&alpha, 0);
}
END_TEST

START_TEST(an_encrypted_peer_at_a_plain_port_is_refused_and_both_are_told)
{
    start(&alpha, "alpha", NULL, one_sided);
    start(&beta, "beta", NULL, one_sided);
    ck_assert_int_eq(dial(), RACTOR_ETLS);
    sample_wait_log(&alpha, "the peer speaks TLS");
    wait_audit(RACTOR_AUDIT_TLS_FAILED);
}
END_TEST

START_TEST(a_mutual_node_has_no_session_without_encryption)
{
    ractor_transport *left, *right;
    start(&alpha, "alpha", "alpha", mutual);
    start(&beta, "beta", NULL, one_sided);
    kind_make(KIND_PIPE, &left, &right);
    ractor_external there = {.transport = right};
    ractor_external here = {.transport = left};
    ck_assert_int_eq(ractor_cluster_accept_external(alpha.node, &there), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_connect_external(beta.node, &here, 20000), RACTOR_ENODE);
    wait_audit(RACTOR_AUDIT_NAME_MISMATCH);
}
END_TEST

START_TEST(a_wrong_cookie_is_audited)
{
    ractor_node_options options = {.cookie = "another cookie, also long", .is_dial_only = true};
    ractor_tls_options tls = {.ca_file = ca_path("ca.pem")};
    options.tls = &tls;
    start(&alpha, "alpha", "alpha", one_sided);
    sample_node_start(&beta, "beta", &options);
    ck_assert_int_eq(dial(), RACTOR_ENODE);
    wait_audit(RACTOR_AUDIT_AUTH_FAILED);
}
END_TEST

/* ------------------------------------------------------------------ slow ones */

START_TEST(a_handshake_that_is_not_finished_holds_up_nobody_and_ends_at_its_deadline)
{
    ractor_tls_options tls = {.cert_file = ca_path("alpha.pem"),
                              .key_file = ca_path("alpha.key"),
                              .ca_file = ca_path("ca.pem")};
    ractor_node_options options = {.tls = &tls,
                                   .listen_addr = "127.0.0.1",
                                   .handshake_ms = 3000,
                                   .audit = on_audit,
                                   .audit_user = &audited};
    const char start_of_hello[] = {0x16, 0x03, 0x01, 0x01, 0x00, 0x01};
    sample_node_start(&alpha, "alpha", &options);
    start(&beta, "beta", NULL, one_sided);
    int fd = sample_dial_raw(&alpha);
    ck_assert_int_eq(send(fd, start_of_hello, sizeof start_of_hello, 0), sizeof start_of_hello);
    sample_wait_sessions(&alpha, 1);
    ck_assert_int_eq(dial(), RACTOR_OK);
    ck_assert(sample_is_closed(fd));
    wait_audit(RACTOR_AUDIT_OVER_BUDGET);
    sample_wait_log(&alpha, "no handshake within 3000 ms");
    (void)close(fd);
}
END_TEST

/* Records that hold the start of a greeting of 130,000 bytes. */
START_TEST(a_stranger_that_greets_at_length_is_cut_off)
{
    static uint8_t record[5 + 16384] = {0x16, 0x03, 0x01, 0x40, 0x00, 0x01, 0x01, 0xfb, 0xd0};
    start(&alpha, "alpha", "alpha", one_sided);
    int fd = sample_dial_raw(&alpha);
    for (int i = 0; i < 6; i++)
        (void)send(fd, record, sizeof record, MSG_NOSIGNAL);
    ck_assert(sample_is_closed(fd));
    sample_wait_log(&alpha, "a handshake over the limit of bytes");
    wait_audit(RACTOR_AUDIT_TLS_FAILED);
    (void)close(fd);
}
END_TEST

START_TEST(a_handshake_byte_by_byte_with_refusals_succeeds)
{
    struct drip_options slow = {.is_slow = true, .limit = -1};
    struct rt_tls tls = {.lock = PTHREAD_MUTEX_INITIALIZER};
    char why[RT_TLS_WHY_BYTES];
    ractor_transport *left, *right;
    ractor_tls_options options = {.cert_file = ca_path("alpha.pem"),
                                  .key_file = ca_path("alpha.key"),
                                  .ca_file = ca_path("ca.pem")};
    ck_assert_int_eq(rt_tls_load(&tls, &options, why), RACTOR_OK);
    kind_make(KIND_PIPE, &left, &right);
    left = drip_over(left, &slow);
    right = drip_over(right, &slow);
    ck_assert_int_eq(rt_tls_dial(&tls, "localhost", &left), RACTOR_OK);
    ck_assert_int_eq(rt_tls_accept(&tls, &right), RACTOR_OK);
    rt_tls_unload(&tls);
    start(&alpha, "alpha", "alpha", one_sided);
    start(&beta, "beta", NULL, one_sided);
    ractor_external there = {.transport = right};
    ractor_external here = {.transport = left};
    ck_assert_int_eq(ractor_cluster_accept_external(alpha.node, &there), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_connect_external(beta.node, &here, 20000), RACTOR_OK);
    talk_of(3000); /* each byte costs a turn of both loops */
}
END_TEST

/* ------------------------------------------------------------------ files */

static ractor_tls_options files_of_alpha(void)
{
    ractor_tls_options tls = {.cert_file = ca_path("alpha.pem"),
                              .key_file = ca_path("alpha.key"),
                              .ca_file = ca_path("ca.pem")};
    return tls;
}

START_TEST(a_reload_renews_certificates_and_leaves_sessions_alone)
{
    struct ca_subject expired = {.names = "DNS:localhost", .has_expired = true};
    uint64_t sum = 0;
    start(&alpha, "alpha", "alpha", one_sided);
    start(&beta, "beta", NULL, one_sided);
    ck_assert_int_eq(dial(), RACTOR_OK);
    talk();
    ca_sign("alpha", &expired);
    ractor_tls_options tls = files_of_alpha();
    ck_assert_int_eq(ractor_node_reload_tls(alpha.node, &tls), RACTOR_OK);
    ck_assert_int_eq(sample_sum(sample_find(&beta, "adder"), 1, 2, &sum), RACTOR_OK);
    stop(&beta);
    start(&beta, "beta", NULL, one_sided);
    ck_assert_int_eq(dial(), RACTOR_ETLS);
    ca_sign("alpha", &alpha_subject);
    ck_assert_int_eq(ractor_node_reload_tls(alpha.node, &tls), RACTOR_OK);
    ck_assert_int_eq(dial(), RACTOR_OK);
}
END_TEST

START_TEST(a_reload_that_fails_changes_nothing)
{
    start(&alpha, "alpha", "alpha", one_sided);
    start(&beta, "beta", NULL, one_sided);
    ractor_tls_options tls = files_of_alpha();
    tls.key_file = ca_path("beta.key");
    ck_assert_int_eq(ractor_node_reload_tls(alpha.node, &tls), RACTOR_ETLS);
    sample_wait_log(&alpha, "TLS stays as it was: private key");
    tls = files_of_alpha();
    tls.cert_file = NULL;
    tls.key_file = NULL;
    ck_assert_int_eq(ractor_node_reload_tls(alpha.node, &tls), RACTOR_EINVAL);
    ck_assert_int_eq(dial(), RACTOR_OK);
}
END_TEST

static ractor_status start_with(const ractor_tls_options *tls)
{
    ractor_node_options options = {
        .name = "n", .cookie = SAMPLE_COOKIE, .listen_addr = "127.0.0.1", .tls = tls};
    ractor_node *node = NULL;
    ractor_runtime *runtime = NULL;
    ck_assert_int_eq(ractor_runtime_start(NULL, &runtime), RACTOR_OK);
    ractor_status status = ractor_node_start(runtime, &options, &node);
    ractor_node_stop(node);
    ractor_runtime_stop(runtime);
    return status;
}

START_TEST(files_that_cannot_be_used_are_errors_at_the_start)
{
    ractor_tls_options tls = files_of_alpha();
    tls.cert_file = ca_path("absent.pem");
    ck_assert_int_eq(start_with(&tls), RACTOR_ETLS);
    tls = files_of_alpha();
    tls.ca_file = ca_path("alpha.key");
    ck_assert_int_eq(start_with(&tls), RACTOR_ETLS);
    tls = files_of_alpha();
    tls.key_file = NULL;
    ck_assert_int_eq(start_with(&tls), RACTOR_EINVAL);
    tls = files_of_alpha();
    tls.is_mutual = true;
    tls.ca_file = NULL;
    ck_assert_int_eq(start_with(&tls), RACTOR_EINVAL);
}
END_TEST

START_TEST(without_tls_nothing_can_be_dialled_with_encryption)
{
    ractor_tls_options tls = files_of_alpha();
    sample_node_start(&beta, "beta", NULL);
    ck_assert_int_eq(ractor_cluster_connect_enc(beta.node, "127.0.0.1", 1, NULL, 1000),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_node_reload_tls(beta.node, &tls), RACTOR_EINVAL);
    sample_wait_log(&beta, "open to other machines without encryption");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tls");
    TCase *tcase = tcase_create("tls");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_client_that_knows_the_authority_talks_to_a_node_with_a_certificate);
    tcase_add_test(tcase, two_nodes_with_certificates_for_their_names_talk);
    tcase_add_test(tcase, a_host_name_is_enough_where_it_is_allowed_and_only_there);
    tcase_add_test(tcase, a_third_node_is_dialled_with_encryption_by_who_hears_of_it);
    tcase_add_test(tcase, a_client_without_a_certificate_is_refused);
    tcase_add_test(tcase, a_clients_certificate_by_another_authority_is_refused);
    tcase_add_test(tcase, a_clients_expired_certificate_is_refused);
    tcase_add_test(
        tcase, a_clients_certificate_for_another_node_is_refused_and_audited_with_the_claimed_name);
    tcase_add_test(tcase, a_servers_certificate_for_another_node_is_refused_by_the_dialler);
    tcase_add_test(tcase, a_servers_certificate_by_another_authority_is_refused);
    tcase_add_test(tcase, a_servers_expired_certificate_is_refused);
    tcase_add_test(tcase, a_servers_certificate_for_another_host_is_refused);
    tcase_add_test(tcase, a_numeric_address_must_be_in_the_certificate);
    tcase_add_test(tcase, a_plain_peer_at_an_encrypted_port_is_refused);
    tcase_add_test(tcase, an_encrypted_peer_at_a_plain_port_is_refused_and_both_are_told);
    tcase_add_test(tcase, a_mutual_node_has_no_session_without_encryption);
    tcase_add_test(tcase, a_wrong_cookie_is_audited);
    tcase_add_test(tcase,
                   a_handshake_that_is_not_finished_holds_up_nobody_and_ends_at_its_deadline);
    tcase_add_test(tcase, a_stranger_that_greets_at_length_is_cut_off);
    tcase_add_test(tcase, a_handshake_byte_by_byte_with_refusals_succeeds);
    tcase_add_test(tcase, a_reload_renews_certificates_and_leaves_sessions_alone);
    tcase_add_test(tcase, a_reload_that_fails_changes_nothing);
    tcase_add_test(tcase, files_that_cannot_be_used_are_errors_at_the_start);
    tcase_add_test(tcase, without_tls_nothing_can_be_dialled_with_encryption);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

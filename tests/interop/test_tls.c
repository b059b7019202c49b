/* SPDX-License-Identifier: MIT */
/* Encrypted sessions with nodes of the published crate, whoever dials. */
#include "cluster/ca.h"
#include "suites.h"

static struct pair pair;

static ractor_tls_options files_of_c(void)
{
    ractor_tls_options tls = {
        .cert_file = ca_path("c.pem"), .key_file = ca_path("c.key"), .ca_file = ca_path("ca.pem")};
    return tls;
}

static void setup(void)
{
    struct ca_subject c = {.names = "DNS:localhost,URI:ractor:c@localhost"};
    struct ca_subject rust = {.names = "DNS:localhost,email:rust@localhost"};
    ca_init();
    ca_sign("c", &c);
    ca_sign("rust", &rust);
}

static void start_both(bool is_mutual)
{
    ractor_tls_options tls = files_of_c();
    tls.is_mutual = is_mutual;
    c_node_start_encrypted(&pair.c, "cookie", &tls);
    peer_start_encrypted(&pair.rust, "rust", "cookie", ca_path("rust.pem"), ca_path("rust.key"));
}

static void talk(void)
{
    peer_hears(&pair.rust, "session ready c@localhost");
    c_log_hears(&pair.c.log, "session ready rust@localhost");
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_seed %d Call1 1 5", CALL_MS), "OK 35");
    ck_assert_str_eq(peer_ask(&pair.rust, "sessions"), "OK 1 c@localhost");
}

START_TEST(c_dials_rust_with_encryption)
{
    start_both(false);
    assert_ok(
        ractor_cluster_connect_enc(pair.c.node, "127.0.0.1", pair.rust.port, "localhost", CALL_MS));
    talk();
    pair_stop(&pair);
}
END_TEST

START_TEST(rust_dials_c_with_encryption)
{
    start_both(false);
    peer_do(&pair.rust, "dial_enc 127.0.0.1:%u localhost %s", ractor_node_port(pair.c.node),
            ca_path("ca.pem"));
    talk();
    pair_stop(&pair);
}
END_TEST

START_TEST(a_mutual_c_node_takes_a_rust_node_with_a_certificate_for_its_name)
{
    start_both(true);
    peer_do(&pair.rust, "dial_enc 127.0.0.1:%u localhost %s %s %s", ractor_node_port(pair.c.node),
            ca_path("ca.pem"), ca_path("rust.pem"), ca_path("rust.key"));
    talk();
    pair_stop(&pair);
}
END_TEST

START_TEST(a_mutual_c_node_refuses_a_rust_node_with_a_certificate_for_another_name)
{
    start_both(true);
    peer_do(&pair.rust, "dial_enc 127.0.0.1:%u localhost %s %s %s", ractor_node_port(pair.c.node),
            ca_path("ca.pem"), ca_path("c.pem"), ca_path("c.key"));
    peer_hears(&pair.rust, "session refused");
    ck_assert_str_eq(peer_ask(&pair.rust, "sessions"), "OK 0");
    pair_stop(&pair);
}
END_TEST

START_TEST(c_refuses_a_rust_node_whose_certificate_is_for_another_host)
{
    start_both(false);
    ck_assert_int_eq(ractor_cluster_connect_enc(pair.c.node, "127.0.0.1", pair.rust.port,
                                                "elsewhere.example", CALL_MS),
                     RACTOR_ETLS);
    pair_stop(&pair);
}
END_TEST

START_TEST(a_plain_rust_node_is_refused_by_an_encrypted_c_node)
{
    start_both(false);
    peer_do(&pair.rust, "dial 127.0.0.1:%u", ractor_node_port(pair.c.node));
    peer_hears(&pair.rust, "session refused");
    pair_stop(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tls");
    TCase *cases = tcase_create("tls");
    tcase_add_checked_fixture(cases, setup, ca_fini);
    tcase_set_timeout(cases, CASE_SECONDS);
    tcase_add_test(cases, c_dials_rust_with_encryption);
    tcase_add_test(cases, rust_dials_c_with_encryption);
    tcase_add_test(cases, a_mutual_c_node_takes_a_rust_node_with_a_certificate_for_its_name);
    tcase_add_test(cases, a_mutual_c_node_refuses_a_rust_node_with_a_certificate_for_another_name);
    tcase_add_test(cases, c_refuses_a_rust_node_whose_certificate_is_for_another_host);
    tcase_add_test(cases, a_plain_rust_node_is_refused_by_an_encrypted_c_node);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}

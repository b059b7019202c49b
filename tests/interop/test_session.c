/* SPDX-License-Identifier: MIT */
/* Who is let in and who is not, whoever dials. */
#include "suites.h"

static struct pair pair;

static void start_with_cookies(const char *c_cookie, const char *rust_cookie)
{
    c_node_start(&pair.c, c_cookie);
    peer_start(&pair.rust, "rust", rust_cookie);
}

START_TEST(rust_refuses_a_c_node_with_a_wrong_cookie)
{
    start_with_cookies("biscuit", "cookie");
    ractor_status status =
        ractor_cluster_connect(pair.c.node, "127.0.0.1", pair.rust.port, CALL_MS);
    ck_assert_msg(status == RACTOR_ENODE || status == RACTOR_EAUTH, "%s",
                  ractor_status_name(status));
    peer_hears(&pair.rust, "session refused");
    ck_assert_str_eq(peer_ask(&pair.rust, "sessions"), "OK 0");
    pair_stop(&pair);
}
END_TEST

START_TEST(c_refuses_a_rust_node_with_a_wrong_cookie)
{
    start_with_cookies("cookie", "biscuit");
    peer_do(&pair.rust, "dial 127.0.0.1:%u", ractor_node_port(pair.c.node));
    peer_hears(&pair.rust, "session refused");
    c_log_hears(&pair.c.log, "session refused");
    ractor_session_info sessions[4];
    size_t n = ractor_node_sessions(pair.c.node, sessions, 4);
    for (size_t i = 0; i < n && i < 4; i++)
        ck_assert(!sessions[i].is_authenticated);
    pair_stop(&pair);
}
END_TEST

START_TEST(after_a_refusal_the_right_cookie_still_works)
{
    start_with_cookies("cookie", "cookie");
    struct peer stranger;
    peer_start(&stranger, "stranger", "biscuit");
    peer_do(&stranger, "dial 127.0.0.1:%u", ractor_node_port(pair.c.node));
    peer_hears(&stranger, "session refused");
    peer_stop(&stranger);

    assert_ok(ractor_cluster_connect(pair.c.node, "127.0.0.1", pair.rust.port, CALL_MS));
    peer_hears(&pair.rust, "session ready c@localhost");
    pair_stop(&pair);
}
END_TEST

/* While the cluster's cookie changes the C node has both, and Rust one of them. */
START_TEST(a_c_node_with_two_cookies_meets_rust_nodes_with_either)
{
    const ractor_cookies both = {.cookie = "cookie", .old_cookie = "biscuit"};
    start_with_cookies("cookie", _i / 2 != 0 ? "cookie" : "biscuit");
    assert_ok(ractor_node_set_cookies(pair.c.node, &both));
    if (_i % 2 == C_DIALS)
        assert_ok(ractor_cluster_connect(pair.c.node, "127.0.0.1", pair.rust.port, CALL_MS));
    else
        peer_do(&pair.rust, "dial 127.0.0.1:%u", ractor_node_port(pair.c.node));
    c_log_hears(&pair.c.log, "session ready rust@localhost");
    peer_hears(&pair.rust, "session ready c@localhost");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_c_node_that_requires_hmac_and_a_rust_node_have_no_session)
{
    c_node_start_strict(&pair.c, "cookie");
    peer_start(&pair.rust, "rust", "cookie");
    if (_i == C_DIALS) {
        ck_assert_int_eq(ractor_cluster_connect(pair.c.node, "127.0.0.1", pair.rust.port, CALL_MS),
                         RACTOR_EAUTH);
    } else {
        peer_do(&pair.rust, "dial 127.0.0.1:%u", ractor_node_port(pair.c.node));
        c_log_hears(&pair.c.log, "session refused");
    }
    peer_hears(&pair.rust, "session refused");
    ck_assert_str_eq(peer_ask(&pair.rust, "sessions"), "OK 0");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_second_link_in_the_other_direction_leaves_one_session)
{
    pair_start(&pair, RUST_DIALS);
    /* The full name "rust@…" compares greater, so its link stays, and the dial is told that it
     * leads where it should. */
    assert_ok(ractor_cluster_connect(pair.c.node, "127.0.0.1", pair.rust.port, CALL_MS));
    ck_assert_str_eq(peer_ask(&pair.rust, "sessions"), "OK 1 c@localhost");
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_seed %d Call1 1 5", CALL_MS), "OK 35");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_session_can_be_made_again_after_it_ended)
{
    pair_start(&pair, C_DIALS);
    peer_kill(&pair.rust);
    c_log_hears(&pair.c.log, "session disconnected rust@localhost");
    peer_start(&pair.rust, "rust", "cookie");
    assert_ok(ractor_cluster_connect(pair.c.node, "127.0.0.1", pair.rust.port, CALL_MS));
    peer_hears(&pair.rust, "session ready c@localhost");
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_seed %d Call1 1 5", CALL_MS), "OK 35");
    pair_stop(&pair);
}
END_TEST

START_TEST(two_rust_nodes_use_one_c_node)
{
    pair_start(&pair, C_DIALS);
    struct peer third;
    peer_start(&third, "third", "cookie");
    peer_do(&third, "dial 127.0.0.1:%u", ractor_node_port(pair.c.node));
    peer_hears(&third, "session ready c@localhost");
    ck_assert_str_eq(peer_ask(&third, "call c_seed %d Call1 1 5", CALL_MS), "OK 35");
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_seed %d Call1 1 6", CALL_MS), "OK 36");
    peer_stop(&third);
    pair_stop(&pair);
}
END_TEST

START_TEST(a_transitive_rust_node_learns_of_the_peers_of_c)
{
    pair_start(&pair, C_DIALS);
    struct peer third;
    peer_start_transitive(&third, "third", "cookie");
    peer_do(&third, "dial 127.0.0.1:%u", ractor_node_port(pair.c.node));
    peer_hears(&third, "session ready c@localhost");
    peer_hears(&third, "session ready rust@localhost");
    peer_hears(&pair.rust, "session ready third@localhost");
    peer_stop(&third);
    pair_stop(&pair);
}
END_TEST

START_TEST(a_transitive_c_node_learns_of_the_peers_of_rust)
{
    struct peer third;
    peer_start(&third, "third", "cookie");
    peer_start(&pair.rust, "rust", "cookie");
    peer_do(&pair.rust, "dial 127.0.0.1:%u", third.port);
    peer_hears(&pair.rust, "session ready third@localhost");

    c_node_start_transitive(&pair.c, "cookie");
    assert_ok(ractor_cluster_connect(pair.c.node, "127.0.0.1", pair.rust.port, CALL_MS));
    c_log_hears(&pair.c.log, "session ready third@localhost");
    peer_hears(&third, "session ready c@localhost");
    peer_stop(&third);
    pair_stop(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session");
    TCase *cases = tcase_create("session");
    tcase_set_timeout(cases, CASE_SECONDS);
    tcase_add_test(cases, rust_refuses_a_c_node_with_a_wrong_cookie);
    tcase_add_test(cases, c_refuses_a_rust_node_with_a_wrong_cookie);
    tcase_add_test(cases, after_a_refusal_the_right_cookie_still_works);
    tcase_add_loop_test(cases, a_c_node_with_two_cookies_meets_rust_nodes_with_either, 0, 4);
    tcase_add_loop_test(cases, a_c_node_that_requires_hmac_and_a_rust_node_have_no_session, 0,
                        N_DIALLERS);
    tcase_add_test(cases, a_second_link_in_the_other_direction_leaves_one_session);
    tcase_add_test(cases, a_session_can_be_made_again_after_it_ended);
    tcase_add_test(cases, two_rust_nodes_use_one_c_node);
    tcase_add_test(cases, a_transitive_rust_node_learns_of_the_peers_of_c);
    tcase_add_test(cases, a_transitive_c_node_learns_of_the_peers_of_rust);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}

/* SPDX-License-Identifier: MIT */
/* Peers that are kept connected, and actors that messages name. */
#include "sample.h"
#include "suite.h"

#include <ractor/peer.h>
#include <ractor/wire_compound.h>

#include <check.h>
#include <sched.h>
#include <string.h>

static struct sample_node alpha, beta, gamma_node;

static void start_beta(uint16_t port)
{
    ractor_node_options options = {.port = port, .listen_addr = "127.0.0.1"};
    sample_node_start(&beta, "beta", &options);
}

static void keep(uint16_t port, uint64_t *peer)
{
    ractor_peer_options options = {
        .host = "127.0.0.1", .port = port, .retry_min_ms = 1, .retry_max_ms = 20};
    ck_assert_int_eq(ractor_node_connect(alpha.node, &options, peer), RACTOR_OK);
}

START_TEST(a_kept_peer_is_dialled_until_it_is_there)
{
    start_beta(0);
    uint16_t port = ractor_node_port(beta.node);
    sample_node_stop(&beta);
    sample_node_start(&alpha, "alpha", NULL);
    keep(port, NULL);
    sample_wait_log(&alpha, "refused or unreachable");
    start_beta(port);
    sample_wait_sessions(&alpha, 1);
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}
END_TEST

START_TEST(a_kept_peer_is_dialled_again_when_its_session_has_ended)
{
    start_beta(0);
    uint16_t port = ractor_node_port(beta.node);
    sample_node_start(&alpha, "alpha", NULL);
    keep(port, NULL);
    for (int i = 0; i < 3; i++) {
        (void)sample_spawn(beta.runtime, "actor", NULL);
        ractor_ref actor = sample_find(&alpha, "actor");
        sample_node_stop(&beta);
        sample_wait_lost(&alpha, "actor");
        while (sample_note(actor, "", 0) == RACTOR_OK) /* its end is told a moment later */
            (void)sched_yield();
        start_beta(port);
    }
    sample_wait_sessions(&alpha, 1);
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}
END_TEST

START_TEST(a_peer_that_is_kept_no_longer_stays_away)
{
    uint64_t peer;
    start_beta(0);
    uint16_t port = ractor_node_port(beta.node);
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&gamma_node, "gamma", NULL);
    keep(port, &peer);
    sample_wait_sessions(&alpha, 1);
    ractor_node_disconnect(alpha.node, peer);
    ractor_node_disconnect(alpha.node, 12345);
    sample_connect(&alpha, &gamma_node); /* the order has been carried out by then */
    sample_node_stop(&beta);
    sample_wait_sessions(&alpha, 1);
    start_beta(port);
    for (int i = 0; i < 50; i++) { /* as many dials as there could have been */
        ck_assert_int_eq(ractor_cluster_connect(gamma_node.node, "127.0.0.1", port, 20000),
                         RACTOR_OK);
        ck_assert_uint_eq(ractor_node_sessions(alpha.node, NULL, 0), 1);
    }
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
    sample_node_stop(&gamma_node);
}
END_TEST

START_TEST(a_node_stops_while_it_dials_a_kept_peer)
{
    start_beta(0);
    uint16_t port = ractor_node_port(beta.node);
    sample_node_stop(&beta);
    for (int i = 0; i < 20; i++) {
        sample_node_start(&alpha, "alpha", NULL);
        keep(port, NULL);
        sample_node_stop(&alpha);
    }
}
END_TEST

START_TEST(a_kept_peer_without_an_address_is_refused)
{
    ractor_peer_options options = {.host = "127.0.0.1"};
    sample_node_start(&alpha, "alpha", NULL);
    ck_assert_int_eq(ractor_node_connect(alpha.node, &options, NULL), RACTOR_EINVAL);
    options = (ractor_peer_options){.port = 1};
    ck_assert_int_eq(ractor_node_connect(alpha.node, &options, NULL), RACTOR_EINVAL);
    sample_node_stop(&alpha);
}
END_TEST

START_TEST(peers_of_peers_dial_the_advertised_address)
{
    ractor_node_options behind = {.host = "beta.invalid", .advertised_host = "127.0.0.1"};
    ractor_node_options transitive = {.is_transitive = true};
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", &behind);
    sample_connect(&beta, &alpha);
    sample_node_start(&gamma_node, "gamma", &transitive);
    sample_connect(&gamma_node, &alpha);
    sample_wait_sessions(&gamma_node, 2);
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
    sample_node_stop(&gamma_node);
}
END_TEST

/* ------------------------------------------------------------------ actors in messages */

static void start_pair(void)
{
    sample_node_start(&alpha, "alpha", NULL);
    start_beta(0);
    sample_connect(&alpha, &beta);
}

static void stop_pair(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

START_TEST(what_names_an_actor_leads_to_it_on_each_node)
{
    char name[RACTOR_NODE_NAME_BYTES];
    ractor_actor_id id;
    ractor_ref actor = sample_spawn(beta.runtime, "adder", NULL), shadow, found;
    uint64_t sum = 0;
    ck_assert_int_eq(ractor_node_id_of(beta.node, actor, name, &id), RACTOR_OK);
    ck_assert(ractor_string_equal(id.node, ractor_string_from("beta@localhost")));
    shadow = sample_find(&alpha, "adder");
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &id, &found), RACTOR_OK);
    ck_assert(ractor_ref_equal(found, shadow));
    ck_assert_int_eq(sample_sum(found, 40, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
    ck_assert_int_eq(ractor_node_resolve(beta.node, &id, &found), RACTOR_OK);
    ck_assert(ractor_ref_equal(found, actor));
    ractor_actor_id again;
    char other[RACTOR_NODE_NAME_BYTES];
    ck_assert_int_eq(ractor_node_id_of(alpha.node, shadow, other, &again), RACTOR_OK);
    ck_assert(ractor_string_equal(again.node, id.node) && again.pid == id.pid);
}
END_TEST

START_TEST(a_node_that_is_not_connected_is_an_error_of_its_own)
{
    ractor_actor_id id = {.node = ractor_string_from("nobody@nowhere"), .pid = 1};
    ractor_ref found;
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &id, &found), RACTOR_ENODE);
    id.node = ractor_string_from("beta@localhost");
    id.pid = 123456789;
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &id, &found), RACTOR_ENOENT);
    id.node = ractor_string_from("alpha@localhost");
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &id, &found), RACTOR_ENOENT);
}
END_TEST

START_TEST(an_actor_that_has_ended_is_named_no_longer)
{
    char name[RACTOR_NODE_NAME_BYTES];
    ractor_actor_id id;
    ractor_ref actor = sample_spawn(beta.runtime, "adder", NULL), found;
    ractor_ref shadow = sample_find(&alpha, "adder");
    ck_assert_int_eq(ractor_node_id_of(alpha.node, shadow, name, &id), RACTOR_OK);
    ck_assert_int_eq(ractor_stop_and_wait(actor, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    sample_wait_lost(&alpha, "adder");
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &id, &found), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_node_resolve(beta.node, &id, &found), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_node_id_of(beta.node, actor, name, &id), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_node_id_of(beta.node, ractor_node_server(beta.node), name, &id),
                     RACTOR_EINVAL);
}
END_TEST

/* ------------------------------------------------------------------ restarts */

static bool is_beta_back(void *incarnation)
{
    ractor_session_info info;
    return ractor_node_sessions(alpha.node, &info, 1) == 1 && info.is_ready &&
           info.peer_incarnation != 0 && info.peer_incarnation != *(uint64_t *)incarnation;
}

/* Spawns actors until one has the pid. */
static void reuse_pid(uint64_t pid)
{
    for (int i = 0; i < 10000; i++)
        if (sample_spawn(beta.runtime, NULL, NULL).pid == pid)
            return;
    ck_abort_msg("pid %llu does not come again", (unsigned long long)pid);
}

START_TEST(what_names_an_actor_is_stale_when_its_node_has_restarted)
{
    char name[RACTOR_NODE_NAME_BYTES];
    ractor_actor_id id, known;
    ractor_ref found = {NULL, 0};
    keep(ractor_node_port(beta.node), NULL);
    uint16_t port = ractor_node_port(beta.node);
    (void)sample_spawn(beta.runtime, "adder", NULL);
    ractor_ref shadow = sample_find(&alpha, "adder");
    ck_assert_int_eq(ractor_node_id_of(alpha.node, shadow, name, &id), RACTOR_OK);
    ck_assert_uint_eq(id.incarnation, ractor_node_incarnation(beta.node));
    ck_assert_int_eq(ractor_node_find_in(alpha.node, name, id.incarnation, "adder", &found),
                     RACTOR_OK);
    known = id;
    known.incarnation = 0;
    ck_assert(ractor_codec_actor.equal(&id, &known));
    sample_node_stop(&beta);
    sample_wait_lost(&alpha, "adder");
    start_beta(port);
    reuse_pid(id.pid);
    (void)sample_spawn(beta.runtime, "adder", NULL);
    sample_wait(is_beta_back, &id.incarnation, "the restarted node");
    (void)sample_find(&alpha, "adder");
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &id, &found), RACTOR_ESTALE);
    ck_assert_int_eq(ractor_node_resolve(beta.node, &id, &found), RACTOR_ESTALE);
    ck_assert_int_eq(ractor_node_find_in(alpha.node, name, id.incarnation, "adder", &found),
                     RACTOR_ESTALE);
    ck_assert_int_eq(ractor_node_find_in(alpha.node, name, 0, "adder", &found), RACTOR_OK);
    ck_assert_int_eq(ractor_node_find_in(alpha.node, "no@body", 0, "adder", &found), RACTOR_ENODE);
    ck_assert_int_eq(sample_note(shadow, "", 0), RACTOR_ENOENT);
    /* What the incarnation is for: without it the pid leads to its next bearer. */
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &known, &found), RACTOR_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_peer");
    TCase *kept = suite_case(suite, "kept", 60);
    tcase_add_test(kept, a_kept_peer_is_dialled_until_it_is_there);
    tcase_add_test(kept, a_kept_peer_is_dialled_again_when_its_session_has_ended);
    tcase_add_test(kept, a_peer_that_is_kept_no_longer_stays_away);
    tcase_add_test(kept, a_node_stops_while_it_dials_a_kept_peer);
    tcase_add_test(kept, a_kept_peer_without_an_address_is_refused);
    tcase_add_test(kept, peers_of_peers_dial_the_advertised_address);
    TCase *named = suite_case(suite, "named", 30);
    tcase_add_checked_fixture(named, start_pair, stop_pair);
    tcase_add_test(named, what_names_an_actor_leads_to_it_on_each_node);
    tcase_add_test(named, a_node_that_is_not_connected_is_an_error_of_its_own);
    tcase_add_test(named, what_names_an_actor_is_stale_when_its_node_has_restarted);
    tcase_add_test(named, an_actor_that_has_ended_is_named_no_longer);
    return suite_run(suite);
}

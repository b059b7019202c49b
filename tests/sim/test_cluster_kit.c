/* SPDX-License-Identifier: MIT */
/* Simulated clusters: that nodes, their network and its faults do what ractor/testing_cluster.h
 * says. */
#include "cluster/sample.h"
#include "suite.h"

#include <ractor/peer.h>
#include <ractor/testing_cluster.h>

#define N_NODES 3
#define MINUTE 60000u

static const char *const names[N_NODES] = {"alpha", "beta", "gamma"};
static ractor_sim *sims[N_NODES];
static ractor_node *nodes[N_NODES];
static ractor_sim_net *net;
static struct sample_seen seen;
static ractor_ref adder; /* beta's */

static ractor_runtime *runtime_of(unsigned i)
{
    return ractor_sim_runtime(sims[i]);
}

static ractor_status start_node(unsigned i)
{
    ractor_node_options options = {
        .name = names[i], .cookie = SAMPLE_COOKIE, .port = (uint16_t)(i + 1)};
    return ractor_sim_net_start_node(net, sims[i], &options, &nodes[i]);
}

static void set_up_seed(uint64_t seed)
{
    static ractor_runtime_options quiet = {.log_quiet = 1};
    for (unsigned i = 0; i < N_NODES; i++) {
        ractor_sim_options options = {
            .seed = seed, .runtime = &quiet, .beside = i != 0 ? sims[0] : NULL};
        ck_assert_int_eq(ractor_sim_new(&options, &sims[i]), RACTOR_OK);
    }
    ck_assert_int_eq(ractor_sim_net_new(sims[0], &net), RACTOR_OK);
    for (unsigned i = 0; i < N_NODES; i++)
        ck_assert_int_eq(start_node(i), RACTOR_OK);
    sample_seen_init(&seen);
    adder = sample_spawn(runtime_of(1), "adder", &seen);
}

static void tear_down(void)
{
    for (unsigned i = 0; i < N_NODES; i++)
        ractor_node_stop(nodes[i]);
    ractor_sim_net_free(net);
    for (unsigned i = N_NODES; i-- > 0;)
        ractor_sim_free(sims[i]);
}

static void set_up(void)
{
    set_up_seed(1);
}

static ractor_ref remote_adder(void)
{
    ractor_ref ref = {NULL, 0};
    ck_assert_int_eq(ractor_node_find(nodes[0], "beta@localhost", "adder", &ref), RACTOR_OK);
    return ref;
}

static ractor_ref connected_adder(void)
{
    ck_assert_int_eq(ractor_cluster_connect(nodes[0], "localhost", 2, MINUTE), RACTOR_OK);
    return remote_adder();
}

START_TEST(simulated_nodes_connect_and_call)
{
    uint64_t sum = 0;
    ractor_ref remote = connected_adder();
    ck_assert_int_eq(sample_sum(remote, 2, 3, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 5);
    ck_assert_uint_eq(ractor_sim_now_ms(sims[0]), ractor_sim_now_ms(sims[1]));
}
END_TEST

START_TEST(a_dial_of_nobody_is_refused)
{
    ck_assert_int_eq(ractor_cluster_connect(nodes[0], "localhost", 77, MINUTE), RACTOR_ENODE);
    ck_assert_int_eq(ractor_cluster_connect(nodes[0], "elsewhere", 2, MINUTE), RACTOR_ENODE);
}
END_TEST

START_TEST(two_nodes_do_not_listen_at_one_port)
{
    ractor_node_options options = {.name = "delta", .cookie = SAMPLE_COOKIE, .port = 2};
    ractor_tls_options tls = {.ca_file = "none"};
    ractor_node *node = NULL;
    ck_assert_int_eq(ractor_sim_net_start_node(net, sims[0], &options, &node), RACTOR_EADDR);
    options.port = 0;
    options.tls = &tls;
    ck_assert_int_eq(ractor_sim_net_start_node(net, sims[0], &options, &node), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_sim_net_start_node(NULL, sims[0], &options, &node), RACTOR_EINVAL);
    options.tls = NULL;
    ck_assert_int_eq(ractor_sim_net_start_node(net, sims[0], &options, &node), RACTOR_OK);
    ck_assert_uint_ne(ractor_node_port(node), 0);
    ractor_node_stop(node);
}
END_TEST

START_TEST(a_simulated_node_does_not_use_the_systems_network)
{
    ractor_node_options options = {.name = "delta", .cookie = SAMPLE_COOKIE};
    ractor_node *node = NULL;
    ck_assert_int_eq(ractor_node_start(runtime_of(0), &options, &node), RACTOR_ENOTSUP);
    options.is_dial_only = true;
    ck_assert_int_eq(ractor_node_start(runtime_of(0), &options, &node), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_connect(node, "localhost", 2, MINUTE), RACTOR_ENOTSUP);
    ractor_node_stop(node);
}
END_TEST

START_TEST(delays_take_simulated_time)
{
    const ractor_sim_faults slow = {.min_delay_us = 20000, .max_delay_us = 20000};
    uint64_t sum;
    ractor_ref remote = connected_adder();
    ractor_sim_net_set_faults(net, &slow);
    uint64_t before_ms = ractor_sim_now_ms(sims[0]);
    ck_assert_int_eq(sample_sum(remote, 1, 1, &sum), RACTOR_OK);
    ck_assert_uint_eq(ractor_sim_now_ms(sims[0]), before_ms + 40);
}
END_TEST

START_TEST(a_parting_holds_calls_up_until_it_is_healed)
{
    uint64_t value = 0;
    ractor_ref remote = connected_adder();
    ck_assert_int_eq(ractor_sim_net_part(net, "alpha@localhost", "nobody@localhost"),
                     RACTOR_ENOENT);
    ck_assert_int_eq(ractor_sim_net_part(net, "beta@localhost", "alpha@localhost"), RACTOR_OK);
    ck_assert_int_eq(sample_call(remote, SAMPLE_FAIL, 1000, &value), RACTOR_ETIMEOUT);
    ck_assert_int_eq(sample_note(remote, "late", 0), RACTOR_OK);
    ractor_sim_advance(sims[0], 1000);
    ck_assert_uint_eq(seen.n_notes, 0);
    ractor_sim_net_heal(net);
    ck_assert_int_eq(sample_sum(remote, 1, 1, &value), RACTOR_OK);
    ck_assert_uint_eq(seen.n_notes, 1);
}
END_TEST

START_TEST(a_parting_that_lasts_ends_the_session)
{
    ractor_ref remote = connected_adder();
    ck_assert_int_eq(ractor_sim_net_part(net, "alpha@localhost", "beta@localhost"), RACTOR_OK);
    ractor_sim_advance(sims[0], MINUTE);
    ck_assert_uint_eq(ractor_node_sessions(nodes[0], NULL, 0), 0);
    ck_assert_uint_eq(ractor_node_sessions(nodes[1], NULL, 0), 0);
    ck_assert_int_eq(sample_note(remote, "", 0), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_cluster_connect(nodes[0], "localhost", 2, 5000), RACTOR_ETIMEOUT);
}
END_TEST

START_TEST(a_reset_ends_the_session_and_a_kept_peer_comes_back)
{
    const ractor_peer_options options = {.host = "localhost", .port = 2};
    uint64_t sum;
    ck_assert_int_eq(ractor_node_connect(nodes[0], &options, NULL), RACTOR_OK);
    ractor_sim_advance(sims[0], 1000);
    ractor_ref before = remote_adder();
    ractor_sim_net_reset(net);
    ck_assert_uint_eq(ractor_sim_run(sims[0]) != 0, 1);
    ck_assert_int_eq(sample_sum(before, 1, 1, &sum), RACTOR_ENOENT);
    ractor_sim_advance(sims[0], 1000);
    ck_assert_int_eq(sample_sum(remote_adder(), 1, 1, &sum), RACTOR_OK);
}
END_TEST

START_TEST(a_lost_direction_is_noticed_by_silence)
{
    const ractor_sim_faults lossy = {.lose_chance = 1000000};
    uint64_t value;
    ractor_ref remote = connected_adder();
    ractor_sim_net_set_faults(net, &lossy);
    ck_assert_int_eq(sample_call(remote, SAMPLE_FAIL, MINUTE, &value), RACTOR_ENODE);
    ck_assert_uint_ge(ractor_sim_now_ms(sims[0]), 15000);
    ck_assert_uint_le(ractor_sim_now_ms(sims[0]), 30000);
}
END_TEST

START_TEST(an_idle_session_stays_and_each_side_measures_its_round_trip)
{
    const ractor_sim_faults slow = {.min_delay_us = 2000, .max_delay_us = 2000};
    ractor_session_info before;
    ractor_session_info after[2];
    (void)connected_adder();
    ck_assert_uint_eq(ractor_node_sessions(nodes[0], &before, 1), 1);
    ractor_sim_net_set_faults(net, &slow);
    ractor_sim_advance(sims[0], 60 * MINUTE);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_eq(ractor_node_sessions(nodes[i], &after[i], 1), 1);
        ck_assert_uint_eq(after[i].round_trip_us, 4000);
    }
    ck_assert_uint_eq(after[0].id, before.id);
}
END_TEST

START_TEST(corrupted_bytes_end_sessions_and_nothing_else)
{
    const ractor_sim_faults bad = {.corrupt_chance = 100000, .max_piece_bytes = 40};
    ractor_sim_net_set_faults(net, &bad);
    for (int i = 0; i < 100; i++)
        (void)!ractor_cluster_connect(nodes[0], "localhost", 2, 5000);
    ractor_sim_net_set_faults(net, NULL);
    ractor_sim_net_reset(net);
    uint64_t sum;
    ck_assert_int_eq(sample_sum(connected_adder(), 1, 1, &sum), RACTOR_OK);
}
END_TEST

START_TEST(a_reader_that_stalls_gets_all_in_the_end)
{
    const ractor_sim_faults slow = {.stall_chance = 500000, .stall_ms = 50, .max_piece_bytes = 64};
    ractor_ref remote = connected_adder();
    ractor_sim_net_set_faults(net, &slow);
    for (uint64_t i = 0; i < 100; i++)
        ck_assert_int_eq(sample_note(remote, "a text of some length", i), RACTOR_OK);
    ractor_sim_advance(sims[0], MINUTE);
    ck_assert_uint_eq(seen.n_in_order, 100);
}
END_TEST

START_TEST(groups_are_seen_by_all_and_a_restarted_node_is_another)
{
    ractor_ref members[4];
    ck_assert_int_eq(ractor_pg_join(NULL, "all", &adder, 1), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_connect(nodes[2], "localhost", 2, MINUTE), RACTOR_OK);
    ck_assert_uint_eq(ractor_pg_members(runtime_of(2), NULL, "all", members, 4), 1);
    ractor_node_stop(nodes[1]);
    ractor_sim_advance(sims[0], 1);
    ck_assert_uint_eq(ractor_pg_members(runtime_of(2), NULL, "all", members, 4), 0);
    ck_assert_int_eq(start_node(1), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_connect(nodes[2], "localhost", 2, MINUTE), RACTOR_OK);
    ck_assert_uint_eq(ractor_pg_members(runtime_of(2), NULL, "all", members, 4), 1);
}
END_TEST

static uint64_t busy_hash(uint64_t seed)
{
    const ractor_sim_faults faults = {.max_delay_us = 3000,
                                      .max_piece_bytes = 100,
                                      .reset_chance = 5000,
                                      .stall_chance = 5000,
                                      .stall_ms = 20};
    const ractor_peer_options options = {.host = "localhost", .port = 2};
    uint64_t sum;
    set_up_seed(seed);
    ck_assert_int_eq(ractor_node_connect(nodes[0], &options, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_node_connect(nodes[2], &options, NULL), RACTOR_OK);
    ractor_sim_net_set_faults(net, &faults);
    for (uint64_t i = 0; i < 50; i++) {
        ractor_ref remote = {NULL, 0};
        ractor_sim_advance(sims[0], 20);
        if (ractor_node_find(nodes[0], NULL, "adder", &remote) == RACTOR_OK)
            (void)sample_sum(remote, i, i, &sum);
    }
    uint64_t hash = ractor_sim_hash(sims[2]);
    tear_down();
    return hash;
}

START_TEST(the_same_seed_is_the_same_run)
{
    uint64_t hash = busy_hash(11);
    ck_assert_uint_eq(hash, busy_hash(11));
    ck_assert_uint_ne(hash, busy_hash(12));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cluster_kit");
    TCase *kit = suite_case(suite, "kit", 60);
    tcase_add_checked_fixture(kit, set_up, tear_down);
    tcase_add_test(kit, simulated_nodes_connect_and_call);
    tcase_add_test(kit, a_dial_of_nobody_is_refused);
    tcase_add_test(kit, two_nodes_do_not_listen_at_one_port);
    tcase_add_test(kit, a_simulated_node_does_not_use_the_systems_network);
    tcase_add_test(kit, delays_take_simulated_time);
    tcase_add_test(kit, a_parting_holds_calls_up_until_it_is_healed);
    tcase_add_test(kit, a_parting_that_lasts_ends_the_session);
    tcase_add_test(kit, a_reset_ends_the_session_and_a_kept_peer_comes_back);
    tcase_add_test(kit, a_lost_direction_is_noticed_by_silence);
    tcase_add_test(kit, an_idle_session_stays_and_each_side_measures_its_round_trip);
    tcase_add_test(kit, corrupted_bytes_end_sessions_and_nothing_else);
    tcase_add_test(kit, a_reader_that_stalls_gets_all_in_the_end);
    tcase_add_test(kit, groups_are_seen_by_all_and_a_restarted_node_is_another);
    TCase *same = suite_case(suite, "same", 60);
    tcase_add_test(same, the_same_seed_is_the_same_run);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/* Joins and leaves, seen by the other node. The loop variable `_i` is the dialler. */
#include "suites.h"

#include <ractor/pg.h>

static struct pair pair;

static size_t count_remote(const char *scope, const char *group)
{
    ractor_runtime *runtime = pair.c.runtime;
    return ractor_pg_members(runtime, scope, group, NULL, 0) -
           ractor_pg_local_members(runtime, scope, group, NULL, 0);
}

START_TEST(groups_from_before_the_session_are_known_when_it_is_ready)
{
    pair_start(&pair, (enum dialler)_i);
    ck_assert_uint_eq(count_remote(NULL, "seeds"), 1);
    ck_assert_uint_eq(count_remote("interop", "types"), 1);
    ck_assert_uint_eq(count_remote("interop", "seeds"), 0);
    ck_assert_str_eq(peer_ask(&pair.rust, "members default seeds"), "OK 1 c_seed");
    ck_assert_str_eq(peer_ask(&pair.rust, "members interop types"), "OK 1 c_types");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_join_and_a_leave_in_rust_are_seen_in_c)
{
    pair_start(&pair, (enum dialler)_i);
    peer_do(&pair.rust, "spawn seed late");
    peer_do(&pair.rust, "join teams reds late");
    c_log_hears(&pair.c.log, "joined teams reds late");
    ck_assert_uint_eq(count_remote("teams", "reds"), 1);

    peer_do(&pair.rust, "leave teams reds late");
    c_log_hears(&pair.c.log, "left teams reds late");
    ck_assert_uint_eq(count_remote("teams", "reds"), 0);
    pair_stop(&pair);
}
END_TEST

START_TEST(a_join_and_a_leave_in_c_are_seen_in_rust)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_ref late = c_node_spawn_seed(&pair.c, "late").any;
    assert_ok(ractor_pg_join("teams", "blues", &late, 1));
    peer_hears(&pair.rust, "joined teams blues late");
    ck_assert_str_eq(peer_ask(&pair.rust, "members teams blues"), "OK 1 late");

    ractor_pg_leave("teams", "blues", &late, 1);
    peer_hears(&pair.rust, "left teams blues late");
    ck_assert_str_eq(peer_ask(&pair.rust, "members teams blues"), "OK 0");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_group_is_shared_by_members_of_both_nodes)
{
    pair_start(&pair, (enum dialler)_i);
    ck_assert_uint_eq(ractor_pg_members(pair.c.runtime, NULL, "seeds", NULL, 0), 2);
    peer_do(&pair.rust, "spawn seed second");
    peer_do(&pair.rust, "join default seeds second");
    c_log_hears(&pair.c.log, "joined " RACTOR_PG_DEFAULT_SCOPE " seeds second");
    ck_assert_uint_eq(ractor_pg_members(pair.c.runtime, NULL, "seeds", NULL, 0), 3);
    ck_assert_uint_eq(ractor_pg_local_members(pair.c.runtime, NULL, "seeds", NULL, 0), 1);
    pair_stop(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("groups");
    TCase *cases = tcase_create("groups");
    tcase_set_timeout(cases, CASE_SECONDS);
    tcase_add_loop_test(cases, groups_from_before_the_session_are_known_when_it_is_ready, 0,
                        N_DIALLERS);
    tcase_add_loop_test(cases, a_join_and_a_leave_in_rust_are_seen_in_c, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_join_and_a_leave_in_c_are_seen_in_rust, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_group_is_shared_by_members_of_both_nodes, 0, N_DIALLERS);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}

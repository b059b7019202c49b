/* SPDX-License-Identifier: MIT */
/*
 * What ends on one node and how the other hears of it: actors, calls that nobody will answer, whole
 * nodes. The loop variable `_i` is the dialler.
 */
#include "suites.h"

#include <ractor/call.h>
#include <ractor/names.h>
#include <ractor/peer.h>
#include <ractor/pg.h>
#include <ractor/remote_spawn.h>

#include <pthread.h>
#include <string.h>

/* Long enough that only an answer or an end can be what ends a call. */
#define LONG_MS 600000
/* A deadline that is meant to pass. */
#define SHORT_MS 50

static struct pair pair;

static interop_trouble_ref rust_trouble(void)
{
    return (interop_trouble_ref){.any = c_node_find(&pair.c, "rust_trouble")};
}

START_TEST(an_actor_that_is_stopped_in_rust_dies_in_c)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_ref seed = c_node_find(&pair.c, "rust_seed");
    c_node_watch(&pair.c, seed);
    peer_do(&pair.rust, "stop rust_seed");
    c_log_hears(&pair.c.log, "died %llu", (unsigned long long)seed.pid);
    assert_ok(ractor_wait(seed, CALL_MS));
    interop_my_basic_message_type_ref gone = {.any = seed};
    ck_assert_int_eq(interop_my_basic_message_type_send_cast1(gone, RACTOR_STR("x"), 1),
                     RACTOR_ENOENT);
    ck_assert_int_eq(ractor_node_find(pair.c.node, NULL, "rust_seed", &seed), RACTOR_ENOENT);
    c_log_hears(&pair.c.log, "left " RACTOR_PG_DEFAULT_SCOPE " seeds");
    pair_stop(&pair);
}
END_TEST

START_TEST(an_actor_that_is_stopped_in_c_dies_in_rust)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_ref extra = c_node_spawn_seed(&pair.c, "extra").any;
    assert_ok(ractor_pg_join("teams", "reds", &extra, 1));
    peer_hears(&pair.rust, "joined teams reds extra");
    peer_do(&pair.rust, "watch extra");
    ractor_stop(extra, "enough");
    peer_hears(&pair.rust, "died extra");
    ck_assert_str_eq(peer_ask(&pair.rust, "members teams reds"), "OK 0");
    pair_stop(&pair);
}
END_TEST

START_TEST(an_actor_that_fails_in_c_dies_in_rust)
{
    pair_start(&pair, (enum dialler)_i);
    peer_do(&pair.rust, "watch c_trouble");
    peer_do(&pair.rust, "cast c_trouble Fail 6f75636821");
    peer_hears(&pair.rust, "died c_trouble");
    pair_stop(&pair);
}
END_TEST

START_TEST(an_actor_that_fails_in_rust_dies_in_c)
{
    pair_start(&pair, (enum dialler)_i);
    interop_trouble_ref trouble = rust_trouble();
    c_node_watch(&pair.c, trouble.any);
    assert_ok(interop_trouble_send_fail(trouble, RACTOR_STR("ouch!")));
    c_log_hears(&pair.c.log, "died %llu", (unsigned long long)trouble.any.pid);
    pair_stop(&pair);
}
END_TEST

START_TEST(a_call_whose_callee_dies_in_rust_ends_at_once)
{
    pair_start(&pair, (enum dialler)_i);
    assert_ok(interop_trouble_call_answer(rust_trouble(), LONG_MS));
    ck_assert_int_eq(interop_trouble_call_crash(rust_trouble(), LONG_MS), RACTOR_ENOENT);
    pair_stop(&pair);
}
END_TEST

START_TEST(a_call_whose_callee_dies_in_c_ends_at_once)
{
    pair_start(&pair, (enum dialler)_i);
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_trouble %d Answer", LONG_MS), "OK unit");
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_trouble %d Crash", LONG_MS), "ERR sender error");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_call_that_rust_never_answers_ends_at_its_deadline)
{
    pair_start(&pair, (enum dialler)_i);
    ck_assert_int_eq(interop_trouble_call_never(rust_trouble(), SHORT_MS), RACTOR_ETIMEOUT);
    ck_assert_int_eq(interop_trouble_call_forget(rust_trouble(), SHORT_MS), RACTOR_ETIMEOUT);
    assert_ok(interop_trouble_call_answer(rust_trouble(), LONG_MS));
    pair_stop(&pair);
}
END_TEST

START_TEST(a_call_that_c_never_answers_ends_at_its_deadline)
{
    pair_start(&pair, (enum dialler)_i);
    ck_assert(strncmp(peer_ask(&pair.rust, "call c_trouble %d Never", SHORT_MS), "ERR", 3) == 0);
    ck_assert(strncmp(peer_ask(&pair.rust, "call c_trouble %d Forget", SHORT_MS), "ERR", 3) == 0);
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_trouble %d Answer", LONG_MS), "OK unit");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_call_that_c_drops_fails_at_once_where_the_reply_can_be_malformed)
{
    pair_start(&pair, (enum dialler)_i);
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_trouble %d ForgetNumber", LONG_MS),
                     "ERR sender error");
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_trouble %d ForgetText", LONG_MS),
                     "ERR sender error");
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_trouble %d Answer", LONG_MS), "OK unit");
    pair_stop(&pair);
}
END_TEST

static void *call_never(void *result)
{
    *(ractor_status *)result = interop_trouble_call_never(rust_trouble(), LONG_MS);
    return NULL;
}

START_TEST(a_rust_node_that_is_killed_takes_its_actors_and_calls_along)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_ref seed = c_node_find(&pair.c, "rust_seed");
    c_node_watch(&pair.c, seed);
    pthread_t caller;
    ractor_status status = RACTOR_OK;
    ck_assert_int_eq(pthread_create(&caller, NULL, call_never, &status), 0);
    peer_hears(&pair.rust, "cast rust_trouble Never");

    peer_kill(&pair.rust);
    ck_assert_int_eq(pthread_join(caller, NULL), 0);
    ck_assert_int_eq(status, RACTOR_ENODE);
    c_log_hears(&pair.c.log, "died %llu", (unsigned long long)seed.pid);
    c_log_hears(&pair.c.log, "session disconnected rust@localhost");
    ck_assert_uint_eq(ractor_pg_members(pair.c.runtime, NULL, "seeds", NULL, 0), 1);
    c_node_stop(&pair.c);
}
END_TEST

START_TEST(a_c_node_that_stops_takes_its_actors_along)
{
    pair_start(&pair, (enum dialler)_i);
    peer_do(&pair.rust, "watch c_seed");
    c_node_stop(&pair.c);
    peer_hears(&pair.rust, "died c_seed");
    peer_hears(&pair.rust, "session disconnected c@localhost");
    ck_assert_str_eq(peer_ask(&pair.rust, "members default seeds"), "OK 0");
    ck_assert_str_eq(peer_ask(&pair.rust, "sessions"), "OK 0");
    peer_stop(&pair.rust);
}
END_TEST

/* What only C nodes say to each other: a Rust node is spared it, and asked for none of it. */
START_TEST(names_spawns_and_ends_from_afar_are_between_c_nodes)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_ref bearer = c_node_spawn_seed(&pair.c, "bearer").any;
    ractor_ref away = c_node_find(&pair.c, "rust_seed");
    ractor_ref found;
    ractor_remote_spawn_options wish = {.kind = "seed"};
    ractor_actor_id id;
    char name[RACTOR_NODE_NAME_BYTES];
    assert_ok(ractor_node_id_of(pair.c.node, away, name, &id));
    ck_assert_uint_eq(id.incarnation, 0);
    assert_ok(ractor_node_find_in(pair.c.node, name, 0, "rust_seed", &found));
    ck_assert_int_eq(ractor_node_spawn(pair.c.node, name, &wish, CALL_MS, &found), RACTOR_ENOTSUP);
    assert_ok(ractor_cluster_register(pair.c.node, "bearer", bearer, RACTOR_NAME_STOP));
    ractor_stop(away, "no such message");
    ractor_kill(away);
    assert_ok(ractor_pg_join("teams", "reds", &bearer, 1));
    peer_hears(&pair.rust, "joined teams reds bearer");
    peer_do(&pair.rust, "watch bearer");
    ractor_stop(bearer, "over");
    peer_hears(&pair.rust, "died bearer");
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_seed %d Call1 1 5", CALL_MS), "OK 35");
    ck_assert_int_eq(ractor_status_of(away), RACTOR_ACTOR_RUNNING);
    pair_stop(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("death");
    TCase *cases = tcase_create("death");
    tcase_set_timeout(cases, CASE_SECONDS);
    tcase_add_loop_test(cases, an_actor_that_is_stopped_in_rust_dies_in_c, 0, N_DIALLERS);
    tcase_add_loop_test(cases, an_actor_that_is_stopped_in_c_dies_in_rust, 0, N_DIALLERS);
    tcase_add_loop_test(cases, an_actor_that_fails_in_c_dies_in_rust, 0, N_DIALLERS);
    tcase_add_loop_test(cases, an_actor_that_fails_in_rust_dies_in_c, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_call_whose_callee_dies_in_rust_ends_at_once, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_call_whose_callee_dies_in_c_ends_at_once, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_call_that_rust_never_answers_ends_at_its_deadline, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_call_that_c_never_answers_ends_at_its_deadline, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_call_that_c_drops_fails_at_once_where_the_reply_can_be_malformed,
                        0, N_DIALLERS);
    tcase_add_loop_test(cases, a_rust_node_that_is_killed_takes_its_actors_and_calls_along, 0,
                        N_DIALLERS);
    tcase_add_loop_test(cases, a_c_node_that_stops_takes_its_actors_along, 0, N_DIALLERS);
    tcase_add_loop_test(cases, names_spawns_and_ends_from_afar_are_between_c_nodes, 0, N_DIALLERS);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}

/* SPDX-License-Identifier: MIT */
/* Casts and calls of the seed's enum, whoever dials. The loop variable `_i` is the dialler. */
#include "suites.h"

#include <ractor/pg.h>
#include <ractor/trace_context.h>

#include <stdio.h>
#include <string.h>

static struct pair pair;

static interop_my_basic_message_type_ref rust_seed(void)
{
    return (interop_my_basic_message_type_ref){.any = c_node_find(&pair.c, "rust_seed")};
}

START_TEST(a_cast_to_rust_arrives_with_its_values)
{
    pair_start(&pair, (enum dialler)_i);
    assert_ok(
        interop_my_basic_message_type_send_cast1(rust_seed(), RACTOR_STR("h\xc3\xa4"), UINT64_MAX));
    peer_hears(&pair.rust, "cast rust_seed Cast1 68c3a4 18446744073709551615");
    assert_ok(interop_my_basic_message_type_send_cast1(rust_seed(), RACTOR_STR(""), 0));
    peer_hears(&pair.rust, "cast rust_seed Cast1 - 0");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_cast_from_rust_arrives_with_its_values)
{
    pair_start(&pair, (enum dialler)_i);
    peer_do(&pair.rust, "cast c_seed Cast1 68c3a4 18446744073709551615");
    c_log_hears(&pair.c.log, "cast c_seed Cast1 68c3a4 18446744073709551615");
    peer_do(&pair.rust, "cast @default/seeds Cast1 - 0");
    c_log_hears(&pair.c.log, "cast c_seed Cast1 - 0");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_call_to_rust_returns_its_reply)
{
    pair_start(&pair, (enum dialler)_i);
    interop_my_basic_message_type_call1_result reply;
    assert_ok(interop_my_basic_message_type_call_call1(rust_seed(), 3, INT64_MAX, CALL_MS, &reply));
    ck_assert_uint_eq(reply.value.length, 3);
    ck_assert(ractor_string_equal(reply.value.data[0], RACTOR_STR("9223372036854775807")));
    ck_assert(ractor_string_equal(reply.value.data[1], RACTOR_STR("-9223372036854775808")));
    interop_my_basic_message_type_call1_result_drop(&reply);

    assert_ok(interop_my_basic_message_type_call_call1(rust_seed(), 0, 0, CALL_MS, &reply));
    ck_assert_uint_eq(reply.value.length, 0);
    interop_my_basic_message_type_call1_result_drop(&reply);
    pair_stop(&pair);
}
END_TEST

START_TEST(rust_is_not_told_of_a_trace)
{
    ractor_trace_context trace;
    pair_start(&pair, (enum dialler)_i);
    assert_ok(ractor_trace_new(pair.c.runtime, &trace));
    trace.state = RACTOR_STR("a=1");
    assert_ok(ractor_trace_begin(&trace));
    assert_ok(interop_my_basic_message_type_send_cast1(rust_seed(), RACTOR_STR("t"), 7));
    peer_hears(&pair.rust, "cast rust_seed Cast1 74 7");
    interop_my_basic_message_type_call1_result reply;
    assert_ok(interop_my_basic_message_type_call_call1(rust_seed(), 1, 5, CALL_MS, &reply));
    ck_assert_uint_eq(reply.value.length, 1);
    interop_my_basic_message_type_call1_result_drop(&reply);
    ractor_trace_end();
    pair_stop(&pair);
}
END_TEST

START_TEST(a_call_from_rust_returns_the_reply_of_c)
{
    pair_start(&pair, (enum dialler)_i);
    ck_assert_str_eq(peer_ask(&pair.rust, "call c_seed %d Call1 3 -1", CALL_MS), "OK 2d31,30,31");
    ck_assert_str_eq(peer_ask(&pair.rust, "call @default/seeds %d Call1 0 0", CALL_MS), "OK []");
    pair_stop(&pair);
}
END_TEST

START_TEST(casts_of_one_sender_arrive_in_order)
{
    pair_start(&pair, (enum dialler)_i);
    interop_my_basic_message_type_ref seed = rust_seed();
    for (uint64_t i = 0; i < 200; i++)
        assert_ok(interop_my_basic_message_type_send_cast1(seed, RACTOR_STR("n"), i));
    peer_hears(&pair.rust, "cast rust_seed Cast1 6e 199");
    uint64_t n_heard = 0;
    for (size_t i = 0; i < pair.rust.n_events; i++) {
        char wanted[64];
        (void)snprintf(wanted, sizeof wanted, "EVENT cast rust_seed Cast1 6e %llu",
                       (unsigned long long)n_heard);
        if (strncmp(pair.rust.events[i], "EVENT cast", strlen("EVENT cast")) != 0)
            continue;
        ck_assert_str_eq(pair.rust.events[i], wanted);
        n_heard++;
    }
    ck_assert_uint_eq(n_heard, 199);
    pair_stop(&pair);
}
END_TEST

START_TEST(a_group_member_on_the_rust_node_is_reached)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_ref members[4];
    size_t n = ractor_pg_members(pair.c.runtime, NULL, "seeds", members, 4);
    ck_assert_uint_eq(n, 2);
    ck_assert(ractor_is_remote(members[0]) != ractor_is_remote(members[1]));
    interop_my_basic_message_type_ref remote = {.any = ractor_is_remote(members[0]) ? members[0]
                                                                                    : members[1]};
    assert_ok(interop_my_basic_message_type_send_cast1(remote, RACTOR_STR("x"), 1));
    peer_hears(&pair.rust, "cast rust_seed Cast1 78 1");
    pair_stop(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seed");
    TCase *cases = tcase_create("seed");
    tcase_set_timeout(cases, CASE_SECONDS);
    tcase_add_loop_test(cases, a_cast_to_rust_arrives_with_its_values, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_cast_from_rust_arrives_with_its_values, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_call_to_rust_returns_its_reply, 0, N_DIALLERS);
    tcase_add_loop_test(cases, rust_is_not_told_of_a_trace, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_call_from_rust_returns_the_reply_of_c, 0, N_DIALLERS);
    tcase_add_loop_test(cases, casts_of_one_sender_arrive_in_order, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_group_member_on_the_rust_node_is_reached, 0, N_DIALLERS);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}

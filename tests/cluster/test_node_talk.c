/* SPDX-License-Identifier: MIT */
/* Two nodes that get on: what each sees of the other, and what passes between them. */
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <string.h>

static struct sample_node alpha, beta;

static void setup(void)
{
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", NULL);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

START_TEST(connect_returns_when_both_are_ready)
{
    ractor_session_info info;
    sample_connect(&alpha, &beta);
    ck_assert_uint_eq(ractor_node_sessions(alpha.node, &info, 1), 1);
    ck_assert(info.is_outbound && info.is_authenticated && info.is_ready);
    ck_assert_str_eq(info.peer_name, "beta@localhost");
    sample_wait_sessions(&beta, 1);
}
END_TEST

START_TEST(actors_that_exist_before_are_seen_on_both_sides)
{
    (void)sample_spawn(alpha.runtime, "on alpha", NULL);
    (void)sample_spawn(beta.runtime, "on beta", NULL);
    sample_connect(&alpha, &beta);
    ck_assert(ractor_is_remote(sample_find(&alpha, "on beta")));
    ck_assert(ractor_is_remote(sample_find(&beta, "on alpha")));
}
END_TEST

START_TEST(actors_that_come_and_go_later_are_seen)
{
    sample_connect(&alpha, &beta);
    ractor_ref actor = sample_spawn(beta.runtime, "late", NULL);
    ractor_ref shadow = sample_find(&alpha, "late");
    ractor_stop(actor, NULL);
    sample_wait_lost(&alpha, "late");
    ck_assert_int_eq(sample_note(shadow, "", 0), RACTOR_ENOENT);
}
END_TEST

START_TEST(a_call_comes_back_with_the_reply)
{
    uint64_t sum = 0;
    (void)sample_spawn(beta.runtime, "adder", NULL);
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(sample_sum(sample_find(&alpha, "adder"), 2, 40, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
}
END_TEST

START_TEST(the_accepting_node_can_call_as_well)
{
    uint64_t sum = 0;
    (void)sample_spawn(alpha.runtime, "adder", NULL);
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(sample_sum(sample_find(&beta, "adder"), 1, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 3);
}
END_TEST

START_TEST(casts_arrive_all_and_in_order)
{
    struct sample_seen seen;
    sample_seen_init(&seen);
    (void)sample_spawn(beta.runtime, "sink", &seen);
    sample_connect(&alpha, &beta);
    ractor_ref sink = sample_find(&alpha, "sink");
    for (uint64_t i = 0; i < 20000; i++)
        ck_assert_int_eq(sample_note(sink, "some text", i), RACTOR_OK);
    sample_wait_count(&seen.n_notes, 20000);
    ck_assert_uint_eq(atomic_load(&seen.n_in_order), 20000);
    ck_assert_uint_eq(atomic_load(&seen.text_bytes), 20000 * 9);
}
END_TEST

struct caller {
    pthread_t thread;
    ractor_ref to;
    uint64_t n_right;
};

static void *call_many(void *caller_)
{
    struct caller *caller = caller_;
    for (uint64_t i = 0; i < 500; i++) {
        uint64_t sum = 0;
        if (sample_sum(caller->to, i, i, &sum) == RACTOR_OK && sum == 2 * i)
            caller->n_right++;
    }
    return NULL;
}

START_TEST(calls_of_several_threads_each_get_their_own_reply)
{
    struct caller callers[4];
    (void)sample_spawn(beta.runtime, "adder", NULL);
    sample_connect(&alpha, &beta);
    for (int i = 0; i < 4; i++) {
        callers[i] = (struct caller){.to = sample_find(&alpha, "adder")};
        ck_assert_int_eq(pthread_create(&callers[i].thread, NULL, call_many, &callers[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(callers[i].thread, NULL), 0);
        ck_assert_uint_eq(callers[i].n_right, 500);
    }
}
END_TEST

START_TEST(a_large_message_passes)
{
    static char text[1 << 20];
    struct sample_seen seen;
    sample_seen_init(&seen);
    memset(text, 'x', sizeof text - 1);
    (void)sample_spawn(beta.runtime, "sink", &seen);
    sample_connect(&alpha, &beta);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(sample_note(sample_find(&alpha, "sink"), text, 1), RACTOR_OK);
    sample_wait_count(&seen.n_notes, 20);
    ck_assert_uint_eq(atomic_load(&seen.text_bytes), 20 * (sizeof text - 1));
}
END_TEST

START_TEST(a_message_of_many_fragments_arrives_whole_among_others)
{
    static char text[8 << 20];
    struct sample_seen seen;
    uint64_t sum = 0;
    sample_seen_init(&seen);
    memset(text, 'x', sizeof text - 1);
    (void)sample_spawn(beta.runtime, "sink", &seen);
    sample_connect(&alpha, &beta);
    ractor_ref sink = sample_find(&alpha, "sink");
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(sample_note(sink, text, 1), RACTOR_OK);
        ck_assert_int_eq(sample_sum(sink, 1, 2, &sum), RACTOR_OK);
    }
    ck_assert_uint_eq(atomic_load(&seen.text_bytes), 3 * (sizeof text - 1));
    ck_assert_uint_eq(ractor_node_sessions(alpha.node, NULL, 0), 1);
}
END_TEST

/* ------------------------------------------------------------------ errors of calls */

START_TEST(a_dropped_port_is_an_error_at_once)
{
    uint64_t value = 0;
    (void)sample_spawn(beta.runtime, "adder", NULL);
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(
        sample_call(sample_find(&alpha, "adder"), SAMPLE_DROP, RACTOR_TIMEOUT_NONE, &value),
        RACTOR_EPORT);
}
END_TEST

START_TEST(a_failure_keeps_its_status)
{
    uint64_t value = 0;
    (void)sample_spawn(beta.runtime, "adder", NULL);
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(
        sample_call(sample_find(&alpha, "adder"), SAMPLE_FAIL, RACTOR_TIMEOUT_NONE, &value),
        RACTOR_EOVERLOAD);
}
END_TEST

START_TEST(a_call_without_answer_times_out)
{
    uint64_t value = 0;
    struct sample_seen seen;
    sample_seen_init(&seen);
    (void)sample_spawn(beta.runtime, "holder", &seen);
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(sample_call(sample_find(&alpha, "holder"), SAMPLE_HOLD, 50, &value),
                     RACTOR_ETIMEOUT);
    sample_release_held(&seen, 1); /* too late: dropped */
}
END_TEST

struct held_call {
    pthread_t thread;
    ractor_ref to;
    ractor_status status;
    uint64_t value;
};

static void *hold(void *call_)
{
    struct held_call *call = call_;
    call->status = sample_call(call->to, SAMPLE_HOLD, RACTOR_TIMEOUT_NONE, &call->value);
    return NULL;
}

static bool is_held(void *seen)
{
    return sample_held(seen) != 0;
}

static void start_held_call(struct held_call *call, ractor_ref to, struct sample_seen *seen)
{
    *call = (struct held_call){.to = to};
    ck_assert_int_eq(pthread_create(&call->thread, NULL, hold, call), 0);
    sample_wait(is_held, seen, "a call that is held");
}

START_TEST(a_callee_that_ends_fails_its_calls)
{
    struct held_call call;
    struct sample_seen seen;
    sample_seen_init(&seen);
    ractor_ref holder = sample_spawn(beta.runtime, "holder", &seen);
    sample_connect(&alpha, &beta);
    start_held_call(&call, sample_find(&alpha, "holder"), &seen);
    ractor_kill(holder);
    ck_assert_int_eq(pthread_join(call.thread, NULL), 0);
    ck_assert_int_eq(call.status, RACTOR_ENOENT);
    sample_release_held(&seen, 1);
}
END_TEST

START_TEST(the_callees_node_stopping_fails_the_call)
{
    struct held_call call;
    struct sample_seen seen;
    sample_seen_init(&seen);
    (void)sample_spawn(beta.runtime, "holder", &seen);
    sample_connect(&alpha, &beta);
    start_held_call(&call, sample_find(&alpha, "holder"), &seen);
    ractor_node_stop(beta.node);
    beta.node = NULL;
    ck_assert_int_eq(pthread_join(call.thread, NULL), 0);
    ck_assert_int_eq(call.status, RACTOR_ENODE);
    sample_release_held(&seen, 1); /* over a link that is no more */
    sample_wait_sessions(&alpha, 0);
}
END_TEST

START_TEST(the_callers_node_stopping_fails_the_call)
{
    struct held_call call;
    struct sample_seen seen;
    sample_seen_init(&seen);
    (void)sample_spawn(beta.runtime, "holder", &seen);
    sample_connect(&alpha, &beta);
    start_held_call(&call, sample_find(&alpha, "holder"), &seen);
    ractor_node_stop(alpha.node);
    alpha.node = NULL;
    ck_assert_int_eq(pthread_join(call.thread, NULL), 0);
    ck_assert_int_eq(call.status, RACTOR_ENODE);
    sample_wait_sessions(&beta, 0);
    sample_release_held(&seen, 1);
}
END_TEST

/* ------------------------------------------------------------------ groups */

struct group {
    struct sample_node *node;
    const char *scope;
    size_t wanted;
};

static bool has_members(void *group_)
{
    const struct group *group = group_;
    return ractor_pg_members(group->node->runtime, group->scope, "workers", NULL, 0) ==
           group->wanted;
}

static void wait_members(struct sample_node *node, const char *scope, size_t wanted)
{
    struct group group = {node, scope, wanted};
    sample_wait(has_members, &group, "members of a group");
}

START_TEST(group_members_are_seen_on_the_other_node)
{
    ractor_ref before = sample_spawn(beta.runtime, NULL, NULL);
    ractor_ref after = sample_spawn(beta.runtime, NULL, NULL);
    ractor_ref members[2];
    uint64_t sum = 0;
    ck_assert_int_eq(ractor_pg_join(NULL, "workers", &before, 1), RACTOR_OK);
    sample_connect(&alpha, &beta);
    wait_members(&alpha, NULL, 1);
    ck_assert_int_eq(ractor_pg_join(NULL, "workers", &after, 1), RACTOR_OK);
    wait_members(&alpha, NULL, 2);
    ck_assert_uint_eq(ractor_pg_members(alpha.runtime, NULL, "workers", members, 2), 2);
    ck_assert_int_eq(sample_sum(members[0], 1, 1, &sum), RACTOR_OK);
    ractor_pg_leave(NULL, "workers", &before, 1);
    wait_members(&alpha, NULL, 1);
    ractor_stop(after, NULL);
    wait_members(&alpha, NULL, 0);
}
END_TEST

START_TEST(scopes_are_kept_apart)
{
    ractor_ref worker = sample_spawn(beta.runtime, NULL, NULL);
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(ractor_pg_join("elsewhere", "workers", &worker, 1), RACTOR_OK);
    wait_members(&alpha, "elsewhere", 1);
    ck_assert_uint_eq(ractor_pg_members(alpha.runtime, NULL, "workers", NULL, 0), 0);
}
END_TEST

START_TEST(a_lost_node_takes_its_group_members_along)
{
    ractor_ref worker = sample_spawn(beta.runtime, NULL, NULL);
    ck_assert_int_eq(ractor_pg_join(NULL, "workers", &worker, 1), RACTOR_OK);
    sample_connect(&alpha, &beta);
    wait_members(&alpha, NULL, 1);
    ractor_node_stop(beta.node);
    beta.node = NULL;
    wait_members(&alpha, NULL, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_talk");
    TCase *tcase = tcase_create("talk");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, connect_returns_when_both_are_ready);
    tcase_add_test(tcase, actors_that_exist_before_are_seen_on_both_sides);
    tcase_add_test(tcase, actors_that_come_and_go_later_are_seen);
    tcase_add_test(tcase, a_call_comes_back_with_the_reply);
    tcase_add_test(tcase, the_accepting_node_can_call_as_well);
    tcase_add_test(tcase, casts_arrive_all_and_in_order);
    tcase_add_test(tcase, calls_of_several_threads_each_get_their_own_reply);
    tcase_add_test(tcase, a_large_message_passes);
    tcase_add_test(tcase, a_message_of_many_fragments_arrives_whole_among_others);
    tcase_add_test(tcase, a_dropped_port_is_an_error_at_once);
    tcase_add_test(tcase, a_failure_keeps_its_status);
    tcase_add_test(tcase, a_call_without_answer_times_out);
    tcase_add_test(tcase, a_callee_that_ends_fails_its_calls);
    tcase_add_test(tcase, the_callees_node_stopping_fails_the_call);
    tcase_add_test(tcase, the_callers_node_stopping_fails_the_call);
    tcase_add_test(tcase, group_members_are_seen_on_the_other_node);
    tcase_add_test(tcase, scopes_are_kept_apart);
    tcase_add_test(tcase, a_lost_node_takes_its_group_members_along);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

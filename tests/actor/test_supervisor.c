/* SPDX-License-Identifier: MIT */
/* The ready supervisor: which children it restarts, in which order, how often, how soon. */
#include "actor/supervisor/limits.h"
#include "base/clock.h"
#include "sample.h"
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define WAIT_MS 20000

/* What has happened: a small letter for each start of a child, a capital one for each stop. */
static char journal[4096];
static _Atomic uint64_t n_journal;
static pthread_mutex_t journal_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t n_to_refuse; /* so many starts of 'c' fail */

static void note(char letter)
{
    (void)pthread_mutex_lock(&journal_lock);
    uint64_t at = atomic_load(&n_journal);
    ck_assert_uint_lt(at, sizeof journal - 1);
    journal[at] = letter;
    (void)pthread_mutex_unlock(&journal_lock);
    (void)atomic_fetch_add(&n_journal, 1);
}

struct letter_state {
    struct sample_state sample; /* first: what the sample's handlers expect */
    char letter;
};

static ractor_status letter_pre_start(ractor_context *ctx, void *state_, const void *args)
{
    struct letter_state *state = state_;
    state->letter = *(const char *)args;
    if (state->letter == 'c' && atomic_load(&n_to_refuse) > 0) {
        (void)atomic_fetch_sub(&n_to_refuse, 1);
        note('x');
        return ractor_fail(ctx, "not yet");
    }
    note(state->letter);
    return RACTOR_OK;
}

static ractor_status letter_post_stop(ractor_context *ctx, void *state)
{
    (void)ctx;
    note((char)(((struct letter_state *)state)->letter - 'a' + 'A'));
    return RACTOR_OK;
}

static const int no_handlers;
static const ractor_actor_class letter_class = {
    .messages = &sample_type,
    .handlers = &no_handlers,
    .state_bytes = sizeof(struct letter_state),
    .pre_start = letter_pre_start,
    .post_stop = letter_post_stop,
};

#define LETTER(which)                                                                              \
    {                                                                                              \
        .actor_class = &letter_class, .name = which, .args = which, .args_bytes = 1                \
    }
#define LETTER_KIND(which, kind)                                                                   \
    {                                                                                              \
        .actor_class = &letter_class, .name = which, .args = which, .args_bytes = 1,               \
        .restart = (kind)                                                                          \
    }

static const ractor_child_spec three[] = {LETTER("a"), LETTER("b"), LETTER("c")};

static ractor_runtime *runtime;
static ractor_supervisor top;

static void start(ractor_strategy strategy, const ractor_child_spec *children, size_t n_children)
{
    ractor_supervisor_options options = {
        .strategy = strategy, .max_restarts = 100, .children = children, .n_children = n_children};
    runtime = sample_runtime(2);
    ck_assert_int_eq(ractor_supervisor_start(runtime, &options, &top), RACTOR_OK);
}

static ractor_ref find(const char *name)
{
    ractor_ref ref = {NULL, 0};
    ck_assert_int_eq(ractor_find_name(runtime, name, &sample_type, &ref), RACTOR_OK);
    return ref;
}

static ractor_supervisor_counts counts(void)
{
    ractor_supervisor_counts now = {0, 0, 0, 0};
    ck_assert_int_eq(ractor_supervisor_get_counts(top, WAIT_MS, &now), RACTOR_OK);
    return now;
}

/* Until the supervisor has decided on so many restarts, and nothing waits. */
static void wait_for_restarts(uint64_t n_restarts)
{
    uint64_t end_ns = rt_monotonic_ns(NULL) + WAIT_MS * RT_NS_PER_MS;
    for (;;) {
        ractor_supervisor_counts now = counts();
        if (now.n_restarts >= n_restarts && now.n_waiting == 0)
            return;
        ck_assert_uint_lt(rt_monotonic_ns(NULL), end_ns);
    }
}

START_TEST(children_start_in_order_and_stop_in_reverse_order)
{
    start(RACTOR_ONE_FOR_ONE, three, 3);
    ck_assert_uint_eq(counts().n_running, 3);
    ck_assert_int_eq(ractor_stop_and_wait(top.any, NULL, WAIT_MS), RACTOR_OK);
    ck_assert_str_eq(journal, "abcCBA");
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(one_for_one_restarts_the_child_and_its_name_finds_it)
{
    start(RACTOR_ONE_FOR_ONE, three, 3);
    ractor_ref before = find("b");
    ck_assert_int_eq(sample_fail(before), RACTOR_OK);
    wait_for_restarts(1);
    ractor_ref after = find("b");
    ck_assert(!ractor_ref_equal(before, after));
    uint64_t value;
    ck_assert_int_eq(sample_get(after, WAIT_MS, &value), RACTOR_OK);
    ck_assert_str_eq(journal, "abcb");
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(one_for_all_stops_the_others_in_reverse_order_and_starts_all_in_order)
{
    start(RACTOR_ONE_FOR_ALL, three, 3);
    ck_assert_int_eq(sample_fail(find("b")), RACTOR_OK);
    wait_for_restarts(1);
    ck_assert_str_eq(journal, "abcCAabc");
    ck_assert_uint_eq(counts().n_running, 3);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(rest_for_one_takes_along_only_what_came_later)
{
    start(RACTOR_REST_FOR_ONE, three, 3);
    ck_assert_int_eq(sample_fail(find("b")), RACTOR_OK);
    wait_for_restarts(1);
    ck_assert_str_eq(journal, "abcCbc");
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_permanent_child_is_restarted_also_after_a_stop)
{
    start(RACTOR_ONE_FOR_ONE, three, 3);
    ractor_stop(find("a"), NULL);
    wait_for_restarts(1);
    ck_assert_str_eq(journal, "abcAa");
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_transient_child_is_restarted_after_failure_and_kill_but_not_after_a_stop)
{
    static const ractor_child_spec one[] = {LETTER_KIND("a", RACTOR_RESTART_TRANSIENT)};
    start(RACTOR_ONE_FOR_ONE, one, 1);
    ck_assert_int_eq(sample_fail(find("a")), RACTOR_OK);
    wait_for_restarts(1);
    ractor_kill(find("a"));
    wait_for_restarts(2);
    ractor_ref last = find("a");
    ck_assert_int_eq(ractor_stop_and_wait(last, NULL, WAIT_MS), RACTOR_OK);
    ractor_supervisor_counts now = counts();
    ck_assert_uint_eq(now.n_restarts, 2);
    ck_assert_uint_eq(now.n_running, 0);
    ck_assert_uint_eq(now.n_children, 1);
    ck_assert_str_eq(journal, "aaaA");
    ck_assert_int_eq(ractor_supervisor_restart_child(top, "a", WAIT_MS, NULL), RACTOR_OK);
    ck_assert_uint_eq(counts().n_running, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_temporary_child_is_gone_after_its_end_and_after_a_siblings)
{
    static const ractor_child_spec mixed[] = {LETTER_KIND("a", RACTOR_RESTART_TEMPORARY),
                                              LETTER_KIND("b", RACTOR_RESTART_TEMPORARY),
                                              LETTER("c")};
    start(RACTOR_ONE_FOR_ALL, mixed, 3);
    ractor_ref a = find("a");
    ck_assert_int_eq(sample_fail(a), RACTOR_OK);
    ck_assert_int_eq(ractor_wait(a, WAIT_MS), RACTOR_OK);
    ck_assert_uint_eq(counts().n_children, 2);
    ck_assert_int_eq(sample_fail(find("c")), RACTOR_OK);
    wait_for_restarts(1);
    ck_assert_uint_eq(counts().n_children, 1);
    ck_assert_str_eq(journal, "abcBc");
    ractor_runtime_stop(runtime);
}
END_TEST

static char heard_reason[256];
static _Atomic uint64_t n_failures_heard;

static ractor_status hear_failure(ractor_context *ctx, void *argument)
{
    const ractor_supervision_event *event = ((struct sample_event *)argument)->event;
    (void)ctx;
    if (event->kind != RACTOR_EVENT_ACTOR_FAILED)
        return RACTOR_OK;
    (void)snprintf(heard_reason, sizeof heard_reason, "%.*s", RACTOR_STR_ARG(event->reason));
    (void)atomic_fetch_add(&n_failures_heard, 1);
    return RACTOR_OK;
}

START_TEST(one_restart_too_many_stops_all_and_fails_the_supervisor_with_a_reason)
{
    static struct sample_args args = {.on_event = hear_failure};
    runtime = sample_runtime(2);
    ractor_ref boss = sample_spawn(runtime, &args);
    ractor_supervisor_options options = {.supervisor = boss,
                                         .max_restarts = 2,
                                         .window_ms = 600000,
                                         .children = three,
                                         .n_children = 3};
    ck_assert_int_eq(ractor_supervisor_start(runtime, &options, &top), RACTOR_OK);
    for (uint64_t i = 1; i <= 2; i++) {
        ck_assert_int_eq(sample_fail(find("b")), RACTOR_OK);
        wait_for_restarts(i);
    }
    ck_assert_int_eq(sample_fail(find("b")), RACTOR_OK);
    ck_assert(sample_wait_for(&n_failures_heard, 1));
    ck_assert_str_eq(heard_reason, "more than 2 restarts in 600000 ms, the last one of b");
    ck_assert_str_eq(journal, "abcbbCA");
    ck_assert_int_eq(ractor_status_of(top.any), RACTOR_ACTOR_STOPPED);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(only_restarts_within_the_window_count)
{
    ractor_supervisor_options options = {.max_restarts = 2, .window_ms = 10};
    struct rt_limits limits = {.max_restarts = 0};
    uint64_t now_ns = 1000 * RT_NS_PER_MS;
    ck_assert_int_eq(rt_limits_init(&limits, &options, 1), RACTOR_OK);
    ck_assert(rt_limits_allow(&limits, now_ns));
    ck_assert(rt_limits_allow(&limits, now_ns + 10 * RT_NS_PER_MS));
    ck_assert(!rt_limits_allow(&limits, now_ns + 10 * RT_NS_PER_MS));
    ck_assert(rt_limits_allow(&limits, now_ns + 11 * RT_NS_PER_MS));
    ck_assert(!rt_limits_allow(&limits, now_ns + 20 * RT_NS_PER_MS));
    ck_assert(rt_limits_allow(&limits, now_ns + 100 * RT_NS_PER_MS));
    rt_limits_fini(&limits);
}
END_TEST

START_TEST(back_off_doubles_up_to_its_limit_and_jitter_stays_in_its_bounds)
{
    ractor_supervisor_options options = {.backoff = {.first_ms = 20, .max_ms = 100}};
    struct rt_limits limits = {.max_restarts = 0};
    ck_assert_int_eq(rt_limits_init(&limits, &options, 1), RACTOR_OK);
    ck_assert_uint_eq(rt_limits_delay_ms(&limits, 1), 20);
    ck_assert_uint_eq(rt_limits_delay_ms(&limits, 2), 40);
    ck_assert_uint_eq(rt_limits_delay_ms(&limits, 3), 80);
    ck_assert_uint_eq(rt_limits_delay_ms(&limits, 4), 100);
    ck_assert_uint_eq(rt_limits_delay_ms(&limits, UINT32_MAX), 100);
    limits.backoff.jitter_percent = 50;
    bool has_varied = false;
    for (int i = 0; i < 1000; i++) {
        uint32_t delay_ms = rt_limits_delay_ms(&limits, 4);
        ck_assert_uint_ge(delay_ms, 50);
        ck_assert_uint_le(delay_ms, 150);
        has_varied = has_varied || delay_ms != 100;
    }
    ck_assert(has_varied);
    rt_limits_fini(&limits);
}
END_TEST

START_TEST(a_restart_is_put_off_by_the_back_off)
{
    ractor_supervisor_options options = {
        .backoff = {.first_ms = 30}, .children = three, .n_children = 1};
    runtime = sample_runtime(2);
    ck_assert_int_eq(ractor_supervisor_start(runtime, &options, &top), RACTOR_OK);
    uint64_t start_ns = rt_monotonic_ns(NULL);
    ck_assert_int_eq(sample_fail(find("a")), RACTOR_OK);
    ck_assert(sample_wait_for(&n_journal, 2));
    ck_assert_uint_ge(rt_monotonic_ns(NULL) - start_ns, 30 * RT_NS_PER_MS);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_child_that_waits_for_its_restart_can_be_started_now_or_stopped)
{
    ractor_supervisor_options options = {
        .backoff = {.first_ms = 1000000, .max_ms = 1000000, .jitter_percent = 50},
        .children = three,
        .n_children = 3};
    runtime = sample_runtime(2);
    ck_assert_int_eq(ractor_supervisor_start(runtime, &options, &top), RACTOR_OK);
    ractor_ref b = find("b");
    ck_assert_int_eq(sample_fail(b), RACTOR_OK);
    ck_assert_int_eq(ractor_wait(b, WAIT_MS), RACTOR_OK);
    ractor_ref found;
    ck_assert_int_eq(ractor_supervisor_find_child(top, "b", WAIT_MS, &found), RACTOR_EAGAIN);
    ck_assert_uint_eq(counts().n_waiting, 1);
    ck_assert_int_eq(ractor_supervisor_restart_child(top, "b", WAIT_MS, &found), RACTOR_OK);
    ck_assert(ractor_ref_equal(found, find("b")));
    ck_assert_int_eq(ractor_supervisor_restart_child(top, "b", WAIT_MS, NULL), RACTOR_EEXIST);
    ck_assert_int_eq(sample_fail(found), RACTOR_OK);
    ck_assert_int_eq(ractor_wait(found, WAIT_MS), RACTOR_OK);
    ck_assert_int_eq(ractor_supervisor_stop_child(top, "b", WAIT_MS), RACTOR_OK);
    ck_assert_uint_eq(counts().n_waiting, 0);
    ck_assert_int_eq(ractor_supervisor_stop_child(top, "zebra", WAIT_MS), RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_child_that_does_not_start_again_is_tried_until_it_does)
{
    for (ractor_strategy strategy = RACTOR_ONE_FOR_ONE; strategy <= RACTOR_REST_FOR_ONE;
         strategy++) {
        start(strategy, three, 3);
        atomic_store(&n_to_refuse, 5);
        ck_assert_int_eq(sample_fail(find("c")), RACTOR_OK);
        wait_for_restarts(6);
        ck_assert_uint_eq(n_to_refuse, 0);
        ck_assert_uint_eq(counts().n_running, 3);
        ractor_runtime_stop(runtime);
    }
}
END_TEST

START_TEST(a_child_that_does_not_start_at_first_undoes_those_before_it)
{
    runtime = sample_runtime(2);
    ractor_supervisor_options options = {.children = three, .n_children = 3};
    atomic_store(&n_to_refuse, 1);
    ck_assert_int_eq(ractor_supervisor_start(runtime, &options, &top), RACTOR_EFAILED);
    ck_assert_str_eq(journal, "abxBA");
    ractor_child_spec twice[] = {LETTER("a"), LETTER("a")};
    options.children = twice;
    options.n_children = 2;
    ck_assert_int_eq(ractor_supervisor_start(runtime, &options, &top), RACTOR_EEXIST);
    twice[0].actor_class = NULL;
    ck_assert_int_eq(ractor_supervisor_start(runtime, &options, &top), RACTOR_EINVAL);
    options.backoff.jitter_percent = 101;
    ck_assert_int_eq(ractor_supervisor_start(runtime, &options, &top), RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(children_come_and_go_while_it_runs)
{
    start(RACTOR_ONE_FOR_ONE, NULL, 0);
    ractor_ref child = {NULL, 0};
    for (int i = 0; i < 20; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "child %d", i);
        ractor_child_spec spec = LETTER("b");
        spec.name = name;
        ck_assert_int_eq(ractor_supervisor_start_child(top, &spec, WAIT_MS, &child), RACTOR_OK);
        ck_assert(ractor_ref_equal(child, find(name)));
        ck_assert_int_eq(ractor_supervisor_start_child(top, &spec, WAIT_MS, NULL), RACTOR_EEXIST);
    }
    ck_assert(ractor_ref_equal(ractor_supervisor_of(child), top.any));
    ck_assert_int_eq(ractor_supervisor_remove_child(top, "child 7", WAIT_MS), RACTOR_OK);
    ck_assert_int_eq(ractor_supervisor_find_child(top, "child 7", WAIT_MS, &child), RACTOR_ENOENT);
    ck_assert_int_eq(sample_fail(find("child 19")), RACTOR_OK);
    wait_for_restarts(1);
    ck_assert_uint_eq(counts().n_running, 19);
    ractor_runtime_stop(runtime);
}
END_TEST

static _Atomic uint64_t n_busy;

static ractor_status never_reached(ractor_context *ctx, void *argument)
{
    uint64_t value;
    (void)argument;
    (void)ractor_self(ctx);
    (void)atomic_fetch_add(&n_busy, 1);
    /* Waits for an actor that will not answer, until it is killed. */
    return sample_keep(find("c"), RACTOR_TIMEOUT_NONE, &value);
}

START_TEST(a_child_that_does_not_stop_in_its_time_is_killed)
{
    static const ractor_child_spec slow[] = {
        {.actor_class = &letter_class, .name = "a", .args = "a", .shutdown_ms = 20},
        {.actor_class = &letter_class,
         .name = "b",
         .args = "b",
         .shutdown_ms = RACTOR_SHUTDOWN_KILL}};
    start(RACTOR_ONE_FOR_ONE, slow, 2);
    ractor_ref keeper;
    ractor_spawn_options named = {.name = "c"};
    ck_assert_int_eq(ractor_spawn(runtime, &letter_class, &named, "d", &keeper), RACTOR_OK);
    ck_assert_int_eq(sample_run(find("a"), never_reached, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_busy, 1));
    ck_assert_int_eq(ractor_stop_and_wait(top.any, NULL, WAIT_MS), RACTOR_OK);
    ck_assert_str_eq(journal, "abd"); /* neither has stopped: both were killed */
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_supervisor_of_supervisors_restarts_the_one_that_gave_up)
{
    static const ractor_supervisor_options inner = {
        .max_restarts = 1, .window_ms = 600000, .children = three, .n_children = 2};
    static const ractor_child_spec outer[] = {
        {.actor_class = &ractor_supervisor_class, .id = "inner", .args = &inner}};
    start(RACTOR_ONE_FOR_ONE, outer, 1);
    for (int i = 0; i < 2; i++) {
        ractor_ref a = find("a");
        ck_assert_int_eq(sample_fail(a), RACTOR_OK);
        ck_assert_int_eq(ractor_wait(a, WAIT_MS), RACTOR_OK);
        ck_assert(sample_wait_for(&n_journal, i == 0 ? 3 : 6));
        if (i == 0) { /* its name is known before its start is over */
            ractor_ref again = find("a");
            uint64_t value;
            ck_assert_int_eq(sample_get(again, WAIT_MS, &value), RACTOR_OK);
        }
    }
    wait_for_restarts(1);
    ck_assert_str_eq(journal, "abaBab");
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_runtime_that_stops_takes_a_restarting_supervisor_along)
{
    for (int i = 0; i < 50; i++) {
        start(RACTOR_ONE_FOR_ALL, three, 3);
        ck_assert_int_eq(sample_fail(find("a")), RACTOR_OK);
        ractor_runtime_stop(runtime);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("supervisor");
    TCase *all = suite_case(suite, "supervisor", 60);
    tcase_add_test(all, children_start_in_order_and_stop_in_reverse_order);
    tcase_add_test(all, one_for_one_restarts_the_child_and_its_name_finds_it);
    tcase_add_test(all, one_for_all_stops_the_others_in_reverse_order_and_starts_all_in_order);
    tcase_add_test(all, rest_for_one_takes_along_only_what_came_later);
    tcase_add_test(all, a_permanent_child_is_restarted_also_after_a_stop);
    tcase_add_test(all, a_transient_child_is_restarted_after_failure_and_kill_but_not_after_a_stop);
    tcase_add_test(all, a_temporary_child_is_gone_after_its_end_and_after_a_siblings);
    tcase_add_test(all, one_restart_too_many_stops_all_and_fails_the_supervisor_with_a_reason);
    tcase_add_test(all, only_restarts_within_the_window_count);
    tcase_add_test(all, back_off_doubles_up_to_its_limit_and_jitter_stays_in_its_bounds);
    tcase_add_test(all, a_restart_is_put_off_by_the_back_off);
    tcase_add_test(all, a_child_that_waits_for_its_restart_can_be_started_now_or_stopped);
    tcase_add_test(all, a_child_that_does_not_start_again_is_tried_until_it_does);
    tcase_add_test(all, a_child_that_does_not_start_at_first_undoes_those_before_it);
    tcase_add_test(all, children_come_and_go_while_it_runs);
    tcase_add_test(all, a_child_that_does_not_stop_in_its_time_is_killed);
    tcase_add_test(all, a_supervisor_of_supervisors_restarts_the_one_that_gave_up);
    tcase_add_test(all, a_runtime_that_stops_takes_a_restarting_supervisor_along);
    return suite_run(suite);
}

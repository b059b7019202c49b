/* SPDX-License-Identifier: MIT */
/* What a tracer sees and the counters count. */
#include "sample.h"
#include "suite.h"

#include <ractor/embed.h>
#include <ractor/trace.h>

#define N_LOG 64

/* The runtime is polled: everything happens on this thread, in one order. */
static ractor_runtime *runtime;
static char log_text[N_LOG];
static ractor_trace_message seen[N_LOG];
static size_t n_seen;

static void note(char what, const ractor_trace_message *message)
{
    ck_assert_uint_lt(n_seen, N_LOG - 1);
    seen[n_seen] = *message;
    log_text[n_seen++] = what;
}

static void on_send(void *user, const ractor_trace_message *message)
{
    ck_assert_ptr_eq(user, &runtime);
    note('s', message);
}

static void on_start(void *user, const ractor_trace_message *message)
{
    (void)user;
    note('(', message);
}

static void on_end(void *user, const ractor_trace_message *message)
{
    (void)user;
    note(')', message);
}

static void on_drop(void *user, const ractor_trace_message *message)
{
    (void)user;
    note('x', message);
}

static const ractor_tracer all = {on_send, on_start, on_end, on_drop, &runtime};

static void start_with(const ractor_tracer *tracer)
{
    ractor_runtime_options options = {.polled = 1, .log_quiet = 1, .tracer = tracer};
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
}

static void poll_all(void)
{
    ck_assert_int_eq(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK);
}

START_TEST(a_message_is_sent_started_and_ended)
{
    start_with(&all);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_add(actor, 3), RACTOR_OK);
    ck_assert_str_eq(log_text, "s");
    ck_assert(!ractor_ref_is_some(seen[0].from));
    ck_assert(ractor_ref_equal(seen[0].to, actor));
    ck_assert_ptr_eq(seen[0].type, &sample_type);
    ck_assert_uint_eq(seen[0].tag, SAMPLE_ADD);
    poll_all();
    ck_assert_str_eq(log_text, "s()");
    ck_assert_int_eq(seen[2].status, RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_call_in_a_handler_names_its_sender)
{
    start_with(&all);
    ractor_ref one = sample_spawn(runtime, NULL);
    ractor_ref other = sample_spawn(runtime, NULL);
    uint64_t value;
    ck_assert_int_eq(sample_ask(one, other, 1000, &value), RACTOR_OK);
    ck_assert_str_eq(log_text, "s(s())");
    ck_assert(ractor_ref_equal(seen[2].from, one));
    ck_assert(ractor_ref_equal(seen[2].to, other));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_failure_and_what_it_drops_are_seen)
{
    start_with(&all);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_fail(actor), RACTOR_OK);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    poll_all();
    ck_assert_str_eq(log_text, "ss()x");
    ck_assert_int_ne(seen[3].status, RACTOR_OK);
    ck_assert(ractor_ref_equal(seen[4].to, actor));
    ck_assert_int_eq(seen[4].status, RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(members_may_be_missing)
{
    static const ractor_tracer nothing = {.user = NULL};
    start_with(&nothing);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_fail(actor), RACTOR_OK);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    poll_all();
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(what_is_sent_is_handled_or_dropped)
{
    ractor_runtime_stats stats;
    start_with(NULL);
    ractor_ref one = sample_spawn(runtime, NULL);
    ractor_ref other = sample_spawn(runtime, NULL);
    uint64_t value;
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(sample_ask(one, other, 1000, &value), RACTOR_OK);
    ck_assert_int_eq(sample_fail(other), RACTOR_OK);
    ck_assert_int_eq(sample_add(other, 1), RACTOR_OK);
    ractor_runtime_get_stats(runtime, &stats);
    ck_assert_uint_eq(stats.n_sent, 22);
    ck_assert_uint_eq(stats.n_handled, 20);
    poll_all();
    ractor_runtime_get_stats(runtime, &stats);
    ck_assert_uint_eq(stats.n_sent, 22);
    ck_assert_uint_eq(stats.n_handled, 21);
    ck_assert_uint_eq(stats.n_dead_letters, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace");
    TCase *tracer = suite_case(suite, "tracer", 60);
    tcase_add_test(tracer, a_message_is_sent_started_and_ended);
    tcase_add_test(tracer, a_call_in_a_handler_names_its_sender);
    tcase_add_test(tracer, a_failure_and_what_it_drops_are_seen);
    tcase_add_test(tracer, members_may_be_missing);
    TCase *counters = suite_case(suite, "counters", 60);
    tcase_add_test(counters, what_is_sent_is_handled_or_dropped);
    return suite_run(suite);
}

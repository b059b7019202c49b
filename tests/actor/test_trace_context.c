/* SPDX-License-Identifier: MIT */
/* W3C trace context: its text, who continues a trace, and who does not. */
#include "base/alloc.h"
#include "jobs.h"
#include "suite.h"

#include <ractor/trace.h>
#include <ractor/trace_context.h>

#include <check.h>
#include <string.h>

#define PARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static ractor_runtime *runtime;
static ractor_ref first, second;

/* What a handler has found to be current. */
struct seen {
    ractor_trace_context trace;
    char state[16];
    ractor_status status;
    _Atomic uint64_t n;
};
static struct seen seen, deeper;

static ractor_trace_context parsed(void)
{
    ractor_trace_context trace;
    ck_assert_int_eq(ractor_trace_parse(RACTOR_STR(PARENT), RACTOR_STR("a=1"), &trace), RACTOR_OK);
    return trace;
}

static void begin(void)
{
    ractor_trace_context trace = parsed();
    ck_assert_int_eq(ractor_trace_begin(&trace), RACTOR_OK);
}

static ractor_status look(ractor_context *ctx, void *argument)
{
    struct seen *into = argument;
    (void)ctx;
    into->status = ractor_trace_current(&into->trace);
    if (into->status == RACTOR_OK && into->trace.state.length < sizeof into->state) {
        memcpy(into->state, into->trace.state.data, into->trace.state.length);
        into->state[into->trace.state.length] = '\0';
    }
    (void)atomic_fetch_add(&into->n, 1);
    return RACTOR_OK;
}

static void await(struct seen *of, uint64_t n)
{
    ck_assert(sample_wait_for(&of->n, n));
}

static bool is_same_trace(const ractor_trace_context *a, const ractor_trace_context *b)
{
    return memcmp(a->trace_id, b->trace_id, sizeof a->trace_id) == 0;
}

/* Whether `b` was sent where `a` was current. */
static bool is_child(const ractor_trace_context *a, const ractor_trace_context *b)
{
    return is_same_trace(a, b) && memcmp(a->span_id, b->parent_id, sizeof a->span_id) == 0 &&
           memcmp(a->span_id, b->span_id, sizeof a->span_id) != 0;
}

static void start(void)
{
    runtime = sample_runtime(2);
    first = sample_spawn(runtime, NULL);
    second = sample_spawn(runtime, NULL);
}

/* ------------------------------------------------------------------ the text */

START_TEST(a_traceparent_is_read_and_written)
{
    char text[RACTOR_TRACEPARENT_BYTES];
    ractor_trace_context trace = parsed();
    ck_assert_uint_eq(trace.trace_id[0], 0x4b);
    ck_assert_uint_eq(trace.span_id[7], 0xb7);
    ck_assert_uint_eq(trace.flags, RACTOR_TRACE_SAMPLED);
    ractor_trace_format(&trace, text);
    ck_assert_str_eq(text, PARENT);
    ractor_string later =
        RACTOR_STR("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more");
    ck_assert_int_eq(ractor_trace_parse(later, RACTOR_STR(""), &trace), RACTOR_OK);
}
END_TEST

START_TEST(what_is_no_traceparent_is_refused)
{
    static const char *const bad[] = {
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "0g-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
    };
    ractor_trace_context trace;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(ractor_trace_parse(ractor_string_from(bad[i]), RACTOR_STR(""), &trace) ==
                          RACTOR_EINVAL,
                      "%s", bad[i]);
}
END_TEST

START_TEST(a_tracestate_that_is_too_long_is_not_carried)
{
    static char text[RACTOR_TRACESTATE_BYTES + 2];
    memset(text, 'x', RACTOR_TRACESTATE_BYTES + 1);
    ractor_trace_context trace;
    ck_assert_int_eq(ractor_trace_parse(RACTOR_STR(PARENT), ractor_string_from(text), &trace),
                     RACTOR_OK);
    ck_assert_uint_eq(trace.state.length, 0);
    trace.state = ractor_string_from(text);
    ck_assert_int_eq(ractor_trace_begin(&trace), RACTOR_ELIMIT);
    trace.state.length--;
    ck_assert_int_eq(ractor_trace_begin(&trace), RACTOR_OK);
    ractor_trace_end();
    memset(trace.trace_id, 0, sizeof trace.trace_id);
    ck_assert_int_eq(ractor_trace_begin(&trace), RACTOR_EINVAL);
}
END_TEST

START_TEST(a_trace_of_ones_own_has_numbers_of_its_own)
{
    ractor_trace_context one, other;
    start();
    ck_assert_int_eq(ractor_trace_new(runtime, &one), RACTOR_OK);
    ck_assert_int_eq(ractor_trace_new(runtime, &other), RACTOR_OK);
    ck_assert(!is_same_trace(&one, &other));
    ck_assert_int_ne(memcmp(one.span_id, other.span_id, sizeof one.span_id), 0);
    ck_assert_uint_eq(one.flags, RACTOR_TRACE_SAMPLED);
    ck_assert_int_eq(ractor_trace_begin(&one), RACTOR_OK);
    ractor_trace_end();
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ threads and handlers */

START_TEST(what_a_thread_sends_is_part_of_the_trace_that_it_has_begun)
{
    ractor_trace_context root = parsed();
    start();
    ck_assert_int_eq(sample_run(first, look, &seen), RACTOR_OK);
    await(&seen, 1);
    ck_assert_int_eq(seen.status, RACTOR_ENOENT);
    begin();
    ck_assert_int_eq(sample_run(first, look, &seen), RACTOR_OK);
    ck_assert_int_eq(sample_run(second, look, &deeper), RACTOR_OK);
    await(&seen, 2);
    await(&deeper, 1);
    ck_assert(is_child(&root, &seen.trace) && is_child(&root, &deeper.trace));
    ck_assert_int_ne(memcmp(seen.trace.span_id, deeper.trace.span_id, 8), 0);
    ck_assert_str_eq(seen.state, "a=1");
    ck_assert_uint_eq(seen.trace.flags, RACTOR_TRACE_SAMPLED);
    ractor_trace_end();
    ractor_trace_end();
    ck_assert_int_eq(sample_run(first, look, &seen), RACTOR_OK);
    await(&seen, 3);
    ck_assert_int_eq(seen.status, RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status look_and_send(ractor_context *ctx, void *argument)
{
    (void)argument;
    (void)look(ctx, &seen);
    return sample_run(second, look, &deeper);
}

START_TEST(what_a_handler_sends_continues_the_trace_of_its_message)
{
    start();
    begin();
    ck_assert_int_eq(sample_run(first, look_and_send, NULL), RACTOR_OK);
    ractor_trace_end();
    await(&deeper, 1);
    ck_assert(is_child(&seen.trace, &deeper.trace));
    ck_assert_str_eq(deeper.state, "a=1");
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status call_and_look(ractor_context *ctx, void *argument)
{
    uint64_t value;
    (void)argument;
    ractor_status status = sample_get(second, WAIT_MS, &value);
    (void)look(ctx, &seen);
    return status == RACTOR_OK ? sample_run(second, look, &deeper) : status;
}

START_TEST(a_handler_that_has_waited_is_in_its_own_trace)
{
    start();
    begin();
    ck_assert_int_eq(sample_run(first, call_and_look, NULL), RACTOR_OK);
    ractor_trace_end();
    for (int i = 0; i < 50; i++) /* others run meanwhile, outside of the trace */
        ck_assert_int_eq(sample_add(second, 1), RACTOR_OK);
    await(&deeper, 1);
    ck_assert_int_eq(seen.status, RACTOR_OK);
    ck_assert(is_child(&seen.trace, &deeper.trace));
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status on_reply(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user)
{
    (void)state;
    (void)reply;
    (void)user;
    return status == RACTOR_OK ? look(ctx, &deeper) : status;
}

static ractor_status ask_and_look(ractor_context *ctx, void *argument)
{
    (void)argument;
    (void)look(ctx, &seen);
    return ractor_ask(ctx, second, &sample_type, SAMPLE_GET, NULL, WAIT_MS, on_reply, NULL);
}

START_TEST(an_answer_goes_on_in_the_trace_of_the_question)
{
    start();
    begin();
    ck_assert_int_eq(sample_run(first, ask_and_look, NULL), RACTOR_OK);
    ractor_trace_end();
    await(&deeper, 1);
    ck_assert(is_same_trace(&seen.trace, &deeper.trace));
    ck_assert_mem_eq(seen.trace.span_id, deeper.trace.span_id, 8);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status begin_in_handler(ractor_context *ctx, void *argument)
{
    ractor_trace_context trace;
    (void)argument;
    if (ractor_trace_new(ractor_context_runtime(ctx), &trace) != RACTOR_OK ||
        ractor_trace_begin(&trace) != RACTOR_OK || ractor_trace_begin(&trace) != RACTOR_OK)
        return RACTOR_EFAILED;
    return look_and_send(ctx, NULL);
}

START_TEST(a_trace_that_a_handler_begins_ends_with_it)
{
    ractor_trace_context root = parsed();
    start();
    begin();
    ck_assert_int_eq(sample_run(first, begin_in_handler, NULL), RACTOR_OK);
    await(&deeper, 1);
    ck_assert(!is_same_trace(&root, &seen.trace));
    ck_assert(is_child(&seen.trace, &deeper.trace));
    ck_assert_int_eq(sample_run(first, look, &seen), RACTOR_OK);
    await(&seen, 2);
    ck_assert(is_child(&root, &seen.trace));
    ractor_trace_end();
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status send_in_pre_start(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    return sample_run(second, look, &deeper);
}

static ractor_status spawn_one(ractor_context *ctx, void *argument)
{
    static const struct sample_args args = {.pre_start = send_in_pre_start};
    (void)argument;
    (void)look(ctx, &seen);
    (void)sample_spawn(runtime, &args);
    return RACTOR_OK;
}

START_TEST(a_pre_start_is_part_of_who_spawns)
{
    start();
    begin();
    ck_assert_int_eq(sample_run(first, spawn_one, NULL), RACTOR_OK);
    ractor_trace_end();
    await(&deeper, 1);
    ck_assert(is_child(&seen.trace, &deeper.trace));
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ by other ways */

START_TEST(a_timer_continues_the_trace_once_and_an_interval_does_not)
{
    ractor_trace_context root = parsed();
    struct sample_run run = {look, &seen};
    struct sample_run again = {look, &deeper};
    ractor_timer timer;
    start();
    begin();
    ck_assert_int_eq(ractor_send_after(first, &sample_type, SAMPLE_RUN, &run, 1, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_send_interval(second, &sample_type, SAMPLE_RUN, &again, 1, &timer),
                     RACTOR_OK);
    ractor_trace_end();
    await(&seen, 1);
    await(&deeper, 3);
    (void)ractor_timer_cancel(runtime, timer);
    ractor_runtime_stop(runtime);
    ck_assert(is_child(&root, &seen.trace));
    ck_assert_int_eq(deeper.status, RACTOR_ENOENT);
}
END_TEST

START_TEST(subscribers_are_part_of_the_publishers_trace)
{
    ractor_trace_context root = parsed();
    struct sample_run run = {look, &seen};
    start();
    begin();
    for (uint32_t limit = 0; limit < 20; limit += 10) {
        ractor_output *output;
        ractor_subscription_options options = {
            .type = &sample_type, .tag = SAMPLE_RUN, .limit = limit};
        ck_assert_int_eq(ractor_output_new(&output), RACTOR_OK);
        ck_assert_int_eq(ractor_output_subscribe(output, first, &options), RACTOR_OK);
        ck_assert_int_eq(ractor_output_publish(output, &run), RACTOR_OK);
        ractor_output_free(output);
    }
    ractor_trace_end();
    await(&seen, 2);
    ck_assert(is_child(&root, &seen.trace));
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status look_and_fail(ractor_context *ctx, void *argument)
{
    (void)look(ctx, argument);
    return atomic_load(&seen.n) < 2 ? RACTOR_EFAILED : RACTOR_OK;
}

START_TEST(a_job_is_part_of_its_senders_trace_each_time_it_is_tried)
{
    ractor_trace_context root = parsed();
    struct sample_run run = {look_and_fail, &seen};
    ractor_job job = {
        .type = &sample_type, .tag = SAMPLE_RUN, .args = &run, .n_retries = RACTOR_RETRY_FOREVER};
    jobs_start(RACTOR_ROUTE_QUEUER, 1);
    begin();
    ck_assert_int_eq(ractor_factory_cast(jobs_factory, &job), RACTOR_OK);
    ractor_trace_end();
    await(&seen, 2);
    ck_assert_int_eq(seen.status, RACTOR_OK);
    ck_assert(is_child(&root, &seen.trace));
    ck_assert_str_eq(seen.state, "a=1");
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(bounded_actors_and_views_keep_both)
{
    ractor_spawn_options options = {.mailbox = {.messages = 4}};
    ractor_string reply;
    ractor_message *owner;
    uint64_t sum = 0;
    start();
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &first), RACTOR_OK);
    begin();
    ractor_string text = RACTOR_STR("a text behind the trace");
    ck_assert_int_eq(ractor_call(first, &sample_type, SAMPLE_ECHO, &text, WAIT_MS, &reply, &owner),
                     RACTOR_OK);
    ck_assert(ractor_string_equal(reply, text));
    ractor_message_drop(owner);
    ck_assert_int_eq(sample_get(first, WAIT_MS, &sum), RACTOR_OK);
    ck_assert_int_eq(sample_run(first, look, &seen), RACTOR_OK);
    await(&seen, 1);
    ck_assert_int_eq(seen.status, RACTOR_OK);
    ractor_trace_end();
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ who sees it */

static _Atomic uint64_t n_shown[3];
static uint8_t shown[3][8];

static void show(size_t what, const ractor_trace_message *message)
{
    if (message->trace == NULL)
        return;
    memcpy(shown[what], message->trace->span_id, 8);
    (void)atomic_fetch_add(&n_shown[what], 1);
}

static void on_send(void *user, const ractor_trace_message *message)
{
    (void)user;
    show(0, message);
}

static void on_start(void *user, const ractor_trace_message *message)
{
    (void)user;
    show(1, message);
}

static void on_end(void *user, const ractor_trace_message *message)
{
    (void)user;
    show(2, message);
}

START_TEST(a_tracer_sees_the_trace_of_each_message)
{
    static const ractor_tracer tracer = {
        .on_send = on_send, .on_start = on_start, .on_end = on_end};
    ractor_runtime_options options = {.n_workers = 1, .log_quiet = 1, .tracer = &tracer};
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    first = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_add(first, 1), RACTOR_OK);
    begin();
    ck_assert_int_eq(sample_run(first, look, &seen), RACTOR_OK);
    ractor_trace_end();
    ck_assert(sample_wait_for(&n_shown[2], 1));
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(n_shown[i], 1);
        ck_assert_mem_eq(shown[i], seen.trace.span_id, 8);
    }
    ractor_runtime_stop(runtime);
}
END_TEST

static int fail_always(void *user)
{
    (void)user;
    return 1;
}

START_TEST(without_memory_no_trace_begins)
{
    ractor_trace_context trace = parsed();
    rt_alloc_set_fault(fail_always, NULL);
    ck_assert_int_eq(ractor_trace_begin(&trace), RACTOR_ENOMEM);
    rt_alloc_set_fault(NULL, NULL);
    ck_assert_int_eq(ractor_trace_current(&trace), RACTOR_ENOENT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace context");
    TCase *all = suite_case(suite, "trace context", 60);
    tcase_add_test(all, a_traceparent_is_read_and_written);
    tcase_add_test(all, what_is_no_traceparent_is_refused);
    tcase_add_test(all, a_tracestate_that_is_too_long_is_not_carried);
    tcase_add_test(all, a_trace_of_ones_own_has_numbers_of_its_own);
    tcase_add_test(all, what_a_thread_sends_is_part_of_the_trace_that_it_has_begun);
    tcase_add_test(all, what_a_handler_sends_continues_the_trace_of_its_message);
    tcase_add_test(all, a_handler_that_has_waited_is_in_its_own_trace);
    tcase_add_test(all, an_answer_goes_on_in_the_trace_of_the_question);
    tcase_add_test(all, a_trace_that_a_handler_begins_ends_with_it);
    tcase_add_test(all, a_pre_start_is_part_of_who_spawns);
    tcase_add_test(all, a_timer_continues_the_trace_once_and_an_interval_does_not);
    tcase_add_test(all, subscribers_are_part_of_the_publishers_trace);
    tcase_add_test(all, a_job_is_part_of_its_senders_trace_each_time_it_is_tried);
    tcase_add_test(all, bounded_actors_and_views_keep_both);
    tcase_add_test(all, a_tracer_sees_the_trace_of_each_message);
    tcase_add_test(all, without_memory_no_trace_begins);
    return suite_run(suite);
}

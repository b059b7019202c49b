/* SPDX-License-Identifier: MIT */
/* The watchdog: which hooks it reports, what it tells of them, and what it leaves alone. */
#include "sample.h"
#include "suite.h"

#include "actor/runtime.h"
#include "actor/sanitizer.h"

#include <ractor/embed.h>

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* ThreadSanitizer keeps a signal back until its thread blocks. */
#ifdef RT_TSAN
#define STOPS_A_LOOP 0
#else
#define STOPS_A_LOOP 1
#endif

#define STUCK_MS 20
#define MAX_REPORTS 1024

struct seen {
    uint64_t pid;
    char name[64];
    const char *hook;
    const ractor_message_type *type;
    uint32_t tag;
    uint64_t for_ms;
    bool has_stack;
    bool has_caller; /* `stuck_caller` is among the frames */
};

static struct seen reports[MAX_REPORTS]; /* written by the watchdog before n_reports */
static _Atomic uint64_t n_reports;
static _Atomic uint64_t n_done;
static _Atomic uint64_t n_entered;
static _Atomic bool is_open;
static _Atomic(void *) stuck_caller;

static void on_stuck(void *user, const ractor_stuck_report *report)
{
    uint64_t n = atomic_load(&n_reports);
    (void)user;
    if (n < MAX_REPORTS) {
        struct seen *seen = &reports[n];
        *seen = (struct seen){.pid = report->actor.pid,
                              .hook = report->hook,
                              .type = report->type,
                              .tag = report->tag,
                              .for_ms = report->for_ms,
                              .has_stack = report->n_frames != 0};
        strncpy(seen->name, report->name, sizeof seen->name - 1);
        for (size_t i = 0; i < report->n_frames; i++)
            seen->has_caller = seen->has_caller || report->frames[i] == atomic_load(&stuck_caller);
    }
    (void)atomic_fetch_add(&n_reports, 1);
}

static ractor_runtime *start(uint32_t n_workers, uint32_t stuck_ms)
{
    const ractor_runtime_options options = {.n_workers = n_workers,
                                            .log_quiet = 1,
                                            .stack_bytes = 1, /* the smallest that there is */
                                            .stuck_ms = stuck_ms,
                                            .on_stuck = on_stuck};
    ractor_runtime *runtime = NULL;
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    return runtime;
}

/* A loaded machine may make any hook look stuck: so the report on an actor, the `nth` from 1. */
static const struct seen *find_report(ractor_ref actor, uint64_t nth)
{
    uint64_t n = atomic_load(&n_reports);
    for (uint64_t i = 0; i < n && i < MAX_REPORTS; i++)
        if (reports[i].pid == actor.pid && --nth == 0)
            return &reports[i];
    return NULL;
}

static const struct seen *wait_for_report(ractor_ref actor, uint64_t nth)
{
    const struct seen *seen;
    while ((seen = find_report(actor, nth)) == NULL) /* the suite's limit ends it */
        (void)sched_yield();
    return seen;
}

/* ------------------------------------------------------------------ ways to be stuck */

__attribute__((noinline)) static void block_here(_Atomic bool *is_over)
{
    atomic_store(&stuck_caller, __builtin_return_address(0));
    while (!atomic_load(is_over))
        (void)poll(NULL, 0, 1);
}

__attribute__((noinline)) static void loop_here(_Atomic bool *is_over)
{
    atomic_store(&stuck_caller, __builtin_return_address(0));
    while (!atomic_load_explicit(is_over, memory_order_relaxed))
        continue;
}

static ractor_status block(ractor_context *ctx, void *argument)
{
    (void)ctx;
    block_here(argument != NULL ? argument : &is_open);
    (void)atomic_fetch_add(&n_done, 1);
    return RACTOR_OK;
}

static ractor_status loop(ractor_context *ctx, void *argument)
{
    (void)ctx;
    loop_here(argument != NULL ? argument : &is_open);
    (void)atomic_fetch_add(&n_done, 1);
    return RACTOR_OK;
}

static ractor_status call_then_block(ractor_context *ctx, void *argument)
{
    uint64_t value;
    (void)sample_get(*(ractor_ref *)argument, RACTOR_TIMEOUT_NONE, &value);
    return block(ctx, NULL);
}

static ractor_status wait_in_call(ractor_context *ctx, void *argument)
{
    uint64_t value;
    (void)ctx;
    (void)atomic_fetch_add(&n_entered, 1);
    return sample_keep(*(ractor_ref *)argument, RACTOR_TIMEOUT_NONE, &value);
}

static ractor_status block_in_pre_start(ractor_context *ctx, void *state)
{
    (void)state;
    return block(ctx, NULL);
}

static ractor_status block_on_event(ractor_context *ctx, void *event)
{
    (void)event;
    return block(ctx, NULL);
}

static void open_and_stop(ractor_runtime *runtime)
{
    atomic_store(&is_open, true);
    ractor_runtime_stop(runtime);
}

/* ------------------------------------------------------------------ reports */

START_TEST(a_report_has_actor_message_time_and_stack)
{
    ractor_runtime *runtime = start(1, STUCK_MS);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(actor, block, NULL), RACTOR_OK);
    const struct seen *seen = wait_for_report(actor, 1);
    ck_assert_str_eq(seen->name, "tests.Sample");
    ck_assert_str_eq(seen->hook, "handle");
    ck_assert_ptr_eq(seen->type, &sample_type);
    ck_assert_uint_eq(seen->tag, SAMPLE_RUN);
    ck_assert_uint_ge(seen->for_ms, STUCK_MS);
    ck_assert(seen->has_stack);
    ck_assert(seen->has_caller);
    open_and_stop(runtime);
}
END_TEST

START_TEST(a_loop_without_a_system_call_is_seen_through)
{
    ractor_runtime *runtime = start(1, STUCK_MS);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(actor, loop, NULL), RACTOR_OK);
    ck_assert(wait_for_report(actor, 1)->has_caller || !STOPS_A_LOOP);
    open_and_stop(runtime);
}
END_TEST

/* By the time that the second one is reported, the first one has been looked at many times. */
START_TEST(each_run_is_reported_once)
{
    ractor_runtime *runtime = start(2, STUCK_MS);
    static _Atomic bool is_first_over;
    ractor_ref first = sample_spawn(runtime, NULL);
    ractor_ref second = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(first, block, &is_first_over), RACTOR_OK);
    (void)wait_for_report(first, 1);
    ck_assert_int_eq(sample_run(second, block, NULL), RACTOR_OK);
    (void)wait_for_report(second, 1);
    ck_assert_ptr_null(find_report(first, 2));
    atomic_store(&is_first_over, true);
    ck_assert(sample_wait_for(&n_done, 1));
    ck_assert_int_eq(sample_run(first, loop, NULL), RACTOR_OK);
    (void)wait_for_report(first, 2); /* a new run, a new report */
    open_and_stop(runtime);
}
END_TEST

START_TEST(a_hook_that_has_waited_is_watched_again_on_its_fiber)
{
    ractor_runtime *runtime = start(1, STUCK_MS);
    ractor_ref callee = sample_spawn(runtime, NULL);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(actor, call_then_block, &callee), RACTOR_OK);
    const struct seen *seen = wait_for_report(actor, 1);
    ck_assert_str_eq(seen->hook, "handle");
    ck_assert_uint_eq(seen->tag, SAMPLE_RUN);
    ck_assert(seen->has_stack);
    open_and_stop(runtime);
}
END_TEST

START_TEST(other_hooks_are_named)
{
    ractor_runtime *runtime = start(2, STUCK_MS);
    const struct sample_args slow_start = {.pre_start = block_in_pre_start};
    const struct sample_args slow_parent = {.on_event = block_on_event};
    ractor_ref starting;
    ractor_ref parent = sample_spawn(runtime, &slow_parent);
    ck_assert_int_eq(ractor_spawn_instant(runtime, &sample_class, NULL, &slow_start,
                                          sizeof slow_start, &starting),
                     RACTOR_OK);
    const struct seen *seen = wait_for_report(starting, 1);
    ck_assert_str_eq(seen->hook, "pre_start");
    ck_assert_ptr_null(seen->type);
    (void)sample_spawn_linked(runtime, NULL, parent);
    ck_assert_str_eq(wait_for_report(parent, 1)->hook, "handle_supervisor_event");
    open_and_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ what is not stuck */

START_TEST(a_hook_that_waits_is_in_no_run)
{
    ractor_runtime *runtime = start(1, 3600000);
    const struct rt_watched *watched = &runtime->workers[0].watched;
    ractor_ref keeper = sample_spawn(runtime, NULL);
    ractor_ref stuck = sample_spawn(runtime, NULL);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(sample_run(sample_spawn(runtime, NULL), wait_in_call, &keeper), RACTOR_OK);
    ck_assert(sample_wait_for(&n_entered, 10));
    while (atomic_load(&watched->run) % 2 != 0)
        (void)sched_yield();
    ck_assert_int_eq(sample_run(stuck, block, NULL), RACTOR_OK);
    while (atomic_load(&watched->run) % 2 == 0)
        (void)sched_yield();
    open_and_stop(runtime);
    ck_assert_uint_eq(atomic_load(&n_reports), 0);
}
END_TEST

START_TEST(pinned_actors_may_block)
{
    ractor_runtime *runtime = start(1, STUCK_MS);
    const ractor_spawn_options options = {.pinned = 1};
    ractor_ref stuck = sample_spawn(runtime, NULL);
    ractor_ref pinned;
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &pinned), RACTOR_OK);
    ck_assert_int_eq(sample_run(pinned, block, NULL), RACTOR_OK);
    ck_assert_int_eq(sample_run(stuck, block, NULL), RACTOR_OK);
    (void)wait_for_report(stuck, 1);
    ck_assert_ptr_null(find_report(pinned, 1));
    open_and_stop(runtime);
}
END_TEST

static ractor_status work_for_a_while(ractor_context *ctx, void *argument)
{
    uint64_t end_ns = ractor_now_ns(ractor_context_runtime(ctx)) + 3000000;
    uint64_t value;
    while (ractor_now_ns(ractor_context_runtime(ctx)) < end_ns)
        continue;
    ractor_status status = sample_get(*(ractor_ref *)argument, RACTOR_TIMEOUT_NONE, &value);
    end_ns = ractor_now_ns(ractor_context_runtime(ctx)) + 3000000;
    while (ractor_now_ns(ractor_context_runtime(ctx)) < end_ns)
        continue;
    (void)atomic_fetch_add(&n_done, 1);
    return status;
}

START_TEST(signals_come_at_any_moment)
{
    ractor_runtime *runtime = start(2, 1);
    ractor_ref callee = sample_spawn(runtime, NULL);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(sample_run(sample_spawn(runtime, NULL), work_for_a_while, &callee),
                         RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 100));
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ surroundings */

#define MAX_LINES 1024

static char lines[MAX_LINES][256];
static _Atomic uint64_t n_lines;

static void keep_line(void *user, ractor_log_level level, const char *line)
{
    uint64_t n = atomic_load(&n_lines);
    (void)user;
    (void)level;
    if (n < MAX_LINES)
        strncpy(lines[n], line, sizeof lines[n] - 1);
    (void)atomic_fetch_add(&n_lines, 1);
}

static bool has_line(const char *part)
{
    uint64_t n = atomic_load(&n_lines);
    for (uint64_t i = 0; i < n && i < MAX_LINES; i++)
        if (strstr(lines[i], part) != NULL)
            return true;
    return false;
}

START_TEST(without_a_function_the_log_has_it)
{
    const ractor_runtime_options options = {
        .n_workers = 1, .log = keep_line, .log_level = RACTOR_LOG_WARN, .stuck_ms = STUCK_MS};
    ractor_runtime *runtime = NULL;
    char wanted[128];
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(actor, block, NULL), RACTOR_OK);
    (void)snprintf(wanted, sizeof wanted, "tests.Sample %llu has been in handle of Run for ",
                   (unsigned long long)actor.pid);
    while (!has_line(wanted) || !has_line("+0x"))
        (void)sched_yield();
    open_and_stop(runtime);
}
END_TEST

static void *open_after_report(void *argument)
{
    (void)argument;
    (void)sample_wait_for(&n_reports, 1);
    atomic_store(&is_open, true);
    return NULL;
}

START_TEST(a_polled_runtime_reports_without_a_stack)
{
    const ractor_runtime_options options = {
        .polled = 1, .log_quiet = 1, .stuck_ms = STUCK_MS, .on_stuck = on_stuck};
    ractor_runtime *runtime = NULL;
    pthread_t opener;
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    ck_assert_int_eq(pthread_create(&opener, NULL, open_after_report, NULL), 0);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(actor, block, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK);
    const struct seen *seen = wait_for_report(actor, 1);
    ck_assert_str_eq(seen->name, "tests.Sample");
    ck_assert_uint_eq(seen->tag, SAMPLE_RUN);
    ck_assert(!seen->has_stack);
    ck_assert_int_eq(pthread_join(opener, NULL), 0);
    ractor_runtime_stop(runtime);
}
END_TEST

static void on_urgent_data(int signal_number)
{
    (void)signal_number;
    (void)atomic_fetch_add(&n_entered, 1);
}

START_TEST(a_handler_of_the_process_is_left_alone)
{
    ck_assert(signal(SIGURG, on_urgent_data) != SIG_ERR);
    ractor_runtime *runtime = start(1, STUCK_MS);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(actor, block, NULL), RACTOR_OK);
    ck_assert(!wait_for_report(actor, 1)->has_stack);
    ck_assert_uint_eq(atomic_load(&n_entered), 0);
    ck_assert_int_eq(raise(SIGURG), 0);
    ck_assert_uint_eq(atomic_load(&n_entered), 1);
    open_and_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("watchdog");
    TCase *stuck = suite_case(suite, "reports", 120);
    tcase_add_test(stuck, a_report_has_actor_message_time_and_stack);
    tcase_add_test(stuck, a_loop_without_a_system_call_is_seen_through);
    tcase_add_test(stuck, each_run_is_reported_once);
    tcase_add_test(stuck, a_hook_that_has_waited_is_watched_again_on_its_fiber);
    tcase_add_test(stuck, other_hooks_are_named);
    TCase *free_ones = suite_case(suite, "not stuck", 120);
    tcase_add_test(free_ones, a_hook_that_waits_is_in_no_run);
    tcase_add_test(free_ones, pinned_actors_may_block);
    tcase_add_test(free_ones, signals_come_at_any_moment);
    TCase *around = suite_case(suite, "surroundings", 120);
    tcase_add_test(around, without_a_function_the_log_has_it);
    tcase_add_test(around, a_polled_runtime_reports_without_a_stack);
    tcase_add_test(around, a_handler_of_the_process_is_left_alone);
    return suite_run(suite);
}

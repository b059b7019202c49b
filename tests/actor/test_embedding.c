/* SPDX-License-Identifier: MIT */
/* Runtimes on the host's own thread, several in a process, and one after the other. */
#include "sample.h"
#include "suite.h"

#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_MESSAGES 100

/* ThreadSanitizer ends a forked child that starts threads. */
#ifdef __SANITIZE_THREAD__
#define CHILD_HAS_THREADS false
#else
#define CHILD_HAS_THREADS true
#endif

static ractor_runtime *runtime;
static _Atomic uint64_t sum;
static struct sample_args args = {.sum = &sum};

static ractor_runtime *polled_runtime(uint32_t batch_limit)
{
    ractor_runtime_options options = {.polled = 1, .batch_limit = batch_limit, .log_quiet = 1};
    ractor_runtime *made = NULL;
    ck_assert_int_eq(ractor_runtime_start(&options, &made), RACTOR_OK);
    return made;
}

static void setup(void)
{
    runtime = polled_runtime(0);
}

static void teardown(void)
{
    ractor_runtime_stop(runtime);
}

/* Whether the descriptor is readable within some time. */
static bool rings_within(const ractor_runtime *which, int timeout_ms)
{
    struct pollfd fd = {.fd = ractor_runtime_fd(which), .events = POLLIN};
    ck_assert_int_ge(fd.fd, 0);
    return poll(&fd, 1, timeout_ms) == 1;
}

static uint32_t poll_once(uint32_t budget)
{
    uint32_t n_turns = 0;
    ck_assert_int_eq(ractor_runtime_poll(runtime, budget, &n_turns), RACTOR_OK);
    return n_turns;
}

START_TEST(nothing_runs_until_the_host_polls)
{
    ck_assert_int_eq(ractor_runtime_workers(runtime), 1);
    ck_assert(!rings_within(runtime, 0));
    ractor_ref actor = sample_spawn(runtime, &args);
    ck_assert_int_eq(sample_add(actor, 3), RACTOR_OK);
    ck_assert_uint_eq(sum, 0);
    ck_assert(rings_within(runtime, 0));
    ck_assert_uint_eq(ractor_runtime_timeout_ms(runtime), 0);
    ck_assert_uint_gt(poll_once(0), 0);
    ck_assert_uint_eq(sum, 3);
    ck_assert(!rings_within(runtime, 0));
    ck_assert_uint_eq(ractor_runtime_timeout_ms(runtime), RACTOR_TIMEOUT_NONE);
}
END_TEST

START_TEST(a_spent_budget_leaves_the_descriptor_readable)
{
    ractor_runtime_stop(runtime);
    runtime = polled_runtime(1);
    ractor_ref actor = sample_spawn(runtime, &args);
    for (int i = 0; i < N_MESSAGES; i++)
        ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ck_assert_uint_eq(poll_once(3), 3);
    ck_assert_uint_lt(sum, N_MESSAGES);
    ck_assert(rings_within(runtime, 0));
    (void)poll_once(0);
    ck_assert_uint_eq(sum, N_MESSAGES);
    ck_assert(!rings_within(runtime, 0));
}
END_TEST

START_TEST(a_timer_makes_the_descriptor_readable)
{
    ractor_ref actor = sample_spawn(runtime, &args);
    struct sample_add one = {1};
    (void)poll_once(0);
    ck_assert_int_eq(ractor_send_after(actor, &sample_type, SAMPLE_ADD, &one, 20, NULL), RACTOR_OK);
    (void)poll_once(0);
    ck_assert_uint_eq(sum, 0);
    ck_assert_uint_le(ractor_runtime_timeout_ms(runtime), 22);
    while (sum == 0) {
        ck_assert(rings_within(runtime, 20000));
        (void)poll_once(0);
    }
    ck_assert(!rings_within(runtime, 0));
}
END_TEST

START_TEST(a_call_on_the_hosts_thread_runs_the_runtime)
{
    ractor_ref one = sample_spawn(runtime, &args);
    ractor_ref other = sample_spawn(runtime, &args);
    uint64_t value = 7;
    ck_assert_int_eq(sample_add(one, 5), RACTOR_OK);
    ck_assert_int_eq(sample_get(one, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 5);
    /* The handler of `other` waits for `one`. */
    ck_assert_int_eq(sample_ask(other, one, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 5);
    ck_assert_int_eq(ractor_stop_and_wait(one, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
}
END_TEST

START_TEST(a_call_on_the_hosts_thread_times_out)
{
    ractor_ref actor = sample_spawn(runtime, &args);
    uint64_t value = 0;
    ck_assert_int_eq(sample_keep(actor, 5, &value), RACTOR_ETIMEOUT);
    ck_assert_int_eq(sample_get(actor, 1000, &value), RACTOR_OK);
}
END_TEST

static ractor_status poll_in_hook(ractor_context *ctx, void *argument)
{
    *(ractor_status *)argument = ractor_runtime_poll(ractor_context_runtime(ctx), 0, NULL);
    return RACTOR_OK;
}

static void *poll_elsewhere(void *argument)
{
    *(ractor_status *)argument = ractor_runtime_poll(runtime, 0, NULL);
    return NULL;
}

START_TEST(only_the_host_may_poll_and_not_in_a_hook)
{
    ractor_status status = RACTOR_OK;
    pthread_t thread;
    ck_assert_int_eq(sample_run(sample_spawn(runtime, &args), poll_in_hook, &status), RACTOR_OK);
    (void)poll_once(0);
    ck_assert_int_eq(status, RACTOR_EINVAL);
    status = RACTOR_OK;
    ck_assert_int_eq(pthread_create(&thread, NULL, poll_elsewhere, &status), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(status, RACTOR_EINVAL);
    ractor_runtime *threaded = sample_runtime(1);
    ck_assert_int_eq(ractor_runtime_poll(threaded, 0, NULL), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_runtime_fd(threaded), -1);
    ractor_runtime_stop(threaded);
}
END_TEST

static ractor_ref target;
static _Atomic uint64_t n_calls;

static void *call_from_elsewhere(void *argument)
{
    uint64_t value;
    struct sample_add one = {1};
    (void)argument;
    for (int i = 0; i < N_MESSAGES; i++) {
        ck_assert_int_eq(sample_get(target, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
        ck_assert_int_eq(ractor_send_after(target, &sample_type, SAMPLE_ADD, &one, 1, NULL),
                         RACTOR_OK);
        (void)atomic_fetch_add(&n_calls, 1);
    }
    return NULL;
}

START_TEST(what_other_threads_want_rings)
{
    pthread_t thread;
    target = sample_spawn(runtime, &args);
    ck_assert_int_eq(pthread_create(&thread, NULL, call_from_elsewhere, NULL), 0);
    while (n_calls < N_MESSAGES || sum < N_MESSAGES) {
        ck_assert(rings_within(runtime, 20000));
        (void)poll_once(0);
    }
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(a_reply_of_another_thread_ends_a_call_of_the_host)
{
    /* Two calls across: the host waits for a runtime with threads, and has its own run meanwhile.
     */
    ractor_runtime *threaded = sample_runtime(2);
    ractor_ref there = sample_spawn(threaded, &args);
    ractor_ref here = sample_spawn(runtime, &args);
    uint64_t value = 0;
    for (uint64_t i = 1; i <= N_MESSAGES; i++) {
        ck_assert_int_eq(sample_add(there, 1), RACTOR_OK);
        ck_assert_int_eq(sample_ask(here, there, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
        ck_assert_uint_eq(value, i);
    }
    ractor_runtime_stop(threaded);
}
END_TEST

struct wait {
    ractor_ref keeper;
    ractor_status status;
};

static ractor_status wait_for_ever(ractor_context *ctx, void *argument)
{
    struct wait *wait = argument;
    uint64_t value;
    (void)ctx;
    wait->status = sample_keep(wait->keeper, RACTOR_TIMEOUT_NONE, &value);
    return RACTOR_OK;
}

START_TEST(stopping_ends_what_waits)
{
    static _Atomic uint64_t n_ended;
    struct sample_args counted = {.n_ended = &n_ended};
    ractor_ref keeper = sample_spawn(runtime, &counted);
    ractor_ref waiter = sample_spawn(runtime, &counted);
    struct wait wait = {keeper, RACTOR_OK};
    ck_assert_int_eq(sample_run(waiter, wait_for_ever, &wait), RACTOR_OK);
    (void)poll_once(0);
    ractor_runtime_stop(runtime);
    ck_assert_int_eq(wait.status, RACTOR_ECANCELED);
    ck_assert_uint_eq(n_ended, 2);
    runtime = NULL;
}
END_TEST

START_TEST(runtimes_follow_each_other_and_stand_side_by_side)
{
    for (uint64_t i = 0; i < 50; i++) {
        ractor_runtime *first = sample_runtime(2);
        ractor_runtime *second = i % 2 == 0 ? polled_runtime(0) : sample_runtime(1);
        ractor_ref one = sample_spawn(first, &args);
        ractor_ref two = sample_spawn(second, &args);
        uint64_t value = 1;
        ck_assert_int_eq(sample_add(one, i), RACTOR_OK);
        ck_assert_int_eq(sample_get(two, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
        ck_assert_uint_eq(value, 0);
        ck_assert_int_eq(sample_get(one, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
        ck_assert_uint_eq(value, i);
        ractor_runtime_stop(first);
        ck_assert_int_eq(sample_get(two, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
        ractor_runtime_stop(second);
    }
}
END_TEST

START_TEST(a_forked_child_may_have_a_runtime_of_its_own)
{
    ractor_runtime *before = sample_runtime(2);
    uint64_t value = 0;
    ck_assert_int_eq(sample_get(sample_spawn(before, &args), RACTOR_TIMEOUT_NONE, &value),
                     RACTOR_OK);
    pid_t child = fork();
    if (child == 0) {
        ractor_runtime *own = sample_runtime(2);
        bool is_good = sample_get(sample_spawn(own, &args), 20000, &value) == RACTOR_OK;
        ractor_runtime_stop(own);
        _exit(is_good ? 0 : 1);
    }
    int status = 1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ractor_runtime_stop(before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("embedding");
    TCase *host = suite_case(suite, "host's thread", 60);
    tcase_add_checked_fixture(host, setup, teardown);
    tcase_add_test(host, nothing_runs_until_the_host_polls);
    tcase_add_test(host, a_spent_budget_leaves_the_descriptor_readable);
    tcase_add_test(host, a_timer_makes_the_descriptor_readable);
    tcase_add_test(host, a_call_on_the_hosts_thread_runs_the_runtime);
    tcase_add_test(host, a_call_on_the_hosts_thread_times_out);
    tcase_add_test(host, only_the_host_may_poll_and_not_in_a_hook);
    tcase_add_test(host, what_other_threads_want_rings);
    tcase_add_test(host, a_reply_of_another_thread_ends_a_call_of_the_host);
    tcase_add_test(host, stopping_ends_what_waits);
    TCase *several = suite_case(suite, "several", 60);
    tcase_add_test(several, runtimes_follow_each_other_and_stand_side_by_side);
    if (CHILD_HAS_THREADS)
        tcase_add_test(several, a_forked_child_may_have_a_runtime_of_its_own);
    return suite_run(suite);
}

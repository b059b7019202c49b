/* SPDX-License-Identifier: MIT */
/* Stopping a runtime in which threads that are no workers wait: each gets its outcome and leaves
 * before anything is freed, which the sanitizers see. */
#include "sample.h"
#include "suite.h"

#include "actor/runtime.h"

#include <pthread.h>
#include <sched.h>

#define THREADS 8
#define ROUNDS 40

static ractor_ref keeper;
static ractor_ref full;
static ractor_output *output;
static _Atomic uint64_t n_failed;
static _Atomic bool is_open;

typedef ractor_status (*waiting_fn)(ractor_runtime *runtime);

struct waiter {
    pthread_t thread;
    ractor_runtime *runtime;
    waiting_fn wait;
    ractor_status status;
};

static void *waiter_main(void *argument)
{
    struct waiter *waiter = argument;
    waiter->status = waiter->wait(waiter->runtime);
    return NULL;
}

/* ------------------------------------------------------------------ ways to wait */

static ractor_status wait_in_call(ractor_runtime *runtime)
{
    uint64_t value;
    (void)runtime;
    return sample_keep(keeper, RACTOR_TIMEOUT_NONE, &value);
}

static ractor_status wait_in_timed_call(ractor_runtime *runtime)
{
    uint64_t value;
    (void)runtime;
    return sample_keep(keeper, 3600000, &value);
}

static ractor_status wait_in_calls(ractor_runtime *runtime)
{
    ractor_ref to[3] = {keeper, keeper, keeper};
    ractor_status statuses[3];
    uint64_t values[3];
    (void)runtime;
    ractor_status status = ractor_multi_call(to, 3, &sample_type, SAMPLE_KEEP, NULL,
                                             RACTOR_TIMEOUT_NONE, statuses, values, NULL);
    return status == RACTOR_OK ? statuses[2] : status;
}

static ractor_status call_in_pre_start(ractor_context *ctx, void *state)
{
    uint64_t value;
    (void)ctx;
    (void)state;
    return sample_keep(keeper, RACTOR_TIMEOUT_NONE, &value);
}

static ractor_status wait_in_spawn(ractor_runtime *runtime)
{
    const struct sample_args args = {.pre_start = call_in_pre_start};
    ractor_ref ref;
    return ractor_spawn(runtime, &sample_class, NULL, &args, &ref);
}

static ractor_status wait_for_the_end(ractor_runtime *runtime)
{
    (void)runtime;
    return ractor_wait(keeper, RACTOR_TIMEOUT_NONE);
}

static ractor_status wait_for_room(ractor_runtime *runtime)
{
    (void)runtime;
    return sample_add(full, 1);
}

static ractor_status wait_for_a_subscriber(ractor_runtime *runtime)
{
    uint64_t value = 1;
    (void)runtime;
    return ractor_output_publish(output, &value);
}

/* ------------------------------------------------------------------ rounds */

static void start_all(ractor_runtime *runtime, waiting_fn wait, struct waiter *waiters)
{
    for (int i = 0; i < THREADS; i++) {
        waiters[i] = (struct waiter){.runtime = runtime, .wait = wait};
        ck_assert_int_eq(pthread_create(&waiters[i].thread, NULL, waiter_main, &waiters[i]), 0);
    }
}

static void stop_and_join(ractor_runtime *runtime, struct waiter *waiters)
{
    ractor_runtime_stop(runtime);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(waiters[i].thread, NULL), 0);
}

/* Until all wait. One that waits for room has entered twice: to send, and to wait. */
static void wait_for_guests(ractor_runtime *runtime, uint32_t n_entered_each)
{
    while (atomic_load(&runtime->guests.word) >> 1 < n_entered_each * THREADS)
        (void)sched_yield();
}

static void wait_for_handled(ractor_runtime *runtime, uint64_t wanted)
{
    ractor_runtime_stats stats = {.n_handled = 0};
    while (stats.n_handled < wanted) {
        (void)sched_yield();
        ractor_runtime_get_stats(runtime, &stats);
    }
}

/* All are in calls, the keeper has their ports, and nobody will answer. */
static void stop_under_calls(waiting_fn wait, uint64_t n_calls)
{
    for (int round = 0; round < ROUNDS; round++) {
        ractor_runtime *runtime = sample_runtime(2);
        struct waiter waiters[THREADS];
        keeper = sample_spawn(runtime, NULL);
        start_all(runtime, wait, waiters);
        wait_for_handled(runtime, n_calls * THREADS);
        stop_and_join(runtime, waiters);
        for (int i = 0; i < THREADS; i++)
            ck_assert(waiters[i].status == RACTOR_ECANCELED || waiters[i].status == RACTOR_ENOENT);
    }
}

START_TEST(threads_leave_their_calls_before_a_stop_frees_anything)
{
    stop_under_calls(wait_in_call, 1);
}
END_TEST

START_TEST(threads_leave_calls_with_a_timeout)
{
    stop_under_calls(wait_in_timed_call, 1);
}
END_TEST

START_TEST(threads_leave_calls_of_many_at_once)
{
    stop_under_calls(wait_in_calls, 3);
}
END_TEST

START_TEST(threads_leave_a_spawn_whose_pre_start_waits)
{
    stop_under_calls(wait_in_spawn, 1);
}
END_TEST

START_TEST(threads_leave_a_wait_for_an_end)
{
    for (int round = 0; round < ROUNDS; round++) {
        ractor_runtime *runtime = sample_runtime(2);
        struct waiter waiters[THREADS];
        keeper = sample_spawn(runtime, NULL);
        start_all(runtime, wait_for_the_end, waiters);
        wait_for_guests(runtime, 1);
        stop_and_join(runtime, waiters);
        for (int i = 0; i < THREADS; i++)
            ck_assert_int_eq(waiters[i].status, RACTOR_OK);
    }
}
END_TEST

static ractor_status hold_open(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    while (!atomic_load(&is_open))
        (void)sched_yield();
    return RACTOR_OK;
}

/* The actor is in a handler, and one message more fills its mailbox. */
static void spawn_full(ractor_runtime *runtime)
{
    const ractor_spawn_options options = {
        .mailbox = {.messages = 1, .policy = RACTOR_MAILBOX_BLOCK}};
    atomic_store(&is_open, false);
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &full), RACTOR_OK);
    ck_assert_int_eq(sample_run(full, hold_open, NULL), RACTOR_OK);
    ck_assert_int_eq(sample_add(full, 1), RACTOR_OK);
}

static void *open_main(void *argument)
{
    (void)argument;
    atomic_store(&is_open, true);
    return NULL;
}

static void stop_under_senders(ractor_runtime *runtime, waiting_fn wait)
{
    struct waiter waiters[THREADS];
    pthread_t opener;
    start_all(runtime, wait, waiters);
    wait_for_guests(runtime, 2);
    ck_assert_int_eq(pthread_create(&opener, NULL, open_main, NULL), 0);
    stop_and_join(runtime, waiters);
    ck_assert_int_eq(pthread_join(opener, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert(waiters[i].status == RACTOR_OK || waiters[i].status == RACTOR_ENOENT ||
                  waiters[i].status == RACTOR_ESTOPPED || waiters[i].status == RACTOR_ECANCELED);
}

START_TEST(threads_leave_a_full_mailbox)
{
    for (int round = 0; round < ROUNDS; round++) {
        ractor_runtime *runtime = sample_runtime(2);
        spawn_full(runtime);
        stop_under_senders(runtime, wait_for_room);
    }
}
END_TEST

static void convert(void *user, const void *value, ractor_output_sink *sink)
{
    (void)user;
    ractor_output_emit(sink, SAMPLE_ADD, value);
}

START_TEST(threads_leave_a_publication_that_waits_for_a_subscriber)
{
    for (int round = 0; round < ROUNDS; round++) {
        ractor_runtime *runtime = sample_runtime(2);
        const ractor_subscription_options options = {
            .type = &sample_type, .convert = convert, .limit = 1, .overflow = RACTOR_OVERFLOW_WAIT};
        ractor_ref slow = sample_spawn(runtime, NULL);
        atomic_store(&is_open, false);
        ck_assert_int_eq(ractor_output_new(&output), RACTOR_OK);
        ck_assert_int_eq(sample_run(slow, hold_open, NULL), RACTOR_OK);
        ck_assert_int_eq(ractor_output_subscribe(output, slow, &options), RACTOR_OK);
        ck_assert_int_eq(wait_for_a_subscriber(runtime), RACTOR_OK); /* it has room for one */
        stop_under_senders(runtime, wait_for_a_subscriber);
        ractor_output_free(output);
    }
}
END_TEST

/* ------------------------------------------------------------------ polled */

static void *call_main(void *argument)
{
    uint64_t value;
    if (sample_keep(*(ractor_ref *)argument, RACTOR_TIMEOUT_NONE, &value) != RACTOR_OK)
        (void)atomic_fetch_add(&n_failed, 1);
    return NULL;
}

START_TEST(threads_leave_a_polled_runtime)
{
    for (int round = 0; round < ROUNDS; round++) {
        const ractor_runtime_options options = {.polled = 1, .log_quiet = 1};
        ractor_runtime *runtime = NULL;
        ractor_runtime_stats stats = {.n_handled = 0};
        pthread_t threads[THREADS];
        atomic_store(&n_failed, 0);
        ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
        ractor_ref actor = sample_spawn(runtime, NULL);
        for (int i = 0; i < THREADS; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, call_main, &actor), 0);
        while (stats.n_handled < THREADS) {
            ck_assert_int_eq(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK);
            ractor_runtime_get_stats(runtime, &stats);
            (void)sched_yield();
        }
        ractor_runtime_stop(runtime);
        for (int i = 0; i < THREADS; i++)
            ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_uint_eq(atomic_load(&n_failed), THREADS);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stop");
    TCase *stop = suite_case(suite, "stop", 240);
    tcase_add_test(stop, threads_leave_their_calls_before_a_stop_frees_anything);
    tcase_add_test(stop, threads_leave_calls_with_a_timeout);
    tcase_add_test(stop, threads_leave_calls_of_many_at_once);
    tcase_add_test(stop, threads_leave_a_spawn_whose_pre_start_waits);
    tcase_add_test(stop, threads_leave_a_wait_for_an_end);
    tcase_add_test(stop, threads_leave_a_full_mailbox);
    tcase_add_test(stop, threads_leave_a_publication_that_waits_for_a_subscriber);
    tcase_add_test(stop, threads_leave_a_polled_runtime);
    return suite_run(suite);
}

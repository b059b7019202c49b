/* SPDX-License-Identifier: MIT */
/* Calls that would wait for each other, in a runtime that checks for them. */
#include "sample.h"
#include "suite.h"

#include <string.h>

static ractor_ref ring[3];
static _Atomic uint64_t n_cycles;
static _Atomic uint64_t n_results;
static _Atomic uint64_t n_refused;
static char line[600];

static void on_log(void *user, ractor_log_level level, const char *text)
{
    (void)user;
    if (level != RACTOR_LOG_WARN || strstr(text, "calls wait for each other:") == NULL)
        return;
    (void)strncpy(line, text, sizeof line - 1);
    (void)atomic_fetch_add(&n_cycles, 1);
}

static ractor_runtime *checking_runtime(int check_calls, uint32_t n_workers)
{
    ractor_runtime *runtime = NULL;
    ractor_runtime_options options = {.n_workers = n_workers,
                                      .log = on_log,
                                      .log_level = RACTOR_LOG_WARN,
                                      .check_calls = check_calls};
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    for (int i = 0; i < 3; i++)
        ring[i] = sample_spawn(runtime, NULL);
    return runtime;
}

/* What the actor at `place` does in its handler: it asks the next one to do the same. */
struct step {
    int place;
    int n_left;
};

static ractor_status go_round(ractor_context *ctx, void *argument);

static const struct step steps[4] = {{0, 3}, {1, 2}, {2, 1}, {0, 0}};

/* The last call is of the first actor, which waits; its status is what the test is about. */
static ractor_status go_round(ractor_context *ctx, void *argument)
{
    const struct step *step = argument;
    (void)ctx;
    ractor_ref next = ring[(step->place + 1) % 3];
    uint64_t value;
    if (step->n_left == 1) {
        ractor_status status = sample_get(next, 50, &value);
        (void)atomic_fetch_add(&n_refused, status == RACTOR_EDEADLOCK);
        (void)atomic_fetch_add(&n_results, 1);
        return RACTOR_OK;
    }
    ck_assert_int_eq(sample_run(next, go_round, (void *)(uintptr_t)&steps[step->place + 1]),
                     RACTOR_OK);
    /* Handled after the run above: this waits until the next actor's handler is over. */
    ck_assert_int_eq(sample_get(next, 20000, &value), RACTOR_OK);
    (void)atomic_fetch_add(&n_results, 1);
    return RACTOR_OK;
}

START_TEST(the_call_that_closes_a_circle_of_three_fails_and_is_named)
{
    ractor_runtime *runtime =
        checking_runtime(1, 1); /* so that each waits before the next one runs */
    ck_assert_int_eq(sample_run(ring[0], go_round, (void *)(uintptr_t)&steps[0]), RACTOR_OK);
    ck_assert(sample_wait_for(&n_results, 3));
    ck_assert_uint_eq(n_refused, 1);
    ck_assert_uint_eq(n_cycles, 1);
    unsigned n_names = 0;
    for (const char *at = line; (at = strstr(at, "-> tests.Sample ")) != NULL; at++)
        n_names++;
    ck_assert_uint_eq(n_names, 4); /* from the third to the third */
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(without_the_check_a_deadline_ends_it)
{
    ractor_runtime *runtime = checking_runtime(0, 1);
    ck_assert_int_eq(sample_run(ring[0], go_round, (void *)(uintptr_t)&steps[0]), RACTOR_OK);
    ck_assert(sample_wait_for(&n_results, 3));
    ck_assert_uint_eq(n_refused, 0);
    ck_assert_uint_eq(n_cycles, 0);
    ractor_runtime_stop(runtime);
}
END_TEST

#define ROUNDS 500

static ractor_status call_other(ractor_context *ctx, void *argument)
{
    ractor_ref *other = argument;
    uint64_t value;
    (void)ctx;
    ractor_status status = sample_get(*other, RACTOR_TIMEOUT_NONE, &value);
    ck_assert(status == RACTOR_OK || status == RACTOR_EDEADLOCK);
    (void)atomic_fetch_add(&n_refused, status == RACTOR_EDEADLOCK);
    (void)atomic_fetch_add(&n_results, 1);
    return RACTOR_OK;
}

START_TEST(two_that_call_each_other_at_once_never_hang)
{
    ractor_runtime *runtime = checking_runtime(1, 2);
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        ck_assert_int_eq(sample_run(ring[0], call_other, &ring[1]), RACTOR_OK);
        ck_assert_int_eq(sample_run(ring[1], call_other, &ring[0]), RACTOR_OK);
        ck_assert(sample_wait_for(&n_results, 2 * i));
    }
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(calls_in_a_row_and_to_a_common_callee_are_no_circle)
{
    ractor_runtime *runtime = checking_runtime(1, 2);
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        ck_assert_int_eq(sample_run(ring[0], call_other, &ring[2]), RACTOR_OK);
        ck_assert_int_eq(sample_run(ring[1], call_other, &ring[2]), RACTOR_OK);
    }
    ck_assert(sample_wait_for(&n_results, 2 * ROUNDS));
    ck_assert_uint_eq(n_refused, 0);
    ractor_runtime_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("actor cycle");
    TCase *all = suite_case(suite, "cycle", 60);
    tcase_add_test(all, the_call_that_closes_a_circle_of_three_fails_and_is_named);
    tcase_add_test(all, without_the_check_a_deadline_ends_it);
    tcase_add_test(all, two_that_call_each_other_at_once_never_hang);
    tcase_add_test(all, calls_in_a_row_and_to_a_common_callee_are_no_circle);
    return suite_run(suite);
}

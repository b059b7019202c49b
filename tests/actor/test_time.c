/* SPDX-License-Identifier: MIT */
/* Timers. How late one is depends on the machine, so only order, number and "not early" are tested.
 */
#include "base/clock.h"
#include "sample.h"
#include "suite.h"

static _Atomic uint64_t sum;
static struct sample_args adding = {.sum = &sum};

static ractor_status add_after(ractor_ref to, uint64_t amount, uint32_t delay_ms,
                               ractor_timer *timer)
{
    struct sample_add args = {amount};
    return ractor_send_after(to, &sample_type, SAMPLE_ADD, &args, delay_ms, timer);
}

START_TEST(a_message_sent_later_arrives_once_and_not_early)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &adding);
    uint64_t start = rt_monotonic_ns(NULL);
    ck_assert_int_eq(add_after(actor, 5, 40, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 1));
    ck_assert_uint_ge(rt_monotonic_ns(NULL) - start, 40 * RT_NS_PER_MS);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(sum, 5);
}
END_TEST

START_TEST(a_canceled_timer_does_not_fire)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &adding);
    ractor_timer timer;
    ck_assert_int_eq(add_after(actor, 100, 20, &timer), RACTOR_OK);
    ck_assert_int_eq(add_after(actor, 1, 60, NULL), RACTOR_OK);
    ck_assert(ractor_timer_cancel(runtime, timer));
    ck_assert(!ractor_timer_cancel(runtime, timer));
    ck_assert(sample_wait_for(&sum, 1));
    ck_assert_uint_eq(sum, 1);
    ractor_timer never = {0};
    ck_assert(!ractor_timer_cancel(runtime, never));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(an_interval_goes_on_until_it_is_canceled)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &adding);
    struct sample_add args = {1};
    ractor_timer timer;
    uint64_t value;
    ck_assert_int_eq(ractor_send_interval(actor, &sample_type, SAMPLE_ADD, &args, 0, &timer),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_send_interval(actor, &sample_type, SAMPLE_ADD, &args, 2, &timer),
                     RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 20));
    ck_assert(ractor_timer_cancel(runtime, timer));
    ck_assert_int_eq(add_after(actor, 0, 20, NULL), RACTOR_OK);
    ck_assert_int_eq(sample_get(actor, 5000, &value), RACTOR_OK);
    ractor_runtime_stop(runtime);
    ck_assert_uint_le(sum, value + 1);
}
END_TEST

START_TEST(exit_after_and_kill_after_end_their_actor)
{
    ractor_runtime *runtime = sample_runtime(2);
    static _Atomic uint64_t n_post_stops;
    struct sample_args args = {.n_post_stops = &n_post_stops};
    ractor_ref a = sample_spawn(runtime, &args);
    ractor_ref b = sample_spawn(runtime, &args);
    ck_assert_int_eq(ractor_exit_after(a, 10, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_kill_after(b, 10, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_wait(a, 20000), RACTOR_OK);
    ck_assert_int_eq(ractor_wait(b, 20000), RACTOR_OK);
    ck_assert_uint_eq(n_post_stops, 1);
    ck_assert_int_eq(ractor_exit_after(a, 10, NULL), RACTOR_ENOENT);
    ck_assert_int_eq(add_after(a, 1, 1, NULL), RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(timers_of_an_actor_that_has_ended_come_to_nothing)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &adding);
    ractor_ref other = sample_spawn(runtime, &adding);
    struct sample_add args = {1000};
    ck_assert_int_eq(add_after(actor, 1000, 10, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_send_interval(actor, &sample_type, SAMPLE_ADD, &args, 5, NULL),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_kill_and_wait(actor, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    (void)atomic_exchange(&sum, 0);
    ck_assert_int_eq(add_after(other, 1, 40, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 1));
    ck_assert_uint_eq(sum, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_hundred_thousand_timers_all_fire_and_half_are_canceled)
{
    enum { N = 100000 };
    static ractor_timer timers[N];
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &adding);
    for (int i = 0; i < N; i++)
        ck_assert_int_eq(add_after(actor, 1, 3000 + (uint32_t)i % 500, &timers[i]), RACTOR_OK);
    uint64_t n_canceled = 0;
    for (int i = 0; i < N; i += 2)
        n_canceled += ractor_timer_cancel(runtime, timers[i]);
    ck_assert(sample_wait_for(&sum, N - n_canceled));
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(sum, N - n_canceled);
    ck_assert_uint_gt(n_canceled, 0);
}
END_TEST

START_TEST(timers_left_at_the_end_of_the_runtime_leak_nothing)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &adding);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(add_after(actor, 1, 1000000, NULL), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("time");
    TCase *all = suite_case(suite, "time", 60);
    tcase_add_test(all, a_message_sent_later_arrives_once_and_not_early);
    tcase_add_test(all, a_canceled_timer_does_not_fire);
    tcase_add_test(all, an_interval_goes_on_until_it_is_canceled);
    tcase_add_test(all, exit_after_and_kill_after_end_their_actor);
    tcase_add_test(all, timers_of_an_actor_that_has_ended_come_to_nothing);
    tcase_add_test(all, a_hundred_thousand_timers_all_fire_and_half_are_canceled);
    tcase_add_test(all, timers_left_at_the_end_of_the_runtime_leak_nothing);
    return suite_run(suite);
}

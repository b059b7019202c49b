/* SPDX-License-Identifier: MIT */
/* Output ports: who gets what, in which order, and what becomes of subscribers that lag. */
#include "sample.h"
#include "suite.h"

#include <pthread.h>

#define WAIT_MS 20000

static ractor_runtime *runtime;
static ractor_output *output;
static _Atomic uint64_t sum;
static _Atomic uint64_t n_released;
static _Atomic uint64_t n_lags;
static _Atomic uint64_t last_lost;
static struct sample_args adding = {.sum = &sum};

static void release(void *user)
{
    (void)user;
    (void)atomic_fetch_add(&n_released, 1);
}

static void on_lag(void *user, ractor_ref subscriber, uint64_t n_lost)
{
    (void)user;
    (void)subscriber;
    atomic_store(&last_lost, n_lost);
    (void)atomic_fetch_add(&n_lags, 1);
}

/* An even number twice, an odd one not at all. */
static void even_twice(void *user, const void *value, ractor_output_sink *sink)
{
    struct sample_add args = *(const struct sample_add *)value;
    (void)user;
    if (args.amount % 2 != 0)
        return;
    ractor_output_emit(sink, SAMPLE_ADD, &args);
    ractor_output_emit(sink, SAMPLE_ADD, &args);
}

static void start(void)
{
    runtime = sample_runtime(2);
    ck_assert_int_eq(ractor_output_new(&output), RACTOR_OK);
}

static void stop(void)
{
    ractor_output_free(output);
    ractor_runtime_stop(runtime);
}

static ractor_subscription_options plain(void)
{
    ractor_subscription_options options = {
        .type = &sample_type, .tag = SAMPLE_ADD, .on_lag = on_lag, .release = release};
    return options;
}

static ractor_status publish(uint64_t amount)
{
    struct sample_add args = {amount};
    return ractor_output_publish(output, &args);
}

/* An actor that is in a call until `release_it` lets it go. */
static ractor_ref keeper;

static ractor_status wait_for_keeper(ractor_context *ctx, void *argument)
{
    uint64_t value;
    (void)ctx;
    (void)atomic_fetch_add((_Atomic uint64_t *)argument, 1);
    (void)sample_keep(keeper, RACTOR_TIMEOUT_NONE, &value);
    return RACTOR_OK;
}

static ractor_ref spawn_busy(void)
{
    static _Atomic uint64_t n_busy;
    uint64_t before = atomic_load(&n_busy);
    keeper = sample_spawn(runtime, NULL);
    ractor_ref busy = sample_spawn(runtime, &adding);
    ck_assert_int_eq(sample_run(busy, wait_for_keeper, &n_busy), RACTOR_OK);
    ck_assert(sample_wait_for(&n_busy, before + 1));
    return busy;
}

/* The keeper answers by the first Add after the question, which may still be on its way. */
static void let_go(ractor_ref busy)
{
    uint64_t value;
    while (sample_get(busy, 10, &value) == RACTOR_ETIMEOUT)
        ck_assert_int_eq(sample_add(keeper, 0), RACTOR_OK);
}

START_TEST(each_subscriber_gets_each_value_in_order_by_its_converter)
{
    start();
    ractor_ref as_it_is = sample_spawn(runtime, &adding);
    ractor_ref converted = sample_spawn(runtime, NULL);
    ractor_subscription_options options = plain();
    ck_assert_int_eq(ractor_output_subscribe(output, as_it_is, &options), RACTOR_OK);
    options.convert = even_twice;
    ck_assert_int_eq(ractor_output_subscribe(output, converted, &options), RACTOR_OK);
    for (uint64_t i = 1; i <= 10000; i++)
        ck_assert_int_eq(publish(i), RACTOR_OK);
    uint64_t value;
    ck_assert_int_eq(sample_get(as_it_is, WAIT_MS, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 10000u * 10001 / 2);
    ck_assert_int_eq(sample_get(converted, WAIT_MS, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 2u * 5000 * 5001);
    stop();
    ck_assert_uint_eq(n_released, 2);
}
END_TEST

START_TEST(a_subscriber_that_has_ended_is_dropped)
{
    start();
    ractor_subscription_options options = plain();
    ractor_ref a = sample_spawn(runtime, &adding);
    ractor_ref b = sample_spawn(runtime, &adding);
    ck_assert_int_eq(ractor_output_subscribe(output, a, &options), RACTOR_OK);
    options.limit = 10;
    ck_assert_int_eq(ractor_output_subscribe(output, b, &options), RACTOR_OK);
    ck_assert_int_eq(ractor_kill_and_wait(a, WAIT_MS), RACTOR_OK);
    ck_assert_int_eq(publish(1), RACTOR_OK);
    ck_assert_uint_eq(ractor_output_subscribers(output), 1);
    ck_assert_int_eq(ractor_kill_and_wait(b, WAIT_MS), RACTOR_OK);
    ck_assert_int_eq(publish(1), RACTOR_OK);
    ck_assert_uint_eq(ractor_output_subscribers(output), 0);
    ck_assert(sample_wait_for(&n_released, 2));
    ck_assert_int_eq(ractor_output_subscribe(output, a, &options), RACTOR_ENOENT);
    stop();
}
END_TEST

START_TEST(unsubscribing_ends_all_subscriptions_of_the_actor)
{
    start();
    ractor_subscription_options options = plain();
    ractor_ref a = sample_spawn(runtime, &adding);
    ck_assert_int_eq(ractor_output_unsubscribe(output, a), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_output_subscribe(output, a, &options), RACTOR_OK);
    ck_assert_int_eq(ractor_output_subscribe(output, a, &options), RACTOR_OK);
    ck_assert_int_eq(publish(1), RACTOR_OK);
    ck_assert_int_eq(ractor_output_unsubscribe(output, a), RACTOR_OK);
    ck_assert_int_eq(publish(100), RACTOR_OK);
    uint64_t value;
    ck_assert_int_eq(sample_get(a, WAIT_MS, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 2);
    ck_assert_uint_eq(n_released, 2);
    stop();
}
END_TEST

START_TEST(wrong_subscriptions_are_refused)
{
    start();
    ractor_ref a = sample_spawn(runtime, &adding);
    ractor_subscription_options options = {.type = NULL};
    ck_assert_int_eq(ractor_output_subscribe(output, a, &options), RACTOR_EINVAL);
    options = plain();
    options.tag = SAMPLE_GET;
    ck_assert_int_eq(ractor_output_subscribe(output, a, &options), RACTOR_EINVAL);
    options.tag = SAMPLE_TAGS;
    ck_assert_int_eq(ractor_output_subscribe(output, a, &options), RACTOR_EINVAL);
    static const ractor_message_type other = {.name = "other", .n_variants = 0};
    options.type = &other;
    options.convert = even_twice;
    ck_assert_int_eq(ractor_output_subscribe(output, a, &options), RACTOR_ETYPE);
    stop();
    ck_assert_uint_eq(n_released, 0);
}
END_TEST

START_TEST(beyond_its_bound_a_subscriber_loses_nothing_by_default_and_lag_is_told_once)
{
    start();
    ractor_ref busy = spawn_busy();
    ractor_subscription_options options = plain();
    options.limit = 5;
    ck_assert_int_eq(ractor_output_subscribe(output, busy, &options), RACTOR_OK);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(publish(1), RACTOR_OK);
    ck_assert_uint_eq(n_lags, 1);
    ck_assert_uint_eq(last_lost, 0);
    let_go(busy);
    ck_assert(sample_wait_for(&sum, 20));
    stop();
}
END_TEST

START_TEST(with_drop_a_full_subscriber_misses_messages_until_it_has_room)
{
    start();
    ractor_ref busy = spawn_busy();
    ractor_subscription_options options = plain();
    options.limit = 5;
    options.overflow = RACTOR_OVERFLOW_DROP;
    ck_assert_int_eq(ractor_output_subscribe(output, busy, &options), RACTOR_OK);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(publish(1), RACTOR_OK);
    ck_assert_uint_eq(n_lags, 15);
    ck_assert_uint_eq(last_lost, 15);
    let_go(busy);
    ck_assert(sample_wait_for(&sum, 5));
    uint64_t value;
    ck_assert_int_eq(sample_get(busy, WAIT_MS, &value), RACTOR_OK);
    ck_assert_int_eq(publish(100), RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 105));
    ck_assert_uint_eq(sum, 105);
    stop();
    ck_assert_uint_eq(n_released, 1);
}
END_TEST

START_TEST(with_end_a_full_subscriber_is_out)
{
    start();
    ractor_ref busy = spawn_busy();
    ractor_subscription_options options = plain();
    options.limit = 2;
    options.overflow = RACTOR_OVERFLOW_END;
    ck_assert_int_eq(ractor_output_subscribe(output, busy, &options), RACTOR_OK);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(publish(1), RACTOR_OK);
    ck_assert_uint_eq(ractor_output_subscribers(output), 0);
    ck_assert_uint_eq(n_lags, 1);
    let_go(busy);
    ck_assert(sample_wait_for(&sum, 2));
    ck_assert(sample_wait_for(&n_released, 1));
    stop();
}
END_TEST

static ractor_status publish_thrice(ractor_context *ctx, void *argument)
{
    (void)ctx;
    for (int i = 0; i < 3; i++) {
        ractor_status status = publish(1);
        if (status != RACTOR_OK)
            return status;
    }
    (void)atomic_fetch_add((_Atomic uint64_t *)argument, 1);
    return RACTOR_OK;
}

START_TEST(with_wait_publishers_go_on_when_there_is_room_threads_and_handlers)
{
    static _Atomic uint64_t n_done;
    start();
    ractor_ref busy = spawn_busy();
    ractor_subscription_options options = plain();
    options.limit = 1;
    options.overflow = RACTOR_OVERFLOW_WAIT;
    ck_assert_int_eq(ractor_output_subscribe(output, busy, &options), RACTOR_OK);
    ractor_ref publishers[20];
    for (int i = 0; i < 20; i++) {
        publishers[i] = sample_spawn(runtime, NULL);
        ck_assert_int_eq(sample_run(publishers[i], publish_thrice, &n_done), RACTOR_OK);
    }
    let_go(busy);
    ck_assert(sample_wait_for(&n_done, 20));
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(publish(1), RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 1060));
    ck_assert_uint_eq(n_lags, 0);
    stop();
    ck_assert_uint_eq(sum, 1060);
}
END_TEST

START_TEST(with_wait_a_time_limit_a_kill_and_the_subscribers_end_each_end_the_wait)
{
    static _Atomic uint64_t n_done;
    start();
    ractor_ref busy = spawn_busy();
    ractor_subscription_options options = plain();
    options.limit = 1;
    options.overflow = RACTOR_OVERFLOW_WAIT;
    options.wait_ms = 10;
    ck_assert_int_eq(ractor_output_subscribe(output, busy, &options), RACTOR_OK);
    ck_assert_int_eq(publish(1), RACTOR_OK);
    ck_assert_int_eq(publish(1), RACTOR_OK); /* lost */
    ck_assert_uint_eq(last_lost, 1);
    ck_assert_int_eq(ractor_output_unsubscribe(output, busy), RACTOR_OK);

    options.wait_ms = 0;
    ck_assert_int_eq(ractor_output_subscribe(output, busy, &options), RACTOR_OK);
    ractor_ref killed = sample_spawn(runtime, NULL);
    ractor_ref waiting = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(killed, publish_thrice, &n_done), RACTOR_OK);
    ck_assert_int_eq(ractor_kill_and_wait(killed, WAIT_MS), RACTOR_OK);
    ck_assert_int_eq(sample_run(waiting, publish_thrice, &n_done), RACTOR_OK);
    ck_assert_int_eq(ractor_kill_and_wait(busy, WAIT_MS), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 1));
    stop();
    ck_assert_uint_eq(n_released, 2);
}
END_TEST

START_TEST(an_actor_that_publishes_to_itself_does_not_wait_for_itself)
{
    static _Atomic uint64_t n_done;
    start();
    ractor_ref self = sample_spawn(runtime, &adding);
    ractor_subscription_options options = plain();
    options.limit = 1;
    options.overflow = RACTOR_OVERFLOW_WAIT;
    ck_assert_int_eq(ractor_output_subscribe(output, self, &options), RACTOR_OK);
    ck_assert_int_eq(sample_run(self, publish_thrice, &n_done), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 1));
    ck_assert(sample_wait_for(&sum, 3));
    stop();
}
END_TEST

static void *publish_many(void *argument)
{
    (void)argument;
    for (int i = 0; i < 2000; i++)
        (void)publish(1);
    return NULL;
}

START_TEST(subscribers_come_and_go_while_threads_publish_and_nothing_is_lost)
{
    start();
    static _Atomic uint64_t stable_sum;
    struct sample_args stable_args = {.sum = &stable_sum};
    ractor_ref stable = sample_spawn(runtime, &stable_args);
    ractor_subscription_options options = plain();
    options.limit = 64;
    options.overflow = RACTOR_OVERFLOW_WAIT;
    ck_assert_int_eq(ractor_output_subscribe(output, stable, &options), RACTOR_OK);
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, publish_many, NULL), 0);
    for (int i = 0; i < 200; i++) {
        ractor_ref guest = sample_spawn(runtime, &adding);
        ck_assert_int_eq(ractor_output_subscribe(output, guest, &options), RACTOR_OK);
        if (i % 2 == 0)
            ck_assert_int_eq(ractor_output_unsubscribe(output, guest), RACTOR_OK);
        ractor_kill(guest);
    }
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert(sample_wait_for(&stable_sum, 6000));
    stop();
    ck_assert_uint_eq(stable_sum, 6000);
    ck_assert_uint_eq(n_released, 201);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *all = suite_case(suite, "output", 60);
    tcase_add_test(all, each_subscriber_gets_each_value_in_order_by_its_converter);
    tcase_add_test(all, a_subscriber_that_has_ended_is_dropped);
    tcase_add_test(all, unsubscribing_ends_all_subscriptions_of_the_actor);
    tcase_add_test(all, wrong_subscriptions_are_refused);
    tcase_add_test(all,
                   beyond_its_bound_a_subscriber_loses_nothing_by_default_and_lag_is_told_once);
    tcase_add_test(all, with_drop_a_full_subscriber_misses_messages_until_it_has_room);
    tcase_add_test(all, with_end_a_full_subscriber_is_out);
    tcase_add_test(all, with_wait_publishers_go_on_when_there_is_room_threads_and_handlers);
    tcase_add_test(all, with_wait_a_time_limit_a_kill_and_the_subscribers_end_each_end_the_wait);
    tcase_add_test(all, an_actor_that_publishes_to_itself_does_not_wait_for_itself);
    tcase_add_test(all, subscribers_come_and_go_while_threads_publish_and_nothing_is_lost);
    return suite_run(suite);
}

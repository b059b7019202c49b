/* SPDX-License-Identifier: MIT */
/* The test kit itself: time, probes, faults, and that a seed replays. */
#include "actor/sample.h"
#include "suite.h"

#include <ractor/testing.h>

static ractor_sim *sim;
static ractor_runtime *runtime;

static ractor_sim *world(uint64_t seed, uint32_t max_turn_us)
{
    ractor_runtime_options quiet = {.log_quiet = 1};
    ractor_sim_options options = {.seed = seed, .max_turn_us = max_turn_us, .runtime = &quiet};
    ractor_sim *made = NULL;
    ck_assert_int_eq(ractor_sim_new(&options, &made), RACTOR_OK);
    return made;
}

static void setup(void)
{
    sim = world(1, 0);
    runtime = ractor_sim_runtime(sim);
}

static void teardown(void)
{
    ractor_sim_free(sim);
}

static ractor_probe *new_probe(const ractor_message_type *type)
{
    ractor_probe *probe = NULL;
    ck_assert_int_eq(ractor_probe_new(sim, type, &probe), RACTOR_OK);
    return probe;
}

/* ------------------------------------------------------------------ time */

START_TEST(time_stands_still_until_nothing_can_run)
{
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ck_assert_uint_gt(ractor_sim_run(sim), 0);
    ck_assert_uint_eq(ractor_sim_now_ms(sim), 0);
    ractor_sim_advance(sim, 1234);
    ck_assert_uint_eq(ractor_sim_now_ms(sim), 1234);
}
END_TEST

START_TEST(timers_fire_to_the_millisecond)
{
    _Atomic uint64_t sum = 0;
    struct sample_args args = {.sum = &sum};
    ractor_ref actor = sample_spawn(runtime, &args);
    struct sample_add one = {1};
    for (uint32_t delay_ms = 1; delay_ms <= 100000; delay_ms *= 10)
        ck_assert_int_eq(ractor_send_after(actor, &sample_type, SAMPLE_ADD, &one, delay_ms, NULL),
                         RACTOR_OK);
    uint64_t n_fired = 0;
    for (uint32_t delay_ms = 1; delay_ms <= 100000; delay_ms *= 10, n_fired++) {
        ractor_sim_advance(sim, delay_ms - 1 - (uint32_t)ractor_sim_now_ms(sim));
        ck_assert_uint_eq(sum, n_fired);
        ractor_sim_advance(sim, 1);
        ck_assert_uint_eq(sum, n_fired + 1);
    }
    ck_assert_int_eq(ractor_sim_run_until_idle(sim, 0), RACTOR_OK);
}
END_TEST

START_TEST(a_period_is_kept_and_never_idle)
{
    _Atomic uint64_t sum = 0;
    struct sample_args args = {.sum = &sum};
    ractor_ref actor = sample_spawn(runtime, &args);
    struct sample_add one = {1};
    ck_assert_int_eq(ractor_send_interval(actor, &sample_type, SAMPLE_ADD, &one, 7, NULL),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_sim_run_until_idle(sim, 700000), RACTOR_ETIMEOUT);
    ck_assert_uint_eq(sum, 100000);
}
END_TEST

START_TEST(a_call_of_the_test_takes_simulated_time_only)
{
    ractor_ref actor = sample_spawn(runtime, NULL);
    uint64_t value = 7;
    ck_assert_int_eq(sample_get(actor, 1000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 0);
    ck_assert_int_eq(sample_keep(actor, 3600000, &value), RACTOR_ETIMEOUT);
    ck_assert_uint_eq(ractor_sim_now_ms(sim), 3600000);
}
END_TEST

START_TEST(a_wait_that_nothing_can_end_times_out)
{
    ractor_ref actor = sample_spawn(runtime, NULL);
    uint64_t value;
    ck_assert_int_eq(sample_keep(actor, RACTOR_TIMEOUT_NONE, &value), RACTOR_ETIMEOUT);
    ck_assert_int_eq(ractor_wait(actor, RACTOR_TIMEOUT_NONE), RACTOR_ETIMEOUT);
    ck_assert_int_eq(ractor_stop_and_wait(actor, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
}
END_TEST

START_TEST(a_hook_that_calls_suspends)
{
    ractor_ref one = sample_spawn(runtime, NULL);
    ractor_ref other = sample_spawn(runtime, NULL);
    uint64_t value = 0;
    ck_assert_int_eq(sample_add(other, 9), RACTOR_OK);
    ck_assert_int_eq(sample_ask(one, other, 1000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 9);
    ck_assert_uint_eq(ractor_sim_now_ms(sim), 0);
}
END_TEST

/* ------------------------------------------------------------------ probes */

START_TEST(a_probe_has_its_messages_in_order)
{
    ractor_probe *probe = new_probe(&sample_type);
    const void *args = NULL;
    ck_assert_int_eq(sample_add(ractor_probe_ref(probe), 3), RACTOR_OK);
    ck_assert_int_eq(sample_text(ractor_probe_ref(probe), "hello"), RACTOR_OK);
    ck_assert_int_eq(ractor_probe_expect(probe, SAMPLE_TEXT, 0, &args), RACTOR_ETYPE);
    ck_assert_int_eq(ractor_probe_expect(probe, SAMPLE_ADD, 0, &args), RACTOR_OK);
    ck_assert_uint_eq(((const struct sample_add *)args)->amount, 3);
    ck_assert_uint_eq(ractor_probe_count(probe), 1);
    ck_assert_int_eq(ractor_probe_expect(probe, SAMPLE_TEXT, 0, &args), RACTOR_OK);
    ck_assert_int_eq(memcmp(((const struct sample_text *)args)->text.data, "hello", 5), 0);
    ck_assert_int_eq(ractor_probe_expect(probe, SAMPLE_ADD, 50, &args), RACTOR_ETIMEOUT);
    ck_assert_uint_eq(ractor_sim_now_ms(sim), 50);
    ck_assert_int_eq(ractor_probe_expect_nothing(probe, 50), RACTOR_OK);
    ck_assert_uint_eq(ractor_sim_now_ms(sim), 100);
}
END_TEST

static ractor_status get_from(ractor_context *ctx, void *argument)
{
    uint64_t value = 0;
    ractor_ref *whom = argument;
    (void)ctx;
    ractor_status status = sample_get(*whom, 1000, &value);
    return status == RACTOR_OK && value == 42 ? RACTOR_OK : RACTOR_EFAILED;
}

START_TEST(a_probe_answers_a_call_or_drops_it)
{
    ractor_probe *probe = new_probe(&sample_type);
    ractor_probe *boss = new_probe(NULL);
    ractor_ref whom = ractor_probe_ref(probe);
    ractor_ref asker = sample_spawn_linked(runtime, NULL, ractor_probe_ref(boss));
    ractor_probe_event event;
    uint64_t value = 42;
    ck_assert_int_eq(ractor_probe_expect_event(boss, 0, &event), RACTOR_OK);
    ck_assert_int_eq(event.kind, RACTOR_EVENT_ACTOR_STARTED);
    ck_assert_int_eq(sample_run(asker, get_from, &whom), RACTOR_OK);
    ck_assert_int_eq(ractor_probe_expect(probe, SAMPLE_GET, 0, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_port_reply(ractor_probe_port(probe), &sample_u64_codec, &value),
                     RACTOR_OK);
    ck_assert_int_eq(sample_run(asker, get_from, &whom), RACTOR_OK);
    ck_assert_int_eq(ractor_probe_expect(probe, SAMPLE_GET, 0, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_probe_expect(probe, SAMPLE_GET, 0, NULL), RACTOR_ETIMEOUT);
    ck_assert_int_eq(ractor_probe_expect_event(boss, 0, &event), RACTOR_OK);
    ck_assert_int_eq(event.kind, RACTOR_EVENT_ACTOR_FAILED);
    ck_assert(ractor_ref_equal(event.actor, asker));
    ck_assert_int_eq(event.status, RACTOR_EFAILED);
    ck_assert_int_eq(ractor_probe_expect_event(boss, 1000, &event), RACTOR_ETIMEOUT);
}
END_TEST

/* ------------------------------------------------------------------ faults */

START_TEST(the_nth_allocation_fails)
{
    ractor_ref actor = sample_spawn(runtime, NULL);
    (void)ractor_sim_run(sim);
    ractor_sim_fail_allocations(sim, 2, 1);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_ENOMEM);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ck_assert_uint_eq(ractor_sim_n_allocations(sim), 3);
    ractor_sim_fail_allocations(sim, 0, 0);
    uint64_t value = 0;
    ck_assert_int_eq(sample_get(actor, 1000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 2);
}
END_TEST

static bool lose_adds(void *user, ractor_ref to, const ractor_message_type *type, uint32_t tag)
{
    (void)to;
    (void)type;
    return tag == *(uint32_t *)user;
}

START_TEST(a_lost_message_is_sent_and_a_lost_call_times_out)
{
    ractor_ref actor = sample_spawn(runtime, NULL);
    uint64_t value = 0;
    uint32_t tag = SAMPLE_ADD;
    ractor_sim_set_loss(sim, lose_adds, &tag);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ck_assert_int_eq(sample_get(actor, 1000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 0);
    tag = SAMPLE_GET;
    ck_assert_int_eq(sample_get(actor, 1000, &value), RACTOR_ETIMEOUT);
    ck_assert_uint_eq(ractor_sim_now_ms(sim), 1000);
    ractor_sim_set_loss(sim, NULL, NULL);
    ck_assert_int_eq(sample_get(actor, 1000, &value), RACTOR_OK);
}
END_TEST

/* ------------------------------------------------------------------ replay */

#define N_ACTORS 10

/* Some traffic; gives the hash and the order in which actors ended. */
static uint64_t replay(uint64_t seed, uint64_t *n_events)
{
    ractor_sim *mine = world(seed, 100);
    ractor_ref actors[N_ACTORS];
    uint64_t value;
    for (int i = 0; i < N_ACTORS; i++)
        actors[i] = sample_spawn(ractor_sim_runtime(mine), NULL);
    for (int i = 0; i < 20 * N_ACTORS; i++) {
        ck_assert_int_eq(sample_add(actors[ractor_sim_random(mine, N_ACTORS)], 1), RACTOR_OK);
        (void)sample_ask(actors[i % N_ACTORS], actors[(i + 1) % N_ACTORS], 2, &value);
    }
    (void)ractor_sim_run_until_idle(mine, 1000);
    uint64_t hash = ractor_sim_hash(mine);
    *n_events = ractor_sim_n_events(mine);
    ractor_sim_free(mine);
    return hash;
}

START_TEST(a_seed_replays_to_the_last_event)
{
    uint64_t n_first, n_second, n_other;
    uint64_t first = replay(5, &n_first);
    uint64_t second = replay(5, &n_second);
    ck_assert_uint_eq(first, second);
    ck_assert_uint_eq(n_first, n_second);
    ck_assert_uint_gt(n_first, 100);
    ck_assert_uint_ne(first, replay(6, &n_other));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("simulation kit");
    TCase *time = suite_case(suite, "time", 60);
    tcase_add_checked_fixture(time, setup, teardown);
    tcase_add_test(time, time_stands_still_until_nothing_can_run);
    tcase_add_test(time, timers_fire_to_the_millisecond);
    tcase_add_test(time, a_period_is_kept_and_never_idle);
    tcase_add_test(time, a_call_of_the_test_takes_simulated_time_only);
    tcase_add_test(time, a_wait_that_nothing_can_end_times_out);
    tcase_add_test(time, a_hook_that_calls_suspends);
    TCase *probes = suite_case(suite, "probes", 60);
    tcase_add_checked_fixture(probes, setup, teardown);
    tcase_add_test(probes, a_probe_has_its_messages_in_order);
    tcase_add_test(probes, a_probe_answers_a_call_or_drops_it);
    TCase *faults = suite_case(suite, "faults", 60);
    tcase_add_checked_fixture(faults, setup, teardown);
    tcase_add_test(faults, the_nth_allocation_fails);
    tcase_add_test(faults, a_lost_message_is_sent_and_a_lost_call_times_out);
    TCase *seeds = suite_case(suite, "seeds", 60);
    tcase_add_test(seeds, a_seed_replays_to_the_last_event);
    return suite_run(suite);
}

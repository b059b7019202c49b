/* SPDX-License-Identifier: MIT */
/* The factory: who gets a job, and what becomes of jobs that wait, expire or are too many. */
#include "actor/factory/bucket.h"
#include "base/clock.h"
#include "jobs.h"
#include "suite.h"

#include <ractor/wire.h>

#include <sched.h>

/* ------------------------------------------------------------------ routing */

START_TEST(with_key_persistence_a_key_has_one_worker_and_its_order)
{
    jobs_start(RACTOR_ROUTE_KEY_PERSISTENT, 4);
    for (uint64_t i = 0; i < 400; i++)
        jobs_submit(jobs_note, i % 20);
    ck_assert(sample_wait_for(&jobs_n_completed, 400));
    uint64_t owners[20] = {0};
    for (uint64_t i = 0; i < 400; i++) {
        uint64_t *owner = &owners[jobs_journal[i].key];
        if (*owner == 0)
            *owner = jobs_journal[i].pid;
        ck_assert_uint_eq(*owner, jobs_journal[i].pid);
    }
    ck_assert_uint_gt(jobs_n_different_workers(), 1);
    ck_assert_uint_eq(jobs_n_new, 400);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_queuer_gives_jobs_to_free_workers_only)
{
    jobs_start(RACTOR_ROUTE_QUEUER, 3);
    jobs_submit(jobs_wait_at_gate, 1);
    jobs_submit(jobs_wait_at_gate, 2);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 2));
    for (uint64_t i = 0; i < 50; i++)
        jobs_submit(jobs_note, 3);
    ck_assert(sample_wait_for(&jobs_n_completed, 50));
    ck_assert_uint_eq(jobs_n_different_workers(), 1);
    jobs_submit(jobs_wait_at_gate, 4);
    jobs_submit(jobs_note, 5);
    ck_assert_uint_eq(jobs_depth(), 1);
    uint64_t n_active = 0;
    ck_assert_int_eq(ractor_factory_active_workers(jobs_factory, WAIT_MS, &n_active), RACTOR_OK);
    ck_assert_uint_eq(n_active, 3);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 54));
    ck_assert_uint_eq(jobs_depth(), 0);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_sticky_queuer_sends_a_key_to_the_worker_that_is_at_it)
{
    jobs_start(RACTOR_ROUTE_STICKY_QUEUER, 3);
    jobs_submit(jobs_wait_at_gate, 7);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    for (int i = 0; i < 10; i++)
        jobs_submit(jobs_note, 7);
    jobs_submit(jobs_note, 8);
    ck_assert(sample_wait_for(&jobs_n_completed, 1));
    ck_assert_uint_eq(jobs_journal[0].key, 8);
    ck_assert_uint_eq(jobs_depth(), 0);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 12));
    for (uint64_t i = 2; i < 12; i++)
        ck_assert_uint_eq(jobs_journal[i].pid, jobs_journal[1].pid);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(round_robin_goes_round)
{
    jobs_start(RACTOR_ROUTE_ROUND_ROBIN, 3);
    for (uint64_t i = 0; i < 30; i++) {
        jobs_submit(jobs_note, i);
        ck_assert(sample_wait_for(&jobs_n_completed, i + 1));
    }
    for (uint64_t i = 3; i < 30; i++)
        ck_assert_uint_eq(jobs_journal[i].pid, jobs_journal[i - 3].pid);
    ck_assert_uint_eq(jobs_n_different_workers(), 3);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

static uint64_t always_two(void *user, ractor_bytes key, uint32_t n_workers)
{
    (void)user;
    (void)key;
    ck_assert_uint_eq(n_workers, 4);
    return 2;
}

START_TEST(custom_routing_asks_the_users_hash)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_CUSTOM, 4);
    ck_assert_int_eq(ractor_factory_start(NULL, &options, &jobs_factory), RACTOR_EINVAL);
    options.hash = always_two;
    jobs_start_with(&options);
    for (uint64_t i = 0; i < 50; i++)
        jobs_submit(jobs_note, i);
    ck_assert(sample_wait_for(&jobs_n_completed, 50));
    ck_assert_uint_eq(jobs_n_different_workers(), 1);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

static uint32_t key_is_priority(void *user, ractor_bytes key)
{
    (void)user;
    return (uint32_t)ractor_job_key_to_u64(key);
}

START_TEST(jobs_of_a_higher_priority_go_first_and_the_lowest_are_shed_first)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.n_priorities = 3;
    options.priority = key_is_priority;
    options.settings.discard = (ractor_discard){.mode = RACTOR_DISCARD_OLDEST, .limit = 4};
    jobs_start_with(&options);
    jobs_submit(jobs_wait_at_gate, 9);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    static const uint64_t keys[] = {2, 1, 0, 2, 1, 0}; /* 2 is shed when the fifth comes, twice */
    for (int i = 0; i < 6; i++)
        jobs_submit(jobs_note, keys[i]);
    ck_assert_uint_eq(jobs_depth(), 4);
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_LOADSHED], 2);
    ck_assert_uint_eq(jobs_discarded_keys[0], 2);
    ck_assert_uint_eq(jobs_discarded_keys[1], 2);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 5));
    static const uint64_t order[] = {9, 0, 0, 1, 1};
    for (int i = 0; i < 5; i++)
        ck_assert_uint_eq(jobs_journal[i].key, order[i]);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

/* ------------------------------------------------------------------ too many, too late */

static void fill_one_worker(ractor_routing routing, ractor_discard_mode mode)
{
    ractor_factory_options options = jobs_options_of(routing, 1);
    options.settings.discard = (ractor_discard){.mode = mode, .limit = 3};
    jobs_start_with(&options);
    jobs_submit(jobs_wait_at_gate, 100);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    for (uint64_t i = 0; i < 5; i++)
        jobs_submit(jobs_note, i);
    uint64_t n_free = 99;
    ck_assert_int_eq(ractor_factory_capacity(jobs_factory, WAIT_MS, &n_free), RACTOR_OK);
    ck_assert_uint_eq(n_free, 0);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 4));
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_LOADSHED], 2);
    ck_assert_int_eq(ractor_factory_capacity(jobs_factory, WAIT_MS, &n_free), RACTOR_OK);
    ck_assert_uint_eq(n_free, 4);
    ractor_runtime_stop(jobs_runtime);
}

START_TEST(a_full_factory_queue_sheds_the_oldest)
{
    fill_one_worker(RACTOR_ROUTE_QUEUER, RACTOR_DISCARD_OLDEST);
    ck_assert_uint_eq(jobs_discarded_keys[0], 0);
    ck_assert_uint_eq(jobs_discarded_keys[1], 1);
}
END_TEST

START_TEST(a_full_factory_queue_refuses_the_newest)
{
    fill_one_worker(RACTOR_ROUTE_QUEUER, RACTOR_DISCARD_NEWEST);
    ck_assert_uint_eq(jobs_discarded_keys[0], 3);
    ck_assert_uint_eq(jobs_discarded_keys[1], 4);
}
END_TEST

START_TEST(a_full_worker_queue_sheds_the_oldest)
{
    fill_one_worker(RACTOR_ROUTE_KEY_PERSISTENT, RACTOR_DISCARD_OLDEST);
    ck_assert_uint_eq(jobs_discarded_keys[0], 0);
    ck_assert_uint_eq(jobs_discarded_keys[1], 1);
}
END_TEST

START_TEST(a_full_worker_queue_refuses_the_newest)
{
    fill_one_worker(RACTOR_ROUTE_ROUND_ROBIN, RACTOR_DISCARD_NEWEST);
    ck_assert_uint_eq(jobs_discarded_keys[0], 3);
    ck_assert_uint_eq(jobs_discarded_keys[1], 4);
}
END_TEST

static uint32_t one_more(void *user, uint32_t limit)
{
    (void)user;
    return limit + 1;
}

START_TEST(a_dynamic_limit_is_computed_anew_at_each_ping)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.ping_ms = 5;
    options.settings.discard =
        (ractor_discard){.mode = RACTOR_DISCARD_NEWEST, .limit = 0, .compute = one_more};
    jobs_start_with(&options);
    ck_assert(sample_wait_for(&jobs_n_factory_pings, 5));
    uint64_t n_free = 0;
    ck_assert_int_eq(ractor_factory_capacity(jobs_factory, WAIT_MS, &n_free), RACTOR_OK);
    ck_assert_uint_ge(n_free, 6);
    ck_assert(sample_wait_for(&jobs_n_worker_pings, 1));
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_job_that_waits_too_long_expires_wherever_it_waits)
{
    static const ractor_routing both[] = {RACTOR_ROUTE_QUEUER, RACTOR_ROUTE_KEY_PERSISTENT};
    for (int i = 0; i < 2; i++) {
        jobs_start(both[i], 1);
        uint64_t before = atomic_load(&jobs_n_at_gate);
        jobs_submit(jobs_wait_at_gate, 1);
        ck_assert(sample_wait_for(&jobs_n_at_gate, before + 1));
        jobs_submit_with(jobs_note, 2, 1, 0);
        uint64_t end_ns = rt_monotonic_ns(NULL) + 5 * RT_NS_PER_MS;
        while (rt_monotonic_ns(NULL) < end_ns)
            (void)sched_yield();
        jobs_open_gate();
        ck_assert(sample_wait_for(&jobs_n_discarded[RACTOR_DISCARDED_TTL], (uint64_t)i + 1));
        ck_assert(sample_wait_for(&jobs_n_done, (uint64_t)i + 1));
        ractor_runtime_stop(jobs_runtime);
    }
    ck_assert_uint_eq(jobs_n_done, 2);
}
END_TEST

START_TEST(the_bucket_leaks_at_its_rate)
{
    struct rt_bucket bucket;
    ractor_rate_limit limit = {.refill = 2, .interval_ms = 10, .max = 3, .initial = 1};
    uint64_t now_ns = 1000 * RT_NS_PER_MS;
    rt_bucket_init(&bucket, &limit, now_ns);
    ck_assert(rt_bucket_check(&bucket, now_ns));
    rt_bucket_bump(&bucket);
    ck_assert(!rt_bucket_check(&bucket, now_ns + 9 * RT_NS_PER_MS));
    ck_assert(rt_bucket_check(&bucket, now_ns + 10 * RT_NS_PER_MS));
    rt_bucket_bump(&bucket);
    rt_bucket_bump(&bucket);
    ck_assert(!rt_bucket_check(&bucket, now_ns + 19 * RT_NS_PER_MS));
    ck_assert(rt_bucket_check(&bucket, now_ns + 1000 * RT_NS_PER_MS)); /* full, not fuller */
    ck_assert_uint_eq(bucket.balance, 3);
    limit.refill = 0;
    rt_bucket_init(&bucket, &limit, now_ns);
    for (int i = 0; i < 10; i++) {
        ck_assert(rt_bucket_check(&bucket, now_ns));
        rt_bucket_bump(&bucket);
    }
}
END_TEST

START_TEST(jobs_over_the_rate_limit_are_thrown_away_and_their_callers_told)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 2);
    options.rate_limit = (ractor_rate_limit){.refill = 1, .interval_ms = 1000000, .max = 3};
    jobs_start_with(&options);
    for (uint64_t i = 0; i < 10; i++)
        jobs_submit(jobs_note, i);
    ck_assert(sample_wait_for(&jobs_n_discarded[RACTOR_DISCARDED_RATE_LIMITED], 7));
    ck_assert(sample_wait_for(&jobs_n_completed, 3));
    ractor_job job = {.type = &sample_type, .tag = SAMPLE_GET};
    uint64_t value;
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &value, NULL),
                     RACTOR_EOVERLOAD);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

/* ------------------------------------------------------------------ calls */

START_TEST(a_call_brings_the_workers_reply)
{
    jobs_start(RACTOR_ROUTE_QUEUER, 2);
    ractor_string text = RACTOR_STR("through the jobs_factory");
    ractor_job job = {.type = &sample_type, .tag = SAMPLE_ECHO, .args = &text};
    ractor_string reply;
    ractor_message *owner = NULL;
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &reply, NULL), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &reply, &owner), RACTOR_OK);
    ck_assert(ractor_string_equal(text, reply));
    ractor_message_drop(owner);
    job.n_retries = 1;
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &reply, &owner),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_factory_cast(jobs_factory, &job), RACTOR_EINVAL);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_call_ends_when_its_job_expires_or_is_shed_or_the_factory_ends)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.settings.discard = (ractor_discard){.mode = RACTOR_DISCARD_NEWEST, .limit = 1};
    jobs_start_with(&options);
    jobs_submit(jobs_wait_at_gate, 1);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    ractor_job job = {.type = &sample_type, .tag = SAMPLE_GET, .ttl_ms = 1};
    uint64_t value;
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &value, NULL),
                     RACTOR_ETIMEOUT);
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_TTL], 1);
    jobs_submit(jobs_note, 2);
    job.ttl_ms =
        0; /* else a slow machine finds it expired before the factory sees that it is full */
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &value, NULL),
                     RACTOR_EOVERLOAD);
    ck_assert_int_eq(ractor_kill_and_wait(jobs_factory.any, WAIT_MS), RACTOR_OK);
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &value, NULL), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_factory_resize(jobs_factory, 2), RACTOR_ENOENT);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_job_of_another_enum_than_the_workers_is_refused)
{
    jobs_start(RACTOR_ROUTE_QUEUER, 1);
    ractor_message_type other = sample_type;
    ractor_job job = {.type = &other, .tag = SAMPLE_GET};
    uint64_t value;
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &value, NULL), RACTOR_ETYPE);
    job.tag = SAMPLE_FAIL;
    ck_assert_int_eq(ractor_factory_cast(jobs_factory, &job), RACTOR_ETYPE);
    ck_assert_int_eq(ractor_factory_submit(jobs_factory, &job, WAIT_MS), RACTOR_ETYPE);
    job = (ractor_job){.type = &sample_type, .tag = SAMPLE_GET};
    ck_assert_int_eq(ractor_factory_call(jobs_factory, &job, WAIT_MS, &value, NULL), RACTOR_OK);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(keys_have_the_bytes_of_their_type_on_the_wire)
{
    uint8_t bytes[8], room[8];
    const uint64_t number = UINT64_C(0x0102030405060708);
    const ractor_string text = RACTOR_STR("cat.png");
    ractor_bytes key = ractor_job_key_u64(number, bytes);
    ck_assert(ractor_bytes_equal(key, (ractor_bytes){(const uint8_t *)"\1\2\3\4\5\6\7\10", 8}));
    ck_assert_uint_eq(ractor_job_key_to_u64(key), number);
    ck_assert_uint_eq(ractor_job_key_to_u64(ractor_job_key("five")), 0);
    ractor_bytes encoded = {NULL, 0};
    ck_assert_int_eq(ractor_job_key_encode(&ractor_codec_u64, &number, room, 8, &encoded),
                     RACTOR_OK);
    ck_assert(ractor_bytes_equal(key, encoded));
    ck_assert_int_eq(ractor_job_key_encode(&ractor_codec_string, &text, room, 8, &encoded),
                     RACTOR_OK);
    ck_assert(ractor_bytes_equal(ractor_job_key("cat.png"), encoded));
    ck_assert_int_eq(ractor_job_key_encode(&ractor_codec_u64, &number, room, 7, &encoded),
                     RACTOR_ELIMIT);
    ck_assert_int_eq(ractor_job_key_encode(&ractor_codec_pointer, &number, room, 8, &encoded),
                     RACTOR_ENOTSUP);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("factory");
    TCase *all = suite_case(suite, "factory", 60);
    tcase_add_test(all, with_key_persistence_a_key_has_one_worker_and_its_order);
    tcase_add_test(all, a_queuer_gives_jobs_to_free_workers_only);
    tcase_add_test(all, a_sticky_queuer_sends_a_key_to_the_worker_that_is_at_it);
    tcase_add_test(all, round_robin_goes_round);
    tcase_add_test(all, custom_routing_asks_the_users_hash);
    tcase_add_test(all, jobs_of_a_higher_priority_go_first_and_the_lowest_are_shed_first);
    tcase_add_test(all, a_full_factory_queue_sheds_the_oldest);
    tcase_add_test(all, a_full_factory_queue_refuses_the_newest);
    tcase_add_test(all, a_full_worker_queue_sheds_the_oldest);
    tcase_add_test(all, a_full_worker_queue_refuses_the_newest);
    tcase_add_test(all, a_dynamic_limit_is_computed_anew_at_each_ping);
    tcase_add_test(all, a_job_that_waits_too_long_expires_wherever_it_waits);
    tcase_add_test(all, the_bucket_leaks_at_its_rate);
    tcase_add_test(all, jobs_over_the_rate_limit_are_thrown_away_and_their_callers_told);
    tcase_add_test(all, a_call_brings_the_workers_reply);
    tcase_add_test(all, a_call_ends_when_its_job_expires_or_is_shed_or_the_factory_ends);
    tcase_add_test(all, a_job_of_another_enum_than_the_workers_is_refused);
    tcase_add_test(all, keys_have_the_bytes_of_their_type_on_the_wire);
    return suite_run(suite);
}

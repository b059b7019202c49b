/* SPDX-License-Identifier: MIT */
/* The factory: workers that fail or hang, the size of the pool, life-cycle, and stress. */
#include "base/alloc.h"
#include "jobs.h"
#include "suite.h"

#include <pthread.h>

/* ------------------------------------------------------------------ failures */

START_TEST(a_failed_worker_is_replaced_and_its_successor_has_its_queue)
{
    jobs_start(RACTOR_ROUTE_KEY_PERSISTENT, 1);
    jobs_submit(jobs_wait_at_gate, 1);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    jobs_submit(jobs_fail_always, 2);
    for (uint64_t i = 3; i < 13; i++)
        jobs_submit(jobs_note, i);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 11));
    ck_assert_uint_eq(jobs_n_done, 12);
    ck_assert_uint_ne(jobs_journal[1].pid, jobs_journal[2].pid);
    for (uint64_t i = 2; i < 12; i++)
        ck_assert_uint_eq(jobs_journal[i].key, i + 1);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_failed_job_is_tried_again_as_often_as_it_says)
{
    jobs_start(RACTOR_ROUTE_QUEUER, 2);
    jobs_submit_with(jobs_fail_always, 1, 0, 3);
    ck_assert(sample_wait_for(&jobs_n_done, 4));
    atomic_store(&jobs_n_to_fail, 20);
    jobs_submit_with(jobs_fail_some, 2, 0, RACTOR_RETRY_FOREVER);
    ck_assert(sample_wait_for(&jobs_n_completed, 1));
    ck_assert_uint_eq(jobs_n_done, 4 + 21);
    ck_assert_uint_eq(jobs_n_retried, 3 + 20);
    jobs_submit(jobs_fail_always, 3);
    jobs_submit(jobs_note, 4);
    ck_assert(sample_wait_for(&jobs_n_completed, 2));
    ck_assert_uint_eq(jobs_n_retried, 23);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(the_dead_mans_switch_kills_a_stuck_worker_and_its_job_is_tried_again)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.ping_ms = 5;
    options.settings.dead_mans_switch =
        (ractor_dead_mans_switch){.timeout_ms = 20, .is_killing = true};
    jobs_start_with(&options);
    jobs_submit_with(jobs_wait_at_gate, 1, 0, 1);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 2)); /* the second time in the successor */
    jobs_submit(jobs_note, 2);
    ck_assert(sample_wait_for(&jobs_n_completed, 1)); /* that one was killed as well */
    ck_assert_uint_eq(jobs_journal[0].key, 2);
    ck_assert_uint_ge(jobs_n_ended, 2);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_busy_worker_is_left_alone_without_the_switch)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.ping_ms = 1;
    jobs_start_with(&options);
    jobs_submit(jobs_wait_at_gate, 1);
    ck_assert(sample_wait_for(&jobs_n_factory_pings, 50));
    ck_assert_uint_eq(jobs_n_ended, 0);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 1));
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

/* ------------------------------------------------------------------ size */

START_TEST(the_pool_grows_and_shrinks_and_busy_workers_finish_first)
{
    jobs_start(RACTOR_ROUTE_QUEUER, 1);
    for (uint64_t i = 0; i < 4; i++)
        jobs_submit(jobs_wait_at_gate, i);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    ck_assert_uint_eq(jobs_depth(), 3);
    ck_assert_int_eq(ractor_factory_resize(jobs_factory, 4), RACTOR_OK);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 4));
    ck_assert_uint_eq(jobs_depth(), 0);
    ck_assert_int_eq(ractor_factory_resize(jobs_factory, 0), RACTOR_OK);
    ck_assert_int_eq(ractor_factory_resize(jobs_factory, 1), RACTOR_OK);
    ck_assert_uint_eq(jobs_depth(), 0);
    ck_assert_uint_eq(jobs_n_ended, 0);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 4));
    ck_assert(sample_wait_for(&jobs_n_ended, 3));
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

static uint32_t five(void *user, uint32_t n_workers)
{
    (void)user;
    (void)n_workers;
    return 5;
}

START_TEST(a_capacity_controller_decides_on_the_size)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.settings.capacity = five;
    jobs_start_with(&options);
    ck_assert(sample_wait_for(&jobs_last_worker_count, 5));
    uint64_t n_free;
    ck_assert_int_eq(ractor_factory_capacity(jobs_factory, WAIT_MS, &n_free), RACTOR_OK);
    ck_assert_uint_eq(n_free, 5);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

/* ------------------------------------------------------------------ life */

static _Atomic uint64_t n_hooks[3];

static ractor_status on_started(void *user, ractor_factory which)
{
    (void)user;
    (void)which;
    jobs_count_one(&n_hooks[0]);
    return RACTOR_OK;
}
static ractor_status on_draining(void *user, ractor_factory which)
{
    (void)user;
    (void)which;
    jobs_count_one(&n_hooks[1]);
    return RACTOR_OK;
}
static void on_stopped(void *user)
{
    (void)user;
    jobs_count_one(&n_hooks[2]);
}

START_TEST(draining_does_what_is_there_refuses_the_rest_and_stops)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 2);
    options.settings.on_started = on_started;
    options.settings.on_draining = on_draining;
    options.settings.on_stopped = on_stopped;
    jobs_start_with(&options);
    for (uint64_t i = 0; i < 10; i++)
        jobs_submit(jobs_wait_at_gate, i);
    ck_assert_int_eq(ractor_factory_drain(jobs_factory), RACTOR_OK);
    jobs_submit(jobs_note, 99);
    ck_assert(sample_wait_for(&jobs_n_discarded[RACTOR_DISCARDED_SHUTDOWN], 1));
    jobs_open_gate();
    ck_assert_int_eq(ractor_wait(jobs_factory.any, WAIT_MS), RACTOR_OK);
    ck_assert_uint_eq(jobs_n_completed, 10);
    ck_assert_uint_eq(jobs_n_ended, 2);
    for (int i = 0; i < 3; i++)
        ck_assert_uint_eq(n_hooks[i], 1);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(stopping_discards_what_waits_and_ends_the_workers)
{
    jobs_start(RACTOR_ROUTE_KEY_PERSISTENT, 1);
    jobs_submit(jobs_wait_at_gate, 1);
    for (uint64_t i = 0; i < 5; i++)
        jobs_submit(jobs_note, i);
    ck_assert(sample_wait_for(&jobs_n_new, 6));
    ractor_stop(jobs_factory.any, NULL);
    ck_assert(sample_wait_for(&jobs_n_discarded[RACTOR_DISCARDED_SHUTDOWN], 5));
    jobs_open_gate();
    ck_assert_int_eq(ractor_wait(jobs_factory.any, WAIT_MS), RACTOR_OK);
    ck_assert_uint_eq(jobs_n_ended, 1);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(settings_change_while_it_runs)
{
    jobs_start(RACTOR_ROUTE_QUEUER, 1);
    jobs_submit(jobs_wait_at_gate, 1);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    for (uint64_t i = 0; i < 5; i++)
        jobs_submit(jobs_note, i);
    ck_assert_uint_eq(jobs_depth(), 5);
    ractor_factory_settings settings = jobs_options_of(RACTOR_ROUTE_QUEUER, 1).settings;
    settings.discard = (ractor_discard){.mode = RACTOR_DISCARD_OLDEST, .limit = 2};
    settings.capacity = five;
    ck_assert_int_eq(ractor_factory_update(jobs_factory, &settings), RACTOR_OK);
    ck_assert(sample_wait_for(&jobs_last_worker_count, 5));
    ck_assert(sample_wait_for(&jobs_n_completed, 5));
    settings.discard.mode = 77;
    ck_assert_int_eq(ractor_factory_update(jobs_factory, &settings), RACTOR_EINVAL);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 6));
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(wrong_options_and_workers_that_do_not_start_are_refused)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    jobs_runtime = sample_runtime(1);
    options.n_priorities = 65;
    ck_assert_int_eq(ractor_factory_start(jobs_runtime, &options, &jobs_factory), RACTOR_EINVAL);
    options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.rate_limit.refill = 1;
    ck_assert_int_eq(ractor_factory_start(jobs_runtime, &options, &jobs_factory), RACTOR_EINVAL);
    options = jobs_options_of(RACTOR_ROUTE_QUEUER, 2);
    static struct sample_args failing = {.pre_start = jobs_fail_always};
    options.worker_args = &failing;
    ck_assert_int_eq(ractor_factory_start(jobs_runtime, &options, &jobs_factory), RACTOR_EFAILED);
    options.worker_class = NULL;
    ck_assert_int_eq(ractor_factory_start(jobs_runtime, &options, &jobs_factory), RACTOR_EINVAL);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

static ractor_status fail_now_and_then(ractor_context *ctx, void *argument)
{
    static _Atomic uint64_t n_calls;
    (void)argument;
    if (atomic_fetch_add(&n_calls, 1) % 100 == 99)
        return ractor_fail(ctx, "now");
    return RACTOR_OK;
}

static void *submit_many(void *argument)
{
    for (uint64_t i = 0; i < 3000; i++) {
        jobs_submit_with(fail_now_and_then, i % 50, 0, RACTOR_RETRY_FOREVER);
        if (i % 500 == 0)
            (void)ractor_factory_resize(jobs_factory, 1 + (uint32_t)(i / 500) % 4 * 3);
    }
    return argument;
}

START_TEST(each_job_is_done_once_while_threads_submit_workers_fail_and_the_size_changes)
{
    for (ractor_routing routing = RACTOR_ROUTE_KEY_PERSISTENT; routing <= RACTOR_ROUTE_ROUND_ROBIN;
         routing++) {
        atomic_store(&jobs_n_completed, 0);
        jobs_start(routing, 4);
        pthread_t threads[3];
        for (int i = 0; i < 3; i++)
            ck_assert_int_eq(pthread_create(&threads[i], NULL, submit_many, NULL), 0);
        for (int i = 0; i < 3; i++)
            ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert(sample_wait_for(&jobs_n_completed, 9000));
        ck_assert_int_eq(ractor_factory_drain(jobs_factory), RACTOR_OK);
        ck_assert_int_eq(ractor_wait(jobs_factory.any, WAIT_MS), RACTOR_OK);
        ck_assert_uint_eq(jobs_n_completed, 9000);
        ck_assert_uint_eq(jobs_n_discarded_in_all, 0);
        ractor_runtime_stop(jobs_runtime);
    }
}
END_TEST

START_TEST(a_runtime_that_stops_in_the_middle_leaks_nothing)
{
    for (int i = 0; i < 30; i++) {
        jobs_start(RACTOR_ROUTE_QUEUER, 2);
        for (uint64_t k = 0; k < 100; k++)
            jobs_submit_with(fail_now_and_then, k, 0, 5);
        ractor_runtime_stop(jobs_runtime);
    }
}
END_TEST

/* Fails the n-th allocation of the thread that counts. */
static _Thread_local uint64_t n_allocations;
static _Thread_local uint64_t failing_allocation;

static int fail_one(void *user)
{
    (void)user;
    return failing_allocation != 0 && ++n_allocations == failing_allocation;
}

START_TEST(without_memory_a_start_a_job_and_a_child_each_fail_and_leak_nothing)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_KEY_PERSISTENT, 3);
    static const ractor_child_spec children[] = {
        {.actor_class = &sample_class, .name = "first"},
        {.actor_class = &ractor_supervisor_class, .id = "second"}};
    ractor_supervisor_options tree = {.children = children, .n_children = 2};
    jobs_runtime = sample_runtime(1);
    rt_alloc_set_fault(fail_one, NULL);
    uint64_t n_failed = 0;
    for (uint64_t n = 1; n < 200; n++) {
        ractor_supervisor supervisor;
        ractor_factory factory;
        uint8_t key[8];
        struct sample_run run = {jobs_note, NULL};
        ractor_job job = {.key = ractor_job_key_u64(n, key),
                          .type = &sample_type,
                          .tag = SAMPLE_RUN,
                          .args = &run};
        n_allocations = 0;
        failing_allocation = n;
        ractor_status status = ractor_factory_start(jobs_runtime, &options, &factory);
        bool has_factory = status == RACTOR_OK;
        if (has_factory)
            status = ractor_factory_cast(factory, &job);
        bool has_tree =
            status == RACTOR_OK &&
            (status = ractor_supervisor_start(jobs_runtime, &tree, &supervisor)) == RACTOR_OK;
        failing_allocation = 0;
        ck_assert(status == RACTOR_OK || status == RACTOR_ENOMEM);
        n_failed += status == RACTOR_ENOMEM;
        if (has_factory)
            ck_assert_int_eq(ractor_kill_and_wait(factory.any, WAIT_MS), RACTOR_OK);
        if (has_tree)
            ck_assert_int_eq(ractor_stop_and_wait(supervisor.any, NULL, WAIT_MS), RACTOR_OK);
    }
    ck_assert_uint_gt(n_failed, 10);
    rt_alloc_set_fault(NULL, NULL);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("factory life");
    TCase *all = suite_case(suite, "factory life", 60);
    tcase_add_test(all, a_failed_worker_is_replaced_and_its_successor_has_its_queue);
    tcase_add_test(all, a_failed_job_is_tried_again_as_often_as_it_says);
    tcase_add_test(all, the_dead_mans_switch_kills_a_stuck_worker_and_its_job_is_tried_again);
    tcase_add_test(all, a_busy_worker_is_left_alone_without_the_switch);
    tcase_add_test(all, the_pool_grows_and_shrinks_and_busy_workers_finish_first);
    tcase_add_test(all, a_capacity_controller_decides_on_the_size);
    tcase_add_test(all, draining_does_what_is_there_refuses_the_rest_and_stops);
    tcase_add_test(all, stopping_discards_what_waits_and_ends_the_workers);
    tcase_add_test(all, settings_change_while_it_runs);
    tcase_add_test(all, wrong_options_and_workers_that_do_not_start_are_refused);
    tcase_add_test(all,
                   each_job_is_done_once_while_threads_submit_workers_fail_and_the_size_changes);
    tcase_add_test(all, a_runtime_that_stops_in_the_middle_leaks_nothing);
    tcase_add_test(all, without_memory_a_start_a_job_and_a_child_each_fail_and_leak_nothing);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/* Jobs for a factory on another node, and how those who give them hear of what becomes of them. */
#include "base/clock.h"
#include "jobs.h"
#include "suite.h"

#include <ractor/names.h>
#include <ractor/pg.h>

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>

START_TEST(a_cast_and_a_call_reach_the_workers_with_their_key)
{
    uint8_t key[8];
    struct sample_note note = {RACTOR_STR("text"), 1};
    ractor_job job = jobs_note(&note);
    job.key = ractor_job_key_u64(UINT64_MAX - 1, key);
    job.ttl_ms = 60000;
    ck_assert_int_eq(ractor_factory_cast(jobs_there, &job), RACTOR_OK);
    sample_wait_count(&jobs_n_done, 1);
    ck_assert_uint_eq(jobs_last_key, UINT64_MAX - 1);
    ck_assert_uint_le(jobs_times.submitted_ns, jobs_times.received_ns);
    ck_assert_uint_le(jobs_times.received_ns, jobs_times.begun_ns);
    ck_assert_uint_le(jobs_times.begun_ns, jobs_times.expires_ns);
    ck_assert_uint_le(jobs_times.expires_ns, jobs_times.received_ns + 60000 * RT_NS_PER_MS);
    jobs_expect_answer();
    ck_assert_uint_eq(jobs_last_key, 0x0102030405060708);
    ck_assert_int_eq(jobs_give("text"), RACTOR_OK);
    sample_wait_count(&jobs_n_done, 2);
    ck_assert_uint_eq(jobs_times.expires_ns, UINT64_MAX);
    ck_assert_uint_eq(jobs_last_key, 0); /* it has none */
}
END_TEST

static bool is_in_group(void *found)
{
    return ractor_pg_members(jobs_alpha.runtime, NULL, "factories", found, 1) == 1;
}

static bool has_cluster_name(void *found)
{
    return ractor_cluster_whereis(jobs_alpha.node, "jobs", found) == RACTOR_OK;
}

START_TEST(a_factory_that_starts_later_is_found_by_its_name_and_in_its_group)
{
    ractor_ref found;
    uint64_t sum;
    jobs_start_nodes(7, 0);
    sample_connect(&jobs_alpha, &jobs_beta);
    jobs_start_factory();
    ck_assert_int_eq(ractor_pg_join(NULL, "factories", &jobs_factory.any, 1), RACTOR_OK);
    ck_assert_int_eq(
        ractor_cluster_register(jobs_beta.node, "jobs", jobs_factory.any, RACTOR_NAME_TELL),
        RACTOR_OK);
    jobs_there.any = sample_find(&jobs_alpha, "workers");
    jobs_expect_answer();
    sample_wait(is_in_group, &found, "a member of the group");
    ck_assert_int_eq(jobs_ask((ractor_factory){found}, &sum), RACTOR_OK);
    sample_wait(has_cluster_name, &found, "a bearer of the name");
    ck_assert_int_eq(jobs_ask((ractor_factory){found}, &sum), RACTOR_OK);
    ractor_kill(jobs_factory.any);
    sample_wait_lost(&jobs_alpha, "workers");
    ck_assert_int_eq(jobs_ask(jobs_there, &sum), RACTOR_ENOENT);
    jobs_teardown();
}
END_TEST

START_TEST(a_factory_of_an_enum_that_stays_at_home_is_not_told_of)
{
    ractor_ref ref;
    uint32_t flags[] = {RACTOR_TYPE_LOCAL, RACTOR_TYPE_NO_EXPORT};
    jobs_start_nodes(7, flags[_i]);
    jobs_start_factory();
    ck_assert_int_eq(ractor_pg_join(NULL, "factories", &jobs_factory.any, 1), RACTOR_OK);
    sample_connect(&jobs_alpha, &jobs_beta);
    (void)sample_spawn(jobs_beta.runtime, "last", NULL);
    (void)sample_find(&jobs_alpha, "last");
    ck_assert_int_eq(ractor_node_find(jobs_alpha.node, NULL, "workers", &ref), RACTOR_ENOENT);
    ck_assert_uint_eq(ractor_pg_members(jobs_alpha.runtime, NULL, "factories", &ref, 1), 0);
    jobs_teardown();
}
END_TEST

/* The caller itself would wait for ever. */
START_TEST(a_call_hears_that_its_job_has_expired)
{
    struct sample_sum terms = {1, 2};
    ractor_job job = {.type = &jobs_worker_type, .tag = SAMPLE_SUM, .args = &terms, .ttl_ms = 1};
    uint64_t sum;
    jobs_start_nodes(7, 0);
    jobs_start_factory_of(RACTOR_ROUTE_QUEUER);
    sample_connect(&jobs_alpha, &jobs_beta);
    jobs_there.any = sample_find(&jobs_alpha, "workers");
    jobs_close_gate();
    ck_assert_int_eq(ractor_factory_call(jobs_there, &job, RACTOR_TIMEOUT_NONE, &sum, NULL),
                     RACTOR_ETIMEOUT);
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_TTL], 1);
    ractor_kill(jobs_gate);
    jobs_expect_answer();
    jobs_teardown();
}
END_TEST

START_TEST(a_call_hears_that_the_queue_is_full)
{
    uint64_t sum;
    jobs_close_gate();
    ck_assert_int_eq(jobs_give("waits"), RACTOR_OK);
    ck_assert_int_eq(jobs_ask(jobs_there, &sum), RACTOR_EOVERLOAD);
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_LOADSHED], 1);
    ck_assert_int_eq(jobs_give("is shed"), RACTOR_OK);
    sample_wait_count(&jobs_n_discarded[RACTOR_DISCARDED_LOADSHED], 2);
    ractor_kill(jobs_gate);
    sample_wait_count(&jobs_n_done, 2);
    jobs_expect_answer();
}
END_TEST

START_TEST(a_call_hears_that_the_factory_drains_and_that_it_has_ended)
{
    uint64_t sum;
    jobs_close_gate();
    ck_assert_int_eq(ractor_factory_drain(jobs_factory), RACTOR_OK);
    ck_assert_int_eq(jobs_ask(jobs_there, &sum), RACTOR_ESTOPPED);
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_SHUTDOWN], 1);
    ractor_kill(jobs_gate);
    ck_assert_int_eq(ractor_wait(jobs_factory.any, WAIT_MS), RACTOR_OK);
    sample_wait_lost(&jobs_alpha, "workers");
    ck_assert_int_eq(jobs_ask(jobs_there, &sum), RACTOR_ENOENT);
    ck_assert_int_eq(jobs_give("text"), RACTOR_ENOENT);
}
END_TEST

static void *ask_meanwhile(void *status)
{
    uint64_t sum;
    *(ractor_status *)status = jobs_ask(jobs_there, &sum);
    return NULL;
}

START_TEST(a_call_whose_job_waits_ends_with_the_factory)
{
    pthread_t asker;
    ractor_status status = RACTOR_OK;
    jobs_close_gate();
    ck_assert_int_eq(pthread_create(&asker, NULL, ask_meanwhile, &status), 0);
    sample_wait_count(&jobs_n_new, 2);
    ractor_stop(jobs_factory.any, "now");
    ck_assert_int_eq(pthread_join(asker, NULL), 0);
    ck_assert_int_eq(status, RACTOR_ESTOPPED);
    ractor_kill(jobs_gate);
}
END_TEST

START_TEST(retries_go_along_between_c_nodes)
{
    struct sample_note note = {RACTOR_STR("text"), 0};
    ractor_job job = jobs_note(&note);
    atomic_store(&jobs_n_to_fail, 2);
    job.n_retries = 2;
    ck_assert_int_eq(ractor_factory_cast(jobs_there, &job), RACTOR_OK);
    sample_wait_count(&jobs_n_done, 1);
    ck_assert_uint_eq(jobs_n_retried, 2);
    uint64_t sum;
    job = (ractor_job){.type = &jobs_worker_type, .tag = SAMPLE_HOLD, .n_retries = 1};
    ck_assert_int_eq(ractor_factory_call(jobs_there, &job, WAIT_MS, &sum, NULL), RACTOR_EINVAL);
}
END_TEST

START_TEST(a_job_belongs_to_its_senders_trace)
{
    ractor_trace_context root;
    ck_assert_int_eq(ractor_trace_new(jobs_alpha.runtime, &root), RACTOR_OK);
    ck_assert_int_eq(ractor_trace_begin(&root), RACTOR_OK);
    ck_assert_int_eq(jobs_give("text"), RACTOR_OK);
    ractor_trace_end();
    sample_wait_count(&jobs_n_done, 1);
    ck_assert_int_eq(jobs_trace_status, RACTOR_OK);
    ck_assert_mem_eq(jobs_trace.trace_id, root.trace_id, sizeof jobs_trace.trace_id);
    ck_assert_mem_eq(jobs_trace.parent_id, root.span_id, sizeof jobs_trace.parent_id);
    ck_assert_int_eq(jobs_give("text"), RACTOR_OK);
    sample_wait_count(&jobs_n_done, 2);
    ck_assert_int_eq(jobs_trace_status, RACTOR_ENOENT);
}
END_TEST

START_TEST(what_a_local_factory_alone_can_answer_is_not_supported)
{
    struct sample_note note = {RACTOR_STR("text"), 0};
    ractor_job job = jobs_note(&note);
    uint64_t n;
    ck_assert_int_eq(ractor_factory_submit(jobs_there, &job, WAIT_MS), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_queue_depth(jobs_there, WAIT_MS, &n), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_capacity(jobs_there, WAIT_MS, &n), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_active_workers(jobs_there, WAIT_MS, &n), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_resize(jobs_there, 2), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_drain(jobs_there), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_update(jobs_there, &jobs_options.settings), RACTOR_ENOTSUP);
    jobs_expect_answer();
}
END_TEST

START_TEST(what_is_wrong_with_a_job_is_said_before_it_is_sent)
{
    struct sample_note note = {RACTOR_STR("text"), 0};
    ractor_job job = jobs_note(&note);
    uint64_t sum;
    ck_assert_int_eq(ractor_factory_call(jobs_there, &job, WAIT_MS, &sum, NULL), RACTOR_EINVAL);
    job.key.length = 1; /* of nothing */
    ck_assert_int_eq(ractor_factory_cast(jobs_there, &job), RACTOR_EINVAL);
    job = (ractor_job){.type = &jobs_worker_type, .tag = SAMPLE_NOTE};
    ck_assert_int_eq(ractor_factory_cast(jobs_there, &job), RACTOR_EINVAL);
    job.tag = SAMPLE_HOLD;
    ck_assert_int_eq(ractor_factory_cast(jobs_there, &job), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_factory_call(jobs_there, &job, WAIT_MS, NULL, NULL), RACTOR_EINVAL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_jobs");
    TCase *cases = suite_case(suite, "jobs", 120);
    tcase_add_checked_fixture(cases, jobs_setup, jobs_teardown);
    tcase_add_test(cases, a_cast_and_a_call_reach_the_workers_with_their_key);
    tcase_add_test(cases, a_call_hears_that_the_queue_is_full);
    tcase_add_test(cases, a_call_hears_that_the_factory_drains_and_that_it_has_ended);
    tcase_add_test(cases, a_call_whose_job_waits_ends_with_the_factory);
    tcase_add_test(cases, retries_go_along_between_c_nodes);
    tcase_add_test(cases, a_job_belongs_to_its_senders_trace);
    tcase_add_test(cases, what_a_local_factory_alone_can_answer_is_not_supported);
    tcase_add_test(cases, what_is_wrong_with_a_job_is_said_before_it_is_sent);
    TCase *alone = suite_case(suite, "alone", 120);
    tcase_add_test(alone, a_call_hears_that_its_job_has_expired);
    tcase_add_test(alone, a_factory_that_starts_later_is_found_by_its_name_and_in_its_group);
    tcase_add_loop_test(alone, a_factory_of_an_enum_that_stays_at_home_is_not_told_of, 0, 2);
    return suite_run(suite);
}

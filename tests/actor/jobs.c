/* SPDX-License-Identifier: MIT */
#include "jobs.h"

#include <check.h>
#include <pthread.h>
#include <string.h>

ractor_runtime *jobs_runtime;
ractor_factory jobs_factory;
_Atomic uint64_t jobs_sum;
_Atomic uint64_t jobs_n_ended;
struct sample_args jobs_worker_args = {.sum = &jobs_sum, .n_ended = &jobs_n_ended};

/* ------------------------------------------------------------------ jobs that note who does
 * them
 */

struct done jobs_journal[4096];
_Atomic uint64_t jobs_n_done;
static pthread_mutex_t journal_lock = PTHREAD_MUTEX_INITIALIZER;

ractor_status jobs_note(ractor_context *ctx, void *argument)
{
    (void)pthread_mutex_lock(&journal_lock);
    uint64_t at = atomic_load(&jobs_n_done);
    jobs_journal[at].pid = ractor_self(ctx).pid;
    jobs_journal[at].key = (uint64_t)(uintptr_t)argument;
    (void)atomic_fetch_add(&jobs_n_done, 1); /* the entry is there; the next one is another's */
    (void)pthread_mutex_unlock(&journal_lock);
    return RACTOR_OK;
}

/* A job that lasts until the gate opens: its worker waits, and no core is busy. */
ractor_ref jobs_gate;
_Atomic uint64_t jobs_n_at_gate;

ractor_status jobs_wait_at_gate(ractor_context *ctx, void *argument)
{
    (void)atomic_fetch_add(&jobs_n_at_gate, 1);
    ractor_status status = ractor_wait(jobs_gate, RACTOR_TIMEOUT_NONE);
    return status == RACTOR_OK ? jobs_note(ctx, argument) : status;
}

void jobs_open_gate(void)
{
    ractor_kill(jobs_gate);
}

ractor_status jobs_fail_always(ractor_context *ctx, void *argument)
{
    (void)jobs_note(ctx, argument);
    return ractor_fail(ctx, "this job is bad");
}

_Atomic uint64_t jobs_n_to_fail;

ractor_status jobs_fail_some(ractor_context *ctx, void *argument)
{
    (void)jobs_note(ctx, argument);
    if (atomic_load(&jobs_n_to_fail) == 0)
        return RACTOR_OK;
    (void)atomic_fetch_sub(&jobs_n_to_fail, 1);
    return ractor_fail(ctx, "not this time");
}

static ractor_job job_of(uint64_t key, uint8_t bytes[8], const struct sample_run *run)
{
    ractor_job job = {.key = ractor_job_key_u64(key, bytes),
                      .type = &sample_type,
                      .tag = SAMPLE_RUN,
                      .args = run};
    return job;
}

void jobs_submit_with(sample_fn fn, uint64_t key, uint32_t ttl_ms, uint32_t n_retries)
{
    struct sample_run run = {fn, (void *)(uintptr_t)key};
    uint8_t bytes[8];
    ractor_job job = job_of(key, bytes, &run);
    job.ttl_ms = ttl_ms;
    job.n_retries = n_retries;
    ck_assert_int_eq(ractor_factory_cast(jobs_factory, &job), RACTOR_OK);
}

void jobs_submit(sample_fn fn, uint64_t key)
{
    jobs_submit_with(fn, key, 0, 0);
}

/* ------------------------------------------------------------------ what the factory tells */

_Atomic uint64_t jobs_n_discarded[4];
uint64_t jobs_discarded_keys[64];
_Atomic uint64_t jobs_n_discarded_in_all;
_Atomic uint64_t jobs_n_completed;
_Atomic uint64_t jobs_n_new;
_Atomic uint64_t jobs_n_retried;
_Atomic uint64_t jobs_n_ticks;
_Atomic uint64_t jobs_n_worker_pings;
_Atomic uint64_t jobs_n_factory_pings;
_Atomic uint64_t jobs_last_worker_count;

static void on_discard(void *user, ractor_discard_reason reason, const ractor_job *job)
{
    (void)user;
    uint64_t at = atomic_load(&jobs_n_discarded_in_all);
    if (at < 64 && job->key.length == sizeof(uint64_t))
        jobs_discarded_keys[at] = ractor_job_key_to_u64(job->key);
    (void)atomic_fetch_add(&jobs_n_discarded[reason], 1);
    (void)atomic_fetch_add(&jobs_n_discarded_in_all, 1);
}

void jobs_count_one(_Atomic uint64_t *counter)
{
    (void)atomic_fetch_add(counter, 1);
}
static void on_new(void *user)
{
    (void)user;
    jobs_count_one(&jobs_n_new);
}
static void on_completed(void *user, uint64_t queued_ns, uint64_t worked_ns)
{
    (void)user;
    (void)queued_ns;
    (void)worked_ns;
    jobs_count_one(&jobs_n_completed);
}
static void on_retried(void *user)
{
    (void)user;
    jobs_count_one(&jobs_n_retried);
}
static void on_worker_ping(void *user, uint64_t waited_ns)
{
    (void)user;
    (void)waited_ns;
    jobs_count_one(&jobs_n_worker_pings);
}
static void on_factory_ping(void *user, uint64_t waited_ns)
{
    (void)user;
    (void)waited_ns;
    jobs_count_one(&jobs_n_factory_pings);
}
static void on_worker_count(void *user, uint64_t n_workers)
{
    (void)user;
    atomic_store(&jobs_last_worker_count, n_workers);
    jobs_count_one(&jobs_n_ticks);
}

ractor_factory_options jobs_options_of(ractor_routing routing, uint32_t n_workers)
{
    ractor_factory_options options = {.worker_class = &sample_class,
                                      .worker_args = &jobs_worker_args,
                                      .n_workers = n_workers,
                                      .routing = routing,
                                      .settings = {.on_discard = on_discard,
                                                   .stats = {.new_job = on_new,
                                                             .job_completed = on_completed,
                                                             .job_retried = on_retried,
                                                             .worker_pinged = on_worker_ping,
                                                             .factory_pinged = on_factory_ping,
                                                             .worker_count = on_worker_count}}};
    return options;
}

void jobs_start_with(const ractor_factory_options *options)
{
    jobs_runtime = sample_runtime(2);
    jobs_gate = sample_spawn(jobs_runtime, NULL);
    ck_assert_int_eq(ractor_factory_start(jobs_runtime, options, &jobs_factory), RACTOR_OK);
}

void jobs_start(ractor_routing routing, uint32_t n_workers)
{
    ractor_factory_options options = jobs_options_of(routing, n_workers);
    jobs_start_with(&options);
}

uint64_t jobs_depth(void)
{
    uint64_t n_jobs = 0;
    ck_assert_int_eq(ractor_factory_queue_depth(jobs_factory, WAIT_MS, &n_jobs), RACTOR_OK);
    return n_jobs;
}

uint64_t jobs_n_different_workers(void)
{
    uint64_t n_different = 0;
    for (uint64_t i = 0; i < atomic_load(&jobs_n_done); i++) {
        uint64_t k = 0;
        while (k < i && jobs_journal[k].pid != jobs_journal[i].pid)
            k++;
        n_different += k == i;
    }
    return n_different;
}

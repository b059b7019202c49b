/* SPDX-License-Identifier: MIT */
/*
 * A factory: a pool of adders, jobs with keys, a job that fails and is tried again, one that is
 * refused, and a router of one's own, which gives each job to the adder that has the least to do.
 */
#include "tour.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

static uint32_t least_loaded(void *user, const ractor_job *job, uint32_t hint,
                             const ractor_worker_pool *pool)
{
    uint32_t best = 0;
    (void)user;
    (void)job;
    (void)hint;
    for (uint32_t i = 1; i < ractor_worker_pool_size(pool); i++)
        if (ractor_worker_pool_n_jobs(pool, i) < ractor_worker_pool_n_jobs(pool, best))
            best = i;
    return best;
}

/* The factory's callbacks run in its turn, one at a time. */
static void on_retry(void *user, const ractor_job *job)
{
    (void)job;
    (void)atomic_fetch_add((_Atomic uint32_t *)user, 1);
}

static void on_completed(void *user, uint64_t queued_ns, uint64_t worked_ns)
{
    (void)queued_ns;
    (void)worked_ns;
    (void)atomic_fetch_add((_Atomic uint32_t *)user + 1, 1);
}

/* Waits until so many jobs are done. */
static void await(_Atomic uint32_t *n_done, uint32_t wanted)
{
    while (atomic_load(n_done) < wanted)
        continue;
}

int main(void)
{
    ractor_runtime *runtime = start();
    _Atomic uint32_t counts[2] = {0, 0}; /* retries, completions */
    static const ractor_router router = {.choose = least_loaded};
    ractor_factory_options options = {
        .worker_class = &adder_class,
        .n_workers = 3,
        .routing = RACTOR_ROUTE_OWN,
        .router = &router,
        .settings = {.user = counts, .on_retry = on_retry, .stats.job_completed = on_completed},
    };
    ractor_factory factory;
    expect(ractor_factory_start(runtime, &options, &factory), RACTOR_OK, "start");

    tour_adder_add add = {.amount = 5};
    ractor_job job = {.key = ractor_job_key("cat.png"),
                      .type = &tour_adder_type,
                      .tag = TOUR_ADDER_ADD,
                      .args = &add,
                      .ttl_ms = 60000};
    for (int i = 0; i < 8; i++)
        expect(ractor_factory_cast(factory, &job), RACTOR_OK, "cast");
    expect(ractor_factory_submit(factory, &job, 1000), RACTOR_OK, "submit");
    (void)printf("the ninth job was accepted\n");
    await(&counts[1], 9);

    uint64_t sum = 0;
    ractor_job question = {.type = &tour_adder_type, .tag = TOUR_ADDER_SUM};
    expect(ractor_factory_call(factory, &question, 1000, &sum, NULL), RACTOR_OK, "call");
    (void)printf("a worker has added up %" PRIu64 "\n", sum);

    /* Its worker fails over it, is replaced, and its successor fails as well. */
    add.amount = 13;
    job.n_retries = 2;
    expect(ractor_factory_cast(factory, &job), RACTOR_OK, "cast");
    await(&counts[0], 2);
    (void)printf("a bad job was tried three times\n");

    expect(ractor_factory_drain(factory), RACTOR_OK, "drain");
    ractor_status status = ractor_factory_submit(factory, &job, 1000);
    (void)printf("a factory that drains says: %s\n", ractor_strerror(status));
    expect(ractor_wait(factory.any, RACTOR_TIMEOUT_NONE), RACTOR_OK, "wait");
    ractor_runtime_stop(runtime);
    return sum % 5 == 0 && status != RACTOR_OK ? 0 : 1;
}

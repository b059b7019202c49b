/* SPDX-License-Identifier: MIT */
#include "jobs.h"

#include <check.h>
#include <stdatomic.h>

struct sample_node jobs_alpha, jobs_beta;
ractor_factory jobs_factory;
ractor_factory jobs_there;

/* ------------------------------------------------------------------ the factory */

ractor_message_type jobs_worker_type;
ractor_actor_class jobs_worker_class = {.messages = &jobs_worker_type,
                                        .handlers = &jobs_worker_type};
ractor_ref jobs_gate;
_Atomic uint64_t jobs_n_done, jobs_n_at_gate, jobs_n_to_fail, jobs_n_retried, jobs_n_new;
_Atomic uint64_t jobs_n_discarded[4];
_Atomic uint64_t jobs_last_key;
ractor_job_times jobs_times;
ractor_status jobs_trace_status;
ractor_trace_context jobs_trace;

static ractor_status do_note(ractor_context *ctx, const struct sample_note *note)
{
    ractor_status status = RACTOR_OK;
    if (ractor_string_equal(note->text, RACTOR_STR("gate"))) {
        (void)atomic_fetch_add(&jobs_n_at_gate, 1);
        status = ractor_wait(jobs_gate, RACTOR_TIMEOUT_NONE);
    }
    if (atomic_load(&jobs_n_to_fail) != 0) {
        (void)atomic_fetch_sub(&jobs_n_to_fail, 1);
        return ractor_fail(ctx, "not this time");
    }
    ck_assert_int_eq(ractor_job_times_get(ctx, &jobs_times), RACTOR_OK);
    jobs_trace_status = ractor_trace_current(&jobs_trace);
    (void)atomic_fetch_add(&jobs_n_done, 1);
    return status;
}

static ractor_status work(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                          const void *args, ractor_port *port)
{
    const struct sample_sum *terms = args;
    (void)handlers;
    (void)state;
    if (tag == SAMPLE_NOTE)
        return do_note(ctx, args);
    uint64_t sum = tag == SAMPLE_SUM ? terms->a + terms->b : 0;
    return ractor_port_reply(port, sample_type.variants[tag].reply, &sum);
}

static uint64_t see_key(void *user, ractor_bytes key, uint32_t n_workers)
{
    (void)user;
    (void)n_workers;
    atomic_store(&jobs_last_key, ractor_job_key_to_u64(key));
    return 0;
}

static void on_discard(void *user, ractor_discard_reason reason, const ractor_job *job)
{
    (void)user;
    (void)job;
    (void)atomic_fetch_add(&jobs_n_discarded[reason], 1);
}

static void on_retry(void *user, const ractor_job *job)
{
    (void)user;
    (void)job;
    (void)atomic_fetch_add(&jobs_n_retried, 1);
}

static void on_new(void *user)
{
    (void)user;
    (void)atomic_fetch_add(&jobs_n_new, 1);
}

const ractor_factory_options jobs_options = {
    .name = "workers",
    .worker_class = &jobs_worker_class,
    .routing = RACTOR_ROUTE_CUSTOM,
    .hash = see_key,
    .settings = {.discard = {.mode = RACTOR_DISCARD_NEWEST, .limit = 1},
                 .on_discard = on_discard,
                 .on_retry = on_retry,
                 .stats.new_job = on_new},
};

void jobs_start_nodes(uint64_t fingerprint, uint32_t flags)
{
    jobs_worker_type = sample_type;
    jobs_worker_type.dispatch = work;
    jobs_worker_type.fingerprint = fingerprint;
    jobs_worker_type.flags = flags;
    sample_node_start(&jobs_alpha, "alpha", NULL);
    sample_node_start(&jobs_beta, "beta", NULL);
    jobs_gate = sample_spawn(jobs_beta.runtime, "gate", NULL);
}

void jobs_start_factory_of(ractor_routing routing)
{
    ractor_factory_options options = jobs_options;
    options.routing = routing;
    ck_assert_int_eq(ractor_factory_start(jobs_beta.runtime, &options, &jobs_factory), RACTOR_OK);
}

void jobs_start_factory(void)
{
    jobs_start_factory_of(jobs_options.routing);
}

void jobs_setup(void)
{
    jobs_start_nodes(7, 0);
    jobs_start_factory();
    sample_connect(&jobs_alpha, &jobs_beta);
    jobs_there.any = sample_find(&jobs_alpha, "workers");
}

void jobs_teardown(void)
{
    sample_node_stop(&jobs_alpha);
    sample_node_stop(&jobs_beta);
}

/* ------------------------------------------------------------------ jobs */

ractor_job jobs_note(const struct sample_note *note)
{
    ractor_job job = {.type = &jobs_worker_type, .tag = SAMPLE_NOTE, .args = note};
    return job;
}

ractor_status jobs_give(const char *text)
{
    struct sample_note note = {ractor_string_from(text), 0};
    ractor_job job = jobs_note(&note);
    return ractor_factory_cast(jobs_there, &job);
}

ractor_status jobs_ask(ractor_factory whom, uint64_t *sum)
{
    uint8_t key[8];
    struct sample_sum terms = {40, 2};
    ractor_job job = {.key = ractor_job_key_u64(0x0102030405060708, key),
                      .type = &jobs_worker_type,
                      .tag = SAMPLE_SUM,
                      .args = &terms};
    return ractor_factory_call(whom, &job, WAIT_MS, sum, NULL);
}

void jobs_expect_answer(void)
{
    uint64_t sum = 0;
    ck_assert_int_eq(jobs_ask(jobs_there, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
}

void jobs_close_gate(void)
{
    ck_assert_int_eq(jobs_give("gate"), RACTOR_OK);
    sample_wait_count(&jobs_n_at_gate, 1);
}

/* SPDX-License-Identifier: MIT */
/* What the suites of the factory share: a factory of sample actors, jobs that note who has done
 * them, jobs that last until a gate opens, and counts of what the factory tells. */
#ifndef TESTS_ACTOR_JOBS_H
#define TESTS_ACTOR_JOBS_H

#include "sample.h"

#define WAIT_MS 20000

/* Who has done which job, in order. */
struct done {
    uint64_t pid;
    uint64_t key;
};

extern ractor_runtime *jobs_runtime;
extern ractor_factory jobs_factory;
extern _Atomic uint64_t jobs_sum;
extern _Atomic uint64_t jobs_n_ended;
extern struct sample_args jobs_worker_args;
extern struct done jobs_journal[4096];
extern _Atomic uint64_t jobs_n_done;
extern ractor_ref jobs_gate;
extern _Atomic uint64_t jobs_n_at_gate;
extern _Atomic uint64_t jobs_n_to_fail;
extern _Atomic uint64_t jobs_n_discarded[4];
extern uint64_t jobs_discarded_keys[64];
extern _Atomic uint64_t jobs_n_discarded_in_all;
extern _Atomic uint64_t jobs_n_completed;
extern _Atomic uint64_t jobs_n_new;
extern _Atomic uint64_t jobs_n_retried;
extern _Atomic uint64_t jobs_n_ticks;
extern _Atomic uint64_t jobs_n_worker_pings;
extern _Atomic uint64_t jobs_n_factory_pings;
extern _Atomic uint64_t jobs_last_worker_count;
ractor_status jobs_note(ractor_context *ctx, void *argument);
ractor_status jobs_wait_at_gate(ractor_context *ctx, void *argument);
void jobs_open_gate(void);
ractor_status jobs_fail_always(ractor_context *ctx, void *argument);
ractor_status jobs_fail_some(ractor_context *ctx, void *argument);
void jobs_submit_with(sample_fn fn, uint64_t key, uint32_t ttl_ms, uint32_t n_retries);
void jobs_submit(sample_fn fn, uint64_t key);
ractor_factory_options jobs_options_of(ractor_routing routing, uint32_t n_workers);
void jobs_start_with(const ractor_factory_options *options);
void jobs_start(ractor_routing routing, uint32_t n_workers);
uint64_t jobs_depth(void);
uint64_t jobs_n_different_workers(void);
void jobs_count_one(_Atomic uint64_t *counter);

#endif

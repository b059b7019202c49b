/* SPDX-License-Identifier: MIT */
/* What the suites of jobs between nodes share: alpha gives jobs, beta has the factory, with one
 * worker that may be kept busy at a gate. */
#ifndef TESTS_CLUSTER_JOBS_H
#define TESTS_CLUSTER_JOBS_H

#include "sample.h"

#include <ractor/trace_context.h>

#define WAIT_MS 20000

extern struct sample_node jobs_alpha, jobs_beta;
extern ractor_factory jobs_factory; /* beta's own */
extern ractor_factory jobs_there;   /* the same, seen from alpha */

/* The workers' enum: the sample's, with a fingerprint and another dispatch. */
extern ractor_message_type jobs_worker_type;
extern ractor_actor_class jobs_worker_class;

/* A note whose text is "gate" waits until this actor of beta ends. */
extern ractor_ref jobs_gate;

/* What the factory and its worker have seen. So many notes fail as `jobs_n_to_fail` says. */
extern _Atomic uint64_t jobs_n_done, jobs_n_at_gate, jobs_n_to_fail, jobs_n_retried, jobs_n_new;
extern _Atomic uint64_t jobs_n_discarded[4]; /* by reason */
extern _Atomic uint64_t jobs_last_key;

/* Of the last note, before `jobs_n_done` counts it. */
extern ractor_job_times jobs_times;
extern ractor_status jobs_trace_status;
extern ractor_trace_context jobs_trace;

/* Under the name "workers": the worker's queue has room for one, and refuses the newest. */
extern const ractor_factory_options jobs_options;

/* Both nodes, and the gate; the enum gets the fingerprint and RACTOR_TYPE_ flags. */
void jobs_start_nodes(uint64_t fingerprint, uint32_t flags);
void jobs_start_factory(void);
void jobs_start_factory_of(ractor_routing routing);

/* All of it, connected; a fixture. */
void jobs_setup(void);
void jobs_teardown(void);

/* A job without a key; borrows the note. */
ractor_job jobs_note(const struct sample_note *note);
ractor_status jobs_give(const char *text);
ractor_status jobs_ask(ractor_factory whom, uint64_t *sum);
/* Answered after everything that was sent before. */
void jobs_expect_answer(void);
/* The worker is busy from now on. */
void jobs_close_gate(void);

#endif

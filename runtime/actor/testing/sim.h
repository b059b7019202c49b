/* SPDX-License-Identifier: MIT */
/* What a simulation consists of. */
#ifndef RACTOR_ACTOR_TESTING_SIM_H
#define RACTOR_ACTOR_TESTING_SIM_H

#include "actor/host.h"

#include <ractor/testing.h>
#include <ractor/trace.h>

#include <stdint.h>

struct rt_thread;

struct ractor_sim {
    ractor_runtime *runtime;
    struct rt_world world;
    uint64_t now_ns;
    uint64_t choices; /* generator of the world's choices */
    uint64_t bytes;   /* generator of what its actors draw */
    uint32_t max_batch;
    uint64_t max_turn_ns;

    ractor_tracer tracer;
    const ractor_tracer *next_tracer; /* the test's; NULL: none */
    uint64_t hash;
    uint64_t n_events;

    const struct rt_thread *thread;
    uint64_t n_allocations;
    uint64_t first_failing; /* 0: none fails */
    uint64_t n_failing;
    ractor_sim_loss loses;
    void *loses_user;

    struct ractor_probe *probes;
};

/* Ends what probes keep, while the runtime is there. */
void rt_probes_close(struct ractor_probe *probes);
/* When it is not there any more. */
void rt_probes_free(struct ractor_probe *probes);

#endif

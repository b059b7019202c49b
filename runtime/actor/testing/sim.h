/* SPDX-License-Identifier: MIT */
/* What a simulation consists of. */
#ifndef RACTOR_ACTOR_TESTING_SIM_H
#define RACTOR_ACTOR_TESTING_SIM_H

#include "actor/host.h"

#include <ractor/testing.h>
#include <ractor/trace.h>

#include <stdint.h>

struct rt_guest;
struct rt_thread;

struct ractor_sim {
    ractor_runtime *runtime; /* NULL: being made or freed */
    struct rt_world world;
    struct ractor_sim *main; /* whose time and chance it is in, maybe its own */
    struct ractor_sim *next_member;
    struct ractor_probe *probes;
    ractor_tracer tracer;
    const ractor_tracer *next_tracer; /* the test's; NULL: none */

    /* the world's, in the main simulation */
    uint64_t n_members;
    struct rt_guest *guests;
    uint64_t n_guests;
    uint64_t now_ns;
    uint64_t choices; /* generator of the world's choices */
    uint64_t bytes;   /* generator of what its actors draw */
    uint32_t max_batch;
    uint64_t max_turn_ns;
    uint64_t hash;
    uint64_t n_events;

    const struct rt_thread *thread;
    uint64_t n_allocations;
    uint64_t first_failing; /* 0: none fails */
    uint64_t n_failing;
    ractor_sim_loss loses;
    void *loses_user;
};

/* One step of anything in the world. False: nothing can run now. */
bool rt_world_step(struct ractor_sim *main);
/* The moment of the next timer in the world; RT_NEVER: there is none. */
uint64_t rt_world_next_ns(const struct ractor_sim *main);
/* The simulation's runtime takes part in its main's world, and does no longer. */
void rt_world_join(struct ractor_sim *sim);
void rt_world_leave(struct ractor_sim *sim);

/* Ends what probes keep, while the runtime is there. */
void rt_probes_close(struct ractor_probe *probes);
/* When it is not there any more. */
void rt_probes_free(struct ractor_probe *probes);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The world of a simulation: it is the clock, the dice and the sleep of a polled runtime
 * (actor/host.h), and its tracer. All on one thread, so the run is a function of the seed and of
 * what the test does. Others may be in its world, see world.c; what all share is the main one's.
 */
#include "actor/testing/sim.h"

#include "actor/runtime.h"
#include "actor/worker.h"
#include "base/alloc.h"
#include "base/random.h"

#include <string.h>

#define DEFAULT_BATCH 8
/* A clock at 0 could not be told from "never" by who keeps times. */
#define START_NS UINT64_C(1000000000)
#define HASH_START UINT64_C(0xcbf29ce484222325)

/* ------------------------------------------------------------------ the world */

static uint64_t now(void *user)
{
    return ((const ractor_sim *)user)->now_ns;
}

static ractor_status fill(void *user, void *bytes, size_t length)
{
    ractor_sim *sim = user;
    unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        at[i] = (unsigned char)(rt_random_next(&sim->bytes) >> 56);
    return RACTOR_OK;
}

static uint64_t choose(void *user, uint64_t n)
{
    ractor_sim *sim = user;
    return n > 1 ? (rt_random_next(&sim->choices) >> 16) % n : 0;
}

static uint32_t begin_turn(void *user)
{
    ractor_sim *sim = user;
    if (sim->max_turn_ns != 0)
        sim->now_ns += choose(sim, sim->max_turn_ns + 1);
    return 1 + (uint32_t)choose(sim, sim->max_batch);
}

/* Time goes to the next timer, or as far as somebody waits. */
static bool sleep_until(void *user, uint64_t until_ns)
{
    ractor_sim *sim = user;
    uint64_t next_ns = rt_world_next_ns(sim);
    uint64_t target_ns = next_ns < until_ns ? next_ns : until_ns;
    if (target_ns == RT_NEVER)
        return false;
    if (target_ns > sim->now_ns)
        sim->now_ns = target_ns;
    return true;
}

static bool step(void *user)
{
    return rt_world_step(user);
}

static bool loses(void *user, ractor_ref to, const ractor_message_type *type, uint32_t tag)
{
    const ractor_sim *sim = user;
    return sim->loses != NULL && sim->loses(sim->loses_user, to, type, tag);
}

/* ------------------------------------------------------------------ the log */

static void mix(ractor_sim *sim, uint64_t value)
{
    sim->hash = (sim->hash ^ value) * UINT64_C(0x100000001b3);
    sim->hash ^= sim->hash >> 29;
}

static void note(ractor_sim *sim, uint64_t kind, const ractor_trace_message *message)
{
    sim = sim->main;
    sim->n_events++;
    mix(sim, kind);
    mix(sim, message->to.pid);
    mix(sim, message->from.pid);
    mix(sim, message->tag);
    mix(sim, (uint64_t)(int64_t)message->status);
    mix(sim, sim->now_ns);
}

static void on_send(void *user, const ractor_trace_message *message)
{
    ractor_sim *sim = user;
    note(sim, 1, message);
    if (sim->next_tracer != NULL && sim->next_tracer->on_send != NULL)
        sim->next_tracer->on_send(sim->next_tracer->user, message);
}

static void on_start(void *user, const ractor_trace_message *message)
{
    ractor_sim *sim = user;
    note(sim, 2, message);
    if (sim->next_tracer != NULL && sim->next_tracer->on_start != NULL)
        sim->next_tracer->on_start(sim->next_tracer->user, message);
}

static void on_end(void *user, const ractor_trace_message *message)
{
    ractor_sim *sim = user;
    note(sim, 3, message);
    if (sim->next_tracer != NULL && sim->next_tracer->on_end != NULL)
        sim->next_tracer->on_end(sim->next_tracer->user, message);
}

static void on_drop(void *user, const ractor_trace_message *message)
{
    ractor_sim *sim = user;
    note(sim, 4, message);
    if (sim->next_tracer != NULL && sim->next_tracer->on_drop != NULL)
        sim->next_tracer->on_drop(sim->next_tracer->user, message);
}

uint64_t ractor_sim_hash(const ractor_sim *sim)
{
    return sim->main->hash;
}

uint64_t ractor_sim_n_events(const ractor_sim *sim)
{
    return sim->main->n_events;
}

/* ------------------------------------------------------------------ beginning and end */

/* A generator's state from a seed; neighbouring seeds give unlike states (splitmix64). */
static uint64_t spread(uint64_t seed)
{
    uint64_t z = seed + UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return z != 0 ? z : 1;
}

static void set_up(ractor_sim *sim, const ractor_sim_options *options)
{
    sim->now_ns = START_NS;
    sim->choices = spread(options->seed);
    sim->bytes = spread(options->seed ^ UINT64_C(0x5851f42d4c957f2d));
    sim->max_batch = options->max_batch != 0 ? options->max_batch : DEFAULT_BATCH;
    sim->max_turn_ns = options->max_turn_us * UINT64_C(1000);
    sim->hash = HASH_START;
    sim->thread = &rt_thread;
    sim->main = options->beside != NULL ? options->beside->main : sim;
    sim->world = (struct rt_world){.clock = {now, sim->main},
                                   .random = {fill, sim->main},
                                   .choose = choose,
                                   .begin_turn = begin_turn,
                                   .step = step,
                                   .sleep = sleep_until,
                                   .loses = loses,
                                   .user = sim->main};
    sim->tracer = (ractor_tracer){on_send, on_start, on_end, on_drop, sim};
}

ractor_status ractor_sim_new(const ractor_sim_options *options, ractor_sim **result)
{
    static const ractor_sim_options defaults = {.seed = 0};
    ractor_runtime_options runtime_options = {.n_workers = 1};
    if (result == NULL)
        return RACTOR_EINVAL;
    ractor_sim *sim = rt_calloc(1, sizeof *sim);
    if (sim == NULL)
        return RACTOR_ENOMEM;
    options = options != NULL ? options : &defaults;
    set_up(sim, options);
    if (options->runtime != NULL)
        runtime_options = *options->runtime;
    sim->next_tracer = runtime_options.tracer;
    runtime_options.tracer = &sim->tracer;
    ractor_status status = rt_runtime_start(&runtime_options, &sim->world, &sim->runtime);
    if (status != RACTOR_OK) {
        rt_free(sim);
        return status;
    }
    rt_world_join(sim);
    *result = sim;
    return RACTOR_OK;
}

void ractor_sim_free(ractor_sim *sim)
{
    if (sim == NULL)
        return;
    ractor_sim_fail_allocations(sim, 0, 0);
    rt_probes_close(sim->probes);
    ractor_runtime_stop(sim->runtime);
    rt_world_leave(sim);
    rt_probes_free(sim->probes);
    rt_free(sim);
}

ractor_runtime *ractor_sim_runtime(const ractor_sim *sim)
{
    return sim->runtime;
}

uint64_t ractor_sim_now_ms(const ractor_sim *sim)
{
    return (sim->main->now_ns - START_NS) / RT_NS_PER_MS;
}

uint64_t ractor_sim_random(ractor_sim *sim, uint64_t n)
{
    return choose(sim->main, n);
}

/* ------------------------------------------------------------------ running */

uint64_t ractor_sim_run(ractor_sim *sim)
{
    uint64_t n_turns = 0;
    while (rt_world_step(sim->main))
        n_turns++;
    return n_turns;
}

static uint64_t limit_of(const ractor_sim *main, uint32_t limit_ms)
{
    return limit_ms != RACTOR_TIMEOUT_NONE ? main->now_ns + limit_ms * RT_NS_PER_MS : RT_NEVER;
}

/* Nothing can run. True: the time of the next timer has come, and is within the limit. */
static bool skip_to_next(ractor_sim *main, uint64_t limit_ns)
{
    return rt_world_next_ns(main) <= limit_ns && sleep_until(main, limit_ns);
}

/* All that happens until then. */
static void run_within(ractor_sim *main, uint64_t limit_ns)
{
    while (main->now_ns <= limit_ns)
        if (!rt_world_step(main) && !skip_to_next(main, limit_ns))
            return;
}

void ractor_sim_advance(ractor_sim *sim, uint32_t ms)
{
    ractor_sim *main = sim->main;
    uint64_t limit_ns = limit_of(main, ms);
    run_within(main, limit_ns);
    if (main->now_ns < limit_ns)
        main->now_ns = limit_ns;
}

ractor_status ractor_sim_run_until_idle(ractor_sim *sim, uint32_t limit_ms)
{
    uint64_t limit_ns = limit_of(sim->main, limit_ms);
    run_within(sim->main, limit_ns);
    return rt_world_next_ns(sim->main) == RT_NEVER ? RACTOR_OK : RACTOR_ETIMEOUT;
}

ractor_status ractor_sim_run_until(ractor_sim *sim, bool (*is_met)(void *user), void *user,
                                   uint32_t limit_ms)
{
    ractor_sim *main = sim->main;
    uint64_t limit_ns = limit_of(main, limit_ms);
    while (!is_met(user)) {
        if (main->now_ns > limit_ns)
            return RACTOR_ETIMEOUT;
        if (!rt_world_step(main) && !skip_to_next(main, limit_ns)) {
            if (limit_ns != RT_NEVER)
                main->now_ns = limit_ns;
            return RACTOR_ETIMEOUT;
        }
    }
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ faults */

static int must_fail(void *user)
{
    ractor_sim *sim = user;
    if (sim->thread != &rt_thread)
        return 0;
    uint64_t n = ++sim->n_allocations;
    return n >= sim->first_failing && n - sim->first_failing < sim->n_failing;
}

void ractor_sim_fail_allocations(ractor_sim *sim, uint64_t first, uint64_t count)
{
    bool was_on = sim->first_failing != 0;
    sim->first_failing = first;
    sim->n_failing = count;
    if (first != 0) {
        sim->n_allocations = 0;
        rt_alloc_set_fault(must_fail, sim);
    } else if (was_on) {
        rt_alloc_set_fault(NULL, NULL);
    }
}

uint64_t ractor_sim_n_allocations(const ractor_sim *sim)
{
    return sim->n_allocations;
}

void ractor_sim_set_loss(ractor_sim *sim, ractor_sim_loss loses_, void *user)
{
    sim->main->loses = loses_;
    sim->main->loses_user = user;
}

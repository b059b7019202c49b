/* SPDX-License-Identifier: MIT */
/*
 * Going to rest, and why nothing is slept through: the worker enters the idle list, the bell is set
 * to the next timer, and only then the worker looks whether there is work. Who makes work visible
 * later finds the worker idle and rings after the bell was set; who did so earlier is seen.
 */
#include "actor/host.h"

#include "actor/runtime.h"
#include "actor/scheduler.h"
#include "actor/timers.h"
#include "actor/worker.h"

#include <ractor/call.h>
#include <ractor/embed.h>

/* Turns between two looks at the timers. */
#define TURNS_PER_CLOCK 32

bool rt_host_is_here(const ractor_runtime *runtime)
{
    /* relaxed: only the host itself finds its own thread there. */
    return runtime->host.is_on &&
           atomic_load_explicit(&runtime->host.thread, memory_order_relaxed) == &rt_thread &&
           rt_thread.worker == NULL;
}

uint64_t rt_host_next_ns(ractor_runtime *runtime)
{
    uint64_t own_ns = rt_wheel_next_ns(&runtime->workers[0].wheel);
    uint64_t shared_ns = rt_timers_next(&runtime->timers);
    return own_ns < shared_ns ? own_ns : shared_ns;
}

/* Nobody rings until the worker rises, unless there is work. */
static void rest(ractor_runtime *runtime, bool has_more)
{
    struct rt_worker *worker = &runtime->workers[0];
    rt_scheduler_rest(worker);
    rt_timers_lend(&runtime->timers, &runtime->host.bell, rt_wheel_next_ns(&worker->wheel));
    if (has_more || rt_scheduler_has_work(worker)) {
        rt_scheduler_rise(worker);
        rt_bell_ring(&runtime->host.bell);
    }
}

void rt_host_start(ractor_runtime *runtime)
{
    atomic_store_explicit(&runtime->host.thread, &rt_thread, memory_order_relaxed);
    rest(runtime, false);
}

/* What is due runs as on a thread of its own: a function of the user's may wait in it. */
static void expire(ractor_runtime *runtime)
{
    rt_worker_expire(&runtime->workers[0], rt_now_ns(&runtime->clock));
    rt_thread.is_carrier = true;
    rt_timers_expire(&runtime->timers);
    rt_thread.is_carrier = false;
}

static uint32_t run(ractor_runtime *runtime, uint32_t budget)
{
    /* A simulation looks at its timers after every turn. */
    uint32_t stride = runtime->host.world != NULL ? 1 : TURNS_PER_CLOCK;
    uint32_t left = budget;
    uint32_t n_made = 1;
    while (left != 0 && n_made != 0) {
        expire(runtime);
        n_made = rt_worker_drive(&runtime->workers[0], left < stride ? left : stride);
        left -= n_made;
    }
    return budget - left;
}

uint32_t rt_host_drive(ractor_runtime *runtime, uint32_t budget)
{
    struct rt_thread outside = rt_thread;
    rt_thread = (struct rt_thread){.worker = NULL};
    rt_scheduler_rise(&runtime->workers[0]);
    uint32_t n_turns = run(runtime, budget);
    rest(runtime, n_turns == budget);
    rt_thread = outside;
    return n_turns;
}

static bool drive_some(ractor_runtime *runtime)
{
    const struct rt_world *world = runtime->host.world;
    return world != NULL ? world->step(world->user) : rt_host_drive(runtime, TURNS_PER_CLOCK) != 0;
}

static bool sleep_until(ractor_runtime *runtime, uint64_t deadline_ns)
{
    const struct rt_world *world = runtime->host.world;
    if (world != NULL)
        return world->sleep(world->user, deadline_ns);
    rt_bell_wait(&runtime->host.bell, deadline_ns);
    return true;
}

bool rt_host_wait(ractor_runtime *runtime, struct rt_parker *parker, uint64_t deadline_ns)
{
    for (;;) {
        if (rt_parker_try(parker))
            return true;
        if (rt_now_ns(&runtime->clock) >= deadline_ns)
            return false;
        bool is_idle = !drive_some(runtime);
        if (is_idle && !rt_parker_is_woken(parker) && !sleep_until(runtime, deadline_ns))
            return false;
    }
}

/* ------------------------------------------------------------------ for the host */

int ractor_runtime_fd(const ractor_runtime *runtime)
{
    return runtime->host.is_on ? runtime->host.bell.fd : -1;
}

ractor_status ractor_runtime_poll(ractor_runtime *runtime, uint32_t budget, uint32_t *n_turns)
{
    if (!rt_host_is_here(runtime))
        return RACTOR_EINVAL;
    uint32_t n_made = rt_host_drive(runtime, budget != 0 ? budget : UINT32_MAX);
    if (n_turns != NULL)
        *n_turns = n_made;
    return RACTOR_OK;
}

uint32_t ractor_runtime_timeout_ms(ractor_runtime *runtime)
{
    if (!rt_host_is_here(runtime))
        return RACTOR_TIMEOUT_NONE;
    if (rt_scheduler_has_work(&runtime->workers[0]))
        return 0;
    uint64_t next_ns = rt_host_next_ns(runtime);
    uint64_t now_ns = rt_now_ns(&runtime->clock);
    if (next_ns == RT_NEVER)
        return RACTOR_TIMEOUT_NONE;
    uint64_t left_ms = next_ns > now_ns ? (next_ns - now_ns + RT_NS_PER_MS - 1) / RT_NS_PER_MS : 0;
    return left_ms < RACTOR_TIMEOUT_NONE ? (uint32_t)left_ms : RACTOR_TIMEOUT_NONE - 1;
}

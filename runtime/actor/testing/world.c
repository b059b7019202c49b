/* SPDX-License-Identifier: MIT */
/*
 * A world of several: the runtimes of all simulations in it, and their guests. Whoever is to take
 * the next step is drawn among all; when it has nothing to do, the one behind it is asked, and so
 * on around.
 *
 *   main simulation --> next_member --> ...        each with a runtime and a list of guests
 */
#include "actor/guest.h"
#include "actor/runtime.h"
#include "actor/scheduler.h"
#include "actor/testing/sim.h"
#include "actor/worker.h"

/* ------------------------------------------------------------------ steps */

static bool step_runtime(ractor_sim *sim)
{
    struct rt_worker *worker = &sim->runtime->workers[0];
    bool is_alone = sim->main->next_member == NULL;
    if (!is_alone && !rt_scheduler_has_work(worker) &&
        rt_host_next_ns(sim->runtime) > sim->main->now_ns)
        return false;
    return rt_host_drive(sim->runtime, 1) != 0;
}

/* On the thread's place a carrier, as the guest's own thread would be. */
static bool step_guest(struct rt_guest *guest)
{
    struct rt_thread outside = rt_thread;
    rt_thread = (struct rt_thread){.pool = &guest->pool, .is_carrier = true};
    bool did = guest->step(guest);
    rt_thread = outside;
    return did;
}

/* The step of number `index`: first the runtimes, then the guests, each in the order of coming. */
static bool step_number(ractor_sim *main, uint64_t index)
{
    for (ractor_sim *sim = main; sim != NULL; sim = sim->next_member)
        if (index-- == 0)
            return step_runtime(sim);
    struct rt_guest *guest = main->guests;
    while (index-- != 0)
        guest = guest->next;
    return step_guest(guest);
}

bool rt_world_step(ractor_sim *main)
{
    uint64_t n = main->n_members + main->n_guests;
    uint64_t first = main->world.choose(main, n);
    for (uint64_t i = 0; i < n; i++)
        if (step_number(main, (first + i) % n))
            return true;
    return false;
}

uint64_t rt_world_next_ns(const ractor_sim *main)
{
    uint64_t next_ns = RT_NEVER;
    for (const ractor_sim *sim = main; sim != NULL; sim = sim->next_member) {
        uint64_t own_ns = sim->runtime != NULL ? rt_host_next_ns(sim->runtime) : RT_NEVER;
        next_ns = own_ns < next_ns ? own_ns : next_ns;
    }
    for (struct rt_guest *guest = main->guests; guest != NULL; guest = guest->next) {
        uint64_t own_ns = guest->next_ns(guest);
        next_ns = own_ns < next_ns ? own_ns : next_ns;
    }
    return next_ns;
}

/* ------------------------------------------------------------------ members */

void rt_world_join(ractor_sim *sim)
{
    ractor_sim *last = sim->main;
    sim->main->n_members++;
    if (sim == sim->main)
        return;
    while (last->next_member != NULL)
        last = last->next_member;
    last->next_member = sim;
}

void rt_world_leave(ractor_sim *sim)
{
    ractor_sim *before = sim->main;
    sim->main->n_members--;
    if (sim == sim->main)
        return;
    while (before->next_member != sim)
        before = before->next_member;
    before->next_member = sim->next_member;
}

/* ------------------------------------------------------------------ guests */

static ractor_sim *main_of(const ractor_runtime *runtime)
{
    return runtime->host.world->user;
}

bool ractor_guest_is_wanted(const ractor_runtime *runtime)
{
    return runtime->host.world != NULL;
}

void ractor_guest_enter(ractor_runtime *runtime, struct rt_guest *guest)
{
    ractor_sim *main = main_of(runtime);
    struct rt_guest **last = &main->guests;
    while (*last != NULL)
        last = &(*last)->next;
    rt_pool_init(&guest->pool, &runtime->depot);
    guest->runtime = runtime;
    guest->next = NULL;
    *last = guest;
    main->n_guests++;
}

void ractor_guest_leave(struct rt_guest *guest)
{
    ractor_sim *main = main_of(guest->runtime);
    struct rt_guest **at = &main->guests;
    while (*at != guest)
        at = &(*at)->next;
    *at = guest->next;
    main->n_guests--;
    if (rt_thread.pool == &guest->pool) /* in its own step */
        rt_thread.pool = NULL;
    rt_pool_fini(&guest->pool);
}

bool ractor_guest_let_run(ractor_runtime *runtime)
{
    ractor_sim *main = main_of(runtime);
    return rt_world_step(main) || main->world.sleep(main, RT_NEVER);
}

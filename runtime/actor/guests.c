/* SPDX-License-Identifier: MIT */
/*
 * One word says both how many are in and that the door is closed: so exactly one of them, or who
 * closes it, learns that it was the last, and the runtime cannot go before that one has finished
 * waking (the parker's lock is held meanwhile).
 */
#include "actor/guests.h"

#include "actor/runtime.h"
#include "actor/worker.h"

#define CLOSED UINT32_C(1)
#define ONE UINT32_C(2)

bool rt_guests_init(ractor_runtime *runtime)
{
    if (!rt_parker_init(&runtime->guests.gone))
        return false;
    runtime->guests.gone.bell = runtime->host.is_on ? &runtime->host.bell : NULL;
    return true;
}

void rt_guests_fini(ractor_runtime *runtime)
{
    rt_parker_fini(&runtime->guests.gone);
}

bool rt_guest_enter(ractor_runtime *runtime)
{
    struct rt_guests *guests = &runtime->guests;
    if (rt_worker_here(runtime) != NULL)
        return true;
    uint32_t seen = atomic_load_explicit(&guests->word, memory_order_relaxed);
    do {
        if ((seen & CLOSED) != 0)
            return false;
        /* release: pairs with the acquire in rt_guests_close. */
    } while (!atomic_compare_exchange_weak_explicit(&guests->word, &seen, seen + ONE,
                                                    memory_order_acq_rel, memory_order_relaxed));
    return true;
}

void rt_guest_leave(ractor_runtime *runtime)
{
    struct rt_guests *guests = &runtime->guests;
    if (rt_worker_here(runtime) != NULL)
        return;
    /* release: the guest has done with the runtime; pairs with the acquire in rt_guests_close, or,
     * of those before the last, with the last one's acquire. */
    uint32_t before = atomic_fetch_sub_explicit(&guests->word, ONE, memory_order_acq_rel);
    if (before == (ONE | CLOSED))
        rt_parker_wake(&guests->gone);
}

bool rt_guests_close(ractor_runtime *runtime)
{
    return atomic_fetch_or_explicit(&runtime->guests.word, CLOSED, memory_order_acq_rel) >= ONE;
}

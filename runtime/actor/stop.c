/* SPDX-License-Identifier: MIT */
/* Ending actors from outside: each of these only sets a signal; the actor's turn does the rest. */
#include "actor/cell.h"
#include "actor/guests.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/tree.h"
#include "base/alloc.h"
#include "base/clock.h"

#include <ractor/actor.h>

static bool is_local(ractor_ref actor)
{
    return rt_ref_is_alive(actor) && !rt_cell_is_remote(actor.cell);
}

/* An actor of another node is ended by that node. */
static void ask_node(ractor_ref actor, enum rt_exit how, const char *reason)
{
    struct rt_remote_address address;
    if (ractor_remote_address_of(actor, &address) && address.ops->exit != NULL)
        address.ops->exit(&address, how, reason);
}

ractor_actor_status ractor_status_of(ractor_ref actor)
{
    if (!rt_ref_is_alive(actor))
        return RACTOR_ACTOR_STOPPED;
    uint32_t status = atomic_load_explicit(&actor.cell->status, memory_order_relaxed);
    return rt_ref_is_alive(actor) ? (ractor_actor_status)status : RACTOR_ACTOR_STOPPED;
}

void ractor_stop(ractor_ref actor, const char *reason)
{
    if (!is_local(actor)) {
        ask_node(actor, RT_EXIT_STOP, reason);
        return;
    }
    char *copy = rt_strdup(reason);
    if (copy == NULL) { /* none, or no memory: the actor stops without a reason */
        (void)rt_cell_signal_and_wake(actor, RT_SIGNAL_STOP);
        return;
    }
    rt_tree_lock(actor.cell);
    if (rt_ref_is_alive(actor) && actor.cell->stop_reason == NULL) {
        actor.cell->stop_reason = copy;
        copy = NULL;
    }
    rt_tree_unlock(actor.cell);
    rt_free(copy);
    (void)rt_cell_signal_and_wake(actor, RT_SIGNAL_STOP | RT_SIGNAL_REASON);
}

void ractor_kill(ractor_ref actor)
{
    if (!is_local(actor)) {
        ask_node(actor, RT_EXIT_KILL, NULL);
        return;
    }
    if (!rt_cell_signal(actor, RT_SIGNAL_KILL))
        return;
    /* seq_cst: read after the signal is set; pairs with the hook, which announces its wait before
     * it reads the signals. */
    uint64_t waiting = atomic_load_explicit(&actor.cell->waiting, memory_order_seq_cst);
    /* If the actor still lives, the wait that was read is its own, not its cell's next user's. */
    if (waiting != 0 && rt_ref_is_alive(actor))
        rt_slot_cancel_wait(actor.cell->runtime, waiting);
    (void)rt_cell_signal_and_wake(actor, RT_SIGNAL_KILL);
}

void ractor_drain(ractor_ref actor)
{
    if (!is_local(actor)) {
        ask_node(actor, RT_EXIT_DRAIN, NULL);
        return;
    }
    /* Under the lock a living actor cannot make way for another one in the same cell. */
    rt_tree_lock(actor.cell);
    uint32_t status = atomic_load_explicit(&actor.cell->status, memory_order_relaxed);
    while (rt_ref_is_alive(actor) && status < RACTOR_ACTOR_DRAINING) {
        if (atomic_compare_exchange_weak_explicit(&actor.cell->status, &status,
                                                  RACTOR_ACTOR_DRAINING, memory_order_relaxed,
                                                  memory_order_relaxed))
            break;
    }
    rt_tree_unlock(actor.cell);
    (void)rt_cell_signal_and_wake(actor, RT_SIGNAL_DRAIN);
}

/* Told to end, and waited for by a thread that is a guest meanwhile: what was told may end all. */
static ractor_status end_and_wait(ractor_ref actor, void (*end)(ractor_ref actor, const char *why),
                                  const char *why, uint32_t timeout_ms)
{
    if (actor.cell == NULL)
        return RACTOR_OK;
    ractor_runtime *runtime = actor.cell->runtime;
    if (!rt_guest_enter(runtime))
        return RACTOR_OK; /* no actor lives any more */
    end(actor, why);
    ractor_status status = ractor_wait(actor, timeout_ms);
    rt_guest_leave(runtime);
    return status;
}

static void kill_one(ractor_ref actor, const char *why)
{
    (void)why;
    ractor_kill(actor);
}

static void drain_one(ractor_ref actor, const char *why)
{
    (void)why;
    ractor_drain(actor);
}

ractor_status ractor_stop_and_wait(ractor_ref actor, const char *reason, uint32_t timeout_ms)
{
    return end_and_wait(actor, ractor_stop, reason, timeout_ms);
}

ractor_status ractor_kill_and_wait(ractor_ref actor, uint32_t timeout_ms)
{
    return end_and_wait(actor, kill_one, NULL, timeout_ms);
}

ractor_status ractor_drain_and_wait(ractor_ref actor, uint32_t timeout_ms)
{
    return end_and_wait(actor, drain_one, NULL, timeout_ms);
}

/* ------------------------------------------------------------------ children */

/* The children of this moment, on the heap; none when the result is NULL. */
static ractor_ref *list_children(ractor_ref parent, size_t *n_children, ractor_status *status)
{
    size_t capacity = ractor_children(parent, NULL, 0) + 8;
    ractor_ref *children = rt_calloc(capacity, sizeof *children);
    *n_children = 0;
    *status = children != NULL ? RACTOR_OK : RACTOR_ENOMEM;
    if (children == NULL)
        return NULL;
    size_t n_found = ractor_children(parent, children, capacity);
    *n_children = n_found < capacity ? n_found : capacity;
    return children;
}

static ractor_status wait_for_all(const ractor_ref *actors, size_t n_actors, uint32_t timeout_ms)
{
    if (n_actors == 0)
        return RACTOR_OK;
    const struct rt_clock *clock = &actors[0].cell->runtime->clock;
    uint64_t deadline_ns = rt_deadline_ns(clock, timeout_ms);
    for (size_t i = 0; i < n_actors; i++) {
        uint64_t now_ns = rt_now_ns(clock);
        uint32_t left_ms = timeout_ms;
        if (deadline_ns != RT_NEVER)
            left_ms = now_ns < deadline_ns ? (uint32_t)((deadline_ns - now_ns) / RT_NS_PER_MS) : 0;
        ractor_status status = ractor_wait(actors[i], left_ms);
        if (status != RACTOR_OK)
            return status;
    }
    return RACTOR_OK;
}

ractor_status ractor_stop_children(ractor_ref parent, const char *reason)
{
    size_t n_children;
    ractor_status status;
    ractor_ref *children = list_children(parent, &n_children, &status);
    for (size_t i = 0; i < n_children; i++)
        ractor_stop(children[i], reason);
    rt_free(children);
    return status;
}

ractor_status ractor_drain_children(ractor_ref parent)
{
    size_t n_children;
    ractor_status status;
    ractor_ref *children = list_children(parent, &n_children, &status);
    for (size_t i = 0; i < n_children; i++)
        ractor_drain(children[i]);
    rt_free(children);
    return status;
}

static ractor_status end_children_and_wait(ractor_ref parent,
                                           void (*end)(ractor_ref actor, const char *why),
                                           const char *why, uint32_t timeout_ms)
{
    size_t n_children;
    ractor_status status;
    if (parent.cell == NULL || !rt_guest_enter(parent.cell->runtime))
        return RACTOR_OK;
    ractor_runtime *runtime = parent.cell->runtime;
    ractor_ref *children = list_children(parent, &n_children, &status);
    for (size_t i = 0; i < n_children; i++)
        end(children[i], why);
    if (status == RACTOR_OK)
        status = wait_for_all(children, n_children, timeout_ms);
    rt_free(children);
    rt_guest_leave(runtime);
    return status;
}

ractor_status ractor_stop_children_and_wait(ractor_ref parent, const char *reason,
                                            uint32_t timeout_ms)
{
    return end_children_and_wait(parent, ractor_stop, reason, timeout_ms);
}

ractor_status ractor_drain_children_and_wait(ractor_ref parent, uint32_t timeout_ms)
{
    return end_children_and_wait(parent, drain_one, NULL, timeout_ms);
}

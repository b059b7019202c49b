/* SPDX-License-Identifier: MIT */
#include "actor/tree.h"

#include "actor/cell.h"
#include "actor/context.h"
#include "actor/event.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "base/alloc.h"
#include "base/clock.h"

#include <string.h>

bool rt_tree_init(struct rt_tree *tree)
{
    for (unsigned i = 0; i < RT_TREE_STRIPES; i++)
        if (pthread_mutex_init(&tree->stripes[i].lock, NULL) != 0)
            return false;
    return true;
}

void rt_tree_fini(struct rt_tree *tree)
{
    for (unsigned i = 0; i < RT_TREE_STRIPES; i++)
        (void)pthread_mutex_destroy(&tree->stripes[i].lock);
}

/* ------------------------------------------------------------------ locks */

static pthread_mutex_t *stripe_of(const struct ractor_cell *cell)
{
    uintptr_t address = (uintptr_t)cell / sizeof *cell;
    return &cell->runtime->tree.stripes[address % RT_TREE_STRIPES].lock;
}

void rt_tree_lock(struct ractor_cell *cell)
{
    (void)pthread_mutex_lock(stripe_of(cell));
}

void rt_tree_unlock(struct ractor_cell *cell)
{
    (void)pthread_mutex_unlock(stripe_of(cell));
}

/* The stripes of up to three cells of one runtime, locked in the order of their addresses. */
struct locked {
    pthread_mutex_t *locks[3];
    unsigned n_locks;
};

static void add_lock(struct locked *locked, const struct ractor_cell *cell)
{
    if (cell == NULL)
        return;
    pthread_mutex_t *lock = stripe_of(cell);
    unsigned place = 0;
    while (place < locked->n_locks && locked->locks[place] < lock)
        place++;
    if (place < locked->n_locks && locked->locks[place] == lock)
        return;
    for (unsigned i = locked->n_locks; i > place; i--)
        locked->locks[i] = locked->locks[i - 1];
    locked->locks[place] = lock;
    locked->n_locks++;
}

static void lock_cells(struct locked *locked, const struct ractor_cell *a,
                       const struct ractor_cell *b, const struct ractor_cell *c)
{
    locked->n_locks = 0;
    add_lock(locked, a);
    add_lock(locked, b);
    add_lock(locked, c);
    for (unsigned i = 0; i < locked->n_locks; i++)
        (void)pthread_mutex_lock(locked->locks[i]);
}

static void unlock_cells(const struct locked *locked)
{
    for (unsigned i = locked->n_locks; i-- > 0;)
        (void)pthread_mutex_unlock(locked->locks[i]);
}

/* Locks a child with its supervisor, whoever that is, and one more cell. */
static void lock_with_supervisor(struct locked *locked, struct ractor_cell *child,
                                 const struct ractor_cell *other)
{
    for (;;) {
        rt_tree_lock(child);
        struct ractor_cell *supervisor = child->supervisor.cell;
        rt_tree_unlock(child);
        lock_cells(locked, child, supervisor, other);
        if (child->supervisor.cell == supervisor)
            return;
        unlock_cells(locked); /* it has changed in between */
    }
}

/* ------------------------------------------------------------------ links */

/* Under the locks of the child and its supervisor. The exit event is the caller's to free. */
static struct rt_event *detach(struct ractor_cell *child)
{
    struct rt_event *event = child->exit_event;
    if (child->supervisor.cell == NULL)
        return NULL;
    *child->back_sibling = child->next_sibling;
    if (child->next_sibling != NULL)
        child->next_sibling->back_sibling = child->back_sibling;
    child->supervisor = (ractor_ref){NULL, 0};
    child->exit_event = NULL;
    child->next_sibling = NULL;
    child->back_sibling = NULL;
    return event;
}

/* Under the locks of both. */
static void attach(struct ractor_cell *child, ractor_ref supervisor, struct rt_event *exit_event)
{
    child->supervisor = supervisor;
    child->exit_event = exit_event;
    child->next_sibling = supervisor.cell->children;
    child->back_sibling = &supervisor.cell->children;
    if (child->next_sibling != NULL)
        child->next_sibling->back_sibling = &child->next_sibling;
    supervisor.cell->children = child;
}

/* Under the cell's lock: an ending actor makes no new links. */
static ractor_status check_linkable(ractor_ref ref)
{
    if (!rt_ref_is_alive(ref))
        return RACTOR_ENOENT;
    uint32_t status = atomic_load_explicit(&ref.cell->status, memory_order_relaxed);
    return status >= RACTOR_ACTOR_DRAINING ? RACTOR_ESTOPPED : RACTOR_OK;
}

ractor_status ractor_link(ractor_ref child, ractor_ref supervisor)
{
    if (!rt_ref_is_alive(child) || !rt_ref_is_alive(supervisor))
        return RACTOR_ENOENT;
    if (ractor_ref_equal(child, supervisor) || child.cell->runtime != supervisor.cell->runtime)
        return RACTOR_EINVAL;
    if (rt_cell_is_remote(supervisor.cell))
        return RACTOR_ENOTSUP;
    struct rt_event *event = rt_event_new(RACTOR_EVENT_ACTOR_TERMINATED, supervisor, 0);
    if (event == NULL)
        return RACTOR_ENOMEM;
    struct locked locked;
    lock_with_supervisor(&locked, child.cell, supervisor.cell);
    ractor_status status = check_linkable(child);
    if (status == RACTOR_OK)
        status = check_linkable(supervisor);
    if (status == RACTOR_OK) {
        struct rt_event *before = detach(child.cell);
        atomic_store_explicit(&child.cell->is_watched, true, memory_order_relaxed);
        attach(child.cell, supervisor, event);
        event = before;
    }
    unlock_cells(&locked);
    rt_event_free(event);
    return status;
}

void ractor_unlink(ractor_ref child, ractor_ref supervisor)
{
    if (!rt_ref_is_alive(child))
        return;
    struct locked locked;
    struct rt_event *event = NULL;
    lock_with_supervisor(&locked, child.cell, NULL);
    if (rt_ref_is_alive(child) && ractor_ref_equal(child.cell->supervisor, supervisor))
        event = detach(child.cell);
    unlock_cells(&locked);
    rt_event_free(event);
}

ractor_ref ractor_supervisor_of(ractor_ref actor)
{
    ractor_ref supervisor = {NULL, 0};
    if (!rt_ref_is_alive(actor))
        return supervisor;
    rt_tree_lock(actor.cell);
    if (rt_ref_is_alive(actor))
        supervisor = actor.cell->supervisor;
    rt_tree_unlock(actor.cell);
    return supervisor;
}

size_t ractor_children(ractor_ref actor, ractor_ref *children, size_t capacity)
{
    size_t n_children = 0;
    if (!rt_ref_is_alive(actor))
        return 0;
    rt_tree_lock(actor.cell);
    if (rt_ref_is_alive(actor)) {
        for (struct ractor_cell *child = actor.cell->children; child != NULL;
             child = child->next_sibling) {
            ractor_ref ref = {child, atomic_load_explicit(&child->pid, memory_order_relaxed)};
            if (n_children < capacity)
                children[n_children] = ref;
            n_children++;
        }
    }
    rt_tree_unlock(actor.cell);
    return n_children;
}

void rt_tree_kill_children(ractor_ref parent)
{
    for (;;) {
        rt_tree_lock(parent.cell);
        struct ractor_cell *child = parent.cell->children;
        rt_tree_unlock(parent.cell);
        if (child == NULL)
            return;
        struct locked locked;
        struct rt_event *event = NULL;
        ractor_ref ref = {NULL, 0};
        lock_cells(&locked, parent.cell, child, NULL);
        if (ractor_ref_equal(child->supervisor, parent)) {
            ref.cell = child;
            ref.pid = atomic_load_explicit(&child->pid, memory_order_relaxed);
            event = detach(child);
        }
        unlock_cells(&locked);
        rt_event_free(event);
        if (ref.cell != NULL)
            ractor_kill(ref);
    }
}

/* ------------------------------------------------------------------ monitors */

/* Under the lock. Takes monitors of watchers that have ended out of the list. */
static struct rt_event *take_stale_monitors(struct ractor_cell *cell)
{
    struct rt_event *stale = NULL;
    struct rt_event **link = &cell->monitors;
    while (*link != NULL) {
        struct rt_event *monitor = *link;
        if (rt_ref_is_alive(monitor->to)) {
            link = &monitor->next;
            continue;
        }
        *link = monitor->next;
        monitor->next = stale;
        stale = monitor;
    }
    return stale;
}

/* Under the lock. */
static struct rt_event **find_monitor(struct ractor_cell *target, ractor_ref watcher)
{
    struct rt_event **link = &target->monitors;
    while (*link != NULL && !ractor_ref_equal((*link)->to, watcher))
        link = &(*link)->next;
    return link;
}

ractor_status ractor_monitor(ractor_ref watcher, ractor_ref target)
{
    if (!rt_ref_is_alive(watcher) || !rt_ref_is_alive(target))
        return RACTOR_ENOENT;
    if (rt_cell_is_remote(watcher.cell))
        return RACTOR_ENOTSUP;
    struct rt_event *event = rt_event_new(RACTOR_EVENT_ACTOR_TERMINATED, watcher, 0);
    if (event == NULL)
        return RACTOR_ENOMEM;
    rt_tree_lock(target.cell);
    bool is_told =
        !rt_ref_is_alive(target) ||
        atomic_load_explicit(&target.cell->status, memory_order_relaxed) >= RACTOR_ACTOR_STOPPING;
    struct rt_event *stale = take_stale_monitors(target.cell);
    if (!is_told && *find_monitor(target.cell, watcher) == NULL) {
        atomic_store_explicit(&target.cell->is_watched, true, memory_order_relaxed);
        event->next = target.cell->monitors;
        target.cell->monitors = event;
        event = NULL;
    }
    rt_tree_unlock(target.cell);
    rt_event_free_list(stale);
    rt_event_free(event);
    return is_told ? RACTOR_ENOENT : RACTOR_OK;
}

void ractor_demonitor(ractor_ref watcher, ractor_ref target)
{
    if (!rt_ref_is_alive(target))
        return;
    rt_tree_lock(target.cell);
    struct rt_event **link = find_monitor(target.cell, watcher);
    struct rt_event *monitor = *link;
    if (monitor != NULL && rt_ref_is_alive(target))
        *link = monitor->next;
    else
        monitor = NULL;
    rt_tree_unlock(target.cell);
    rt_event_free(monitor);
}

/* ------------------------------------------------------------------ telling */

static void tell_started_to(ractor_ref to, ractor_ref who)
{
    struct rt_event *event = rt_event_new(RACTOR_EVENT_ACTOR_STARTED, to, 0);
    if (event == NULL)
        return; /* the end, which matters more, has its event already */
    event->content.actor = who;
    rt_event_send(event);
}

void rt_tree_tell_started(ractor_ref who)
{
    ractor_ref supervisor;
    ractor_ref watchers[16];
    unsigned n_watchers = 0;
    /* relaxed: whoever begins to watch at this very moment may be too late for the start. */
    if (!atomic_load_explicit(&who.cell->is_watched, memory_order_relaxed))
        return;
    rt_tree_lock(who.cell);
    supervisor = who.cell->supervisor;
    for (struct rt_event *m = who.cell->monitors; m != NULL && n_watchers < 16; m = m->next)
        watchers[n_watchers++] = m->to;
    rt_tree_unlock(who.cell);
    for (unsigned i = 0; i < n_watchers; i++)
        tell_started_to(watchers[i], who);
    if (supervisor.cell != NULL)
        tell_started_to(supervisor, who);
}

/* Makes a prepared event tell of the end, and sends it. Reason and details are copied; without
 * memory for them the event goes without. */
static void tell_ended_to(struct rt_event *event, ractor_ref who, const struct rt_ending *ending)
{
    event->content.kind = ending->kind;
    event->content.actor = who;
    event->content.status = ending->status;
    event->reason = rt_strdup(ending->reason);
    event->content.reason = ractor_string_from(event->reason);
    event->details = rt_strdup(ending->details);
    event->content.details = ractor_string_from(event->details);
    rt_event_send(event);
}

bool rt_tree_tell_ended(ractor_ref who, struct rt_ending *ending)
{
    struct locked locked;
    lock_with_supervisor(&locked, who.cell, NULL);
    struct rt_event *monitors = who.cell->monitors;
    struct rt_event *to_supervisor = detach(who.cell);
    who.cell->monitors = NULL;
    unlock_cells(&locked);
    while (monitors != NULL) {
        struct rt_event *next = monitors->next;
        tell_ended_to(monitors, who, ending);
        monitors = next;
    }
    if (to_supervisor == NULL)
        return false;
    bool is_taken = ending->hands_over_state;
    if (is_taken) {
        to_supervisor->class = who.cell->class;
        to_supervisor->content.state = who.cell->state;
    }
    tell_ended_to(to_supervisor, who, ending);
    return is_taken;
}

bool rt_tree_is_supervised(ractor_ref who)
{
    rt_tree_lock(who.cell);
    bool is_supervised = who.cell->supervisor.cell != NULL;
    rt_tree_unlock(who.cell);
    return is_supervised;
}

/* Under the lock. */
static void close_cell(struct ractor_cell *cell)
{
    atomic_store_explicit(&cell->status, RACTOR_ACTOR_STOPPED, memory_order_relaxed);
    /* release: pairs with rt_ref_is_alive; whoever sees the end sees all that came before it. */
    atomic_store_explicit(&cell->pid, 0, memory_order_release);
}

void rt_tree_close(struct ractor_cell *cell)
{
    rt_tree_lock(cell);
    char *stop_reason = cell->stop_reason;
    cell->stop_reason = NULL;
    close_cell(cell);
    rt_tree_unlock(cell);
    rt_free(stop_reason);
}

bool rt_tree_end_alone(ractor_ref who)
{
    struct ractor_cell *cell = who.cell;
    rt_tree_lock(cell);
    bool is_alone = cell->supervisor.cell == NULL && cell->children == NULL &&
                    cell->monitors == NULL && cell->waiters == NULL && cell->stop_reason == NULL;
    if (is_alone)
        close_cell(cell);
    rt_tree_unlock(cell);
    return is_alone;
}

/* ------------------------------------------------------------------ waiting for the end */

struct ractor_call_slot *rt_tree_claim_waiters(struct ractor_cell *cell)
{
    struct ractor_call_slot *claimed = NULL;
    rt_tree_lock(cell);
    struct ractor_call_slot *slot = cell->waiters;
    cell->waiters = NULL;
    while (slot != NULL) {
        struct ractor_call_slot *next = slot->as.wait.next_waiter;
        uint64_t id = atomic_load_explicit(&slot->id, memory_order_relaxed);
        /* A claimed one has timed out, and its waiter is about to take the lock. */
        if ((id & RT_SLOT_CLAIMED) == 0 && rt_slot_claim(slot, id)) {
            slot->as.wait.next_waiter = claimed;
            claimed = slot;
        }
        slot = next;
    }
    rt_tree_unlock(cell);
    return claimed;
}

void rt_tree_release_waiters(struct ractor_call_slot *claimed)
{
    while (claimed != NULL) {
        struct ractor_call_slot *next = claimed->as.wait.next_waiter;
        rt_slot_finish(claimed, RACTOR_OK);
        claimed = next;
    }
}

static void withdraw_waiter(struct ractor_cell *cell, struct ractor_call_slot *slot)
{
    rt_tree_lock(cell);
    struct ractor_call_slot **link = &cell->waiters;
    while (*link != NULL && *link != slot)
        link = &(*link)->as.wait.next_waiter;
    if (*link == slot)
        *link = slot->as.wait.next_waiter;
    rt_tree_unlock(cell);
}

ractor_status ractor_wait(ractor_ref actor, uint32_t timeout_ms)
{
    if (!rt_ref_is_alive(actor))
        return RACTOR_OK;
    if (rt_context_is_within(actor))
        return RACTOR_EINVAL;
    ractor_runtime *runtime = rt_context_waiting_runtime(actor.cell->runtime);
    struct ractor_call_slot *slot;
    ractor_status status = rt_slot_take(runtime, RT_SLOT_WAIT, &slot);
    if (status != RACTOR_OK)
        return status;
    rt_tree_lock(actor.cell);
    bool is_alive = rt_ref_is_alive(actor);
    if (is_alive) {
        slot->as.wait.next_waiter = actor.cell->waiters;
        actor.cell->waiters = slot;
    }
    rt_tree_unlock(actor.cell);
    if (!is_alive) {
        rt_slot_abandon(slot);
        return RACTOR_OK;
    }
    status = rt_slot_wait(slot, rt_deadline_ns(&runtime->clock, timeout_ms));
    if (status != RACTOR_OK)
        withdraw_waiter(actor.cell, slot);
    rt_slot_give(slot);
    return status;
}

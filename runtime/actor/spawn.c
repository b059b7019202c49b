/* SPDX-License-Identifier: MIT */
/*
 * Making actors. `pre_start` runs here, on the spawner's stack, as in ractor: when spawn returns
 * the actor is there or has failed; an instant spawn leaves it to the actor's first turn. The
 * cell's mailbox is not idle meanwhile, so what is sent to the actor waits until the spawner
 * schedules it.
 */
#include "actor/bound.h"
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/event.h"
#include "actor/guests.h"
#include "actor/life.h"
#include "actor/pin.h"
#include "actor/runtime.h"
#include "actor/span.h"
#include "actor/scheduler.h"
#include "actor/slot.h"
#include "base/alloc.h"

#include <ractor/actor.h>

#include <string.h>

static ractor_status check_class(ractor_runtime *runtime, const ractor_actor_class *class)
{
    if (class == NULL)
        return RACTOR_EINVAL;
    const ractor_message_type *type = class->messages;
    if (type == NULL || class->handle_any != NULL)
        return RACTOR_OK;
    const char *missing = class->handlers != NULL ? type->missing(class->handlers) : "all";
    if (missing == NULL)
        return RACTOR_OK;
    rt_logf(&runtime->log, RACTOR_LOG_ERROR, "cannot spawn %s: no handler for variant %s",
            class->name != NULL ? class->name : type->name, missing);
    return RACTOR_EINVAL;
}

/* Gives a cell that the caller owns its new actor. */
static ractor_ref occupy(struct ractor_cell *cell, const ractor_actor_class *class, void *state,
                         enum rt_cell_kind kind)
{
    ractor_ref self = {cell, cell->record.next_id};
    cell->class = class;
    cell->state = state;
    cell->has_started = false;
    cell->is_pending = false;
    cell->is_pinned = false;
    atomic_store_explicit(&cell->is_crowded, false, memory_order_relaxed);
    atomic_store_explicit(&cell->is_watched, false, memory_order_relaxed);
    atomic_store_explicit(&cell->has_joined, false, memory_order_relaxed);
    atomic_store_explicit(&cell->waiting, 0, memory_order_relaxed);
    atomic_store_explicit(&cell->kind, (uint8_t)kind, memory_order_release); /* rt_cell_jobs */
    atomic_store_explicit(&cell->type, class != NULL ? class->messages : NULL,
                          memory_order_relaxed);
    atomic_store_explicit(&cell->status, RACTOR_ACTOR_STARTING, memory_order_relaxed);
    atomic_store_explicit(&cell->signals, rt_signal_generation(self.pid), memory_order_relaxed);
    /* seq_cst: publishes the fields (pairs with rt_ref_is_alive), and is before the look at
     * is_stopping; pairs with ractor_runtime_stop. */
    atomic_store_explicit(&cell->pid, self.pid, memory_order_seq_cst);
    return self;
}

static ractor_status run_pre_start(ractor_ref self, const void *args, char *reason)
{
    struct ractor_context context;
    struct ractor_cell *cell = self.cell;
    ractor_status status = RACTOR_OK;
    rt_context_enter(&context, cell->runtime, self);
    if (cell->class->pre_start != NULL)
        status = cell->class->pre_start(&context, cell->state, args);
    rt_span_leave(&context);
    rt_context_leave(&context);
    memcpy(reason, context.reason, RT_REASON_BYTES);
    rt_free(context.details);
    if (status == RACTOR_OK && rt_cell_is_killed(cell))
        return RACTOR_ECANCELED;
    return status;
}

static ractor_status link_to_supervisor(ractor_ref self, const ractor_spawn_options *options)
{
    if (!ractor_ref_is_some(options->supervisor))
        return RACTOR_OK;
    ractor_status status = ractor_link(self, options->supervisor);
    return status == RACTOR_ENOENT ? RACTOR_ESTOPPED : status;
}

/* From the name to the supervisor. */
static ractor_status bring_up(ractor_ref self, const ractor_spawn_options *options,
                              const void *args)
{
    ractor_status status = RACTOR_OK;
    ractor_runtime *runtime = self.cell->runtime;
    char reason[RT_REASON_BYTES];
    if (atomic_load_explicit(&runtime->is_stopping, memory_order_seq_cst))
        return RACTOR_ESTOPPED;
    if (options->name != NULL)
        status = rt_registry_add(self, options->name, true);
    if (status != RACTOR_OK)
        return status;
    status = run_pre_start(self, args, reason);
    if (status != RACTOR_OK) {
        rt_logf(&runtime->log, RACTOR_LOG_DEBUG, "pre_start of %llu failed: %s",
                (unsigned long long)self.pid, reason[0] != '\0' ? reason : ractor_strerror(status));
        return status;
    }
    return link_to_supervisor(self, options);
}

/* It has not run: nobody hears of it but monitors that its pre_start has invited. */
static void take_down(ractor_ref self)
{
    struct rt_ending ending = {.kind = RACTOR_EVENT_ACTOR_TERMINATED,
                               .reason = rt_strdup("did not start")};
    rt_actor_leave_world(self.cell);
    rt_actor_finish(self.cell, &ending);
    rt_free(ending.reason);
}

/* What an actor to be needs, taken before there is an actor: so want of memory undoes all of it. */
struct parts {
    const ractor_actor_class *class;
    void *state;
    struct rt_bound *bound; /* NULL: unbounded */
    struct rt_pin *pin;     /* NULL: not pinned */
    struct ractor_cell *cell;
};

static void give_parts_back(ractor_runtime *runtime, struct parts *parts)
{
    rt_state_drop(parts->class, parts->state);
    rt_bound_drop(runtime, parts->bound);
    rt_pin_drop(parts->pin);
}

static bool take_places(ractor_runtime *runtime, const ractor_mailbox_bound *limits, bool is_pinned,
                        struct parts *parts)
{
    if (limits != NULL && (parts->bound = rt_bound_new(runtime, limits)) == NULL)
        return false;
    if (is_pinned && (parts->pin = rt_pin_new(runtime)) == NULL)
        return false;
    parts->cell = rt_cell_take(runtime);
    return parts->cell != NULL;
}

static ractor_status take_parts(ractor_runtime *runtime, const ractor_spawn_options *options,
                                struct parts *parts)
{
    ractor_mailbox_bound limits;
    bool is_bounded;
    ractor_status status =
        rt_bound_resolve(&options->mailbox, parts->class->messages, &limits, &is_bounded);
    if (status != RACTOR_OK)
        return status;
    if (parts->class->state_bytes != 0 && (parts->state = rt_state_new(parts->class)) == NULL)
        return RACTOR_ENOMEM;
    if (take_places(runtime, is_bounded ? &limits : NULL, options->pinned != 0, parts))
        return RACTOR_OK;
    give_parts_back(runtime, parts);
    return RACTOR_ENOMEM;
}

/* From now on the cell's actor runs on the pin's thread, to which the owner has to give it. */
static void pin_to(struct ractor_cell *cell, struct rt_pin *pin)
{
    pin->cell = cell;
    atomic_store_explicit(&cell->pin, pin, memory_order_relaxed);
    cell->is_pinned = true;
}

/* Makes an actor that has not started; the caller owns its cell. */
static ractor_status make(ractor_runtime *runtime, const ractor_actor_class *class,
                          const ractor_spawn_options *options, ractor_ref *self)
{
    struct parts parts = {.class = class};
    ractor_status status = check_class(runtime, class);
    if (status == RACTOR_OK && options->pinned != 0 && runtime->host.world != NULL)
        status = RACTOR_ENOTSUP; /* a simulation has one thread */
    if (status == RACTOR_OK)
        status = take_parts(runtime, options, &parts);
    if (status != RACTOR_OK)
        return status;
    rt_runtime_actor_started(runtime);
    if (parts.bound != NULL) {
        rt_bound_open(parts.bound, parts.cell->record.next_id);
        atomic_store_explicit(&parts.cell->bound, parts.bound, memory_order_relaxed);
    }
    /* release: pairs with rt_cell_jobs, likewise below. */
    atomic_store_explicit(&parts.cell->jobs, NULL, memory_order_release);
    *self = occupy(parts.cell, class, parts.state,
                   parts.bound != NULL ? RT_CELL_BOUNDED : RT_CELL_LOCAL);
    if (parts.pin != NULL)
        pin_to(parts.cell, parts.pin);
    return RACTOR_OK;
}

static const ractor_spawn_options no_options = {.name = NULL};

static ractor_status spawn(ractor_runtime *runtime, const ractor_actor_class *actor_class,
                           const ractor_spawn_options *options, const void *args, ractor_ref *ref)
{
    ractor_ref self;
    ractor_status status = make(runtime, actor_class, options, &self);
    if (status != RACTOR_OK)
        return status;
    status = bring_up(self, options, args);
    if (status != RACTOR_OK) {
        take_down(self);
        return status;
    }
    rt_registry_tell_started(self);
    *ref = self;
    rt_schedule(self.cell);
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ pinned actors */

/* On the spawner's stack, until the slot ends. */
struct pinned_start {
    ractor_ref self;
    const ractor_spawn_options *options;
    const void *args;
    struct ractor_context *outer; /* the hook that spawns; NULL: none */
    struct ractor_call_slot *slot;
};

/* On the actor's thread. The spawner's hook is the outer one, as if it ran its `pre_start` itself:
 * its kill ends what the `pre_start` waits for, and it must not be waited for. */
static void start_pinned(void *argument)
{
    struct pinned_start *start = argument;
    ractor_ref self = start->self;
    struct ractor_call_slot *slot = start->slot;
    uint64_t ticket = rt_slot_port(slot).ticket;
    rt_thread.context = start->outer;
    ractor_status status = bring_up(self, start->options, start->args);
    rt_thread.context = NULL;
    if (status == RACTOR_OK)
        rt_registry_tell_started(self);
    else
        take_down(self);
    /* The claim fails when the runtime, where nobody lives any more, has ended the wait. */
    if (rt_slot_claim(slot, ticket))
        rt_slot_finish(slot, status);
    if (status == RACTOR_OK)
        rt_schedule(self.cell);
}

static ractor_status start_and_wait(struct ractor_call_slot *slot, ractor_runtime *runtime,
                                    const ractor_actor_class *class,
                                    const ractor_spawn_options *options, const void *args,
                                    ractor_ref *ref)
{
    struct pinned_start start = {
        .options = options, .args = args, .outer = rt_thread.context, .slot = slot};
    ractor_status status = make(runtime, class, options, &start.self);
    if (status != RACTOR_OK) {
        rt_slot_abandon(slot);
        return status;
    }
    rt_pin_run(atomic_load_explicit(&start.self.cell->pin, memory_order_relaxed), start_pinned,
               &start);
    status = rt_slot_wait_out(slot);
    rt_slot_give(slot);
    if (status == RACTOR_OK)
        *ref = start.self;
    return status;
}

/* Waits until `pre_start` is over whatever happens: it uses `args`. */
static ractor_status spawn_pinned(ractor_runtime *runtime, const ractor_actor_class *class,
                                  const ractor_spawn_options *options, const void *args,
                                  ractor_ref *ref)
{
    struct rt_worker *worker = rt_thread.worker;
    struct ractor_call_slot *slot;
    if (worker != NULL && rt_thread.context == NULL)
        return RACTOR_EINVAL; /* between two hooks: it cannot wait */
    if (worker != NULL && !rt_worker_reserve_stack(worker))
        return RACTOR_ENOMEM;
    ractor_status status = rt_slot_take(rt_context_waiting_runtime(runtime), RT_SLOT_WAIT, &slot);
    if (status != RACTOR_OK)
        return status;
    return start_and_wait(slot, runtime, class, options, args, ref);
}

static void take_down_pinned(void *cell)
{
    ractor_ref self = {
        cell, atomic_load_explicit(&((struct ractor_cell *)cell)->pid, memory_order_relaxed)};
    take_down(self);
}

/* An instant spawn has failed: the end is for the actor's own thread, which is not waited for. */
static void take_down_instant(ractor_ref self)
{
    if (self.cell->is_pinned)
        rt_pin_run(atomic_load_explicit(&self.cell->pin, memory_order_relaxed), take_down_pinned,
                   self.cell);
    else
        take_down(self);
}

/* ------------------------------------------------------------------ spawning */

ractor_status ractor_spawn(ractor_runtime *runtime, const ractor_actor_class *actor_class,
                           const ractor_spawn_options *options, const void *args, ractor_ref *ref)
{
    if (runtime == NULL || ref == NULL)
        return RACTOR_EINVAL;
    if (!rt_guest_enter(runtime))
        return RACTOR_ESTOPPED;
    if (options == NULL)
        options = &no_options;
    ractor_status status = options->pinned != 0
                               ? spawn_pinned(runtime, actor_class, options, args, ref)
                               : spawn(runtime, actor_class, options, args, ref);
    rt_guest_leave(runtime);
    return status;
}

/* ------------------------------------------------------------------ pre_start in its own turn */

static struct rt_pending *new_pending(const void *args, size_t args_bytes)
{
    if (args_bytes > SIZE_MAX / 2)
        return NULL;
    struct rt_pending *pending = rt_calloc(1, sizeof *pending + args_bytes);
    if (pending == NULL)
        return NULL;
    pending->args = args;
    if (args_bytes != 0) {
        memcpy(pending->copy, args, args_bytes);
        pending->args = pending->copy;
    }
    return pending;
}

/* All of bring_up but the pre_start. */
static ractor_status bring_up_pending(ractor_ref self, const ractor_spawn_options *options)
{
    ractor_status status = RACTOR_OK;
    if (atomic_load_explicit(&self.cell->runtime->is_stopping, memory_order_seq_cst))
        return RACTOR_ESTOPPED;
    if (options->name != NULL)
        status = rt_registry_add(self, options->name, true);
    return status == RACTOR_OK ? link_to_supervisor(self, options) : status;
}

static ractor_status spawn_instant(ractor_runtime *runtime, const ractor_actor_class *actor_class,
                                   const ractor_spawn_options *options, const void *args,
                                   size_t args_bytes, ractor_ref *ref)
{
    ractor_ref self;
    struct rt_pending *pending = new_pending(args, args_bytes);
    if (pending == NULL)
        return RACTOR_ENOMEM;
    ractor_status status = make(runtime, actor_class, options, &self);
    if (status == RACTOR_OK) {
        uint32_t starting = RACTOR_ACTOR_STARTING; /* until its turn says so */
        (void)atomic_compare_exchange_strong_explicit(&self.cell->status, &starting,
                                                      RACTOR_ACTOR_UNSTARTED, memory_order_relaxed,
                                                      memory_order_relaxed);
        status = bring_up_pending(self, options);
        if (status != RACTOR_OK)
            take_down_instant(self);
    }
    if (status != RACTOR_OK) {
        rt_free(pending);
        return status;
    }
    pending->state = self.cell->state;
    self.cell->state = pending;
    self.cell->is_pending = true;
    rt_registry_tell_started(self);
    *ref = self;
    rt_schedule(self.cell);
    return RACTOR_OK;
}

ractor_status ractor_spawn_instant(ractor_runtime *runtime, const ractor_actor_class *actor_class,
                                   const ractor_spawn_options *options, const void *args,
                                   size_t args_bytes, ractor_ref *ref)
{
    if (runtime == NULL || ref == NULL || (args == NULL && args_bytes != 0))
        return RACTOR_EINVAL;
    if (!rt_guest_enter(runtime))
        return RACTOR_ESTOPPED;
    ractor_status status = spawn_instant(
        runtime, actor_class, options != NULL ? options : &no_options, args, args_bytes, ref);
    rt_guest_leave(runtime);
    return status;
}

/* ------------------------------------------------------------------ actors of other nodes */

ractor_status ractor_remote_spawn(ractor_runtime *runtime, const struct rt_remote_address *address,
                                  const char *name, ractor_ref supervisor, ractor_ref *ref)
{
    struct ractor_cell *cell = rt_cell_take(runtime);
    if (cell == NULL)
        return RACTOR_ENOMEM;
    atomic_store_explicit(&cell->remote_ops, address->ops, memory_order_relaxed);
    atomic_store_explicit(&cell->remote_link, address->link, memory_order_relaxed);
    atomic_store_explicit(&cell->remote_incarnation, address->incarnation, memory_order_relaxed);
    atomic_store_explicit(&cell->remote_pid, address->pid, memory_order_release);
    rt_runtime_actor_started(runtime);
    ractor_ref self = occupy(cell, NULL, NULL, RT_CELL_REMOTE);
    atomic_store_explicit(&cell->next_call_tag, 0, memory_order_relaxed);
    atomic_store_explicit(&cell->status, RACTOR_ACTOR_RUNNING, memory_order_relaxed);
    ractor_status status = name != NULL ? rt_registry_add(self, name, false) : RACTOR_OK;
    if (status == RACTOR_OK && ractor_ref_is_some(supervisor))
        status = ractor_link(self, supervisor);
    if (status != RACTOR_OK) {
        take_down(self);
        return status;
    }
    *ref = self;
    return RACTOR_OK;
}

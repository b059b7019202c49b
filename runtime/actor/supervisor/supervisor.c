/* SPDX-License-Identifier: MIT */
/*
 * The supervisor's actor. A child whose end calls for a restart becomes WAITING, and so do the
 * siblings that the strategy takes along, once they are stopped. Waiting children are started in
 * order, at once or when the back-off's timer fires. One-for-one has a timer per waiting child;
 * the other strategies have one for all that wait, and each further end replaces it, so that
 * order is kept. A timer names the epoch it was made in, and a stale one is ignored.
 *
 * A child that does not start counts as one that has ended: its next try is a timer, never a loop.
 */
#include "actor/supervisor/child.h"
#include "actor/supervisor/limits.h"
#include "actor/supervisor/messages.h"
#include "base/alloc.h"
#include "base/clock.h"

#include <ractor/call.h>
#include <ractor/supervisor.h>
#include <ractor/time.h>

#include <string.h>

struct supervisor {
    ractor_strategy strategy;
    struct rt_limits limits;
    struct rt_child **children; /* in the order of their start */
    size_t n_children;
    size_t capacity;
    uint64_t last_serial;
    uint64_t epoch; /* of the timer for all that wait */
};

/* ------------------------------------------------------------------ the list */

static size_t index_of_id(const struct supervisor *self, ractor_string id)
{
    for (size_t i = 0; i < self->n_children; i++)
        if (self->children[i]->spec.id != NULL &&
            ractor_string_equal(ractor_string_from(self->children[i]->spec.id), id))
            return i;
    return self->n_children;
}

static size_t index_of_ref(const struct supervisor *self, ractor_ref ref)
{
    for (size_t i = 0; i < self->n_children; i++)
        if (self->children[i]->phase == RT_CHILD_RUNNING &&
            ractor_ref_equal(self->children[i]->ref, ref))
            return i;
    return self->n_children;
}

static bool make_room(struct supervisor *self)
{
    if (self->n_children < self->capacity)
        return true;
    size_t capacity = self->capacity != 0 ? self->capacity * 2 : 8;
    void *grown = rt_realloc(self->children, capacity * sizeof *self->children);
    if (grown == NULL)
        return false;
    self->children = grown;
    self->capacity = capacity;
    return true;
}

static ractor_status add(struct supervisor *self, const ractor_child_spec *spec)
{
    const char *id = spec->id != NULL ? spec->id : spec->name;
    if (id != NULL && index_of_id(self, ractor_string_from(id)) != self->n_children)
        return RACTOR_EEXIST;
    if (!make_room(self))
        return RACTOR_ENOMEM;
    struct rt_child *child = NULL;
    ractor_status status = rt_child_new(spec, self->last_serial + 1, &child);
    if (status != RACTOR_OK)
        return status;
    self->last_serial++;
    self->children[self->n_children++] = child;
    return RACTOR_OK;
}

static void forget(struct supervisor *self, size_t index)
{
    rt_child_free(self->children[index]);
    self->n_children--;
    memmove(&self->children[index], &self->children[index + 1],
            (self->n_children - index) * sizeof *self->children);
}

static ractor_status add_and_start(ractor_context *ctx, struct supervisor *self,
                                   const ractor_child_spec *spec)
{
    ractor_status status = add(self, spec);
    if (status != RACTOR_OK)
        return status;
    status = rt_child_start(ctx, self->children[self->n_children - 1]);
    if (status != RACTOR_OK)
        forget(self, self->n_children - 1);
    return status;
}

static void stop_all(struct supervisor *self)
{
    for (size_t i = self->n_children; i-- > 0;)
        rt_child_stop(self->children[i], "supervisor stops");
}

/* ------------------------------------------------------------------ restarts */

static const char *label(const struct rt_child *child)
{
    return child->spec.id != NULL ? child->spec.id : "a child without id";
}

static bool is_each_for_itself(const struct supervisor *self)
{
    return self->strategy == RACTOR_ONE_FOR_ONE;
}

/* The next end after a long run is a first one again. */
static void note_end(struct supervisor *self, struct rt_child *child, uint64_t now_ns)
{
    uint64_t calm_ns = self->limits.backoff.max_ms * RT_NS_PER_MS;
    if (child->started_ns != 0 && now_ns - child->started_ns >= calm_ns)
        child->n_ends = 0;
    child->n_ends++;
    child->started_ns = 0;
}

static ractor_status schedule(ractor_context *ctx, struct supervisor *self, struct rt_child *child,
                              uint32_t delay_ms)
{
    struct rt_supervisor_retry retry = {0, 0};
    if (is_each_for_itself(self)) {
        retry.serial = child->serial;
        retry.epoch = ++child->epoch;
    } else {
        retry.epoch = ++self->epoch;
    }
    return ractor_send_after(ractor_self(ctx), &rt_supervisor_type, RT_SUPERVISOR_RETRY, &retry,
                             delay_ms, NULL);
}

static ractor_status give_up(ractor_context *ctx, struct supervisor *self,
                             const struct rt_child *last)
{
    stop_all(self);
    return ractor_fail(ctx, "more than %u restarts in %llu ms, the last one of %s",
                       self->limits.max_restarts,
                       (unsigned long long)(self->limits.window_ns / RT_NS_PER_MS), label(last));
}

/* Starts what waits, in order: one child, or all. */
static ractor_status start_waiting(ractor_context *ctx, struct supervisor *self,
                                   const struct rt_child *only)
{
    for (size_t i = 0; i < self->n_children; i++) {
        struct rt_child *child = self->children[i];
        if (child->phase != RT_CHILD_WAITING || (only != NULL && child != only))
            continue;
        ractor_status status = rt_child_start(ctx, child);
        if (status == RACTOR_OK)
            continue;
        if (status == RACTOR_ESTOPPED)
            return RACTOR_OK; /* the supervisor or the runtime is on its way out */
        uint64_t now_ns = ractor_now_ns(ractor_context_runtime(ctx));
        note_end(self, child, now_ns);
        if (!rt_limits_allow(&self->limits, now_ns))
            return give_up(ctx, self, child);
        uint32_t delay_ms = rt_limits_delay_ms(&self->limits, child->n_ends);
        return schedule(ctx, self, child, delay_ms != 0 ? delay_ms : 1);
    }
    return RACTOR_OK;
}

/* Stops the siblings that share the fate of the child at `index`; temporary ones go for good.
 * Gives the child's new place. */
static size_t stop_siblings(struct supervisor *self, size_t index)
{
    size_t end = is_each_for_itself(self) ? 0 : self->n_children;
    size_t first = self->strategy == RACTOR_ONE_FOR_ALL ? 0 : index;
    for (size_t i = end; i-- > first;) {
        struct rt_child *child = self->children[i];
        if (i == index || child->phase == RT_CHILD_IDLE)
            continue;
        rt_child_stop(child, "restarted with a sibling");
        child->phase = RT_CHILD_WAITING;
        if (child->spec.restart != RACTOR_RESTART_TEMPORARY)
            continue;
        forget(self, i);
        if (i < index)
            index--;
    }
    return index;
}

static ractor_status restart(ractor_context *ctx, struct supervisor *self, size_t index)
{
    struct rt_child *child = self->children[index];
    uint64_t now_ns = ractor_now_ns(ractor_context_runtime(ctx));
    note_end(self, child, now_ns);
    child->phase = RT_CHILD_WAITING;
    if (!rt_limits_allow(&self->limits, now_ns))
        return give_up(ctx, self, child);
    (void)stop_siblings(self, index);
    uint32_t delay_ms = rt_limits_delay_ms(&self->limits, child->n_ends);
    if (delay_ms != 0)
        return schedule(ctx, self, child, delay_ms);
    self->epoch++;
    return start_waiting(ctx, self, is_each_for_itself(self) ? child : NULL);
}

/* A stop or drain, not a kill: that leaves no state behind, and says so. (A class without a state
 * that is stopped for the reason "killed" looks the same.) */
static bool is_normal(const ractor_supervision_event *event)
{
    bool was_killed =
        event->state == NULL && ractor_string_equal(event->reason, RACTOR_STR("killed"));
    return event->kind == RACTOR_EVENT_ACTOR_TERMINATED && !was_killed;
}

static ractor_status on_event(ractor_context *ctx, void *state,
                              const ractor_supervision_event *event)
{
    struct supervisor *self = state;
    if (event->kind != RACTOR_EVENT_ACTOR_TERMINATED && event->kind != RACTOR_EVENT_ACTOR_FAILED)
        return RACTOR_OK;
    size_t index = index_of_ref(self, event->actor);
    if (index == self->n_children)
        return RACTOR_OK; /* stopped by the supervisor itself, or no child of its specs */
    struct rt_child *child = self->children[index];
    ractor_restart kind = child->spec.restart;
    child->phase = RT_CHILD_IDLE;
    if (kind == RACTOR_RESTART_TEMPORARY)
        forget(self, index);
    else if (kind == RACTOR_RESTART_PERMANENT || !is_normal(event))
        return restart(ctx, self, index);
    return RACTOR_OK;
}

static ractor_status on_retry(ractor_context *ctx, void *state,
                              const struct rt_supervisor_retry *retry)
{
    struct supervisor *self = state;
    if (retry->serial == 0)
        return retry->epoch == self->epoch ? start_waiting(ctx, self, NULL) : RACTOR_OK;
    for (size_t i = 0; i < self->n_children; i++) {
        struct rt_child *child = self->children[i];
        if (child->serial == retry->serial && child->epoch == retry->epoch)
            return start_waiting(ctx, self, child);
    }
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ requests */

static void on_start(ractor_context *ctx, void *state, const ractor_child_spec *spec,
                     struct rt_supervisor_answer *answer)
{
    struct supervisor *self = state;
    answer->status = add_and_start(ctx, self, spec);
    if (answer->status == RACTOR_OK)
        answer->child = self->children[self->n_children - 1]->ref;
}

static void count(const struct supervisor *self, ractor_supervisor_counts *counts)
{
    counts->n_children = self->n_children;
    counts->n_restarts = self->limits.n_restarts;
    for (size_t i = 0; i < self->n_children; i++) {
        counts->n_running += self->children[i]->phase == RT_CHILD_RUNNING;
        counts->n_waiting += self->children[i]->phase == RT_CHILD_WAITING;
    }
}

static void carry_out(ractor_context *ctx, struct supervisor *self, size_t index,
                      enum rt_supervisor_verb verb, struct rt_supervisor_answer *answer)
{
    struct rt_child *child = self->children[index];
    bool is_running = child->phase == RT_CHILD_RUNNING;
    if (verb == RT_SUPERVISOR_FIND) {
        answer->status = is_running ? RACTOR_OK : RACTOR_EAGAIN;
    } else if (verb == RT_SUPERVISOR_RESTART) {
        answer->status = is_running ? RACTOR_EEXIST : rt_child_start(ctx, child);
    } else {
        rt_child_stop(child, "stopped by its supervisor");
        if (verb == RT_SUPERVISOR_REMOVE || child->spec.restart == RACTOR_RESTART_TEMPORARY)
            forget(self, index);
        return;
    }
    answer->child = child->ref;
}

static void on_command(ractor_context *ctx, void *state,
                       const struct rt_supervisor_command *command,
                       struct rt_supervisor_answer *answer)
{
    struct supervisor *self = state;
    if (command->verb == RT_SUPERVISOR_COUNT) {
        count(self, &answer->counts);
        return;
    }
    size_t index = index_of_id(self, command->id);
    if (index == self->n_children)
        answer->status = RACTOR_ENOENT;
    else
        carry_out(ctx, self, index, command->verb, answer);
}

/* ------------------------------------------------------------------ the actor */

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    static const ractor_supervisor_options defaults = {.strategy = RACTOR_ONE_FOR_ONE};
    struct supervisor *self = state;
    const ractor_supervisor_options *options = args != NULL ? args : &defaults;
    self->strategy = options->strategy;
    if (options->strategy > RACTOR_REST_FOR_ONE ||
        (options->children == NULL && options->n_children != 0))
        return RACTOR_EINVAL;
    uint64_t seed = 0;
    ractor_status status = ractor_random(ractor_context_runtime(ctx), &seed, sizeof seed);
    if (status == RACTOR_OK)
        status = rt_limits_init(&self->limits, options, seed);
    for (size_t i = 0; status == RACTOR_OK && i < options->n_children; i++)
        status = add_and_start(ctx, self, &options->children[i]);
    if (status != RACTOR_OK)
        stop_all(self);
    return status;
}

static ractor_status post_stop(ractor_context *ctx, void *state)
{
    (void)ctx;
    stop_all(state);
    return RACTOR_OK;
}

static void fini(void *state)
{
    struct supervisor *self = state;
    for (size_t i = 0; i < self->n_children; i++)
        rt_child_free(self->children[i]);
    rt_free(self->children);
    rt_limits_fini(&self->limits);
}

static const struct rt_supervisor_handlers handlers = {on_start, on_command, on_retry};

const ractor_actor_class ractor_supervisor_class = {
    .messages = &rt_supervisor_type,
    .handlers = &handlers,
    .name = "supervisor",
    .state_bytes = sizeof(struct supervisor),
    .pre_start = pre_start,
    .post_stop = post_stop,
    .handle_supervisor_event = on_event,
    .fini = fini,
};

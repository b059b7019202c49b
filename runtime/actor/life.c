/* SPDX-License-Identifier: MIT */
/*
 * A turn: start if it is the first, then, as long as there is anything, the most urgent thing
 * first: kill, stop, supervision event, message; drained when nothing is left. Every hook runs in a
 * context on this stack; a hook that waits leaves the stack as it is, and comes back here.
 */
#include "actor/life.h"

#include "actor/bound.h"
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/deadletter.h"
#include "actor/event.h"
#include "actor/mailbox.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/scheduler.h"
#include "actor/slot.h"
#include "actor/span.h"
#include "actor/trace.h"
#include "actor/usdt.h"
#include "actor/worker.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/relax.h"

#include <stdio.h>
#include <string.h>

/* Messages larger than this are not kept as the mailbox's last read node while the actor is idle.
 */
#define KEPT_CLASS 4
/* A turn that has not emptied the mailbox goes on for some batches, and so long at most: an actor
 * that many send to would get behind for good if each of them had as many messages a turn as it. */
#define CROWDED_NS RT_NS_PER_MS
#define HEEL_RELAXES 64

struct turn {
    struct ractor_cell *cell;
    uint64_t pid; /* 0: the cell is free, the mailbox is only read empty */
    struct rt_tally *tally;
    struct ractor_context context;
};

/* A hook runs between these two. */
static void enter_hook(const struct turn *turn, const char *hook, const ractor_message_type *type,
                       uint32_t tag)
{
    if (turn->tally->watched != NULL)
        rt_watch_enter(turn->tally->watched, turn->pid, hook, type, tag);
}

/* Out of line, with what it needs, so that a message costs a branch when nobody looks. */
__attribute__((noinline, cold)) static void enter_handler(const struct turn *turn,
                                                          const struct ractor_message *message)
{
    bool is_answer = message->kind == RT_MESSAGE_ANSWER;
    enter_hook(turn, "handle", is_answer ? NULL : turn->cell->class->messages, message->tag);
}

static void leave_hook(struct turn *turn)
{
    rt_span_leave(&turn->context);
    if (turn->tally->watched != NULL)
        rt_watch_leave(turn->tally->watched);
}

const char *rt_class_name(const ractor_actor_class *class)
{
    if (class != NULL && class->name != NULL)
        return class->name;
    return class != NULL && class->messages != NULL ? class->messages->name : "actor";
}

/* ------------------------------------------------------------------ the end */

void rt_message_settle(struct ractor_message *message, ractor_status why)
{
    if (message->kind == RT_MESSAGE_ANSWER) {
        struct rt_answer *answer = (void *)message->payload;
        if (answer->reply != NULL)
            rt_message_release(rt_pool_here(), answer->reply);
        answer->reply = NULL;
        return;
    }
    if (message->port.slot != NULL)
        (void)ractor_port_fail(&message->port, why);
}

void rt_actor_leave_world(struct ractor_cell *cell)
{
    /* seq_cst: before the look at has_joined; see rt_groups_leave_all. */
    atomic_store_explicit(&cell->status, RACTOR_ACTOR_STOPPING, memory_order_seq_cst);
    ractor_ref self = {cell, atomic_load_explicit(&cell->pid, memory_order_relaxed)};
    rt_registry_remove(self);
    rt_groups_leave_all(self);
}

static void free_state(struct ractor_cell *cell)
{
    rt_state_free(cell->class, cell->state);
    cell->state = NULL;
    cell->class = NULL;
}

void rt_actor_finish(struct ractor_cell *cell, struct rt_ending *ending)
{
    ractor_runtime *runtime = cell->runtime;
    ractor_ref self = {cell, atomic_load_explicit(&cell->pid, memory_order_relaxed)};
    bool has_fini = cell->class != NULL && cell->class->fini != NULL;
    if (cell->is_pinned)
        ending->hands_over_state = false; /* the hook belongs on this thread */
    if (has_fini && (cell->is_pinned || !rt_tree_is_supervised(self))) {
        free_state(cell); /* the hook is over before anyone can see the end */
        has_fini = false;
    }
    rt_registry_tell_ended(self, ending);
    if (!has_fini && rt_tree_end_alone(self)) {
        free_state(cell);
        rt_cell_give(cell);
        rt_runtime_actor_ended(runtime);
        return;
    }
    rt_tree_kill_children(self);
    if (rt_tree_tell_ended(self, ending)) {
        cell->state = NULL;
        cell->class = NULL;
    }
    free_state(cell);
    rt_tree_close(cell);
    struct ractor_call_slot *waiters = rt_tree_claim_waiters(cell);
    rt_cell_give(cell);
    rt_tree_release_waiters(waiters);
    rt_runtime_actor_ended(runtime);
}

static char *failure_reason(const struct turn *turn, const char *hook, ractor_status status)
{
    if (turn->context.reason[0] != '\0')
        return rt_strdup(turn->context.reason);
    char text[RT_REASON_BYTES];
    (void)snprintf(text, sizeof text, "%s: %s", hook, ractor_strerror(status));
    return rt_strdup(text);
}

static void end_failed(struct turn *turn, const char *hook, ractor_status status)
{
    struct ractor_cell *cell = turn->cell;
    char *details = turn->context.details;
    turn->context.details = NULL;
    if (rt_cell_is_killed(cell)) {
        /* Errors of a killed actor's hook are what the kill has caused. */
        struct rt_ending killed = {.kind = RACTOR_EVENT_ACTOR_TERMINATED,
                                   .reason = rt_strdup("killed")};
        rt_actor_finish(cell, &killed);
        rt_free(killed.reason);
        rt_free(details);
        return;
    }
    struct rt_ending failed = {.kind = RACTOR_EVENT_ACTOR_FAILED,
                               .status = status,
                               .reason = failure_reason(turn, hook, status),
                               .details = details};
    rt_logf(&cell->runtime->log, RACTOR_LOG_WARN, "%s %llu failed in %s: %s",
            rt_class_name(cell->class), (unsigned long long)turn->pid, hook,
            failed.reason != NULL ? failed.reason : ractor_strerror(status));
    rt_actor_finish(cell, &failed);
    rt_free(failed.reason);
    rt_free(details);
}

static void end_killed(struct turn *turn)
{
    rt_actor_leave_world(turn->cell);
    end_failed(turn, "killed", RACTOR_ECANCELED);
}

static void end_after_failure(struct turn *turn, const char *hook, ractor_status status)
{
    rt_actor_leave_world(turn->cell);
    end_failed(turn, hook, status);
}

/* After a stop or drain: `post_stop`, and the supervisor gets the state. Takes `reason`. */
static void end_gracefully(struct turn *turn, char *reason)
{
    struct ractor_cell *cell = turn->cell;
    const ractor_actor_class *class = cell->class;
    rt_actor_leave_world(cell);
    ractor_status status = RACTOR_OK;
    if (class->post_stop != NULL) {
        enter_hook(turn, "post_stop", NULL, 0);
        status = class->post_stop(&turn->context, cell->state);
        leave_hook(turn);
    }
    if (status != RACTOR_OK || rt_cell_is_killed(cell)) {
        end_failed(turn, "post_stop", status);
    } else {
        struct rt_ending ending = {.kind = RACTOR_EVENT_ACTOR_TERMINATED,
                                   .reason = reason,
                                   .hands_over_state = class->handle_any == NULL};
        rt_actor_finish(cell, &ending);
    }
    rt_free(reason);
}

static void end_stopped(struct turn *turn)
{
    struct ractor_cell *cell = turn->cell;
    char *reason = NULL;
    if ((atomic_load_explicit(&cell->signals, memory_order_relaxed) & RT_SIGNAL_REASON) != 0) {
        rt_tree_lock(cell);
        reason = cell->stop_reason;
        cell->stop_reason = NULL;
        rt_tree_unlock(cell);
    }
    end_gracefully(turn, reason);
}

/* ------------------------------------------------------------------ hooks of a turn; false: ended
 */

/* `pre_start`, for an actor that its spawner has not waited for. */
static ractor_status start_pending(struct turn *turn)
{
    struct ractor_cell *cell = turn->cell;
    struct rt_pending *pending = cell->state;
    ractor_status status = RACTOR_OK;
    uint32_t unstarted = RACTOR_ACTOR_UNSTARTED; /* a drain may have come already */
    (void)atomic_compare_exchange_strong_explicit(&cell->status, &unstarted, RACTOR_ACTOR_STARTING,
                                                  memory_order_relaxed, memory_order_relaxed);
    cell->state = pending->state;
    cell->is_pending = false;
    if (cell->class->pre_start != NULL && !rt_cell_is_killed(cell)) {
        enter_hook(turn, "pre_start", NULL, 0);
        status = cell->class->pre_start(&turn->context, cell->state, pending->args);
        leave_hook(turn);
    }
    rt_free(pending);
    return status;
}

static bool start(struct turn *turn)
{
    struct ractor_cell *cell = turn->cell;
    ractor_status started = cell->is_pending ? start_pending(turn) : RACTOR_OK;
    if (started != RACTOR_OK) {
        end_after_failure(turn, "pre_start", started);
        return false;
    }
    if (rt_cell_is_killed(cell)) {
        end_killed(turn);
        return false;
    }
    if (cell->class->post_start != NULL) {
        enter_hook(turn, "post_start", NULL, 0);
        ractor_status status = cell->class->post_start(&turn->context, cell->state);
        leave_hook(turn);
        if (status != RACTOR_OK) {
            end_after_failure(turn, "post_start", status);
            return false;
        }
    }
    cell->has_started = true;
    uint32_t starting = RACTOR_ACTOR_STARTING; /* a drain may have come already */
    (void)atomic_compare_exchange_strong_explicit(&cell->status, &starting, RACTOR_ACTOR_RUNNING,
                                                  memory_order_relaxed, memory_order_relaxed);
    ractor_ref self = {cell, turn->pid};
    rt_tree_tell_started(self);
    return true;
}

/* What a class without the hook does: a child's end is its own. */
static void handle_event_by_default(struct turn *turn, const ractor_supervision_event *event)
{
    if (event->kind == RACTOR_EVENT_ACTOR_TERMINATED || event->kind == RACTOR_EVENT_ACTOR_FAILED)
        ractor_stop(turn->context.self, NULL);
}

static bool handle_event(struct turn *turn, struct rt_event *event)
{
    struct ractor_cell *cell = turn->cell;
    ractor_status status = RACTOR_OK;
    if (event->to.pid == turn->pid) {
        if (cell->class->handle_supervisor_event == NULL) {
            handle_event_by_default(turn, &event->content);
        } else {
            enter_hook(turn, "handle_supervisor_event", NULL, 0);
            status =
                cell->class->handle_supervisor_event(&turn->context, cell->state, &event->content);
            leave_hook(turn);
        }
    }
    rt_event_free(event);
    if (status == RACTOR_OK)
        return true;
    end_after_failure(turn, "handle_supervisor_event", status);
    return false;
}

/* Moves the events that came to the end of the backlog, in the order in which they came. */
static void fetch_events(struct ractor_cell *cell)
{
    /* Cleared first: an event that comes from now on sets it again. */
    (void)atomic_fetch_and_explicit(&cell->signals, ~(uint64_t)RT_SIGNAL_EVENTS,
                                    memory_order_acq_rel);
    /* acquire: pairs with the release in rt_event_send. */
    struct rt_event *newest = atomic_exchange_explicit(&cell->events, NULL, memory_order_acquire);
    struct rt_event *oldest = NULL;
    while (newest != NULL) {
        struct rt_event *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    struct rt_event **end = &cell->backlog;
    while (*end != NULL)
        end = &(*end)->next;
    *end = oldest;
}

static bool has_urgent(const struct ractor_cell *cell)
{
    uint64_t signals = atomic_load_explicit(&cell->signals, memory_order_relaxed);
    return (signals & (RT_SIGNAL_KILL | RT_SIGNAL_STOP | RT_SIGNAL_EVENTS)) != 0 ||
           cell->backlog != NULL;
}

/* All that goes before messages. */
static bool handle_urgent(struct turn *turn)
{
    struct ractor_cell *cell = turn->cell;
    while (has_urgent(cell)) {
        uint64_t signals = atomic_load_explicit(&cell->signals, memory_order_acquire);
        if ((signals & RT_SIGNAL_KILL) != 0) {
            end_killed(turn);
            return false;
        }
        if ((signals & RT_SIGNAL_STOP) != 0) {
            end_stopped(turn);
            return false;
        }
        if ((signals & RT_SIGNAL_EVENTS) != 0)
            fetch_events(cell);
        struct rt_event *event = cell->backlog;
        if (event == NULL)
            continue;
        cell->backlog = event->next;
        if (!handle_event(turn, event))
            return false;
    }
    return true;
}

static ractor_status dispatch(struct turn *turn, struct ractor_message *message)
{
    struct ractor_cell *cell = turn->cell;
    if (message->kind == RT_MESSAGE_ANSWER) {
        struct rt_answer *answer = (void *)message->payload;
        const void *reply = answer->reply != NULL ? answer->reply->payload : NULL;
        return answer->on_reply(&turn->context, cell->state, answer->status, reply, answer->user);
    }
    const ractor_message_type *type = cell->class->messages;
    ractor_port *port =
        (type->variants[message->tag].flags & RACTOR_VARIANT_RPC) != 0 ? &message->port : NULL;
    if (cell->class->handle_any != NULL)
        return cell->class->handle_any(&turn->context, cell->state, message->tag, message->payload,
                                       port);
    return type->dispatch(cell->class->handlers, &turn->context, cell->state, message->tag,
                          message->payload, port);
}

static bool handle_message(struct turn *turn, struct ractor_message *message)
{
    if (message->pid != turn->pid) {
        rt_note_drop(turn->cell, message, RACTOR_DEAD_ENDED);
        rt_message_settle(message, RACTOR_ENOENT);
        return true;
    }
    const ractor_tracer *tracer = rt_tracer_of(turn->cell->runtime);
    turn->context.message = message;
    if (__builtin_expect(message->annex != 0, 0))
        rt_span_enter(message);
    RT_USDT_START(turn->pid, message, message->tag, turn->cell->class->messages);
    if (tracer != NULL)
        rt_trace_start(tracer, turn->context.self, message);
    if (turn->tally->watched != NULL)
        enter_handler(turn, message);
    ractor_status status = dispatch(turn, message);
    leave_hook(turn);
    RT_USDT_END(turn->pid, message, status);
    if (tracer != NULL)
        rt_trace_end(tracer, turn->context.self, message, status);
    turn->context.message = NULL;
    rt_count_own(&turn->tally->n_handled);
    rt_message_settle(message, status == RACTOR_OK ? RACTOR_EPORT : RACTOR_EFAILED);
    if (status == RACTOR_OK)
        return true;
    end_after_failure(turn, "handle", status);
    return false;
}

/* ------------------------------------------------------------------ the turn */

static void set_crowded(struct ractor_cell *cell, bool is_crowded)
{
    /* Written when it changes only: senders share its cache line. relaxed: a hint. */
    if (atomic_load_explicit(&cell->is_crowded, memory_order_relaxed) != is_crowded)
        atomic_store_explicit(&cell->is_crowded, is_crowded, memory_order_relaxed);
}

/* A large message that was handled is not kept until the next one comes. */
static void drop_large_last_read(struct ractor_cell *cell)
{
    struct rt_link *last_read = cell->tail.last_read;
    if (last_read != &cell->tail.anchor &&
        ((struct ractor_message *)last_read)->size_class > KEPT_CLASS)
        rt_cell_queue_anchor(cell);
}

enum pause { PAUSE_IDLE, PAUSE_MORE, PAUSE_ENDED };

/* The mailbox looks empty. */
static enum pause try_pause(struct turn *turn)
{
    struct ractor_cell *cell = turn->cell;
    uint64_t signals = atomic_load_explicit(&cell->signals, memory_order_acquire);
    if (turn->pid != 0 && (signals & RT_SIGNAL_DRAIN) != 0 && (signals & RT_SIGNAL_INBOX) == 0 &&
        rt_mailbox_is_empty(&cell->mailbox, &cell->tail)) {
        end_gracefully(turn, rt_strdup("Drained"));
        return PAUSE_ENDED;
    }
    if (!rt_mailbox_try_idle(&cell->mailbox, &cell->tail))
        return PAUSE_MORE;
    /* From here on the actor may run elsewhere, end, and leave the cell to another one. A signal
     * that was set before the mailbox became idle has found it busy: look again (seq_cst, see
     * rt_mailbox_try_idle). Whoever the cell has by then gets a turn of its own. */
    signals = atomic_load_explicit(&cell->signals, memory_order_seq_cst);
    bool is_for_me = turn->pid != 0 &&
                     (signals & ~RT_SIGNAL_MASK) == rt_signal_generation(turn->pid) &&
                     (signals & RT_SIGNAL_MASK) != 0;
    if (is_for_me && rt_mailbox_wake(&cell->mailbox))
        rt_schedule(cell);
    return PAUSE_IDLE;
}

enum pace { PACE_ON, PACE_EMPTY, PACE_OVER };

/* The mailbox is empty; a bounded actor's messages are elsewhere. */
static enum pace step_bounded(struct turn *turn)
{
    struct ractor_message *message = turn->pid != 0 ? rt_bound_take(turn->cell) : NULL;
    if (message == NULL)
        return PACE_EMPTY;
    bool is_on = handle_message(turn, message);
    rt_message_release(rt_pool_here(), message);
    return is_on ? PACE_ON : PACE_OVER;
}

/* Handles the next message, if there is one, and what goes before it. */
static enum pace step(struct turn *turn)
{
    struct ractor_cell *cell = turn->cell;
    if (turn->pid != 0 && has_urgent(cell) && !handle_urgent(turn))
        return PACE_OVER;
    struct rt_link *read_before;
    struct rt_link *link = rt_mailbox_pop(&cell->tail, &read_before);
    if (link == NULL)
        return rt_cell_kind_of(cell) == RT_CELL_BOUNDED ? step_bounded(turn) : PACE_EMPTY;
    rt_cell_retire(cell, read_before);
    if (link == &cell->tail.anchor || handle_message(turn, (struct ractor_message *)link))
        return PACE_ON;
    return PACE_OVER;
}

/* A receiver on the heels of a sender on another core waits for each message's cache lines, and
 * takes them from under the sender's hands. Half a microsecond later there is a bunch to read. */
static void let_sender_get_ahead(void)
{
    for (unsigned i = 0; i < HEEL_RELAXES; i++)
        rt_relax();
}

/* Runs a batch; true when the cell is not the worker's any more. */
static bool run_batch(struct turn *turn)
{
    uint32_t left = turn->cell->runtime->batch_limit;
    struct rt_tally *tally = turn->tally;
    tally->charge = 0;
    tally->crowded_charge = 0;
    while (left > tally->charge + tally->crowded_charge) {
        enum pace pace = step(turn);
        if (pace == PACE_OVER)
            return true;
        left--;
        if (pace == PACE_ON)
            continue;
        set_crowded(turn->cell, false);
        drop_large_last_read(turn->cell);
        if (try_pause(turn) != PAUSE_MORE)
            return true;
        let_sender_get_ahead();
    }
    return false;
}

/* Runs messages; true when the cell is not the worker's any more. */
static bool run(struct turn *turn)
{
    struct ractor_cell *cell = turn->cell;
    if (run_batch(turn))
        return true;
    uint64_t end_ns = 0;
    for (uint32_t batches = 1; batches < cell->runtime->crowded_batches; batches++) {
        if (turn->tally->crowded_charge != 0 || rt_mailbox_is_empty(&cell->mailbox, &cell->tail))
            return false;
        uint64_t now_ns = rt_now_ns(&cell->runtime->clock);
        if (end_ns == 0)
            end_ns = now_ns + CROWDED_NS;
        if (now_ns >= end_ns)
            break;
        if (run_batch(turn))
            return true;
    }
    set_crowded(cell, true);
    return false;
}

void rt_actor_turn(struct rt_worker *worker, struct rt_tally *tally, struct ractor_cell *cell)
{
    struct turn turn;
    turn.tally = tally;
    turn.cell = cell;
    /* acquire: pairs with the release in ractor_spawn; the actor's fields are visible. */
    turn.pid = atomic_load_explicit(&cell->pid, memory_order_acquire);
    ractor_ref self = {cell, turn.pid};
    rt_context_enter(&turn.context, cell->runtime, self);
    bool is_over = false;
    if (turn.pid != 0 && !cell->has_started)
        is_over = !start(&turn);
    if (!is_over)
        is_over = run(&turn);
    rt_context_leave(&turn.context);
    if (!is_over)
        rt_schedule_last(worker, cell);
}

/* SPDX-License-Identifier: MIT */
/*
 * A seat does one thing at a time: its actor gives an order and waits for the answer. What happens
 * there unasked (the actor there stops itself, a timer's message makes it fail, the process dies)
 * is told by a notice to the actor here, if that does not wait.
 */
#include "actor/call.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/within.h"
#include "base/alloc.h"
#include "domain/process.h"

#include <stdio.h>
#include <string.h>

/* To write a stack, after a limit. */
#define DUMP_MS 5000u

/* ------------------------------------------------------------------ taking */

static struct ractor_message *new_notice(struct rt_seat *seat)
{
    struct ractor_message *message = rt_message_new(rt_pool_here(), sizeof(struct rt_answer));
    if (message == NULL)
        return NULL;
    message->kind = RT_MESSAGE_ANSWER;
    struct rt_answer *answer = (void *)message->payload;
    memset(answer, 0, sizeof *answer);
    answer->on_reply = rt_proxy_notice;
    answer->asker = seat->self;
    return message;
}

/* Locked. */
static ractor_status find_place(struct rt_process *process, uint32_t *id)
{
    for (*id = 0; *id < process->n_places; (*id)++) {
        const struct rt_place *place = &process->places[*id];
        if (place->seat == NULL && !place->is_ending)
            return RACTOR_OK;
    }
    uint32_t n = process->n_places != 0 ? process->n_places * 2 : 4;
    struct rt_place *places = rt_realloc(process->places, n * sizeof *places);
    if (places == NULL)
        return RACTOR_ENOMEM;
    memset(places + process->n_places, 0, (n - process->n_places) * sizeof *places);
    process->places = places;
    process->n_places = n;
    return RACTOR_OK;
}

/* RACTOR_EAGAIN: the process takes nobody any more. */
static ractor_status sit_down(struct rt_seat *seat, struct rt_process *process)
{
    (void)pthread_mutex_lock(&process->lock);
    bool is_taking =
        !process->is_over && !process->is_closing && process->verdict.status == RACTOR_OK;
    ractor_status status = is_taking ? find_place(process, &seat->id) : RACTOR_EAGAIN;
    if (status == RACTOR_OK) {
        process->places[seat->id].seat = seat;
        process->n_taken++;
        seat->process = process;
    }
    (void)pthread_mutex_unlock(&process->lock);
    return status;
}

/* In a process that is there, or a new one. The domain's lock. */
static ractor_status find_process(struct rt_seat *seat, ractor_domain *domain)
{
    if (domain->is_closed)
        return RACTOR_ESTOPPED;
    if (domain->shared != NULL) {
        ractor_status status = sit_down(seat, domain->shared);
        if (status == RACTOR_OK)
            (void)atomic_fetch_add_explicit(&domain->shared->n_holds, 1, memory_order_relaxed);
        if (status != RACTOR_EAGAIN)
            return status;
    }
    struct rt_process *process;
    ractor_status status = rt_process_new(domain, &process);
    if (status != RACTOR_OK)
        return status;
    status = sit_down(seat, process);
    if (status == RACTOR_OK)
        status = rt_process_start(process);
    if (status != RACTOR_OK)
        rt_process_drop(process);
    else if (!domain->options.process_per_actor)
        domain->shared = process;
    return status;
}

ractor_status rt_seat_take(const struct rt_isolated *isolated, ractor_ref self,
                           struct rt_seat **seat)
{
    ractor_domain *domain = isolated->domain;
    struct rt_seat *made = rt_calloc(1, sizeof *made);
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->isolated = isolated;
    made->self = self;
    made->notice = new_notice(made);
    ractor_status status = RACTOR_ENOMEM;
    if (made->notice != NULL) {
        (void)pthread_mutex_lock(&domain->lock);
        status = find_process(made, domain);
        (void)pthread_mutex_unlock(&domain->lock);
    }
    if (status != RACTOR_OK) {
        if (made->notice != NULL)
            rt_message_release(rt_pool_here(), made->notice);
        rt_free(made);
        return status;
    }
    *seat = made;
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ what the child says */

/* Locked. */
static void wake(struct rt_seat *seat)
{
    if (seat->is_awaited) {
        seat->is_awaited = false;
        ractor_pause_end(&seat->waiter);
    } else if (seat->is_over && seat->notice != NULL) {
        struct ractor_message *notice = seat->notice;
        seat->notice = NULL;
        rt_deliver(seat->self, notice);
    }
}

void rt_seat_answer(struct rt_seat *seat, ractor_status status)
{
    if (seat->is_over)
        return;
    seat->is_answered = true;
    seat->answer = status;
    seat->doing = NULL;
    wake(seat);
}

void rt_seat_end(struct rt_seat *seat, bool has_failed, ractor_status status, char *reason,
                 char *details)
{
    if (seat->is_over) {
        rt_free(reason);
        rt_free(details);
        return;
    }
    seat->is_over = true;
    seat->has_failed = has_failed;
    seat->status = status;
    seat->reason = reason;
    seat->details = details;
    wake(seat);
}

bool rt_seat_is_over(struct rt_seat *seat)
{
    (void)pthread_mutex_lock(&seat->process->lock);
    bool is_over = seat->is_over;
    (void)pthread_mutex_unlock(&seat->process->lock);
    return is_over;
}

/* ------------------------------------------------------------------ orders */

/* Locked. */
static ractor_status send(struct rt_seat *seat, struct rt_frame *frame,
                          const struct rt_payload *payload, ractor_port *port)
{
    struct rt_domain_calls *calls = &seat->process->calls;
    frame->seat = seat->id;
    if (port == NULL)
        return rt_process_say(seat->process, frame, payload);
    ractor_status status = rt_domain_calls_add(calls, *port, &frame->number);
    if (status != RACTOR_OK)
        return status;
    status = rt_process_say(seat->process, frame, payload);
    if (status == RACTOR_OK)
        (void)ractor_port_take(port);
    else
        (void)rt_domain_calls_take(calls, frame->number, &(ractor_port){NULL, 0});
    return status;
}

/* How long the child may take. */
static uint32_t limit_of(const ractor_domain_options *options, uint32_t kind)
{
    uint32_t limit_ms = options->handler_limit_ms;
    if (limit_ms == 0)
        return RACTOR_TIMEOUT_NONE;
    if (kind != RT_FRAME_START)
        return limit_ms;
    /* The process has its own limit to come up, which its keeper watches. */
    uint64_t all_ms = (uint64_t)limit_ms + options->start_limit_ms;
    return all_ms < RACTOR_TIMEOUT_NONE ? (uint32_t)all_ms : RACTOR_TIMEOUT_NONE - 1;
}

/* The child has not answered in time: it writes its stack and dies, or is killed soon. */
static void overrun(struct rt_seat *seat, const char *doing, uint32_t limit_ms)
{
    struct rt_process *process = seat->process;
    char text[RT_VERDICT_BYTES];
    static const struct rt_payload nothing;
    struct rt_frame frame = {.kind = RT_FRAME_DUMP};
    (void)snprintf(text, sizeof text, "was killed: %.80s took longer than %u ms", doing, limit_ms);
    if (process->is_over || process->verdict.status != RACTOR_OK)
        return;
    rt_process_condemn(process, RACTOR_ETIMEOUT, text);
    if (send(seat, &frame, &nothing, NULL) == RACTOR_OK)
        process->kill_at_ns = rt_deadline_ns(&process->domain->clock, DUMP_MS);
    rt_process_wake(process);
}

/* Takes the outcome of a wait; true: there is one. */
static bool take_answer(struct rt_seat *seat, ractor_status *status)
{
    seat->is_awaited = false;
    if (!seat->is_over && !seat->is_answered)
        return false;
    *status = seat->is_over ? RACTOR_OK : seat->answer;
    return true;
}

static ractor_status await(struct rt_seat *seat, ractor_port *waiter, const char *doing,
                           uint32_t limit_ms)
{
    struct rt_process *process = seat->process;
    for (;;) {
        ractor_status answer, status = ractor_pause(waiter, limit_ms);
        (void)pthread_mutex_lock(&process->lock);
        bool is_answered = take_answer(seat, &answer);
        if (!is_answered && status == RACTOR_ETIMEOUT)
            overrun(seat, doing, limit_ms);
        (void)pthread_mutex_unlock(&process->lock);
        if (is_answered)
            return answer;
        if (status != RACTOR_ETIMEOUT)
            return status;
        limit_ms = RACTOR_TIMEOUT_NONE; /* for the process to end */
        status = ractor_pause_open(process->domain->runtime, waiter);
        if (status != RACTOR_OK)
            return status;
        (void)pthread_mutex_lock(&process->lock);
        seat->waiter = *waiter;
        seat->is_awaited = true;
        if (seat->is_over)
            wake(seat);
        (void)pthread_mutex_unlock(&process->lock);
    }
}

ractor_status rt_seat_order(struct rt_seat *seat, struct rt_frame frame,
                            const struct rt_payload *payload, const char *doing, ractor_port *port)
{
    struct rt_process *process = seat->process;
    ractor_port waiter;
    ractor_status status = ractor_pause_open(process->domain->runtime, &waiter);
    if (status != RACTOR_OK)
        return status;
    (void)pthread_mutex_lock(&process->lock);
    seat->is_answered = false;
    if (!seat->is_over)
        status = send(seat, &frame, payload, port);
    if (status == RACTOR_OK) {
        seat->doing = doing;
        seat->waiter = waiter;
        seat->is_awaited = true;
    }
    if (seat->is_over)
        wake(seat);
    (void)pthread_mutex_unlock(&process->lock);
    if (status == RACTOR_OK)
        return await(seat, &waiter, doing, limit_of(&process->domain->options, frame.kind));
    ractor_pause_end(&waiter);
    ractor_status ended = ractor_pause(&waiter, RACTOR_TIMEOUT_NONE); /* frees it */
    return ended == RACTOR_ECANCELED ? ended : status;
}

/* ------------------------------------------------------------------ the end */

/* The actor here is over, but the one there is not: it was killed. Locked. */
static void kill_there(struct rt_seat *seat)
{
    struct rt_process *process = seat->process;
    static const struct rt_payload nothing;
    struct rt_frame frame = {.kind = RT_FRAME_KILL};
    if (process->domain->options.process_per_actor)
        rt_process_condemn(process, RACTOR_ECANCELED, "was killed with its actor");
    else if (send(seat, &frame, &nothing, NULL) != RACTOR_OK)
        rt_process_condemn(process, RACTOR_ENOMEM, "was killed: no memory to kill an actor of it");
}

static void get_up(struct rt_seat *seat)
{
    struct rt_process *process = seat->process;
    if (!process->is_over && !seat->is_over)
        kill_there(seat);
    /* The number is free again when the child has said so. */
    process->places[seat->id] = (struct rt_place){.is_ending = !seat->is_over};
    if (--process->n_taken == 0 && process->domain->options.process_per_actor &&
        !process->is_over) {
        rt_process_let_go(process);
    }
}

void rt_seat_give(struct rt_seat *seat)
{
    struct rt_process *process = seat->process;
    (void)pthread_mutex_lock(&process->lock);
    get_up(seat);
    (void)pthread_mutex_unlock(&process->lock);
    if (seat->notice != NULL)
        rt_message_release(rt_pool_here(), seat->notice);
    rt_free(seat->reason);
    rt_free(seat->details);
    rt_free(seat);
    rt_process_drop(process);
}

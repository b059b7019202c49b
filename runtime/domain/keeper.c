/* SPDX-License-Identifier: MIT */
/*
 * The keeper of a process: a thread that lives as long as the child does, and a moment longer, to
 * find out how it has ended. A child that closes its socket is killed; one that is nobody's any
 * more sees the end of its input, cleans up, and is killed if it takes too long.
 */
#include "actor/remote.h"
#include "base/alloc.h"
#include "domain/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Between the end of its stream and its own. */
#define EXIT_MS 5000
#define MAX_ROUNDS 64

/* ------------------------------------------------------------------ frames of the child */

/* A status that came from a process that may have lost its mind. */
static ractor_status status_of(uint32_t value)
{
    int32_t status = (int32_t)value;
    return status < 0 && status > -1000 ? (ractor_status)status : RACTOR_EFAILED;
}

static char *text_of(ractor_bytes payload)
{
    char *text = payload.length != 0 ? rt_alloc(payload.length + 1) : NULL;
    if (text == NULL)
        return NULL;
    memcpy(text, payload.data, payload.length);
    text[payload.length] = '\0';
    return text;
}

/* A call's end is told without the lock: it may lead anywhere. */
static void end_call(struct rt_process *process, const struct rt_frame *frame, ractor_bytes payload)
{
    ractor_port port;
    (void)pthread_mutex_lock(&process->lock);
    bool is_open = rt_domain_calls_take(&process->calls, frame->number, &port);
    (void)pthread_mutex_unlock(&process->lock);
    if (!is_open)
        return;
    if (frame->kind == RT_FRAME_REPLY)
        (void)ractor_port_complete(&port, payload, (ractor_bytes){NULL, 0});
    else
        (void)ractor_port_fail(&port, status_of(frame->a));
}

/* Locked. */
static void tell_place(struct rt_place *place, const struct rt_frame *frame, ractor_bytes payload)
{
    struct rt_seat *seat = place->seat;
    if (frame->kind == RT_FRAME_ENDED)
        place->is_ending = false;
    if (seat == NULL)
        return;
    if (frame->kind == RT_FRAME_STARTED)
        seat->pid_there = frame->number;
    if (frame->kind == RT_FRAME_ENDED)
        rt_seat_end(seat, frame->b != 0, status_of(frame->a), text_of(payload), NULL);
    else
        rt_seat_answer(seat, frame->a == 0 ? RACTOR_OK : status_of(frame->a));
}

static void tell_seat(struct rt_process *process, const struct rt_frame *frame,
                      ractor_bytes payload)
{
    (void)pthread_mutex_lock(&process->lock);
    if (frame->seat < process->n_places)
        tell_place(&process->places[frame->seat], frame, payload);
    (void)pthread_mutex_unlock(&process->lock);
}

/* RACTOR_EPROTO: no child of this program says such a thing. */
static ractor_status handle(struct rt_process *process, const struct rt_frame *frame,
                            ractor_bytes payload)
{
    if (!process->is_ready) {
        process->is_ready = true;
        return frame->kind == RT_FRAME_READY && frame->a == RT_DOMAIN_VERSION ? RACTOR_OK
                                                                              : RACTOR_EPROTO;
    }
    switch (frame->kind) {
    case RT_FRAME_REPLY:
    case RT_FRAME_FAIL:
        end_call(process, frame, payload);
        return RACTOR_OK;
    case RT_FRAME_STARTED:
    case RT_FRAME_DONE:
    case RT_FRAME_ENDED:
        tell_seat(process, frame, payload);
        return RACTOR_OK;
    case RT_FRAME_FIND:
        rt_inward_find(process, frame, payload);
        return RACTOR_OK;
    case RT_FRAME_CAST:
        rt_inward_cast(process, frame, payload);
        return RACTOR_OK;
    case RT_FRAME_CALL:
        rt_inward_call(process, frame, payload);
        return RACTOR_OK;
    default:
        return RACTOR_EPROTO;
    }
}

static ractor_status handle_all(struct rt_process *process)
{
    for (;;) {
        struct rt_frame frame;
        ractor_bytes payload;
        ractor_status status = rt_intake_next(&process->intake, &frame, &payload);
        if (status == RACTOR_EAGAIN)
            return RACTOR_OK;
        if (status == RACTOR_OK)
            status = handle(process, &frame, payload);
        if (status != RACTOR_OK)
            return status;
    }
}

/* Reads some of what is there. RACTOR_EAGAIN: that was all. RACTOR_OK: there may be more, but the
 * keeper has other things to look after, too. Else the stream is over. */
static ractor_status read_frames(struct rt_process *process)
{
    ractor_status status = RACTOR_OK;
    for (unsigned round = 0; status == RACTOR_OK && round < MAX_ROUNDS; round++) {
        status = rt_intake_fill(&process->intake, process->child.socket);
        if (status == RACTOR_OK)
            status = handle_all(process);
    }
    return status;
}

/* ------------------------------------------------------------------ the loop */

static void condemn(struct rt_process *process, ractor_status status, const char *text)
{
    (void)pthread_mutex_lock(&process->lock);
    rt_process_condemn(process, status, text);
    (void)pthread_mutex_unlock(&process->lock);
}

static void check_deadline(struct rt_process *process)
{
    if (rt_now_ns(&process->domain->clock) < process->kill_at_ns)
        return;
    if (process->verdict.status == RACTOR_OK && !process->is_ready && !process->is_closing)
        rt_process_condemn(process, RACTOR_ETIMEOUT, "did not come up in time");
    rt_launch_kill(&process->child);
    process->kill_at_ns = RT_NEVER; /* the end will come by itself */
}

/* What is to be waited for. Locked. */
static short update(struct rt_process *process)
{
    rt_bell_set(&process->bell, RT_NEVER);
    if (process->is_ready && process->verdict.status == RACTOR_OK && !process->is_closing)
        process->kill_at_ns = RT_NEVER;
    check_deadline(process);
    bool is_full = rt_outlet_flush(&process->outlet, process->child.socket) == RACTOR_EAGAIN;
    if (process->is_closing && !is_full)
        (void)shutdown(process->child.socket, SHUT_WR);
    rt_bell_set(&process->bell, process->kill_at_ns);
    return is_full ? POLLIN | POLLOUT : POLLIN;
}

static void condemn_for(struct rt_process *process, ractor_status status)
{
    if (status == RACTOR_EPROTO)
        condemn(process, RACTOR_ENODE, "was killed: it sent what no child of a domain sends");
    else if (status == RACTOR_ENOMEM)
        condemn(process, RACTOR_ENOMEM, "was killed: no memory for what it sent");
}

/* Until the child has ended, or its stream has. */
static void keep(struct rt_process *process)
{
    for (;;) {
        (void)pthread_mutex_lock(&process->lock);
        short events = update(process);
        (void)pthread_mutex_unlock(&process->lock);
        struct pollfd fds[] = {{.fd = process->child.socket, .events = events},
                               {.fd = process->bell.fd, .events = POLLIN},
                               {.fd = process->child.exit_fd, .events = POLLIN}};
        if (poll(fds, 3, -1) < 0)
            continue;
        if (fds[2].revents != 0)
            return;
        if ((fds[0].revents & ~POLLOUT) == 0)
            continue;
        ractor_status status = read_frames(process);
        if (status == RACTOR_OK || status == RACTOR_EAGAIN)
            continue;
        condemn_for(process, status);
        return;
    }
}

/* ------------------------------------------------------------------ the end */

/* Whether it ends by itself soon: its stream has ended, which is what an exit does first. */
static bool is_on_its_way_out(const struct rt_process *process)
{
    struct pollfd fd = {.fd = process->child.exit_fd, .events = POLLIN};
    return fd.fd < 0 || poll(&fd, 1, EXIT_MS) > 0;
}

/* Has it end, if it has not, and finds out how it did. A child that was ending already keeps its
 * own exit code when it is killed. Gives the text of its crash. */
static char *bury(struct rt_process *process, struct rt_death *death)
{
    (void)pthread_mutex_lock(&process->lock);
    bool is_condemned = process->verdict.status != RACTOR_OK;
    (void)pthread_mutex_unlock(&process->lock);
    bool has_ended = !is_condemned && is_on_its_way_out(process);
    (void)pthread_mutex_lock(&process->lock);
    if (!has_ended)
        rt_process_condemn(process, RACTOR_ENODE, "was killed: it closed its connection");
    rt_launch_kill(&process->child);
    rt_launch_reap(&process->child, death);
    bool was_killed = death->kind == RT_DEATH_SIGNAL && death->code == SIGKILL;
    if (is_condemned || was_killed) /* else it was ending by itself, only slowly */
        death->verdict = process->verdict;
    (void)pthread_mutex_unlock(&process->lock);
    ractor_status status = RACTOR_OK;
    while (status == RACTOR_OK && death->verdict.status == RACTOR_OK)
        status = read_frames(process);
    death->memory_bytes = process->domain->options.memory_bytes;
    return rt_launch_read_crash(&process->child, death);
}

/* The actors there have ended with their process. Locked. */
static void end_seats(struct rt_process *process, const struct rt_death *death, const char *details)
{
    ractor_status status =
        death->verdict.status != RACTOR_OK ? death->verdict.status : RACTOR_ENODE;
    for (uint32_t i = 0; i < process->n_places; i++) {
        struct rt_seat *seat = process->places[i].seat;
        if (seat == NULL || seat->is_over)
            continue;
        char reason[RT_DEATH_BYTES];
        bool is_culprit =
            death->has_report && death->report.actor != 0 && death->report.actor == seat->pid_there;
        rt_death_describe(death, seat->doing, is_culprit, reason, sizeof reason);
        rt_seat_end(seat, true, status, rt_strdup(reason), rt_strdup(details));
    }
}

static void log_death(const struct rt_log *log, const struct rt_death *death, bool is_expected)
{
    char text[RT_DEATH_BYTES];
    rt_death_describe(death, NULL, false, text, sizeof text);
    rt_logf(log, is_expected ? RACTOR_LOG_DEBUG : RACTOR_LOG_WARN, "domain: %s", text);
}

static void finish(struct rt_process *process, const struct rt_death *death, const char *details)
{
    (void)pthread_mutex_lock(&process->lock);
    process->is_over = true; /* no seats or calls are added from here on */
    end_seats(process, death, details);
    bool is_expected = process->is_closing;
    rt_launch_fini(&process->child);
    rt_bell_fini(&process->bell); /* who rings it from here on rings nothing */
    (void)pthread_mutex_unlock(&process->lock);
    rt_domain_calls_fini(&process->calls, RACTOR_ENODE); /* nobody adds any more */
    log_death(&process->domain->log, death, is_expected);
}

/* The last thing that a keeper does. */
static void leave(struct rt_process *process)
{
    ractor_domain *domain = process->domain;
    (void)pthread_mutex_lock(&domain->lock);
    if (process->previous != NULL)
        process->previous->next = process->next;
    else
        domain->processes = process->next;
    if (process->next != NULL)
        process->next->previous = process->previous;
    if (domain->shared == process)
        domain->shared = NULL;
    (void)pthread_cond_broadcast(&domain->has_fewer);
    (void)pthread_mutex_unlock(&domain->lock);
    rt_process_drop(process);
}

/* False: there is no such program, or it cannot be started. */
static bool launch(struct rt_process *process)
{
    const ractor_domain_options *options = &process->domain->options;
    char text[RT_VERDICT_BYTES];
    (void)pthread_mutex_lock(&process->lock);
    int error = rt_launch(&process->child, options);
    if (error != 0) {
        const char *path = options->executable != NULL ? options->executable : "this program";
        (void)snprintf(text, sizeof text, "cannot start %.60s: error %d (%s)", path, error,
                       error == ENOENT   ? "no such file"
                       : error == EACCES ? "no permission"
                       : error == ENOMEM ? "no memory"
                                         : "see errno.h");
        rt_process_condemn(process, RACTOR_EIO, text);
    }
    if (process->kill_at_ns == RT_NEVER)
        process->kill_at_ns = rt_deadline_ns(&process->domain->clock, options->start_limit_ms);
    (void)pthread_mutex_unlock(&process->lock);
    return error == 0;
}

static void *run(void *argument)
{
    struct rt_process *process = argument;
    struct rt_death death = {.pid = 0};
    ractor_carrier_enter(process->domain->runtime, &process->pool);
    if (launch(process))
        keep(process);
    char *details = bury(process, &death);
    finish(process, &death, details);
    rt_free(details);
    ractor_carrier_leave(&process->pool);
    leave(process);
    return NULL;
}

bool rt_keeper_start(struct rt_process *process)
{
    pthread_t thread;
    sigset_t all, before;
    (void)sigfillset(&all);
    /* The host's signals are not for this thread. */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&thread, NULL, run, process);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0)
        (void)pthread_detach(thread);
    return error == 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * A session and its transport, on the loop's thread. A socket is polled; a transport that keeps
 * bytes inside, or has no descriptor at all, tells by `ready` when it is to be looked at.
 *
 *   descriptor --> on_poll -----+
 *                               +--> read, then flush what is blocked, then poll for what is left
 *   ready_task <-- transport ---+
 */
#include "cluster/session.h"

#include <stddef.h>
#include <stdio.h>

/* Reads per turn of the loop, so that no session starves the others. */
#define MAX_READS 8

static unsigned needs_of(const struct rt_session *session)
{
    const ractor_transport_ops *ops = session->transport->ops;
    return ops->needs != NULL ? ops->needs(session->transport) : 0;
}

/* ------------------------------------------------------------------ reading */

static void end_of_input(struct rt_session *session, ractor_status status)
{
    char why[192];
    const ractor_transport_ops *ops = session->transport->ops;
    const char *more =
        status != RACTOR_OK && ops->why != NULL ? ops->why(session->transport) : NULL;
    const char *how = status == RACTOR_OK ? "the peer has closed" : "the connection broke";
    if (more != NULL)
        how = more;
    if (session->state == RT_SESSION_IN_HANDSHAKE)
        (void)snprintf(why, sizeof why, "%s while this node waited for %s", how,
                       rt_handshake_awaits(&session->handshake));
    else
        (void)snprintf(why, sizeof why, "%s", how);
    rt_session_close(session, status == RACTOR_OK ? RACTOR_ENODE : status, why);
}

/* One read. False: nothing more to read now, or the session is closing. */
static bool read_once(struct rt_session *session)
{
    uint8_t *at;
    size_t room, length = 0;
    if (rt_frame_reader_space(&session->reader, &at, &room) != RACTOR_OK) {
        rt_session_close(session, RACTOR_ENOMEM, "out of memory");
        return false;
    }
    ractor_status status = session->transport->ops->read(session->transport, at, room, &length);
    if (status == RACTOR_EAGAIN)
        return false;
    if (status != RACTOR_OK || length == 0) {
        end_of_input(session, status);
        return false;
    }
    session->heard_ms = rt_loop_now_ms(&session->node->loop);
    rt_frame_reader_commit(&session->reader, length);
    ractor_carrier_deliver(rt_session_receive_frames, session);
    if (session->state == RT_SESSION_CLOSING)
        return false;
    /* A socket that gave less than was asked for is empty: saves the read that would say so. */
    return length == room || !session->is_polled ||
           (needs_of(session) & RACTOR_TRANSPORT_HAS_INPUT) != 0;
}

/* Reads what is there, within a turn's share; comes back for the rest. */
static void read_share(struct rt_session *session)
{
    int n_reads = 0;
    while (n_reads < MAX_READS && read_once(session))
        n_reads++;
    if (n_reads < MAX_READS || session->state == RT_SESSION_CLOSING)
        return;
    if (!session->is_polled || (needs_of(session) & RACTOR_TRANSPORT_HAS_INPUT) != 0)
        rt_loop_post(&session->node->loop, &session->ready_task);
}

/* ------------------------------------------------------------------ writing */

static void on_poll(uv_poll_t *poll, int status, int events);

static void poll_for(struct rt_session *session, int events)
{
    if (!session->is_polled || events == session->poll_events)
        return;
    session->poll_events = events;
    (void)uv_poll_start(&session->poll, events, on_poll);
}

static void poll_for_what_is_left(struct rt_session *session)
{
    unsigned needs = needs_of(session);
    bool waits_for_room = session->is_blocked && (needs & RACTOR_TRANSPORT_WANTS_INPUT) == 0;
    if ((needs & RACTOR_TRANSPORT_HAS_OUTPUT) != 0)
        waits_for_room = true;
    poll_for(session, waits_for_room ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

/* Sends on what the transport has taken and not got rid of. */
static void flush_transport(struct rt_session *session)
{
    size_t length;
    if ((needs_of(session) & RACTOR_TRANSPORT_HAS_OUTPUT) != 0)
        (void)session->transport->ops->write(session->transport, NULL, 0, &length);
}

/* The transport goes on to say why it has failed, if it has. */
static void close_broken(struct rt_session *session)
{
    uint8_t byte;
    size_t length = 0;
    ractor_status status = session->transport->ops->read(session->transport, &byte, 1, &length);
    if (status != RACTOR_OK && status != RACTOR_EAGAIN)
        end_of_input(session, status);
    else
        rt_session_close(session, RACTOR_ENODE, "the connection broke, or the peer does not read");
}

static void flush(struct rt_session *session)
{
    switch (rt_link_flush(session->link)) {
    case RT_LINK_IS_IDLE:
        session->is_blocked = false;
        break;
    case RT_LINK_IS_BLOCKED:
        session->is_blocked = true;
        break;
    case RT_LINK_IS_BROKEN:
        close_broken(session);
        return;
    }
    poll_for_what_is_left(session);
}

/* ------------------------------------------------------------------ the loop's events */

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct rt_session *session = poll->data;
    rt_loop_saw_event(&session->node->loop);
    if (session->state == RT_SESSION_CLOSING)
        return;
    if (status < 0)
        events = UV_READABLE; /* the read says what is wrong */
    bool has_inside = session->transport->ops->needs != NULL;
    if (has_inside)
        flush_transport(session);
    if ((events & UV_READABLE) != 0 || has_inside)
        read_share(session);
    if (session->state != RT_SESSION_CLOSING && ((events & UV_WRITABLE) != 0 || has_inside))
        flush(session);
}

static void on_ready(struct rt_task *task)
{
    struct rt_session *session =
        (struct rt_session *)(void *)((char *)task - offsetof(struct rt_session, ready_task));
    if (session->state == RT_SESSION_CLOSING)
        return;
    flush_transport(session);
    read_share(session);
    if (session->state != RT_SESSION_CLOSING)
        flush(session);
}

static void on_wake(struct rt_task *task)
{
    struct rt_session *session =
        (struct rt_session *)(void *)((char *)task - offsetof(struct rt_session, wake_task));
    if (session->state != RT_SESSION_CLOSING)
        flush(session);
}

void rt_session_wake(void *session_)
{
    struct rt_session *session = session_;
    rt_loop_post(&session->node->loop, &session->wake_task);
}

/* From any thread, maybe under the transport's own lock. */
static void ready(void *session_)
{
    struct rt_session *session = session_;
    rt_loop_post(&session->node->loop, &session->ready_task);
}

void rt_session_init_io(struct rt_session *session)
{
    session->wake_task.run = on_wake;
    session->ready_task.run = on_ready;
    session->poll.data = session;
}

void rt_session_start_io(struct rt_session *session)
{
    ractor_transport *transport = session->transport;
    if (transport->ops->watch != NULL) {
        transport->ops->watch(transport, ready, session);
        rt_loop_post(&session->node->loop, &session->ready_task); /* what has changed before */
    }
    poll_for_what_is_left(session);
}

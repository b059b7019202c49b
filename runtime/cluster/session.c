/* SPDX-License-Identifier: MIT */
#include "cluster/session.h"

#include "base/alloc.h"
#include "cluster/dial.h"
#include "cluster/keep.h"
#include "cluster/keepalive.h"
#include "cluster/offers.h"
#include "cluster/socket.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Actors of a lost peer that are ended per turn of the loop. */
#define DRAIN_SLICE 256
/* Lines in the log about the ends of connections that proved nothing. */
#define STRANGERS_PER_SECOND 10

/* ------------------------------------------------------------------ the end */

static struct rt_session *session_of_task(struct rt_task *task, size_t offset)
{
    return (struct rt_session *)(void *)((char *)task - offset);
}

static void unlist(struct rt_session *session)
{
    ractor_node *node = session->node;
    (void)pthread_mutex_lock(&node->lock);
    *(session->previous != NULL ? &session->previous->next : &node->sessions) = session->next;
    *(session->next != NULL ? &session->next->previous : &node->last_session) = session->previous;
    (void)pthread_mutex_unlock(&node->lock);
}

static void list(struct rt_session *session)
{
    ractor_node *node = session->node;
    (void)pthread_mutex_lock(&node->lock);
    session->previous = node->last_session;
    *(session->previous != NULL ? &session->previous->next : &node->sessions) = session;
    node->last_session = session;
    (void)pthread_mutex_unlock(&node->lock);
}

void rt_session_tell(const struct rt_session *session, ractor_session_event event)
{
    ractor_session_info info = session->info;
    if (session->state != RT_SESSION_CLOSING)
        rt_link_measure(session->link, &info);
    rt_node_tell(session->node, event, &info);
}

static void try_free(struct rt_session *session)
{
    ractor_node *node = session->node;
    if (session->state != RT_SESSION_CLOSING || session->n_handles != 0 || session->has_actor ||
        !session->is_drained)
        return;
    if (rt_loop_has(&node->loop, &session->wake_task) ||
        rt_loop_has(&node->loop, &session->ready_task)) {
        rt_loop_post(&node->loop, &session->drain_task); /* comes after them */
        return;
    }
    unlist(session);
    rt_session_tell(session, RACTOR_SESSION_CLOSED);
    rt_link_give(node->runtime, session->link);
    rt_free(session);
    rt_node_check_end(node);
}

static void on_drain(struct rt_task *task)
{
    static const struct rt_remote_ending node_down = {RACTOR_EVENT_ACTOR_TERMINATED, RACTOR_ENODE,
                                                      "node down"};
    struct rt_session *session = session_of_task(task, offsetof(struct rt_session, drain_task));
    struct rt_link_remains *remains = &session->remains;
    struct rt_remote_actor *actor;
    for (int i = 0; i < DRAIN_SLICE; i++) {
        actor = rt_pair_map_next(&remains->remotes, &session->drain_cursor);
        if (actor == NULL) {
            rt_pair_map_fini(&remains->remotes);
            session->is_drained = true;
            try_free(session);
            return;
        }
        ractor_ref ref = actor->ref;
        rt_remote_actor_free(session->link, actor, RACTOR_ENODE);
        ractor_remote_end(ref, &node_down);
    }
    rt_loop_post(&session->node->loop, &session->drain_task);
}

static void on_actor_ended(struct rt_task *task)
{
    struct rt_session *session = session_of_task(task, offsetof(struct rt_session, ended_task));
    session->has_actor = false;
    rt_session_close(session, RACTOR_ESTOPPED, "its actor has ended");
    try_free(session);
}

static void on_poll_closed(uv_handle_t *handle)
{
    struct rt_session *session = handle->data;
    session->n_handles--;
    try_free(session);
}

static void on_timer_closed(struct rt_loop_timer *timer)
{
    struct rt_session *session = timer->data;
    session->n_handles--;
    try_free(session);
}

/* Callers must not wait until their callee's turn in the slices comes. */
static void fail_calls(struct rt_session *session)
{
    struct rt_pair_map *calls = &session->remains.calls;
    struct rt_pending_call *call;
    size_t cursor = 0;
    while ((call = rt_pair_map_next(calls, &cursor)) != NULL) {
        call->callee->calls = NULL;
        (void)ractor_port_fail(&call->port, RACTOR_ENODE);
        rt_free(call);
    }
    rt_pair_map_fini(calls);
}

/* Of strangers' connections, which cost them nothing, only so many are told of; `others` says how
 * many were not. False: nor is this one. */
static bool is_told(const struct rt_session *session, char *others, size_t capacity)
{
    ractor_node *node = session->node;
    others[0] = '\0';
    if (session->is_outbound || session->state != RT_SESSION_IN_HANDSHAKE)
        return true;
    uint32_t n =
        rt_refusals_add(&node->strangers, rt_loop_now_ms(&node->loop), STRANGERS_PER_SECOND);
    if (n > 1)
        (void)snprintf(others, capacity, "; %u more strangers were not told of", (unsigned)n - 1);
    return n != 0;
}

static void log_end(const struct rt_session *session, ractor_status status, const char *why)
{
    const ractor_session_info *info = &session->info;
    char others[64];
    if (!is_told(session, others, sizeof others))
        return;
    ractor_log_level level = status == RACTOR_OK || status == RACTOR_EEXIST ||
                                     status == RACTOR_ECANCELED || status == RACTOR_ESTOPPED
                                 ? RACTOR_LOG_INFO
                                 : RACTOR_LOG_WARN;
    rt_logf(session->node->log, level, "session %llu with %s (%s, %s) ended: %s%s",
            (unsigned long long)info->id,
            info->peer_name[0] != '\0' ? info->peer_name : "a stranger", info->peer_addr,
            info->is_outbound ? "dialled" : "accepted", why, others);
}

void rt_session_uncount(struct rt_session *session)
{
    if (session->was_counted)
        rt_budget_give(&session->node->budget, session->source);
    session->was_counted = false;
}

void rt_session_close(struct rt_session *session, ractor_status status, const char *why)
{
    if (session->state == RT_SESSION_CLOSING)
        return;
    log_end(session, status, why);
    rt_session_audit(session, status, why);
    session->state = RT_SESSION_CLOSING;
    rt_names_session_ended(session); /* names are free before the session is seen to be closed */
    (void)pthread_mutex_lock(&session->node->lock);
    session->is_closed = true;
    session->info.end_status = status;
    (void)snprintf(session->info.end_reason, sizeof session->info.end_reason, "%s", why);
    (void)pthread_mutex_unlock(&session->node->lock);
    rt_session_uncount(session);
    rt_handshake_fini(&session->handshake);
    if (session->is_polled) {
        (void)uv_poll_stop(&session->poll);
        uv_close((uv_handle_t *)&session->poll, on_poll_closed);
    }
    rt_loop_timer_close(&session->timer, on_timer_closed);
    rt_loop_timer_close(&session->deadline_timer, NULL);
    if (session->transport->ops->watch != NULL)
        session->transport->ops->watch(session->transport, NULL, NULL);
    session->transport->ops->shut(session->transport);
    rt_link_close(session->link, &session->remains);
    session->transport->ops->free(session->transport);
    session->transport = NULL;
    rt_frame_reader_fini(&session->reader);
    rt_buffer_fini(&session->assembly);
    fail_calls(session);
    rt_link_cancel_inbound(session->node->runtime, &session->remains.inbound);
    rt_offers_session_ended(session);
    if (session->has_actor)
        ractor_stop(session->actor, why);
    rt_dial_session_ended(session, status);
    if (session->info.is_authenticated)
        rt_keep_session_ended(session->node, session->handshake.peer.name);
    rt_loop_post(&session->node->loop, &session->drain_task);
}

/* ------------------------------------------------------------------ reading */

/* What a stranger has sent first, readable, for the log. */
static void describe_start(const struct rt_frame_reader *reader, char *text, size_t capacity)
{
    size_t used = 0;
    for (size_t i = reader->start; i < reader->end && used + 1 < capacity && used < 16; i++) {
        unsigned char byte = reader->data[i];
        text[used++] = isprint(byte) ? (char)byte : '.';
    }
    text[used] = '\0';
}

/* A handshake record, where the first frame should start. */
static bool is_tls_record(const struct rt_session *session)
{
    const struct rt_frame_reader *reader = &session->reader;
    return session->state == RT_SESSION_IN_HANDSHAKE && reader->end - reader->start >= 2 &&
           reader->data[reader->start] == 0x16 && reader->data[reader->start + 1] == 0x03;
}

static void refuse_frame(struct rt_session *session, ractor_status status)
{
    char start[24];
    char why[160];
    if (is_tls_record(session)) {
        rt_session_close(session, RACTOR_ETLS, "the peer speaks TLS, and this port does not");
        return;
    }
    describe_start(&session->reader, start, sizeof start);
    if (status == RACTOR_ELIMIT)
        (void)snprintf(why, sizeof why, "a frame of %llu bytes, over the limit of %zu (\"%s\")",
                       (unsigned long long)rt_frame_reader_declared(&session->reader),
                       session->reader.limit_bytes, start);
    else
        (void)snprintf(why, sizeof why, "not this protocol (\"%s\")", start);
    /* Who dials has got it wrong; who is dialled has been sent too much. */
    rt_session_close(session, session->is_outbound ? RACTOR_EPROTO : status, why);
}

static void receive_message(struct rt_session *session, ractor_bytes message, bool is_put_together);

/* What is complete goes the way of a message that has come in one piece. */
static void finish_assembly(struct rt_session *session)
{
    struct rt_buffer whole = session->assembly;
    ractor_bytes message = {whole.data + whole.start, rt_buffer_length(&whole)};
    session->assembly = (struct rt_buffer){0};
    receive_message(session, message, true);
    rt_buffer_fini(&whole);
}

/* The buffer grows with what has arrived. */
static void receive_fragment(struct rt_session *session, ractor_bytes body)
{
    ractor_bytes data;
    bool is_last;
    uint8_t *at;
    if (rt_fragment_decode(body, &data, &is_last) != RACTOR_OK || data.length == 0) {
        rt_session_close(session, RACTOR_EPROTO, "a malformed fragment");
        return;
    }
    if (data.length > session->node->frame_limit_bytes - rt_buffer_length(&session->assembly)) {
        rt_session_close(session, RACTOR_EPROTO, "fragments of a message over the limit");
        return;
    }
    if (rt_buffer_reserve(&session->assembly, data.length, &at) != RACTOR_OK) {
        rt_session_close(session, RACTOR_ENOMEM, "out of memory");
        return;
    }
    memcpy(at, data.data, data.length);
    rt_buffer_commit(&session->assembly, data.length);
    if (is_last)
        finish_assembly(session);
}

/* `is_put_together`: it has come in fragments, and is none itself: else a frame full of fragments
 * in fragments would be copied, and gone down into, once for each. */
static void receive_message(struct rt_session *session, ractor_bytes message, bool is_put_together)
{
    enum rt_net_kind kind = RT_NET_NONE;
    ractor_bytes body = {NULL, 0};
    if (rt_net_decode(message, &kind, &body) != RACTOR_OK) {
        rt_session_close(session, RACTOR_EPROTO, "a frame that is no protocol message");
        return;
    }
    if (kind == RT_NET_AUTH) {
        rt_session_receive_auth(session, body);
        return;
    }
    if (!rt_session_is_up(session)) {
        rt_session_close(session, RACTOR_EPROTO, "a message before authentication");
        return;
    }
    if (kind == RT_NET_NODE)
        rt_session_receive_node(session, body);
    else if (kind == RT_NET_CONTROL)
        rt_session_receive_control(session, body);
    else if (kind == RT_NET_FRAGMENT && is_put_together)
        rt_session_close(session, RACTOR_EPROTO, "a fragment made of fragments");
    else if (kind == RT_NET_FRAGMENT)
        receive_fragment(session, body);
}

/* A stranger's next frame may only have what its last ones have left. */
static void spend(struct rt_session *session, size_t length)
{
    size_t *left = &session->reader.limit_bytes;
    size_t bytes = length + RT_FRAME_HEADER_BYTES;
    if (session->state == RT_SESSION_IN_HANDSHAKE)
        *left -= bytes < *left ? bytes : *left;
}

void rt_session_receive_frames(void *session_)
{
    struct rt_session *session = session_;
    ractor_bytes message;
    while (session->state != RT_SESSION_CLOSING) {
        bool is_first = session->reader.framing == RT_FRAMING_UNKNOWN;
        ractor_status status = rt_frame_reader_next(&session->reader, &message);
        if (status == RACTOR_EAGAIN)
            return;
        if (status != RACTOR_OK) {
            refuse_frame(session, status);
            return;
        }
        if (is_first)
            rt_link_set_framing(session->link, session->reader.framing);
        spend(session, message.length);
        receive_message(session, message, false);
    }
}

static void on_synced(struct rt_task *task)
{
    struct rt_session *session = session_of_task(task, offsetof(struct rt_session, synced_task));
    session->has_sent_sync = true;
    rt_session_check_ready(session);
}

static void on_handshake_deadline(struct rt_loop_timer *timer)
{
    struct rt_session *session = timer->data;
    char why[128];
    (void)snprintf(why, sizeof why, "no handshake within %u ms, while this node waited for %s",
                   session->node->handshake_ms, rt_handshake_awaits(&session->handshake));
    rt_session_close(session, RACTOR_ETIMEOUT, why);
}

/* ------------------------------------------------------------------ the start */

void rt_session_send_control(struct rt_session *session, const struct rt_control_out *control)
{
    ractor_status status = rt_link_send_control(session->link, session->incarnation, control);
    if (status != RACTOR_OK && status != RACTOR_ENODE)
        rt_session_close(session, status, "a control message could not be sent");
}

static void fill_info(struct rt_session *session, const struct rt_connection *connection)
{
    ractor_session_info *info = &session->info;
    info->id = session->id;
    info->is_outbound = session->is_outbound;
    (void)snprintf(info->peer_addr, sizeof info->peer_addr, "%s", connection->peer_label);
    (void)snprintf(info->local_addr, sizeof info->local_addr, "%s", connection->local_label);
}

static void open_link(struct rt_session *session)
{
    ractor_node *node = session->node;
    struct rt_link_options options = {
        .transport = session->transport,
        .framing = session->reader.framing,
        .frame_limit_bytes = node->frame_limit_bytes,
        .out_limit_bytes = node->out_limit_bytes,
        .announced_limit_bytes = node->announced_limit_bytes,
        .refuses_when_full = node->refuses_when_full,
        .wheel_shift = node->loop.timers.shift,
        .runtime = node->runtime,
        .seed = node->seed,
        .wake = rt_session_wake,
        .wake_user = session,
    };
    rt_link_open(session->link, &options);
    session->incarnation = session->link->incarnation;
}

static void start(struct rt_session *session)
{
    ractor_node *node = session->node;
    list(session);
    session->n_handles = session->is_polled ? 2 : 1;
    rt_loop_timer_start(&session->timer, on_handshake_deadline, node->handshake_ms);
    if (session->is_polled)
        rt_keepalive_set(session->transport->ops->fd(session->transport), node->silence_ms);
    rt_session_tell(session, RACTOR_SESSION_OPENED);
    rt_session_start_handshake(session);
    if (session->state != RT_SESSION_CLOSING)
        rt_session_start_io(session);
}

static void init(struct rt_session *session, struct rt_dial *dial,
                 const struct rt_connection *connection)
{
    ractor_node *node = session->node;
    enum rt_framing framing = RT_FRAMING_UNKNOWN;
    session->is_outbound = dial != NULL;
    session->dial = dial;
    session->id = ++node->last_session_id;
    session->opened_ms = rt_loop_now_ms(&node->loop);
    session->heard_ms = session->opened_ms;
    rt_pair_map_init(&session->claims, node->seed);
    rt_session_init_io(session);
    session->synced_task.run = on_synced;
    session->ended_task.run = on_actor_ended;
    session->drain_task.run = on_drain;
    if (session->is_outbound)
        framing = node->is_legacy_dialler ? RT_FRAMING_LEGACY : RT_FRAMING_CURRENT;
    rt_frame_reader_init(&session->reader, RT_HANDSHAKE_BYTES, framing);
    rt_handshake_init(&session->handshake, &node->identity, &node->challenges);
    fill_info(session, connection);
}

ractor_status rt_session_open(ractor_node *node, const struct rt_connection *connection,
                              struct rt_dial *dial)
{
    const ractor_transport_ops *ops = connection->transport->ops;
    int fd = ops->fd != NULL ? ops->fd(connection->transport) : -1;
    if (fd >= 0 && node->loop.is_simulated)
        return RACTOR_ENOTSUP; /* nobody would poll it */
    struct rt_session *session = rt_calloc(1, sizeof *session);
    struct rt_link *link = rt_link_take(node->runtime);
    if (session == NULL || link == NULL)
        goto no_memory;
    session->node = node;
    session->link = link;
    session->transport = connection->transport;
    session->source = connection->source;
    session->was_counted =
        dial == NULL && rt_budget_take(&node->budget, session->source) == RACTOR_OK;
    if (dial == NULL && !session->was_counted)
        goto no_memory;
    if (fd >= 0 && uv_poll_init(&node->loop.uv, &session->poll, fd) != 0)
        goto no_memory;
    session->is_polled = fd >= 0;
    rt_loop_timer_init(&node->loop, &session->timer, session);
    rt_loop_timer_init(&node->loop, &session->deadline_timer, session);
    init(session, dial, connection);
    open_link(session);
    if (dial != NULL)
        dial->session = session;
    start(session);
    return RACTOR_OK;
no_memory:
    if (session != NULL)
        rt_session_uncount(session);
    if (link != NULL)
        rt_link_give(node->runtime, link);
    rt_free(session);
    return RACTOR_ENOMEM;
}

/* SPDX-License-Identifier: MIT */
#include "cluster/dial.h"

#include "base/alloc.h"
#include "cluster/errand.h"
#include "cluster/external.h"
#include "cluster/keep.h"
#include "cluster/network.h"
#include "cluster/session.h"

#include <ractor/call.h>
#include <ractor/transport.h>

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const ractor_codec rt_dial_outcome_codec = {
    .size = sizeof(ractor_unit),
    .align = _Alignof(ractor_unit),
};

/* How long until the peer is dialled again that keeps another connection. */
#define RETRY_FIRST_MS 10
#define RETRY_MAX_MS 1000

/* A name server may be slow: it is asked by an errand, which does not hold the loop's end up. */
struct rt_resolving {
    struct rt_errand errand;
    struct rt_dial *dial;
    int failed;
    struct addrinfo *addresses;
    char host[RT_DIAL_HOST_BYTES];
    char port[8];
};

/* ------------------------------------------------------------------ the end */

static void try_free(struct rt_dial *dial)
{
    ractor_node *node = dial->node;
    if (!dial->is_over || dial->n_handles != 0)
        return;
    struct rt_dial **at = &node->dials;
    while (*at != NULL && *at != dial)
        at = &(*at)->next;
    if (*at != NULL)
        *at = dial->next;
    if (dial->addresses != NULL)
        freeaddrinfo(dial->addresses);
    rt_free(dial);
    rt_node_check_end(node);
}

static void on_timer_closed(struct rt_loop_timer *timer)
{
    struct rt_dial *dial = timer->data;
    dial->n_handles--;
    try_free(dial);
}

static void try_address(struct rt_dial *dial);

/* Only now may the handle be used for the next attempt. */
static void on_connecting_closed(uv_handle_t *handle)
{
    struct rt_dial *dial = handle->data;
    dial->n_handles--;
    if (!dial->is_over && dial->wants_next) {
        dial->wants_next = false;
        try_address(dial);
    }
    try_free(dial);
}

static void stop_connecting(struct rt_dial *dial)
{
    if (dial->fd < 0)
        return;
    (void)uv_poll_stop(&dial->connecting);
    uv_close((uv_handle_t *)&dial->connecting, on_connecting_closed);
    (void)close(dial->fd);
    dial->fd = -1;
}

static void answer(struct rt_dial *dial, ractor_status status)
{
    ractor_unit nothing = {0};
    if (dial->waiter.slot == NULL)
        return;
    if (status == RACTOR_OK)
        (void)ractor_port_reply(&dial->waiter, &rt_dial_outcome_codec, &nothing);
    else
        (void)ractor_port_fail(&dial->waiter, status);
}

static void give_up_resolving(struct rt_dial *dial)
{
    if (dial->resolving == NULL || !rt_errand_give_up(&dial->resolving->errand))
        return;
    dial->resolving = NULL;
    dial->n_handles--;
}

static void finish(struct rt_dial *dial, ractor_status status, const char *why)
{
    if (dial->is_over)
        return;
    dial->is_over = true;
    if (status != RACTOR_OK)
        rt_logf(dial->node->log, RACTOR_LOG_WARN, "no session with %s port %u: %s",
                dial->target.host, dial->target.port, why);
    answer(dial, status);
    if (dial->keep != NULL)
        rt_keep_dialled(dial->keep, status, dial->peer_name);
    dial->keep = NULL;
    stop_connecting(dial);
    give_up_resolving(dial);
    if (dial->session != NULL)
        dial->session->dial = NULL;
    dial->session = NULL;
    rt_loop_timer_close(&dial->deadline, on_timer_closed);
    rt_loop_timer_close(&dial->retry, on_timer_closed);
}

/* ------------------------------------------------------------------ connecting */

/* Takes the connection's transport. */
static void open_session(struct rt_dial *dial, const struct rt_connection *connection)
{
    (void)snprintf(dial->peer_addr, sizeof dial->peer_addr, "%s", connection->peer_label);
    ractor_status status = rt_session_open(dial->node, connection, dial);
    if (status == RACTOR_OK)
        return;
    connection->transport->ops->free(connection->transport);
    finish(dial, status, ractor_strerror(status));
}

static ractor_status encrypt(struct rt_dial *dial, ractor_transport **transport)
{
    const struct rt_dial_target *target = &dial->target;
    if (!target->is_encrypted)
        return RACTOR_OK;
    return rt_tls_dial(&dial->node->tls,
                       target->server_name[0] != '\0' ? target->server_name : target->host,
                       transport);
}

static void on_connected(struct rt_dial *dial)
{
    char peer[RT_LABEL_BYTES], local[RT_LABEL_BYTES];
    struct rt_connection connection = {.peer_label = peer, .local_label = local};
    int fd = dial->fd;
    (void)uv_poll_stop(&dial->connecting);
    uv_close((uv_handle_t *)&dial->connecting, on_connecting_closed);
    dial->fd = -1;
    rt_socket_print_peer(fd, peer, sizeof peer);
    rt_socket_print_local(fd, local, sizeof local);
    ractor_status status = ractor_transport_from_fd(fd, &connection.transport);
    if (status != RACTOR_OK) {
        (void)close(fd);
        finish(dial, status, ractor_strerror(status));
        return;
    }
    status = encrypt(dial, &connection.transport);
    if (status == RACTOR_OK) {
        open_session(dial, &connection);
        return;
    }
    connection.transport->ops->free(connection.transport);
    finish(dial, status, "the encryption could not be set up");
}

static void on_attempt_decided(uv_poll_t *poll, int poll_status, int events)
{
    struct rt_dial *dial = poll->data;
    (void)events;
    if (dial->is_over || dial->fd < 0)
        return;
    ractor_status status = poll_status < 0 ? RACTOR_ENODE : rt_socket_connected(dial->fd);
    if (status == RACTOR_OK) {
        on_connected(dial);
        return;
    }
    if (dial->address != NULL)
        dial->address = dial->address->ai_next;
    dial->wants_next = true;
    stop_connecting(dial);
}

/* Waits until the attempt is decided. False: it cannot be; the descriptor is closed. */
static bool await_attempt(struct rt_dial *dial, int fd)
{
    if (uv_poll_init(&dial->node->loop.uv, &dial->connecting, fd) != 0) {
        (void)close(fd);
        return false;
    }
    dial->fd = fd;
    dial->n_handles++;
    dial->connecting.data = dial;
    (void)uv_poll_start(&dial->connecting, UV_WRITABLE, on_attempt_decided);
    return true;
}

/* Connects to the next address that a socket can be had for. */
static void try_address(struct rt_dial *dial)
{
    for (; dial->address != NULL; dial->address = dial->address->ai_next) {
        int fd = -1;
        if (rt_socket_connect(dial->address->ai_addr, dial->address->ai_addrlen, &fd) != RACTOR_OK)
            continue;
        if (await_attempt(dial, fd))
            return;
    }
    finish(dial, RACTOR_ENODE, "refused or unreachable");
}

static void on_resolved(struct rt_errand *errand)
{
    struct rt_resolving *resolving = (struct rt_resolving *)(void *)errand;
    struct rt_dial *dial = resolving->dial;
    dial->n_handles--;
    dial->resolving = NULL;
    dial->addresses = resolving->addresses;
    dial->address = dial->addresses;
    resolving->addresses = NULL;
    if (dial->is_over)
        try_free(dial);
    else if (resolving->failed != 0)
        finish(dial, RACTOR_EADDR, gai_strerror(resolving->failed));
    else
        try_address(dial);
}

static void run_resolving(struct rt_errand *errand)
{
    struct rt_resolving *resolving = (struct rt_resolving *)(void *)errand;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    resolving->failed =
        getaddrinfo(resolving->host, resolving->port, &hints, &resolving->addresses);
}

static void free_resolving(struct rt_errand *errand)
{
    struct rt_resolving *resolving = (struct rt_resolving *)(void *)errand;
    if (resolving->addresses != NULL)
        freeaddrinfo(resolving->addresses);
    rt_free(resolving);
}

static ractor_status resolve(struct rt_dial *dial)
{
    struct rt_resolving *resolving = rt_calloc(1, sizeof *resolving);
    if (resolving == NULL)
        return RACTOR_ENOMEM;
    resolving->errand.run = run_resolving;
    resolving->errand.done = on_resolved;
    resolving->errand.free = free_resolving;
    resolving->dial = dial;
    (void)snprintf(resolving->host, sizeof resolving->host, "%s", dial->target.host);
    (void)snprintf(resolving->port, sizeof resolving->port, "%u", dial->target.port);
    ractor_status status = rt_errand_start(&resolving->errand, &dial->node->loop);
    if (status != RACTOR_OK) {
        rt_free(resolving);
        return status;
    }
    dial->resolving = resolving;
    dial->n_handles++;
    return RACTOR_OK;
}

static void connect_path(struct rt_dial *dial)
{
    int fd = -1;
    ractor_status status = rt_socket_connect_path(dial->target.host, &fd);
    if (status == RACTOR_OK && !await_attempt(dial, fd))
        status = RACTOR_EIO;
    if (status != RACTOR_OK)
        finish(dial, status, ractor_strerror(status));
}

static void use_external(struct rt_dial *dial)
{
    struct rt_external *external = rt_external_take(dial->node, dial->target.external);
    if (external == NULL) {
        finish(dial, RACTOR_ECANCELED, "the connection was taken back");
        return;
    }
    open_session(dial, &external->connection);
    rt_free(external);
}

static void connect_in_network(struct rt_dial *dial)
{
    struct rt_network *network = dial->node->network;
    struct rt_connection connection = {.transport = NULL};
    ractor_status status = RACTOR_ENOTSUP; /* a simulated node without one */
    if (network != NULL)
        status =
            network->dial(network, dial->node, dial->target.host, dial->target.port, &connection);
    if (status == RACTOR_OK)
        open_session(dial, &connection);
    else
        finish(dial, status, ractor_strerror(status));
}

static void on_deadline(struct rt_loop_timer *timer)
{
    struct rt_dial *dial = timer->data;
    finish(dial, RACTOR_ETIMEOUT, "it took too long");
}

/* ------------------------------------------------------------------ the start */

static uint32_t deadline_of(const struct rt_dial *dial)
{
    uint32_t timeout_ms = dial->target.timeout_ms;
    return timeout_ms != RACTOR_TIMEOUT_DEFAULT ? timeout_ms : dial->node->handshake_ms;
}

static void start(struct rt_dial *dial)
{
    ractor_node *node = dial->node;
    dial->next = node->dials;
    node->dials = dial;
    rt_loop_timer_init(&node->loop, &dial->deadline, dial);
    rt_loop_timer_init(&node->loop, &dial->retry, dial);
    dial->n_handles += 2;
    if (deadline_of(dial) != RACTOR_TIMEOUT_NONE)
        rt_loop_timer_start(&dial->deadline, on_deadline, deadline_of(dial));
    if (node->is_stopping) {
        finish(dial, RACTOR_ECANCELED, "the node is being stopped");
        return;
    }
    if (dial->target.external != 0) {
        use_external(dial);
        return;
    }
    if (node->loop.is_simulated) {
        connect_in_network(dial);
        return;
    }
    if (dial->target.host[0] == '/') {
        connect_path(dial);
        return;
    }
    ractor_status status = resolve(dial);
    if (status != RACTOR_OK)
        finish(dial, status, ractor_strerror(status));
}

static void on_start(struct rt_task *task)
{
    start((struct rt_dial *)(void *)((char *)task - offsetof(struct rt_dial, start_task)));
}

static struct rt_dial *new_dial(ractor_node *node, const struct rt_dial_target *target)
{
    struct rt_dial *dial = rt_calloc(1, sizeof *dial);
    if (dial == NULL)
        return NULL;
    dial->node = node;
    dial->target = *target;
    dial->fd = -1;
    dial->start_task.run = on_start;
    return dial;
}

ractor_status rt_dial_new(ractor_node *node, const struct rt_dial_target *target,
                          ractor_port *waiter)
{
    struct rt_dial *dial = new_dial(node, target);
    if (dial == NULL)
        return RACTOR_ENOMEM;
    dial->waiter = ractor_port_take(waiter);
    rt_loop_post(&node->loop, &dial->start_task);
    return RACTOR_OK;
}

void rt_dial_unasked(ractor_node *node, const struct rt_dial_target *target)
{
    for (const struct rt_dial *dial = node->dials; dial != NULL; dial = dial->next) {
        if (!dial->is_over && dial->target.port == target->port &&
            strcmp(dial->target.host, target->host) == 0)
            return;
    }
    struct rt_dial *dial = new_dial(node, target);
    if (dial != NULL)
        start(dial);
}

struct rt_dial *rt_dial_for(struct rt_keep *keep)
{
    struct rt_dial *dial = new_dial(keep->node, &keep->target);
    if (dial == NULL)
        return NULL;
    dial->keep = keep;
    start(dial);
    return dial->is_over ? NULL : dial;
}

/* ------------------------------------------------------------------ what becomes of the session */

/* Whether two printed addresses have the same host. */
static bool is_same_host(const char *a, const char *b)
{
    const char *colon = strrchr(a, ':');
    size_t length = colon != NULL ? (size_t)(colon - a) + 1 : 0;
    return length != 0 && strncmp(a, b, length) == 0;
}

/* Whether a session leads to where the dial wanted: by the peer's name when the handshake got so
 * far, else by the address that the peer says it can be dialled at. */
static bool leads_there(const struct rt_dial *dial, const struct rt_session *session)
{
    struct rt_dial_target other;
    if (dial->peer_name[0] != '\0')
        return strcmp(dial->peer_name, session->handshake.peer.name) == 0;
    if (session->is_outbound)
        return strcmp(dial->peer_addr, session->info.peer_addr) == 0;
    if (!rt_dial_parse(session->handshake.peer.connection_string, &other) ||
        other.port != dial->target.port)
        return false;
    return strcmp(other.host, dial->target.host) == 0 ||
           is_same_host(dial->peer_addr, session->info.peer_addr);
}

static void succeed(struct rt_dial *dial, const struct rt_session *session)
{
    (void)snprintf(dial->peer_name, sizeof dial->peer_name, "%s", session->handshake.peer.name);
    finish(dial, RACTOR_OK, "");
}

void rt_dial_session_ready(ractor_node *node, struct rt_session *session)
{
    for (struct rt_dial *dial = node->dials, *next; dial != NULL; dial = next) {
        next = dial->next;
        if (!dial->is_over &&
            (dial->session == session || (dial->is_deferred && leads_there(dial, session))))
            succeed(dial, session);
    }
}

/* Whether another connection may yet become what the dial wanted. */
static bool has_alternative(const struct rt_dial *dial)
{
    for (const struct rt_session *s = dial->node->sessions; s != NULL; s = s->next) {
        if (s->state != RT_SESSION_CLOSING && leads_there(dial, s))
            return true;
    }
    return false;
}

static void on_retry(struct rt_loop_timer *timer)
{
    struct rt_dial *dial = timer->data;
    if (dial->is_over || dial->fd >= 0)
        return;
    dial->is_deferred = false;
    dial->peer_name[0] = '\0';
    dial->address = dial->addresses;
    if (dial->target.external == 0 && dial->node->loop.is_simulated)
        connect_in_network(dial);
    else if (dial->target.external == 0 && dial->target.host[0] == '/')
        connect_path(dial);
    else
        try_address(dial);
}

/* The peer keeps a connection that this node no longer has: it will notice soon. */
static void retry_later(struct rt_dial *dial)
{
    dial->retry_ms = dial->retry_ms == 0 ? RETRY_FIRST_MS : dial->retry_ms * 2;
    if (dial->retry_ms > RETRY_MAX_MS)
        dial->retry_ms = RETRY_MAX_MS;
    rt_loop_timer_start(&dial->retry, on_retry, dial->retry_ms);
}

/* Waits for the other connection; answers at once when that is ready. */
static void defer(struct rt_dial *dial)
{
    dial->is_deferred = true;
    for (const struct rt_session *s = dial->node->sessions; s != NULL; s = s->next) {
        if (s->state == RT_SESSION_READY && leads_there(dial, s)) {
            succeed(dial, s);
            return;
        }
    }
    if (!has_alternative(dial))
        retry_later(dial);
}

/* Whether the peer may have closed because it does not know the new cookie yet, which it does
 * without a word. A connection that was handed over cannot be had again. */
static bool may_need_old_cookie(const struct rt_dial *dial, const struct rt_session *ended,
                                ractor_status why)
{
    return why == RACTOR_ENODE && ended->handshake.state == RT_HANDSHAKE_AWAITS_ACK &&
           dial->cookie == RT_COOKIE_NEW && dial->target.external == 0 &&
           rt_cookies_has_old(&dial->node->cookies);
}

static void dial_with_old_cookie(struct rt_dial *dial)
{
    dial->cookie = RT_COOKIE_OLD;
    rt_logf(dial->node->log, RACTOR_LOG_INFO,
            "%s port %u has closed on the new cookie: the old one is tried", dial->target.host,
            dial->target.port);
    /* Later: the last attempt's handle is not closed yet. */
    rt_loop_timer_start(&dial->retry, on_retry, RETRY_FIRST_MS);
}

static void end_dial_of(struct rt_dial *dial, const struct rt_session *ended, ractor_status why)
{
    dial->session = NULL;
    (void)snprintf(dial->peer_name, sizeof dial->peer_name, "%s", ended->handshake.peer.name);
    /* A connection that the peer has closed may have lost an election there that this side has not
     * held yet: both ends know of the other connection before either closes one. A Rust peer may
     * close even before its refusal has left. */
    bool is_lost_election = why == RACTOR_EEXIST || (why == RACTOR_ENODE && has_alternative(dial));
    if (dial->node->is_stopping || why == RACTOR_OK)
        finish(dial, RACTOR_ECANCELED, "the node is being stopped");
    else if (is_lost_election)
        defer(dial);
    else if (may_need_old_cookie(dial, ended, why))
        dial_with_old_cookie(dial);
    else
        finish(dial, why, ractor_strerror(why));
}

void rt_dial_session_ended(struct rt_session *ended, ractor_status why)
{
    struct rt_dial *own = ended->dial;
    ended->dial = NULL;
    for (struct rt_dial *dial = ended->node->dials, *next; dial != NULL; dial = next) {
        next = dial->next;
        if (dial != own && !dial->is_over && dial->is_deferred && leads_there(dial, ended) &&
            !has_alternative(dial))
            retry_later(dial);
    }
    if (own != NULL)
        end_dial_of(own, ended, why);
}

void rt_dial_cancel_all(ractor_node *node)
{
    for (struct rt_dial *dial = node->dials, *next; dial != NULL; dial = next) {
        next = dial->next;
        finish(dial, RACTOR_ECANCELED, "the node is being stopped");
    }
}

bool rt_dial_parse(const char *text, struct rt_dial_target *target)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text || text[0] == '/') /* a path is not a peer's to choose */
        return false;
    char *end;
    unsigned long port = strtoul(colon + 1, &end, 10);
    const char *host = text;
    size_t length = (size_t)(colon - text);
    if (*end != '\0' || port == 0 || port > UINT16_MAX)
        return false;
    if (host[0] == '[' && host[length - 1] == ']') {
        host++;
        length -= 2;
    }
    if (length == 0 || length >= sizeof target->host)
        return false;
    memcpy(target->host, host, length);
    target->host[length] = '\0';
    target->port = (uint16_t)port;
    return true;
}

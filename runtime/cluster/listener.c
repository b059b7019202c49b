/* SPDX-License-Identifier: MIT */
#include "cluster/node.h"

#include "cluster/network.h"
#include "cluster/session.h"
#include "cluster/socket.h"

#include <ractor/transport.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections taken per turn of the loop. */
#define MAX_ACCEPTS 32
/* How long to wait for descriptors when there are none. */
#define PAUSE_MS 100

/* What a refused connection is told about. Same order as the enum. */
static const char *const refusal_texts[RT_REFUSALS] = {
    [RT_REFUSED_FOR_ALL] = "too many connections are not authenticated",
    [RT_REFUSED_FOR_SOURCE] = "too many connections from its address are not authenticated",
    [RT_REFUSED_FOR_DESCRIPTORS] = "no descriptors are left to accept connections with",
};

void rt_node_refuse(ractor_node *node, enum rt_refusal refusal, const char *peer_label)
{
    ractor_audit_event event = {
        .kind = RACTOR_AUDIT_OVER_BUDGET,
        .peer_addr = peer_label,
        .peer_name = "",
        .why = refusal_texts[refusal],
    };
    event.count = rt_refusals_add(&node->refusals[refusal], rt_loop_now_ms(&node->loop), 1);
    if (event.count == 0)
        return;
    rt_logf(node->log, RACTOR_LOG_WARN,
            "connection from %s refused: %s (%u such; %u are not authenticated)", peer_label,
            event.why, (unsigned)event.count, (unsigned)node->budget.n_all);
    rt_node_audit(node, &event);
}

static void open_session(ractor_node *node, int fd, struct rt_connection *connection)
{
    char local[RT_LABEL_BYTES];
    connection->local_label = local;
    rt_socket_print_local(fd, local, sizeof local);
    ractor_status status = ractor_transport_from_fd(fd, &connection->transport);
    if (status != RACTOR_OK) {
        (void)close(fd);
    } else {
        if (rt_tls_has_server(&node->tls))
            status = rt_tls_accept(&node->tls, &connection->transport);
        if (status == RACTOR_OK)
            status = rt_session_open(node, connection, NULL);
        if (status != RACTOR_OK)
            connection->transport->ops->free(connection->transport);
    }
    if (status != RACTOR_OK)
        rt_logf(node->log, RACTOR_LOG_WARN, "connection from %s refused: %s",
                connection->peer_label, ractor_strerror(status));
}

/* The youngest is turned away: those that came before have their time. */
static void accept_or_refuse(ractor_node *node, int fd, const struct sockaddr *address)
{
    char peer[RT_LABEL_BYTES];
    struct rt_connection connection = {.peer_label = peer, .source = rt_budget_source(address)};
    rt_socket_print(address, peer, sizeof peer);
    switch (rt_budget_ask(&node->budget, connection.source)) {
    case RT_BUDGET_HAS_ROOM:
        open_session(node, fd, &connection);
        return;
    case RT_BUDGET_ALL_SPENT:
        rt_node_refuse(node, RT_REFUSED_FOR_ALL, peer);
        break;
    case RT_BUDGET_SOURCE_SPENT:
        rt_node_refuse(node, RT_REFUSED_FOR_SOURCE, peer);
        break;
    }
    (void)close(fd);
}

/* ------------------------------------------------------------------ without descriptors */

static void on_readable(uv_poll_t *poll, int status, int events);

static void on_pause_over(struct rt_loop_timer *timer)
{
    ractor_node *node = timer->data;
    (void)uv_poll_start(&node->listener, UV_READABLE, on_readable);
}

static void pause_listening(ractor_node *node, int error)
{
    rt_logf(node->log, RACTOR_LOG_WARN, "accepting connections pauses: %s", strerror(error));
    (void)uv_poll_stop(&node->listener);
    rt_loop_timer_start(&node->listener_pause, on_pause_over, PAUSE_MS);
}

static void take_reserve(ractor_node *node)
{
    node->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void drop_reserve(ractor_node *node)
{
    if (node->reserve_fd >= 0)
        (void)close(node->reserve_fd);
    node->reserve_fd = -1;
}

/* A connection that cannot be accepted would wake the loop for ever: it is accepted with the
 * descriptor that was kept for that, and closed. 0, or an errno: another thread may have been
 * quicker to take the descriptor, and maybe no connection waits. */
static int refuse_with_reserve(ractor_node *node)
{
    char peer[RT_LABEL_BYTES];
    if (node->reserve_fd < 0)
        take_reserve(node); /* it may be there to be had again */
    drop_reserve(node);
    int fd = accept(node->listen_fd, NULL, NULL);
    int error = fd < 0 ? errno : 0;
    if (fd >= 0) {
        rt_socket_print_peer(fd, peer, sizeof peer);
        (void)close(fd);
        rt_node_refuse(node, RT_REFUSED_FOR_DESCRIPTORS, peer);
    }
    take_reserve(node);
    return error;
}

/* Whether to go on accepting after a failure. */
static bool survive(ractor_node *node, int error)
{
    if (error == EMFILE || error == ENFILE)
        error = refuse_with_reserve(node);
    switch (error) {
    case 0:
    case EINTR:
    case ECONNABORTED:
        return true;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        pause_listening(node, error);
        return false;
    default:
        return false; /* none waits */
    }
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    ractor_node *node = poll->data;
    (void)status;
    (void)events;
    for (int i = 0; i < MAX_ACCEPTS; i++) {
        struct sockaddr_storage address;
        socklen_t length = sizeof address;
        memset(&address, 0, sizeof address); /* a Unix-domain socket may have no name */
        int fd = accept(node->listen_fd, (struct sockaddr *)&address, &length);
        if (fd >= 0)
            accept_or_refuse(node, fd, (const struct sockaddr *)&address);
        else if (!survive(node, errno))
            return;
    }
}

ractor_status rt_listener_open(ractor_node *node)
{
    if (uv_poll_init(&node->loop.uv, &node->listener, node->listen_fd) != 0)
        return RACTOR_EIO;
    rt_loop_timer_init(&node->loop, &node->listener_pause, node);
    node->listener.data = node;
    node->is_listener_open = true;
    take_reserve(node);
    return uv_poll_start(&node->listener, UV_READABLE, on_readable) == 0 ? RACTOR_OK : RACTOR_EIO;
}

void rt_listener_close(ractor_node *node)
{
    if (node->network != NULL)
        node->network->leave(node->network, node);
    if (!node->is_listener_open)
        return;
    node->is_listener_open = false;
    (void)uv_poll_stop(&node->listener);
    uv_close((uv_handle_t *)&node->listener, NULL);
    rt_loop_timer_close(&node->listener_pause, NULL);
    rt_socket_close_listening(node->listen_fd);
    node->listen_fd = -1;
    drop_reserve(node);
}

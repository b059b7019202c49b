/* SPDX-License-Identifier: MIT */
#include "cluster/node.h"

#include "cluster/network.h"
#include "cluster/session.h"
#include "cluster/socket.h"

#include <ractor/transport.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections taken per turn of the loop. */
#define MAX_ACCEPTS 32
/* How long to wait for descriptors when there are none. */
#define PAUSE_MS 100

static void open_session(ractor_node *node, int fd)
{
    char peer[RT_LABEL_BYTES], local[RT_LABEL_BYTES];
    struct rt_connection connection = {.peer_label = peer, .local_label = local};
    rt_socket_print_peer(fd, peer, sizeof peer);
    rt_socket_print_local(fd, local, sizeof local);
    ractor_status status = ractor_transport_from_fd(fd, &connection.transport);
    if (status != RACTOR_OK) {
        (void)close(fd);
    } else {
        if (rt_tls_has_server(&node->tls))
            status = rt_tls_accept(&node->tls, &connection.transport);
        if (status == RACTOR_OK)
            status = rt_session_open(node, &connection, NULL);
        if (status != RACTOR_OK)
            connection.transport->ops->free(connection.transport);
    }
    if (status != RACTOR_OK)
        rt_logf(node->log, RACTOR_LOG_WARN, "connection from %s refused: %s", peer,
                ractor_strerror(status));
}

/* Too many who have not proved anything: the youngest is turned away, at the cost of one line for
 * all until there is room again. */
static void refuse(ractor_node *node, int fd)
{
    char peer[RT_LABEL_BYTES];
    ractor_audit_event event = {
        .kind = RACTOR_AUDIT_OVER_BUDGET,
        .peer_addr = peer,
        .peer_name = "",
        .why = "too many connections are not authenticated",
    };
    rt_socket_print_peer(fd, peer, sizeof peer);
    (void)close(fd);
    if (!node->was_full)
        rt_node_audit(node, &event);
    if (!node->was_full)
        rt_logf(node->log, RACTOR_LOG_WARN,
                "%u connections are not authenticated: more are refused until some are over",
                node->n_handshakes);
    node->was_full = true;
}

static void on_readable(uv_poll_t *poll, int status, int events);

static void on_pause_over(struct rt_loop_timer *timer)
{
    ractor_node *node = timer->data;
    (void)uv_poll_start(&node->listener, UV_READABLE, on_readable);
}

static void pause_listening(ractor_node *node, int error)
{
    if (error != EMFILE && error != ENFILE && error != ENOBUFS && error != ENOMEM)
        return;
    rt_logf(node->log, RACTOR_LOG_WARN, "no descriptors left to accept connections with");
    (void)uv_poll_stop(&node->listener);
    rt_loop_timer_start(&node->listener_pause, on_pause_over, PAUSE_MS);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    ractor_node *node = poll->data;
    (void)status;
    (void)events;
    for (int i = 0; i < MAX_ACCEPTS; i++) {
        int fd = accept(node->listen_fd, NULL, NULL);
        if (fd < 0) {
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            pause_listening(node, errno);
            return;
        }
        if (node->n_handshakes >= node->max_handshakes) {
            refuse(node, fd);
            continue;
        }
        node->was_full = false;
        open_session(node, fd);
    }
}

ractor_status rt_listener_open(ractor_node *node)
{
    if (uv_poll_init(&node->loop.uv, &node->listener, node->listen_fd) != 0)
        return RACTOR_EIO;
    rt_loop_timer_init(&node->loop, &node->listener_pause, node);
    node->listener.data = node;
    node->is_listener_open = true;
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
}

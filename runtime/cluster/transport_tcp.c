/* SPDX-License-Identifier: MIT */
#include "cluster/transport.h"

#include "base/alloc.h"
#include "cluster/socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

struct tcp {
    struct rt_transport base;
    int fd;
};

static struct tcp *tcp_of(struct rt_transport *transport)
{
    return (struct tcp *)transport;
}

static bool is_temporary(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS;
}

static ractor_status tcp_read(struct rt_transport *transport, void *bytes, size_t capacity,
                              size_t *length)
{
    ssize_t n = recv(tcp_of(transport)->fd, bytes, capacity, 0);
    if (n < 0)
        return is_temporary(errno) ? RACTOR_EAGAIN : RACTOR_ENODE;
    *length = (size_t)n;
    return RACTOR_OK;
}

static ractor_status tcp_write(struct rt_transport *transport, const void *bytes, size_t size,
                               size_t *length)
{
    ssize_t n = send(tcp_of(transport)->fd, bytes, size, MSG_NOSIGNAL);
    *length = n > 0 ? (size_t)n : 0;
    if (n < 0)
        return is_temporary(errno) ? RACTOR_EAGAIN : RACTOR_ENODE;
    return RACTOR_OK;
}

static int tcp_fd(const struct rt_transport *transport)
{
    return ((const struct tcp *)(const void *)transport)->fd;
}

static void tcp_shut(struct rt_transport *transport)
{
    (void)shutdown(tcp_of(transport)->fd, SHUT_RDWR);
}

static void tcp_free(struct rt_transport *transport)
{
    (void)close(tcp_of(transport)->fd);
    rt_free(transport);
}

static const struct rt_transport_ops tcp_ops = {
    .read = tcp_read,
    .write = tcp_write,
    .fd = tcp_fd,
    .shut = tcp_shut,
    .free = tcp_free,
};

ractor_status rt_transport_tcp(int fd, struct rt_transport **transport)
{
    ractor_status status = rt_socket_prepare(fd);
    if (status != RACTOR_OK)
        return status;
    struct tcp *tcp = rt_alloc(sizeof *tcp);
    if (tcp == NULL)
        return RACTOR_ENOMEM;
    *tcp = (struct tcp){.base.ops = &tcp_ops, .fd = fd};
    *transport = &tcp->base;
    return RACTOR_OK;
}

/* SPDX-License-Identifier: MIT */
#include <ractor/transport.h>

#include "base/alloc.h"
#include "cluster/socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

struct stream {
    ractor_transport base;
    int fd;
};

static struct stream *stream_of(ractor_transport *transport)
{
    return (struct stream *)transport;
}

static bool is_temporary(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ENOBUFS;
}

static ractor_status stream_read(ractor_transport *transport, void *bytes, size_t capacity,
                                 size_t *length)
{
    ssize_t n = recv(stream_of(transport)->fd, bytes, capacity, 0);
    if (n < 0)
        return is_temporary(errno) ? RACTOR_EAGAIN : RACTOR_ENODE;
    *length = (size_t)n;
    return RACTOR_OK;
}

static ractor_status send_with(ractor_transport *transport, const void *bytes, size_t size,
                               size_t *length, int flags)
{
    ssize_t n = send(stream_of(transport)->fd, bytes, size, flags | MSG_NOSIGNAL);
    *length = n > 0 ? (size_t)n : 0;
    if (n < 0)
        return is_temporary(errno) ? RACTOR_EAGAIN : RACTOR_ENODE;
    return RACTOR_OK;
}

static ractor_status stream_write(ractor_transport *transport, const void *bytes, size_t size,
                                  size_t *length)
{
    return send_with(transport, bytes, size, length, 0);
}

static ractor_status stream_write_more(ractor_transport *transport, const void *bytes, size_t size,
                                       size_t *length)
{
    return send_with(transport, bytes, size, length, MSG_MORE);
}

static int stream_fd(const ractor_transport *transport)
{
    return ((const struct stream *)(const void *)transport)->fd;
}

static void stream_shut(ractor_transport *transport)
{
    (void)shutdown(stream_of(transport)->fd, SHUT_RDWR);
}

static void stream_free(ractor_transport *transport)
{
    (void)close(stream_of(transport)->fd);
    rt_free(transport);
}

static const ractor_transport_ops stream_ops = {
    .read = stream_read,
    .write = stream_write,
    .write_more = stream_write_more,
    .fd = stream_fd,
    .shut = stream_shut,
    .free = stream_free,
};

ractor_status ractor_transport_from_fd(int fd, ractor_transport **transport)
{
    ractor_status status = rt_socket_prepare(fd);
    if (status != RACTOR_OK)
        return status;
    struct stream *stream = rt_alloc(sizeof *stream);
    if (stream == NULL)
        return RACTOR_ENOMEM;
    *stream = (struct stream){.base.ops = &stream_ops, .fd = fd};
    *transport = &stream->base;
    return RACTOR_OK;
}

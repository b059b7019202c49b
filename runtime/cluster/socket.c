/* SPDX-License-Identifier: MIT */
#include "cluster/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un path;
    struct sockaddr_storage storage;
};

ractor_status rt_socket_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return RACTOR_EIO;
    return RACTOR_OK;
}

ractor_status rt_socket_prepare(int fd)
{
    int yes = 1;
    ractor_status status = rt_socket_nonblocking(fd);
    if (status != RACTOR_OK)
        return status;
    /* Both fail on sockets that are not TCP, which can do without. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    return RACTOR_OK;
}

/* Parses a numeric address. 0: it is none. */
static socklen_t parse(const char *text, uint16_t port, union address *address)
{
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons(port);
        return sizeof address->v4;
    }
    if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons(port);
        return sizeof address->v6;
    }
    return 0;
}

static ractor_status bind_and_listen(const union address *address, socklen_t length,
                                     bool is_dual_stack, int *result)
{
    int yes = 1;
    int only_v6 = is_dual_stack ? 0 : 1;
    int fd = socket(address->any.sa_family, SOCK_STREAM, 0);
    if (fd < 0)
        return RACTOR_EIO;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (address->any.sa_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6);
    ractor_status status = rt_socket_nonblocking(fd);
    if (status == RACTOR_OK && (bind(fd, &address->any, length) < 0 || listen(fd, BACKLOG) < 0))
        status = RACTOR_EADDR;
    if (status != RACTOR_OK) {
        (void)close(fd);
        return status;
    }
    *result = fd;
    return RACTOR_OK;
}

/* Fills in a path. 0: it is too long. */
static socklen_t parse_path(const char *text, union address *address)
{
    size_t length = strlen(text);
    memset(address, 0, sizeof *address);
    if (length >= sizeof address->path.sun_path)
        return 0;
    address->path.sun_family = AF_UNIX;
    memcpy(address->path.sun_path, text, length + 1);
    return sizeof address->path;
}

/* Removes the file that a listener has left who is no more. */
static void remove_stale(const char *path)
{
    struct stat about;
    int fd = -1;
    if (lstat(path, &about) < 0 || !S_ISSOCK(about.st_mode))
        return;
    union address address;
    socklen_t length = parse_path(path, &address);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return;
    bool is_stale = connect(fd, &address.any, length) < 0 && errno == ECONNREFUSED;
    (void)close(fd);
    if (is_stale)
        (void)unlink(path);
}

static ractor_status listen_on_path(const char *path, int *fd)
{
    union address address;
    socklen_t length = parse_path(path, &address);
    if (length == 0)
        return RACTOR_EADDR;
    remove_stale(path);
    return bind_and_listen(&address, length, false, fd);
}

ractor_status rt_socket_listen(const char *text, uint16_t port, int *fd)
{
    union address address;
    if (text != NULL && text[0] == '/')
        return listen_on_path(text, fd);
    socklen_t length = parse(text != NULL ? text : "::", port, &address);
    if (length == 0)
        return RACTOR_EADDR;
    ractor_status status = bind_and_listen(&address, length, text == NULL, fd);
    if (text != NULL || status != RACTOR_EIO)
        return status;
    length = parse("0.0.0.0", port, &address); /* a machine without IPv6 */
    return bind_and_listen(&address, length, false, fd);
}

void rt_socket_close_listening(int fd)
{
    union address address;
    socklen_t length = sizeof address;
    if (getsockname(fd, &address.any, &length) == 0 && address.any.sa_family == AF_UNIX &&
        address.path.sun_path[0] != '\0')
        (void)unlink(address.path.sun_path);
    (void)close(fd);
}

uint16_t rt_socket_port(int fd)
{
    union address address;
    socklen_t length = sizeof address;
    if (getsockname(fd, &address.any, &length) < 0)
        return 0;
    if (address.any.sa_family == AF_INET)
        return ntohs(address.v4.sin_port);
    return address.any.sa_family == AF_INET6 ? ntohs(address.v6.sin6_port) : 0;
}

ractor_status rt_socket_connect(const struct sockaddr *address, socklen_t length, int *result)
{
    int fd = socket(address->sa_family, SOCK_STREAM, 0);
    if (fd < 0)
        return RACTOR_EIO;
    ractor_status status = rt_socket_nonblocking(fd);
    if (status == RACTOR_OK && connect(fd, address, length) < 0 && errno != EINPROGRESS)
        status = RACTOR_ENODE;
    if (status != RACTOR_OK) {
        (void)close(fd);
        return status;
    }
    *result = fd;
    return RACTOR_OK;
}

ractor_status rt_socket_connect_path(const char *path, int *fd)
{
    union address address;
    socklen_t length = parse_path(path, &address);
    if (length == 0)
        return RACTOR_EADDR;
    return rt_socket_connect(&address.any, length, fd);
}

ractor_status rt_socket_connected(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0 || error != 0)
        return RACTOR_ENODE;
    return RACTOR_OK;
}

void rt_socket_print(const struct sockaddr *any, char *text, size_t capacity)
{
    const union address *address = (const union address *)(const void *)any;
    char ip[INET6_ADDRSTRLEN] = "";
    text[0] = '\0';
    if (any->sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, &address->v4.sin_addr, ip, sizeof ip);
        (void)snprintf(text, capacity, "%s:%u", ip, (unsigned)ntohs(address->v4.sin_port));
    } else if (any->sa_family == AF_INET6) {
        const uint8_t *bytes = address->v6.sin6_addr.s6_addr;
        unsigned port = ntohs(address->v6.sin6_port);
        bool is_v4 = IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr);
        if (is_v4)
            (void)inet_ntop(AF_INET, bytes + 12, ip, sizeof ip);
        else
            (void)inet_ntop(AF_INET6, bytes, ip, sizeof ip);
        (void)snprintf(text, capacity, is_v4 ? "%s:%u" : "[%s]:%u", ip, port);
    } else if (any->sa_family == AF_UNIX) {
        (void)snprintf(text, capacity, "unix:%s", address->path.sun_path);
    }
}

void rt_socket_print_peer(int fd, char *text, size_t capacity)
{
    union address address;
    socklen_t length = sizeof address;
    memset(&address, 0, sizeof address); /* a Unix-domain socket may have no name */
    text[0] = '\0';
    if (getpeername(fd, &address.any, &length) == 0)
        rt_socket_print(&address.any, text, capacity);
}

void rt_socket_print_local(int fd, char *text, size_t capacity)
{
    union address address;
    socklen_t length = sizeof address;
    memset(&address, 0, sizeof address);
    text[0] = '\0';
    if (getsockname(fd, &address.any, &length) == 0)
        rt_socket_print(&address.any, text, capacity);
}

/* SPDX-License-Identifier: MIT */
/* Sockets and addresses: what is particular to the system's socket calls. Any thread. */
#ifndef RACTOR_CLUSTER_SOCKET_H
#define RACTOR_CLUSTER_SOCKET_H

#include <ractor/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Makes a descriptor non-blocking and closed on exec. RACTOR_EIO. */
ractor_status rt_socket_nonblocking(int fd);

/* The same, and for a TCP connection: no delay, keep-alive. */
ractor_status rt_socket_prepare(int fd);

/* Room for what the functions below print. */
#define RT_LABEL_BYTES 128

/*
 * A listening socket. `address` is numeric; NULL: all addresses, IPv6 and IPv4; from `/` on: a
 * path of a Unix-domain socket, whose file is replaced when nobody listens there. RACTOR_EADDR:
 * malformed, in use or not of this machine. RACTOR_EIO.
 */
ractor_status rt_socket_listen(const char *address, uint16_t port, int *fd);

/* Closes it, and removes its file if it has one. */
void rt_socket_close_listening(int fd);

/* The port that a socket is bound to; 0 when that cannot be told. */
uint16_t rt_socket_port(int fd);

/* Starts to connect. RACTOR_OK: under way or done; `*fd` becomes writable when it is decided. */
ractor_status rt_socket_connect(const struct sockaddr *address, socklen_t length, int *fd);

/* The same with a Unix-domain socket's path. RACTOR_EADDR: too long. RACTOR_ENODE, RACTOR_EIO. */
ractor_status rt_socket_connect_path(const char *path, int *fd);

/* How a connection attempt has ended. RACTOR_ENODE: refused, unreachable. */
ractor_status rt_socket_connected(int fd);

/* Writes "127.0.0.1:80", "[::1]:80" or "unix:/path"; empty when it cannot. IPv4 in IPv6 shows as
 * IPv4. */
void rt_socket_print(const struct sockaddr *address, char *text, size_t capacity);

/* The same for the other end of a connection, and for this one. */
void rt_socket_print_peer(int fd, char *text, size_t capacity);
void rt_socket_print_local(int fd, char *text, size_t capacity);

#endif

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

/*
 * A listening socket. `address` is numeric; NULL: all addresses, IPv6 and IPv4. RACTOR_EADDR:
 * malformed, in use or not of this machine. RACTOR_EIO.
 */
ractor_status rt_socket_listen(const char *address, uint16_t port, int *fd);

/* The port that a socket is bound to; 0 when that cannot be told. */
uint16_t rt_socket_port(int fd);

/* Starts to connect. RACTOR_OK: under way or done; `*fd` becomes writable when it is decided. */
ractor_status rt_socket_connect(const struct sockaddr *address, socklen_t length, int *fd);

/* How a connection attempt has ended. RACTOR_ENODE: refused, unreachable. */
ractor_status rt_socket_connected(int fd);

/* Writes "127.0.0.1:80" or "[::1]:80"; empty when it cannot. IPv4 in IPv6 shows as IPv4. */
void rt_socket_print(const struct sockaddr *address, char *text, size_t capacity);

/* The same for the other end of a connection. */
void rt_socket_print_peer(int fd, char *text, size_t capacity);

#endif

/* SPDX-License-Identifier: MIT */
/* The loads of the cluster's benchmark on bare sockets: what the machine itself allows. */
#include "common.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ECHO_BYTES 64
#define BATCH_BYTES ((size_t)16 << 10)

static char block[BENCH_LARGE_BYTES];

static void write_all(int fd, const char *bytes, size_t size)
{
    while (size != 0) {
        ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
        bench_must(n > 0, "send");
        bytes += n;
        size -= (size_t)n;
    }
}

static void read_all(int fd, char *bytes, size_t size)
{
    while (size != 0) {
        ssize_t n = recv(fd, bytes, size, 0);
        bench_must(n > 0, "receive");
        bytes += n;
        size -= (size_t)n;
    }
}

static void without_delay(int fd)
{
    int yes = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/* One connection sends first what is wanted: 'e' an echo, 'd' everything is dropped until a byte of
 * 'q' ends a block, which is answered. */
static void serve(int port_pipe)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    char mode, bytes[BENCH_LARGE_BYTES];
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    bench_must(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
                   listen(listener, 1) == 0 &&
                   getsockname(listener, (struct sockaddr *)&address, &length) == 0,
               "listen");
    bench_tell_port(port_pipe, ntohs(address.sin_port));
    int fd = accept(listener, NULL, NULL);
    bench_must(fd >= 0, "accept");
    without_delay(fd);
    read_all(fd, &mode, 1);
    for (;;) {
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n <= 0)
            _exit(0);
        if (mode == 'e')
            write_all(fd, bytes, (size_t)n);
        else if (bytes[n - 1] == 'q')
            write_all(fd, bytes, 1);
    }
}

static int connect_as(char mode)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(bench_fork(serve))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bench_must(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    without_delay(fd);
    write_all(fd, &mode, 1);
    return fd;
}

static void echo_once(void *fd)
{
    write_all(*(int *)fd, block, ECHO_BYTES);
    read_all(*(int *)fd, block, ECHO_BYTES);
}

static double echo_median(void *user, uint64_t n)
{
    int fd = connect_as('e');
    (void)user;
    return bench_latency(n, 0.5, echo_once, &fd);
}

static double echo_p99(void *user, uint64_t n)
{
    int fd = connect_as('e');
    (void)user;
    return bench_latency(n, 0.99, echo_once, &fd);
}

/* Sends `bytes` in blocks and waits until all have arrived; gives the seconds. */
static double stream(uint64_t bytes, size_t block_bytes)
{
    int fd = connect_as('d');
    char end = 'q';
    double start = bench_seconds_now();
    for (uint64_t sent = 0; sent < bytes; sent += block_bytes)
        write_all(fd, block, block_bytes);
    write_all(fd, &end, 1);
    read_all(fd, &end, 1);
    return bench_seconds_now() - start;
}

static double stream_small(void *user, uint64_t n)
{
    (void)user;
    return (double)n / stream(n * ECHO_BYTES, BATCH_BYTES);
}

static double stream_large(void *user, uint64_t n)
{
    (void)user;
    return (double)n * (double)BENCH_LARGE_BYTES / 1e6 /
           stream(n * BENCH_LARGE_BYTES, BENCH_LARGE_BYTES);
}

int main(int argc, char **argv)
{
    static const struct bench_load loads[] = {
        {"remote-call-p50", echo_median},      {"remote-call-p99", echo_p99},
        {"remote-call-p50-core", echo_median}, {"remote-casts", stream_small},
        {"remote-large", stream_large},
    };
    memset(block, 'x', sizeof block);
    return bench_main(argc, argv, loads, sizeof loads / sizeof *loads, NULL);
}

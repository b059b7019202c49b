/* SPDX-License-Identifier: MIT */
/*
 * Connections that never authenticate, in a process of their own: most say nothing, a thousand of
 * them send the bytes of a frame that has no end, one a second.
 */
#include "common.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_DRIPPING 1000

void bench_raise_descriptors(void)
{
    struct rlimit limit;
    bench_must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "the limit of descriptors");
    limit.rlim_cur = limit.rlim_max;
    bench_must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "the limit of descriptors");
    bench_must(limit.rlim_cur > BENCH_STRANGERS + 100, "11,100 descriptors");
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bench_must(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0,
               "a stranger's connection");
    return fd;
}

/* Ends when the node has closed a connection, or with its parent. */
static void drip(const int *fds)
{
    static const uint8_t start[] = {0, 0, 0, 0, 0, 0, 0xff, 0xff, 0x0a, 0xff, 0xff, 0x03};
    for (size_t at = 0;; at++) {
        uint8_t byte = at < sizeof start ? start[at] : 0x20;
        for (int i = 0; i < N_DRIPPING; i++) {
            if (send(fds[i], &byte, 1, MSG_NOSIGNAL) != 1)
                return;
            (void)usleep(1000000 / N_DRIPPING);
        }
    }
}

void bench_strangers(uint16_t port)
{
    static int fds[BENCH_STRANGERS];
    int ends[2];
    bench_must(pipe(ends) == 0, "pipe");
    pid_t child = fork();
    bench_must(child >= 0, "fork");
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        bench_raise_descriptors();
        for (int i = 0; i < BENCH_STRANGERS; i++)
            fds[i] = connect_to(port);
        bench_tell_port(ends[1], port);
        drip(fds);
        _exit(1);
    }
    (void)close(ends[1]);
    bench_must(read(ends[0], &port, sizeof port) == (ssize_t)sizeof port, "the strangers");
    (void)close(ends[0]);
}

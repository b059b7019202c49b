/* SPDX-License-Identifier: MIT */
#include "cluster/keepalive.h"

#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define PROBES 3

void rt_keepalive_set(int fd, uint32_t silence_ms)
{
    unsigned limit_ms = silence_ms < INT_MAX ? silence_ms : INT_MAX;
    int probes = PROBES;
    int seconds = (int)(limit_ms / 1000 / (PROBES + 1));
    if (seconds == 0)
        seconds = 1;
    /* All fail on sockets that are not TCP, which can do without. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof limit_ms);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

/* SPDX-License-Identifier: MIT */
/* A timer descriptor is both: a moment in the past rings it at once, and a new setting also takes
 * back what has rung, so nothing need be read from it. */
#define _GNU_SOURCE /* ppoll */
#include "base/bell.h"

#include "base/clock.h"

#include <poll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)

bool rt_bell_init(struct rt_bell *bell)
{
    bell->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return bell->fd >= 0;
}

void rt_bell_fini(struct rt_bell *bell)
{
    if (bell->fd >= 0)
        (void)close(bell->fd);
    bell->fd = -1;
}

void rt_bell_set(struct rt_bell *bell, uint64_t at_ns)
{
    struct itimerspec setting = {.it_value = {0, 0}}; /* zero disarms */
    if (at_ns != RT_NEVER)
        setting.it_value = rt_timespec(at_ns != 0 ? at_ns : 1);
    if (bell->fd >= 0)
        (void)timerfd_settime(bell->fd, TFD_TIMER_ABSTIME, &setting, NULL);
}

void rt_bell_ring(struct rt_bell *bell)
{
    rt_bell_set(bell, 1);
}

void rt_bell_wait(struct rt_bell *bell, uint64_t deadline_ns)
{
    struct pollfd poll_fd = {.fd = bell->fd, .events = POLLIN};
    uint64_t now_ns = rt_monotonic_ns(NULL);
    uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
    struct timespec timeout = rt_timespec(left_ns);
    (void)ppoll(&poll_fd, 1, deadline_ns != RT_NEVER ? &timeout : NULL, NULL);
}

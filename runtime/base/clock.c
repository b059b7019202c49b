/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <time.h>

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    (void)clock_gettime(clock, &now); /* cannot fail for these clocks on Linux */
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t rt_calendar_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

uint64_t rt_monotonic_ns(void *user)
{
    (void)user;
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t rt_deadline_ns(const struct rt_clock *clock, uint32_t timeout_ms)
{
    if (timeout_ms == UINT32_MAX)
        return RT_NEVER;
    return rt_now_ns(clock) + timeout_ms * RT_NS_PER_MS;
}

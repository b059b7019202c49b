/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <time.h>

uint64_t rt_monotonic_ns(void *user)
{
    struct timespec now;
    (void)user;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock on Linux */
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t rt_deadline_ns(const struct rt_clock *clock, uint32_t timeout_ms)
{
    if (timeout_ms == UINT32_MAX)
        return RT_NEVER;
    return rt_now_ns(clock) + timeout_ms * RT_NS_PER_MS;
}

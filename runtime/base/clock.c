/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <time.h>

uint64_t rt_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock on Linux */
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t rt_deadline_ns(uint32_t timeout_ms)
{
    if (timeout_ms == UINT32_MAX)
        return RT_NEVER;
    return rt_now_ns() + timeout_ms * RT_NS_PER_MS;
}

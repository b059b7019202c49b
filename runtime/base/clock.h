/* SPDX-License-Identifier: MIT */
/* Where time comes from. Each runtime has a clock; nothing above this layer reads another one. */
#ifndef RACTOR_BASE_CLOCK_H
#define RACTOR_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define RT_NS_PER_MS UINT64_C(1000000)
/* A deadline that never comes. */
#define RT_NEVER UINT64_MAX

struct rt_clock {
    /* Nanoseconds since some fixed moment; never goes back. Any thread. */
    uint64_t (*now_ns)(void *user);
    void *user;
};

/* Nanoseconds since 1970 by the system's calendar, which may be wrong and may go back: for what is
 * compared between machines only. */
uint64_t rt_calendar_ns(void);

/* The system's monotonic clock. `user` is not looked at. */
uint64_t rt_monotonic_ns(void *user);

static inline uint64_t rt_now_ns(const struct rt_clock *clock)
{
    return clock->now_ns(clock->user);
}

static inline struct timespec rt_timespec(uint64_t ns)
{
    struct timespec time = {.tv_sec = (time_t)(ns / UINT64_C(1000000000)),
                            .tv_nsec = (long)(ns % UINT64_C(1000000000))};
    return time;
}

/* The moment `timeout_ms` from now; UINT32_MAX (RACTOR_TIMEOUT_NONE) gives RT_NEVER. */
uint64_t rt_deadline_ns(const struct rt_clock *clock, uint32_t timeout_ms);

#endif

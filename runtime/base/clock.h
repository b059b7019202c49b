/* SPDX-License-Identifier: MIT */
/* Monotonic time. Any thread. */
#ifndef RACTOR_BASE_CLOCK_H
#define RACTOR_BASE_CLOCK_H

#include <stdint.h>

#define RT_NS_PER_MS UINT64_C(1000000)
/* A deadline that never comes. */
#define RT_NEVER UINT64_MAX

/* Nanoseconds since some fixed moment; never goes back. */
uint64_t rt_now_ns(void);

/* The moment `timeout_ms` from now; UINT32_MAX (RACTOR_TIMEOUT_NONE) gives RT_NEVER. */
uint64_t rt_deadline_ns(uint32_t timeout_ms);

#endif

/* SPDX-License-Identifier: MIT */
/* How often and how soon a supervisor restarts: the intensity's window and the back-off. */
#ifndef RACTOR_ACTOR_SUPERVISOR_LIMITS_H
#define RACTOR_ACTOR_SUPERVISOR_LIMITS_H

#include <ractor/supervisor.h>

#include <stdbool.h>
#include <stdint.h>

struct rt_limits {
    uint32_t max_restarts;
    uint64_t window_ns;
    ractor_backoff backoff;
    uint64_t random;    /* state of the jitter's generator */
    uint64_t *times_ns; /* the last `max_restarts` restarts, a ring; NULL: unlimited */
    uint32_t next;      /* place of the oldest */
    uint64_t n_restarts;
};

/* `seed` is of the jitter. RACTOR_EINVAL: out of range. RACTOR_ENOMEM. */
ractor_status rt_limits_init(struct rt_limits *limits, const ractor_supervisor_options *options,
                             uint64_t seed);
void rt_limits_fini(struct rt_limits *limits);

/* Notes a restart. False: it is one too many. */
bool rt_limits_allow(struct rt_limits *limits, uint64_t now_ns);

/* The delay before the restart that follows `n_ends` ends in a row (from 1), in milliseconds. */
uint32_t rt_limits_delay_ms(struct rt_limits *limits, uint32_t n_ends);

#endif

/* SPDX-License-Identifier: MIT */
#include "actor/supervisor/limits.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/random.h"

#define DEFAULT_RESTARTS 3u
#define MOST_RESTARTS 65536u
#define DEFAULT_WINDOW_MS 5000u
#define DEFAULT_MAX_DELAY_MS 30000u

ractor_status rt_limits_init(struct rt_limits *limits, const ractor_supervisor_options *options,
                             uint64_t seed)
{
    uint32_t max = options->max_restarts != 0 ? options->max_restarts : DEFAULT_RESTARTS;
    uint32_t window_ms = options->window_ms != 0 ? options->window_ms : DEFAULT_WINDOW_MS;
    bool is_unlimited = max == RACTOR_RESTARTS_UNLIMITED;
    if ((!is_unlimited && max > MOST_RESTARTS) || options->backoff.jitter_percent > 100)
        return RACTOR_EINVAL;
    limits->max_restarts = max;
    limits->window_ns = window_ms * RT_NS_PER_MS;
    limits->backoff = options->backoff;
    if (limits->backoff.max_ms == 0)
        limits->backoff.max_ms = DEFAULT_MAX_DELAY_MS;
    limits->random = seed | 1;
    if (!is_unlimited && (limits->times_ns = rt_calloc(max, sizeof *limits->times_ns)) == NULL)
        return RACTOR_ENOMEM;
    return RACTOR_OK;
}

void rt_limits_fini(struct rt_limits *limits)
{
    rt_free(limits->times_ns);
    limits->times_ns = NULL;
}

bool rt_limits_allow(struct rt_limits *limits, uint64_t now_ns)
{
    limits->n_restarts++;
    if (limits->times_ns == NULL)
        return true;
    uint64_t *oldest_ns = &limits->times_ns[limits->next]; /* 0: there were not so many yet */
    if (*oldest_ns != 0 && now_ns - *oldest_ns <= limits->window_ns)
        return false;
    *oldest_ns = now_ns;
    limits->next = (limits->next + 1) % limits->max_restarts;
    return true;
}

uint32_t rt_limits_delay_ms(struct rt_limits *limits, uint32_t n_ends)
{
    const ractor_backoff *backoff = &limits->backoff;
    uint64_t delay_ms = backoff->first_ms;
    for (uint32_t i = 1; i < n_ends && delay_ms < backoff->max_ms && delay_ms != 0; i++)
        delay_ms *= 2;
    if (delay_ms > backoff->max_ms)
        delay_ms = backoff->max_ms;
    uint64_t spread_ms = delay_ms * backoff->jitter_percent / 100;
    if (spread_ms != 0)
        delay_ms = delay_ms - spread_ms + rt_random_next(&limits->random) % (2 * spread_ms + 1);
    return delay_ms < UINT32_MAX ? (uint32_t)delay_ms : UINT32_MAX - 1;
}

/* SPDX-License-Identifier: MIT */
#include "actor/factory/bucket.h"

#include "base/clock.h"

static uint64_t most(const struct rt_bucket *bucket)
{
    return bucket->limit.max != 0 ? bucket->limit.max : (uint64_t)INT64_MAX;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void rt_bucket_init(struct rt_bucket *bucket, const ractor_rate_limit *limit, uint64_t now_ns)
{
    bucket->limit = *limit;
    uint64_t initial = limit->initial;
    if (initial == 0)
        initial = limit->max != 0 ? limit->max : limit->refill;
    bucket->balance = smaller(initial, most(bucket));
    bucket->next_ns = now_ns + limit->interval_ms * RT_NS_PER_MS;
}

bool rt_bucket_check(struct rt_bucket *bucket, uint64_t now_ns)
{
    uint64_t interval_ns = bucket->limit.interval_ms * RT_NS_PER_MS;
    if (bucket->limit.refill == 0)
        return true;
    if (now_ns >= bucket->next_ns) {
        uint64_t n_periods = (now_ns - bucket->next_ns) / interval_ns + 1;
        uint64_t most_periods = (uint64_t)INT64_MAX / bucket->limit.refill;
        uint64_t tokens = smaller(n_periods, most_periods) * bucket->limit.refill;
        bucket->balance = smaller(bucket->balance + tokens, most(bucket));
        bucket->next_ns += n_periods * interval_ns;
    }
    return bucket->balance > 0;
}

void rt_bucket_bump(struct rt_bucket *bucket)
{
    if (bucket->limit.refill != 0 && bucket->balance > 0)
        bucket->balance--;
}

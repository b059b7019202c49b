/* SPDX-License-Identifier: MIT */
/* The leaky bucket of a rate limit. */
#ifndef RACTOR_ACTOR_FACTORY_BUCKET_H
#define RACTOR_ACTOR_FACTORY_BUCKET_H

#include <ractor/factory.h>

#include <stdbool.h>
#include <stdint.h>

struct rt_bucket {
    ractor_rate_limit limit;
    uint64_t balance;
    uint64_t next_ns; /* when it is filled up next */
};

void rt_bucket_init(struct rt_bucket *bucket, const ractor_rate_limit *limit, uint64_t now_ns);

/* Whether one more may pass; it does not count yet. */
bool rt_bucket_check(struct rt_bucket *bucket, uint64_t now_ns);

/* One has passed. */
void rt_bucket_bump(struct rt_bucket *bucket);

#endif

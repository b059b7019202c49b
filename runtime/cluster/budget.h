/* SPDX-License-Identifier: MIT */
/*
 * How many connections may be under way that have proved nothing yet: in all, and from one address.
 * An IPv6 host has a whole /64 to dial from, so that is what counts as one address there; a peer
 * without an address (a Unix-domain socket, a transport of the program's own) counts among all
 * only. Also how often a refusal is told: a flood of connections must not become one of lines.
 * Not thread-safe.
 */
#ifndef RACTOR_CLUSTER_BUDGET_H
#define RACTOR_CLUSTER_BUDGET_H

#include "cluster/pair_map.h"

#include <ractor/status.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Where a connection comes from: the family and the address, or its first 64 bits. All zero:
 * nowhere that counts. */
struct rt_pair rt_budget_source(const struct sockaddr *address);

struct rt_budget {
    uint32_t max_all;
    uint32_t max_per_source;
    uint32_t n_all;
    struct rt_pair_map sources; /* -> struct rt_budget_count */
};

enum rt_budget_verdict { RT_BUDGET_HAS_ROOM, RT_BUDGET_ALL_SPENT, RT_BUDGET_SOURCE_SPENT };

void rt_budget_init(struct rt_budget *budget, uint32_t max_all, uint32_t max_per_source,
                    uint64_t seed);
void rt_budget_fini(struct rt_budget *budget);

/* Whether one more is allowed. */
enum rt_budget_verdict rt_budget_ask(const struct rt_budget *budget, struct rt_pair source);

/* Counts one more. RACTOR_ENOMEM. */
ractor_status rt_budget_take(struct rt_budget *budget, struct rt_pair source);

/* One of those that were counted is over. */
void rt_budget_give(struct rt_budget *budget, struct rt_pair source);

/* What is told so many times in RT_REFUSALS_MS at most. All zero: nothing has been told. */
struct rt_refusals {
    uint64_t began_ms; /* the interval */
    uint32_t n_told;   /* in it */
    uint32_t n_since;  /* that were not told */
};

#define RT_REFUSALS_MS 1000

/* One more, of `max_told` in an interval. How many are to be told now, with those before that were
 * not; 0: none now. */
uint32_t rt_refusals_add(struct rt_refusals *refusals, uint64_t now_ms, uint32_t max_told);

#endif

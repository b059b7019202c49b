/* SPDX-License-Identifier: MIT */
#include "cluster/budget.h"

#include "base/alloc.h"

#include <netinet/in.h>
#include <string.h>

struct rt_budget_count {
    uint32_t n; /* never 0: the last one removes the entry */
};

struct rt_pair rt_budget_source(const struct sockaddr *address)
{
    struct rt_pair source = {0, 0};
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        source = (struct rt_pair){4, v4.sin_addr.s_addr};
    } else if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof v6);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            uint32_t mapped;
            memcpy(&mapped, v6.sin6_addr.s6_addr + 12, sizeof mapped);
            source = (struct rt_pair){4, mapped};
        } else {
            source.a = 6;
            memcpy(&source.b, v6.sin6_addr.s6_addr, sizeof source.b);
        }
    }
    return source;
}

void rt_budget_init(struct rt_budget *budget, uint32_t max_all, uint32_t max_per_source,
                    uint64_t seed)
{
    *budget = (struct rt_budget){.max_all = max_all, .max_per_source = max_per_source};
    rt_pair_map_init(&budget->sources, seed);
}

void rt_budget_fini(struct rt_budget *budget)
{
    size_t cursor = 0;
    void *count;
    while ((count = rt_pair_map_next(&budget->sources, &cursor)) != NULL)
        rt_free(count);
    rt_pair_map_fini(&budget->sources);
}

enum rt_budget_verdict rt_budget_ask(const struct rt_budget *budget, struct rt_pair source)
{
    const struct rt_budget_count *count = rt_pair_map_find(&budget->sources, source);
    if (budget->n_all >= budget->max_all)
        return RT_BUDGET_ALL_SPENT;
    if (count != NULL && count->n >= budget->max_per_source)
        return RT_BUDGET_SOURCE_SPENT;
    return RT_BUDGET_HAS_ROOM;
}

ractor_status rt_budget_take(struct rt_budget *budget, struct rt_pair source)
{
    struct rt_budget_count *count = rt_pair_map_find(&budget->sources, source);
    if (source.a != 0 && count == NULL) {
        count = rt_calloc(1, sizeof *count);
        if (count == NULL)
            return RACTOR_ENOMEM;
        ractor_status status = rt_pair_map_add(&budget->sources, source, count);
        if (status != RACTOR_OK) {
            rt_free(count);
            return status;
        }
    }
    if (count != NULL)
        count->n++;
    budget->n_all++;
    return RACTOR_OK;
}

void rt_budget_give(struct rt_budget *budget, struct rt_pair source)
{
    struct rt_budget_count *count = rt_pair_map_find(&budget->sources, source);
    budget->n_all--;
    if (count != NULL && --count->n == 0)
        rt_free(rt_pair_map_take(&budget->sources, source));
}

uint32_t rt_refusals_add(struct rt_refusals *refusals, uint64_t now_ms, uint32_t max_told)
{
    if (refusals->n_told == 0 || now_ms - refusals->began_ms >= RT_REFUSALS_MS) {
        refusals->began_ms = now_ms;
        refusals->n_told = 0;
    }
    if (refusals->n_told == max_told) {
        refusals->n_since++;
        return 0;
    }
    uint32_t n = refusals->n_since + 1;
    refusals->n_since = 0;
    refusals->n_told++;
    return n;
}

/* SPDX-License-Identifier: MIT */
#include "cluster/election.h"

#include <string.h>

static void keep_direction(const char *self_name, const char *peer_name,
                           struct rt_candidate *candidates, size_t n)
{
    bool has_outbound = false;
    bool has_inbound = false;
    int order = strcmp(self_name, peer_name); /* bytewise, as unsigned char */
    for (size_t i = 0; i < n; i++) {
        has_outbound = has_outbound || candidates[i].is_outbound;
        has_inbound = has_inbound || !candidates[i].is_outbound;
    }
    if (!has_outbound || !has_inbound || order == 0)
        return;
    for (size_t i = 0; i < n; i++)
        candidates[i].is_kept = candidates[i].is_outbound == (order > 0);
}

static void keep_smallest_id(struct rt_candidate *candidates, size_t n)
{
    uint64_t smallest = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t id = candidates[i].connection_id;
        if (candidates[i].is_kept && id != 0 && (smallest == 0 || id < smallest))
            smallest = id;
    }
    for (size_t i = 0; smallest != 0 && i < n; i++) {
        if (candidates[i].connection_id != smallest)
            candidates[i].is_kept = false;
    }
}

static void keep_oldest_inbound(struct rt_candidate *candidates, size_t n)
{
    const struct rt_candidate *oldest = NULL;
    for (size_t i = 0; i < n; i++) {
        if (!candidates[i].is_kept)
            continue;
        if (candidates[i].is_outbound)
            return;
        if (oldest == NULL || candidates[i].age_rank < oldest->age_rank)
            oldest = &candidates[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (&candidates[i] != oldest)
            candidates[i].is_kept = false;
    }
}

void rt_elect(const char *self_name, const char *peer_name, struct rt_candidate *candidates,
              size_t n_candidates)
{
    for (size_t i = 0; i < n_candidates; i++)
        candidates[i].is_kept = true;
    if (n_candidates < 2)
        return;
    keep_direction(self_name, peer_name, candidates, n_candidates);
    keep_smallest_id(candidates, n_candidates);
    keep_oldest_inbound(candidates, n_candidates);
}

/* SPDX-License-Identifier: MIT */
/*
 * Which of several connections between two nodes are kept. Both nodes must come to the same answer
 * without another word, so it hangs on what both know: who dialled, the two names, and the number
 * that the dialler gave each connection. Only authenticated connections take part, so that a
 * claimed name displaces nobody.
 */
#ifndef RACTOR_CLUSTER_ELECTION_H
#define RACTOR_CLUSTER_ELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt_candidate {
    void *owner;            /* the caller's */
    uint64_t age_rank;      /* smaller is older; unique on this node */
    bool is_outbound;       /* dialled by this node */
    uint64_t connection_id; /* 0: the dialler gave none */
    bool is_kept;           /* the result */
};

/*
 * Sets `is_kept`. Opposite directions: the one dialled by the node whose name compares greater
 * stays. Same direction: the smallest nonzero connection_id. No number decides: the acceptor keeps
 * the oldest, the dialler all, until the acceptor closes what it does not want.
 */
void rt_elect(const char *self_name, const char *peer_name, struct rt_candidate *candidates,
              size_t n_candidates);

#endif

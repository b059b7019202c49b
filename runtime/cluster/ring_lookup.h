/* SPDX-License-Identifier: MIT */
/* The rings of process groups, kept as long as the members are the same. */
#ifndef RACTOR_CLUSTER_RING_LOOKUP_H
#define RACTOR_CLUSTER_RING_LOOKUP_H

#include <pthread.h>
#include <stdbool.h>

struct rt_group_ring;

struct rt_rings {
    pthread_mutex_t lock; /* a node's lock may be taken under it */
    /* under lock */
    struct rt_group_ring *first; /* used last */
};

/* False: no lock to be had. */
bool rt_rings_init(struct rt_rings *rings);
void rt_rings_fini(struct rt_rings *rings);

#endif

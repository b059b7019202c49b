/* SPDX-License-Identifier: MIT */
/* One supervised child: its spec, and how it is started and stopped. Owned by the supervisor. */
#ifndef RACTOR_ACTOR_SUPERVISOR_CHILD_H
#define RACTOR_ACTOR_SUPERVISOR_CHILD_H

#include <ractor/supervisor.h>

#include <stdbool.h>
#include <stdint.h>

enum rt_child_phase {
    RT_CHILD_IDLE,    /* stopped on request, or a transient child that is done */
    RT_CHILD_RUNNING, /* `ref` is alive, or its end has not been heard of yet */
    RT_CHILD_WAITING  /* for its restart */
};

struct rt_child {
    ractor_child_spec spec; /* texts and copied arguments are the child's own */
    uint64_t serial;        /* never used twice in one supervisor; from 1 */
    enum rt_child_phase phase;
    ractor_ref ref;
    uint64_t started_ns;
    uint64_t epoch;    /* of the last delay; an older timer is stale */
    uint32_t n_ends;   /* in a row, without a long run between them */
    void *copied_args; /* aligned for any type */
    char *copied_id;
    char *copied_name;
};

/* A child with a copy of the spec, not started. RACTOR_EINVAL: no class, or arguments of a length
 * without a pointer. RACTOR_ENOMEM. */
ractor_status rt_child_new(const ractor_child_spec *spec, uint64_t serial, struct rt_child **child);

/* Frees a child that does not run. NULL is ignored. */
void rt_child_free(struct rt_child *child);

/* Spawns it, linked to the supervisor whose hook this is. On an error the phase stays. */
ractor_status rt_child_start(ractor_context *ctx, struct rt_child *child);

/* Stops it within its time or kills it, and waits for its end; it is idle then. */
void rt_child_stop(struct rt_child *child, const char *reason);

#endif

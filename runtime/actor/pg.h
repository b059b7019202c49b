/* SPDX-License-Identifier: MIT */
/* Process groups. */
#ifndef RACTOR_ACTOR_PG_H
#define RACTOR_ACTOR_PG_H

#include <ractor/ref.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_group;
struct rt_group_monitor;

struct rt_groups {
    pthread_rwlock_t lock;
    /* under lock */
    struct rt_group *groups; /* a uthash table */
    struct rt_group_monitor *monitors;
};

bool rt_groups_init(struct rt_groups *groups);
void rt_groups_fini(struct rt_groups *groups);

/* The actor leaves all of its groups. */
void rt_groups_leave_all(ractor_ref actor);

#endif

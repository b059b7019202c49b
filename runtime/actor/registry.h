/* SPDX-License-Identifier: MIT */
/* Names of local actors, and who wants to hear of local actors that other nodes may know. */
#ifndef RACTOR_ACTOR_REGISTRY_H
#define RACTOR_ACTOR_REGISTRY_H

#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/supervision.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_ending;
struct rt_name;

struct rt_registry {
    pthread_rwlock_t lock;
    /* under lock */
    struct rt_name *names; /* a uthash table */
    ractor_ref *watchers;
    uint32_t n_watchers;
    uint32_t watcher_capacity;
    _Atomic uint32_t has_watchers; /* a hint, read without the lock */
};

bool rt_registry_init(struct rt_registry *registry);
void rt_registry_fini(struct rt_registry *registry);

/* Registers the name, or only keeps it with the cell when `is_public` is false (remote actors).
 * RACTOR_EEXIST, RACTOR_ENOMEM. */
ractor_status rt_registry_add(ractor_ref actor, const char *name, bool is_public);

/* Frees the actor's name for others. Its text stays with the cell until the end is told. */
void rt_registry_remove(ractor_ref actor);

/* Pid monitors hear of the actor if other nodes may know it: of its start, or, with `ending`, of
 * its end, after which the name's text is gone. */
void rt_registry_tell_started(ractor_ref actor);
void rt_registry_tell_ended(ractor_ref actor, const struct rt_ending *ending);

#endif

/* SPDX-License-Identifier: MIT */
/* The factory's state, and what its parts do for each other. All in the factory's turn. */
#ifndef RACTOR_ACTOR_FACTORY_STATE_H
#define RACTOR_ACTOR_FACTORY_STATE_H

#include "actor/factory/bucket.h"
#include "actor/factory/pool.h"
#include "actor/factory/queue.h"
#include "base/clock.h"

#include <ractor/actor.h>
#include <ractor/factory.h>
#include <ractor/time.h>

struct rt_factory {
    ractor_factory_options options; /* name and settings.discard.limit aside, as given */
    const struct rt_clock *clock;
    struct rt_worker_pool pool;
    struct rt_job_queue queue; /* unless the user has one */
    struct rt_bucket bucket;   /* likewise */
    uint32_t last_worker;      /* round robin */
    bool is_draining;
    ractor_timer stuck_timer;
};

/* ------------------------------------------------------------------ jobs (dispatch.c) */

/* Calls a callback of the statistics, if there is one. */
#define RT_FACTORY_STAT(factory, name, ...)                                                        \
    do {                                                                                           \
        if ((factory)->options.settings.stats.name != NULL)                                        \
            (factory)->options.settings.stats.name(__VA_ARGS__);                                   \
    } while (0)

/* Jobs wait in the factory's queue rather than with a worker. */
bool rt_factory_is_queueing(const struct rt_factory *factory);

/* Takes a job: to a worker, into a queue, or out. */
void rt_factory_dispatch(struct rt_factory *factory, ractor_ref self, struct rt_job *job);

/* Throws a job away, which nobody has. */
void rt_factory_discard(struct rt_factory *factory, struct rt_job *job,
                        ractor_discard_reason reason);

/* A worker has become free, or is new: it gets its own next job, or the factory's. NULL: whoever is
 * free gets the next one. */
void rt_factory_feed(struct rt_factory *factory, ractor_ref self, struct rt_pool_worker *worker);

/* A router of the user's may have changed its mind about those who wait. */
void rt_factory_ask_router(struct rt_factory *factory, ractor_ref self);

/* The worker has handled its job. */
void rt_factory_complete(struct rt_factory *factory, struct rt_pool_worker *worker);

/* The worker has ended over its job: tries it again, or gives it up. */
void rt_factory_abandon(struct rt_factory *factory, ractor_ref self, struct rt_pool_worker *worker);

/* Throws away what is expired in the factory's queue. */
void rt_factory_expire(struct rt_factory *factory);

/* ------------------------------------------------------------------ workers (workers.c) */

/* Starts workers until the pool has `size`, or lets some go. */
ractor_status rt_factory_resize(ractor_context *ctx, struct rt_factory *factory, uint32_t size);

/* Starts an ended worker's successor, or forgets it when it was leaving. */
ractor_status rt_factory_replace(ractor_context *ctx, struct rt_factory *factory,
                                 struct rt_pool_worker *worker);

/* Stops a leaving worker that has done its jobs. */
void rt_factory_release(struct rt_factory *factory, struct rt_pool_worker *worker);

void rt_factory_ping(struct rt_factory *factory, ractor_ref self);
/* Kills workers whose ping is out for too long, if that is wanted. */
void rt_factory_kill_stuck(ractor_context *ctx, struct rt_factory *factory);

#endif

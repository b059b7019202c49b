/* SPDX-License-Identifier: MIT */
/* The parts of a factory that may be the user's: where jobs wait, how many pass, who gets them. All
 * in the factory's turn. */
#ifndef RACTOR_ACTOR_FACTORY_PARTS_H
#define RACTOR_ACTOR_FACTORY_PARTS_H

#include "actor/factory/state.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the user's tables have all functions that they must have. */
bool rt_factory_parts_are_whole(const ractor_factory_options *options);

/* ------------------------------------------------------------------ the queue */

size_t rt_factory_queue_length(const struct rt_factory *factory);
/* False: the user's queue does not take it. */
bool rt_factory_queue_push(struct rt_factory *factory, struct rt_job *job);
/* NULL: empty, likewise below. */
const struct rt_job *rt_factory_queue_peek(const struct rt_factory *factory);
struct rt_job *rt_factory_queue_pop(struct rt_factory *factory);
/* The one that goes when there are too many; NULL: none. */
struct rt_job *rt_factory_queue_shed(struct rt_factory *factory);
/* Takes out what is expired. */
void rt_factory_queue_take_expired(struct rt_factory *factory, struct rt_job_list *expired);

/* ------------------------------------------------------------------ the rate */

/* Whether one more may pass; it does not count yet. */
bool rt_factory_rate_check(struct rt_factory *factory);
void rt_factory_rate_bump(struct rt_factory *factory);

/* ------------------------------------------------------------------ the router */

/* The user's choice; NULL: nobody. `hint` may be NULL. */
struct rt_pool_worker *rt_factory_router_choose(const struct rt_factory *factory,
                                                const struct rt_job *job,
                                                const struct rt_pool_worker *hint);
/* The worker has become free, or is not any more, or leaves: the user's router hears of it if it is
 * news. */
void rt_factory_router_tell(const struct rt_factory *factory, struct rt_pool_worker *worker);

#endif

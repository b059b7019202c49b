/* SPDX-License-Identifier: MIT */
/*
 * The way of a job: limited, routed, and then with a worker, in a queue, or thrown away. A worker
 * has one job at a time; further ones wait in its record, so that a successor gets them.
 */
#include "actor/factory/parts.h"
#include "actor/factory/state.h"
#include "base/clock.h"

bool rt_factory_is_queueing(const struct rt_factory *factory)
{
    const ractor_factory_options *options = &factory->options;
    if (options->routing == RACTOR_ROUTE_OWN)
        return options->router->is_queueing;
    return options->routing == RACTOR_ROUTE_QUEUER ||
           options->routing == RACTOR_ROUTE_STICKY_QUEUER;
}

static void *user_of(const struct rt_factory *factory)
{
    return factory->options.settings.user;
}

static ractor_status status_of(ractor_discard_reason reason)
{
    switch (reason) {
    case RACTOR_DISCARDED_TTL:
        return RACTOR_ETIMEOUT;
    case RACTOR_DISCARDED_SHUTDOWN:
        return RACTOR_ESTOPPED;
    case RACTOR_DISCARDED_LOADSHED:
    case RACTOR_DISCARDED_RATE_LIMITED:
    default:
        return RACTOR_EOVERLOAD;
    }
}

void rt_factory_discard(struct rt_factory *factory, struct rt_job *job,
                        ractor_discard_reason reason)
{
    if (reason == RACTOR_DISCARDED_TTL)
        RT_FACTORY_STAT(factory, jobs_expired, user_of(factory), 1);
    else if (reason == RACTOR_DISCARDED_LOADSHED)
        RT_FACTORY_STAT(factory, job_discarded, user_of(factory));
    else if (reason == RACTOR_DISCARDED_RATE_LIMITED)
        RT_FACTORY_STAT(factory, job_rate_limited, user_of(factory));
    if (factory->options.settings.on_discard != NULL) {
        ractor_job view = rt_job_view(job);
        factory->options.settings.on_discard(user_of(factory), reason, &view);
    }
    rt_job_free(job, status_of(reason));
}

/* ------------------------------------------------------------------ with a worker */

/* The next job in the worker's queue that is not expired; NULL: none. */
static struct rt_job *next_of(struct rt_factory *factory, struct rt_pool_worker *worker)
{
    struct rt_job *job;
    while ((job = rt_job_list_pop(&worker->queue)) != NULL) {
        if (!rt_job_is_expired(job, rt_now_ns(factory->clock)))
            return job;
        rt_worker_pool_drop_key(&factory->pool, rt_job_key(job));
        rt_factory_discard(factory, job, RACTOR_DISCARDED_TTL);
    }
    return NULL;
}

/* To a worker that has no job. When it has just ended, the job waits for its successor. */
static void begin(struct rt_pool_worker *worker, ractor_ref self, struct rt_job *job)
{
    struct rt_job_marker marker = {.factory = self, .worker = worker->number};
    if (rt_job_hand_over(job, worker->ref, &marker))
        worker->current = job;
    else
        rt_job_list_push_front(&worker->queue, job);
}

static void shed_oldest(struct rt_factory *factory, struct rt_pool_worker *worker, uint32_t limit)
{
    while (worker->queue.length > limit) {
        struct rt_job *job = rt_job_list_pop(&worker->queue);
        rt_worker_pool_drop_key(&factory->pool, rt_job_key(job));
        rt_factory_discard(factory, job,
                           rt_job_is_expired(job, rt_now_ns(factory->clock))
                               ? RACTOR_DISCARDED_TTL
                               : RACTOR_DISCARDED_LOADSHED);
    }
}

/* Gives a worker a job, or puts it into its queue, whose bound is the settings', unless jobs wait
 * in the factory. */
static void enqueue(struct rt_factory *factory, ractor_ref self, struct rt_pool_worker *worker,
                    struct rt_job *job)
{
    ractor_discard discard = factory->options.settings.discard;
    if (rt_factory_is_queueing(factory))
        discard.mode = RACTOR_DISCARD_NONE;
    bool is_full = !rt_pool_worker_is_free(worker) && worker->queue.length >= discard.limit;
    if ((discard.mode == RACTOR_DISCARD_NEWEST && is_full) ||
        !rt_worker_pool_add_key(&factory->pool, rt_job_key(job), worker->number)) {
        rt_factory_discard(factory, job, RACTOR_DISCARDED_LOADSHED);
        return;
    }
    /* Without any room the job that comes is the oldest as well. */
    if (discard.mode != RACTOR_DISCARD_OLDEST || discard.limit != 0 || worker->current == NULL)
        rt_job_accept(job);
    rt_job_list_push(&worker->queue, job);
    if (worker->current == NULL && (job = next_of(factory, worker)) != NULL)
        begin(worker, self, job);
    if (discard.mode == RACTOR_DISCARD_OLDEST)
        shed_oldest(factory, worker, discard.limit);
    rt_factory_router_tell(factory, worker);
}

/* ------------------------------------------------------------------ routes */

/* Round robin, also for a worker that is told: it goes first while it is free. */
static struct rt_pool_worker *next_in_circle(struct rt_factory *factory)
{
    factory->last_worker = (factory->last_worker + 1) % factory->pool.size;
    return rt_worker_pool_at(&factory->pool, factory->last_worker);
}

/* NULL: nobody can take it now. */
static struct rt_pool_worker *choose(struct rt_factory *factory, const struct rt_job *job,
                                     struct rt_pool_worker *hint)
{
    const ractor_factory_options *options = &factory->options;
    ractor_bytes key = rt_job_key(job);
    uint32_t size = factory->pool.size;
    struct rt_pool_worker *keeper = NULL;
    if (options->routing == RACTOR_ROUTE_KEY_PERSISTENT ||
        options->routing == RACTOR_ROUTE_STICKY_QUEUER)
        keeper = rt_worker_pool_of_key(&factory->pool, key);
    if (keeper != NULL)
        return keeper;
    switch (options->routing) {
    case RACTOR_ROUTE_KEY_PERSISTENT:
        return rt_worker_pool_at(&factory->pool, (uint32_t)(rt_key_hash(key) % size));
    case RACTOR_ROUTE_CUSTOM:
        return rt_worker_pool_at(&factory->pool,
                                 (uint32_t)(options->hash(user_of(factory), key, size) % size));
    case RACTOR_ROUTE_ROUND_ROBIN:
        return next_in_circle(factory);
    case RACTOR_ROUTE_OWN:
        return rt_factory_router_choose(factory, job, hint);
    case RACTOR_ROUTE_QUEUER:
    case RACTOR_ROUTE_STICKY_QUEUER:
    default:
        if (hint != NULL && !hint->is_leaving && rt_pool_worker_is_free(hint))
            return hint;
        return rt_worker_pool_next_free(&factory->pool);
    }
}

static bool is_discardable(const struct rt_factory *factory, const struct rt_job *job)
{
    return factory->options.is_discardable == NULL ||
           factory->options.is_discardable(user_of(factory), rt_job_key(job));
}

/* Into the factory's queue. */
static void wait_in_line(struct rt_factory *factory, struct rt_job *job)
{
    ractor_discard discard = factory->options.settings.discard;
    bool is_full = discard.mode == RACTOR_DISCARD_NEWEST &&
                   rt_factory_queue_length(factory) >= discard.limit &&
                   is_discardable(factory, job);
    if (is_full || !rt_factory_queue_push(factory, job)) {
        rt_factory_discard(factory, job, RACTOR_DISCARDED_LOADSHED);
        return;
    }
    bool has_stayed = true;
    while (discard.mode == RACTOR_DISCARD_OLDEST &&
           rt_factory_queue_length(factory) > discard.limit) {
        struct rt_job *shed = rt_factory_queue_shed(factory);
        if (shed == NULL)
            break;
        has_stayed = has_stayed && shed != job;
        rt_factory_discard(factory, shed, RACTOR_DISCARDED_LOADSHED);
    }
    if (has_stayed)
        rt_job_accept(job);
}

/* Under the rate limit. A worker that was chosen for a job over it stays in line. */
static bool route(struct rt_factory *factory, ractor_ref self, struct rt_job *job,
                  struct rt_pool_worker *worker)
{
    if (!rt_factory_rate_check(factory)) {
        if (worker != NULL && rt_pool_worker_is_free(worker))
            rt_worker_pool_line_up(&factory->pool, worker);
        rt_factory_discard(factory, job, RACTOR_DISCARDED_RATE_LIMITED);
        return false;
    }
    if (worker == NULL)
        worker = choose(factory, job, NULL);
    if (worker == NULL) {
        wait_in_line(factory, job);
        return true;
    }
    rt_factory_rate_bump(factory);
    enqueue(factory, self, worker, job);
    return true;
}

void rt_factory_dispatch(struct rt_factory *factory, ractor_ref self, struct rt_job *job)
{
    job->times.received_ns = rt_now_ns(factory->clock);
    RT_FACTORY_STAT(factory, new_job, user_of(factory));
    if (rt_job_is_expired(job, rt_now_ns(factory->clock)))
        rt_factory_discard(factory, job, RACTOR_DISCARDED_TTL);
    else if (factory->is_draining)
        rt_factory_discard(factory, job, RACTOR_DISCARDED_SHUTDOWN);
    else
        (void)route(factory, self, job, NULL);
}

/* ------------------------------------------------------------------ what follows */

/* The factory's next job, to this worker if it is free, else to whoever is. False: nobody has got
 * one. */
static bool feed_from_queue(struct rt_factory *factory, ractor_ref self,
                            struct rt_pool_worker *hint)
{
    const struct rt_job *job;
    while ((job = rt_factory_queue_peek(factory)) != NULL) {
        bool is_expired = rt_job_is_expired(job, rt_now_ns(factory->clock));
        struct rt_pool_worker *worker = is_expired ? NULL : choose(factory, job, hint);
        if (!is_expired && worker == NULL)
            return false;
        struct rt_job *taken = rt_factory_queue_pop(factory);
        if (taken == NULL)
            return false;
        if (is_expired)
            rt_factory_discard(factory, taken, RACTOR_DISCARDED_TTL);
        else if (route(factory, self, taken, worker))
            return true;
    }
    return false;
}

void rt_factory_feed(struct rt_factory *factory, ractor_ref self, struct rt_pool_worker *worker)
{
    struct rt_job *job;
    bool is_own = factory->options.routing == RACTOR_ROUTE_OWN;
    if (worker != NULL && worker->current == NULL && (job = next_of(factory, worker)) != NULL)
        begin(worker, self, job);
    if (worker != NULL)
        rt_factory_router_tell(factory, worker);
    if ((!is_own && !rt_factory_is_queueing(factory)) || (worker != NULL && worker->is_leaving))
        return;
    (void)feed_from_queue(factory, self, worker);
    if (!is_own && worker != NULL && rt_pool_worker_is_free(worker))
        rt_worker_pool_line_up(&factory->pool, worker);
}

void rt_factory_ask_router(struct rt_factory *factory, ractor_ref self)
{
    while (factory->options.routing == RACTOR_ROUTE_OWN && feed_from_queue(factory, self, NULL))
        continue;
}

void rt_factory_complete(struct rt_factory *factory, struct rt_pool_worker *worker)
{
    struct rt_job *job = worker->current;
    worker->current = NULL;
    rt_worker_pool_drop_key(&factory->pool, rt_job_key(job));
    RT_FACTORY_STAT(factory, job_completed, user_of(factory),
                    job->times.begun_ns - job->times.submitted_ns,
                    rt_now_ns(factory->clock) - job->times.begun_ns);
    rt_job_free(job, RACTOR_OK);
}

void rt_factory_abandon(struct rt_factory *factory, ractor_ref self, struct rt_pool_worker *worker)
{
    struct rt_job *job = worker->current;
    if (job == NULL)
        return;
    worker->current = NULL;
    rt_worker_pool_drop_key(&factory->pool, rt_job_key(job));
    if (job->n_retries == 0 || rt_job_is_expired(job, rt_now_ns(factory->clock))) {
        rt_job_free(job, RACTOR_EFAILED);
        return;
    }
    if (factory->options.settings.on_retry != NULL) {
        ractor_job view = rt_job_view(job);
        factory->options.settings.on_retry(user_of(factory), &view);
    }
    if (job->n_retries != RACTOR_RETRY_FOREVER)
        job->n_retries--;
    RT_FACTORY_STAT(factory, job_retried, user_of(factory));
    rt_factory_dispatch(factory, self, job);
}

void rt_factory_expire(struct rt_factory *factory)
{
    struct rt_job_list expired = {NULL, NULL, 0};
    struct rt_job *job;
    rt_factory_queue_take_expired(factory, &expired);
    while ((job = rt_job_list_pop(&expired)) != NULL)
        rt_factory_discard(factory, job, RACTOR_DISCARDED_TTL);
}

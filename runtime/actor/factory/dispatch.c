/* SPDX-License-Identifier: MIT */
/*
 * The way of a job: limited, routed, and then with a worker, in a queue, or thrown away. A worker
 * has one job at a time; further ones wait in its record, so that a successor gets them.
 */
#include "actor/factory/state.h"
#include "base/clock.h"

bool rt_factory_is_queueing(const struct rt_factory *factory)
{
    return factory->options.routing == RACTOR_ROUTE_QUEUER ||
           factory->options.routing == RACTOR_ROUTE_STICKY_QUEUER;
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
    rt_job_list_push(&worker->queue, job);
    if (worker->current == NULL && (job = next_of(factory, worker)) != NULL)
        begin(worker, self, job);
    if (discard.mode == RACTOR_DISCARD_OLDEST)
        shed_oldest(factory, worker, discard.limit);
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
    case RACTOR_ROUTE_QUEUER:
    case RACTOR_ROUTE_STICKY_QUEUER:
    default:
        if (hint != NULL && !hint->is_leaving && rt_pool_worker_is_free(hint))
            return hint;
        return rt_worker_pool_next_free(&factory->pool);
    }
}

static uint32_t priority_of(const struct rt_factory *factory, const struct rt_job *job)
{
    return factory->options.priority != NULL
               ? factory->options.priority(user_of(factory), rt_job_key(job))
               : UINT32_MAX;
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
    if (discard.mode == RACTOR_DISCARD_NEWEST && factory->queue.length >= discard.limit &&
        is_discardable(factory, job)) {
        rt_factory_discard(factory, job, RACTOR_DISCARDED_LOADSHED);
        return;
    }
    rt_job_queue_push(&factory->queue, job, priority_of(factory, job));
    while (discard.mode == RACTOR_DISCARD_OLDEST && factory->queue.length > discard.limit)
        rt_factory_discard(factory, rt_job_queue_shed(&factory->queue), RACTOR_DISCARDED_LOADSHED);
}

/* Under the rate limit. A worker that was chosen for a job over it stays in line. */
static bool route(struct rt_factory *factory, ractor_ref self, struct rt_job *job,
                  struct rt_pool_worker *worker)
{
    if (!rt_bucket_check(&factory->bucket, rt_now_ns(factory->clock))) {
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
    rt_bucket_bump(&factory->bucket);
    enqueue(factory, self, worker, job);
    return true;
}

void rt_factory_dispatch(struct rt_factory *factory, ractor_ref self, struct rt_job *job)
{
    RT_FACTORY_STAT(factory, new_job, user_of(factory));
    if (rt_job_is_expired(job, rt_now_ns(factory->clock)))
        rt_factory_discard(factory, job, RACTOR_DISCARDED_TTL);
    else if (factory->is_draining)
        rt_factory_discard(factory, job, RACTOR_DISCARDED_SHUTDOWN);
    else
        (void)route(factory, self, job, NULL);
}

/* ------------------------------------------------------------------ what follows */

/* The factory's next job, to this worker if it is free, else to whoever is. */
static void feed_from_queue(struct rt_factory *factory, ractor_ref self,
                            struct rt_pool_worker *hint)
{
    struct rt_job *job;
    while ((job = rt_job_queue_peek(&factory->queue)) != NULL) {
        if (rt_job_is_expired(job, rt_now_ns(factory->clock))) {
            rt_factory_discard(factory, rt_job_queue_pop(&factory->queue), RACTOR_DISCARDED_TTL);
            continue;
        }
        struct rt_pool_worker *worker = choose(factory, job, hint);
        if (worker == NULL || route(factory, self, rt_job_queue_pop(&factory->queue), worker))
            return;
    }
}

void rt_factory_feed(struct rt_factory *factory, ractor_ref self, struct rt_pool_worker *worker)
{
    struct rt_job *job;
    if (worker != NULL && worker->current == NULL && (job = next_of(factory, worker)) != NULL)
        begin(worker, self, job);
    if (!rt_factory_is_queueing(factory) || (worker != NULL && worker->is_leaving))
        return;
    feed_from_queue(factory, self, worker);
    if (worker != NULL && rt_pool_worker_is_free(worker))
        rt_worker_pool_line_up(&factory->pool, worker);
}

void rt_factory_complete(struct rt_factory *factory, struct rt_pool_worker *worker)
{
    struct rt_job *job = worker->current;
    worker->current = NULL;
    rt_worker_pool_drop_key(&factory->pool, rt_job_key(job));
    RT_FACTORY_STAT(factory, job_completed, user_of(factory), job->begun_ns - job->submitted_ns,
                    rt_now_ns(factory->clock) - job->begun_ns);
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
    rt_job_queue_take_expired(&factory->queue, rt_now_ns(factory->clock), &expired);
    while ((job = rt_job_list_pop(&expired)) != NULL)
        rt_factory_discard(factory, job, RACTOR_DISCARDED_TTL);
}

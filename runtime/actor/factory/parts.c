/* SPDX-License-Identifier: MIT */
#include "actor/factory/parts.h"

#include "base/clock.h"

bool rt_factory_parts_are_whole(const ractor_factory_options *options)
{
    const ractor_router *router = options->router;
    const ractor_job_queue *queue = options->queue;
    const ractor_rate_limiter *limiter = options->rate_limiter;
    if (options->routing == RACTOR_ROUTE_OWN && (router == NULL || router->choose == NULL))
        return false;
    if (queue != NULL && (queue->length == NULL || queue->push == NULL || queue->peek == NULL ||
                          queue->pop == NULL || queue->shed == NULL))
        return false;
    if (limiter == NULL)
        return true;
    return limiter->check != NULL && limiter->bump != NULL && options->rate_limit.refill == 0;
}

/* ------------------------------------------------------------------ the queue */

static uint32_t priority_of(const struct rt_factory *factory, const struct rt_job *job)
{
    const ractor_factory_options *options = &factory->options;
    return options->priority != NULL ? options->priority(options->settings.user, rt_job_key(job))
                                     : UINT32_MAX;
}

size_t rt_factory_queue_length(const struct rt_factory *factory)
{
    const ractor_job_queue *own = factory->options.queue;
    return own != NULL ? own->length(own->user) : factory->queue.length;
}

bool rt_factory_queue_push(struct rt_factory *factory, struct rt_job *job)
{
    const ractor_job_queue *own = factory->options.queue;
    if (own != NULL)
        return own->push(own->user, job) == RACTOR_OK;
    rt_job_queue_push(&factory->queue, job, priority_of(factory, job));
    return true;
}

const struct rt_job *rt_factory_queue_peek(const struct rt_factory *factory)
{
    const ractor_job_queue *own = factory->options.queue;
    return own != NULL ? own->peek(own->user) : rt_job_queue_peek(&factory->queue);
}

struct rt_job *rt_factory_queue_pop(struct rt_factory *factory)
{
    const ractor_job_queue *own = factory->options.queue;
    return own != NULL ? own->pop(own->user) : rt_job_queue_pop(&factory->queue);
}

struct rt_job *rt_factory_queue_shed(struct rt_factory *factory)
{
    const ractor_job_queue *own = factory->options.queue;
    return own != NULL ? own->shed(own->user) : rt_job_queue_shed(&factory->queue);
}

struct sieve {
    uint64_t now_ns;
    struct rt_job_list *expired;
};

static bool keeps(void *argument, ractor_queued_job *job)
{
    const struct sieve *sieve = argument;
    if (!rt_job_is_expired(job, sieve->now_ns))
        return true;
    rt_job_list_push(sieve->expired, job);
    return false;
}

void rt_factory_queue_take_expired(struct rt_factory *factory, struct rt_job_list *expired)
{
    const ractor_job_queue *own = factory->options.queue;
    struct sieve sieve = {rt_now_ns(factory->clock), expired};
    if (own == NULL)
        rt_job_queue_take_expired(&factory->queue, sieve.now_ns, expired);
    else if (own->retain != NULL)
        own->retain(own->user, keeps, &sieve);
}

/* ------------------------------------------------------------------ the rate */

bool rt_factory_rate_check(struct rt_factory *factory)
{
    const ractor_rate_limiter *own = factory->options.rate_limiter;
    uint64_t now_ns = rt_now_ns(factory->clock);
    return own != NULL ? own->check(own->user, now_ns) : rt_bucket_check(&factory->bucket, now_ns);
}

void rt_factory_rate_bump(struct rt_factory *factory)
{
    const ractor_rate_limiter *own = factory->options.rate_limiter;
    if (own != NULL)
        own->bump(own->user);
    else
        rt_bucket_bump(&factory->bucket);
}

/* ------------------------------------------------------------------ the router */

struct rt_pool_worker *rt_factory_router_choose(const struct rt_factory *factory,
                                                const struct rt_job *job,
                                                const struct rt_pool_worker *hint)
{
    const ractor_router *router = factory->options.router;
    ractor_job view = rt_job_view(job);
    bool is_hint = hint != NULL && !hint->is_leaving && rt_pool_worker_is_free(hint);
    uint32_t number = router->choose(router->user, &view, is_hint ? hint->number : RACTOR_NO_WORKER,
                                     &factory->pool);
    return number < factory->pool.size ? rt_worker_pool_at(&factory->pool, number) : NULL;
}

void rt_factory_router_tell(const struct rt_factory *factory, struct rt_pool_worker *worker)
{
    const ractor_router *router = factory->options.router;
    bool is_free = !worker->is_leaving && rt_pool_worker_is_free(worker);
    if (factory->options.routing != RACTOR_ROUTE_OWN || router->changed == NULL ||
        is_free == worker->is_known_free)
        return;
    worker->is_known_free = is_free;
    router->changed(router->user, worker->number, is_free);
}

/* A worker that a router may name; NULL: none. */
static const struct rt_pool_worker *named(const ractor_worker_pool *pool, uint32_t worker)
{
    return worker < pool->size ? rt_worker_pool_at(pool, worker) : NULL;
}

uint32_t ractor_worker_pool_size(const ractor_worker_pool *pool)
{
    return pool->size;
}

bool ractor_worker_pool_is_free(const ractor_worker_pool *pool, uint32_t worker)
{
    const struct rt_pool_worker *found = named(pool, worker);
    return found != NULL && rt_pool_worker_is_free(found);
}

uint64_t ractor_worker_pool_n_jobs(const ractor_worker_pool *pool, uint32_t worker)
{
    const struct rt_pool_worker *found = named(pool, worker);
    return found != NULL ? found->queue.length + (found->current != NULL) : 0;
}

uint32_t ractor_worker_pool_of_key(const ractor_worker_pool *pool, ractor_bytes key)
{
    const struct rt_pool_worker *found = rt_worker_pool_of_key(pool, key);
    return found != NULL ? found->number : RACTOR_NO_WORKER;
}

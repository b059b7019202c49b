/* SPDX-License-Identifier: MIT */
#include "actor/factory/parts.h"
#include "actor/factory/state.h"
#include "actor/runtime.h"
#include "base/alloc.h"
#include "base/clock.h"

static ractor_status spawn(ractor_context *ctx, const struct rt_factory *factory, uint32_t number,
                           ractor_ref *ref)
{
    const ractor_factory_options *options = &factory->options;
    ractor_spawn_options spawn_options = {.supervisor = ractor_self(ctx),
                                          .pinned = options->pinned_workers};
    const void *args = options->make_worker_args != NULL
                           ? options->make_worker_args(options->settings.user, number)
                           : options->worker_args;
    return ractor_spawn(ractor_context_runtime(ctx), options->worker_class, &spawn_options, args,
                        ref);
}

static void ping(const struct rt_factory *factory, struct rt_pool_worker *worker, ractor_ref self)
{
    struct rt_job_marker marker = {.factory = self,
                                   .worker = worker->number,
                                   .is_ping = true,
                                   .sent_ns = rt_now_ns(factory->clock)};
    if (worker->pinged_ns == 0 && rt_job_ping(worker->ref, &marker))
        worker->pinged_ns = marker.sent_ns;
}

static bool is_watched(const struct rt_factory *factory)
{
    return factory->options.settings.dead_mans_switch.timeout_ms != 0;
}

static ractor_status add(ractor_context *ctx, struct rt_factory *factory, uint32_t number)
{
    struct rt_pool_worker *worker = rt_calloc(1, sizeof *worker);
    if (worker == NULL)
        return RACTOR_ENOMEM;
    worker->number = number;
    ractor_status status = spawn(ctx, factory, number, &worker->ref);
    if (status != RACTOR_OK) {
        rt_free(worker);
        return status;
    }
    factory->pool.workers[number] = worker;
    return RACTOR_OK;
}

static ractor_status grow(ractor_context *ctx, struct rt_factory *factory, uint32_t size)
{
    ractor_status status = RACTOR_OK;
    if (!rt_worker_pool_reserve(&factory->pool, size))
        return RACTOR_ENOMEM;
    while (status == RACTOR_OK && factory->pool.size < size) {
        uint32_t number = factory->pool.size;
        struct rt_pool_worker *worker = rt_worker_pool_at(&factory->pool, number);
        if (worker != NULL)
            worker->is_leaving = false;
        else
            status = add(ctx, factory, number);
        if (status != RACTOR_OK)
            break;
        factory->pool.size++;
        worker = rt_worker_pool_at(&factory->pool, number);
        if (is_watched(factory))
            ping(factory, worker, ractor_self(ctx));
        rt_factory_feed(factory, ractor_self(ctx), worker);
    }
    return status;
}

static void shrink(struct rt_factory *factory, uint32_t size)
{
    while (factory->pool.size > size) {
        factory->pool.size--;
        struct rt_pool_worker *worker = rt_worker_pool_at(&factory->pool, factory->pool.size);
        if (worker == NULL)
            continue;
        worker->is_leaving = true;
        rt_factory_router_tell(factory, worker);
        if (rt_pool_worker_is_free(worker))
            rt_factory_release(factory, worker);
    }
}

ractor_status rt_factory_resize(ractor_context *ctx, struct rt_factory *factory, uint32_t size)
{
    static const uint32_t most = 1000000;
    if (size > most)
        size = most;
    if (size == 0)
        return RACTOR_OK;
    shrink(factory, size);
    return grow(ctx, factory, size);
}

void rt_factory_release(struct rt_factory *factory, struct rt_pool_worker *worker)
{
    ractor_stop(worker->ref, NULL);
    rt_worker_pool_remove(&factory->pool, worker);
}

ractor_status rt_factory_replace(ractor_context *ctx, struct rt_factory *factory,
                                 struct rt_pool_worker *worker)
{
    ractor_ref self = ractor_self(ctx);
    worker->pinged_ns = 0;
    rt_factory_abandon(factory, self, worker);
    if (worker->is_leaving && rt_pool_worker_is_free(worker)) {
        rt_worker_pool_remove(&factory->pool, worker);
        return RACTOR_OK;
    }
    ractor_status status = spawn(ctx, factory, worker->number, &worker->ref);
    if (status != RACTOR_OK)
        return status;
    if (is_watched(factory))
        ping(factory, worker, self);
    rt_factory_feed(factory, self, worker);
    return RACTOR_OK;
}

void rt_factory_ping(struct rt_factory *factory, ractor_ref self)
{
    for (uint32_t i = 0; i < factory->pool.capacity; i++)
        if (factory->pool.workers[i] != NULL)
            ping(factory, factory->pool.workers[i], self);
}

void rt_factory_kill_stuck(ractor_context *ctx, struct rt_factory *factory)
{
    const ractor_dead_mans_switch *dead = &factory->options.settings.dead_mans_switch;
    uint64_t now_ns = rt_now_ns(factory->clock);
    for (uint32_t i = 0; i < factory->pool.capacity; i++) {
        const struct rt_pool_worker *worker = factory->pool.workers[i];
        if (worker == NULL || worker->pinged_ns == 0 ||
            now_ns - worker->pinged_ns <= dead->timeout_ms * RT_NS_PER_MS)
            continue;
        rt_logf(&ractor_context_runtime(ctx)->log, RACTOR_LOG_WARN,
                "factory %llu: worker %u is stuck%s", (unsigned long long)ractor_self(ctx).pid,
                worker->number, dead->is_killing ? ", killing it" : "");
        if (dead->is_killing)
            ractor_kill(worker->ref);
    }
}

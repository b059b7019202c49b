/* SPDX-License-Identifier: MIT */
/* The factory's actor: messages, clocks, life. */
#include "actor/cell.h"
#include "actor/factory/messages.h"
#include "actor/factory/parts.h"
#include "actor/factory/state.h"
#include "actor/runtime.h"
#include "base/clock.h"

#include <ractor/call.h>

#define PING_MS 10000u
#define CALCULATE_MS 100u
#define MOST_WORKERS 1000000u

static void *user_of(const struct rt_factory *factory)
{
    return factory->options.settings.user;
}

static ractor_factory ref_of(const ractor_context *ctx)
{
    ractor_factory factory = {ractor_self(ctx)};
    return factory;
}

static ractor_status schedule(ractor_context *ctx, enum rt_factory_clock clock, uint32_t delay_ms,
                              ractor_timer *timer)
{
    return ractor_send_after(ractor_self(ctx), &rt_factory_type, RT_FACTORY_TICK, &clock, delay_ms,
                             timer);
}

static uint32_t ping_ms(const struct rt_factory *factory)
{
    return factory->options.ping_ms != 0 ? factory->options.ping_ms : PING_MS;
}

/* ------------------------------------------------------------------ clocks */

static void count_jobs(const struct rt_factory *factory, uint64_t *n_current, uint64_t *n_waiting)
{
    for (uint32_t i = 0; i < factory->pool.capacity; i++) {
        const struct rt_pool_worker *worker = factory->pool.workers[i];
        if (worker == NULL)
            continue;
        *n_current += worker->current != NULL;
        *n_waiting += worker->queue.length;
    }
}

static void tell_figures(const struct rt_factory *factory)
{
    const ractor_discard *discard = &factory->options.settings.discard;
    uint64_t n_current = 0;
    size_t n_queued = rt_factory_queue_length(factory);
    uint64_t n_waiting = n_queued;
    count_jobs(factory, &n_current, &n_waiting);
    RT_FACTORY_STAT(factory, queue_limit, user_of(factory),
                    discard->mode != RACTOR_DISCARD_NONE ? discard->limit : 0);
    RT_FACTORY_STAT(factory, queue_depth, user_of(factory), n_queued);
    RT_FACTORY_STAT(factory, processing, user_of(factory), n_current);
    RT_FACTORY_STAT(factory, in_flight, user_of(factory), n_current + n_waiting);
    RT_FACTORY_STAT(factory, worker_count, user_of(factory), factory->pool.size);
}

static ractor_status calculate(ractor_context *ctx, struct rt_factory *factory)
{
    ractor_status status = RACTOR_OK;
    if (factory->options.settings.capacity != NULL)
        status = rt_factory_resize(
            ctx, factory, factory->options.settings.capacity(user_of(factory), factory->pool.size));
    tell_figures(factory);
    rt_factory_expire(factory);
    rt_factory_ask_router(factory, ractor_self(ctx));
    return status == RACTOR_OK ? schedule(ctx, RT_FACTORY_CALCULATE, CALCULATE_MS, NULL) : status;
}

static ractor_status send_pings(ractor_context *ctx, struct rt_factory *factory)
{
    ractor_discard *discard = &factory->options.settings.discard;
    struct rt_factory_report self = {.from = ractor_self(ctx),
                                     .sent_ns = rt_now_ns(factory->clock)};
    if (discard->compute != NULL)
        discard->limit = discard->compute(user_of(factory), discard->limit);
    rt_factory_ping(factory, ractor_self(ctx));
    ractor_status status =
        ractor_send(ractor_self(ctx), &rt_factory_type, RT_FACTORY_REPORT, &self);
    if (status == RACTOR_ENOMEM)
        return status;
    return schedule(ctx, RT_FACTORY_PING, ping_ms(factory), NULL);
}

static ractor_status watch(ractor_context *ctx, struct rt_factory *factory)
{
    uint32_t timeout_ms = factory->options.settings.dead_mans_switch.timeout_ms;
    (void)ractor_timer_cancel(ractor_context_runtime(ctx), factory->stuck_timer);
    if (timeout_ms == 0)
        return RACTOR_OK;
    return schedule(ctx, RT_FACTORY_FIND_STUCK, timeout_ms, &factory->stuck_timer);
}

static ractor_status on_tick(ractor_context *ctx, struct rt_factory *factory,
                             enum rt_factory_clock clock)
{
    switch (clock) {
    case RT_FACTORY_CALCULATE:
        return calculate(ctx, factory);
    case RT_FACTORY_PING:
        return send_pings(ctx, factory);
    case RT_FACTORY_FIND_STUCK:
    default:
        rt_factory_kill_stuck(ctx, factory);
        rt_factory_ping(factory, ractor_self(ctx));
        return watch(ctx, factory);
    }
}

/* ------------------------------------------------------------------ messages */

static void on_report(ractor_context *ctx, struct rt_factory *factory,
                      const struct rt_factory_report *report)
{
    if (ractor_ref_equal(report->from, ractor_self(ctx))) {
        RT_FACTORY_STAT(factory, factory_pinged, user_of(factory),
                        rt_now_ns(factory->clock) - report->sent_ns);
        return;
    }
    struct rt_pool_worker *worker = rt_worker_pool_at(&factory->pool, report->worker);
    if (worker == NULL || !ractor_ref_equal(worker->ref, report->from))
        return; /* of a worker that has ended since */
    if (report->is_ping) {
        RT_FACTORY_STAT(factory, worker_pinged, user_of(factory),
                        rt_now_ns(factory->clock) - report->sent_ns);
        worker->pinged_ns = 0;
        return;
    }
    if (worker->current == NULL)
        return;
    rt_factory_complete(factory, worker);
    rt_factory_feed(factory, ractor_self(ctx), worker);
    if (worker->is_leaving && rt_pool_worker_is_free(worker))
        rt_factory_release(factory, worker);
}

static uint64_t capacity_of(const struct rt_factory *factory)
{
    const ractor_discard *discard = &factory->options.settings.discard;
    bool is_bounded = discard->mode != RACTOR_DISCARD_NONE;
    uint64_t n_jobs = 0;
    for (uint32_t i = 0; i < factory->pool.capacity; i++) {
        const struct rt_pool_worker *worker = factory->pool.workers[i];
        if (worker == NULL || worker->is_leaving)
            continue;
        n_jobs += rt_pool_worker_is_free(worker);
        if (is_bounded && !rt_factory_is_queueing(factory) && worker->queue.length < discard->limit)
            n_jobs += discard->limit - worker->queue.length;
    }
    size_t n_queued = rt_factory_queue_length(factory);
    if (is_bounded && rt_factory_is_queueing(factory) && n_queued < discard->limit)
        n_jobs += discard->limit - n_queued;
    return n_jobs;
}

static uint64_t n_active(const struct rt_factory *factory)
{
    uint64_t n_workers = 0;
    for (uint32_t i = 0; i < factory->pool.capacity; i++)
        n_workers +=
            factory->pool.workers[i] != NULL && !rt_pool_worker_is_free(factory->pool.workers[i]);
    return n_workers;
}

static uint64_t answer(const struct rt_factory *factory, enum rt_factory_query query)
{
    if (query == RT_FACTORY_DEPTH)
        return rt_factory_queue_length(factory);
    return query == RT_FACTORY_CAPACITY ? capacity_of(factory) : n_active(factory);
}

static ractor_status drain(ractor_context *ctx, struct rt_factory *factory)
{
    factory->is_draining = true;
    if (factory->options.settings.on_draining == NULL)
        return RACTOR_OK;
    return factory->options.settings.on_draining(user_of(factory), ref_of(ctx));
}

static ractor_status update(ractor_context *ctx, struct rt_factory *factory,
                            const ractor_factory_settings *settings)
{
    factory->options.settings = *settings;
    if (settings->dead_mans_switch.timeout_ms != 0)
        rt_factory_ping(factory, ractor_self(ctx));
    return watch(ctx, factory);
}

static ractor_status handle_one(ractor_context *ctx, struct rt_factory *factory, uint32_t tag,
                                const void *args, uint64_t *reply)
{
    switch (tag) {
    case RT_FACTORY_DISPATCH:
        rt_factory_dispatch(factory, ractor_self(ctx), rt_factory_take_job(ctx, args));
        return RACTOR_OK;
    case RT_FACTORY_REPORT:
        on_report(ctx, factory, args);
        return RACTOR_OK;
    case RT_FACTORY_TICK:
        return on_tick(ctx, factory, *(const enum rt_factory_clock *)args);
    case RT_FACTORY_QUERY:
        *reply = answer(factory, *(const enum rt_factory_query *)args);
        return RACTOR_OK;
    case RT_FACTORY_RESIZE:
        return rt_factory_resize(ctx, factory, *(const uint32_t *)args);
    case RT_FACTORY_DRAIN:
        return drain(ctx, factory);
    case RT_FACTORY_UPDATE:
        return update(ctx, factory, args);
    default:
        return RACTOR_EINVAL;
    }
}

static void stop_when_drained(ractor_context *ctx, const struct rt_factory *factory)
{
    if (factory->is_draining && rt_factory_queue_length(factory) == 0 && n_active(factory) == 0)
        ractor_stop(ractor_self(ctx), "drained");
}

static ractor_status handle(ractor_context *ctx, void *state, uint32_t tag, const void *args,
                            uint64_t *reply)
{
    ractor_status status = handle_one(ctx, state, tag, args, reply);
    stop_when_drained(ctx, state);
    return status;
}

static ractor_status on_event(ractor_context *ctx, void *state,
                              const ractor_supervision_event *event)
{
    struct rt_factory *factory = state;
    if (event->kind != RACTOR_EVENT_ACTOR_TERMINATED && event->kind != RACTOR_EVENT_ACTOR_FAILED)
        return RACTOR_OK;
    struct rt_pool_worker *worker = rt_worker_pool_find(&factory->pool, event->actor);
    ractor_status status = worker != NULL ? rt_factory_replace(ctx, factory, worker) : RACTOR_OK;
    stop_when_drained(ctx, factory);
    return status == RACTOR_ESTOPPED ? RACTOR_OK : status;
}

/* ------------------------------------------------------------------ life */

static ractor_status check_options(const ractor_factory_options *options)
{
    if (options == NULL || options->worker_class == NULL || options->n_workers > MOST_WORKERS ||
        options->n_priorities > RT_MOST_PRIORITIES || options->routing > RACTOR_ROUTE_OWN ||
        options->settings.discard.mode > RACTOR_DISCARD_NEWEST)
        return RACTOR_EINVAL;
    if (options->routing == RACTOR_ROUTE_CUSTOM && options->hash == NULL)
        return RACTOR_EINVAL;
    if (!rt_factory_parts_are_whole(options))
        return RACTOR_EINVAL;
    if (options->rate_limit.refill != 0 && options->rate_limit.interval_ms == 0)
        return RACTOR_EINVAL;
    return RACTOR_OK;
}

/* From now on other nodes may know of it: their jobs find workers. */
static void take_jobs(ractor_context *ctx, const struct rt_factory *factory)
{
    /* release: as in spawn.c. */
    atomic_store_explicit(&ractor_self(ctx).cell->jobs, factory->options.worker_class->messages,
                          memory_order_release);
}

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    struct rt_factory *factory = state;
    ractor_status status = check_options(args);
    if (status != RACTOR_OK)
        return status;
    factory->options = *(const ractor_factory_options *)args;
    factory->options.name = NULL; /* the caller's, and registered by now */
    factory->queue.n_lists = factory->options.n_priorities != 0 ? factory->options.n_priorities : 1;
    factory->clock = &ractor_context_runtime(ctx)->clock;
    rt_bucket_init(&factory->bucket, &factory->options.rate_limit, rt_now_ns(factory->clock));
    uint32_t size = factory->options.n_workers != 0 ? factory->options.n_workers : 1;
    status = rt_factory_resize(ctx, factory, size);
    if (status == RACTOR_OK)
        status = schedule(ctx, RT_FACTORY_PING, ping_ms(factory), NULL);
    if (status == RACTOR_OK)
        status = schedule(ctx, RT_FACTORY_CALCULATE, CALCULATE_MS, NULL);
    if (status == RACTOR_OK)
        status = watch(ctx, factory);
    if (status == RACTOR_OK)
        take_jobs(ctx, factory);
    return status;
}

static ractor_status post_start(ractor_context *ctx, void *state)
{
    struct rt_factory *factory = state;
    if (factory->options.settings.on_started == NULL)
        return RACTOR_OK;
    return factory->options.settings.on_started(user_of(factory), ref_of(ctx));
}

static void discard_all(struct rt_factory *factory)
{
    struct rt_job *job;
    while ((job = rt_factory_queue_pop(factory)) != NULL)
        rt_factory_discard(factory, job, RACTOR_DISCARDED_SHUTDOWN);
    for (uint32_t i = 0; i < factory->pool.capacity; i++) {
        struct rt_pool_worker *worker = factory->pool.workers[i];
        while (worker != NULL && (job = rt_job_list_pop(&worker->queue)) != NULL)
            rt_factory_discard(factory, job, RACTOR_DISCARDED_SHUTDOWN);
    }
}

static ractor_status post_stop(ractor_context *ctx, void *state)
{
    struct rt_factory *factory = state;
    discard_all(factory);
    ractor_status status =
        ractor_stop_children_and_wait(ractor_self(ctx), NULL, RACTOR_TIMEOUT_NONE);
    if (status == RACTOR_OK && factory->options.settings.on_stopped != NULL)
        factory->options.settings.on_stopped(user_of(factory));
    return RACTOR_OK;
}

static void fini(void *state)
{
    struct rt_factory *factory = state;
    struct rt_job *job;
    if (factory->queue.n_lists == 0)
        return; /* its options were wrong */
    while ((job = rt_factory_queue_pop(factory)) != NULL)
        rt_job_free(job, RACTOR_ENOENT);
    rt_worker_pool_fini(&factory->pool, RACTOR_ENOENT);
}

static const struct rt_factory_handlers handlers = {handle};

static const ractor_actor_class factory_class = {
    .messages = &rt_factory_type,
    .handlers = &handlers,
    .name = "factory",
    .state_bytes = sizeof(struct rt_factory),
    .pre_start = pre_start,
    .post_start = post_start,
    .post_stop = post_stop,
    .handle_supervisor_event = on_event,
    .fini = fini,
};

ractor_status ractor_factory_start(ractor_runtime *runtime, const ractor_factory_options *options,
                                   ractor_factory *factory)
{
    if (factory == NULL || check_options(options) != RACTOR_OK)
        return RACTOR_EINVAL;
    ractor_spawn_options spawn_options = {.name = options->name, .supervisor = options->supervisor};
    return ractor_spawn(runtime, &factory_class, &spawn_options, options, &factory->any);
}

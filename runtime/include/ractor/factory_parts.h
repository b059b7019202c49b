/* SPDX-License-Identifier: MIT */
/**
 * @file factory_parts.h
 * Parts of one's own for a factory: who gets a job, in which order jobs wait, how many pass. Each
 * is a small table of functions with a value of the user's; the factory calls them in its turn, one
 * at a time, and they must not block. What a worker is told of its job is here, too.
 *
 * @code
 * static uint32_t least_loaded(void *user, const ractor_job *job, uint32_t hint,
 *                              const ractor_worker_pool *pool)
 * {
 *     uint32_t best = 0;
 *     for (uint32_t i = 1; i < ractor_worker_pool_size(pool); i++)
 *         if (ractor_worker_pool_n_jobs(pool, i) < ractor_worker_pool_n_jobs(pool, best))
 *             best = i;
 *     return best;
 * }
 * static const ractor_router router = {.choose = least_loaded};
 * ...
 * ractor_factory_options options = {.routing = RACTOR_ROUTE_OWN, .router = &router, ...};
 * @endcode
 */
#ifndef RACTOR_FACTORY_PARTS_H
#define RACTOR_FACTORY_PARTS_H

#include <ractor/export.h>
#include <ractor/factory.h>
#include <ractor/message.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/* ------------------------------------------------------------------ times */

/** When things happened to a job, in nanoseconds of `ractor_now_ns()`. */
typedef struct ractor_job_times {
    uint64_t submitted_ns; /**< its sender gave it to the factory; of a job from another node: as
                                far as the clocks of both agree */
    uint64_t received_ns;  /**< the factory began to route it; of a retry: again */
    uint64_t begun_ns;     /**< a worker got it; 0: none has */
    uint64_t expires_ns;   /**< it is thrown away if no worker has it by then; UINT64_MAX: never */
} ractor_job_times;

/**
 * In the handler of a job: when it was submitted, received and given to this worker.
 * @param ctx the handler's context.
 * @param times receives the times.
 * @return RACTOR_OK; RACTOR_ENOENT: the message is no job of a factory, or this is not a message
 *         handler. The worker's own thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_job_times_get(const ractor_context *ctx,
                                                               ractor_job_times *times);

/* ------------------------------------------------------------------ routers */

/** The workers as a router sees them: numbers from 0, as many as the pool has. Valid until the
 *  router's function returns. */
typedef struct rt_worker_pool ractor_worker_pool;

/** What a router returns when no worker shall have the job now. */
#define RACTOR_NO_WORKER UINT32_MAX

/** How many workers there are. */
RACTOR_API uint32_t ractor_worker_pool_size(const ractor_worker_pool *pool);

/** Whether a worker has no job and none that waits for it; false for a number out of range. */
RACTOR_API bool ractor_worker_pool_is_free(const ractor_worker_pool *pool, uint32_t worker);

/** The job that a worker has and those that wait for it; 0 for a number out of range. */
RACTOR_API uint64_t ractor_worker_pool_n_jobs(const ractor_worker_pool *pool, uint32_t worker);

/** The worker that has a job of this key, or has one waiting; RACTOR_NO_WORKER: none. `key` is
 *  borrowed. */
RACTOR_API uint32_t ractor_worker_pool_of_key(const ractor_worker_pool *pool, ractor_bytes key);

/** Decides who gets a job. Lives as long as the factory. */
struct ractor_router {
    /**
     * The number of the worker that gets the job, at once or when it has done what it has.
     * RACTOR_NO_WORKER, or a number out of range: the job waits in the factory's queue, and the
     * router is asked again when a worker has become free, and ten times a second.
     * @param user the router's own.
     * @param job borrows until return.
     * @param hint a worker that has just become free; RACTOR_NO_WORKER: none has.
     * @param pool borrows until return.
     */
    uint32_t (*choose)(void *user, const ractor_job *job, uint32_t hint,
                       const ractor_worker_pool *pool);
    /** A worker is free from now on, or is not any more (it has got a job, or leaves). May be NULL:
     *  `ractor_worker_pool_is_free()` says the same on request. */
    void (*changed)(void *user, uint32_t worker, bool is_free);
    /** Whether `choose` names free workers alone: then the settings' bound is that of the factory's
     *  queue, else that of each worker's. */
    bool is_queueing;
    void *user; /**< handed to the functions */
};

/* ------------------------------------------------------------------ queues */

/** A job that waits. It belongs to whom it was handed to last: the queue or the factory. */
typedef struct rt_job ractor_queued_job;

/** The job itself; what it points at lives as long as the job waits. `ttl_ms` is 0: see
 *  `ractor_queued_job_times()`. */
RACTOR_API ractor_job ractor_queued_job_view(const ractor_queued_job *job);

/** When it was submitted and received, and when it expires. */
RACTOR_API ractor_job_times ractor_queued_job_times(const ractor_queued_job *job);

/** Whether a job stays in the queue, as the factory says. */
typedef bool (*ractor_queue_keeps)(void *argument, ractor_queued_job *job);

/**
 * The jobs that wait in a factory, in an order of one's own. Lives until the factory has ended,
 * which takes out all jobs by `pop` first.
 */
struct ractor_job_queue {
    size_t (*length)(void *user); /**< jobs in it */
    /** Puts a job in. On RACTOR_OK the job is the queue's; else it stays the factory's, which
     *  throws it away (RACTOR_DISCARDED_LOADSHED). */
    ractor_status (*push)(void *user, ractor_queued_job *job);
    /** The job that `pop` would return; it stays in. NULL: empty. */
    const ractor_queued_job *(*peek)(void *user);
    /** Takes the next job out. NULL: empty. */
    ractor_queued_job *(*pop)(void *user);
    /** Takes out the job that goes when there are too many (RACTOR_DISCARD_OLDEST). NULL: none
     *  shall go. */
    ractor_queued_job *(*shed)(void *user);
    /** Takes out each job for which `keeps` returns false; such a job is gone when `keeps` returns.
     *  Asked ten times a second to find those that have expired. NULL: they are found when they are
     *  next. */
    void (*retain)(void *user, ractor_queue_keeps keeps, void *argument);
    void *user; /**< handed to the functions */
};

/* ------------------------------------------------------------------ rate limiters */

/** Says how many jobs may pass. Lives as long as the factory. */
struct ractor_rate_limiter {
    /** Whether one more job may pass now, in nanoseconds of `ractor_now_ns()`. It does not count
     *  yet. */
    bool (*check)(void *user, uint64_t now_ns);
    /** One has passed to a worker. */
    void (*bump)(void *user);
    void *user; /**< handed to the functions */
};

RACTOR_END_DECLS

#endif

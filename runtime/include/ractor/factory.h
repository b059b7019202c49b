/* SPDX-License-Identifier: MIT */
/**
 * @file factory.h
 * A factory: an actor in front of a pool of workers. A job is a message of the workers' enum with a
 * key; the factory routes it to a worker, or queues it, sheds it, limits it, lets it expire. A
 * worker is an ordinary actor and handles ordinary messages: it need not know of the factory. A
 * worker that ends is replaced, and the jobs that were queued for it go to its successor.
 *
 * All callbacks run in the factory's turn, one at a time, and must not block.
 *
 * Other nodes know a factory like any actor, by name, in groups and in messages, unless its
 * workers' enum stays at home (`[local]`, `[no_export]`). A reference to a factory of another node,
 * C or Rust, made into a `ractor_factory` takes `ractor_factory_cast()` and
 * `ractor_factory_call()`; see `ractor_job` for what goes along. Nothing else can be asked of it:
 * RACTOR_ENOTSUP.
 *
 * @code
 * ractor_factory_options options = {
 *     .worker_class = &resizer_class, .n_workers = 8, .routing = RACTOR_ROUTE_QUEUER,
 *     .settings = {.discard = {.mode = RACTOR_DISCARD_OLDEST, .limit = 1000}},
 * };
 * ractor_factory factory;
 * status = ractor_factory_start(runtime, &options, &factory);
 * demo_resizer_resize resize = {.width = 640};
 * ractor_job job = {.key = ractor_job_key("cat.png"), .type = &demo_resizer_type,
 *                   .tag = DEMO_RESIZER_RESIZE, .args = &resize, .ttl_ms = 5000};
 * status = ractor_factory_cast(factory, &job);
 * ...
 * status = ractor_node_find(node, "beta@beta.example", "resizers", &factory.any); // or of a peer
 * @endcode
 */
#ifndef RACTOR_FACTORY_H
#define RACTOR_FACTORY_H

#include <ractor/actor.h>
#include <ractor/codec.h>
#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A reference to a factory. A plain value, as `ractor_ref`. */
typedef struct ractor_factory {
    ractor_ref any; /**< the actor: to stop, link, monitor */
} ractor_factory;

/** `n_retries` of a job that is tried until it succeeds. */
#define RACTOR_RETRY_FOREVER UINT32_MAX

/**
 * One job. All but type and tag may be zero.
 *
 * To a factory of another node go the message, its trace (to a C node), the key and the time to
 * live, with the time of day at which it was submitted: a receiver whose clock is ahead lets the
 * job expire that much too early, one whose clock is behind that much too late, but never later
 * than `ttl_ms` after it has come. A priority is what the receiving factory says of the key. A
 * sender hears of a refused job, as of a full queue, if it calls; a Rust node says nothing then, so
 * that the call ends by its timeout. A cast that its receiver cannot read is a dead letter there.
 */
typedef struct ractor_job {
    ractor_bytes key;                /**< what it is about; copied */
    const ractor_message_type *type; /**< the workers' enum */
    uint32_t tag;                    /**< the variant */
    const void *args;                /**< borrows: the variant's struct; copied */
    uint32_t ttl_ms;    /**< it expires when no worker has begun it by then; 0: never */
    uint32_t n_retries; /**< how often it is given to a worker again when the one that
                             handled it has failed or was killed. Casts only; Rust nodes have no
                             room for it (RACTOR_ENOTSUP) */
} ractor_job;

/** The bytes of a C string as a key. Borrows. */
static inline ractor_bytes ractor_job_key(const char *text)
{
    ractor_bytes key = {(const uint8_t *)text, text != NULL ? strlen(text) : 0};
    return key;
}

/** A number as a key: the bytes of a `u64` on the wire, which are those of Rust's as well.
 *  `bytes` is room for them, which the key borrows. */
static inline ractor_bytes ractor_job_key_u64(uint64_t number, uint8_t bytes[8])
{
    ractor_bytes key = {bytes, 8};
    for (int i = 7; i >= 0; i--, number >>= 8)
        bytes[i] = (uint8_t)number;
    return key;
}

/** The number that such a key stands for; 0 for a key of another length. */
static inline uint64_t ractor_job_key_to_u64(ractor_bytes key)
{
    uint64_t number = 0;
    for (size_t i = 0; key.length == 8 && i < 8; i++)
        number = number << 8 | key.data[i];
    return number;
}

/**
 * Any value as a key: its encoding, by `ractor_codec_u32` (wire.h) or the codec of a schema's
 * struct. A Rust node's key of the same type has the same bytes.
 * @param codec borrows: of the value's type.
 * @param value borrows.
 * @param room where the bytes go, which the key borrows.
 * @param room_bytes how many fit there.
 * @param key written on success.
 * @return RACTOR_OK; RACTOR_ELIMIT: there is not enough room; RACTOR_ENOTSUP: the type never leaves
 *         the process; what the codec says of a value that cannot be sent. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_job_key_encode(const ractor_codec *codec,
                                                                const void *value, uint8_t *room,
                                                                size_t room_bytes,
                                                                ractor_bytes *key);

/** Parts of one's own, see factory_parts.h. */
typedef struct ractor_router ractor_router;
/** Likewise. */
typedef struct ractor_job_queue ractor_job_queue;
/** Likewise. */
typedef struct ractor_rate_limiter ractor_rate_limiter;

/** Who gets a job. */
typedef enum ractor_routing {
    RACTOR_ROUTE_KEY_PERSISTENT, /**< the worker that the key's hash says, or that has jobs of the
                                      key still; each worker has a queue */
    RACTOR_ROUTE_QUEUER,         /**< any free worker; one queue */
    RACTOR_ROUTE_STICKY_QUEUER,  /**< the worker that is at the same key, else any free one */
    RACTOR_ROUTE_ROUND_ROBIN,    /**< one after the other; each worker has a queue */
    RACTOR_ROUTE_CUSTOM,         /**< as `hash` says; each worker has a queue */
    RACTOR_ROUTE_OWN             /**< as `router` says, see factory_parts.h */
} ractor_routing;

/** Whom a full queue sheds. */
typedef enum ractor_discard_mode {
    RACTOR_DISCARD_NONE,   /**< nobody: queues grow */
    RACTOR_DISCARD_OLDEST, /**< the job that waits longest */
    RACTOR_DISCARD_NEWEST  /**< the job that comes */
} ractor_discard_mode;

/** Why a job was thrown away. The caller of such a call gets the status in brackets. */
typedef enum ractor_discard_reason {
    RACTOR_DISCARDED_TTL,         /**< it expired (RACTOR_ETIMEOUT) */
    RACTOR_DISCARDED_LOADSHED,    /**< the queue was full (RACTOR_EOVERLOAD) */
    RACTOR_DISCARDED_SHUTDOWN,    /**< the factory drains or stops (RACTOR_ESTOPPED) */
    RACTOR_DISCARDED_RATE_LIMITED /**< over the rate limit (RACTOR_EOVERLOAD) */
} ractor_discard_reason;

/** The bound of the queue, or of each worker's. */
typedef struct ractor_discard {
    ractor_discard_mode mode;                        /**< which jobs go when the limit is reached */
    uint32_t limit;                                  /**< jobs that wait */
    uint32_t (*compute)(void *user, uint32_t limit); /**< the next limit, asked at each ping; NULL:
                                                          it stays */
} ractor_discard;

/** Finds workers that do not come back from a job. */
typedef struct ractor_dead_mans_switch {
    uint32_t timeout_ms; /**< a worker that has not answered a ping for so long is stuck; 0: off */
    bool is_killing;     /**< it is killed and replaced. A handler that computes, rather than waits,
                              is not interrupted: it is replaced when it returns, unless it has a
                              process to itself (domain.h) */
} ractor_dead_mans_switch;

/** What happens in a factory, as it happens; each may be NULL. */
typedef struct ractor_factory_stats {
    void (*new_job)(void *user); /**< a job has come */
    void (*job_completed)(void *user, uint64_t queued_ns, uint64_t worked_ns); /**< handled */
    void (*job_discarded)(void *user);                                         /**< shed */
    void (*job_rate_limited)(void *user);                   /**< over the rate limit */
    void (*jobs_expired)(void *user, uint64_t n_jobs);      /**< past their time to live */
    void (*job_retried)(void *user);                        /**< tried again */
    void (*factory_pinged)(void *user, uint64_t waited_ns); /**< how long it lay in the mailbox */
    void (*worker_pinged)(void *user, uint64_t waited_ns);  /**< how long the answer took */
    void (*queue_depth)(void *user, uint64_t n_jobs);       /**< waiting */
    void (*processing)(void *user, uint64_t n_jobs);        /**< with a worker now */
    void (*in_flight)(void *user, uint64_t n_jobs);         /**< all that the factory knows of */
    void (*worker_count)(void *user, uint64_t n_workers);   /**< size of the pool */
    void (*queue_limit)(void *user, uint64_t limit);        /**< 0: none */
} ractor_factory_stats;

/** What can be changed while the factory runs. */
typedef struct ractor_factory_settings {
    void *user;             /**< handed to all callbacks */
    ractor_discard discard; /**< the bound of the queue */
    /** Sees each job that is thrown away; borrows until it returns. */
    void (*on_discard)(void *user, ractor_discard_reason reason, const ractor_job *job);
    void (*on_retry)(void *user, const ractor_job *job); /**< before a job is tried again */
    ractor_dead_mans_switch dead_mans_switch;            /**< for stuck workers */
    /** The size that the pool should have, asked ten times a second; 0 changes nothing. */
    uint32_t (*capacity)(void *user, uint32_t n_workers);
    /** Life-cycle hooks; an error fails the factory. */
    ractor_status (*on_started)(void *user, ractor_factory factory);
    ractor_status (*on_draining)(void *user, ractor_factory factory); /**< as above */
    void (*on_stopped)(void *user);                                   /**< all workers have ended */
    ractor_factory_stats stats; /**< counters and times, as they happen */
} ractor_factory_settings;

/** Lets so many jobs through: a bucket that is filled up regularly. */
typedef struct ractor_rate_limit {
    uint32_t refill;      /**< jobs per interval; 0: no limit */
    uint32_t interval_ms; /**< not 0 */
    uint32_t max;         /**< what the bucket holds; 0: no bound */
    uint32_t initial;     /**< what it holds at the start; 0: `max`, or else `refill` */
} ractor_rate_limit;

/** Options of a factory. All but the class may be zero. */
typedef struct ractor_factory_options {
    const char *name;                       /**< copied. NULL: none */
    ractor_ref supervisor;                  /**< of the factory. None: nobody */
    const ractor_actor_class *worker_class; /**< borrows: as long as the factory lives */
    const void *worker_args;                /**< borrows, likewise: for `pre_start` */
    int pinned_workers; /**< nonzero: each on a thread of its own, see `ractor_spawn_options` */
    /** The arguments of a worker, in place of `worker_args`. Asked at each start. */
    const void *(*make_worker_args)(void *user, uint32_t worker);
    uint32_t n_workers;     /**< 0: 1; at most 1,000,000 */
    ractor_routing routing; /**< which worker gets a job */
    uint64_t (*hash)(void *user, ractor_bytes key, uint32_t n_workers); /**< for CUSTOM */
    const ractor_router *router;   /**< borrows: as long as the factory lives. For OWN */
    const ractor_job_queue *queue; /**< borrows, likewise: in place of the factory's queue, and of
                                        priorities. NULL: none */
    const ractor_rate_limiter *rate_limiter; /**< borrows, likewise: in place of `rate_limit` */
    uint32_t n_priorities;                   /**< 0: 1; at most 64 */
    /** The priority of a job, 0 the highest; the last one is for all that say more. NULL: last. */
    uint32_t (*priority)(void *user, ractor_bytes key);
    bool (*is_discardable)(void *user, ractor_bytes key); /**< by NEWEST; NULL: all are */
    ractor_rate_limit rate_limit;                         /**< zero: none */
    uint32_t ping_ms;                 /**< between two pings of the workers; 0: 10 seconds */
    ractor_factory_settings settings; /**< what can be changed later */
} ractor_factory_options;

/**
 * Starts a factory and its workers.
 * @return RACTOR_OK; RACTOR_EINVAL: no class, a number out of range, CUSTOM without `hash`, OWN
 *         without `router`, a part of one's own that lacks a function, two rate limits;
 *         RACTOR_EEXIST, RACTOR_ENOMEM, RACTOR_ESTOPPED, or what a worker's `pre_start` returned.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_factory_start(
    ractor_runtime *runtime, const ractor_factory_options *options, ractor_factory *factory);

/**
 * Gives the factory, here or on another node, a job that needs no answer. Any thread.
 * @return errors as `ractor_send()`; RACTOR_ETYPE also: the factory's workers take another enum, or
 *         the actor is no factory, as far as that is known of another node's; RACTOR_ENOTSUP: a job
 *         with retries for a node that has no room for them.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_factory_cast(ractor_factory factory,
                                                              const ractor_job *job);

/**
 * Gives the factory a job that needs no answer, and waits until it is accepted: a worker has it, or
 * it waits for one. Later it may still expire, or be shed as the oldest.
 * @param timeout_ms milliseconds, or RACTOR_TIMEOUT_DEFAULT, RACTOR_TIMEOUT_NONE.
 * @return RACTOR_OK: accepted. RACTOR_EOVERLOAD, RACTOR_ESTOPPED: refused, as
 *         `ractor_discard_reason` says. RACTOR_ETIMEOUT: it had expired, or the factory has not
 *         come to it in time; then it may be accepted later. RACTOR_ECANCELED: the waiting actor
 *         was killed. RACTOR_ENOTSUP: the factory is on another node, which says nothing of its
 *         jobs' being accepted. Errors as `ractor_factory_cast()`; RACTOR_EINVAL in a callback of
 *         the factory itself. Blocks a plain thread, suspends in a handler.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_factory_submit(ractor_factory factory,
                                                                const ractor_job *job,
                                                                uint32_t timeout_ms);

/** Gives the factory, here or on another node, a job and waits for the worker's reply. As
 *  `ractor_call()` and `ractor_factory_cast()`, and the statuses of `ractor_discard_reason`. A job
 *  with retries is RACTOR_EINVAL. A job that another C node cannot read is RACTOR_EDECODE. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_factory_call(ractor_factory factory,
                                                              const ractor_job *job,
                                                              uint32_t timeout_ms, void *reply,
                                                              ractor_message **owner);

/** Jobs in the factory's own queue. Errors of a call; RACTOR_ENOTSUP: the factory is on another
 * node, likewise below. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_factory_queue_depth(ractor_factory factory,
                                                                     uint32_t timeout_ms,
                                                                     uint64_t *n_jobs);
/** Free workers, and the room in the queues if they are bounded. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_factory_capacity(ractor_factory factory,
                                                                  uint32_t timeout_ms,
                                                                  uint64_t *n_jobs);
/** Workers that have a job. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_factory_active_workers(ractor_factory factory,
                                                                        uint32_t timeout_ms,
                                                                        uint64_t *n_workers);

/** Makes the pool larger or smaller; a worker that is too much ends when it has done its jobs. 0
 *  changes nothing. Errors as `ractor_send()`. */
RACTOR_API ractor_status ractor_factory_resize(ractor_factory factory, uint32_t n_workers);

/** Takes no more jobs, does those that it has, and stops. Errors as `ractor_send()`. */
RACTOR_API ractor_status ractor_factory_drain(ractor_factory factory);

/** Replaces all settings. Errors as `ractor_send()`. Callbacks of the old ones may run until the
 *  factory has handled it. */
RACTOR_API ractor_status ractor_factory_update(ractor_factory factory,
                                               const ractor_factory_settings *settings);

RACTOR_END_DECLS

#endif

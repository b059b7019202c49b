/* SPDX-License-Identifier: MIT */
/**
 * @file supervisor.h
 * A ready supervisor: an actor that starts children in order, starts them again when they end, and
 * stops them in the reverse order when it stops. A child is described by a spec; a child with a
 * name is found under that name again once it was restarted. When children end more often than the
 * supervisor allows, it stops them all and fails itself, so that its own supervisor decides.
 *
 * While it stops children, the supervisor waits, and answers nothing. So a child's hook must not
 * call its supervisor without a timeout.
 *
 * @code
 * static const ractor_child_spec children[] = {
 *     {.actor_class = &store_class, .name = "store"},
 *     {.actor_class = &web_class, .name = "web", .restart = RACTOR_RESTART_TRANSIENT},
 * };
 * ractor_supervisor_options options = {
 *     .strategy = RACTOR_REST_FOR_ONE, .children = children, .n_children = 2,
 *     .backoff = {.first_ms = 100, .max_ms = 10000, .jitter_percent = 20},
 * };
 * ractor_supervisor top;
 * status = ractor_supervisor_start(runtime, &options, &top);
 * ...
 * status = ractor_stop_and_wait(top.any, "shutdown", 30000);
 * @endcode
 */
#ifndef RACTOR_SUPERVISOR_H
#define RACTOR_SUPERVISOR_H

#include <ractor/actor.h>
#include <ractor/export.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A reference to a supervisor. A plain value, as `ractor_ref`. */
typedef struct ractor_supervisor {
    ractor_ref any; /**< the actor: to stop, link, monitor */
} ractor_supervisor;

/** Which children are restarted when one has to be. */
typedef enum ractor_strategy {
    RACTOR_ONE_FOR_ONE, /**< that child */
    RACTOR_ONE_FOR_ALL, /**< all: the others are stopped, then all are started in order */
    RACTOR_REST_FOR_ONE /**< that child and those that were started after it */
} ractor_strategy;

/** When a child is started again. */
typedef enum ractor_restart {
    RACTOR_RESTART_PERMANENT, /**< however it ended */
    RACTOR_RESTART_TRANSIENT, /**< when it failed or was killed, not when it stopped or drained */
    RACTOR_RESTART_TEMPORARY  /**< never; the spec goes when the child ends or is stopped */
} ractor_restart;

/** `shutdown_ms` of a child that is killed without being asked to stop. */
#define RACTOR_SHUTDOWN_KILL (UINT32_MAX - 1)
/** `shutdown_ms` where the spec has 0, in milliseconds. */
#define RACTOR_SHUTDOWN_MS 5000u

/** One child; all members but the class may be zero. */
typedef struct ractor_child_spec {
    const ractor_actor_class *actor_class; /**< borrows: as long as the supervisor lives */
    const char *id;                        /**< names the spec among its siblings; copied. NULL: as
                                                `name`; a child with neither is known by its place */
    const char *name;                      /**< registered name; copied. NULL: none */
    const void *args;                      /**< handed to `pre_start` at each start */
    size_t args_bytes; /**< so many bytes of `args` are copied into the spec; 0: `args` is borrowed
                            as long as the supervisor lives */
    ractor_restart restart; /**< after which ends it is started again */
    uint32_t shutdown_ms;   /**< how long the child may take to stop, before it is killed; 0:
                                 RACTOR_SHUTDOWN_MS; RACTOR_TIMEOUT_NONE: for ever;
                                 RACTOR_SHUTDOWN_KILL */
    int pinned;             /**< nonzero: on a thread of its own, see `ractor_spawn_options` */
} ractor_child_spec;

/** How long a restart is put off: doubled each time, until the child has run for `max_ms`. */
typedef struct ractor_backoff {
    uint32_t first_ms; /**< before the first restart; 0: restarts happen at once */
    uint32_t max_ms;   /**< at most; 0: 30 seconds */
    uint32_t
        jitter_percent; /**< each delay is shortened or lengthened by up to this; at most 100 */
} ractor_backoff;

/** `max_restarts` of a supervisor that never gives up. */
#define RACTOR_RESTARTS_UNLIMITED UINT32_MAX

/** Options of a supervisor; all zero: no children yet, one for one, 3 restarts in 5 seconds. */
typedef struct ractor_supervisor_options {
    const char *name;         /**< of the supervisor itself; copied. NULL: none */
    ractor_ref supervisor;    /**< of the supervisor itself. None: nobody */
    ractor_strategy strategy; /**< who is restarted with a child that ended */
    uint32_t max_restarts;  /**< so many in the window; one more, and the supervisor fails. 0: 3; at
                                 most 65,536, or RACTOR_RESTARTS_UNLIMITED */
    uint32_t window_ms;     /**< 0: 5 seconds */
    ractor_backoff backoff; /**< how long restarts are put off */
    const ractor_child_spec *children; /**< borrows; started in this order */
    size_t n_children;                 /**< how many */
} ractor_supervisor_options;

/**
 * The supervisor's class, to make one the child of another: spawned with a
 * `ractor_supervisor_options`, whose `name` and `supervisor` are not looked at.
 */
RACTOR_API extern const ractor_actor_class ractor_supervisor_class;

/**
 * Starts a supervisor and its children. When one of them does not start, those before it are
 * stopped again.
 * @param options borrows; NULL for the defaults.
 * @param supervisor receives it. End it with `ractor_stop()`: its children stop in reverse order.
 * @return RACTOR_OK; RACTOR_EEXIST: a name is taken or an id is there twice; RACTOR_EINVAL: a spec
 *         without a class, a limit out of range; RACTOR_ENOMEM; RACTOR_ESTOPPED; or what the
 *         child's `pre_start` returned. Any thread, any handler.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_supervisor_start(ractor_runtime *runtime, const ractor_supervisor_options *options,
                        ractor_supervisor *supervisor);

/**
 * Adds a child behind the others and starts it. When it does not start, it is not added.
 * @param spec borrows; copied as its members say.
 * @param timeout_ms of the call to the supervisor, as in `ractor_call()`.
 * @param child receives the actor; may be NULL.
 * @return as `ractor_supervisor_start()`, and what a call can return. A call that has timed out may
 *         still be carried out. Any thread; not a hook of the supervisor's children at their end.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_supervisor_start_child(ractor_supervisor supervisor, const ractor_child_spec *spec,
                              uint32_t timeout_ms, ractor_ref *child);

/** Stops a child and keeps its spec: it is not restarted until `ractor_supervisor_restart_child()`.
 *  RACTOR_ENOENT: no such id (or no such supervisor). A stopped child stays so: RACTOR_OK. */
RACTOR_API ractor_status ractor_supervisor_stop_child(ractor_supervisor supervisor, const char *id,
                                                      uint32_t timeout_ms);

/**
 * Starts a child that was stopped or has ended; one that waits for its restart starts now.
 * @param child receives the actor; may be NULL.
 * @return RACTOR_OK; RACTOR_ENOENT: no such id; RACTOR_EEXIST: it runs; or why it did not start.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_supervisor_restart_child(
    ractor_supervisor supervisor, const char *id, uint32_t timeout_ms, ractor_ref *child);

/** Stops a child and forgets its spec. RACTOR_ENOENT: no such id. */
RACTOR_API ractor_status ractor_supervisor_remove_child(ractor_supervisor supervisor,
                                                        const char *id, uint32_t timeout_ms);

/** The child with this id. RACTOR_ENOENT: no such id; RACTOR_EAGAIN: it does not run now. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_supervisor_find_child(ractor_supervisor supervisor,
                                                                       const char *id,
                                                                       uint32_t timeout_ms,
                                                                       ractor_ref *child);

/** What a supervisor has. */
typedef struct ractor_supervisor_counts {
    uint64_t n_children; /**< specs */
    uint64_t n_running;  /**< of them run */
    uint64_t n_waiting;  /**< of them wait for their restart */
    uint64_t n_restarts; /**< decided on since the supervisor's start, those in vain included */
} ractor_supervisor_counts;

/** Asks for the counts. Errors as a call's. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_supervisor_get_counts(
    ractor_supervisor supervisor, uint32_t timeout_ms, ractor_supervisor_counts *counts);

RACTOR_END_DECLS

#endif

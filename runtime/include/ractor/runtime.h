/* SPDX-License-Identifier: MIT */
/**
 * @file runtime.h
 * A runtime: worker threads and the actors that they run. A process may have several; they share
 * nothing, and references of one mean nothing to another.
 *
 * @code
 * ractor_runtime *runtime = NULL;
 * if (ractor_runtime_start(NULL, &runtime) != RACTOR_OK)
 *     return 1;
 * ... spawn, send, call ...
 * ractor_runtime_stop(runtime);
 * @endcode
 */
#ifndef RACTOR_RUNTIME_H
#define RACTOR_RUNTIME_H

#include <ractor/export.h>
#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A running runtime. Freed by `ractor_runtime_stop()`. */
typedef struct ractor_runtime ractor_runtime;

/** How much a log line matters. */
typedef enum ractor_log_level {
    RACTOR_LOG_ERROR, /**< something is lost or broken */
    RACTOR_LOG_WARN,  /**< something is wrong and was dealt with */
    RACTOR_LOG_INFO,  /**< starts, stops, connections */
    RACTOR_LOG_DEBUG  /**< each decision */
} ractor_log_level;

/**
 * Receives log lines.
 * @param user as given in the options.
 * @param level how much it matters.
 * @param line one line, without a newline; control bytes are escaped. Borrows. May be called from
 *        any thread, also from several at once; must not call into the runtime.
 */
typedef void (*ractor_log_fn)(void *user, ractor_log_level level, const char *line);

struct ractor_tracer;
struct ractor_stuck_report;

/** Options of a runtime; all zero means the defaults. */
typedef struct ractor_runtime_options {
    uint32_t n_workers;         /**< threads; 0: one per core that the process may use */
    uint32_t batch_limit;       /**< messages that an actor may handle in a row; 0: 256 */
    size_t stack_bytes;         /**< stack of a handler, rounded up to pages; 0: 256 KiB. Address
                                     space only: memory is taken as the stack is used */
    ractor_log_fn log;          /**< NULL: lines to standard error */
    void *log_user;             /**< handed to `log` */
    ractor_log_level log_level; /**< lines that matter less are dropped; see `log_quiet` */
    int log_quiet;              /**< nonzero: not even errors are logged. `log_level` 0 (errors) is
                                     the default */
    int polled;                 /**< nonzero: no threads; the host's thread runs it, see embed.h.
                                     `n_workers` is not looked at */
    int check_calls; /**< nonzero: a `ractor_call()` in a handler that would close a cycle
                          of actors that wait for each other fails with RACTOR_EDEADLOCK,
                          and a log line names them. For tests and debug builds: a call
                          costs about as many steps more as calls wait behind it */
    const struct ractor_tracer *tracer; /**< sees messages pass, see trace.h; lives as long as the
                                             runtime. NULL: none */
    uint32_t stuck_ms; /**< a hook that runs longer than so many milliseconds without waiting is
                            reported, see watchdog.h; 0: nobody looks */
    void (*on_stuck)(void *user,
                     const struct ractor_stuck_report *report); /**< a `ractor_stuck_fn`; NULL: to
                                                                     the log */
    void *stuck_user;                                           /**< handed to `on_stuck` */
} ractor_runtime_options;

/**
 * Starts worker threads.
 * @param options borrows; NULL for the defaults.
 * @param runtime gives: end it with `ractor_runtime_stop()`.
 * @return RACTOR_OK, RACTOR_ENOMEM (also: no thread or descriptor to be had), RACTOR_EINVAL.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_runtime_start(const ractor_runtime_options *options, ractor_runtime **runtime);

/**
 * Kills every actor that is left, waits until their hooks are over, joins the workers and frees all
 * memory. What other threads wait in (calls, spawns, sends, `ractor_wait()`) ends, calls with
 * RACTOR_ECANCELED, and they have left the runtime when this returns; but they must not begin to
 * use the runtime after that. Not from a handler. A polled runtime runs on the calling thread until
 * it has ended; its host must not poll it any more.
 * @param runtime takes; NULL is ignored.
 */
RACTOR_API void ractor_runtime_stop(ractor_runtime *runtime);

/** How many worker threads the runtime has. */
RACTOR_API uint32_t ractor_runtime_workers(const ractor_runtime *runtime);

/**
 * The runtime's time in nanoseconds since some fixed moment; never goes back. Timers and deadlines
 * go by it. The system's monotonic clock, or a simulation's. Any thread.
 */
RACTOR_API uint64_t ractor_now_ns(const ractor_runtime *runtime);

/**
 * Fills with random bytes that nobody can guess (in a simulation: that its seed determines).
 * @param bytes receives `length` bytes.
 * @param length bytes.
 * @return RACTOR_OK; RACTOR_EIO: the system has none to give. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_random(ractor_runtime *runtime, void *bytes,
                                                        size_t length);

/** How many reasons for dead letters there are; see deadletter.h. */
#define RACTOR_DEAD_REASONS 7

/** Counters of a runtime, all since its start. */
typedef struct ractor_runtime_stats {
    uint64_t n_actors;       /**< alive now */
    uint64_t n_spawned;      /**< spawned in all */
    uint64_t n_sent;         /**< messages put into mailboxes */
    uint64_t n_handled;      /**< messages whose handler has returned */
    uint64_t n_dead_letters; /**< messages that reached nobody, see deadletter.h */
    uint64_t n_dead_by_reason[RACTOR_DEAD_REASONS]; /**< the same, indexed by ractor_dead_reason */
} ractor_runtime_stats;

/** Reads the counters; each is right by itself, together they are a moment apart. Any thread. */
RACTOR_API void ractor_runtime_get_stats(const ractor_runtime *runtime,
                                         ractor_runtime_stats *stats);

RACTOR_END_DECLS

#endif

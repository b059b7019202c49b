/* SPDX-License-Identifier: MIT */
/**
 * @file watchdog.h
 * Finding handlers that are stuck. A runtime with `stuck_ms` in its options has a thread that looks
 * at the workers from time to time; a hook that has run for longer than that without waiting in a
 * function of the runtime is reported, once.
 *
 * @code
 * static void on_stuck(void *user, const ractor_stuck_report *report)
 * {
 *     (void)user;
 *     fprintf(stderr, "%s has been in %s for %llu ms\n", report->name, report->hook,
 *             (unsigned long long)report->for_ms);
 *     backtrace_symbols_fd(report->frames, (int)report->n_frames, 2);
 * }
 * ...
 * ractor_runtime_options options = {.stuck_ms = 100, .on_stuck = on_stuck};
 * @endcode
 *
 * Without `on_stuck` the same goes to the log, as a warning with a line per frame.
 *
 * Watched are all hooks that run on a worker but `fini`. Not watched: hooks of pinned actors, which
 * may block; a `pre_start` that a plain thread runs in `ractor_spawn()`; simulations.
 *
 * The stack is taken by the worker itself in a handler of the signal SIGURG, which is ignored by
 * default and which nothing else sends to it. A system call that the stuck hook blocks in may be
 * interrupted by it, once, with EINTR. A process that has a handler for SIGURG keeps it, and gets
 * reports without a stack; so do polled runtimes, whose thread is the host's, and hooks that do not
 * take signals.
 */
#ifndef RACTOR_WATCHDOG_H
#define RACTOR_WATCHDOG_H

#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>

#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A hook that is stuck. All pointers live until the function returns. */
typedef struct ractor_stuck_report {
    ractor_ref actor;                /**< whose hook it is; it may have ended by now */
    const char *name;                /**< its class's name, cut at 63 bytes; if that could not be
                                          asked for, its enum's name, or "actor" */
    const char *hook;                /**< "handle", "pre_start", "handle_supervisor_event", … */
    const ractor_message_type *type; /**< "handle": the message's enum; NULL: the outcome of a
                                          `ractor_ask()`. Elsewhere NULL */
    uint32_t tag;                    /**< its variant, when there is a type */
    uint64_t for_ms;                 /**< milliseconds that it has run, at least */
    void *const *frames;             /**< return addresses, innermost first */
    size_t n_frames;                 /**< 0: the stack could not be had */
} ractor_stuck_report;

/**
 * Receives reports.
 * @param user `stuck_user` of the options.
 * @param report borrows. On the watchdog's thread, one at a time; may send, must not stop the
 *        runtime.
 */
typedef void (*ractor_stuck_fn)(void *user, const ractor_stuck_report *report);

RACTOR_END_DECLS

#endif

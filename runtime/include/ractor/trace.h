/* SPDX-License-Identifier: MIT */
/**
 * @file trace.h
 * Seeing messages pass: a table of functions that the runtime calls when a message is sent, when
 * its handler starts and ends, and when it is dropped. Without a table a message costs one
 * predictable branch per place. For counting alone there is `ractor_runtime_get_stats()`.
 *
 * @code
 * static void on_end(void *user, const ractor_trace_message *message)
 * {
 *     if (message->status != RACTOR_OK && message->type != NULL)
 *         log_line("%s: %s", message->type->variants[message->tag].name,
 *                  ractor_strerror(message->status));
 * }
 * static const ractor_tracer tracer = {.on_end = on_end};
 * ...
 * ractor_runtime_options options = {.tracer = &tracer};
 * @endcode
 */
#ifndef RACTOR_TRACE_H
#define RACTOR_TRACE_H

#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/status.h>
#include <ractor/trace_context.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A message as a tracer sees it; all pointers live until the function returns. */
typedef struct ractor_trace_message {
    ractor_ref to;   /**< whom it is meant for */
    ractor_ref from; /**< `on_send`: the actor in whose hook it is sent; none: a plain
                          thread, a timer, another node. None elsewhere */
    const ractor_message_type *type; /**< its enum; NULL: the outcome of a `ractor_ask()`, or, in
                                          `on_drop`, not known any more */
    uint32_t tag;                    /**< its variant, when there is a type */
    const void *args;                /**< `on_send`, `on_start`: the variant's struct; else NULL */
    const ractor_trace_context *trace; /**< the W3C trace that it belongs to; NULL: none, or
                                            `on_drop`. See trace_context.h */
    ractor_status status;              /**< `on_end`: the handler's result; `on_drop`: why */
} ractor_trace_message;

/**
 * What to call; members may be NULL. Called on the thread on which it happens, several at once;
 * must not block, send or call.
 */
typedef struct ractor_tracer {
    /** A message is about to enter a mailbox, or to be written to another node. */
    void (*on_send)(void *user, const ractor_trace_message *message);
    /** Its handler is about to run. */
    void (*on_start)(void *user, const ractor_trace_message *message);
    /** Its handler has returned; a call in it has been waited for. */
    void (*on_end)(void *user, const ractor_trace_message *message);
    /** It was sent, and will not be handled: its actor has ended, or had no room. */
    void (*on_drop)(void *user, const ractor_trace_message *message);
    void *user; /**< handed to the functions */
} ractor_tracer;

RACTOR_END_DECLS

#endif

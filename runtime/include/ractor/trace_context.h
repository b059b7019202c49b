/* SPDX-License-Identifier: MIT */
/**
 * @file trace_context.h
 * W3C trace context (https://www.w3.org/TR/trace-context/): which trace a message belongs to. What
 * a handler sends and calls continues the trace of the message that it handles; each message gets a
 * span of its own. A trace begins where somebody says so: on a thread that takes requests from
 * outside, or in a handler. Between nodes of this library it travels with the message; other nodes
 * never see it.
 *
 * A timer that fires once, a subscriber's messages, a factory's jobs and the answer to
 * `ractor_ask()` continue the trace of who made them; intervals, supervision events and the hooks
 * of a new actor do not, and a crash domain's process is not told. A program that begins no trace
 * pays a few instructions per message.
 *
 * @code
 * ractor_trace_context trace;
 * if (ractor_trace_parse(traceparent, tracestate, &trace) == RACTOR_OK)   // of an HTTP request
 *     status = ractor_trace_begin(&trace);
 * status = demo_counter_send_add(counter, 1);                             // part of it
 * ractor_trace_end();
 * ...
 * char text[RACTOR_TRACEPARENT_BYTES];                                    // in counter's handler
 * if (ractor_trace_current(&trace) == RACTOR_OK)
 *     ractor_trace_format(&trace, text);                                  // for a request of its
 * own
 * @endcode
 */
#ifndef RACTOR_TRACE_CONTEXT_H
#define RACTOR_TRACE_CONTEXT_H

#include <ractor/export.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/** Bytes of a `traceparent` with its terminator. */
#define RACTOR_TRACEPARENT_BYTES 56
/** A longer `tracestate` is not carried on. */
#define RACTOR_TRACESTATE_BYTES 512
/** In `flags`: the trace is recorded. */
#define RACTOR_TRACE_SAMPLED 0x01u

/** A place in a trace. */
typedef struct ractor_trace_context {
    uint8_t trace_id[16]; /**< of the trace; not all zero */
    uint8_t span_id[8];   /**< of what is done here; not all zero */
    uint8_t parent_id[8]; /**< of the span that has led to it; all zero: none, or not known */
    uint8_t flags;        /**< RACTOR_TRACE_…, and what other bits the trace came with */
    ractor_string state;  /**< `tracestate`, carried on unread. A view: of a message's trace, as the
                               message's other views; else of what it was parsed from */
} ractor_trace_context;

/**
 * Reads the two headers of a request. The span is the requester's.
 * @param traceparent of version 00, or a later one that begins like it.
 * @param tracestate may be empty; one that is too long counts as empty.
 * @param context receives the context; its `state` is `tracestate`.
 * @return RACTOR_OK; RACTOR_EINVAL: `traceparent` is malformed, which by the standard means to
 * begin a trace of one's own. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_trace_parse(ractor_string traceparent,
                                                             ractor_string tracestate,
                                                             ractor_trace_context *context);

/** Writes `traceparent`, terminated, with the context's span as the parent of what is requested.
 *  Any thread. */
RACTOR_API void ractor_trace_format(const ractor_trace_context *context,
                                    char text[RACTOR_TRACEPARENT_BYTES]);

/**
 * A trace of one's own: random numbers, sampled, without state.
 * @return RACTOR_OK; RACTOR_EIO: the system has no random numbers. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_trace_new(ractor_runtime *runtime,
                                                           ractor_trace_context *context);

/**
 * What the calling thread sends and calls from now on is part of this trace, until
 * `ractor_trace_end()`; in a hook, what the hook does, until it returns. One that was begun before
 * ends.
 * @param context borrows: copied.
 * @return RACTOR_OK; RACTOR_EINVAL: an id is all zero; RACTOR_ELIMIT: the state is too long;
 *         RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_trace_begin(const ractor_trace_context *context);

/** Ends what the calling thread, or the hook that it is in, has begun; a handler goes on in its
 *  message's trace. Threads must do so before they exit. Harmless without a trace. */
RACTOR_API void ractor_trace_end(void);

/**
 * The trace that a send would continue: the one begun last by the hook or thread, else that of the
 * message that is handled.
 * @param context receives it; its `state` lives until the handler returns, or what was begun ends.
 * @return RACTOR_OK; RACTOR_ENOENT: none.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_trace_current(ractor_trace_context *context);

RACTOR_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The trace that a message belongs to lies in its annex. Whoever sends looks for one only on a
 * thread that has seen one: `rt_thread.has_traces`.
 */
#ifndef RACTOR_ACTOR_SPAN_H
#define RACTOR_ACTOR_SPAN_H

#include "actor/annex.h"
#include "actor/context.h"
#include "actor/message.h"
#include "actor/worker.h"

#include <ractor/trace_context.h>

#include <stdbool.h>
#include <stddef.h>

/* A trace that was begun by a hook or a thread, with its state. */
struct rt_root {
    ractor_trace_context trace;
    char state[];
};

/* What a message that is sent now would have for its trace; false: none. Its state is the
 * sender's. */
bool rt_span_next(ractor_runtime *runtime, ractor_trace_context *next);

/* Bytes of an annex with this trace; NULL: without one. */
size_t rt_span_annex_bytes(const ractor_trace_context *trace);
/* Writes the trace into an annex of that size. */
void rt_span_put(struct ractor_message *message, const ractor_trace_context *trace);
/* NULL: it has none. */
const ractor_trace_context *rt_span_of(struct ractor_message *message);

/* As rt_message_copy(), with the trace that is current, if any. */
ractor_status rt_span_copy(ractor_runtime *runtime, const ractor_codec *codec, const void *value,
                           struct ractor_message **message);

/* A message with an annex is about to be handled on this thread. */
void rt_span_enter(struct ractor_message *message);

/* Frees `root`. */
void rt_span_drop(struct ractor_context *context);

/* A hook has returned: the trace that it has begun ends. */
static inline void rt_span_leave(struct ractor_context *context)
{
    if (__builtin_expect(context->root != NULL, 0))
        rt_span_drop(context);
}

static inline ractor_status rt_message_copy_sent(ractor_runtime *runtime, const ractor_codec *codec,
                                                 const void *value, struct ractor_message **message)
{
    if (__builtin_expect(rt_thread.has_traces, 0))
        return rt_span_copy(runtime, codec, value, message);
    return rt_message_copy(rt_pool_here(), codec, value, message);
}

#endif

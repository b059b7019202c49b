/* SPDX-License-Identifier: MIT */
/*
 * Traces. The current one is that of the innermost hook on this thread which has one: begun by
 * itself, or its message's. A hook that runs within another, a pre_start, belongs to the outer one.
 */
#include "actor/span.h"

#include "actor/context.h"
#include "actor/runtime.h"
#include "base/alloc.h"
#include "base/random.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

/* ------------------------------------------------------------------ numbers */

/* Numbers from one seed that differ for 2^64 steps (splitmix64); none is 0. */
static uint64_t next_number(ractor_runtime *runtime)
{
    /* relaxed: only that each step is taken once counts. */
    if (atomic_load_explicit(&runtime->next_span, memory_order_relaxed) == 0) {
        uint64_t unset = 0;
        (void)atomic_compare_exchange_strong_explicit(&runtime->next_span, &unset,
                                                      rt_random_seed(&runtime->random),
                                                      memory_order_relaxed, memory_order_relaxed);
    }
    uint64_t x = atomic_fetch_add_explicit(&runtime->next_span, UINT64_C(0x9e3779b97f4a7c15),
                                           memory_order_relaxed);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    return x != 0 ? x : 1;
}

static bool is_zero(const uint8_t *bytes, size_t length)
{
    uint8_t any = 0;
    for (size_t i = 0; i < length; i++)
        any |= bytes[i];
    return any == 0;
}

ractor_status ractor_trace_new(ractor_runtime *runtime, ractor_trace_context *context)
{
    ractor_trace_context made = {.flags = RACTOR_TRACE_SAMPLED};
    ractor_status status = ractor_random(runtime, made.trace_id, sizeof made.trace_id);
    if (status != RACTOR_OK)
        return status;
    if (is_zero(made.trace_id, sizeof made.trace_id))
        made.trace_id[0] = 1;
    uint64_t span = next_number(runtime);
    memcpy(made.span_id, &span, sizeof span);
    *context = made;
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ what is current */

/* NULL: none. */
static const ractor_trace_context *current(void)
{
    for (const struct ractor_context *c = rt_thread.context; c != NULL; c = c->outer) {
        if (c->root != NULL)
            return &c->root->trace;
        const ractor_trace_context *trace = c->message != NULL ? rt_span_of(c->message) : NULL;
        if (trace != NULL)
            return trace;
    }
    /* A thread that lends itself to a runtime has its own trace apart from the actors'. */
    return rt_thread.worker == NULL && rt_thread.root != NULL ? &rt_thread.root->trace : NULL;
}

ractor_status ractor_trace_current(ractor_trace_context *context)
{
    const ractor_trace_context *trace = current();
    if (trace == NULL)
        return RACTOR_ENOENT;
    *context = *trace;
    return RACTOR_OK;
}

bool rt_span_next(ractor_runtime *runtime, ractor_trace_context *next)
{
    const ractor_trace_context *trace = current();
    if (trace == NULL)
        return false;
    *next = *trace;
    memcpy(next->parent_id, trace->span_id, sizeof next->parent_id);
    uint64_t span = next_number(runtime);
    memcpy(next->span_id, &span, sizeof next->span_id);
    return true;
}

/* ------------------------------------------------------------------ what is begun */

static struct rt_root **own_root(void)
{
    struct ractor_context *context = rt_thread.context;
    return context != NULL ? &context->root : &rt_thread.root;
}

ractor_status ractor_trace_begin(const ractor_trace_context *context)
{
    if (is_zero(context->trace_id, sizeof context->trace_id) ||
        is_zero(context->span_id, sizeof context->span_id))
        return RACTOR_EINVAL;
    if (context->state.length > RACTOR_TRACESTATE_BYTES)
        return RACTOR_ELIMIT;
    struct rt_root *root = rt_alloc(sizeof *root + context->state.length);
    if (root == NULL)
        return RACTOR_ENOMEM;
    root->trace = *context;
    root->trace.state.data = root->state;
    if (context->state.length != 0)
        memcpy(root->state, context->state.data, context->state.length);
    ractor_trace_end();
    *own_root() = root;
    rt_thread.has_traces = true;
    return RACTOR_OK;
}

void ractor_trace_end(void)
{
    struct rt_root **root = own_root();
    rt_free(*root);
    *root = NULL;
}

void rt_span_drop(struct ractor_context *context)
{
    rt_free(context->root);
    context->root = NULL;
}

/* ------------------------------------------------------------------ messages */

size_t rt_span_annex_bytes(const ractor_trace_context *trace)
{
    return sizeof(struct rt_annex) + (trace != NULL ? trace->state.length : 0);
}

void rt_span_put(struct ractor_message *message, const ractor_trace_context *trace)
{
    struct rt_annex *annex = rt_message_annex(message);
    annex->has_trace = true;
    annex->trace = *trace;
    annex->trace.state.data = annex->state;
    if (trace->state.length != 0)
        memcpy(annex->state, trace->state.data, trace->state.length);
}

const ractor_trace_context *rt_span_of(struct ractor_message *message)
{
    const struct rt_annex *annex = rt_message_annex(message);
    return annex != NULL && annex->has_trace ? &annex->trace : NULL;
}

ractor_status rt_span_copy(ractor_runtime *runtime, const ractor_codec *codec, const void *value,
                           struct ractor_message **message)
{
    ractor_trace_context next;
    if (!rt_span_next(runtime, &next))
        return rt_message_copy(rt_pool_here(), codec, value, message);
    ractor_status status =
        rt_message_copy_annexed(rt_pool_here(), codec, value, rt_span_annex_bytes(&next), message);
    if (status == RACTOR_OK)
        rt_span_put(*message, &next);
    return status;
}

void rt_span_enter(struct ractor_message *message)
{
    if (rt_span_of(message) != NULL)
        rt_thread.has_traces = true;
}

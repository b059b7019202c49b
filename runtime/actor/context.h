/* SPDX-License-Identifier: MIT */
/* The context of a running hook. It lives on the stack of who runs the hook. */
#ifndef RACTOR_ACTOR_CONTEXT_H
#define RACTOR_ACTOR_CONTEXT_H

#include "actor/worker.h"

#include <ractor/actor.h>
#include <ractor/ref.h>

#include <stdbool.h>

#define RT_REASON_BYTES 240

struct ractor_context {
    ractor_ref self;
    ractor_runtime *runtime;
    ractor_message *message;      /* of this turn; NULL in other hooks */
    struct ractor_context *outer; /* the hook that spawned, while this one is a pre_start */
    struct rt_root *root;         /* the trace that this hook has begun; NULL: none */
    char reason[RT_REASON_BYTES]; /* of ractor_fail; empty: none */
    char *details;                /* owned; of a hook that is about to fail. NULL: none */
};

static inline void rt_context_enter(struct ractor_context *context, ractor_runtime *runtime,
                                    ractor_ref self)
{
    context->self = self;
    context->runtime = runtime;
    context->message = NULL;
    context->outer = rt_thread.context;
    context->root = NULL;
    context->reason[0] = '\0';
    context->details = NULL;
    rt_thread.context = context;
}

/* Whether the caller is within a hook of this actor: then it must not wait for it. */
static inline bool rt_context_is_within(ractor_ref actor)
{
    for (const struct ractor_context *c = rt_thread.context; c != NULL; c = c->outer)
        if (ractor_ref_equal(c->self, actor))
            return true;
    return false;
}

/* Whether the caller may wait at all: neither one that carries messages for others, nor a worker
 * between two hooks. */
static inline bool rt_context_may_wait(void)
{
    return !rt_thread.is_carrier && (rt_thread.worker == NULL || rt_thread.context != NULL);
}

/* The runtime whose slot the caller waits in: its own, so that its worker can go on and its end can
 * cancel the wait; a plain thread's is that of what it waits for. */
static inline ractor_runtime *rt_context_waiting_runtime(ractor_runtime *other)
{
    if (rt_thread.worker != NULL)
        return rt_thread.worker->runtime;
    return rt_thread.context != NULL ? rt_thread.context->runtime : other;
}

static inline void rt_context_leave(struct ractor_context *context)
{
    rt_thread.context = context->outer;
}

#endif

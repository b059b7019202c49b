/* SPDX-License-Identifier: MIT */
/* Where messages are seen passing: counters always, the runtime's tracer if it has one. */
#ifndef RACTOR_ACTOR_TRACE_H
#define RACTOR_ACTOR_TRACE_H

#include "actor/cell.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/usdt.h"
#include "actor/worker.h"

#include <ractor/deadletter.h>
#include <ractor/trace.h>

#include <stdatomic.h>

struct rt_outbound;

/* For the tracer; the caller has seen that there is one. */
void rt_trace_send(const ractor_tracer *tracer, ractor_ref to, const struct rt_outbound *outbound);
void rt_trace_message(const ractor_tracer *tracer, ractor_ref to, struct ractor_message *message);
void rt_trace_start(const ractor_tracer *tracer, ractor_ref self, struct ractor_message *message);
void rt_trace_end(const ractor_tracer *tracer, ractor_ref self, struct ractor_message *message,
                  ractor_status status);
void rt_trace_drop(const ractor_tracer *tracer, const ractor_dead_letter *letter, uint32_t tag);

static inline const ractor_tracer *rt_tracer_of(const ractor_runtime *runtime)
{
    return __builtin_expect(runtime->tracer != NULL, 0) ? runtime->tracer : NULL;
}

/* Counted by one thread, read by any: relaxed, since each counter stands for itself. */
static inline void rt_count_own(_Atomic uint64_t *counter)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + 1,
                          memory_order_relaxed);
}

/* A message enters a mailbox. */
static inline void rt_count_send(ractor_runtime *runtime)
{
    struct rt_worker *worker = rt_worker_here(runtime);
    if (worker != NULL)
        rt_count_own(&worker->n_sent);
    else
        (void)atomic_fetch_add_explicit(&runtime->n_sent, 1, memory_order_relaxed);
}

/* The tracer sees it before. */
static inline void rt_show_send(ractor_ref to, struct ractor_message *message)
{
    RT_USDT_SEND(to.pid, message, message->tag);
    const ractor_tracer *tracer = rt_tracer_of(to.cell->runtime);
    if (tracer != NULL)
        rt_trace_message(tracer, to, message);
}

#endif

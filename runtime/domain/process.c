/* SPDX-License-Identifier: MIT */
#include "domain/process.h"

#include "actor/runtime.h"
#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

/* What a child may take to end when it is told to. */
#define CLOSING_MS 5000u

static void free_process(struct rt_process *process)
{
    rt_launch_fini(&process->child);
    rt_bell_fini(&process->bell);
    rt_outlet_fini(&process->outlet);
    rt_intake_fini(&process->intake);
    rt_free(process->places);
    rt_domain_calls_fini(&process->calls, RACTOR_ENODE);
    (void)pthread_mutex_destroy(&process->lock);
    rt_free(process);
}

void rt_process_drop(struct rt_process *process)
{
    ractor_domain *domain = process->domain;
    /* acq_rel: the last one sees what the others have done. */
    if (atomic_fetch_sub_explicit(&process->n_holds, 1, memory_order_acq_rel) != 1)
        return;
    free_process(process);
    rt_domain_drop(domain);
}

static ractor_status prepare(struct rt_process *process)
{
    ractor_status status = rt_launch_prepare(&process->child);
    if (status == RACTOR_OK && !rt_bell_init(&process->bell))
        status = RACTOR_EIO;
    if (status != RACTOR_OK)
        rt_logf(&process->domain->log, RACTOR_LOG_ERROR,
                "cannot start a process of a domain: no descriptors left");
    return status;
}

ractor_status rt_process_new(ractor_domain *domain, struct rt_process **process)
{
    struct rt_process *made = rt_calloc(1, sizeof *made);
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->domain = domain;
    made->kill_at_ns = RT_NEVER;
    made->bell.fd = -1;
    if (pthread_mutex_init(&made->lock, NULL) != 0) {
        rt_free(made);
        return RACTOR_ENOMEM;
    }
    ractor_status status = prepare(made);
    if (status != RACTOR_OK) {
        free_process(made);
        return status;
    }
    atomic_store_explicit(&made->n_holds, 1, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&domain->n_holds, 1, memory_order_relaxed);
    *process = made;
    return RACTOR_OK;
}

ractor_status rt_process_start(struct rt_process *process)
{
    ractor_domain *domain = process->domain;
    process->next = domain->processes;
    if (process->next != NULL)
        process->next->previous = process;
    domain->processes = process;
    (void)atomic_fetch_add_explicit(&process->n_holds, 1, memory_order_relaxed); /* the keeper's */
    if (rt_keeper_start(process))
        return RACTOR_OK;
    (void)atomic_fetch_sub_explicit(&process->n_holds, 1, memory_order_relaxed);
    domain->processes = process->next;
    if (process->next != NULL)
        process->next->previous = NULL;
    return RACTOR_ENOMEM;
}

void rt_process_wake(struct rt_process *process)
{
    rt_bell_ring(&process->bell);
}

void rt_process_condemn(struct rt_process *process, ractor_status status, const char *text)
{
    if (process->is_over)
        return;
    if (process->verdict.status == RACTOR_OK) {
        process->verdict.status = status;
        (void)snprintf(process->verdict.text, sizeof process->verdict.text, "%s", text);
    }
    process->kill_at_ns = 0;
    rt_process_wake(process);
}

void rt_process_let_go(struct rt_process *process)
{
    if (process->is_over || process->is_closing)
        return;
    process->is_closing = true;
    if (process->verdict.status == RACTOR_OK)
        process->kill_at_ns = rt_deadline_ns(&process->domain->clock, CLOSING_MS);
    rt_process_wake(process);
}

/* ------------------------------------------------------------------ saying */

static void put(uint8_t *at, const struct rt_frame *frame, const struct rt_payload *payload)
{
    memcpy(at, frame, sizeof *frame);
    at += sizeof *frame;
    if (payload->text.length != 0)
        memcpy(at, payload->text.data, payload->text.length);
    at += payload->text.length;
    if (payload->codec != NULL)
        (void)payload->codec->write(payload->value, at);
    else if (payload->value_bytes != 0)
        memcpy(at, payload->flat, payload->value_bytes);
}

ractor_status rt_process_say(struct rt_process *process, struct rt_frame *frame,
                             const struct rt_payload *payload)
{
    size_t length = payload->text.length + payload->value_bytes;
    uint8_t *at;
    if (length > RT_DOMAIN_PAYLOAD_LIMIT)
        return RACTOR_ELIMIT;
    frame->length = (uint32_t)length;
    ractor_status status = rt_outlet_reserve(&process->outlet, sizeof *frame + length, &at);
    if (status != RACTOR_OK)
        return status;
    put(at, frame, payload);
    rt_outlet_commit(&process->outlet, sizeof *frame + length);
    if (rt_outlet_flush(&process->outlet, process->child.socket) == RACTOR_EAGAIN)
        rt_process_wake(process); /* the keeper does the rest */
    return RACTOR_OK;
}

/* SPDX-License-Identifier: MIT */
/* The factory's functions for others. */
#include "actor/call.h"
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/factory/messages.h"
#include "actor/life.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/worker.h"
#include "base/clock.h"

#include <ractor/call.h>
#include <ractor/factory.h>

/* ------------------------------------------------------------------ a job on its way */

/* The message was thrown away, with the job in it. */
static ractor_status on_lost(const struct rt_return_address *from, ractor_status why)
{
    rt_job_free(from->link, why);
    return RACTOR_OK;
}

static ractor_status on_reply(const struct rt_return_address *from, const ractor_codec *codec,
                              const void *value)
{
    (void)codec;
    (void)value;
    return on_lost(from, RACTOR_EPORT);
}

static const struct rt_return_ops lost_ops = {.reply = on_reply, .fail = on_lost};

/* A worker would not take a job of another enum than its own. */
static ractor_status check_factory(ractor_ref factory, const ractor_message_type *type)
{
    ractor_status status = rt_check_target(factory, &rt_factory_type);
    if (status != RACTOR_OK)
        return status;
    const ractor_message_type *jobs = rt_cell_jobs(factory.cell);
    return jobs != NULL && jobs != type ? RACTOR_ETYPE : RACTOR_OK;
}

ractor_status rt_factory_send_job(ractor_ref factory, struct rt_job *job)
{
    struct rt_factory_dispatch args = {job};
    struct ractor_message *message = NULL;
    ractor_status status = check_factory(factory, job->type);
    if (status == RACTOR_OK)
        status = rt_message_copy(rt_pool_here(), rt_factory_type.variants[RT_FACTORY_DISPATCH].args,
                                 &args, &message);
    if (status != RACTOR_OK)
        return status;
    struct ractor_call_slot *slot;
    status = rt_slot_take(factory.cell->runtime, RT_SLOT_RETURN, &slot);
    if (status != RACTOR_OK) {
        rt_message_release(rt_pool_here(), message);
        return status;
    }
    slot->as.from = (struct rt_return_address){.ops = &lost_ops, .link = job};
    message->tag = RT_FACTORY_DISPATCH;
    message->port = rt_slot_port(slot);
    rt_deliver(factory, message);
    return RACTOR_OK;
}

ractor_status rt_factory_receive(ractor_ref factory, const ractor_message_type *type,
                                 struct ractor_message *message, const struct rt_inbound_job *in)
{
    struct rt_job *job = NULL;
    bool is_call = message->port.slot != NULL;
    ractor_status status = rt_job_from_message(type, message, in, factory.cell->runtime, &job);
    if (status != RACTOR_OK) {
        rt_message_settle(message, status);
        rt_message_release(rt_pool_here(), message);
    } else if ((status = rt_factory_send_job(factory, job)) != RACTOR_OK) {
        rt_job_free(job, status);
    }
    return is_call ? RACTOR_OK : status;
}

struct rt_job *rt_factory_take_job(ractor_context *ctx, const struct rt_factory_dispatch *dispatch)
{
    ractor_port port = ractor_port_take(&ctx->message->port);
    if (rt_slot_claim(port.slot, port.ticket))
        rt_slot_give(port.slot);
    return dispatch->job;
}

/* ------------------------------------------------------------------ to another node */

static bool is_elsewhere(ractor_factory factory)
{
    return factory.any.cell != NULL && rt_cell_is_remote(factory.any.cell);
}

static struct rt_outbound_job outbound_job(const ractor_job *job)
{
    struct rt_outbound_job outbound = {
        .key = job->key, .ttl_ns = job->ttl_ms * RT_NS_PER_MS, .n_retries = job->n_retries};
    return outbound;
}

static ractor_status cast_elsewhere(ractor_factory factory, const ractor_job *job)
{
    ractor_status status = rt_job_check(job, false);
    struct rt_outbound_job about = outbound_job(job);
    if (status != RACTOR_OK)
        return status;
    return rt_send_elsewhere(
        factory.any,
        (struct rt_outbound){.type = job->type, .tag = job->tag, .args = job->args, .job = &about});
}

static ractor_status call_elsewhere(ractor_factory factory, const ractor_job *job,
                                    uint32_t timeout_ms, void *reply, ractor_message **owner)
{
    ractor_status status = rt_job_check(job, true);
    struct rt_outbound_job about = outbound_job(job);
    struct rt_outbound outbound = {
        .type = job->type, .tag = job->tag, .args = job->args, .job = &about};
    if (status != RACTOR_OK)
        return status;
    return rt_call(factory.any, &outbound, timeout_ms, reply, owner);
}

/* ------------------------------------------------------------------ casts */

ractor_status ractor_factory_cast(ractor_factory factory, const ractor_job *job)
{
    struct rt_job *made = NULL;
    if (factory.any.cell == NULL)
        return RACTOR_ENOENT;
    if (is_elsewhere(factory))
        return cast_elsewhere(factory, job);
    ractor_status status = rt_job_new(job, false, factory.any.cell->runtime, &made);
    if (status != RACTOR_OK)
        return status;
    status = rt_factory_send_job(factory.any, made);
    if (status != RACTOR_OK)
        rt_job_free(made, status);
    return status;
}

/* ------------------------------------------------------------------ calls */

static ractor_status check_waiter(ractor_factory factory)
{
    if (factory.any.cell == NULL)
        return RACTOR_ENOENT;
    return rt_context_is_within(factory.any) ? RACTOR_EINVAL : RACTOR_OK;
}

static ractor_status check_call(ractor_factory factory, const ractor_job *job, const void *reply,
                                ractor_message *const *owner)
{
    if (job->n_retries != 0 || reply == NULL)
        return RACTOR_EINVAL;
    ractor_status status = check_waiter(factory);
    if (status == RACTOR_OK)
        status = rt_check_variant(job->type, job->tag, job->args, true);
    if (status != RACTOR_OK)
        return status;
    return owner == NULL && job->type->variants[job->tag].reply->copy != NULL ? RACTOR_EINVAL
                                                                              : RACTOR_OK;
}

static ractor_status take_slot(ractor_factory factory, struct ractor_call_slot **slot)
{
    return rt_slot_take(rt_context_waiting_runtime(factory.any.cell->runtime), RT_SLOT_WAIT, slot);
}

static ractor_status wait_for_reply(struct ractor_call_slot *slot, uint32_t timeout_ms,
                                    ractor_message **owner)
{
    ractor_status status = rt_slot_wait(slot, rt_deadline_ns(&slot->runtime->clock, timeout_ms));
    if (status == RACTOR_OK && owner != NULL)
        *owner = slot->as.wait.owner;
    rt_slot_give(slot);
    return status;
}

/* Sends the job, takes it, and waits in the slot, whose port is in the job. Spends the slot. */
static ractor_status send_and_wait(ractor_factory factory, struct rt_job *job, ractor_port *port,
                                   uint32_t timeout_ms, ractor_message **owner)
{
    ractor_port sent = *port;
    ractor_status status = rt_factory_send_job(factory.any, job);
    if (status == RACTOR_OK)
        return wait_for_reply(sent.slot, timeout_ms, owner);
    *port = (ractor_port){NULL, 0};
    rt_job_free(job, status);
    rt_slot_abandon(sent.slot);
    return status;
}

ractor_status ractor_factory_submit(ractor_factory factory, const ractor_job *job,
                                    uint32_t timeout_ms)
{
    struct rt_job *made = NULL;
    if (is_elsewhere(factory))
        return RACTOR_ENOTSUP;
    ractor_status status = check_waiter(factory);
    if (status == RACTOR_OK)
        status = rt_job_new(job, false, factory.any.cell->runtime, &made);
    if (status != RACTOR_OK)
        return status;
    struct ractor_call_slot *slot;
    status = take_slot(factory, &slot);
    if (status != RACTOR_OK) {
        rt_job_free(made, status);
        return status;
    }
    rt_job_await(made, slot);
    timeout_ms = rt_resolve_timeout(&job->type->variants[job->tag], timeout_ms);
    return send_and_wait(factory, made, &made->accepted, timeout_ms, NULL);
}

ractor_status ractor_factory_call(ractor_factory factory, const ractor_job *job,
                                  uint32_t timeout_ms, void *reply, ractor_message **owner)
{
    struct rt_job *made = NULL;
    ractor_status status = check_call(factory, job, reply, owner);
    if (status == RACTOR_OK && is_elsewhere(factory))
        return call_elsewhere(factory, job, timeout_ms, reply, owner);
    if (status == RACTOR_OK)
        status = rt_job_new(job, true, factory.any.cell->runtime, &made);
    if (status != RACTOR_OK)
        return status;
    struct ractor_call_slot *slot;
    status = take_slot(factory, &slot);
    if (status != RACTOR_OK) {
        rt_job_free(made, status);
        return status;
    }
    slot->codec = job->type->variants[job->tag].reply;
    slot->as.wait.reply = reply;
    made->message->port = rt_slot_port(slot);
    timeout_ms = rt_resolve_timeout(&job->type->variants[job->tag], timeout_ms);
    return send_and_wait(factory, made, &made->message->port, timeout_ms, owner);
}

/* ------------------------------------------------------------------ questions and orders */

static ractor_status query(ractor_factory factory, enum rt_factory_query what, uint32_t timeout_ms,
                           uint64_t *value)
{
    return ractor_call(factory.any, &rt_factory_type, RT_FACTORY_QUERY, &what, timeout_ms, value,
                       NULL);
}

ractor_status ractor_factory_queue_depth(ractor_factory factory, uint32_t timeout_ms,
                                         uint64_t *n_jobs)
{
    return query(factory, RT_FACTORY_DEPTH, timeout_ms, n_jobs);
}

ractor_status ractor_factory_capacity(ractor_factory factory, uint32_t timeout_ms, uint64_t *n_jobs)
{
    return query(factory, RT_FACTORY_CAPACITY, timeout_ms, n_jobs);
}

ractor_status ractor_factory_active_workers(ractor_factory factory, uint32_t timeout_ms,
                                            uint64_t *n_workers)
{
    return query(factory, RT_FACTORY_ACTIVE, timeout_ms, n_workers);
}

ractor_status ractor_factory_resize(ractor_factory factory, uint32_t n_workers)
{
    return ractor_send(factory.any, &rt_factory_type, RT_FACTORY_RESIZE, &n_workers);
}

ractor_status ractor_factory_drain(ractor_factory factory)
{
    return ractor_send(factory.any, &rt_factory_type, RT_FACTORY_DRAIN, NULL);
}

ractor_status ractor_factory_update(ractor_factory factory, const ractor_factory_settings *settings)
{
    if (settings->discard.mode > RACTOR_DISCARD_NEWEST)
        return RACTOR_EINVAL;
    return ractor_send(factory.any, &rt_factory_type, RT_FACTORY_UPDATE, settings);
}

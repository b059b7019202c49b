/* SPDX-License-Identifier: MIT */
#include "actor/factory/job.h"

#include "actor/annex.h"
#include "actor/call.h"
#include "actor/cell.h"
#include "actor/context.h"
#include "actor/factory/messages.h"
#include "actor/life.h"
#include "actor/message.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/span.h"
#include "actor/worker.h"
#include "base/alloc.h"
#include "base/clock.h"

#include <ractor/call.h>

#include <string.h>

/* ------------------------------------------------------------------ markers */

/* A marker's message: an answer to a question that nobody asked, with its data behind it. */
struct marker_payload {
    struct rt_answer answer; /* first: what a turn expects of such a message */
    struct rt_job_marker content;
};

/* In the worker's turn, after the job before it. Without memory the worker fails, and is replaced.
 */
static ractor_status report(ractor_context *ctx, void *state, ractor_status status,
                            const void *reply, void *user)
{
    const struct rt_job_marker *marker = user;
    struct rt_factory_report args = {ractor_self(ctx), marker->worker, marker->is_ping,
                                     marker->sent_ns};
    (void)state;
    (void)reply;
    (void)status;
    status = ractor_send(marker->factory, &rt_factory_type, RT_FACTORY_REPORT, &args);
    return status == RACTOR_ENOMEM ? status : RACTOR_OK;
}

static struct ractor_message *marker_new(void)
{
    struct ractor_message *message = rt_message_new(rt_pool_here(), sizeof(struct marker_payload));
    if (message == NULL)
        return NULL;
    struct marker_payload *payload = (void *)message->payload;
    memset(payload, 0, sizeof *payload);
    message->kind = RT_MESSAGE_ANSWER;
    payload->answer.on_reply = report;
    payload->answer.user = &payload->content;
    return message;
}

static void marker_send(struct ractor_message *message, ractor_ref worker,
                        const struct rt_job_marker *content)
{
    struct marker_payload *payload = (void *)message->payload;
    payload->content = *content;
    payload->answer.asker = worker;
    rt_deliver(worker, message);
}

/* ------------------------------------------------------------------ jobs */

/* `trace`: NULL for none. */
static ractor_status copy_content(const struct rt_job *job, const void *args,
                                  const ractor_trace_context *trace,
                                  struct ractor_message **message)
{
    const ractor_codec *codec = job->type->variants[job->tag].args;
    ractor_status status =
        rt_message_copy_annexed(rt_pool_here(), codec, args, rt_span_annex_bytes(trace), message);
    if (status != RACTOR_OK)
        return status;
    (*message)->tag = job->tag;
    if (trace != NULL)
        rt_span_put(*message, trace);
    return RACTOR_OK;
}

/* Without its messages. NULL: no memory. */
static struct rt_job *job_about(ractor_bytes key, const ractor_message_type *type, uint32_t tag,
                                uint32_t n_retries)
{
    struct rt_job *made = rt_calloc(1, sizeof *made + key.length);
    if (made == NULL)
        return NULL;
    made->type = type;
    made->tag = tag;
    made->n_retries = n_retries;
    made->key_bytes = key.length;
    if (key.length != 0)
        memcpy(made->key, key.data, key.length);
    return made;
}

ractor_status rt_job_check(const ractor_job *source, bool is_call)
{
    ractor_status status = rt_check_variant(source->type, source->tag, source->args, is_call);
    if (status != RACTOR_OK || (source->key.data == NULL && source->key.length != 0))
        return RACTOR_EINVAL;
    return source->key.length > SIZE_MAX / 2 ? RACTOR_ELIMIT : RACTOR_OK;
}

ractor_status rt_job_new(const ractor_job *source, bool is_call, ractor_runtime *runtime,
                         struct rt_job **job)
{
    ractor_trace_context next;
    const struct rt_clock *clock = &runtime->clock;

    ractor_status status = rt_job_check(source, is_call);
    if (status != RACTOR_OK)
        return status;
    struct rt_job *made = job_about(source->key, source->type, source->tag, source->n_retries);
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->times.submitted_ns = rt_now_ns(clock);
    made->times.expires_ns = source->ttl_ms != 0 ? rt_deadline_ns(clock, source->ttl_ms) : RT_NEVER;
    bool is_traced = rt_thread.has_traces && rt_span_next(runtime, &next);
    status = copy_content(made, source->args, is_traced ? &next : NULL, &made->message);
    if (status == RACTOR_OK) {
        made->marker = marker_new();
        status = made->marker != NULL ? RACTOR_OK : RACTOR_ENOMEM;
    }
    if (status != RACTOR_OK) {
        rt_job_free(made, status);
        return status;
    }
    *job = made;
    return RACTOR_OK;
}

/* `later` after `ns`, which may be past the end of time. */
static uint64_t add_ns(uint64_t ns, uint64_t later)
{
    return later < RT_NEVER - 1 - ns ? ns + later : RT_NEVER - 1;
}

static uint64_t subtract_ns(uint64_t ns, uint64_t earlier)
{
    return earlier < ns ? ns - earlier : 0;
}

/* Of a job of this age, by this node's own clock. */
static ractor_job_times times_of(const struct rt_inbound_job *in, uint64_t now_ns)
{
    ractor_job_times times = {.submitted_ns = subtract_ns(now_ns, in->age_ns),
                              .expires_ns = RT_NEVER};
    if (in->ttl_ns == 0)
        return times;
    times.expires_ns = in->ttl_ns >= in->age_ns ? add_ns(now_ns, in->ttl_ns - in->age_ns)
                                                : subtract_ns(now_ns, in->age_ns - in->ttl_ns);
    return times;
}

ractor_status rt_job_from_message(const ractor_message_type *type, struct ractor_message *message,
                                  const struct rt_inbound_job *in, ractor_runtime *runtime,
                                  struct rt_job **job)
{
    bool is_call = message->port.slot != NULL;
    struct rt_job *made = job_about(in->key, type, message->tag, is_call ? 0 : in->n_retries);
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->marker = marker_new();
    if (made->marker == NULL) {
        rt_free(made);
        return RACTOR_ENOMEM;
    }
    made->message = message;
    made->times = times_of(in, rt_now_ns(&runtime->clock));
    *job = made;
    return RACTOR_OK;
}

static const ractor_codec accepted_codec = {.size = 0, .align = 1};

void rt_job_accept(struct rt_job *job)
{
    static const char nothing;
    if (job->accepted.slot != NULL)
        (void)ractor_port_reply(&job->accepted, &accepted_codec, &nothing);
}

void rt_job_await(struct rt_job *job, struct ractor_call_slot *slot)
{
    slot->codec = &accepted_codec;
    slot->as.wait.reply = slot; /* of no bytes, but somewhere */
    job->accepted = rt_slot_port(slot);
}

void rt_job_free(struct rt_job *job, ractor_status why)
{
    if (job == NULL)
        return;
    if (job->accepted.slot != NULL)
        (void)ractor_port_fail(&job->accepted, why);
    if (job->message != NULL) {
        rt_message_settle(job->message, why);
        rt_message_release(rt_pool_here(), job->message);
    }
    if (job->marker != NULL)
        rt_message_release(rt_pool_here(), job->marker);
    rt_free(job);
}

ractor_bytes rt_job_key(const struct rt_job *job)
{
    ractor_bytes key = {job->key, job->key_bytes};
    return key;
}

bool rt_job_is_expired(const struct rt_job *job, uint64_t now_ns)
{
    return now_ns > job->times.expires_ns;
}

ractor_job rt_job_view(const struct rt_job *job)
{
    ractor_job view = {.key = rt_job_key(job),
                       .type = job->type,
                       .tag = job->tag,
                       .args = job->message != NULL ? job->message->payload : NULL,
                       .n_retries = job->n_retries};
    return view;
}

/* Fills the job again for the next try; without memory there is none. */
static void keep_copy(struct rt_job *job, struct ractor_message *message)
{
    if (copy_content(job, message->payload, rt_span_of(message), &job->message) != RACTOR_OK)
        job->message = NULL;
    job->marker = marker_new();
    if (job->message == NULL || job->marker == NULL)
        job->n_retries = 0;
}

bool rt_job_hand_over(struct rt_job *job, ractor_ref worker, const struct rt_job_marker *marker)
{
    if (rt_check_target(worker, job->type) != RACTOR_OK)
        return false;
    struct ractor_message *message = job->message;
    struct ractor_message *marker_message = job->marker;
    job->message = NULL;
    job->marker = NULL;
    job->times.begun_ns = rt_now_ns(&worker.cell->runtime->clock);
    struct rt_annex *annex = rt_message_annex(message);
    annex->is_job = true;
    annex->job = job->times;
    if (job->n_retries != 0)
        keep_copy(job, message);
    rt_deliver(worker, message);
    marker_send(marker_message, worker, marker);
    return true;
}

bool rt_job_ping(ractor_ref worker, const struct rt_job_marker *marker)
{
    struct ractor_message *message = rt_ref_is_alive(worker) ? marker_new() : NULL;
    if (message != NULL)
        marker_send(message, worker, marker);
    return message != NULL;
}

/* ------------------------------------------------------------------ what others see of it */

ractor_status ractor_job_times_get(const ractor_context *ctx, ractor_job_times *times)
{
    const struct rt_annex *annex = ctx->message != NULL ? rt_message_annex(ctx->message) : NULL;
    if (annex == NULL || !annex->is_job)
        return RACTOR_ENOENT;
    *times = annex->job;
    return RACTOR_OK;
}

ractor_status ractor_job_key_encode(const ractor_codec *codec, const void *value, uint8_t *room,
                                    size_t room_bytes, ractor_bytes *key)
{
    size_t length = 0;
    if (codec->wire_size == NULL)
        return RACTOR_ENOTSUP;
    ractor_status status = codec->wire_size(value, &length);
    if (status != RACTOR_OK)
        return status;
    if (length > room_bytes)
        return RACTOR_ELIMIT;
    (void)codec->write(value, room);
    *key = (ractor_bytes){room, length};
    return RACTOR_OK;
}

ractor_job ractor_queued_job_view(const ractor_queued_job *job)
{
    return rt_job_view(job);
}

ractor_job_times ractor_queued_job_times(const ractor_queued_job *job)
{
    return job->times;
}

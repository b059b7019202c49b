/* SPDX-License-Identifier: MIT */
#include "actor/remote.h"

#include "actor/bound.h"
#include "actor/call.h"
#include "actor/cell.h"
#include "actor/deadletter.h"
#include "actor/event.h"
#include "actor/factory/messages.h"
#include "actor/life.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/slot.h"
#include "actor/span.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/starts.h"

#include <ractor/registry.h>

#include <string.h>

bool ractor_remote_address_of(ractor_ref ref, struct rt_remote_address *address)
{
    if (!rt_ref_is_alive(ref) || !rt_cell_is_remote(ref.cell))
        return false;
    address->ops = atomic_load_explicit(&ref.cell->remote_ops, memory_order_relaxed);
    address->link = atomic_load_explicit(&ref.cell->remote_link, memory_order_relaxed);
    address->incarnation =
        atomic_load_explicit(&ref.cell->remote_incarnation, memory_order_relaxed);
    /* acquire, with the second look at the pid: if the cell is still the actor's, what was read
     * before was the actor's. */
    address->pid = atomic_load_explicit(&ref.cell->remote_pid, memory_order_acquire);
    return rt_ref_is_alive(ref);
}

const ractor_message_type *ractor_type_of(ractor_ref ref)
{
    if (!rt_ref_is_alive(ref))
        return NULL;
    const ractor_message_type *type = rt_cell_export(ref.cell);
    return rt_ref_is_alive(ref) ? type : NULL;
}

bool ractor_is_factory(ractor_ref ref)
{
    return rt_ref_is_alive(ref) && rt_cell_jobs(ref.cell) != NULL && rt_ref_is_alive(ref);
}

bool ractor_is_remotable(ractor_ref ref)
{
    const ractor_message_type *type = ractor_type_of(ref);
    return type != NULL && (type->flags & (RACTOR_TYPE_LOCAL | RACTOR_TYPE_NO_EXPORT)) == 0;
}

bool ractor_is_remote(ractor_ref actor)
{
    return rt_ref_is_alive(actor) && rt_cell_is_remote(actor.cell);
}

const struct rt_log *ractor_runtime_log(const ractor_runtime *runtime)
{
    return &runtime->log;
}

/* The actor and variant that a message from another node is for. */
struct target {
    ractor_ref actor;
    bool is_factory;
    const ractor_message_type *type; /* of a factory its workers' */
    uint32_t tag;
};

static ractor_status find_target(ractor_runtime *runtime, const struct rt_inbound *in, bool is_call,
                                 struct target *to)
{
    if (ractor_find_pid(runtime, in->pid, &to->actor) != RACTOR_OK)
        return RACTOR_ENOENT;
    to->type = ractor_type_of(to->actor); /* NULL of a remote actor */
    if (to->type == NULL)
        return RACTOR_ENOENT;
    if ((to->type->flags & (RACTOR_TYPE_LOCAL | RACTOR_TYPE_NO_EXPORT)) != 0)
        return (to->type->flags & RACTOR_TYPE_NO_EXPORT) != 0 ? RACTOR_EDENIED : RACTOR_ENOENT;
    to->is_factory = rt_cell_jobs(to->actor.cell) != NULL;
    ractor_status status = rt_check_target(to->actor, to->is_factory ? &rt_factory_type : to->type);
    if (status != RACTOR_OK)
        return status;
    to->tag = to->type->find(in->variant.data, in->variant.length);
    if (to->tag >= to->type->n_variants)
        return RACTOR_EDECODE;
    const ractor_variant *variant = &to->type->variants[to->tag];
    if ((variant->flags & RACTOR_VARIANT_NO_EXPORT) != 0)
        return RACTOR_EDENIED;
    bool is_rpc = (variant->flags & RACTOR_VARIANT_RPC) != 0;
    bool is_whole = !to->is_factory || in->job != NULL;
    return is_rpc == is_call && is_whole ? RACTOR_OK : RACTOR_EDECODE;
}

/* Nobody here has sent it, so nobody would hear of an error. */
static void note_dead_cast(ractor_runtime *runtime, uint64_t pid, ractor_string variant,
                           ractor_status why)
{
    ractor_dead_letter letter = {
        .to = {NULL, pid}, .reason = rt_dead_reason_from(why), .variant = variant};
    rt_note_dead(runtime, &letter);
}

/* Takes the message. Those who carry messages cannot wait for room; a call that finds none is told
 * so through its port, which may be known elsewhere by now. */
static ractor_status put_in(ractor_ref to, struct ractor_message *message)
{
    if (rt_cell_kind_of(to.cell) != RT_CELL_BOUNDED) {
        rt_deliver(to, message);
        return RACTOR_OK;
    }
    const ractor_message_type *type = atomic_load_explicit(&to.cell->type, memory_order_relaxed);
    ractor_status status = rt_bound_deliver(to, type, message, RT_NO_WAIT);
    if (status == RACTOR_OK)
        return RACTOR_OK;
    bool is_call = message->port.slot != NULL;
    rt_message_settle(message, status == RACTOR_EAGAIN ? RACTOR_EOVERLOAD : status);
    rt_message_release(rt_pool_here(), message);
    return is_call ? RACTOR_OK : status;
}

/* A job's message has an annex even without a trace. */
static ractor_status decode(const struct rt_inbound *in, const struct target *to,
                            struct ractor_message **message)
{
    const ractor_codec *args = to->type->variants[to->tag].args;
    ractor_bytes starts = in->starts;
    ractor_status status;
    rt_starts_hand_out(&starts);
    if (in->trace == NULL && !to->is_factory)
        status = rt_message_decode(rt_pool_here(), args, in->args, message);
    else
        status = rt_message_decode_annexed(rt_pool_here(), args, in->args,
                                           rt_span_annex_bytes(in->trace), message);
    rt_starts_hand_out(NULL);
    if (status == RACTOR_OK && in->trace != NULL)
        rt_span_put(*message, in->trace);
    return status;
}

static ractor_status deliver(ractor_runtime *runtime, const struct rt_inbound *in, bool is_call,
                             ractor_port port)
{
    struct target to;
    struct ractor_message *message = NULL;
    ractor_status status = find_target(runtime, in, is_call, &to);
    if (status != RACTOR_OK)
        return status;
    if (is_call)
        port.slot->as.from.reply = to.type->variants[to.tag].reply;
    status = decode(in, &to, &message);
    if (status != RACTOR_OK)
        return status;
    message->tag = to.tag;
    message->port = port;
    if (is_call && port.slot->as.from.ops->open != NULL)
        port.slot->as.from.ops->open(
            &port.slot->as.from, port,
            atomic_load_explicit(&port.slot->deadline_ns, memory_order_relaxed));
    if (to.is_factory)
        return rt_factory_receive(to.actor, to.type, message, in->job);
    return put_in(to.actor, message);
}

ractor_status ractor_measure_outbound(const ractor_codec *codec, const void *value, size_t *length,
                                      struct rt_starts *starts)
{
    if (codec->wire_size == NULL)
        return RACTOR_ENOTSUP;
    rt_starts_collect(starts);
    ractor_status status = codec->wire_size(value, length);
    rt_starts_collect(NULL);
    return status == RACTOR_OK && starts->has_failed ? RACTOR_ENOMEM : status;
}

ractor_status ractor_inbound_cast_traced(ractor_runtime *runtime, const struct rt_inbound *in)
{
    ractor_port no_port = {NULL, 0};
    ractor_status status = deliver(runtime, in, false, no_port);
    if (status != RACTOR_OK)
        note_dead_cast(runtime, in->pid, in->variant, status);
    return status;
}

ractor_status ractor_inbound_cast(ractor_runtime *runtime, uint64_t pid, ractor_string variant,
                                  ractor_bytes args)
{
    struct rt_inbound in = {.pid = pid, .variant = variant, .args = args};
    return ractor_inbound_cast_traced(runtime, &in);
}

ractor_status ractor_inbound_call_traced(ractor_runtime *runtime, const struct rt_inbound *in,
                                         uint32_t timeout_ms, struct rt_return_address *from)
{
    struct ractor_call_slot *slot;
    ractor_status status = rt_slot_take(runtime, RT_SLOT_RETURN, &slot);
    if (status != RACTOR_OK)
        return status;
    slot->as.from = *from;
    atomic_store_explicit(&slot->deadline_ns, rt_deadline_ns(&runtime->clock, timeout_ms),
                          memory_order_relaxed);
    ractor_port port = rt_slot_port(slot);
    status = deliver(runtime, in, true, port);
    if (status != RACTOR_OK) {
        from->reply = slot->as.from.reply;
        (void)rt_slot_claim(slot, port.ticket);
        rt_slot_give(slot);
    }
    return status;
}

ractor_status ractor_inbound_call(ractor_runtime *runtime, uint64_t pid, ractor_string variant,
                                  ractor_bytes args, uint32_t timeout_ms,
                                  struct rt_return_address *from)
{
    struct rt_inbound in = {.pid = pid, .variant = variant, .args = args};
    return ractor_inbound_call_traced(runtime, &in, timeout_ms, from);
}

ractor_status ractor_tell_name_lost(ractor_ref loser, const char *name, ractor_ref winner)
{
    size_t length = strlen(name);
    struct rt_event *event = rt_event_new(RACTOR_EVENT_NAME_LOST, loser, length);
    if (event == NULL)
        return RACTOR_ENOMEM;
    memcpy(event->data, name, length);
    event->content.actor = winner;
    event->content.name = (ractor_string){(const char *)event->data, length};
    rt_event_send(event);
    return RACTOR_OK;
}

void ractor_inbound_exit(ractor_runtime *runtime, uint64_t pid, enum rt_exit how,
                         const char *reason)
{
    ractor_ref actor;
    if (ractor_find_pid(runtime, pid, &actor) != RACTOR_OK || !ractor_is_remotable(actor))
        return;
    switch (how) {
    case RT_EXIT_STOP:
        ractor_stop(actor, reason);
        break;
    case RT_EXIT_KILL:
        ractor_kill(actor);
        break;
    case RT_EXIT_DRAIN:
        ractor_drain(actor);
        break;
    }
}

void ractor_remote_end(ractor_ref ref, const struct rt_remote_ending *how)
{
    uint32_t running = RACTOR_ACTOR_RUNNING;
    if (!ractor_is_remote(ref) ||
        !atomic_compare_exchange_strong_explicit(&ref.cell->status, &running, RACTOR_ACTOR_STOPPING,
                                                 memory_order_acq_rel, memory_order_relaxed))
        return;
    rt_actor_leave_world(ref.cell);
    struct rt_ending ending = {
        .kind = how->kind, .status = how->status, .reason = rt_strdup(how->reason)};
    rt_actor_finish(ref.cell, &ending);
    rt_free(ending.reason);
}

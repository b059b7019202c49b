/* SPDX-License-Identifier: MIT */
/* What of sending and answering other parts of the actor layer use. */
#ifndef RACTOR_ACTOR_CALL_H
#define RACTOR_ACTOR_CALL_H

#include "actor/remote.h"

#include <ractor/call.h>
#include <ractor/ref.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ractor_message;
struct rt_route;

/* Puts a message into a mailbox and schedules the actor. Takes the message. If the actor has ended,
 * the message becomes a dead letter. */
void rt_deliver(ractor_ref to, struct ractor_message *message);

/* Whether the actor takes such a message, as far as a sender can know. */
ractor_status rt_check_target(ractor_ref to, const ractor_message_type *type);

/* Whether tag and args fit the type; `is_call` for an rpc. */
ractor_status rt_check_variant(const ractor_message_type *type, uint32_t tag, const void *args,
                               bool is_call);

/* A variant of a part of the actor's enum becomes the actor's own; others stay what they are. After
 * rt_check_variant(). */
void rt_find_whole(ractor_ref to, const ractor_message_type **type, uint32_t *tag);

static inline void rt_as_whole(ractor_ref to, const ractor_message_type **type, uint32_t *tag)
{
    if (__builtin_expect((*type)->whole != NULL, 0))
        rt_find_whole(to, type, tag);
}

/* Sends to an actor whose mailbox is bounded, or which is on another node. After
 * rt_check_variant(). */
ractor_status rt_send_elsewhere(ractor_ref to, struct rt_outbound outbound);

/* ractor_call() of an actor that there is, or was, from elsewhere than its own turn. After
 * rt_check_variant(). */
ractor_status rt_call(ractor_ref to, const struct rt_outbound *outbound, uint32_t timeout_ms,
                      void *reply, ractor_message **owner);

/* How the call will travel. RACTOR_ENOENT: the remote actor has ended. */
ractor_status rt_prepare_route(ractor_ref to, struct rt_route *route);

/* Sends a call whose outcome goes to `port`. On an error the port is untouched. */
ractor_status rt_send_call(ractor_ref to, const struct rt_outbound *outbound, uint32_t timeout_ms,
                           ractor_port port, const struct rt_route *route);

/* Nobody waits for the call any more: its carrier need not keep it. */
void rt_forget_call(const struct rt_route *route);

/* RACTOR_TIMEOUT_DEFAULT becomes what the schema says, or the default. */
uint32_t rt_resolve_timeout(const ractor_variant *variant, uint32_t timeout_ms);

#endif

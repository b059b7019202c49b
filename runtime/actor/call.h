/* SPDX-License-Identifier: MIT */
/* What of sending and answering other parts of the actor layer use. */
#ifndef RACTOR_ACTOR_CALL_H
#define RACTOR_ACTOR_CALL_H

#include <ractor/call.h>
#include <ractor/ref.h>

struct ractor_call_slot;
struct ractor_message;

/* Puts a message into a mailbox and schedules the actor. Takes the message. If the actor has ended,
 * the message becomes a dead letter. */
void rt_deliver(ractor_ref to, struct ractor_message *message);

/* Whether the actor takes such a message, as far as a sender can know. */
ractor_status rt_check_target(ractor_ref to, const ractor_message_type *type);

/* Whether tag and args fit the type; `is_call` for an rpc. */
ractor_status rt_check_variant(const ractor_message_type *type, uint32_t tag, const void *args,
                               bool is_call);

#endif

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

/* The deadline's owner has claimed the slot. */
void rt_end_with_timeout(struct ractor_call_slot *slot);

#endif

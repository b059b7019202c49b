/* SPDX-License-Identifier: MIT */
/* How a question ends. */
#ifndef RACTOR_ACTOR_ASK_H
#define RACTOR_ACTOR_ASK_H

#include <ractor/message.h>
#include <ractor/status.h>

struct ractor_call_slot;

/* The caller has claimed an RT_SLOT_ASK. Takes the reply, NULL when there is none; the slot is free
 * when it returns. */
void rt_ask_end(struct ractor_call_slot *slot, ractor_status status, ractor_message *reply);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Calls that wait for each other. A runtime that checks its calls remembers for each actor in a
 * call the slot that it waits in, and for the slot whom it calls:
 *
 *      caller's cell --calling--> slot --callee--> cell --calling--> slot ... --callee--> caller ?
 *
 * A caller writes its edge first, then follows the others. If several close a cycle at once, the
 * one that writes last sees all of it: so none is missed, and more than one may be refused.
 */
#ifndef RACTOR_ACTOR_CYCLE_H
#define RACTOR_ACTOR_CYCLE_H

#include <ractor/ref.h>
#include <ractor/status.h>

struct ractor_call_slot;

/* The hooks that the caller is in are about to wait for `to`, in `slot`. RACTOR_EDEADLOCK: `to`
 * waits for one of them; nothing is remembered then. On RACTOR_OK rt_cycle_leave must follow before
 * the slot is given back. Does nothing in a runtime that does not check. */
ractor_status rt_cycle_enter(struct ractor_call_slot *slot, ractor_ref to);
void rt_cycle_leave(const struct ractor_call_slot *slot);

#endif

/* SPDX-License-Identifier: MIT */
/* An actor's life on a worker: its turns and its end. */
#ifndef RACTOR_ACTOR_LIFE_H
#define RACTOR_ACTOR_LIFE_H

#include "actor/tree.h"

#include <ractor/actor.h>
#include <ractor/ref.h>

struct ractor_cell;
struct ractor_message;
struct rt_tally;
struct rt_worker;

/* Runs an actor until it has nothing to do, has used up its turn, or has ended. The caller owns the
 * cell, and does not any more when this returns. `worker` is the caller's, with its tally; NULL: a
 * pinned actor's own thread. */
void rt_actor_turn(struct rt_worker *worker, struct rt_tally *tally, struct ractor_cell *cell);

/* What of `post_stop` on has to happen, `ending` saying how it came to it: the actor leaves the
 * world, everybody is told, the cell is free. The caller owns the cell. */
void rt_actor_finish(struct ractor_cell *cell, struct rt_ending *ending);

/* What an actor of this class is called in logs. NULL: "actor". Async-signal-safe. */
const char *rt_class_name(const ractor_actor_class *class);

/* Leaves the registry and the groups: nobody finds the actor any more. */
void rt_actor_leave_world(struct ractor_cell *cell);

/* Ends what a message owes when it has been handled (or never will be): an unanswered port fails
 * with `why`, an answer's reply is freed. The message's own memory stays. */
void rt_message_settle(struct ractor_message *message, ractor_status why);

#endif

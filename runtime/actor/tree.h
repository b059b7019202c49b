/* SPDX-License-Identifier: MIT */
/*
 * Who supervises, monitors and awaits whom. A cell's part in it is guarded by one of 64 stripe
 * locks, chosen by the cell; two at a time are taken in the order of their index, so there is no
 * circle. Nothing is called, sent or freed under a stripe lock, except that events are linked in.
 */
#ifndef RACTOR_ACTOR_TREE_H
#define RACTOR_ACTOR_TREE_H

#include <ractor/ref.h>
#include <ractor/status.h>
#include <ractor/supervision.h>

#include <pthread.h>
#include <stdbool.h>

struct ractor_call_slot;
struct ractor_cell;

#define RT_TREE_STRIPES 64

struct rt_tree {
    struct rt_tree_stripe {
        _Alignas(64) pthread_mutex_t lock;
    } stripes[RT_TREE_STRIPES];
};

bool rt_tree_init(struct rt_tree *tree);
void rt_tree_fini(struct rt_tree *tree);

void rt_tree_lock(struct ractor_cell *cell);
void rt_tree_unlock(struct ractor_cell *cell);

/* How an actor ended. */
struct rt_ending {
    ractor_event_kind kind; /* RACTOR_EVENT_ACTOR_TERMINATED or _FAILED */
    ractor_status status;
    char *reason;          /* owned by the caller; NULL: none */
    const char *details;   /* likewise */
    bool hands_over_state; /* the supervisor gets the final state */
};

/* The children are killed and have no supervisor any more. */
void rt_tree_kill_children(ractor_ref parent);

/* Monitors and supervisor hear that `who` has started. */
void rt_tree_tell_started(ractor_ref who);

/* Monitors and supervisor hear of the end; the link is undone. True: the state is the supervisor's
 * now. */
bool rt_tree_tell_ended(ractor_ref who, struct rt_ending *ending);

/* Whether an ending actor has a supervisor. If not, it gets none: its status is past linking. */
bool rt_tree_is_supervised(ractor_ref who);

/* The cell has no actor from here on: its pid is 0. */
void rt_tree_close(struct ractor_cell *cell);

/* The short way out for an actor without children, supervisor, monitors, waiters and stop reason:
 * its pid is 0 then. False: it has some, and nothing was done. */
bool rt_tree_end_alone(ractor_ref who);

/* Everyone in ractor_wait for this actor, to go on by rt_tree_release_waiters once the cell is
 * given away. The cell's pid must be 0 already. */
struct ractor_call_slot *rt_tree_claim_waiters(struct ractor_cell *cell);
void rt_tree_release_waiters(struct ractor_call_slot *claimed);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A cell is an actor's place in memory: type-stable, recycled, found through the pid. What a thread
 * may do with it:
 *
 *  - any thread that has a reference may read the first group, push to the mailbox, set signals and
 *    push events; it compares the pid, and the consumer does so again for what was in flight;
 *  - the *owner*, for whom the mailbox's idle bit was cleared, may touch the second group: a worker
 *    in the actor's turn, or the spawner until it has scheduled the actor;
 *  - the third group belongs to the stripe lock of the cell (tree.h), except where it says
 * otherwise.
 *
 * A cell without an actor has pid 0. It may still be scheduled by a message that came too late; its
 * turn then throws away what it finds.
 */
#ifndef RACTOR_ACTOR_CELL_H
#define RACTOR_ACTOR_CELL_H

#include "actor/mailbox.h"
#include "actor/remote.h"
#include "base/table.h"

#include <ractor/actor.h>
#include <ractor/ref.h>

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_bound;
struct rt_event;
struct rt_membership;
struct rt_name;
struct rt_pin;
struct rt_runtime;

/* Signals, in the low byte of `signals`; the generation of the pid that they are meant for is
 * above. In order of urgency. */
#define RT_SIGNAL_KILL 0x1u
#define RT_SIGNAL_STOP 0x2u
#define RT_SIGNAL_EVENTS 0x4u
#define RT_SIGNAL_DRAIN 0x8u
#define RT_SIGNAL_REASON 0x10u /* with STOP: there is a stop_reason */
#define RT_SIGNAL_INBOX 0x20u  /* a bounded actor has messages, see bound.h */
#define RT_SIGNAL_BITS 8
#define RT_SIGNAL_MASK ((UINT64_C(1) << RT_SIGNAL_BITS) - 1)

/* Which way a message takes to an actor. */
enum rt_cell_kind {
    RT_CELL_LOCAL,   /* into the mailbox */
    RT_CELL_REMOTE,  /* to another node */
    RT_CELL_BOUNDED, /* into the bounded queue */
};

/* An actor that starts in its own turn. */
struct rt_pending {
    void *state;
    const void *args;
    alignas(16) unsigned char copy[]; /* of the arguments */
};

struct ractor_cell {
    /* any thread */
    alignas(64) struct rt_record record; /* the table's */
    struct rt_mailbox_head mailbox;
    _Atomic uint64_t pid;                      /* 0: no actor */
    _Atomic(const ractor_message_type *) type; /* what it takes; NULL: nothing */
    ractor_runtime *runtime;                   /* written at the first use only */
    _Atomic uint32_t status;                   /* enum ractor_actor_status */
    _Atomic uint8_t kind;                      /* enum rt_cell_kind; fixed while the actor lives */
    _Atomic bool is_crowded;  /* owner writes: a turn did not empty the mailbox; senders look */
    _Atomic bool is_watched;  /* it may have a supervisor or monitors; set under the stripe lock */
    _Atomic bool has_joined;  /* it may be in groups; set under the groups' lock */
    bool has_started;         /* owner: post_start is over */
    bool is_pending;          /* owner: pre_start has not run; `state` is a struct rt_pending */
    bool is_pinned;           /* owner: it has a thread of its own, `pin` */
    bool is_anchor_out;       /* owner: the anchor is neither queued nor the last read node */
    _Atomic uint32_t calling; /* where a checked call waits: index of its slot, from 1; 0: none */

    /* owner, but for the atomics */
    alignas(64) struct rt_mailbox_tail tail;
    _Atomic uint64_t signals;          /* any thread */
    _Atomic(struct rt_event *) events; /* any thread: newest first */
    struct rt_event *backlog;          /* oldest first */
    const ractor_actor_class *class;
    void *state;
    union {
        _Atomic uint64_t waiting;       /* id of the slot that a hook waits in; 0: none */
        _Atomic uint64_t next_call_tag; /* remote actors: tags handed out */
    };

    /* stripe lock */
    alignas(64) ractor_ref supervisor;
    struct rt_event *exit_event; /* made with the link, so that the end can always be told */
    struct ractor_cell *children;
    struct ractor_cell *next_sibling;  /* stripe lock of the supervisor */
    struct ractor_cell **back_sibling; /* stripe lock of the supervisor */
    struct rt_event *monitors;         /* made with the monitor, addressed to the watcher */
    struct ractor_call_slot *waiters;  /* of ractor_wait */

    alignas(64) char *stop_reason;
    struct rt_name *name;              /* the registry's lock */
    struct rt_membership *groups;      /* the process groups' lock */
    struct ractor_cell *next_injected; /* the scheduler's: link of the shared queue */
    union {
        _Atomic(const struct rt_remote_ops *) remote_ops; /* remote actors: where they are */
        _Atomic uint64_t
            waiting_within; /* local ones: the call that `waiting` is part of; 0: none */
    };
    union {
        _Atomic(void *) remote_link;
        _Atomic(struct rt_bound *) bound; /* bounded actors */
    };
    union {
        _Atomic uint64_t remote_incarnation;
        _Atomic(struct rt_pin *) pin; /* pinned actors */
    };
    union {
        _Atomic uint64_t remote_pid;
        _Atomic(const ractor_message_type *) jobs; /* factories: the workers' enum; else NULL */
    };
};

_Static_assert(sizeof(struct ractor_cell) == 256, "four cache lines");

/* Whether the reference's actor lives, at this moment. acquire: what was written before the pid was
 * published is visible. */
static inline bool rt_ref_is_alive(ractor_ref ref)
{
    return ref.cell != NULL && ref.pid != 0 &&
           atomic_load_explicit(&ref.cell->pid, memory_order_acquire) == ref.pid;
}

/* relaxed: for a reference that is known to live, by this thread or by who gave it the reference.
 */
static inline enum rt_cell_kind rt_cell_kind_of(const struct ractor_cell *cell)
{
    return (enum rt_cell_kind)atomic_load_explicit(&cell->kind, memory_order_relaxed);
}

static inline bool rt_cell_is_remote(const struct ractor_cell *cell)
{
    return rt_cell_kind_of(cell) == RT_CELL_REMOTE;
}

static inline uint64_t rt_signal_generation(uint64_t pid)
{
    return (pid >> RT_ID_INDEX_BITS) << RT_SIGNAL_BITS;
}

/* The workers' enum of a factory; NULL: the cell's actor is none. For its owner, or for who looks
 * at the pid afterwards, before it looks into the enum. */
static inline const ractor_message_type *rt_cell_jobs(const struct ractor_cell *cell)
{
    /* acquire, both: pair with the releases by which the cell's next actor says what it is, since
     * when the pid was another one. */
    if (atomic_load_explicit(&cell->kind, memory_order_acquire) == RT_CELL_REMOTE)
        return NULL;
    return atomic_load_explicit(&cell->jobs, memory_order_acquire);
}

/* The enum of what other nodes may send to the cell's local actor. As above. */
static inline const ractor_message_type *rt_cell_export(const struct ractor_cell *cell)
{
    const ractor_message_type *jobs = rt_cell_jobs(cell);
    /* relaxed: static data. */
    return jobs != NULL ? jobs : atomic_load_explicit(&cell->type, memory_order_relaxed);
}

/* Whether the cell's actor was killed; for its owner, for whom the generation is the right one. */
static inline bool rt_cell_is_killed(const struct ractor_cell *cell)
{
    return (atomic_load_explicit(&cell->signals, memory_order_relaxed) & RT_SIGNAL_KILL) != 0;
}

/* Sets signals for exactly this actor. False: it has ended. Does not wake. Any thread. */
bool rt_cell_signal(ractor_ref ref, uint64_t bits);

/* Sets signals and schedules the actor when it is idle. False: it has ended. Any thread. */
bool rt_cell_signal_and_wake(ractor_ref ref, uint64_t bits);

/* The owner has popped the node behind `link`, which is not needed any more. */
void rt_cell_retire(struct ractor_cell *cell, struct rt_link *link);

/* The owner queues the anchor, if it is not in the queue, so that the message that was read last is
 * let go when the anchor is read. */
void rt_cell_queue_anchor(struct ractor_cell *cell);

/* A cell without an actor, owned by the caller. NULL: no memory. */
struct ractor_cell *rt_cell_take(ractor_runtime *runtime);

/* Ends the owner's part: what is in the mailbox is thrown away, the cell becomes free. The pid must
 * be 0 already. */
void rt_cell_give(struct ractor_cell *cell);

#endif

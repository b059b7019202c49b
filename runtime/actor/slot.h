/* SPDX-License-Identifier: MIT */
/*
 * A slot is where one outcome is awaited: of a call, of an actor's end, of a question asked. Slots
 * are type-stable; a port names a slot and the id of one use of it.
 *
 *      open --claim--> claimed --finish--> (waiter has read it) --> free
 *
 * `id` is the slot's id while open, and has the top bit set otherwise. Whoever wins the exchange
 * that claims it (the replier, the timer, the killer, the waiter itself) is the only one to write
 * the outcome: so each call ends exactly once.
 */
#ifndef RACTOR_ACTOR_SLOT_H
#define RACTOR_ACTOR_SLOT_H

#include "actor/remote.h"
#include "actor/timers.h"
#include "base/parker.h"
#include "base/table.h"

#include <ractor/call.h>
#include <ractor/message.h>
#include <ractor/ref.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_fiber;
struct rt_worker;

enum rt_slot_kind {
    RT_SLOT_WAIT,  /* a thread or a hook waits in it */
    RT_SLOT_ASK,   /* the outcome becomes a message */
    RT_SLOT_RETURN /* the outcome goes to another node */
};

#define RT_SLOT_CLAIMED (UINT64_C(1) << 63)

/* rt_slot.phase */
#define RT_PHASE_PENDING 0u
#define RT_PHASE_PARKED 1u
#define RT_PHASE_DONE 2u

struct ractor_call_slot {
    struct rt_record record; /* the table's */
    _Atomic uint64_t id;
    ractor_runtime *runtime;
    _Atomic uint8_t kind; /* enum rt_slot_kind; fixed while the slot is in use */
    bool has_parker;
    ractor_status status;         /* the outcome; written by who claimed it */
    const ractor_codec *codec;    /* of the reply; NULL: none expected */
    _Atomic uint64_t deadline_ns; /* relaxed: the ticket says whose it is */

    union {
        struct { /* RT_SLOT_WAIT */
            _Atomic uint32_t phase;
            struct rt_worker *worker; /* NULL: a plain thread waits */
            struct rt_fiber *fiber;
            struct ractor_call_slot *next_resumed;
            void *reply; /* the caller's memory; valid until the phase is DONE */
            struct ractor_message *owner;
            struct ractor_call_slot *next_waiter; /* of an actor's end; its stripe lock */
        } wait;
        struct ractor_message *answer; /* RT_SLOT_ASK: made with the question */
        struct rt_return_address from; /* RT_SLOT_RETURN */
    } as;
    /* of a WAIT whose calls are checked: whom it calls */
    _Atomic(struct ractor_cell *) callee_cell;
    _Atomic uint64_t callee_pid;
    struct rt_deadline deadline; /* of a WAIT in the worker's wheel, of an ASK in the runtime's */
    struct rt_parker parker;
};

/* How a call travels. */
struct rt_route {
    bool is_remote;
    struct rt_remote_address address; /* when remote */
    uint64_t call_tag;                /* when remote */
    uint64_t wait_until_ns;           /* for room in a bounded mailbox; RT_NO_WAIT: not at all */
};

/* The payload of an RT_MESSAGE_ANSWER. */
struct rt_answer {
    struct rt_route route;
    ractor_on_reply on_reply; /* in the asker's turn */
    ractor_forward forward;   /* NULL unless the outcome goes to a function */
    void *user;
    ractor_ref asker; /* none when it goes to a function */
    ractor_status status;
    struct ractor_message *reply; /* held; NULL without a reply */
};

/*
 * Gives a slot in use. A thread that is no worker becomes a guest of the runtime (guests.h) with a
 * slot to wait in, until it gives the slot back. RACTOR_ENOMEM; RACTOR_ECANCELED: the runtime is
 * stopping.
 */
RACTOR_NODISCARD ractor_status rt_slot_take(ractor_runtime *runtime, enum rt_slot_kind kind,
                                            struct ractor_call_slot **slot);

/* The slot must be claimed, and nobody else about to touch it. The waiter, if it is to wait in. */
void rt_slot_give(struct ractor_call_slot *slot);

/* Gives back a slot that its taker need not wait in: what would have ended it was not sent. */
void rt_slot_abandon(struct ractor_call_slot *slot);

/* relaxed: `id` has published it, or the caller has claimed the slot. */
static inline enum rt_slot_kind rt_slot_kind_of(const struct ractor_call_slot *slot)
{
    return (enum rt_slot_kind)atomic_load_explicit(&slot->kind, memory_order_relaxed);
}

static inline ractor_port rt_slot_port(struct ractor_call_slot *slot)
{
    ractor_port port = {slot, atomic_load_explicit(&slot->id, memory_order_relaxed)};
    return port;
}

/* True: the caller is the one to write the outcome. Any thread, any time. */
bool rt_slot_claim(struct ractor_call_slot *slot, uint64_t id);

/* The claimant of an RT_SLOT_WAIT has written the outcome but the status: wakes the waiter. */
void rt_slot_finish(struct ractor_call_slot *slot, ractor_status status);

/*
 * Waits until the slot's outcome is there, at most until `deadline_ns` (then RACTOR_ETIMEOUT):
 * blocks a plain thread, suspends a hook. RACTOR_ECANCELED: the hook's actor was killed.
 */
ractor_status rt_slot_wait(struct ractor_call_slot *slot, uint64_t deadline_ns);

/* Waits until somebody has ended it, whatever happens to the hook's actor. A hook has reserved a
 * stack (rt_worker_reserve_stack) before. */
ractor_status rt_slot_wait_out(struct ractor_call_slot *slot);

/* Ends the wait that an actor's hook is in, if any. Any thread. */
void rt_slot_cancel_wait(ractor_runtime *runtime, uint64_t slot_id);

#endif

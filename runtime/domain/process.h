/* SPDX-License-Identifier: MIT */
/*
 * A domain in the parent: the processes it has started, and who sits in them.
 *
 *   actor here --- seat ---+                      +--- actor there
 *   actor here --- seat ---+--- process ~~~~~~~~~~+--- actor there
 *                              | keeper (thread)
 *
 * Each process has a thread here, its keeper: it starts the child (which dies with this thread),
 * reads what the child says, carries on with writes for which the socket had no room, watches the
 * deadlines, and in the end reaps the child, finds out what it died of and tells the seats. Actors
 * write to the socket themselves, and wait in their own hooks.
 *
 * Held and counted: a domain by its user, its processes and seats; a process by its keeper and its
 * seats. Locks: see docs/locks.md.
 */
#ifndef RACTOR_DOMAIN_PROCESS_H
#define RACTOR_DOMAIN_PROCESS_H

#include "actor/message.h"
#include "base/bell.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/pool.h"
#include "domain/calls.h"
#include "domain/death.h"
#include "domain/intake.h"
#include "domain/launch.h"
#include "domain/outlet.h"
#include "domain/protocol.h"

#include <ractor/domain.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_process;

/* The class of an actor here; its hooks find the rest through it. */
struct rt_isolated {
    ractor_actor_class class; /* first */
    ractor_domain *domain;
    const ractor_domain_entry *entry;
};

struct ractor_domain {
    /* fixed */
    ractor_runtime *runtime;
    struct rt_log log;
    struct rt_clock clock;
    ractor_domain_options options; /* with the defaults; its executable is owned */

    _Atomic uint32_t n_holds;
    pthread_mutex_t lock;
    pthread_cond_t has_fewer;
    /* under lock */
    bool is_closed;
    struct rt_process *processes; /* whose keepers run */
    struct rt_process *shared;    /* that takes new actors; one of them, or NULL */

    struct rt_isolated classes[]; /* one per entry */
};

/* One actor's place in a process. */
struct rt_seat {
    /* fixed */
    struct rt_process *process; /* held */
    const struct rt_isolated *isolated;
    ractor_ref self;

    /* under the process's lock */
    uint32_t id;
    bool is_awaited; /* the actor waits, and `waiter` ends that */
    ractor_port waiter;
    bool is_answered;
    ractor_status answer;
    const char *doing; /* what the child has to do now; static; NULL: nothing */
    bool is_over;      /* the actor there has ended; the members below say how */
    bool has_failed;
    ractor_status status;
    char *reason;                  /* owned; NULL: none */
    char *details;                 /* owned; NULL: none */
    struct ractor_message *notice; /* tells the actor, if it does not wait; NULL: it was sent */
    uint64_t pid_there;            /* 0: not known yet */
};

/* Where a seat can be. */
struct rt_place {
    struct rt_seat *seat;
    bool is_ending; /* its actor was killed, and the child has not said yet that it is gone */
};

struct rt_process {
    /* fixed */
    ractor_domain *domain;              /* held */
    struct rt_process *next, *previous; /* the domain's lock */
    _Atomic uint32_t n_holds;

    pthread_mutex_t lock;
    /* under lock */
    struct rt_launched child;
    struct rt_bell bell;
    struct rt_outlet outlet;
    bool is_over;    /* the seats have been told; nothing is taken any more */
    bool is_closing; /* nobody sits in it any more: it may end */
    uint64_t kill_at_ns;
    struct rt_verdict verdict; /* why this side has ended it */
    struct rt_place *places;   /* by id */
    uint32_t n_places, n_taken;
    struct rt_domain_calls calls; /* that the child has to answer */

    /* keeper */
    struct rt_intake intake;
    struct rt_pool pool;
    bool is_ready;
};

/* ---- domain.c */

void rt_domain_drop(ractor_domain *domain);

/* ---- process.c; any thread */

/* A process that has not started; held. RACTOR_EIO: no descriptors. RACTOR_ENOMEM. */
ractor_status rt_process_new(ractor_domain *domain, struct rt_process **process);
/* Its keeper begins to start it, and it is in the domain's list until that takes it out. Whoever
 * sits in it by now hears of its end. The domain's lock. RACTOR_ENOMEM. */
ractor_status rt_process_start(struct rt_process *process);
void rt_process_drop(struct rt_process *process);

/* Ends it for a reason, unless there is one already. Locked. */
void rt_process_condemn(struct rt_process *process, ractor_status status, const char *text);

/* Nobody needs it any more: it ends by itself. Locked. */
void rt_process_let_go(struct rt_process *process);

/* Has the keeper look at the process again. Locked. */
void rt_process_wake(struct rt_process *process);

/* ---- keeper.c */

/* Starts the keeper of a process that is in the domain's list. False: no thread to be had. */
bool rt_keeper_start(struct rt_process *process);

/* ---- seat.c */

/* What goes into a frame behind its head: text, then a value. */
struct rt_payload {
    ractor_string text;
    const void *flat; /* `value_bytes` of it, if there is no codec */
    const ractor_codec *codec;
    const void *value;
    size_t value_bytes; /* on the wire */
};

/* A place for an actor in a process of the domain. RACTOR_ESTOPPED, RACTOR_ENOMEM, RACTOR_EIO. */
ractor_status rt_seat_take(const struct rt_isolated *isolated, ractor_ref self,
                           struct rt_seat **seat);
/* The actor is over. Never blocks. */
void rt_seat_give(struct rt_seat *seat);

/*
 * Has the child do something and waits until it has, or has ended; the actor's hook.
 * `doing` says what, for people; `port` is taken if it is a call, NULL if not. RACTOR_OK: see
 * rt_seat_is_over() for what has become of it. RACTOR_EINVAL, RACTOR_ELIMIT: it cannot be sent;
 * nothing was. RACTOR_ECANCELED: the actor was killed. RACTOR_EAGAIN, RACTOR_ENOMEM.
 */
ractor_status rt_seat_order(struct rt_seat *seat, struct rt_frame frame,
                            const struct rt_payload *payload, const char *doing, ractor_port *port);

/* Whether the actor there has ended; then how it did does not change any more. */
bool rt_seat_is_over(struct rt_seat *seat);

/* What the child has said. Locked; keeper. */
void rt_seat_answer(struct rt_seat *seat, ractor_status status);
/* The actor there has ended; takes the texts. Locked; keeper. */
void rt_seat_end(struct rt_seat *seat, bool has_failed, ractor_status status, char *reason,
                 char *details);

/* Puts a frame into the outlet, and writes what there is room for. Locked. RACTOR_ELIMIT,
 * RACTOR_ENOMEM. */
ractor_status rt_process_say(struct rt_process *process, struct rt_frame *frame,
                             const struct rt_payload *payload);

/* ---- inward.c: what actors there want of actors here; keeper */

void rt_inward_find(struct rt_process *process, const struct rt_frame *frame, ractor_bytes name);
void rt_inward_cast(struct rt_process *process, const struct rt_frame *frame, ractor_bytes payload);
void rt_inward_call(struct rt_process *process, const struct rt_frame *frame, ractor_bytes payload);

/* ---- proxy.c */

/* Fills in the class that passes everything on. */
void rt_proxy_class_init(struct rt_isolated *isolated);
/* The notice of a seat: runs in its actor's turn. */
ractor_status rt_proxy_notice(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A child process of a domain: a runtime of its own, whose actors are told by the parent what to
 * do.
 *
 *   socket --> main thread --> mailbox of the actor --> its handler --> a marker behind the message
 *   socket <-- whoever has something to say, under out_lock:  replies, markers, the warden
 *
 * The warden is an actor that supervises all others, and tells the parent of their starts and ends.
 */
#ifndef RACTOR_DOMAIN_CHILD_H
#define RACTOR_DOMAIN_CHILD_H

#include "domain/calls.h"
#include "domain/crash.h"
#include "domain/protocol.h"

#include <ractor/domain.h>
#include <ractor/ref.h>
#include <ractor/value.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* A class of the table with its hooks wrapped, so that a crash in one of them can be told. */
struct rt_child_class {
    ractor_actor_class class; /* first */
    const ractor_actor_class *inner;
    struct rt_crash *crash;
};

struct rt_child_seat {
    bool is_taken;
    ractor_ref ref;
    ractor_message *args; /* held until the actor has ended; NULL: none */
};

/* An actor of the parent that was found. */
struct rt_outward {
    struct rt_outward *next;
    ractor_ref ref; /* here */
    struct rt_found found;
};

/* Somebody who waits for a find, on the waiter's stack. */
struct rt_question {
    struct rt_question *next;
    uint64_t number;
    ractor_port waiter;
    ractor_status status; /* of the answer */
    struct rt_found found;
};

struct rt_child {
    /* fixed */
    ractor_runtime *runtime;
    const ractor_domain_table *table;
    struct rt_child_class *classes; /* one per entry */
    struct rt_crash crash;
    ractor_ref warden;

    pthread_mutex_t out_lock; /* one frame at a time */

    pthread_mutex_t lock;
    /* under lock */
    struct rt_child_seat *seats; /* by number */
    uint32_t n_seats;
    struct rt_outward *outward;
    struct rt_question *questions;
    uint64_t n_questions;
    struct rt_domain_calls calls; /* that the parent has to answer */
};

/* Says something to the parent; waits while the parent has much to read. Any thread. */
void rt_child_say(struct rt_child *child, struct rt_frame frame, ractor_bytes payload);

/* ---- child_class.c */

void rt_child_class_init(struct rt_child_class *made, const ractor_actor_class *inner,
                         struct rt_crash *crash);
/* The warden's class; its argument is the child. */
extern const ractor_actor_class rt_warden_class;

/* ---- child_outward.c: actors of the parent */

void rt_outward_found(struct rt_child *child, const struct rt_frame *frame, ractor_bytes payload);
void rt_outward_answer(struct rt_child *child, const struct rt_frame *frame, ractor_bytes payload);
void rt_outward_gone(struct rt_child *child, uint64_t pid);
/* The parent is gone: ends all references to its actors, and calls to them. */
void rt_outward_end(struct rt_child *child);

/* ---- child_orders.c */

/* Does what a frame of the parent says. False: a parent says no such thing. */
bool rt_child_obey(struct rt_child *child, const struct rt_frame *frame, ractor_bytes payload);

#endif

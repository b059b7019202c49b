/* SPDX-License-Identifier: MIT */
/* Messages that nobody handles: counted by reason, shown to the tracer and to subscribers. */
#ifndef RACTOR_ACTOR_DEADLETTER_H
#define RACTOR_ACTOR_DEADLETTER_H

#include <ractor/deadletter.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct ractor_cell;
struct ractor_message;
struct rt_dead_subscription;

struct rt_dead_letters {
    /* any thread; relaxed, since each counter stands for itself */
    _Atomic uint64_t n[RACTOR_DEAD_REASONS];
    _Atomic uint32_t n_subscriptions; /* written under the lock; without it a hint */

    pthread_mutex_t lock;
    /* under lock */
    struct rt_dead_subscription *subscriptions[RACTOR_DEAD_LETTER_SUBSCRIPTIONS];
};

bool rt_dead_letters_init(struct rt_dead_letters *letters);

/* Ends all subscriptions. */
void rt_dead_letters_fini(struct rt_dead_letters *letters);

/* A message that was in, or for, this cell's mailbox will not be handled. The caller owns the cell,
 * or has found it alive: otherwise the type is not looked at. Under no lock. */
void rt_note_drop(struct ractor_cell *cell, const struct ractor_message *message,
                  ractor_dead_reason reason);

/* The same of what never became a message. */
void rt_note_dead(ractor_runtime *runtime, const ractor_dead_letter *letter);

/* Why the messages of an ending actor are dropped. Its owner. */
ractor_dead_reason rt_dead_reason_of(const struct ractor_cell *cell);

/* What a refused send comes to if its sender cannot be told. */
ractor_dead_reason rt_dead_reason_from(ractor_status status);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Pins: threads that run one actor each, whose hooks may block. To the rest of the runtime a pinned
 * actor is like any other: its cell is owned by whoever the idle bit was cleared for, and
 * scheduling it wakes its thread instead of telling the workers. The thread is no worker: what a
 * hook waits for blocks it, as any plain thread.
 *
 *      new --run--> first task --> turn, turn, ... --> over --> finished --> joined
 *
 * Pins are type-stable: who wakes one may still be in the parker when the thread has ended.
 */
#ifndef RACTOR_ACTOR_PIN_H
#define RACTOR_ACTOR_PIN_H

#include "actor/watchdog.h"
#include "base/parker.h"
#include "base/table.h"

#include <ractor/runtime.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct ractor_cell;

struct rt_pin {
    struct rt_record record; /* the table's */
    ractor_runtime *runtime;
    bool has_parker; /* from the first use on */
    struct rt_parker parker;
    pthread_t thread;

    /* handed over by the parker, which is woken by the cell's owner */
    struct ractor_cell *cell;
    void (*task)(void *argument); /* runs instead of a turn; NULL: none */
    void *argument;

    /* its thread */
    bool is_over;          /* the actor has ended, or has never been */
    struct rt_tally tally; /* of all its actors; it pays for no sends and is not watched */

    struct rt_pin *next_finished; /* the pins' lock */
};

struct rt_pins {
    struct rt_table table;
    pthread_mutex_t lock;
    /* under lock */
    pthread_cond_t changed;
    uint32_t n_running;
    struct rt_pin *finished; /* threads to be joined */
};

bool rt_pins_init(ractor_runtime *runtime);

/* No pinned actor is left. Joins all threads. */
void rt_pins_fini(ractor_runtime *runtime);

/* A thread that waits for what it is to run. NULL: no memory, or no thread to be had. */
struct rt_pin *rt_pin_new(ractor_runtime *runtime);

/* Lets a new pin's thread leave: there is no actor for it. NULL is ignored. */
void rt_pin_drop(struct rt_pin *pin);

/* The thread runs `task` first; the caller owns the actor's cell and gives it away. */
void rt_pin_run(struct rt_pin *pin, void (*task)(void *argument), void *argument);

/* The thread runs a turn of its actor; the caller owns the cell and gives it away. */
void rt_pin_schedule(struct rt_pin *pin);

/* Messages handled by all pinned actors there were. Any thread. */
uint64_t rt_pins_n_handled(const struct rt_pins *pins);

/* On the pin's thread: its actor has ended. */
void rt_pin_end(struct rt_pin *pin);

#endif

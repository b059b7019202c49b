/* SPDX-License-Identifier: MIT */
/*
 * Fibers: stacks that a worker switches between. A handler that waits keeps its stack; the worker
 * goes on with the scheduler loop on another one.
 *
 * A fiber belongs to one worker for ever and is only touched by its thread. Stacks have a guard
 * page below them: running off the end is a fault, never silent damage.
 */
#ifndef RACTOR_ACTOR_FIBER_H
#define RACTOR_ACTOR_FIBER_H

#include <stdbool.h>
#include <stddef.h>

struct rt_fiber {
    void *stack_pointer; /* where it goes on, while it is not running */
    void *mapping;       /* guard page and stack; NULL: the thread's own stack */
    size_t mapping_bytes;
    void *stack_low;
    size_t stack_bytes;
    void (*entry)(void *argument); /* never returns */
    void *argument;
    struct rt_fiber *next_free; /* link of the worker's pool */
    void *sanitizer_stack;      /* AddressSanitizer's fake stack while not running */
    void *sanitizer_fiber;      /* ThreadSanitizer's name for it */
};

/* Describes the stack that the calling thread runs on. */
void rt_fiber_init_thread(struct rt_fiber *fiber);

/* A fiber that will call `entry(argument)` when first switched to. NULL: no memory. */
struct rt_fiber *rt_fiber_new(size_t stack_bytes, void (*entry)(void *argument), void *argument);

/* Frees a fiber that is not running. NULL is ignored. */
void rt_fiber_free(struct rt_fiber *fiber);

/* Leaves `from`, which is running, for `to`; returns when somebody switches back to `from`. */
void rt_fiber_switch(struct rt_fiber *from, struct rt_fiber *to);

/*
 * The processor's part, one file per architecture. Saves the callee-saved registers on the current
 * stack, stores the stack pointer in `*save`, and goes on at `load`.
 */
void rt_fiber_swap(void **save, void *load);

/* Prepares a new stack, `top` being its highest address, so that swapping to the result calls
 * `rt_fiber_start(fiber)`. */
void *rt_fiber_prepare(void *top, struct rt_fiber *fiber);

/* Called on a new stack; calls the entry. */
_Noreturn void rt_fiber_start(struct rt_fiber *fiber);

#endif

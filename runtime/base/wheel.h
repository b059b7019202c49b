/* SPDX-License-Identifier: MIT */
/*
 * A hierarchical timing wheel: adding and removing a timer costs the same whether there are ten or
 * a million. One owner at a time; no locks inside.
 *
 *   level 0:  64 slots of 1 tick      level 1: 64 slots of 64 ticks    ...    level 6
 *
 * A timer sits in the lowest level whose span reaches its tick, and moves down as time comes near.
 * A tick is a power of two of nanoseconds, RT_WHEEL_SHIFT (1.05 ms) unless somebody needs finer
 * ones: a timer never fires early, and at most about a tick late.
 * (G. Varghese, T. Lauck: Hashed and hierarchical timing wheels, 1987.)
 */
#ifndef RACTOR_BASE_WHEEL_H
#define RACTOR_BASE_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

#define RT_WHEEL_LEVELS 7
#define RT_WHEEL_SLOTS 64
#define RT_WHEEL_SHIFT 20

/* Part of what waits. Zero is "not in a wheel". */
struct rt_timer {
    struct rt_timer *next;
    struct rt_timer **back; /* the pointer that points here; NULL: not in a wheel */
    uint64_t tick;
    uint16_t place; /* level * RT_WHEEL_SLOTS + slot, while in a wheel */
};

struct rt_wheel {
    unsigned shift; /* a tick is 2^shift ns */
    uint64_t now;   /* the tick up to which all has fired */
    uint64_t n_timers;
    uint64_t occupied[RT_WHEEL_LEVELS]; /* bit s: slot s may hold timers */
    struct rt_timer *slots[RT_WHEEL_LEVELS][RT_WHEEL_SLOTS];
};

void rt_wheel_init(struct rt_wheel *wheel, uint64_t now_ns, unsigned shift);

/* Adds a timer that is in no wheel. The timer stays the caller's memory. */
void rt_wheel_add(struct rt_wheel *wheel, struct rt_timer *timer, uint64_t deadline_ns);

/* Takes a timer out; does nothing when it is not in the wheel. */
void rt_wheel_remove(struct rt_wheel *wheel, struct rt_timer *timer);

/* Takes out one timer that is due at `now_ns`; NULL when none is left. Call until NULL. */
struct rt_timer *rt_wheel_expire(struct rt_wheel *wheel, uint64_t now_ns);

/* A moment not later than the first timer's deadline by which rt_wheel_expire should be called
 * again; RT_NEVER when the wheel is empty. */
uint64_t rt_wheel_next_ns(const struct rt_wheel *wheel);

#endif

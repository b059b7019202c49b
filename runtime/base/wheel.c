/* SPDX-License-Identifier: MIT */
#include "base/wheel.h"

#include "base/clock.h"

#include <stddef.h>
#include <string.h>

#define LEVEL_SHIFT 6
#define SLOT_MASK (RT_WHEEL_SLOTS - 1)
/* The farthest that the top level reaches. Later timers wait there and are looked at again. */
#define MAX_TICKS ((UINT64_C(1) << (LEVEL_SHIFT * RT_WHEEL_LEVELS)) - 1)

void rt_wheel_init(struct rt_wheel *wheel, uint64_t now_ns, unsigned shift)
{
    memset(wheel, 0, sizeof *wheel);
    wheel->shift = shift;
    wheel->now = now_ns >> shift;
}

static void insert(struct rt_wheel *wheel, struct rt_timer *timer, unsigned level, unsigned slot)
{
    struct rt_timer **first = &wheel->slots[level][slot];
    timer->next = *first;
    timer->back = first;
    if (timer->next != NULL)
        timer->next->back = &timer->next;
    *first = timer;
    timer->place = (uint16_t)(level * RT_WHEEL_SLOTS + slot);
    wheel->occupied[level] |= UINT64_C(1) << slot;
}

/* Invariant: a timer in level L > 0 has a tick whose slot number in level L differs from that of
 * `now`; so the slots that `now` enters next are the ones to move down. */
static void place(struct rt_wheel *wheel, struct rt_timer *timer)
{
    uint64_t tick = timer->tick;
    if (tick - wheel->now > MAX_TICKS)
        tick = wheel->now + MAX_TICKS;
    uint64_t differing = (tick ^ wheel->now) >> LEVEL_SHIFT;
    unsigned level = 0;
    while (differing != 0 && level < RT_WHEEL_LEVELS - 1) {
        differing >>= LEVEL_SHIFT;
        level++;
    }
    insert(wheel, timer, level, (unsigned)(tick >> (level * LEVEL_SHIFT)) & SLOT_MASK);
}

void rt_wheel_add(struct rt_wheel *wheel, struct rt_timer *timer, uint64_t deadline_ns)
{
    /* Rounded up, so that it cannot fire early; never in a slot that has passed. */
    uint64_t rest_ns = deadline_ns & ((UINT64_C(1) << wheel->shift) - 1);
    uint64_t tick = (deadline_ns >> wheel->shift) + (rest_ns != 0);
    timer->tick = tick > wheel->now ? tick : wheel->now + 1;
    place(wheel, timer);
    wheel->n_timers++;
}

static void unlink_timer(struct rt_wheel *wheel, struct rt_timer *timer)
{
    *timer->back = timer->next;
    if (timer->next != NULL)
        timer->next->back = timer->back;
    timer->back = NULL;
    timer->next = NULL;
    unsigned level = timer->place / RT_WHEEL_SLOTS;
    unsigned slot = timer->place % RT_WHEEL_SLOTS;
    if (wheel->slots[level][slot] == NULL)
        wheel->occupied[level] &= ~(UINT64_C(1) << slot);
}

void rt_wheel_remove(struct rt_wheel *wheel, struct rt_timer *timer)
{
    if (timer->back == NULL)
        return;
    unlink_timer(wheel, timer);
    wheel->n_timers--;
}

/* `now` has entered a new slot of `level`: what waited in it finds a place further down. */
static void move_down(struct rt_wheel *wheel, unsigned level)
{
    unsigned slot = (unsigned)(wheel->now >> (level * LEVEL_SHIFT)) & SLOT_MASK;
    struct rt_timer *timer;
    while ((timer = wheel->slots[level][slot]) != NULL) {
        unlink_timer(wheel, timer);
        place(wheel, timer);
        if (timer->place == level * RT_WHEEL_SLOTS + slot)
            break; /* top level, farther away than it reaches */
    }
}

/* The first tick after `now` at which something fires or moves down; `limit` if none before. */
static uint64_t next_event(const struct rt_wheel *wheel, uint64_t limit)
{
    uint64_t first = limit;
    for (unsigned level = 0; level < RT_WHEEL_LEVELS; level++) {
        if (wheel->occupied[level] == 0)
            continue;
        unsigned shift = level * LEVEL_SHIFT;
        uint64_t position = wheel->now >> shift;
        unsigned turn = (unsigned)(position + 1) & SLOT_MASK;
        uint64_t occupied = wheel->occupied[level];
        uint64_t rotated = turn == 0 ? occupied : (occupied >> turn) | (occupied << (64 - turn));
        uint64_t tick = (position + 1 + (uint64_t)__builtin_ctzll(rotated)) << shift;
        if (tick < first)
            first = tick;
    }
    return first;
}

static void advance(struct rt_wheel *wheel, uint64_t tick)
{
    wheel->now = tick;
    for (unsigned level = RT_WHEEL_LEVELS - 1; level > 0; level--)
        if ((tick & ((UINT64_C(1) << (level * LEVEL_SHIFT)) - 1)) == 0)
            move_down(wheel, level);
}

struct rt_timer *rt_wheel_expire(struct rt_wheel *wheel, uint64_t now_ns)
{
    uint64_t target = now_ns >> wheel->shift;
    for (;;) {
        struct rt_timer *due = wheel->slots[0][wheel->now & SLOT_MASK];
        if (due != NULL && due->tick <= wheel->now) {
            rt_wheel_remove(wheel, due);
            return due;
        }
        if (wheel->now >= target)
            return NULL;
        advance(wheel, next_event(wheel, target));
    }
}

uint64_t rt_wheel_next_ns(const struct rt_wheel *wheel)
{
    if (wheel->n_timers == 0)
        return RT_NEVER;
    if (wheel->slots[0][wheel->now & SLOT_MASK] != NULL)
        return wheel->now << wheel->shift;
    return next_event(wheel, wheel->now + MAX_TICKS) << wheel->shift;
}

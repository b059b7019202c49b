/* SPDX-License-Identifier: MIT */
/*
 * A file descriptor that becomes readable when somebody rings, or at a moment that was set. For
 * event loops that wait for many things at once.
 */
#ifndef RACTOR_BASE_BELL_H
#define RACTOR_BASE_BELL_H

#include <stdbool.h>
#include <stdint.h>

struct rt_bell {
    int fd; /* -1: none; ringing does nothing */
};

/* Returns false when the system has no descriptor left. */
bool rt_bell_init(struct rt_bell *bell);
void rt_bell_fini(struct rt_bell *bell);

/* Readable from now on. Any thread. */
void rt_bell_ring(struct rt_bell *bell);

/* Not readable before `at_ns` of the monotonic clock (RT_NEVER: until it rings), whatever rang
 * before. */
void rt_bell_set(struct rt_bell *bell, uint64_t at_ns);

/* Sleeps until it is readable or `deadline_ns` has passed, or a signal has come. */
void rt_bell_wait(struct rt_bell *bell, uint64_t deadline_ns);

#endif

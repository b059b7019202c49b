/* SPDX-License-Identifier: MIT */
/*
 * The incarnations of the actors that a value names. The encoding of an actor<E> has no room for
 * one (a Rust node would refuse it), so between C nodes they travel beside the value: one for each
 * actor<E> in it, in the order of the encoding, 8 bytes each, big-endian.
 *
 * Codecs know nothing of where a value goes. So it is the thread that collects, while it measures
 * what is to be written, and that hands out, while it reads; for no longer than that.
 */
#ifndef RACTOR_BASE_STARTS_H
#define RACTOR_BASE_STARTS_H

#include <ractor/status.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RT_START_BYTES 8
#define RT_STARTS_FEW 8

/* Starts with init, ends with fini; the functions in between are the codec's. */
struct rt_starts {
    uint8_t *data; /* `few`, or from the heap */
    size_t length, capacity;
    bool is_known;   /* one of them is not 0 */
    bool has_failed; /* there was no memory for all */
    uint8_t few[RT_STARTS_FEW * RT_START_BYTES];
};

static inline void rt_starts_init(struct rt_starts *starts)
{
    starts->data = starts->few;
    starts->length = 0;
    starts->capacity = sizeof starts->few;
    starts->is_known = false;
    starts->has_failed = false;
}

void rt_starts_fini(struct rt_starts *starts);

/* What this thread measures from now on adds to `starts`; NULL: no longer. */
void rt_starts_collect(struct rt_starts *starts);
/* An actor has been measured. */
void rt_starts_add(uint64_t incarnation);

/* What this thread reads from now on takes from the front of `starts`; NULL: no longer. */
void rt_starts_hand_out(ractor_bytes *starts);
/* An actor has been read: its incarnation; 0: none is known. */
uint64_t rt_starts_next(void);

#endif

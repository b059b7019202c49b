/* SPDX-License-Identifier: MIT */
/* Where random numbers come from. Each runtime has a source; nothing above this layer reads another
 * one. Generators for what needs spread, not secrecy, are seeded from it. */
#ifndef RACTOR_BASE_RANDOM_H
#define RACTOR_BASE_RANDOM_H

#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

struct rt_random {
    /* Fills with bytes; those of the system's source nobody can guess. RACTOR_EIO: none to be had.
     * Any thread. */
    ractor_status (*fill)(void *user, void *bytes, size_t length);
    void *user;
};

/* The system's source. `user` is not looked at. */
ractor_status rt_random_system(void *user, void *bytes, size_t length);

static inline ractor_status rt_random_fill(const struct rt_random *random, void *bytes,
                                           size_t length)
{
    return random->fill(random->user, bytes, length);
}

/* A generator's state, never 0; the same each time when the source has nothing. */
uint64_t rt_random_seed(const struct rt_random *random);

/* The next number of a generator (xorshift64*), whose state is not 0. */
static inline uint64_t rt_random_next(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * UINT64_C(2685821657736338717);
}

#endif

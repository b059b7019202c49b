/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

ractor_status rt_random_system(void *user, void *bytes, size_t length)
{
    unsigned char *at = bytes;
    (void)user;
    while (length != 0) {
        ssize_t got = getrandom(at, length, 0);
        if (got < 0 && errno != EINTR)
            return RACTOR_EIO;
        if (got > 0) {
            at += got;
            length -= (size_t)got;
        }
    }
    return RACTOR_OK;
}

uint64_t rt_random_seed(const struct rt_random *random)
{
    uint64_t seed = 0;
    if (rt_random_fill(random, &seed, sizeof seed) != RACTOR_OK)
        seed = 0;
    return seed != 0 ? seed : UINT64_C(0x9e3779b97f4a7c15);
}

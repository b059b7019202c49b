/* SPDX-License-Identifier: MIT */
/*
 * How often a thread that has nothing to do looks again before it goes to sleep. To sleep and to be
 * woken costs more than to look for a while, if what is waited for comes soon; so a thread learns
 * from its sleeps. Between two looks it calls sched_yield(), which leaves the processor to whoever
 * may bring work.
 */
#ifndef RACTOR_BASE_PATIENCE_H
#define RACTOR_BASE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#define RT_PATIENCE_LEAST 4
#define RT_PATIENCE_MOST 128
/* A sleep that is shorter than this, for work that came, was not worth while. */
#define RT_PATIENCE_SOON_NS (UINT64_C(300) * 1000)

struct rt_patience {
    uint32_t n_looks; /* at least one */
};

static inline void rt_patience_init(struct rt_patience *patience)
{
    patience->n_looks = RT_PATIENCE_LEAST;
}

/* After a sleep that work has ended, or not. */
static inline void rt_patience_learn(struct rt_patience *patience, uint64_t slept_ns, bool by_work)
{
    uint32_t n_looks = patience->n_looks;
    if (by_work && slept_ns < RT_PATIENCE_SOON_NS)
        n_looks = n_looks < RT_PATIENCE_MOST / 2 ? 2 * n_looks : RT_PATIENCE_MOST;
    else
        n_looks -= n_looks / 8;
    patience->n_looks = n_looks > RT_PATIENCE_LEAST ? n_looks : RT_PATIENCE_LEAST;
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * How much of something may be had on somebody's behalf, in bytes. One thread takes, so that what
 * it sees to be left is left; any thread gives back.
 */
#ifndef RACTOR_BASE_ACCOUNT_H
#define RACTOR_BASE_ACCOUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct rt_account {
    size_t limit_bytes;         /* the taker's */
    _Atomic size_t taken_bytes; /* the taker adds, any thread takes away */
};

/* False: there is not so much left. */
static inline bool rt_account_take(struct rt_account *account, size_t bytes)
{
    /* relaxed, all: a count of its own, by which nothing else is published. */
    size_t taken = atomic_load_explicit(&account->taken_bytes, memory_order_relaxed);
    if (taken > account->limit_bytes || bytes > account->limit_bytes - taken)
        return false;
    (void)atomic_fetch_add_explicit(&account->taken_bytes, bytes, memory_order_relaxed);
    return true;
}

static inline void rt_account_give(struct rt_account *account, size_t bytes)
{
    (void)atomic_fetch_sub_explicit(&account->taken_bytes, bytes, memory_order_relaxed);
}

static inline size_t rt_account_taken(const struct rt_account *account)
{
    return atomic_load_explicit(&account->taken_bytes, memory_order_relaxed);
}

#endif

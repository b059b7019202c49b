/* SPDX-License-Identifier: MIT */
/*
 * The process's choice, made once:
 *
 *      open --ractor_memory_set--> setting --> own
 *        |_____first allocation_______________________> default
 *
 * It is in libractor alone; the copies of base/alloc.c in other libraries ask for it here.
 */
#include "base/alloc.h"

#include <ractor/memory.h>

#include <stdatomic.h>

enum choice { CHOICE_OPEN, CHOICE_SETTING, CHOICE_OWN, CHOICE_DEFAULT };

static _Atomic unsigned choice;
static ractor_memory own; /* written while the choice is SETTING */

/* Rare: the first allocation, or one during ractor_memory_set. */
static unsigned settle(unsigned seen)
{
    while (seen == CHOICE_OPEN || seen == CHOICE_SETTING) {
        if (seen == CHOICE_OPEN &&
            atomic_compare_exchange_strong_explicit(&choice, &seen, CHOICE_DEFAULT,
                                                    memory_order_relaxed, memory_order_relaxed))
            return CHOICE_DEFAULT;
        seen = atomic_load_explicit(&choice, memory_order_acquire);
    }
    return seen;
}

const ractor_memory *ractor_memory_in_use(void)
{
    /* acquire: pairs with the release in ractor_memory_set. */
    unsigned seen = atomic_load_explicit(&choice, memory_order_acquire);
    if (seen != CHOICE_DEFAULT && seen != CHOICE_OWN)
        seen = settle(seen);
    return seen == CHOICE_OWN ? &own : NULL;
}

ractor_status ractor_memory_set(const ractor_memory *memory)
{
    unsigned open = CHOICE_OPEN;
    if (memory == NULL || memory->alloc == NULL || memory->resize == NULL || memory->free == NULL)
        return RACTOR_EINVAL;
    if (!atomic_compare_exchange_strong_explicit(&choice, &open, CHOICE_SETTING,
                                                 memory_order_relaxed, memory_order_relaxed))
        return RACTOR_EEXIST;
    own = *memory;
    atomic_store_explicit(&choice, CHOICE_OWN, memory_order_release);
    return RACTOR_OK;
}

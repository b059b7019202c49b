/* SPDX-License-Identifier: MIT */
#include "base/list.h"

#include <string.h>

void *rc_list_grow(struct rc_arena *arena, void *items, size_t count, size_t *capacity,
                   size_t element_bytes)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity != 0 ? *capacity * 2 : 4;
    void *grown = rc_arena_array(arena, wanted, element_bytes);
    if (count != 0)
        memcpy(grown, items, count * element_bytes);
    *capacity = wanted;
    return grown;
}

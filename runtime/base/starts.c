/* SPDX-License-Identifier: MIT */
#include "base/starts.h"

#include "base/alloc.h"

#include <ractor/wire.h>

#include <string.h>

static _Thread_local struct rt_starts *collected __attribute__((tls_model("initial-exec")));
static _Thread_local ractor_bytes *handed_out __attribute__((tls_model("initial-exec")));

void rt_starts_collect(struct rt_starts *starts)
{
    collected = starts;
}

void rt_starts_hand_out(ractor_bytes *starts)
{
    handed_out = starts;
}

static bool grow(struct rt_starts *starts)
{
    size_t capacity = 2 * starts->capacity;
    uint8_t *data = rt_alloc(capacity);
    if (data == NULL)
        return false;
    memcpy(data, starts->data, starts->length);
    rt_starts_fini(starts);
    starts->data = data;
    starts->capacity = capacity;
    return true;
}

void rt_starts_fini(struct rt_starts *starts)
{
    if (starts->data != starts->few)
        rt_free(starts->data);
}

void rt_starts_add(uint64_t incarnation)
{
    struct rt_starts *starts = collected;
    if (starts == NULL || starts->has_failed)
        return;
    if (starts->length == starts->capacity && !grow(starts)) {
        starts->has_failed = true;
        return;
    }
    ractor_wire_store_64(starts->data + starts->length, incarnation);
    starts->length += RT_START_BYTES;
    starts->is_known |= incarnation != 0;
}

uint64_t rt_starts_next(void)
{
    ractor_bytes *starts = handed_out;
    if (starts == NULL || starts->length < RT_START_BYTES)
        return 0;
    uint64_t incarnation = ractor_wire_load_64(starts->data);
    starts->data += RT_START_BYTES;
    starts->length -= RT_START_BYTES;
    return incarnation;
}

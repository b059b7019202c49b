/* SPDX-License-Identifier: MIT */
/*
 * Whether a map's keys are unique. Keys that ascend are seen to be so in one pass; others are
 * sorted, in place and with a bound that no choice of keys can break.
 */
#include "base/alloc.h"

#include <ractor/wire.h>
#include <ractor/wire_compound.h>

/* Any order that tells different keys apart will do. */
static int compare_keys(const ractor_bytes *a, const ractor_bytes *b)
{
    const size_t shorter = a->length < b->length ? a->length : b->length;
    const int order = shorter != 0 ? memcmp(a->data, b->data, shorter) : 0;
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Lets the key at `root` sink to its place in the heap of the first `count`. */
static void sink(ractor_bytes *keys, size_t root, size_t count)
{
    const ractor_bytes key = keys[root];
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            break;
        if (child + 1 < count && compare_keys(&keys[child], &keys[child + 1]) < 0)
            child++;
        if (compare_keys(&key, &keys[child]) >= 0)
            break;
        keys[root] = keys[child];
        root = child;
    }
    keys[root] = key;
}

/* Whether no two are equal. Sorts: n log n whatever the keys, so that nobody can choose bad ones.
 */
static bool are_unique(ractor_bytes *keys, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sink(keys, i, count);
    for (size_t end = count; end > 1; end--) {
        const ractor_bytes greatest = keys[0];
        keys[0] = keys[end - 1];
        keys[end - 1] = greatest;
        sink(keys, 0, end - 1);
        if (compare_keys(&keys[0], &keys[end - 1]) == 0)
            return false;
    }
    return true;
}

#define FEW_KEYS 32

/* Takes the next key of a map: from memory or from bytes. */
typedef ractor_bytes next_key(void *from);

/* `duplicate` when two keys are equal. Keys that ascend need no sorting. */
static ractor_status check_keys(next_key *next, void *from, size_t count, ractor_bytes *keys,
                                ractor_status duplicate)
{
    bool is_ascending = true;
    for (size_t i = 0; i < count; i++) {
        keys[i] = next(from);
        is_ascending = is_ascending && (i == 0 || compare_keys(&keys[i - 1], &keys[i]) < 0);
    }
    return is_ascending || are_unique(keys, count) ? RACTOR_OK : duplicate;
}

static ractor_status check_all_keys(next_key *next, void *from, size_t count,
                                    ractor_status duplicate)
{
    ractor_bytes few[FEW_KEYS];
    if (count <= FEW_KEYS)
        return check_keys(next, from, count, few, duplicate);
    if (count > SIZE_MAX / sizeof *few)
        return RACTOR_ELIMIT;
    ractor_bytes *keys = rt_alloc(count * sizeof *keys);
    if (keys == NULL)
        return RACTOR_ENOMEM;
    const ractor_status status = check_keys(next, from, count, keys, duplicate);
    rt_free(keys);
    return status;
}

/* The keys of entries in memory. */
struct entries {
    const unsigned char *at;
    size_t stride;
    const ractor_codec *key;
};

static ractor_bytes next_entry(void *from)
{
    struct entries *entries = from;
    const void *key = entries->at;
    entries->at += entries->stride;
    if (entries->key == &ractor_codec_string) {
        const ractor_string *text = key;
        return (ractor_bytes){(const uint8_t *)text->data, text->length};
    }
    if (entries->key == &ractor_codec_bytes)
        return *(const ractor_bytes *)key;
    return (ractor_bytes){key, entries->key->size};
}

ractor_status ractor_wire_map_keys(const void *entries, size_t count, size_t stride,
                                   const ractor_codec *key)
{
    struct entries from = {entries, stride, key};
    return check_all_keys(next_entry, &from, count, RACTOR_EINVAL);
}

static ractor_bytes next_wire_entry(void *from)
{
    const ractor_bytes entry = ractor_wire_take(from);
    ractor_wire_in in = {entry.data, entry.length};
    return ractor_wire_take(&in);
}

ractor_status ractor_wire_map_wire_keys(const uint8_t *bytes, size_t length, size_t count)
{
    ractor_wire_in from = {bytes, length};
    return check_all_keys(next_wire_entry, &from, count, RACTOR_EDECODE);
}

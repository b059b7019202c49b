/* SPDX-License-Identifier: MIT */
#include "cluster/ring.h"

#include "base/alloc.h"
#include "base/big_endian.h"

#include <openssl/evp.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_BYTES 32
#define POINTS_PER_DIGEST (DIGEST_BYTES / 8)

_Static_assert(RT_RING_POINTS % POINTS_PER_DIGEST == 0, "whole digests");

/* A member in the order in which all nodes see them: by node, then by pid. */
struct place {
    struct rt_ring_member member;
    uint32_t index; /* in the caller's order */
    uint32_t rank;  /* among those of its node */
};

static int compare_places(const void *a_, const void *b_)
{
    const struct rt_ring_member *a = &((const struct place *)a_)->member;
    const struct rt_ring_member *b = &((const struct place *)b_)->member;
    size_t shorter = a->node.length < b->node.length ? a->node.length : b->node.length;
    int order = shorter != 0 ? memcmp(a->node.data, b->node.data, shorter) : 0;
    if (order == 0 && a->node.length != b->node.length)
        order = a->node.length < b->node.length ? -1 : 1;
    return order != 0 ? order : (a->pid > b->pid) - (a->pid < b->pid);
}

static int compare_points(const void *a_, const void *b_)
{
    const struct rt_ring_point *a = a_;
    const struct rt_ring_point *b = b_;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return (a->member > b->member) - (a->member < b->member);
}

static struct place *place_all(const struct rt_ring_member *members, size_t n_members)
{
    struct place *places = rt_calloc(n_members, sizeof *places);
    if (places == NULL)
        return NULL;
    for (size_t i = 0; i < n_members; i++)
        places[i] = (struct place){.member = members[i], .index = (uint32_t)i};
    qsort(places, n_members, sizeof *places, compare_places);
    for (size_t i = 1; i < n_members; i++) {
        if (ractor_string_equal(places[i].member.node, places[i - 1].member.node))
            places[i].rank = places[i - 1].rank + 1;
    }
    return places;
}

static bool digest_point(EVP_MD_CTX *sha, const struct place *place, uint32_t i,
                         uint8_t digest[DIGEST_BYTES])
{
    uint8_t tail[9] = {0};
    rt_put_u32(place->rank, tail + 1);
    rt_put_u32(i, tail + 5);
    return EVP_DigestInit_ex(sha, EVP_sha256(), NULL) == 1 &&
           EVP_DigestUpdate(sha, place->member.node.data, place->member.node.length) == 1 &&
           EVP_DigestUpdate(sha, tail, sizeof tail) == 1 &&
           EVP_DigestFinal_ex(sha, digest, NULL) == 1;
}

static bool put_points(EVP_MD_CTX *sha, const struct place *place, uint32_t member,
                       struct rt_ring_point *points)
{
    uint8_t digest[DIGEST_BYTES];
    for (uint32_t i = 0; i < RT_RING_POINTS / POINTS_PER_DIGEST; i++) {
        if (!digest_point(sha, place, i, digest))
            return false;
        for (size_t k = 0; k < POINTS_PER_DIGEST; k++)
            *points++ = (struct rt_ring_point){rt_get_u64(digest + 8 * k), member};
    }
    return true;
}

/* Points that fall together, however unlikely, go to the first of the members in their order; so
 * they are sorted by place, and named by index at the end. */
ractor_status rt_ring_build(const struct rt_ring_member *members, size_t n_members,
                            struct rt_ring *ring)
{
    ractor_status status = RACTOR_OK;
    struct place *places = place_all(members, n_members);
    struct rt_ring_point *points = rt_calloc(n_members, RT_RING_POINTS * sizeof *points);
    EVP_MD_CTX *sha = EVP_MD_CTX_new();
    if (places == NULL || points == NULL || sha == NULL)
        status = RACTOR_ENOMEM;
    for (size_t i = 0; i < n_members && status == RACTOR_OK; i++) {
        if (!put_points(sha, &places[i], (uint32_t)i, points + i * RT_RING_POINTS))
            status = RACTOR_EIO;
    }
    if (status == RACTOR_OK) {
        ring->points = points;
        ring->n_points = n_members * RT_RING_POINTS;
        qsort(points, ring->n_points, sizeof *points, compare_points);
        for (size_t i = 0; i < ring->n_points; i++)
            points[i].member = places[points[i].member].index;
    } else {
        rt_free(points);
    }
    EVP_MD_CTX_free(sha);
    rt_free(places);
    return status;
}

void rt_ring_free(struct rt_ring *ring)
{
    rt_free(ring->points);
    *ring = (struct rt_ring){NULL, 0};
}

ractor_status rt_ring_owner(const struct rt_ring *ring, ractor_bytes key, uint32_t *member)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(key.data, key.length, digest, NULL, EVP_sha256(), NULL) != 1)
        return RACTOR_EIO;
    uint64_t at = rt_get_u64(digest);
    size_t low = 0, high = ring->n_points;
    while (low < high) { /* the first point at or behind the key's */
        size_t middle = low + (high - low) / 2;
        if (ring->points[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    *member = ring->points[low < ring->n_points ? low : 0].member;
    return RACTOR_OK;
}

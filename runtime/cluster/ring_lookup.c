/* SPDX-License-Identifier: MIT */
#include "cluster/ring_lookup.h"

#include "base/alloc.h"
#include "cluster/node.h"
#include "cluster/offers.h"
#include "cluster/ring.h"

#include <ractor/peer.h>
#include <ractor/pg.h>
#include <ractor/ring.h>

#include <string.h>

/* Rings that are kept. */
#define MAX_RINGS 16

struct rt_group_ring {
    struct rt_group_ring *next;
    ractor_ref *members;
    size_t n_members;
    struct rt_ring ring;
    size_t scope_bytes; /* with the terminator */
    char names[];       /* scope and group, each with its terminator */
};

bool rt_rings_init(struct rt_rings *rings)
{
    return pthread_mutex_init(&rings->lock, NULL) == 0;
}

static void free_ring(struct rt_group_ring *ring)
{
    if (ring == NULL)
        return;
    rt_ring_free(&ring->ring);
    rt_free(ring->members);
    rt_free(ring);
}

void rt_rings_fini(struct rt_rings *rings)
{
    while (rings->first != NULL) {
        struct rt_group_ring *next = rings->first->next;
        free_ring(rings->first);
        rings->first = next;
    }
    (void)pthread_mutex_destroy(&rings->lock);
}

/* ------------------------------------------------------------------ members */

struct members {
    ractor_ref *refs;
    size_t n;
};

static ractor_status get_members(ractor_runtime *runtime, const char *scope, const char *group,
                                 struct members *members)
{
    size_t n = ractor_pg_members(runtime, scope, group, NULL, 0);
    for (;;) {
        size_t capacity = n + 8;
        members->refs = rt_calloc(capacity, sizeof *members->refs);
        if (members->refs == NULL)
            return RACTOR_ENOMEM;
        n = ractor_pg_members(runtime, scope, group, members->refs, capacity);
        members->n = n;
        if (n <= capacity)
            break;
        rt_free(members->refs);
    }
    if (n != 0)
        return RACTOR_OK;
    rt_free(members->refs);
    return RACTOR_ENOENT;
}

/* Where the members are. Those that are just ending, or whose node is, are left out. */
static ractor_status place_members(ractor_node *node, struct members *members,
                                   struct rt_ring_member *places, char *names)
{
    size_t n = 0;
    for (size_t i = 0; i < members->n; i++) {
        ractor_actor_id id;
        char *name = names + n * RACTOR_NODE_NAME_BYTES;
        if (ractor_node_id_of(node, members->refs[i], name, &id) != RACTOR_OK)
            continue;
        places[n] = (struct rt_ring_member){id.node, id.pid};
        members->refs[n++] = members->refs[i];
    }
    members->n = n;
    return n != 0 ? RACTOR_OK : RACTOR_ENOENT;
}

static ractor_status build_ring(ractor_node *node, struct members *members, struct rt_ring *ring)
{
    struct rt_ring_member *places = rt_calloc(members->n, sizeof *places);
    char *names = rt_calloc(members->n, RACTOR_NODE_NAME_BYTES);
    ractor_status status = RACTOR_ENOMEM;
    if (places != NULL && names != NULL)
        status = place_members(node, members, places, names);
    if (status == RACTOR_OK)
        status = rt_ring_build(places, members->n, ring);
    rt_free(places);
    rt_free(names);
    return status;
}

/* ------------------------------------------------------------------ rings; under their lock */

static struct rt_group_ring **find_ring(struct rt_rings *rings, const char *scope,
                                        const char *group)
{
    struct rt_group_ring **at = &rings->first;
    while (*at != NULL && (strcmp((*at)->names, scope) != 0 ||
                           strcmp((*at)->names + (*at)->scope_bytes, group) != 0))
        at = &(*at)->next;
    return at;
}

static void forget_oldest(struct rt_rings *rings)
{
    struct rt_group_ring **at = &rings->first;
    for (int i = 0; i < MAX_RINGS && *at != NULL; i++)
        at = &(*at)->next;
    free_ring(*at);
    *at = NULL;
}

/* The ring of exactly these members, taken from the list; NULL: there is none. */
static struct rt_group_ring *take_ring(struct rt_rings *rings, const char *scope, const char *group,
                                       const struct members *members)
{
    struct rt_group_ring **at = find_ring(rings, scope, group);
    struct rt_group_ring *ring = *at;
    if (ring == NULL)
        return NULL;
    *at = ring->next;
    bool is_same = ring->n_members == members->n;
    for (size_t i = 0; i < members->n && is_same; i++)
        is_same = ractor_ref_equal(ring->members[i], members->refs[i]);
    if (is_same)
        return ring;
    free_ring(ring);
    return NULL;
}

/* Takes the members' list, on success. */
static ractor_status new_ring(ractor_node *node, const char *scope, const char *group,
                              struct members *members, struct rt_group_ring **made)
{
    size_t scope_bytes = strlen(scope) + 1;
    size_t group_bytes = strlen(group) + 1;
    struct rt_group_ring *ring = rt_calloc(1, sizeof *ring + scope_bytes + group_bytes);
    if (ring == NULL)
        return RACTOR_ENOMEM;
    ractor_status status = build_ring(node, members, &ring->ring);
    if (status != RACTOR_OK) {
        rt_free(ring);
        return status;
    }
    memcpy(ring->names, scope, scope_bytes);
    memcpy(ring->names + scope_bytes, group, group_bytes);
    ring->scope_bytes = scope_bytes;
    ring->members = members->refs;
    ring->n_members = members->n;
    members->refs = NULL;
    *made = ring;
    return RACTOR_OK;
}

static ractor_status find_owner(ractor_node *node, const char *scope, const char *group,
                                struct members *members, ractor_bytes key, ractor_ref *owner)
{
    struct rt_rings *rings = &node->rings;
    struct rt_group_ring *ring = take_ring(rings, scope, group, members);
    ractor_status status = RACTOR_OK;
    uint32_t member = 0;
    if (ring == NULL)
        status = new_ring(node, scope, group, members, &ring);
    if (status != RACTOR_OK)
        return status;
    ring->next = rings->first;
    rings->first = ring;
    forget_oldest(rings);
    status = rt_ring_owner(&ring->ring, key, &member);
    if (status == RACTOR_OK)
        *owner = ring->members[member];
    return status;
}

ractor_status ractor_ring_owner(ractor_node *node, const char *scope, const char *group,
                                ractor_bytes key, ractor_ref *member)
{
    struct members members;
    if (node == NULL || group == NULL)
        return RACTOR_EINVAL;
    if (scope == NULL)
        scope = RACTOR_PG_DEFAULT_SCOPE;
    ractor_status status = get_members(node->runtime, scope, group, &members);
    if (status != RACTOR_OK)
        return status;
    (void)pthread_mutex_lock(&node->rings.lock);
    status = find_owner(node, scope, group, &members, key, member);
    (void)pthread_mutex_unlock(&node->rings.lock);
    rt_free(members.refs);
    return status;
}

/* ------------------------------------------------------------------ the actor of a key */

/* On the node that the key belongs to. */
static ractor_status look_up(ractor_node *node, ractor_ref owner, struct rt_spawn_wish *wish,
                             uint32_t timeout_ms, ractor_ref *ref)
{
    char name[RACTOR_NODE_NAME_BYTES];
    ractor_actor_id id;
    ractor_status status = ractor_node_id_of(node, owner, name, &id);
    if (status != RACTOR_OK)
        return status;
    wish->request.peer = node->identity.name;
    if (!ractor_is_remote(owner))
        return rt_offers_fulfil(node, wish, ref);
    if (ractor_node_find(node, name, wish->request.name, ref) == RACTOR_OK)
        return RACTOR_OK;
    return rt_offers_ask(node, name, wish, timeout_ms, ref);
}

ractor_status ractor_lookup_or_spawn(ractor_node *node, const char *scope, const char *group,
                                     const ractor_remote_spawn_options *options,
                                     uint32_t timeout_ms, ractor_ref *ref)
{
    ractor_ref owner;
    struct rt_spawn_wish wish = {.finds_first = true};
    if (options == NULL || options->name == NULL || ractor_ref_is_some(options->supervisor))
        return RACTOR_EINVAL;
    ractor_status status = rt_offers_wish(options, &wish);
    if (status != RACTOR_OK)
        return status;
    ractor_bytes key = {(const uint8_t *)options->name, strlen(options->name)};
    status = ractor_ring_owner(node, scope, group, key, &owner);
    return status == RACTOR_OK ? look_up(node, owner, &wish, timeout_ms, ref) : status;
}

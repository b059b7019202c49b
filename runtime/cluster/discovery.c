/* SPDX-License-Identifier: MIT */
/*
 * A discovery looks again and again, and keeps exactly those peers that the last successful look
 * has found:
 *
 *   looking (an errand) --done--> the list is compared with the peers that are kept --timer-->
 * looking
 */
#include "cluster/discovery.h"

#include "base/alloc.h"
#include "cluster/keep.h"
#include "cluster/lookup.h"

#include <ractor/discovery.h>
#include <ractor/peer.h>

#include <stdio.h>
#include <string.h>

#define DEFAULT_REFRESH_MS 30000

/* A peer that was found. */
struct peer {
    struct rt_dial_target target;
    uint64_t keep_id;
    bool is_found; /* by the look that is being taken in */
};

struct rt_discovery {
    ractor_node *node;
    struct rt_discovery *next; /* the node's list */
    struct rt_task start_task;
    ractor_discovery_options options; /* without the source, which stands below */
    struct rt_loop_timer timer;
    struct rt_lookup *lookup; /* under way */
    struct peer *peers;
    size_t n_peers, capacity;
    bool is_over;
    bool is_timer_closed;
    char source[]; /* terminated */
};

/* ------------------------------------------------------------------ the end */

static void try_free(struct rt_discovery *discovery)
{
    ractor_node *node = discovery->node;
    if (!discovery->is_timer_closed || discovery->lookup != NULL)
        return;
    struct rt_discovery **at = &node->discoveries;
    while (*at != discovery)
        at = &(*at)->next;
    *at = discovery->next;
    rt_free(discovery->peers);
    rt_free(discovery);
    rt_node_check_end(node);
}

static void on_timer_closed(struct rt_loop_timer *timer)
{
    struct rt_discovery *discovery = timer->data;
    discovery->is_timer_closed = true;
    try_free(discovery);
}

static void end(struct rt_discovery *discovery)
{
    if (discovery->is_over)
        return;
    discovery->is_over = true;
    if (discovery->lookup != NULL && rt_errand_give_up(&discovery->lookup->errand))
        discovery->lookup = NULL;
    rt_loop_timer_close(&discovery->timer, on_timer_closed);
}

void rt_discovery_cancel_all(ractor_node *node)
{
    for (struct rt_discovery *d = node->discoveries; d != NULL; d = d->next)
        end(d);
}

/* ------------------------------------------------------------------ what was found */

static bool is_same(const struct rt_dial_target *a, const struct rt_dial_target *b)
{
    return a->port == b->port && strcmp(a->host, b->host) == 0;
}

static struct peer *find_peer(struct rt_discovery *discovery, const struct rt_dial_target *target)
{
    for (size_t i = 0; i < discovery->n_peers; i++) {
        if (is_same(&discovery->peers[i].target, target))
            return &discovery->peers[i];
    }
    return NULL;
}

static ractor_status grow(struct rt_discovery *discovery)
{
    if (discovery->n_peers < discovery->capacity)
        return RACTOR_OK;
    size_t capacity = discovery->capacity != 0 ? discovery->capacity * 2 : 8;
    struct peer *peers = rt_realloc(discovery->peers, capacity * sizeof *peers);
    if (peers == NULL)
        return RACTOR_ENOMEM;
    discovery->peers = peers;
    discovery->capacity = capacity;
    return RACTOR_OK;
}

/* The peer's keep, made when it is new. A failure is made good by the next look. */
static void take_in(struct rt_discovery *discovery, const struct rt_dial_target *target)
{
    struct peer *peer = find_peer(discovery, target);
    ractor_peer_options options = {
        .host = target->host,
        .port = target->port,
        .retry_min_ms = discovery->options.retry_min_ms,
        .retry_max_ms = discovery->options.retry_max_ms,
    };
    if (peer != NULL) {
        peer->is_found = true;
        return;
    }
    if (grow(discovery) != RACTOR_OK)
        return;
    peer = &discovery->peers[discovery->n_peers];
    *peer = (struct peer){.target = *target, .is_found = true};
    if (ractor_node_connect(discovery->node, &options, &peer->keep_id) == RACTOR_OK)
        discovery->n_peers++;
}

static void forget_lost(struct rt_discovery *discovery)
{
    size_t n = 0;
    for (size_t i = 0; i < discovery->n_peers; i++) {
        if (discovery->peers[i].is_found)
            discovery->peers[n++] = discovery->peers[i];
        else
            ractor_node_disconnect(discovery->node, discovery->peers[i].keep_id);
    }
    discovery->n_peers = n;
}

static void take_in_all(struct rt_discovery *discovery, const struct rt_lookup *lookup)
{
    for (size_t i = 0; i < discovery->n_peers; i++)
        discovery->peers[i].is_found = false;
    for (size_t i = 0; i < lookup->n_found; i++)
        take_in(discovery, &lookup->found[i]);
    forget_lost(discovery);
}

/* ------------------------------------------------------------------ looking */

static void on_timer(struct rt_loop_timer *timer);

static void look_later(struct rt_discovery *discovery)
{
    uint64_t refresh_ms = discovery->options.refresh_ms;
    if (discovery->options.kind != RACTOR_DISCOVER_LIST)
        rt_loop_timer_start(&discovery->timer, on_timer,
                            refresh_ms != 0 ? refresh_ms : DEFAULT_REFRESH_MS);
}

static void on_looked(struct rt_errand *errand)
{
    struct rt_lookup *lookup = (struct rt_lookup *)(void *)errand;
    struct rt_discovery *discovery = lookup->user;
    discovery->lookup = NULL;
    if (discovery->is_over) {
        try_free(discovery);
        return;
    }
    if (lookup->status == RACTOR_OK)
        take_in_all(discovery, lookup);
    else
        rt_logf(discovery->node->log, RACTOR_LOG_WARN, "cannot find nodes by %s: %s",
                discovery->source, ractor_strerror(lookup->status));
    look_later(discovery);
}

static void on_timer(struct rt_loop_timer *timer)
{
    struct rt_discovery *discovery = timer->data;
    struct rt_lookup *lookup =
        rt_lookup_new(discovery->options.kind, discovery->source, discovery->options.port);
    if (lookup != NULL) {
        lookup->errand.done = on_looked;
        lookup->user = discovery;
        if (rt_errand_start(&lookup->errand, &discovery->node->loop) == RACTOR_OK) {
            discovery->lookup = lookup;
            return;
        }
    }
    rt_lookup_free(lookup);
    look_later(discovery);
}

static void on_start(struct rt_task *task)
{
    struct rt_discovery *discovery =
        (struct rt_discovery *)(void *)((char *)task - offsetof(struct rt_discovery, start_task));
    ractor_node *node = discovery->node;
    discovery->next = node->discoveries;
    node->discoveries = discovery;
    rt_loop_timer_init(&node->loop, &discovery->timer, discovery);
    if (node->is_stopping)
        end(discovery);
    else
        rt_loop_timer_start(&discovery->timer, on_timer, 0);
}

/* A list is checked where its giver can be told. */
static ractor_status check(const ractor_discovery_options *options)
{
    if (options == NULL || options->source == NULL || options->source[0] == '\0' ||
        (unsigned)options->kind > RACTOR_DISCOVER_SRV)
        return RACTOR_EINVAL;
    if (options->kind == RACTOR_DISCOVER_DNS && options->port == 0)
        return RACTOR_EINVAL;
    if (options->kind != RACTOR_DISCOVER_LIST)
        return RACTOR_OK;
    struct rt_lookup *lookup = rt_lookup_new(options->kind, options->source, options->port);
    if (lookup == NULL)
        return RACTOR_ENOMEM;
    ractor_status status = rt_lookup_parse(lookup, options->source);
    rt_lookup_free(lookup);
    return status;
}

ractor_status ractor_node_discover(ractor_node *node, const ractor_discovery_options *options)
{
    ractor_status status = check(options);
    if (node == NULL || status != RACTOR_OK)
        return node == NULL ? RACTOR_EINVAL : status;
    size_t length = strlen(options->source);
    struct rt_discovery *discovery = rt_calloc(1, sizeof *discovery + length + 1);
    if (discovery == NULL)
        return RACTOR_ENOMEM;
    discovery->node = node;
    discovery->options = *options;
    discovery->options.source = NULL;
    memcpy(discovery->source, options->source, length + 1);
    discovery->start_task.run = on_start;
    rt_loop_post(&node->loop, &discovery->start_task);
    return RACTOR_OK;
}

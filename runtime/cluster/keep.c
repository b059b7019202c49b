/* SPDX-License-Identifier: MIT */
#include "cluster/keep.h"

#include "base/alloc.h"
#include "cluster/session.h"

#include <ractor/peer.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_MIN_MS 100
#define DEFAULT_MAX_MS 10000
#define OWN_ADDRESS_MS 60000

/* ------------------------------------------------------------------ dialling and pausing */

static void on_timer(struct rt_loop_timer *timer)
{
    struct rt_keep *keep = timer->data;
    keep->dial = rt_dial_for(keep);
    /* Without memory, or over already, which has set the timer. */
    if (keep->dial == NULL && !rt_loop_timer_is_set(timer))
        rt_loop_timer_start(timer, on_timer, keep->max_ms);
}

static void pause_and_dial(struct rt_keep *keep)
{
    uint32_t random = 0;
    uint64_t half = keep->pause_ms / 2;
    if (ractor_random(keep->node->runtime, &random, sizeof random) != RACTOR_OK)
        random = 0; /* it only spreads dials: any number will do */
    uint64_t pause_ms = keep->pause_ms - half + random % (half + 1);
    keep->pause_ms = keep->pause_ms < keep->max_ms / 2 ? keep->pause_ms * 2 : keep->max_ms;
    rt_loop_timer_start(&keep->timer, on_timer, pause_ms);
}

void rt_keep_dialled(struct rt_keep *keep, ractor_status status, const char *peer_name)
{
    keep->dial = NULL;
    keep->is_up = status == RACTOR_OK;
    /* The address is this node's own, or another's that took its name, unproven. */
    if (status == RACTOR_EINVAL) {
        rt_loop_timer_start(&keep->timer, on_timer, OWN_ADDRESS_MS);
        return;
    }
    if (!keep->is_up) {
        pause_and_dial(keep);
        return;
    }
    keep->pause_ms = keep->min_ms;
    (void)snprintf(keep->peer_name, sizeof keep->peer_name, "%s", peer_name);
}

static bool is_connected(const ractor_node *node, const char *peer_name)
{
    for (const struct rt_session *s = node->sessions; s != NULL; s = s->next) {
        if (rt_session_is_up(s) && strcmp(s->handshake.peer.name, peer_name) == 0)
            return true;
    }
    return false;
}

void rt_keep_session_ended(ractor_node *node, const char *peer_name)
{
    if (node->is_stopping || is_connected(node, peer_name))
        return;
    for (struct rt_keep *keep = node->keeps; keep != NULL; keep = keep->next) {
        if (!keep->is_up || strcmp(keep->peer_name, peer_name) != 0)
            continue;
        keep->is_up = false;
        pause_and_dial(keep);
    }
}

/* ------------------------------------------------------------------ start and end */

static void on_closed(struct rt_loop_timer *timer)
{
    struct rt_keep *keep = timer->data;
    ractor_node *node = keep->node;
    struct rt_keep **at = &node->keeps;
    while (*at != keep)
        at = &(*at)->next;
    *at = keep->next;
    rt_free(keep);
    rt_node_check_end(node);
}

static void end(struct rt_keep *keep)
{
    if (keep->is_over)
        return;
    keep->is_over = true;
    keep->is_up = false;
    if (keep->dial != NULL)
        keep->dial->keep = NULL;
    rt_loop_timer_close(&keep->timer, on_closed);
}

void rt_keep_cancel_all(ractor_node *node)
{
    for (struct rt_keep *keep = node->keeps; keep != NULL; keep = keep->next)
        end(keep);
}

static void on_start(struct rt_task *task)
{
    struct rt_keep *keep =
        (struct rt_keep *)(void *)((char *)task - offsetof(struct rt_keep, start_task));
    ractor_node *node = keep->node;
    keep->next = node->keeps;
    node->keeps = keep;
    rt_loop_timer_init(&node->loop, &keep->timer, keep);
    if (node->is_stopping)
        end(keep);
    else
        rt_loop_timer_start(&keep->timer, on_timer, 0);
}

ractor_status ractor_node_connect(ractor_node *node, const ractor_peer_options *options,
                                  uint64_t *peer)
{
    if (node == NULL || options == NULL || options->host == NULL || options->port == 0)
        return RACTOR_EINVAL;
    size_t length = strlen(options->host);
    if (length == 0 || length >= RT_DIAL_HOST_BYTES)
        return RACTOR_EINVAL;
    struct rt_keep *keep = rt_calloc(1, sizeof *keep);
    if (keep == NULL)
        return RACTOR_ENOMEM;
    keep->node = node;
    keep->start_task.run = on_start;
    memcpy(keep->target.host, options->host, length + 1);
    keep->target.port = options->port;
    keep->target.timeout_ms = RACTOR_TIMEOUT_DEFAULT;
    keep->target.is_encrypted = rt_tls_has_client(&node->tls);
    keep->min_ms = options->retry_min_ms != 0 ? options->retry_min_ms : DEFAULT_MIN_MS;
    keep->max_ms = options->retry_max_ms != 0 ? options->retry_max_ms : DEFAULT_MAX_MS;
    if (keep->max_ms < keep->min_ms)
        keep->max_ms = keep->min_ms;
    keep->pause_ms = keep->min_ms;
    keep->id = atomic_fetch_add_explicit(&node->last_keep_id, 1, memory_order_relaxed) + 1;
    if (peer != NULL)
        *peer = keep->id;
    rt_loop_post(&node->loop, &keep->start_task);
    return RACTOR_OK;
}

/* An order to the loop. */
struct forget {
    struct rt_task task;
    ractor_node *node;
    uint64_t id;
};

static void on_forget(struct rt_task *task)
{
    struct forget *forget = (struct forget *)(void *)task;
    for (struct rt_keep *keep = forget->node->keeps; keep != NULL; keep = keep->next) {
        if (keep->id == forget->id)
            end(keep);
    }
    rt_free(forget);
}

void ractor_node_disconnect(ractor_node *node, uint64_t peer)
{
    struct forget *forget = rt_calloc(1, sizeof *forget);
    if (forget == NULL)
        return; /* stays up: harmless */
    forget->task.run = on_forget;
    forget->node = node;
    forget->id = peer;
    rt_loop_post(&node->loop, &forget->task);
}

/* SPDX-License-Identifier: MIT */
/*
 * A connection that is to be accepted goes to the loop by a task. One that is to be dialled with
 * waits in the node's list, under a number which travels in the call to the NodeServer: whoever
 * takes it off the list, the dial or the caller whose call has failed before, owns it.
 */
#include "cluster/external.h"

#include "base/alloc.h"
#include "cluster/dial.h"

#include <stdio.h>

static void copy_label(char *to, const char *label)
{
    (void)snprintf(to, RT_LABEL_BYTES, "%s", label != NULL ? label : "external");
}

static struct rt_external *new_external(ractor_node *node, const ractor_external *given)
{
    struct rt_external *external = rt_calloc(1, sizeof *external);
    if (external == NULL)
        return NULL;
    external->node = node;
    copy_label(external->peer, given->peer_label);
    copy_label(external->local, given->local_label);
    external->connection = (struct rt_connection){
        .transport = given->transport,
        .peer_label = external->peer,
        .local_label = external->local,
    };
    return external;
}

static void drop(ractor_transport *transport)
{
    transport->ops->free(transport);
}

static bool is_usable(const ractor_node *node, const ractor_external *given)
{
    return node != NULL && given != NULL && given->transport != NULL;
}

/* ------------------------------------------------------------------ the accepting side */

static void on_accept(struct rt_task *task)
{
    struct rt_external *external =
        (struct rt_external *)(void *)((char *)task - offsetof(struct rt_external, task));
    ractor_node *node = external->node;
    bool has_room = rt_budget_ask(&node->budget, external->connection.source) == RT_BUDGET_HAS_ROOM;
    ractor_status status = RACTOR_ELIMIT;
    if (node->is_stopping)
        status = RACTOR_ECANCELED;
    else if (has_room)
        status = rt_session_open(node, &external->connection, NULL);
    else
        rt_node_refuse(node, RT_REFUSED_FOR_ALL, external->peer);
    if (status != RACTOR_OK) {
        if (has_room)
            rt_logf(node->log, RACTOR_LOG_WARN, "connection from %s refused: %s", external->peer,
                    ractor_strerror(status));
        drop(external->connection.transport);
    }
    rt_free(external);
}

ractor_status ractor_cluster_accept_external(ractor_node *node, const ractor_external *given)
{
    if (!is_usable(node, given))
        return RACTOR_EINVAL;
    struct rt_external *external = new_external(node, given);
    if (external == NULL)
        return RACTOR_ENOMEM;
    external->task.run = on_accept;
    rt_loop_post(&node->loop, &external->task);
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ the dialling side */

static uint64_t list(struct rt_external *external)
{
    ractor_node *node = external->node;
    (void)pthread_mutex_lock(&node->lock);
    uint64_t id = ++node->last_external_id;
    external->id = id;
    external->next = node->externals;
    node->externals = external;
    (void)pthread_mutex_unlock(&node->lock);
    return id;
}

struct rt_external *rt_external_take(ractor_node *node, uint64_t id)
{
    (void)pthread_mutex_lock(&node->lock);
    struct rt_external **at = &node->externals;
    while (*at != NULL && (*at)->id != id)
        at = &(*at)->next;
    struct rt_external *external = *at;
    if (external != NULL)
        *at = external->next;
    (void)pthread_mutex_unlock(&node->lock);
    return external;
}

ractor_status ractor_cluster_connect_external(ractor_node *node, const ractor_external *given,
                                              uint32_t timeout_ms)
{
    if (!is_usable(node, given))
        return RACTOR_EINVAL;
    struct rt_external *external = new_external(node, given);
    if (external == NULL) {
        drop(given->transport);
        return RACTOR_ENOMEM;
    }
    struct rt_dial_target target = {.external = list(external), .timeout_ms = timeout_ms};
    copy_label(target.host, external->peer);
    ractor_status status = rt_node_server_connect(node, &target);
    external = rt_external_take(node, target.external);
    if (external != NULL) { /* the call has not reached a dial */
        drop(external->connection.transport);
        rt_free(external);
    }
    return status;
}

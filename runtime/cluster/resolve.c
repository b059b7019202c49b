/* SPDX-License-Identifier: MIT */
/* Between references and what names an actor in a message. */
#include "cluster/session.h"

#include <ractor/peer.h>
#include <ractor/registry.h>

#include <stdio.h>
#include <string.h>

static bool is_named(const char *name, ractor_string node)
{
    return strlen(name) == node.length && memcmp(name, node.data, node.length) == 0;
}

static ractor_status resolve_here(ractor_node *node, const ractor_actor_id *id, ractor_ref *ref)
{
    ractor_ref found;
    if (id->incarnation != 0 && id->incarnation != node->identity.incarnation)
        return RACTOR_ESTALE;
    ractor_status status = ractor_find_pid(node->runtime, id->pid, &found);
    if (status != RACTOR_OK || !ractor_is_remotable(found))
        return RACTOR_ENOENT;
    *ref = found;
    return RACTOR_OK;
}

ractor_status ractor_node_resolve(ractor_node *node, const ractor_actor_id *id, ractor_ref *ref)
{
    ractor_status status = RACTOR_ENODE;
    if (id->node.data == NULL)
        return RACTOR_ENODE;
    if (is_named(node->identity.name, id->node))
        return resolve_here(node, id, ref);
    (void)pthread_mutex_lock(&node->lock);
    for (const struct rt_session *s = node->sessions; s != NULL && status != RACTOR_OK;
         s = s->next) {
        if (s->info.is_authenticated && !s->is_closed && is_named(s->info.peer_name, id->node))
            status = rt_session_is_stale(s, id->incarnation)
                         ? RACTOR_ESTALE
                         : rt_link_find_actor(s->link, id->pid, ref);
    }
    (void)pthread_mutex_unlock(&node->lock);
    return status;
}

/* The node that a remote actor is on. */
static ractor_status name_of(ractor_node *node, const struct rt_remote_address *address, char *name,
                             uint64_t *incarnation)
{
    ractor_status status = RACTOR_ENODE;
    (void)pthread_mutex_lock(&node->lock);
    for (const struct rt_session *s = node->sessions; s != NULL; s = s->next) {
        if (s->is_closed || s->link != address->link || s->incarnation != address->incarnation)
            continue;
        (void)snprintf(name, RACTOR_NODE_NAME_BYTES, "%s", s->info.peer_name);
        *incarnation = s->info.peer_incarnation;
        status = RACTOR_OK;
    }
    (void)pthread_mutex_unlock(&node->lock);
    return status;
}

ractor_status ractor_node_id_of(ractor_node *node, ractor_ref actor,
                                char name[RACTOR_NODE_NAME_BYTES], ractor_actor_id *id)
{
    struct rt_remote_address address;
    ractor_status status = RACTOR_OK;
    uint64_t pid = actor.pid;
    uint64_t incarnation = node->identity.incarnation;
    if (ractor_remote_address_of(actor, &address)) {
        pid = address.pid;
        status = name_of(node, &address, name, &incarnation);
    } else if (ractor_status_of(actor) == RACTOR_ACTOR_STOPPED) {
        status = RACTOR_ENOENT;
    } else if (!ractor_is_remotable(actor)) {
        status = RACTOR_EINVAL;
    } else {
        (void)snprintf(name, RACTOR_NODE_NAME_BYTES, "%s", node->identity.name);
    }
    if (status == RACTOR_OK)
        *id = (ractor_actor_id){
            .node = ractor_string_from(name), .pid = pid, .incarnation = incarnation};
    return status;
}

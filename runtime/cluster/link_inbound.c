/* SPDX-License-Identifier: MIT */
/*
 * The calls of a peer that this node has not answered yet, so that a cancellation, or the end of
 * the session, finds their ports. Kept only for peers that may cancel.
 */
#include "cluster/link.h"

#include "base/alloc.h"
#include "cluster/handshake.h"

static struct rt_inbound_call *new_call(struct rt_link *link)
{
    struct rt_inbound_call *call = link->free_inbound;
    if (call == NULL)
        return rt_alloc(sizeof *call);
    link->free_inbound = call->next;
    return call;
}

static void add(struct rt_link *link, struct rt_pair key, ractor_port port)
{
    struct rt_inbound_call *call = new_call(link);
    if (call == NULL)
        return;
    *call = (struct rt_inbound_call){.port = port, .callee = key.a};
    if (rt_pair_map_add(&link->inbound, key, call) != RACTOR_OK)
        rt_free(call);
}

void rt_link_add_inbound(struct rt_link *link, const struct rt_return_address *call,
                         ractor_port port)
{
    struct rt_pair key = {call->to, call->tag};
    (void)pthread_mutex_lock(&link->lock);
    if (link->is_open && link->incarnation == call->incarnation &&
        (link->extensions & RT_EXTENSION_CANCEL) != 0)
        add(link, key, port);
    (void)pthread_mutex_unlock(&link->lock);
}

bool rt_link_take_inbound(struct rt_link *link, uint64_t incarnation, uint64_t pid, uint64_t tag,
                          ractor_port *port)
{
    struct rt_inbound_call *call = NULL;
    struct rt_pair key = {pid, tag};
    (void)pthread_mutex_lock(&link->lock);
    if (link->is_open && link->incarnation == incarnation)
        call = rt_pair_map_take(&link->inbound, key);
    if (call != NULL) {
        *port = call->port;
        call->next = link->free_inbound;
        link->free_inbound = call;
    }
    (void)pthread_mutex_unlock(&link->lock);
    return call != NULL;
}

void rt_link_cancel_inbound(ractor_runtime *runtime, struct rt_pair_map *inbound)
{
    struct rt_inbound_call *call;
    size_t cursor = 0;
    while ((call = rt_pair_map_next(inbound, &cursor)) != NULL) {
        ractor_inbound_cancel(runtime, call->callee, &call->port);
        rt_free(call);
    }
    rt_pair_map_fini(inbound);
}

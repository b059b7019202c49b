/* SPDX-License-Identifier: MIT */
/*
 * The calls of a peer that this node has not answered yet, so that a cancellation, the end of their
 * time, or of the session, finds their ports. A call that no peer may cancel and that has no
 * deadline is not kept.
 */
#include "cluster/link.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "cluster/handshake.h"

static struct rt_inbound_call *new_call(struct rt_link *link)
{
    struct rt_inbound_call *call = link->free_inbound;
    if (call == NULL)
        return rt_alloc(sizeof *call);
    link->free_inbound = call->next;
    return call;
}

static void add(struct rt_link *link, struct rt_pair key, ractor_port port, uint64_t deadline_ns)
{
    struct rt_inbound_call *call = new_call(link);
    if (call == NULL)
        return;
    *call = (struct rt_inbound_call){.port = port, .callee = key.a, .tag = key.b};
    if (rt_pair_map_add(&link->inbound, key, call) != RACTOR_OK)
        rt_free(call);
    else if (deadline_ns != RT_NEVER)
        rt_wheel_add(&link->deadlines, &call->deadline, deadline_ns);
}

void rt_link_add_inbound(struct rt_link *link, const struct rt_return_address *call,
                         ractor_port port, uint64_t deadline_ns)
{
    struct rt_pair key = {call->to, call->tag};
    (void)pthread_mutex_lock(&link->lock);
    if (link->is_open && link->incarnation == call->incarnation &&
        ((link->extensions & RT_EXTENSION_CANCEL) != 0 || deadline_ns != RT_NEVER))
        add(link, key, port, deadline_ns);
    (void)pthread_mutex_unlock(&link->lock);
}

/* It is in no wheel and in no map any more. */
static void spare(struct rt_link *link, struct rt_inbound_call *call)
{
    call->next = link->free_inbound;
    link->free_inbound = call;
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
        rt_wheel_remove(&link->deadlines, &call->deadline);
        spare(link, call);
    }
    (void)pthread_mutex_unlock(&link->lock);
    return call != NULL;
}

bool rt_link_take_expired(struct rt_link *link, uint64_t incarnation, uint64_t now_ns,
                          uint64_t *pid, ractor_port *port, uint64_t *next_ns)
{
    struct rt_timer *timer = NULL;
    *next_ns = RT_NEVER;
    (void)pthread_mutex_lock(&link->lock);
    if (link->is_open && link->incarnation == incarnation) {
        timer = rt_wheel_expire(&link->deadlines, now_ns);
        *next_ns = rt_wheel_next_ns(&link->deadlines);
    }
    if (timer != NULL) {
        struct rt_inbound_call *call = (struct rt_inbound_call *)(void *)timer;
        struct rt_pair key = {call->callee, call->tag};
        *pid = call->callee;
        *port = call->port;
        (void)rt_pair_map_take(&link->inbound, key);
        spare(link, call);
    }
    (void)pthread_mutex_unlock(&link->lock);
    return timer != NULL;
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

/* SPDX-License-Identifier: MIT */
/*
 * The NodeServer actor: supervises the NodeSession actors and takes the calls that dial. A dial is
 * answered by the loop when its session is ready, so that waiting for it works like any call: a
 * thread blocks, a handler suspends.
 */
#include "cluster/node.h"

#include "cluster/dial.h"

#include <ractor/call.h>

enum { CONNECT };

struct state {
    ractor_node *node;
};

static const ractor_codec target_codec = {
    .size = sizeof(struct rt_dial_target),
    .align = _Alignof(struct rt_dial_target),
};

static ractor_status dispatch(const void *handlers, ractor_context *ctx, void *state_, uint32_t tag,
                              const void *args, ractor_port *port)
{
    struct state *state = state_;
    (void)handlers;
    (void)ctx;
    (void)tag; /* there is one */
    ractor_status status = rt_dial_new(state->node, args, port);
    if (status != RACTOR_OK)
        (void)ractor_port_fail(port, status);
    return RACTOR_OK;
}

static const char *missing(const void *handlers)
{
    (void)handlers;
    return NULL;
}

static const ractor_variant variants[] = {
    [CONNECT] = {"Connect", &target_codec, &rt_dial_outcome_codec, RACTOR_VARIANT_RPC, 0},
};

static const ractor_message_type server_type = {
    .name = "ractor.NodeServer",
    .variants = variants,
    .n_variants = 1,
    .flags = RACTOR_TYPE_LOCAL,
    .dispatch = dispatch,
    .missing = missing,
};

static ractor_status pre_start(ractor_context *ctx, void *state_, const void *args)
{
    struct state *state = state_;
    ractor_node *const *node = args;
    (void)ctx;
    state->node = *node;
    return RACTOR_OK;
}

/* Ends of sessions are seen by the loop: all there is to do is not to end with them. The others are
 * those of actors that have a name in the cluster. */
static ractor_status on_event(ractor_context *ctx, void *state,
                              const ractor_supervision_event *event)
{
    (void)ctx;
    if (event->kind == RACTOR_EVENT_ACTOR_TERMINATED || event->kind == RACTOR_EVENT_ACTOR_FAILED)
        rt_names_actor_ended(((struct state *)state)->node, event->actor);
    return RACTOR_OK;
}

static const ractor_actor_class server_class = {
    .messages = &server_type,
    .handlers = &server_type, /* unused, but a table is wanted */
    .name = "NodeServer",
    .state_bytes = sizeof(struct state),
    .pre_start = pre_start,
    .handle_supervisor_event = on_event,
};

ractor_status rt_node_server_spawn(ractor_node *node)
{
    return ractor_spawn(node->runtime, &server_class, NULL, &node, &node->server);
}

ractor_status rt_node_server_connect(const ractor_node *node, struct rt_dial_target *target)
{
    ractor_unit nothing;
    if (target->timeout_ms == RACTOR_TIMEOUT_DEFAULT)
        target->timeout_ms = node->handshake_ms;
    ractor_status status = ractor_call(node->server, &server_type, CONNECT, target,
                                       target->timeout_ms, &nothing, NULL);
    /* Without its server, the node is being stopped. */
    return status == RACTOR_ENOENT || status == RACTOR_ESTOPPED ? RACTOR_ECANCELED : status;
}

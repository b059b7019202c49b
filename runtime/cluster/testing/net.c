/* SPDX-License-Identifier: MIT */
/*
 * A network as a guest of a simulation. It knows places, which are nodes or were, and connections
 * between them; each has two ends, that are transports, and two flows.
 *
 *   place A --- end 0 --- flows[0] --> --- end 1 --- place B
 *                     <-- flows[1] ---
 *
 * A connection that has been dialled first travels to the other place, as a piece would, and is
 * handed to the node there. It is freed when both ends are.
 */
#include "cluster/network.h"
#include "cluster/session.h"
#include "cluster/socket.h"
#include "cluster/testing/flow.h"

#include "actor/guest.h"
#include "base/alloc.h"
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define FIRST_PORT 10000
#define NAME_BYTES 256

struct place {
    struct place *next;
    const ractor_node *node; /* NULL: it takes no connections */
    ractor_node *taker;      /* the same, to hand them to */
    uint16_t port;           /* 0: it only dials */
    char host[NAME_BYTES];
    char name[NAME_BYTES];
};

struct connection;

struct end {
    ractor_transport base; /* first */
    struct connection *connection;
    unsigned index; /* writes to the flow of this number */
    struct place *place;
    bool is_shut, is_freed;
    ractor_transport_ready_fn ready;
    void *user;
};

struct connection {
    struct connection *next;
    ractor_sim_net *net;
    struct end ends[2];
    struct rt_flow flows[2];
    bool is_broken;
    bool is_arriving; /* not handed over yet */
    uint64_t arrives_ns;
    char labels[2][RT_LABEL_BYTES]; /* of the ends' places */
};

struct parting {
    struct parting *next;
    const struct place *a, *b;
};

struct ractor_sim_net {
    struct rt_network network; /* first */
    struct rt_guest guest;
    ractor_sim *sim;
    ractor_sim_faults faults;
    struct place *places;
    struct connection *connections;
    struct parting *partings;
    unsigned n_dialled;
    uint16_t last_port;
};

static struct rt_flow_world world_of(const ractor_sim_net *net)
{
    return (struct rt_flow_world){net->sim, &net->faults,
                                  ractor_now_ns(ractor_sim_runtime(net->sim))};
}

static void tell(const struct end *end)
{
    if (end->ready != NULL)
        end->ready(end->user);
}

/* ------------------------------------------------------------------ the ends */

static struct end *end_of(ractor_transport *transport)
{
    return (struct end *)transport;
}

static void reset(struct connection *connection)
{
    connection->is_broken = true;
    tell(&connection->ends[0]);
    tell(&connection->ends[1]);
}

static ractor_status end_read(ractor_transport *transport, void *bytes, size_t capacity,
                              size_t *length)
{
    struct end *end = end_of(transport);
    struct connection *connection = end->connection;
    struct rt_flow_world world = world_of(connection->net);
    struct rt_flow *flow = &connection->flows[1 - end->index];
    if (end->is_shut || connection->is_broken)
        return RACTOR_ENODE;
    ractor_status status = rt_flow_read(flow, &world, bytes, capacity, length);
    if (status == RACTOR_OK)
        tell(&connection->ends[1 - end->index]); /* there is room */
    return status;
}

static ractor_status end_write(ractor_transport *transport, const void *bytes, size_t size,
                               size_t *length)
{
    struct end *end = end_of(transport);
    struct connection *connection = end->connection;
    struct rt_flow_world world = world_of(connection->net);
    *length = 0;
    if (end->is_shut || connection->is_broken || connection->flows[1 - end->index].has_end)
        return RACTOR_ENODE;
    if (size == 0)
        return RACTOR_OK;
    ractor_status status =
        rt_flow_write(&connection->flows[end->index], &world, bytes, size, length);
    if (status != RACTOR_OK && status != RACTOR_EAGAIN)
        reset(connection);
    return status;
}

static void end_watch(ractor_transport *transport, ractor_transport_ready_fn ready, void *user)
{
    struct end *end = end_of(transport);
    end->ready = ready;
    end->user = user;
}

static void end_shut(ractor_transport *transport)
{
    struct end *end = end_of(transport);
    struct connection *connection = end->connection;
    struct rt_flow_world world = world_of(connection->net);
    if (end->is_shut)
        return;
    end->is_shut = true;
    if (rt_flow_end(&connection->flows[end->index], &world) != RACTOR_OK)
        reset(connection);
}

static void free_connection(struct connection *connection)
{
    struct connection **at = &connection->net->connections;
    while (*at != connection)
        at = &(*at)->next;
    *at = connection->next;
    rt_flow_fini(&connection->flows[0]);
    rt_flow_fini(&connection->flows[1]);
    rt_free(connection);
}

static void end_free(ractor_transport *transport)
{
    struct end *end = end_of(transport);
    end_watch(transport, NULL, NULL);
    end_shut(transport);
    end->is_freed = true;
    if (end->connection->ends[1 - end->index].is_freed)
        free_connection(end->connection);
}

static const ractor_transport_ops end_ops = {
    .read = end_read,
    .write = end_write,
    .watch = end_watch,
    .shut = end_shut,
    .free = end_free,
};

/* ------------------------------------------------------------------ places */

static struct place *find_name(const ractor_sim_net *net, const char *name)
{
    struct place *place = net->places;
    while (place != NULL && strcmp(place->name, name) != 0)
        place = place->next;
    return place;
}

static struct place *find_listener(const ractor_sim_net *net, const char *host, uint16_t port)
{
    struct place *place = net->places;
    while (place != NULL &&
           (place->node == NULL || place->port != port || strcmp(place->host, host) != 0))
        place = place->next;
    return place;
}

static struct place *find_node(const ractor_sim_net *net, const ractor_node *node)
{
    struct place *place = net->places;
    while (place != NULL && place->node != node)
        place = place->next;
    return place;
}

/* The place of this name, made when it is new. */
static struct place *get_place(ractor_sim_net *net, const char *name, const char *host)
{
    struct place *place = find_name(net, name);
    if (place != NULL)
        return place;
    place = rt_calloc(1, sizeof *place);
    if (place == NULL)
        return NULL;
    (void)snprintf(place->host, sizeof place->host, "%s", host);
    (void)snprintf(place->name, sizeof place->name, "%s", name);
    place->next = net->places;
    net->places = place;
    return place;
}

static ractor_status join(struct rt_network *network, ractor_node *node,
                          const ractor_node_options *options, uint16_t *port)
{
    ractor_sim_net *net = (ractor_sim_net *)network;
    const char *host = options->host != NULL ? options->host : "localhost";
    char name[NAME_BYTES];
    int length = snprintf(name, sizeof name, "%s@%s", options->name, host);
    if (length < 0 || (size_t)length >= sizeof name)
        return RACTOR_EINVAL;
    *port = options->is_dial_only ? 0 : options->port;
    if (*port == 0 && !options->is_dial_only)
        *port = ++net->last_port;
    if (*port != 0 && find_listener(net, host, *port) != NULL)
        return RACTOR_EADDR;
    struct place *place = get_place(net, name, host);
    if (place == NULL)
        return RACTOR_ENOMEM;
    place->node = node;
    place->taker = node;
    place->port = *port;
    return RACTOR_OK;
}

static void leave(struct rt_network *network, const ractor_node *node)
{
    struct place *place = find_node((ractor_sim_net *)network, node);
    if (place == NULL)
        return;
    place->node = NULL;
    place->taker = NULL;
}

/* ------------------------------------------------------------------ connections */

static bool are_parted(const ractor_sim_net *net, const struct connection *connection)
{
    const struct place *a = connection->ends[0].place, *b = connection->ends[1].place;
    for (const struct parting *p = net->partings; p != NULL; p = p->next)
        if ((p->a == a && p->b == b) || (p->a == b && p->b == a))
            return true;
    return false;
}

static void init_ends(struct connection *connection, struct place *from, struct place *to)
{
    ractor_sim_net *net = connection->net;
    struct place *places[2] = {from, to};
    for (unsigned i = 0; i < 2; i++)
        connection->ends[i] = (struct end){
            .base.ops = &end_ops, .connection = connection, .index = i, .place = places[i]};
    (void)snprintf(connection->labels[0], sizeof connection->labels[0], "%.100s:%u", from->host,
                   FIRST_PORT * 2u + ++net->n_dialled);
    (void)snprintf(connection->labels[1], sizeof connection->labels[1], "%.100s:%u", to->host,
                   to->port);
}

static ractor_status dial(struct rt_network *network, const ractor_node *from, const char *host,
                          uint16_t port, struct rt_connection *result)
{
    ractor_sim_net *net = (ractor_sim_net *)network;
    struct rt_flow_world world = world_of(net);
    struct place *dialler = find_node(net, from), *listener = find_listener(net, host, port);
    if (dialler == NULL || listener == NULL)
        return RACTOR_ENODE;
    struct connection *connection = rt_calloc(1, sizeof *connection);
    if (connection == NULL)
        return RACTOR_ENOMEM;
    connection->net = net;
    init_ends(connection, dialler, listener);
    connection->is_arriving = true;
    connection->arrives_ns = world.now_ns + net->faults.min_delay_us * UINT64_C(1000);
    connection->next = net->connections;
    net->connections = connection;
    *result = (struct rt_connection){.transport = &connection->ends[0].base,
                                     .peer_label = connection->labels[1],
                                     .local_label = connection->labels[0]};
    return RACTOR_OK;
}

/* The node may have gone meanwhile. */
static void hand_over(struct connection *connection)
{
    struct end *end = &connection->ends[1];
    ractor_external external = {&end->base, connection->labels[0], connection->labels[1]};
    connection->is_arriving = false;
    if (end->place->taker != NULL &&
        ractor_cluster_accept_external(end->place->taker, &external) == RACTOR_OK)
        return;
    reset(connection);
    end_free(&end->base);
}

static bool step_flow(struct connection *connection, unsigned index, uint64_t now_ns)
{
    ractor_status status;
    if (!rt_flow_step(&connection->flows[index], now_ns, &status))
        return false;
    if (status != RACTOR_OK)
        reset(connection);
    tell(&connection->ends[0]);
    tell(&connection->ends[1]);
    return true;
}

static bool step_connection(struct connection *connection, uint64_t now_ns)
{
    if (connection->is_arriving) {
        if (connection->arrives_ns > now_ns)
            return false;
        hand_over(connection);
        return true;
    }
    return step_flow(connection, 0, now_ns) || step_flow(connection, 1, now_ns);
}

static ractor_sim_net *net_of(struct rt_guest *guest)
{
    return (ractor_sim_net *)(void *)((char *)guest - offsetof(ractor_sim_net, guest));
}

static bool step(struct rt_guest *guest)
{
    ractor_sim_net *net = net_of(guest);
    uint64_t now_ns = world_of(net).now_ns;
    for (struct connection *c = net->connections; c != NULL; c = c->next)
        if (!are_parted(net, c) && step_connection(c, now_ns))
            return true;
    return false;
}

static uint64_t connection_next_ns(const struct connection *connection)
{
    if (connection->is_arriving)
        return connection->arrives_ns;
    uint64_t left_ns = rt_flow_next_ns(&connection->flows[0]);
    uint64_t right_ns = rt_flow_next_ns(&connection->flows[1]);
    return left_ns < right_ns ? left_ns : right_ns;
}

static uint64_t next_ns_of(struct rt_guest *guest)
{
    const ractor_sim_net *net = net_of(guest);
    uint64_t next_ns = RT_NEVER;
    for (const struct connection *c = net->connections; c != NULL; c = c->next) {
        uint64_t own_ns = connection_next_ns(c);
        if (own_ns < next_ns && !are_parted(net, c))
            next_ns = own_ns;
    }
    return next_ns;
}

/* ------------------------------------------------------------------ public */

ractor_status ractor_sim_net_new(ractor_sim *sim, ractor_sim_net **result)
{
    if (sim == NULL || result == NULL)
        return RACTOR_EINVAL;
    ractor_sim_net *net = rt_calloc(1, sizeof *net);
    if (net == NULL)
        return RACTOR_ENOMEM;
    net->network = (struct rt_network){join, leave, dial};
    net->guest.step = step;
    net->guest.next_ns = next_ns_of;
    net->sim = sim;
    net->last_port = FIRST_PORT;
    ractor_guest_enter(ractor_sim_runtime(sim), &net->guest);
    *result = net;
    return RACTOR_OK;
}

/* Ends that were on their way to a node are the network's. */
static void free_connections(ractor_sim_net *net)
{
    while (net->connections != NULL) {
        struct connection *connection = net->connections;
        net->connections = connection->next;
        rt_flow_fini(&connection->flows[0]);
        rt_flow_fini(&connection->flows[1]);
        rt_free(connection);
    }
}

void ractor_sim_net_free(ractor_sim_net *net)
{
    if (net == NULL)
        return;
    ractor_guest_leave(&net->guest);
    ractor_sim_net_heal(net);
    free_connections(net);
    while (net->places != NULL) {
        struct place *place = net->places;
        net->places = place->next;
        rt_free(place);
    }
    rt_free(net);
}

ractor_status ractor_sim_net_start_node(ractor_sim_net *net, ractor_sim *sim,
                                        const ractor_node_options *options, ractor_node **node)
{
    if (net == NULL || sim == NULL || options == NULL || node == NULL)
        return RACTOR_EINVAL;
    if (options->tls != NULL)
        return RACTOR_ENOTSUP;
    return rt_node_start_in(&net->network, ractor_sim_runtime(sim), options, node);
}

void ractor_sim_net_set_faults(ractor_sim_net *net, const ractor_sim_faults *faults)
{
    static const ractor_sim_faults none = {0};
    net->faults = faults != NULL ? *faults : none;
    for (struct connection *c = net->connections; c != NULL; c = c->next) {
        tell(&c->ends[0]); /* the window may be wider */
        tell(&c->ends[1]);
    }
}

ractor_status ractor_sim_net_part(ractor_sim_net *net, const char *a, const char *b)
{
    const struct place *one = find_name(net, a), *other = find_name(net, b);
    if (one == NULL || other == NULL)
        return RACTOR_ENOENT;
    struct parting *parting = rt_alloc(sizeof *parting);
    if (parting == NULL)
        return RACTOR_ENOMEM;
    *parting = (struct parting){net->partings, one, other};
    net->partings = parting;
    return RACTOR_OK;
}

void ractor_sim_net_heal(ractor_sim_net *net)
{
    while (net->partings != NULL) {
        struct parting *parting = net->partings;
        net->partings = parting->next;
        rt_free(parting);
    }
}

void ractor_sim_net_reset(ractor_sim_net *net)
{
    for (struct connection *c = net->connections; c != NULL; c = c->next)
        reset(c);
}

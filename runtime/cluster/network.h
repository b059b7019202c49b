/* SPDX-License-Identifier: MIT */
/*
 * What a node of a simulation has instead of the system's sockets. Its functions are called on the
 * simulation's thread.
 */
#ifndef RACTOR_CLUSTER_NETWORK_H
#define RACTOR_CLUSTER_NETWORK_H

#include <ractor/cluster.h>
#include <ractor/status.h>

#include <stdint.h>

struct rt_connection;

struct rt_network {
    /* The node takes connections from now on, at `*port` of its host unless it only dials. 0: the
     * network chooses. RACTOR_EADDR: the port is taken; RACTOR_ENOMEM. */
    ractor_status (*join)(struct rt_network *network, ractor_node *node,
                          const ractor_node_options *options, uint16_t *port);
    /* It takes none any more. Does nothing for a node that has not joined. */
    void (*leave)(struct rt_network *network, const ractor_node *node);
    /* Connects. Gives `connection->transport`; its labels live as long. RACTOR_ENODE: refused;
     * RACTOR_ENOMEM. */
    ractor_status (*dial)(struct rt_network *network, const ractor_node *from, const char *host,
                          uint16_t port, struct rt_connection *connection);
};

/* As ractor_node_start, for a node of a simulation in this network, which it borrows until its
 * end. */
ractor_status rt_node_start_in(struct rt_network *network, ractor_runtime *runtime,
                               const ractor_node_options *options, ractor_node **node);

#endif

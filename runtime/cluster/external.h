/* SPDX-License-Identifier: MIT */
/* Connections that the program has made by itself and hands to a node. */
#ifndef RACTOR_CLUSTER_EXTERNAL_H
#define RACTOR_CLUSTER_EXTERNAL_H

#include "cluster/session.h"
#include "cluster/socket.h"

struct rt_external {
    struct rt_external *next; /* the node's list, under its lock */
    uint64_t id;
    ractor_node *node;
    struct rt_task task;
    struct rt_connection connection;
    char peer[RT_LABEL_BYTES], local[RT_LABEL_BYTES];
};

/* Takes it off the node's list: the caller frees it, and the transport unless that goes to a
 * session. NULL: it is not there. Any thread. */
struct rt_external *rt_external_take(ractor_node *node, uint64_t id);

#endif

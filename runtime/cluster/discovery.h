/* SPDX-License-Identifier: MIT */
/* What a node's discoveries have to do with the rest of it. The loop. */
#ifndef RACTOR_CLUSTER_DISCOVERY_H
#define RACTOR_CLUSTER_DISCOVERY_H

#include "cluster/node.h"

/* Ends all. */
void rt_discovery_cancel_all(ractor_node *node);

#endif

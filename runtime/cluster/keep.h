/* SPDX-License-Identifier: MIT */
/*
 * Peers that are kept connected. All on the loop's thread.
 *
 *   pausing --timer--> dialling --ready--> up
 *      ^                  | failed          | its last session ended
 *      +------------------+-----------------+
 */
#ifndef RACTOR_CLUSTER_KEEP_H
#define RACTOR_CLUSTER_KEEP_H

#include "cluster/dial.h"
#include "cluster/node.h"

struct rt_keep {
    ractor_node *node;
    struct rt_keep *next; /* the node's list */
    struct rt_task start_task;
    struct rt_dial_target target;
    uint64_t id;
    uint64_t min_ms, max_ms, pause_ms; /* the next pause, before it is cut */
    struct rt_loop_timer timer;
    struct rt_dial *dial; /* while dialling */
    char peer_name[256];  /* of the node that the target leads to, once known */
    bool is_up;
    bool is_over;
};

/* A dial for the peer has ended. `peer_name` is whom it has led to, if it has. */
void rt_keep_dialled(struct rt_keep *keep, ractor_status status, const char *peer_name);

/* A session with this peer has ended. */
void rt_keep_session_ended(ractor_node *node, const char *peer_name);

/* Ends all. */
void rt_keep_cancel_all(ractor_node *node);

#endif

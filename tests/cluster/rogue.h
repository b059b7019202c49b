/* SPDX-License-Identifier: MIT */
/* A peer that is played by hand over a socket: it knows the cookie, goes through the handshake, and
 * says then whatever the test has it say. */
#ifndef TESTS_CLUSTER_ROGUE_H
#define TESTS_CLUSTER_ROGUE_H

#include "cluster/codec.h"
#include "cluster/frame.h"
#include "cluster/handshake.h"
#include "sample.h"

struct rogue {
    int fd;
    struct rt_frame_reader heard;
    struct rt_cookies cookies;
    struct rt_identity identity;
    struct rt_challenges challenges;
    struct rt_handshake handshake;
};

/* Connects as `name@host`; the handshake is over when it returns. Fails the test otherwise. */
void rogue_dial(struct rogue *rogue, const struct sample_node *node, const char *name);
void rogue_close(struct rogue *rogue);

/* Each gives the message a frame. False: the node has closed the connection. */
bool rogue_send(struct rogue *rogue, const uint8_t *message, size_t size);
bool rogue_send_control(struct rogue *rogue, const struct rt_control_out *control);
bool rogue_send_node(struct rogue *rogue, const struct rt_node_message *message);

/* The next message of a kind that the node sends; what comes before it is dropped. The view lives
 * until the next call. Fails the test when none comes. */
ractor_bytes rogue_hear(struct rogue *rogue, enum rt_net_kind kind);
/* Waits until the node has handled all that was sent before. */
void rogue_settle(struct rogue *rogue);

/* Whether the node closes the connection. */
bool rogue_is_thrown_out(struct rogue *rogue);

#endif

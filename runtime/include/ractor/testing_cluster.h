/* SPDX-License-Identifier: MIT */
/**
 * @file testing_cluster.h
 * Clusters in a simulation, for tests: nodes as they are, on a network in memory that delays,
 * breaks, loses and corrupts as the test says, all on the test's thread and in simulated time. A
 * test that fails for a seed fails for it each time.
 *
 * @code
 * ractor_sim *sims[2];                                        // a runtime for each node
 * status = ractor_sim_new(&(ractor_sim_options){.seed = seed}, &sims[0]);
 * status = ractor_sim_new(&(ractor_sim_options){.beside = sims[0]}, &sims[1]);
 * ractor_sim_net *net = NULL;
 * status = ractor_sim_net_new(sims[0], &net);
 * ractor_node_options options = {.name = "alpha", .cookie = "secret", .port = 1};
 * status = ractor_sim_net_start_node(net, sims[0], &options, &alpha);   // and beta at port 2
 * status = ractor_cluster_connect(alpha, "localhost", 2, 5000);
 * ractor_sim_net_part(net, "alpha@localhost", "beta@localhost");        // calls now time out
 * ractor_sim_advance(sims[0], 60000);
 * @endcode
 *
 * Everything of a node works but what needs the system: encryption, and Unix-domain sockets. Nodes
 * are stopped before the network is freed, and the network before the simulations.
 *
 * Threads: that of the simulation, and no other.
 */
#ifndef RACTOR_TESTING_CLUSTER_H
#define RACTOR_TESTING_CLUSTER_H

#include <ractor/cluster.h>
#include <ractor/export.h>
#include <ractor/status.h>
#include <ractor/testing.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A network of a simulation. */
typedef struct ractor_sim_net ractor_sim_net;

/**
 * What may go wrong with connections. Bytes travel in pieces: of one connection and direction they
 * arrive in order, of different ones in any. Chances are per piece, in a million. All zero: pieces
 * arrive whole and at once.
 */
typedef struct ractor_sim_faults {
    uint32_t min_delay_us;    /**< a piece takes at least so long, in microseconds */
    uint32_t max_delay_us;    /**< and at most so long; less than `min_delay_us` counts as that */
    uint32_t max_piece_bytes; /**< what is written at once, and what is read at once, is 1 to so
                                   many bytes; 0: no limit */
    uint32_t reset_chance;    /**< the connection breaks, for both sides at once */
    uint32_t lose_chance;     /**< this piece and all behind it in its direction are lost, and
                                   nobody is told: a half-open connection */
    uint32_t corrupt_chance;  /**< a bit of the piece is turned over */
    uint32_t stall_chance;    /**< the receiver reads nothing for a while */
    uint32_t stall_ms;        /**< which is 1 to so many milliseconds; 0 counts as 1 */
    uint32_t window_bytes; /**< what has been written and not read yet is at most so much for each
                                direction, past which the writer waits for room; 0: 64 KiB */
} ractor_sim_faults;

/**
 * Makes a network without faults.
 * @param sim a simulation; the network is for all that are in its world, which outlive it.
 * @param net gives: end it with `ractor_sim_net_free()`.
 * @return RACTOR_OK, RACTOR_ENOMEM, RACTOR_EINVAL.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_sim_net_new(ractor_sim *sim, ractor_sim_net **net);

/** Frees a network, whose nodes have been stopped. NULL is ignored. */
RACTOR_API void ractor_sim_net_free(ractor_sim_net *net);

/**
 * Starts a node on the network, as `ractor_node_start()` does on the system's. Peers reach it by
 * its `host` and `port`; `listen_addr` is not looked at.
 * @param net borrows until the node's end.
 * @param sim whose runtime the node is for; in the network's world.
 * @param options borrows. `tls` must be NULL.
 * @param node gives: end it with `ractor_node_stop()`.
 * @return as `ractor_node_start()`; RACTOR_EADDR: a node of this host listens at the port;
 *         RACTOR_ENOTSUP: `tls` is not NULL.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_sim_net_start_node(
    ractor_sim_net *net, ractor_sim *sim, const ractor_node_options *options, ractor_node **node);

/** Sets what may go wrong from now on. @param faults copied; NULL: nothing. */
RACTOR_API void ractor_sim_net_set_faults(ractor_sim_net *net, const ractor_sim_faults *faults);

/**
 * Parts two nodes: what they send to each other stays under way until the network is healed, and
 * connections that they dial wait as long. Neither is told.
 * @param a full name, `name@host`, of a node that has been started on the network, and may have
 *        been stopped. @param b likewise.
 * @return RACTOR_OK, RACTOR_ENOENT: no such node, RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_sim_net_part(ractor_sim_net *net, const char *a,
                                                              const char *b);

/** Ends all partings. What was under way arrives. Connections of which something was lost stay as
 *  they are. */
RACTOR_API void ractor_sim_net_heal(ractor_sim_net *net);

/** Breaks all connections, for both sides at once. */
RACTOR_API void ractor_sim_net_reset(ractor_sim_net *net);

RACTOR_END_DECLS

#endif

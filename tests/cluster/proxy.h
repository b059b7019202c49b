/* SPDX-License-Identifier: MIT */
/*
 * A proxy process between a node that dials and one that listens: it passes bytes on, and strikes
 * where it is told to. What it is told stands in memory that it shares with the test.
 */
#ifndef TESTS_CLUSTER_PROXY_H
#define TESTS_CLUSTER_PROXY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What happens at the place of a strike. */
enum proxy_fault {
    PROXY_PASS,    /* nothing */
    PROXY_CLOSE,   /* both ends find the end of the stream */
    PROXY_RESET,   /* both ends get a reset */
    PROXY_CORRUPT, /* the next byte is changed */
    PROXY_STALL,   /* nothing passes in this direction any more; the connection stays */
    PROXY_FAULTS
};

/* Where in a frame. */
enum proxy_place { PROXY_IN_HEAD, PROXY_IN_BODY, PROXY_BEHIND, PROXY_PLACES };

struct proxy_plan {
    _Atomic uint16_t target_port;
    _Atomic uint32_t trial;   /* changes: connections of before are reset, and one may be struck */
    _Atomic uint32_t fault;   /* of the first connection of the trial that gets there */
    _Atomic bool is_backward; /* in what the listener sends */
    _Atomic uint32_t frame;   /* counted from 0 */
    _Atomic uint32_t place;
    _Atomic uint32_t struck; /* by the proxy: the last trial with a strike */
    _Atomic bool is_parted;  /* nothing passes; new connections wait */
    _Atomic bool drips;      /* a byte at a time */
};

/* Starts the process; `*port` is where it listens on 127.0.0.1. The plan is in shared memory. */
pid_t proxy_start(struct proxy_plan *plan, uint16_t *port);

/* Has it begin a trial, with a strike. */
void proxy_strike(struct proxy_plan *plan, enum proxy_fault fault, bool is_backward, uint32_t frame,
                  enum proxy_place place);

#endif

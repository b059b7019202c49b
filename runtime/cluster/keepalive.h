/* SPDX-License-Identifier: MIT */
/* Has the system notice a dead connection: beside the node's own pings, which a full socket holds
 * up. */
#ifndef RACTOR_CLUSTER_KEEPALIVE_H
#define RACTOR_CLUSTER_KEEPALIVE_H

#include <stdint.h>

/* A TCP connection fails when what was sent is not acknowledged for `silence_ms`, or a silent
 * peer's system does not answer for about as long. Does nothing with other descriptors. */
void rt_keepalive_set(int fd, uint32_t silence_ms);

#endif

/* SPDX-License-Identifier: MIT */
/* In a child: what it asks of the system for itself. */
#ifndef RACTOR_DOMAIN_SELF_H
#define RACTOR_DOMAIN_SELF_H

#include <stdbool.h>
#include <stdint.h>

/* Dies with its parent, keeps its descriptors to itself, keeps to its memory limit (0: none).
 * False: the parent is gone already, or the system refuses. */
bool rt_self_settle(long parent, uint64_t memory_bytes);

/* What the process has of data, which is what its limit is about. In signal handlers, too. */
uint64_t rt_self_data_bytes(void);

/* Ends at once. */
void rt_self_kill(void);

#endif

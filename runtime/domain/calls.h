/* SPDX-License-Identifier: MIT */
/* Calls that the other side has to answer, by number. Not thread-safe. */
#ifndef RACTOR_DOMAIN_CALLS_H
#define RACTOR_DOMAIN_CALLS_H

#include <ractor/call.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <stdint.h>

/* A call, or a free place. */
struct rt_domain_call {
    ractor_port port;
    uint32_t use;       /* how often the place was used; a part of the number */
    uint32_t next_free; /* index + 1; 0: none */
    bool is_open;
};

struct rt_domain_calls {
    struct rt_domain_call *calls;
    uint32_t n_calls, first_free; /* index + 1; 0: none */
};

/* Keeps a call under a number that is never 0. RACTOR_ENOMEM. */
ractor_status rt_domain_calls_add(struct rt_domain_calls *calls, ractor_port port,
                                  uint64_t *number);
/* False: there is no such call (any more). Any number may be given. */
bool rt_domain_calls_take(struct rt_domain_calls *calls, uint64_t number, ractor_port *port);
/* Fails all that are left, and frees the memory. */
void rt_domain_calls_fini(struct rt_domain_calls *calls, ractor_status why);

#endif

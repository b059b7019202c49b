/* SPDX-License-Identifier: MIT */
/* One look for nodes: an errand whose result is a list of addresses to dial. */
#ifndef RACTOR_CLUSTER_LOOKUP_H
#define RACTOR_CLUSTER_LOOKUP_H

#include "cluster/dial.h"
#include "cluster/errand.h"

#include <ractor/discovery.h>

#include <stddef.h>
#include <stdint.h>

/* More are not looked at. */
#define RT_LOOKUP_MAX 1024

struct rt_lookup {
    struct rt_errand errand;
    void *user; /* the starter's */
    ractor_discovery_kind kind;
    uint16_t port;
    ractor_status status; /* the result */
    struct rt_dial_target *found;
    size_t n_found, capacity;
    char source[]; /* terminated */
};

/* Ready to be started, but for `done` and `user`. NULL: no memory. */
struct rt_lookup *rt_lookup_new(ractor_discovery_kind kind, const char *source, uint16_t port);
void rt_lookup_free(struct rt_lookup *lookup);

/* Adds an address. RACTOR_ELIMIT: there are too many; RACTOR_EINVAL: too long; RACTOR_ENOMEM. */
ractor_status rt_lookup_add(struct rt_lookup *lookup, const char *host, size_t length,
                            uint16_t port);

/* Reads a list of `host:port`, by blanks, lines and commas; `#` starts a comment. A host without a
 * port has the lookup's. RACTOR_EINVAL: an entry is no address. */
ractor_status rt_lookup_parse(struct rt_lookup *lookup, const char *text);

/* Asks the DNS for the records of a service (lookup_srv.c). Blocks. */
ractor_status rt_lookup_srv(struct rt_lookup *lookup);

#endif

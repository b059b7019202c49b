/* SPDX-License-Identifier: MIT */
/* Bytes on their way out of a socket that must not block: built in place, written as far as there
 * is room, the rest later. Not thread-safe. */
#ifndef RACTOR_DOMAIN_OUTLET_H
#define RACTOR_DOMAIN_OUTLET_H

#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

struct rt_outlet {
    uint8_t *data;
    size_t capacity;
    size_t start, end;
};

/* Room for `size` more bytes, to be filled and committed. RACTOR_ENOMEM. */
ractor_status rt_outlet_reserve(struct rt_outlet *outlet, size_t size, uint8_t **at);
void rt_outlet_commit(struct rt_outlet *outlet, size_t size);

/* Writes. RACTOR_EAGAIN: something is left. RACTOR_ENODE: nobody reads any more. */
ractor_status rt_outlet_flush(struct rt_outlet *outlet, int fd);

void rt_outlet_fini(struct rt_outlet *outlet);

#endif

/* SPDX-License-Identifier: MIT */
#include "domain/outlet.h"

#include "base/alloc.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define FIRST_BYTES ((size_t)4 << 10)
/* An emptied outlet gives memory back that is more than this. */
#define KEPT_BYTES ((size_t)256 << 10)

ractor_status rt_outlet_reserve(struct rt_outlet *outlet, size_t size, uint8_t **at)
{
    size_t length = outlet->end - outlet->start;
    if (size > SIZE_MAX / 4 || length > SIZE_MAX / 4)
        return RACTOR_ENOMEM;
    if (outlet->start != 0 && length != 0)
        memmove(outlet->data, outlet->data + outlet->start, length);
    outlet->start = 0;
    outlet->end = length;
    size_t capacity = outlet->capacity != 0 ? outlet->capacity : FIRST_BYTES;
    while (capacity - length < size)
        capacity *= 2;
    if (capacity != outlet->capacity) {
        uint8_t *data = rt_realloc(outlet->data, capacity);
        if (data == NULL)
            return RACTOR_ENOMEM;
        outlet->data = data;
        outlet->capacity = capacity;
    }
    *at = outlet->data + length;
    return RACTOR_OK;
}

void rt_outlet_commit(struct rt_outlet *outlet, size_t size)
{
    outlet->end += size;
}

ractor_status rt_outlet_flush(struct rt_outlet *outlet, int fd)
{
    while (outlet->start < outlet->end) {
        ssize_t n = send(fd, outlet->data + outlet->start, outlet->end - outlet->start,
                         MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n >= 0)
            outlet->start += (size_t)n;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return RACTOR_EAGAIN;
        else if (errno != EINTR)
            return RACTOR_ENODE;
    }
    if (outlet->capacity > KEPT_BYTES)
        rt_outlet_fini(outlet);
    return RACTOR_OK;
}

void rt_outlet_fini(struct rt_outlet *outlet)
{
    rt_free(outlet->data);
    memset(outlet, 0, sizeof *outlet);
}

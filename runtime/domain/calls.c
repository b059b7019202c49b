/* SPDX-License-Identifier: MIT */
#include "domain/calls.h"

#include "base/alloc.h"

#include <string.h>

static ractor_status grow(struct rt_domain_calls *calls)
{
    uint32_t n = calls->n_calls != 0 ? calls->n_calls * 2 : 8;
    struct rt_domain_call *list =
        n < UINT32_MAX / 4 ? rt_realloc(calls->calls, n * sizeof *list) : NULL;
    if (list == NULL)
        return RACTOR_ENOMEM;
    for (uint32_t i = calls->n_calls; i < n; i++)
        list[i] = (struct rt_domain_call){.next_free = i + 1 < n ? i + 2 : 0};
    calls->first_free = calls->n_calls + 1;
    calls->calls = list;
    calls->n_calls = n;
    return RACTOR_OK;
}

ractor_status rt_domain_calls_add(struct rt_domain_calls *calls, ractor_port port, uint64_t *number)
{
    if (calls->first_free == 0 && grow(calls) != RACTOR_OK)
        return RACTOR_ENOMEM;
    uint32_t index = calls->first_free - 1;
    struct rt_domain_call *call = &calls->calls[index];
    calls->first_free = call->next_free;
    call->port = port;
    call->is_open = true;
    call->use++;
    *number = (uint64_t)call->use << 32 | (index + 1);
    return RACTOR_OK;
}

bool rt_domain_calls_take(struct rt_domain_calls *calls, uint64_t number, ractor_port *port)
{
    uint32_t index = (uint32_t)number - 1; /* 0 becomes too large a number */
    if (index >= calls->n_calls)
        return false;
    struct rt_domain_call *call = &calls->calls[index];
    if (!call->is_open || call->use != number >> 32)
        return false;
    *port = call->port;
    call->is_open = false;
    call->next_free = calls->first_free;
    calls->first_free = index + 1;
    return true;
}

void rt_domain_calls_fini(struct rt_domain_calls *calls, ractor_status why)
{
    for (uint32_t i = 0; i < calls->n_calls; i++) {
        if (calls->calls[i].is_open)
            (void)ractor_port_fail(&calls->calls[i].port, why);
    }
    rt_free(calls->calls);
    memset(calls, 0, sizeof *calls);
}

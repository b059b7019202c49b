/* SPDX-License-Identifier: MIT */
/*
 * What travels with a message beside its content, for the few that have it: it lies between the
 * variant's struct and the tail, so that messages without one are as small as before.
 */
#ifndef RACTOR_ACTOR_ANNEX_H
#define RACTOR_ACTOR_ANNEX_H

#include "actor/message.h"

#include <ractor/factory_parts.h>
#include <ractor/trace_context.h>

#include <stdbool.h>
#include <stddef.h>

struct rt_annex {
    bool is_job;
    bool has_trace;
    ractor_job_times job;       /* if it is a factory's */
    ractor_trace_context trace; /* if it has one; its state is below */
    char state[];
};

/* NULL: it has none. */
static inline struct rt_annex *rt_message_annex(struct ractor_message *message)
{
    size_t offset = (size_t)message->annex * RACTOR_TAIL_ALIGN;
    return offset != 0 ? (void *)(message->payload + offset) : NULL;
}

#endif

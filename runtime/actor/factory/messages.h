/* SPDX-License-Identifier: MIT */
/* What a factory is sent, as a message type: none of it leaves the process. */
#ifndef RACTOR_ACTOR_FACTORY_MESSAGES_H
#define RACTOR_ACTOR_FACTORY_MESSAGES_H

#include "actor/factory/job.h"
#include "actor/remote.h"

#include <ractor/factory.h>
#include <ractor/message.h>

enum rt_factory_tag {
    RT_FACTORY_DISPATCH, /* a rt_factory_dispatch */
    RT_FACTORY_REPORT,   /* a rt_factory_report, by a worker */
    RT_FACTORY_TICK,     /* a rt_factory_clock */
    RT_FACTORY_QUERY,    /* [rpc] a rt_factory_query -> u64 */
    RT_FACTORY_RESIZE,   /* a uint32_t */
    RT_FACTORY_DRAIN,
    RT_FACTORY_UPDATE, /* a ractor_factory_settings */
    RT_FACTORY_TAGS
};

/* The message's own port, which its handler never sees otherwise, frees a job that is not taken. */
struct rt_factory_dispatch {
    struct rt_job *job;
};

struct rt_factory_report {
    ractor_ref from;
    uint32_t worker;
    bool is_ping;
    uint64_t sent_ns;
};

enum rt_factory_clock { RT_FACTORY_CALCULATE, RT_FACTORY_PING, RT_FACTORY_FIND_STUCK };

enum rt_factory_query { RT_FACTORY_DEPTH, RT_FACTORY_CAPACITY, RT_FACTORY_ACTIVE };

/* Sends a job to a factory. Takes it on success. RACTOR_ENOENT, RACTOR_ESTOPPED, RACTOR_ETYPE,
 * RACTOR_ENOMEM. */
ractor_status rt_factory_send_job(ractor_ref factory, struct rt_job *job);

/*
 * Makes a job of a message from another node and sends it to a factory whose workers take such
 * messages. Takes the message; a call whose job cannot be made or sent is told so, and counts as
 * delivered. RACTOR_ENOENT, RACTOR_ESTOPPED, RACTOR_ENOMEM.
 */
ractor_status rt_factory_receive(ractor_ref factory, const ractor_message_type *type,
                                 struct ractor_message *message, const struct rt_inbound_job *in);

/* In the handler of a dispatch: its job, which is the caller's now. */
struct rt_job *rt_factory_take_job(ractor_context *ctx, const struct rt_factory_dispatch *dispatch);

extern const ractor_message_type rt_factory_type;
extern const ractor_codec rt_factory_u64_codec;

/* The factory's handler of all variants; `reply` is written by a query only. */
struct rt_factory_handlers {
    ractor_status (*handle)(ractor_context *ctx, void *state, uint32_t tag, const void *args,
                            uint64_t *reply);
};

#endif

/* SPDX-License-Identifier: MIT */
/* What a supervisor is asked, as a message type: none of it leaves the process. */
#ifndef RACTOR_ACTOR_SUPERVISOR_MESSAGES_H
#define RACTOR_ACTOR_SUPERVISOR_MESSAGES_H

#include <ractor/message.h>
#include <ractor/supervisor.h>
#include <ractor/value.h>

#include <stdint.h>

enum rt_supervisor_tag {
    RT_SUPERVISOR_START,   /* [rpc] a ractor_child_spec, copied deeply -> rt_supervisor_answer */
    RT_SUPERVISOR_COMMAND, /* [rpc] a rt_supervisor_command -> rt_supervisor_answer */
    RT_SUPERVISOR_RETRY,   /* a rt_supervisor_retry: the time for a restart has come */
    RT_SUPERVISOR_TAGS
};

enum rt_supervisor_verb {
    RT_SUPERVISOR_STOP,
    RT_SUPERVISOR_RESTART,
    RT_SUPERVISOR_REMOVE,
    RT_SUPERVISOR_FIND,
    RT_SUPERVISOR_COUNT
};

struct rt_supervisor_command {
    ractor_string id; /* first: the codec copies it as a string */
    enum rt_supervisor_verb verb;
};

struct rt_supervisor_answer {
    ractor_status status;
    ractor_ref child;
    ractor_supervisor_counts counts;
};

struct rt_supervisor_retry {
    uint64_t serial; /* of the child; 0: all that wait */
    uint64_t epoch;  /* of the delay; an older one is stale */
};

extern const ractor_message_type rt_supervisor_type;
extern const ractor_codec rt_supervisor_answer_codec;

/* The enum's handlers; one table for all supervisors. */
struct rt_supervisor_handlers {
    void (*start)(ractor_context *ctx, void *state, const ractor_child_spec *spec,
                  struct rt_supervisor_answer *answer);
    void (*command)(ractor_context *ctx, void *state, const struct rt_supervisor_command *command,
                    struct rt_supervisor_answer *answer);
    ractor_status (*retry)(ractor_context *ctx, void *state,
                           const struct rt_supervisor_retry *retry);
};

#endif

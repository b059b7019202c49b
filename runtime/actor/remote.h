/* SPDX-License-Identifier: MIT */
/*
 * The border between actors and the cluster layer. The actor layer knows no socket: an actor on
 * another node is a cell with a `rt_remote_address`, and what is sent to it goes through the table
 * of functions in it. The cluster layer makes and ends such cells, hands in what arrives from other
 * nodes, and completes the calls that it has carried.
 *
 * Lifetime: a link (one session's sending side) is type-stable memory. A sender may call a link's
 * function at the moment when the session ends, or later; the link compares `incarnation` under its
 * own lock and answers RACTOR_ENODE when it differs.
 *
 * The functions are exported, since libractor-cluster is a library of its own, but this header is
 * not installed: they are no part of the public interface.
 */
#ifndef RACTOR_ACTOR_REMOTE_H
#define RACTOR_ACTOR_REMOTE_H

#include <ractor/call.h>
#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/supervision.h>
#include <ractor/trace_context.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt_account;
struct rt_log;
struct rt_pool;
struct rt_remote_ops;
struct rt_starts;

/* Where a remote actor is. A plain value. */
struct rt_remote_address {
    const struct rt_remote_ops *ops; /* static */
    void *link;                      /* type-stable, see above */
    uint64_t incarnation;            /* which use of the link is meant */
    uint64_t pid;                    /* the actor's pid on its own node */
};

/* What makes a message a job for a factory. Borrows. */
struct rt_outbound_job {
    ractor_bytes key;
    uint64_t ttl_ns; /* 0: it does not expire */
    uint32_t n_retries;
};

/* What a stub wants to send. Borrows; `args` is the variant's struct. */
struct rt_outbound {
    const ractor_message_type *type;
    uint32_t tag;
    const void *args;
    const ractor_trace_context *trace; /* NULL: none */
    const struct rt_outbound_job *job; /* NULL: it is none */
};

/* How an actor is asked to end. The values are those of the wire protocol. */
enum rt_exit { RT_EXIT_STOP = 1, RT_EXIT_KILL = 2, RT_EXIT_DRAIN = 3 };

/* How an actor of another node has ended. */
struct rt_remote_ending {
    ractor_event_kind kind; /* RACTOR_EVENT_ACTOR_TERMINATED or _FAILED */
    ractor_status status;   /* FAILED: with what. TERMINATED: RACTOR_ENODE: its node was lost */
    const char *reason;     /* NULL: none */
};

/* Implemented by the cluster layer. Any thread may call any of them; none may block for long. */
struct rt_remote_ops {
    /* Encodes and sends. RACTOR_ENODE, RACTOR_EAGAIN (out of room), RACTOR_ELIMIT, RACTOR_EINVAL,
     * RACTOR_ENOMEM; RACTOR_ENOTSUP: a type that never leaves the process, or a job's retries, of
     * which the node knows nothing. */
    ractor_status (*cast)(const struct rt_remote_address *to, const struct rt_outbound *message);

    /* As cast, and on success takes `port`: the link answers it with ractor_port_complete or
     * ractor_port_fail, exactly once. `call_tag` counts from 1 per remote actor and was chosen by
     * the caller. `timeout_ms` may be RACTOR_TIMEOUT_NONE. */
    ractor_status (*call)(const struct rt_remote_address *to, const struct rt_outbound *message,
                          uint64_t call_tag, uint32_t timeout_ms, ractor_port port);

    /* The caller has given up on the call (timeout, kill); its port is closed. The link may forget
     * it; a reply that still arrives is dropped. */
    void (*forget)(const struct rt_remote_address *to, uint64_t call_tag);

    /* Asks the actor's node to end it; nothing happens when that node cannot be asked. `reason` is
     * borrowed and may be NULL. */
    void (*exit)(const struct rt_remote_address *to, enum rt_exit how, const char *reason);
};

/* Where the answer to a call from another node goes. A plain value, copied into the reply port. */
struct rt_return_address {
    const struct rt_return_ops *ops; /* static */
    void *link;                      /* type-stable */
    uint64_t incarnation;
    uint64_t to;               /* the callee's pid, as in the call */
    uint64_t tag;              /* the call's tag */
    const ractor_codec *reply; /* of the reply, filled in when the variant is known; may be NULL */
};

/* Implemented by the cluster layer; called at most once per call, on any thread. */
struct rt_return_ops {
    /* Encodes and sends the reply. */
    ractor_status (*reply)(const struct rt_return_address *to, const ractor_codec *codec,
                           const void *value);
    /* The call ends without a reply: port dropped, actor ended, failed by the callee. */
    ractor_status (*fail)(const struct rt_return_address *to, ractor_status why);
    /* The call is about to be delivered: until it ends in one of the ways above, or fails to be
     * delivered, `port` may be failed, or given to ractor_inbound_cancel. Its time is up at
     * `deadline_ns`, of the runtime's clock; RT_NEVER: it has no deadline. May be NULL. */
    void (*open)(const struct rt_return_address *to, ractor_port port, uint64_t deadline_ns);
};

/* Tells an actor that another one has its name in the cluster now. RACTOR_ENOMEM. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_tell_name_lost(ractor_ref loser, const char *name,
                                                                ractor_ref winner);

/*
 * Makes a reference to an actor of another node. It has a local pid like any actor, may be in
 * process groups, linked and monitored, and ends with ractor_remote_end. `name` is the name on its
 * own node (copied, may be NULL); it does not enter the local registry. `supervisor` may be none.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_remote_spawn(ractor_runtime *runtime, const struct rt_remote_address *address,
                    const char *name, ractor_ref supervisor, ractor_ref *ref);

/* Ends it: leaves its groups, kills its children, tells monitors and supervisor. Does nothing when
 * it has ended. Pending calls through it are the link's to fail. */
RACTOR_API void ractor_remote_end(ractor_ref ref, const struct rt_remote_ending *how);

/* Where a remote actor is; false when the reference is local or has ended. */
RACTOR_API bool ractor_remote_address_of(ractor_ref ref, struct rt_remote_address *address);

/* The message enum that an actor takes, of a factory that of its workers; NULL: none, or the actor
 * has ended. */
RACTOR_API const ractor_message_type *ractor_type_of(ractor_ref ref);

/* Whether it is a factory of this process: it takes jobs alone. */
RACTOR_API bool ractor_is_factory(ractor_ref ref);

/* By what fingerprint a factory is known whose workers take an enum with this one: who sends what
 * is no job, or a job to another actor, sees that it does not fit. */
static inline uint64_t rt_factory_fingerprint(uint64_t fingerprint)
{
    return fingerprint != 0 ? ~fingerprint : 0;
}

/* Whether other nodes may know this actor: local, alive, and of an enum that is neither [local] nor
 * [no_export]. */
RACTOR_API bool ractor_is_remotable(ractor_ref ref);

/* What a membership of a group counts for, beside the names of scope and group. */
#define RT_MEMBERSHIP_BYTES ((size_t)256)

/*
 * As ractor_pg_join(), and counts each membership that is new on `account`, until it ends;
 * the account must live as long, and the thread be the one that takes from it. RACTOR_ELIMIT: there
 * was no room on it for all; some may have joined. NULL: counts none.
 */
RACTOR_API ractor_status ractor_remote_join(const char *scope, const char *group,
                                            const ractor_ref *members, size_t n_members,
                                            struct rt_account *account);

/*
 * Delivers a cast from another node to the local actor `pid`. `args` are the encoded fields,
 * borrowed. RACTOR_ENOENT: no such actor, or not remotable; RACTOR_EDENIED: the enum or the variant
 * is [no_export], found before anything is decoded. RACTOR_EDECODE: unknown variant, an
 * rpc, or malformed args. RACTOR_ELIMIT: over the decoding budget. RACTOR_ENOMEM.
 */
RACTOR_API ractor_status ractor_inbound_cast(ractor_runtime *runtime, uint64_t pid,
                                             ractor_string variant, ractor_bytes args);

/*
 * The same for a call. On success the reply (or failure) goes to `from`; after `timeout_ms`
 * (RACTOR_TIMEOUT_NONE: no deadline) the callee's answer is dropped. On an error nothing will be
 * sent to `from`: the cluster layer decides what the caller is told.
 */
RACTOR_API ractor_status ractor_inbound_call(ractor_runtime *runtime, uint64_t pid,
                                             ractor_string variant, ractor_bytes args,
                                             uint32_t timeout_ms, struct rt_return_address *from);

/* A job that has arrived. Borrows. */
struct rt_inbound_job {
    ractor_bytes key;
    uint64_t age_ns; /* since it was submitted, as far as the clocks of both nodes agree */
    uint64_t ttl_ns; /* from then on; 0: it does not expire */
    uint32_t n_retries;
};

/* What has arrived, and the trace that it belongs to. All borrowed. */
struct rt_inbound {
    uint64_t pid;
    ractor_string variant;
    ractor_bytes args;
    const ractor_trace_context *trace; /* NULL: none */
    ractor_bytes starts; /* the incarnations of the actors in `args`, see base/starts.h */
    const struct rt_inbound_job *job; /* NULL: none that makes sense. Only a factory looks at it,
                                         and without one answers RACTOR_EDECODE */
};

/* ractor_inbound_cast() and ractor_inbound_call() with all that a message may bring. */
RACTOR_API ractor_status ractor_inbound_cast_traced(ractor_runtime *runtime,
                                                    const struct rt_inbound *in);
RACTOR_API ractor_status ractor_inbound_call_traced(ractor_runtime *runtime,
                                                    const struct rt_inbound *in,
                                                    uint32_t timeout_ms,
                                                    struct rt_return_address *from);

/* The caller of a call to the actor `pid` has given up: its port is closed, and what the handler
 * waits for as a part of it ends with RACTOR_ECANCELED. Nothing is sent to the caller. */
RACTOR_API void ractor_inbound_cancel(ractor_runtime *runtime, uint64_t pid,
                                      const ractor_port *port);

/* Another node asks for the end of the local actor `pid`; ignored when it may not know it. */
RACTOR_API void ractor_inbound_exit(ractor_runtime *runtime, uint64_t pid, enum rt_exit how,
                                    const char *reason);

/*
 * Ends a call with the encoded reply that arrived from the other node: decoded by the call's reply
 * codec, or RACTOR_EDECODE at the caller. The port is spent. Returns RACTOR_ETIMEOUT when the
 * caller no longer waits, RACTOR_EDECODE, RACTOR_ENOMEM (the caller is told so).
 */
RACTOR_API ractor_status ractor_port_complete(ractor_port *port, ractor_bytes reply,
                                              ractor_bytes starts);

/* Measures a value that is to be written: adds what its codec's wire_size() says to `*length`, and
 * the incarnations of the actors in it to `starts`, which the caller has initialised.
 * RACTOR_ENOTSUP: the type never leaves the process. RACTOR_ENOMEM, or as wire_size(). */
RACTOR_API ractor_status ractor_measure_outbound(const ractor_codec *codec, const void *value,
                                                 size_t *length, struct rt_starts *starts);

/* Memory of a layer above that must outlive all ports of a runtime, first in what it is part of. */
struct rt_kept {
    void (*free)(struct rt_kept *kept);
    struct rt_kept *next;
};

/* Something that was given with this function, to be used again; NULL: nothing. Any thread. */
RACTOR_API struct rt_kept *ractor_kept_take(ractor_runtime *runtime,
                                            void (*free)(struct rt_kept *kept));
/* Gives it to the runtime, which frees it at its end. */
RACTOR_API void ractor_kept_give(ractor_runtime *runtime, struct rt_kept *kept);

/*
 * The calling thread carries messages from now on: it has message blocks of its own, kept in `pool`
 * (the caller's memory, given back by leave on the same thread), and never waits for an actor.
 */
RACTOR_API void ractor_carrier_enter(ractor_runtime *runtime, struct rt_pool *pool);
RACTOR_API void ractor_carrier_leave(struct rt_pool *pool);

/* Calls `deliver(user)`; actors that it delivers to run afterwards, so that each finds all of it in
 * its mailbox. Not within itself. */
RACTOR_API void ractor_carrier_deliver(void (*deliver)(void *user), void *user);

/*
 * Has `run(what, use)` called when the turn that the caller is in ends or waits, once however often
 * it is asked for. `run` may not send. False: the caller is in no turn, or in one that has too much
 * to do at its end already; it does at once what was to be done.
 */
RACTOR_API bool ractor_at_turn_end(void (*run)(void *what, uint64_t use), void *what, uint64_t use);

/*
 * A wait that another thread ends: blocks a plain thread, suspends a hook. Open, tell `port` to who
 * will end it, then wait, which spends the port. RACTOR_EAGAIN from open: this thread must not
 * wait. RACTOR_ENOMEM. From wait: RACTOR_OK: it was ended; RACTOR_ETIMEOUT, RACTOR_ECANCELED.
 * Ending a wait that is over does nothing.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_pause_open(ractor_runtime *runtime,
                                                            ractor_port *port);
RACTOR_API RACTOR_NODISCARD ractor_status ractor_pause(const ractor_port *port,
                                                       uint32_t timeout_ms);
RACTOR_API void ractor_pause_end(const ractor_port *port);

/* The runtime's log, for lines of the layers above. Lives as long as the runtime. */
RACTOR_API const struct rt_log *ractor_runtime_log(const ractor_runtime *runtime);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The protocol's messages between bytes and C. One frame holds one NetworkMessage, which is of one
 * of four kinds:
 *
 *   auth      small and bounded: nanopb's descriptors (struct auth_AuthenticationMessage)
 *   node      cast, call, reply: a head of a few numbers and names; the payload stays a view
 *   control   actors, groups, pings: lists of any length, read by iterators over views
 *   fragment  a piece of a large message, between C nodes
 *
 * Writers come in pairs: a size function, and a function that fills exactly as many bytes. Decoded
 * views point into the frame. Nothing here keeps state; any thread.
 */
#ifndef RACTOR_CLUSTER_CODEC_H
#define RACTOR_CLUSTER_CODEC_H

#include "cluster/wire.h"

#include "auth.pb.h"
#include "control.pb.h"

#include <ractor/status.h>
#include <ractor/trace_context.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the layer around all ---- */

enum rt_net_kind { RT_NET_NONE, RT_NET_AUTH, RT_NET_NODE, RT_NET_CONTROL, RT_NET_FRAGMENT = 1000 };

/* What a frame holds; `body` is the inner message. RACTOR_EDECODE. */
ractor_status rt_net_decode(ractor_bytes message, enum rt_net_kind *kind, ractor_bytes *body);

/* ---- a piece of a large message ---- */

/* Size of all but the piece's own `length` bytes. */
size_t rt_fragment_head_size(size_t length, bool is_last);
/* Writes it and returns the byte behind it. */
uint8_t *rt_fragment_put_head(size_t length, bool is_last, uint8_t *at);
ractor_status rt_fragment_decode(ractor_bytes body, ractor_bytes *data, bool *is_last);

/* ---- auth ---- */

/* RACTOR_EDECODE: malformed, over a bound, empty or of an unknown kind. */
ractor_status rt_auth_decode(ractor_bytes body, auth_AuthenticationMessage *auth);

/* Size of the NetworkMessage; 0 when it cannot be encoded. */
size_t rt_auth_size(const auth_AuthenticationMessage *auth);
ractor_status rt_auth_write(const auth_AuthenticationMessage *auth, uint8_t *out, size_t size);

/* ---- node ---- */

enum rt_node_kind {
    RT_NODE_NONE,
    RT_NODE_CAST,
    RT_NODE_CALL,
    RT_NODE_REPLY,
    RT_NODE_CANCEL = 1000 /* extension 4: the caller has given up */
};

struct rt_node_message {
    enum rt_node_kind kind;
    uint64_t to;
    uint64_t tag;          /* call, reply, cancel */
    bool has_timeout;      /* call */
    uint64_t timeout_ms;   /* call */
    ractor_string variant; /* cast, call */
    ractor_bytes what;
    uint32_t failure; /* reply: 0, or a status negated (extension 1) */
    /* cast, call: what a job brings; no data: there is none. What is written is followed by `key`,
     * which is empty in what was read. */
    ractor_bytes metadata;
    ractor_bytes key;
    uint64_t n_retries; /* cast (extension 0x200): of a job */
    /* cast, call (extension 128): of RT_TRACE_BYTES, else there is none; and its state */
    ractor_bytes trace;
    ractor_bytes trace_state;
    /* cast, call, reply (extension 0x400): incarnations of the actors in `what`, see base/starts.h
     */
    ractor_bytes starts;
};

/* A trace context on the wire: trace, span, parent, flags. */
#define RT_TRACE_BYTES 33
void rt_trace_encode(const ractor_trace_context *trace, uint8_t bytes[RT_TRACE_BYTES]);
/* The message's trace, whose state is a view into it; false: none that makes sense. */
bool rt_trace_decode(const struct rt_node_message *message, ractor_trace_context *trace);

/* What the metadata of a job begin with: the time of day when it was submitted and its time to
 * live, in nanoseconds, 0: for ever. The key is what follows. */
#define RT_JOB_OPTIONS_BYTES 16
void rt_job_encode(uint64_t submitted_ns, uint64_t ttl_ns, uint8_t bytes[RT_JOB_OPTIONS_BYTES]);

struct rt_job_metadata {
    uint64_t submitted_ns;
    uint64_t ttl_ns;
    ractor_bytes key; /* a view */
};

/* False: there are none, or they are too short. */
bool rt_job_decode(const struct rt_node_message *message, struct rt_job_metadata *job);

ractor_status rt_node_decode(ractor_bytes body, struct rt_node_message *message);

/* Size of the NetworkMessage without the bytes of `what` (whose length counts). */
size_t rt_node_head_size(const struct rt_node_message *message);

/* Writes all but the bytes of `what`, which come last. */
ractor_status rt_node_put_head(const struct rt_node_message *message, uint8_t *out, size_t size);

/* ---- control ---- */

enum rt_control_kind {
    RT_CONTROL_NONE,
    RT_CONTROL_SPAWN,
    RT_CONTROL_TERMINATE,
    RT_CONTROL_PING,
    RT_CONTROL_PONG,
    RT_CONTROL_PG_JOIN,
    RT_CONTROL_PG_LEAVE,
    RT_CONTROL_ENUMERATE,
    RT_CONTROL_NODE_SESSIONS,
    RT_CONTROL_READY,
    RT_CONTROL_EXIT = 1000, /* extension 0x10: end an actor of the receiver */
    RT_CONTROL_NAME_CLAIM,  /* extension 0x20: an actor of the sender has a name in the cluster */
    RT_CONTROL_NAME_DROP,   /* extension 0x20: it has it no longer */
    RT_CONTROL_SPAWN_ASK,   /* extension 0x40: spawn an actor for the sender */
    RT_CONTROL_SPAWN_ANSWER /* extension 0x40: what has come of it */
};

/*
 * What C nodes tell each other beyond the protocol of Rust nodes. All of these messages have the
 * same shape; which field means what, and what is not used, is said in idl/control.proto.
 */
struct rt_note {
    uint64_t number;    /* 1 */
    uint64_t detail;    /* 2 */
    ractor_bytes text;  /* 3 */
    ractor_bytes data;  /* 4 */
    ractor_bytes extra; /* 5 */
    uint64_t status;    /* 6 */
    uint64_t flags;     /* 7 */
};

/* Longer reasons are cut. */
#define RT_NOTE_TEXT_BYTES 1024

/* A failure as a peer has put it, negated; numbers of later versions count as a dropped port. */
ractor_status rt_failure_from(uint64_t number);

ractor_status rt_note_decode(ractor_bytes body, struct rt_note *note);
size_t rt_note_size(const struct rt_note *note);
void rt_note_put(const struct rt_note *note, struct rt_wire_out *out);

/* A control message; its list is read from `body` by the iterators below. */
struct rt_control {
    enum rt_control_kind kind;
    ractor_bytes body;
    ractor_string scope; /* pg_join, pg_leave */
    ractor_string group; /* pg_join, pg_leave */
    struct rt_note note; /* what only C nodes send */
};

ractor_status rt_control_decode(ractor_bytes body, struct rt_control *control);

/* An actor as it is told to peers. */
struct rt_actor_entry {
    uint64_t pid;
    bool has_name;
    ractor_string name;
    uint64_t fingerprint; /* of its message enum (extension 8); 0: not told */
    ractor_string type;   /* the enum's name, with the fingerprint */
};

/* The next actor of a spawn, pg_join or pg_leave. RT_WIRE_BAD: malformed. */
enum rt_wire_step rt_control_next_actor(struct rt_wire_in *in, const struct rt_control *control,
                                        struct rt_actor_entry *actor);

/* The pids of a terminate, packed or not. */
struct rt_pid_iterator {
    struct rt_wire_in in;
    struct rt_wire_in packed;
};
struct rt_pid_iterator rt_control_pids(const struct rt_control *control);
enum rt_wire_step rt_control_next_pid(struct rt_pid_iterator *iterator, uint64_t *pid);

/* The next ending (number: pid, detail: status, text: reason) of a terminate. */
enum rt_wire_step rt_control_next_ending(struct rt_wire_in *in, struct rt_note *ending);

/* The next name of node_sessions; `is_usable` is false for one that is over our bounds. */
enum rt_wire_step rt_control_next_session(struct rt_wire_in *in, auth_NameMessage *name,
                                          bool *is_usable);

/* The asker of an enumerate_node_sessions, the time of a ping or pong. */
ractor_status rt_control_asker(const struct rt_control *control, auth_NameMessage *name);
ractor_status rt_control_time(const struct rt_control *control, control_Ping *ping);

/* What is to be written. */
struct rt_control_out {
    enum rt_control_kind kind;
    const struct rt_actor_entry *actors; /* spawn, pg_join, pg_leave; terminate uses their pids */
    size_t n_actors;
    ractor_string scope;
    ractor_string group;
    const control_Ping *ping;      /* ping, pong */
    const auth_NameMessage *names; /* enumerate (one), node_sessions */
    size_t n_names;
    const struct rt_note *notes; /* terminate: endings; what only C nodes send (one) */
    size_t n_notes;
};

size_t rt_control_size(const struct rt_control_out *control);
ractor_status rt_control_write(const struct rt_control_out *control, uint8_t *out, size_t size);

/* What one actor adds to a list. */
size_t rt_control_actor_size(const struct rt_actor_entry *actor);

#endif

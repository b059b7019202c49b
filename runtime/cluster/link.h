/* SPDX-License-Identifier: MIT */
/*
 * The sending side of a session, and what is known of the peer's actors: the one part of a session
 * that other threads than the loop touch.
 *
 *   any thread                      under the lock                     socket
 *   rt_link_begin, fill, commit --> [front]
 *                                      | swapped when `back` is empty
 *                                   [back] --- the writer, no lock ---> write
 *
 * There are two such lanes. What is short and awaited (handshake, pings, pongs, replies) goes in
 * the urgent one, which leaves first: between two frames of the bulk lane. A large message is cut
 * into frames of a fragment each if the peer can put them together, so that it delays nothing for
 * long.
 *
 * At most one thread is the writer. In an actor's turn messages gather until its end, or until
 * there are enough; then, if there is no writer, the sender becomes it, so that they leave from its
 * own thread in one write. A plain thread writes each message, unless they come in a stream: then
 * the loop does, as when the socket is full or a sender has written for others long enough.
 *
 * Casts and calls that find the high mark of unsent bytes reached wait until the low one is, in
 * the order in which they came, each for one message at least; see link_wait.c.
 *
 * Links are type-stable: recycled, and freed with the runtime only. An address or reply port that
 * outlives its session carries the incarnation of the link that it means, and gets RACTOR_ENODE.
 */
#ifndef RACTOR_CLUSTER_LINK_H
#define RACTOR_CLUSTER_LINK_H

#include "actor/remote.h"
#include "base/account.h"
#include "base/wheel.h"
#include "cluster/buffer.h"
#include "cluster/codec.h"
#include "cluster/frame.h"
#include "cluster/pair_map.h"

#include <ractor/cluster.h>
#include <ractor/ref.h>
#include <ractor/status.h>
#include <ractor/transport.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A call that waits for the peer's reply. */
struct rt_pending_call {
    ractor_port port;
    uint64_t tag;
    struct rt_remote_actor *callee;
    struct rt_pending_call *next, *previous; /* in the callee's list; `next` also in free lists */
};

/* A call of the peer that has no answer yet. */
struct rt_inbound_call {
    struct rt_timer deadline; /* first; in the link's wheel if there is one */
    ractor_port port;
    uint64_t callee;
    uint64_t tag;
    struct rt_inbound_call *next; /* in the list of free ones */
};

/* Longer names of enums are cut; they are for people. */
#define RT_TYPE_NAME_BYTES 63

/* What an actor of the peer counts for: its cell, what follows here, its places in tables that
 * double; with a name, which counts beside it; and the same of a name in the cluster. */
#define RT_ANNOUNCED_ACTOR_BYTES ((size_t)512)
#define RT_ANNOUNCED_NAME_BYTES ((size_t)256)
#define RT_ANNOUNCED_CLAIM_BYTES ((size_t)512)

/* An actor of the peer. */
struct rt_remote_actor {
    ractor_ref ref;
    uint64_t pid; /* on its own node */
    bool has_name;
    struct rt_pair name_key;
    struct rt_pending_call *calls;
    uint64_t fingerprint; /* of the enum that it takes there; 0: not known */
    bool was_refused;     /* a sender's enum did not fit, which was logged */
    size_t counted_bytes; /* on the link's account */
    char type[];          /* the enum's name; "" if it is not known */
};

/* Bytes on their way out. */
struct rt_lane {
    struct rt_buffer front; /* under the link's lock */
    struct rt_buffer back;  /* the writer's */
};

enum rt_lane_kind { RT_LANE_BULK, RT_LANE_URGENT, RT_LANES };

/* A sender that waits for room, on its stack. Under the link's lock. */
struct rt_link_waiter {
    ractor_port port;
    bool is_listed;
    struct rt_link_waiter *next;
};

enum rt_link_writer { RT_WRITER_NONE, RT_WRITER_THREAD, RT_WRITER_LOOP };

struct rt_link {
    struct rt_kept kept;         /* while not in use: the runtime's */
    struct rt_account announced; /* what the peer has told of: its limit is written before use */
    pthread_mutex_t lock;
    pthread_cond_t written; /* a thread has ceased to be the writer */

    /* under lock */
    uint64_t incarnation; /* of this use, or the next one when closed */
    bool is_open;
    bool is_broken;      /* a write has failed, or the peer does not read */
    uint64_t extensions; /* that the peer and this node speak */
    ractor_runtime *runtime;
    bool refuses_when_full; /* instead of letting senders wait */
    enum rt_framing framing;
    enum rt_link_writer writer;
    ractor_transport *transport;
    enum rt_lane_kind lane; /* of the message between begin and commit */
    size_t unsent_bytes;    /* in both lanes */
    struct rt_link_waiter *waiters;
    uint64_t checked_pid; /* the last actor and enum that fitted */
    const ractor_message_type *checked_type;
    bool checked_job;
    uint64_t committed_ns;      /* when a message last found no writer */
    uint32_t n_in_stream;       /* such messages in quick succession */
    size_t frame_limit_bytes;   /* of one message */
    size_t out_limit_bytes;     /* of unsent bytes, for casts and calls; twice that for replies */
    struct rt_pair_map calls;   /* (pid, tag) -> rt_pending_call */
    struct rt_pair_map remotes; /* (pid, 0) -> rt_remote_actor */
    struct rt_pair_map names;   /* digest of a name -> rt_remote_actor */
    struct rt_pair_map inbound; /* (pid, tag) -> rt_inbound_call */
    struct rt_wheel deadlines;  /* of those in `inbound` that have one */
    struct rt_pending_call *free_calls;
    struct rt_inbound_call *free_inbound;
    void (*wake)(void *user); /* tells the loop to look at the link; under lock, any thread */
    void *wake_user;

    struct rt_lane lanes[RT_LANES];
    /* the writer's */
    size_t frame_left; /* unsent bytes of the bulk frame that has been begun */
};

struct rt_link_options {
    ractor_runtime *runtime;
    ractor_transport *transport; /* the session's; borrowed until close */
    enum rt_framing framing;
    size_t frame_limit_bytes;
    size_t out_limit_bytes;
    size_t announced_limit_bytes;
    bool refuses_when_full;
    unsigned wheel_shift; /* of the wheel of deadlines */
    uint64_t seed;
    void (*wake)(void *user);
    void *wake_user;
};

/* How much a message may add to a full out-buffer. */
enum rt_link_urgency {
    RT_LINK_BOUNDED, /* casts, calls: RACTOR_EAGAIN past the limit, or when others wait */
    RT_LINK_GRANTED, /* the same by a sender that has waited: not refused */
    RT_LINK_REPLY,   /* past twice the limit the peer counts as lost; urgent when it is short */
    RT_LINK_CONTROL, /* never refused; in order with what was said before */
    RT_LINK_URGENT   /* never refused */
};

/* An unused link; NULL: no memory. The loop. */
struct rt_link *rt_link_take(ractor_runtime *runtime);
/* Gives a closed link back. */
void rt_link_give(ractor_runtime *runtime, struct rt_link *link);

/* Starts a use; its incarnation is link->incarnation. */
void rt_link_open(struct rt_link *link, const struct rt_link_options *options);

/* What the first frame and the handshake have told. */
void rt_link_set_framing(struct rt_link *link, enum rt_framing framing);
void rt_link_set_extensions(struct rt_link *link, uint64_t extensions);
uint64_t rt_link_extensions(struct rt_link *link);

/* What a closed link leaves to be ended: all calls with RACTOR_ENODE, all actors;
 * and the calls of the peer, which nobody waits for any more. */
struct rt_link_remains {
    struct rt_pair_map inbound;
    struct rt_pair_map calls;
    struct rt_pair_map remotes;
};

/* Ends the use: nobody writes or adds any more when it returns. The loop. */
void rt_link_close(struct rt_link *link, struct rt_link_remains *remains);

/*
 * Makes room for a message of `size` bytes, its frame's head written, and keeps the link locked
 * until commit or cancel. RACTOR_ENODE, RACTOR_EAGAIN, RACTOR_ELIMIT, RACTOR_ENOMEM.
 */
ractor_status rt_link_begin(struct rt_link *link, uint64_t incarnation, size_t size,
                            enum rt_link_urgency urgency, uint8_t **at);
/* The message of `size` bytes is complete: sends it, or leaves it to who is sending. Unlocks. */
void rt_link_commit(struct rt_link *link, size_t size);
/* Forgets it. Unlocks. */
void rt_link_cancel(struct rt_link *link);

/* Gives memory back that a burst has left, when nothing is under way. */
void rt_link_trim(struct rt_link *link);

/* ---- waiting for room (link_wait.c) ---- */

/* Waits until there is room, at most `timeout_ms`. RACTOR_EAGAIN: the calling thread must
 * not wait, or senders are to be refused. RACTOR_ENODE, RACTOR_ETIMEOUT, RACTOR_ECANCELED,
 * RACTOR_ENOMEM. */
ractor_status rt_link_wait(struct rt_link *link, uint64_t incarnation, uint32_t timeout_ms);
/* Wakes who waits, if the low mark is reached; all when the link has closed. Locked. */
void rt_link_wake_waiters(struct rt_link *link);

/* ---- large messages (link_fragment.c); locked ---- */

#define RT_FRAGMENT_BYTES ((size_t)128 << 10)

/* What the frames of a message add to it: one frame's head, or those of all fragments. */
size_t rt_link_overhead(const struct rt_link *link, size_t size);
/* Puts the heads between: the message stands behind room for all of them. */
void rt_link_cut(const struct rt_link *link, size_t size, uint8_t *start);

enum rt_link_progress { RT_LINK_IS_IDLE, RT_LINK_IS_BLOCKED, RT_LINK_IS_BROKEN };

/* Writes what waits. RT_LINK_IS_BLOCKED: call again when the socket is writable. The loop. */
enum rt_link_progress rt_link_flush(struct rt_link *link);

/* ---- the peer's actors and calls to them (link_actors.c) ---- */

/* Makes one, counted on the link's account, that rt_remote_actor_free gives back. RACTOR_ELIMIT: it
 * does not fit on it. RACTOR_ENOMEM. The loop. */
ractor_status rt_remote_actor_new(struct rt_link *link, const struct rt_actor_entry *entry,
                                  struct rt_remote_actor **actor);
/* Adds an actor; `name` may be NULL. Takes `actor`. RACTOR_EEXIST: its pid is known. The loop. */
ractor_status rt_link_add_actor(struct rt_link *link, struct rt_remote_actor *actor,
                                const char *name);
/* The reference to an actor of the peer. RACTOR_ENOENT. */
ractor_status rt_link_find_actor(struct rt_link *link, uint64_t pid, ractor_ref *ref);
ractor_status rt_link_find_name(struct rt_link *link, const char *name, ractor_ref *ref);
/* Removes an actor and gives it, with its calls as a list; NULL: not known. The loop. */
struct rt_remote_actor *rt_link_take_actor(struct rt_link *link, uint64_t pid);
/* Fills in what the link knows of a session. */
void rt_link_measure(struct rt_link *link, ractor_session_info *info);

/* Adds a call; the link is locked by begin. RACTOR_ENOENT: no such actor; RACTOR_EINVAL: the tag is
 * in use; RACTOR_ENOMEM. */
ractor_status rt_link_add_call(struct rt_link *link, uint64_t pid, uint64_t tag, ractor_port port);
/* Removes a call; false: it is not known (any more). Locks. */
bool rt_link_take_call(struct rt_link *link, uint64_t incarnation, uint64_t pid, uint64_t tag,
                       ractor_port *port);

/* Whether the peer's actor takes the sender's enum, as jobs or not, as far as both are known.
 * RACTOR_ETYPE: it does not, which the log explains once per actor. Locked by begin; leaves it so.
 */
ractor_status rt_link_check_type(struct rt_link *link, uint64_t pid,
                                 const struct rt_outbound *message);

/* ---- calls of the peer (link_inbound.c) ---- */

/* Keeps a call until it ends, if the peer may cancel it or it has a deadline. For want of memory it
 * is not kept: the caller's own clock is left. Locks. */
void rt_link_add_inbound(struct rt_link *link, const struct rt_return_address *call,
                         ractor_port port, uint64_t deadline_ns);
/* Removes it; false: it is not known (any more). */
bool rt_link_take_inbound(struct rt_link *link, uint64_t incarnation, uint64_t pid, uint64_t tag,
                          ractor_port *port);
/* Removes one whose time is up; its callee goes to `pid`. False: there is none, and one may be from
 * `next_ns` on. */
bool rt_link_take_expired(struct rt_link *link, uint64_t incarnation, uint64_t now_ns,
                          uint64_t *pid, ractor_port *port, uint64_t *next_ns);
/* Cancels all that a link has left, and frees the map. The link must be closed. */
void rt_link_cancel_inbound(ractor_runtime *runtime, struct rt_pair_map *inbound);

/* Ends all calls of a taken actor with `status` and frees it; its reference is the caller's. */
void rt_remote_actor_free(struct rt_link *link, struct rt_remote_actor *actor,
                          ractor_status status);

/* ---- what senders use (link_ops.c) ---- */

extern const struct rt_remote_ops rt_link_remote_ops;
extern const struct rt_return_ops rt_link_return_ops;

/* Tells the caller of a call from the peer that it has failed, if the peer understands that. */
ractor_status rt_link_send_failure(const struct rt_return_address *to, ractor_status why);
/* As much of a text as a note may hold; a view. NULL: nothing. */
ractor_bytes rt_note_text_from(const char *text);
ractor_status rt_link_send_control(struct rt_link *link, uint64_t incarnation,
                                   const struct rt_control_out *control);
ractor_status rt_link_send_auth(struct rt_link *link, uint64_t incarnation,
                                const auth_AuthenticationMessage *auth);

#endif

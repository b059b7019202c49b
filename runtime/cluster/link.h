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
 * At most one thread is the writer. Whoever commits while there is none becomes it, so that a
 * message leaves from the sender's own thread; what others add meanwhile leaves with the next
 * write. When the socket is full, a sender has written for others long enough, or messages come in
 * a stream, the loop is the writer until all has left.
 *
 * Links are type-stable: recycled, never freed. An address or reply port that outlives its session
 * carries the incarnation of the link that it means, and gets RACTOR_ENODE.
 */
#ifndef RACTOR_CLUSTER_LINK_H
#define RACTOR_CLUSTER_LINK_H

#include "actor/remote.h"
#include "cluster/buffer.h"
#include "cluster/codec.h"
#include "cluster/frame.h"
#include "cluster/pair_map.h"
#include "cluster/transport.h"

#include <ractor/ref.h>
#include <ractor/status.h>

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

/* An actor of the peer. */
struct rt_remote_actor {
    ractor_ref ref;
    uint64_t pid; /* on its own node */
    bool has_name;
    struct rt_pair name_key;
    struct rt_pending_call *calls;
};

enum rt_link_writer { RT_WRITER_NONE, RT_WRITER_THREAD, RT_WRITER_LOOP };

struct rt_link {
    pthread_mutex_t lock;
    pthread_cond_t written; /* a thread has ceased to be the writer */

    /* under lock */
    uint64_t incarnation; /* of this use, or the next one when closed */
    bool is_open;
    bool is_broken;       /* a write has failed, or the peer does not read */
    bool has_call_status; /* the peer understands extension 1 */
    enum rt_framing framing;
    enum rt_link_writer writer;
    ractor_runtime *runtime;
    struct rt_transport *transport;
    struct rt_buffer front;
    size_t unsent_bytes;        /* in front and back */
    uint64_t committed_ns;      /* when a message last found no writer */
    uint32_t n_in_stream;       /* such messages in quick succession */
    size_t frame_limit_bytes;   /* of one message */
    size_t out_limit_bytes;     /* of unsent bytes, for casts and calls; twice that for replies */
    struct rt_pair_map calls;   /* (pid, tag) -> rt_pending_call */
    struct rt_pair_map remotes; /* (pid, 0) -> rt_remote_actor */
    struct rt_pair_map names;   /* digest of a name -> rt_remote_actor */
    struct rt_pending_call *free_calls;
    void (*wake)(void *user); /* tells the loop to look at the link; under lock, any thread */
    void *wake_user;
    struct rt_link *next_free; /* under the pool's lock */

    /* the writer's */
    struct rt_buffer back;
};

struct rt_link_options {
    ractor_runtime *runtime;
    struct rt_transport *transport; /* the session's; borrowed until close */
    enum rt_framing framing;
    size_t frame_limit_bytes;
    size_t out_limit_bytes;
    uint64_t seed;
    void (*wake)(void *user);
    void *wake_user;
};

/* How much a message may add to a full out-buffer. */
enum rt_link_urgency {
    RT_LINK_BOUNDED, /* casts, calls: RACTOR_EAGAIN past the limit */
    RT_LINK_REPLY,   /* past twice the limit the peer counts as lost */
    RT_LINK_CONTROL  /* never refused */
};

/* An unused link; NULL: no memory. The loop. */
struct rt_link *rt_link_take(void);
/* Gives a closed link back. */
void rt_link_give(struct rt_link *link);

/* Starts a use; its incarnation is link->incarnation. */
void rt_link_open(struct rt_link *link, const struct rt_link_options *options);

/* What the first frame and the handshake have told. */
void rt_link_set_framing(struct rt_link *link, enum rt_framing framing);
void rt_link_set_call_status(struct rt_link *link, bool has_call_status);

/* What a closed link leaves to be ended: all calls with RACTOR_ENODE, all actors. */
struct rt_link_remains {
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

enum rt_link_progress { RT_LINK_IS_IDLE, RT_LINK_IS_BLOCKED, RT_LINK_IS_BROKEN };

/* Writes what waits. RT_LINK_IS_BLOCKED: call again when the socket is writable. The loop. */
enum rt_link_progress rt_link_flush(struct rt_link *link);

/* ---- the peer's actors and calls to them (link_actors.c) ---- */

/* Adds an actor; `name` may be NULL. Takes `actor`. RACTOR_EEXIST: its pid is known. The loop. */
ractor_status rt_link_add_actor(struct rt_link *link, struct rt_remote_actor *actor,
                                const char *name);
/* The reference to an actor of the peer. RACTOR_ENOENT. */
ractor_status rt_link_find_actor(struct rt_link *link, uint64_t pid, ractor_ref *ref);
ractor_status rt_link_find_name(struct rt_link *link, const char *name, ractor_ref *ref);
/* Removes an actor and gives it, with its calls as a list; NULL: not known. The loop. */
struct rt_remote_actor *rt_link_take_actor(struct rt_link *link, uint64_t pid);
size_t rt_link_count_actors(struct rt_link *link, size_t *unsent_bytes);

/* Adds a call; the link is locked by begin. RACTOR_ENOENT: no such actor; RACTOR_EINVAL: the tag is
 * in use; RACTOR_ENOMEM. */
ractor_status rt_link_add_call(struct rt_link *link, uint64_t pid, uint64_t tag, ractor_port port);
/* Removes a call; false: it is not known (any more). Locks. */
bool rt_link_take_call(struct rt_link *link, uint64_t incarnation, uint64_t pid, uint64_t tag,
                       ractor_port *port);

/* Ends all calls of a taken actor with `status` and frees it; its reference is the caller's. */
void rt_remote_actor_free(struct rt_remote_actor *actor, ractor_status status);

/* ---- what senders use (link_ops.c) ---- */

extern const struct rt_remote_ops rt_link_remote_ops;
extern const struct rt_return_ops rt_link_return_ops;

/* Tells the caller of a call from the peer that it has failed, if the peer understands that. */
ractor_status rt_link_send_failure(struct rt_link *link, uint64_t incarnation, uint64_t to,
                                   uint64_t tag, ractor_status why);
ractor_status rt_link_send_control(struct rt_link *link, uint64_t incarnation,
                                   const struct rt_control_out *control);
ractor_status rt_link_send_auth(struct rt_link *link, uint64_t incarnation,
                                const auth_AuthenticationMessage *auth);

#endif

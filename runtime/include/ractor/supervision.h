/* SPDX-License-Identifier: MIT */
/**
 * @file supervision.h
 * Links and monitors. A linked actor has a supervisor, which hears of its start and its end, and
 * takes its children along when it ends itself. A monitor only hears. What is heard arrives in
 * `handle_supervisor_event` of the actor class, ahead of ordinary messages.
 *
 * @code
 * static ractor_status parent_event(ractor_context *ctx, void *state,
 *                                   const ractor_supervision_event *event)
 * {
 *     if (event->kind == RACTOR_EVENT_ACTOR_FAILED)
 *         return restart_child(ctx, state, event->actor);
 *     return RACTOR_OK;      // without the hook, a child's end stops the supervisor
 * }
 * @endcode
 */
#ifndef RACTOR_SUPERVISION_H
#define RACTOR_SUPERVISION_H

#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/** What a supervision event tells. */
typedef enum ractor_event_kind {
    RACTOR_EVENT_ACTOR_STARTED,    /**< post_start has succeeded */
    RACTOR_EVENT_ACTOR_TERMINATED, /**< stopped, drained or killed */
    RACTOR_EVENT_ACTOR_FAILED,     /**< a hook returned an error */
    RACTOR_EVENT_GROUP_JOINED,     /**< actors joined a monitored process group */
    RACTOR_EVENT_GROUP_LEFT,       /**< actors left a monitored process group */
    RACTOR_EVENT_PID_SPAWNED,      /**< pid monitors: a local actor that may be remoted started */
    RACTOR_EVENT_PID_TERMINATED,   /**< pid monitors: such an actor has ended */
    RACTOR_EVENT_NAME_LOST         /**< another node's actor has the cluster's name, see names.h */
} ractor_event_kind;

/** One event. All pointers live until the hook returns. */
typedef struct ractor_supervision_event {
    ractor_event_kind kind; /**< which of the fields below mean something */
    ractor_ref actor; /**< ACTOR_… and PID_…: whom it is about. NAME_LOST: who has it now, as
                           far as that is known here */
    ractor_status status;  /**< ACTOR_FAILED: what the hook returned. ACTOR_TERMINATED: RACTOR_OK,
                                or RACTOR_ENODE: the session with the actor's node has ended; the
                                actor may live on there. PID_TERMINATED: RACTOR_OK unless it failed
                              */
    ractor_string reason;  /**< ACTOR_TERMINATED, ACTOR_FAILED, PID_TERMINATED: why; empty when
                                none was given. Of an actor on a C node it is the one that its own
                                supervisor hears, cut to 1,024 bytes; "node down" with RACTOR_ENODE;
                                "remote" of an actor on a Rust node, which tells none */
    ractor_string details; /**< ACTOR_FAILED: more than fits a line, such as the stack of a crashed
                                process, see domain.h; lines that end in a newline, or empty, as it
                                always is for an actor of another node */
    void *state;           /**< ACTOR_TERMINATED by stop: its final state, to the supervisor only;
                                freed after the hook. NULL otherwise */
    ractor_string name;    /**< PID_…: the actor's registered name, empty when it has none.
                                NAME_LOST: the name */
    ractor_string scope;   /**< GROUP_…: the scope */
    ractor_string group;   /**< GROUP_…: the group */
    const ractor_ref *members; /**< GROUP_…: who joined or left */
    uint32_t n_members;        /**< GROUP_…: how many */
} ractor_supervision_event;

/**
 * Makes `supervisor` the supervisor of `child`, in place of an earlier one.
 * A child on another node is told to the supervisor like a local one, and killed with it when it is
 * on a C node; it is never handed over with its state.
 * @return RACTOR_OK; RACTOR_ENOENT or RACTOR_ESTOPPED: either of them is ending or gone;
 *         RACTOR_ENOTSUP: the supervisor lives on another node, which is where the link is made;
 *         RACTOR_ENOMEM. Any thread.
 */
RACTOR_API ractor_status ractor_link(ractor_ref child, ractor_ref supervisor);

/** Ends the link when `supervisor` is the child's supervisor; else does nothing. Any thread. */
RACTOR_API void ractor_unlink(ractor_ref child, ractor_ref supervisor);

/**
 * From now on `watcher` hears what `target`'s supervisor hears, without the final state: of its
 * end exactly once, whatever ends first, the actor, its node or the session.
 *
 * To watch is the watcher's own act: the watcher is an actor of this process, the target one of any
 * node. An actor of another node could be told nothing that it can use: it knows the target, if at
 * all, by a reference of its own node; nobody there could tell it when this node or the session is
 * lost, which is what it would have to hear; and whoever knows it could have events sent to it that
 * it has not asked for. Send it the target (`actor<E>` in a message), and let it call this there.
 * @return RACTOR_OK; RACTOR_ENOENT: either is gone, and nothing will be heard; RACTOR_ENOTSUP: the
 *         watcher lives on another node; RACTOR_ENOMEM. Any thread.
 */
RACTOR_API ractor_status ractor_monitor(ractor_ref watcher, ractor_ref target);

/** Ends a monitor; does nothing when there is none. Events already sent still arrive. */
RACTOR_API void ractor_demonitor(ractor_ref watcher, ractor_ref target);

/** The supervisor of an actor; a none reference when it has none or is gone. Any thread. */
RACTOR_API ractor_ref ractor_supervisor_of(ractor_ref actor);

/**
 * The children of an actor.
 * @param children receives up to `capacity` of them; may be NULL when `capacity` is 0.
 * @return how many there are, which may be more than `capacity`. Any thread.
 */
RACTOR_API size_t ractor_children(ractor_ref actor, ractor_ref *children, size_t capacity);

RACTOR_END_DECLS

#endif

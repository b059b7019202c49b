/* SPDX-License-Identifier: MIT */
/**
 * @file actor.h
 * Actors: their class (the hooks), spawning, stopping, and what a hook can ask of its context.
 *
 * An actor handles one message at a time. Order of its hooks: `pre_start`, `post_start`, then
 * messages and supervision events, then `post_stop`, then `fini`. A hook that returns an error has
 * failed: the actor ends, its children are killed, its supervisor gets RACTOR_EVENT_ACTOR_FAILED.
 *
 * @code
 * struct counter { uint64_t value; };
 * static ractor_status counter_add(ractor_context *ctx, void *state, const demo_counter_add *msg)
 * {
 *     ((struct counter *)state)->value += msg->amount;
 *     return RACTOR_OK;
 * }
 * static const ractor_actor_class counter_class = {
 *     DEMO_COUNTER_HANDLERS(counter),               // counter_add, counter_get, ...
 *     .state_bytes = sizeof(struct counter),
 * };
 * demo_counter_ref counter;
 * status = demo_counter_spawn(runtime, &counter_class, NULL, NULL, &counter);
 * @endcode
 */
#ifndef RACTOR_ACTOR_H
#define RACTOR_ACTOR_H

#include <ractor/export.h>
#include <ractor/mailbox.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/supervision.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/**
 * What all actors of a kind share. Static storage, or at least as long-lived as its actors. Hooks
 * run on worker threads (`pre_start` on the spawning thread; a pinned actor's on its own), one at a
 * time per actor, and may call other actors.
 */
typedef struct ractor_actor_class {
    const ractor_message_type
        *messages;        /**< the enum it takes; NULL: none but supervision events */
    const void *handlers; /**< the enum's handler table, complete */
    const char *name;     /**< for logs; NULL: the enum's name */
    size_t state_bytes;   /**< the state's size: allocated, zeroed, passed to all hooks */

    /** Takes every message, in place of `handlers`, which may then be NULL: for actors that pass on
     *  what they get. `args` and `port` are as a handler has them, `port` NULL unless the variant
     *  is an rpc; the result is a handler's. The state of such an actor is its own affair: a
     *  supervisor does not see it. NULL: the handlers take them. */
    ractor_status (*handle_any)(ractor_context *ctx, void *state, uint32_t tag, const void *args,
                                ractor_port *port);

    /** Fills the state; `args` as given to spawn. An error makes spawn fail with it. May be NULL.
     */
    ractor_status (*pre_start)(ractor_context *ctx, void *state, const void *args);
    /** First on the actor's own turn, before any message. May be NULL. */
    ractor_status (*post_start)(ractor_context *ctx, void *state);
    /** Last after a stop or drain; not after a kill or failure. May be NULL. */
    ractor_status (*post_stop)(ractor_context *ctx, void *state);
    /** Links and monitors; NULL: stop when a child or a monitored actor terminates or fails. */
    ractor_status (*handle_supervisor_event)(ractor_context *ctx, void *state,
                                             const ractor_supervision_event *event);
    /** Releases what the state owns, however the actor ended, also when `pre_start` failed. Runs
     *  exactly once, after the supervisor has seen the state. No context: it must not call or
     *  send. May be NULL. */
    void (*fini)(void *state);
} ractor_actor_class;

/** Options of a spawn; all zero means: no name, no supervisor, the schema's mailbox. */
typedef struct ractor_spawn_options {
    const char *name;             /**< registered under this name; copied. NULL: none */
    ractor_ref supervisor;        /**< linked to this actor from the start. None: no supervisor */
    ractor_mailbox_bound mailbox; /**< how much may wait for it, see mailbox.h; all zero: what the
                                       schema says, and no bound if it says nothing */
    int pinned; /**< nonzero: the actor has a thread of its own, on which all its hooks run, from
                     `pre_start` to `fini`. They may block, and may use libraries that keep
                     something per thread. A call, or anything else that waits, blocks that thread
                     alone. See docs/runtime.md for what differs. Not in a simulation */
} ractor_spawn_options;

/**
 * Creates an actor, runs its `pre_start` and returns when that is over: on success the actor takes
 * messages. Use the typed `…_spawn()` of generated code, which checks that class and reference fit.
 * From any thread and any handler.
 *
 * @param runtime whose actor it becomes.
 * @param actor_class borrows until the actor has ended.
 * @param options borrows; NULL for none.
 * @param args borrows: handed to `pre_start`.
 * @param ref receives the actor.
 * @return RACTOR_OK; RACTOR_EEXIST: the name is taken; RACTOR_EINVAL: the class is incomplete (a
 * log line says what misses); RACTOR_ESTOPPED: runtime or supervisor is stopping; RACTOR_ENOMEM,
 * also when there is no thread for a pinned one; RACTOR_ENOTSUP: a pinned one in a simulation; or
 * what `pre_start` returned.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_spawn(ractor_runtime *runtime,
                                                       const ractor_actor_class *actor_class,
                                                       const ractor_spawn_options *options,
                                                       const void *args, ractor_ref *ref);

/**
 * As `ractor_spawn()`, but returns before `pre_start` has run: that is the first thing in the
 * actor's own turn. The reference is good at once; messages wait, and a name and a supervisor are
 * there from the start. If `pre_start` fails, the supervisor gets RACTOR_EVENT_ACTOR_FAILED, and
 * the messages become dead letters (RACTOR_DEAD_NOT_STARTED), calls in them end with RACTOR_ENOENT.
 * Use the typed `…_spawn_instant()` of generated code, which checks that class and reference fit.
 *
 * @code
 * struct loader_args args = {.path = path};                     // path outlives the start
 * status = demo_loader_spawn_instant(runtime, &loader_class, &options, &args, sizeof args, &ref);
 * @endcode
 *
 * @param args borrows `args_bytes` bytes, which are copied; what they point at must live until
 *        `pre_start` is over.
 * @param args_bytes 0: `args` itself is handed to `pre_start`, and must live that long.
 * @return as `ractor_spawn()`, but never what `pre_start` returns.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_spawn_instant(
    ractor_runtime *runtime, const ractor_actor_class *actor_class,
    const ractor_spawn_options *options, const void *args, size_t args_bytes, ractor_ref *ref);

/** Where an actor is in its life. */
typedef enum ractor_actor_status {
    RACTOR_ACTOR_UNSTARTED, /**< made, `pre_start` has not run */
    RACTOR_ACTOR_STARTING,  /**< in `pre_start` or before the end of `post_start` */
    RACTOR_ACTOR_RUNNING,   /**< handles messages */
    RACTOR_ACTOR_DRAINING,  /**< handles what it has, takes nothing new */
    RACTOR_ACTOR_STOPPING,  /**< in or before `post_stop` */
    RACTOR_ACTOR_STOPPED    /**< gone */
} ractor_actor_status;

/** The actor's status; RACTOR_ACTOR_STOPPED for a none or stale reference. Any thread. */
RACTOR_API ractor_actor_status ractor_status_of(ractor_ref actor);

/**
 * Asks the actor to end after the message it is in; later ones are dropped. Nothing happens when it
 * has ended. Never blocks; any thread, also the actor itself. An actor on another node is ended
 * there, with this function and the two below, if that is a C node.
 * @param actor whom.
 * @param reason copied, for the supervisor; NULL: none. To another node at most 1,024 bytes.
 */
RACTOR_API void ractor_stop(ractor_ref actor, const char *reason);

/**
 * Ends the actor as soon as it can be: a call that it waits in ends with RACTOR_ECANCELED, no
 * `post_stop`. A handler that computes, or a pinned one that blocks in something else than a
 * function of the runtime, is not interrupted: the actor ends when it returns. Never blocks; any
 * thread.
 */
RACTOR_API void ractor_kill(ractor_ref actor);

/** Lets the actor handle what is in its mailbox, then stop. New messages are refused
 *  (RACTOR_ESTOPPED). Never blocks; any thread. */
RACTOR_API void ractor_drain(ractor_ref actor);

/**
 * Waits until an actor has ended completely, its supervisor told.
 * @param actor whom; not the calling actor itself (RACTOR_EINVAL).
 * @param timeout_ms milliseconds, or RACTOR_TIMEOUT_NONE.
 * @return RACTOR_OK, also when it had ended before; RACTOR_ETIMEOUT; RACTOR_ECANCELED: the waiting
 *         actor was killed; RACTOR_ENOMEM. Blocks a plain thread, suspends in a handler.
 */
RACTOR_API ractor_status ractor_wait(ractor_ref actor, uint32_t timeout_ms);

/** `ractor_stop()`, then `ractor_wait()`. */
RACTOR_API ractor_status ractor_stop_and_wait(ractor_ref actor, const char *reason,
                                              uint32_t timeout_ms);

/** `ractor_kill()`, then `ractor_wait()`. */
RACTOR_API ractor_status ractor_kill_and_wait(ractor_ref actor, uint32_t timeout_ms);

/** `ractor_drain()`, then `ractor_wait()`. */
RACTOR_API ractor_status ractor_drain_and_wait(ractor_ref actor, uint32_t timeout_ms);

/** `ractor_stop()` for each child of an actor. Never blocks; any thread. RACTOR_ENOMEM: none was
 *  stopped. */
RACTOR_API ractor_status ractor_stop_children(ractor_ref parent, const char *reason);

/** `ractor_drain()` for each child of an actor. RACTOR_ENOMEM: none was drained. */
RACTOR_API ractor_status ractor_drain_children(ractor_ref parent);

/**
 * Stops each child of an actor and waits until all have ended, at most `timeout_ms` in all.
 * @return RACTOR_OK; RACTOR_ETIMEOUT, RACTOR_ECANCELED: some may still be ending; RACTOR_ENOMEM.
 */
RACTOR_API ractor_status ractor_stop_children_and_wait(ractor_ref parent, const char *reason,
                                                       uint32_t timeout_ms);

/** As `ractor_stop_children_and_wait()`, draining. */
RACTOR_API ractor_status ractor_drain_children_and_wait(ractor_ref parent, uint32_t timeout_ms);

/** Whether the actor lives on another node. Any thread. */
RACTOR_API bool ractor_is_remote(ractor_ref actor);

/** The actor whose hook this is. */
RACTOR_API ractor_ref ractor_self(const ractor_context *ctx);

/** The runtime that the hook runs in. */
RACTOR_API ractor_runtime *ractor_context_runtime(const ractor_context *ctx);

/**
 * Fails with a reason for the supervisor: `return ractor_fail(ctx, "no room for %u", n);`
 * @return RACTOR_EFAILED, to be returned by the hook.
 */
RACTOR_API RACTOR_PRINTF(2, 3) ractor_status
    ractor_fail(ractor_context *ctx, const char *format, ...);

RACTOR_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file call.h
 * Sends, calls and replies. Programs use the typed stubs that rcgen emits for each variant
 * (`demo_counter_send_add()`, `demo_counter_call_get()`, `demo_counter_get_reply()`), which are
 * thin wrappers of the functions here.
 *
 * A call looks synchronous. On a plain thread it blocks the thread; in a handler it suspends the
 * actor, whose worker goes on with others; other messages to the actor wait. Every call ends with
 * exactly one of: the reply (RACTOR_OK), RACTOR_ETIMEOUT, RACTOR_ENOENT (no such actor, or it ended
 * first), RACTOR_EPORT (the port was dropped unanswered), RACTOR_EDECODE, RACTOR_ENODE,
 * RACTOR_ECANCELED (the caller was killed), RACTOR_EOVERLOAD (the callee's bounded mailbox or the
 * way to its node has no room, or had none before the call's time was up: it was not handled), or
 * the status that the callee failed it with.
 *
 * A call made by a handler that has a call to answer is part of that one: it ends with
 * RACTOR_ETIMEOUT when the time of the first caller is up, and with RACTOR_ECANCELED when nobody
 * waits for the answer any more. Take the port first (`ractor_port_take()`) to be independent.
 *
 * A part of an enum (`[part_of(Counter)] enum Reader { [rpc] Get() -> u64 }`) gives references that
 * can do less: `demo_counter_as_reader(counter)` is one of type `demo_reader_ref`, to the same
 * actor, and all stubs of `demo_reader` work on it. It is a plain value as any reference: copied
 * freely, owned by nobody, and good as long as the actor lives. Nothing is allocated, and the actor
 * handles messages of its own enum only. An enum described by hand does the same by its `whole`.
 *
 * @code
 * static ractor_status counter_get(ractor_context *ctx, void *state,
 *                                  demo_counter_get_port *port)
 * {
 *     return demo_counter_get_reply(port, ((struct counter *)state)->value);
 * }
 * ...
 * uint64_t value = 0;
 * ractor_status status = demo_counter_call_get(counter, 1000, &value);
 * @endcode
 */
#ifndef RACTOR_CALL_H
#define RACTOR_CALL_H

#include <ractor/codec.h>
#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** Timeout of a call: the schema's `[rpc(timeout = …)]`, else RACTOR_CALL_TIMEOUT_MS. */
#define RACTOR_TIMEOUT_DEFAULT 0u
/** Wait for ever. Against a remote actor of a Rust node this may be just that: such a node says
 *  nothing when it drops a message. */
#define RACTOR_TIMEOUT_NONE UINT32_MAX
/** The default where the schema has none, in milliseconds. */
#define RACTOR_CALL_TIMEOUT_MS 5000u

/** What waits for a reply; private to the runtime. */
struct ractor_call_slot;

/**
 * The right to answer one call. In a handler the port belongs to the message: unanswered when the
 * handler returns, it is dropped, and the caller gets RACTOR_EPORT at once. `ractor_port_take()`
 * moves it out, to be answered later, from any thread. Answering twice is harmless: the second
 * answer returns RACTOR_EINVAL.
 */
struct ractor_port {
    struct ractor_call_slot *slot; /**< NULL: answered, moved away or dropped */
    uint64_t ticket;               /**< which use of the slot is meant */
};

/**
 * Sends a message. What `args` points at is copied (or, for an actor on another node, encoded)
 * before the function returns. Never blocks; any thread.
 *
 * @param to the actor.
 * @param type the message enum.
 * @param tag the variant, which must not be an rpc.
 * @param args borrows: the variant's struct, NULL for a variant without fields.
 * @return RACTOR_OK: it is in the mailbox (or on its way to the other node; messages of one sender
 *         to one actor arrive in order, and none when the actor or node ends first). RACTOR_ENOENT:
 *         the actor has ended. RACTOR_ETYPE: it takes another enum. RACTOR_EINVAL: no such variant,
 *         a broken view. RACTOR_ENODE, RACTOR_EAGAIN: the other node. RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_send(ractor_ref to,
                                                      const ractor_message_type *type, uint32_t tag,
                                                      const void *args);

/**
 * Calls an actor and waits for the reply; see the top of this page.
 *
 * @param to the actor. Calling oneself is RACTOR_EINVAL; one that waits for the caller, in a
 * runtime with `check_calls`, RACTOR_EDEADLOCK.
 * @param type the message enum.
 * @param tag the variant, which must be an rpc.
 * @param args borrows, as `ractor_send()`.
 * @param timeout_ms milliseconds, or RACTOR_TIMEOUT_DEFAULT, RACTOR_TIMEOUT_NONE.
 * @param reply receives the reply's struct (`reply` codec's size); untouched unless RACTOR_OK.
 * @param owner gives: what the reply's views point at, to be freed with `ractor_message_drop()`.
 *        NULL is right only for a flat reply type (no views), else RACTOR_EINVAL.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_call(ractor_ref to,
                                                      const ractor_message_type *type, uint32_t tag,
                                                      const void *args, uint32_t timeout_ms,
                                                      void *reply, ractor_message **owner);

/**
 * Runs in the asking actor's turn when its `ractor_ask()` ends.
 * @param ctx the asking actor's context.
 * @param state its state.
 * @param status how the call ended.
 * @param reply borrows until return: the reply's struct; NULL unless `status` is RACTOR_OK.
 * @param user as given to `ractor_ask()`.
 * @return as a message handler's result.
 */
typedef ractor_status (*ractor_on_reply)(ractor_context *ctx, void *state, ractor_status status,
                                         const void *reply, void *user);

/**
 * Calls an actor without waiting: the outcome arrives as a message to the actor whose handler asks.
 * `on_reply` runs exactly once, unless the asking actor ends first or this function fails.
 *
 * @param ctx the asking handler's context.
 * @return RACTOR_OK: the question is on its way. Errors as `ractor_send()`.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_ask(ractor_context *ctx, ractor_ref to,
                                                     const ractor_message_type *type, uint32_t tag,
                                                     const void *args, uint32_t timeout_ms,
                                                     ractor_on_reply on_reply, void *user);

/**
 * Hears how a forwarded call has ended; runs once, on a thread of the runtime or that of the
 * replier. It may send, and must not block.
 * @param user as given to `ractor_call_and_forward()`.
 * @param status how the call ended.
 * @param reply borrows until return: the reply's struct; NULL unless `status` is RACTOR_OK.
 */
typedef void (*ractor_forward)(void *user, ractor_status status, const void *reply);

/**
 * Calls an actor without waiting, from any thread: the outcome goes to a function, which typically
 * sends it on to another actor.
 * @return RACTOR_OK: `forward` will run, exactly once. Errors as `ractor_send()`.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_call_and_forward(ractor_ref to, const ractor_message_type *type, uint32_t tag,
                        const void *args, uint32_t timeout_ms, ractor_forward forward, void *user);

/**
 * Calls several actors at once and waits for all, at most until the deadline, which is the same for
 * all.
 * @param to the actors, all of one runtime.
 * @param n_to how many.
 * @param statuses receives how each call ended, in the order of `to`.
 * @param replies receives the replies' structs, in that order, one behind the other; those whose
 *        status is not RACTOR_OK are untouched.
 * @param owners gives: as in `ractor_call()`, one per actor, NULL where there is none; may itself
 * be NULL when the reply type is flat.
 * @return RACTOR_OK: all calls have ended, each as its status says. RACTOR_EINVAL, RACTOR_ENOMEM:
 *         none was made.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_multi_call(const ractor_ref *to, size_t n_to,
                                                            const ractor_message_type *type,
                                                            uint32_t tag, const void *args,
                                                            uint32_t timeout_ms,
                                                            ractor_status *statuses, void *replies,
                                                            ractor_message **owners);

/**
 * Answers the call. The value is copied (or encoded) before the function returns; the port is spent
 * whatever the result is. Any thread.
 * @param port the port, which becomes empty.
 * @param codec the reply's type.
 * @param value borrows.
 * @return RACTOR_OK: the caller has it. RACTOR_ETIMEOUT: the caller no longer waits. RACTOR_EINVAL:
 *         the port is empty or the value broken (the caller gets RACTOR_EPORT). RACTOR_ENOMEM,
 *         RACTOR_ENODE.
 */
RACTOR_API ractor_status ractor_port_reply(ractor_port *port, const ractor_codec *codec,
                                           const void *value);

/**
 * Ends the call with an error at the caller.
 * @param port the port, which becomes empty.
 * @param why a negative status; RACTOR_OK counts as RACTOR_EPORT. A caller on a Rust node is told
 *        nothing, since its protocol has no word for it, and meets its own deadline.
 * @return as `ractor_port_reply()`.
 */
RACTOR_API ractor_status ractor_port_fail(ractor_port *port, ractor_status why);

/**
 * Moves the port out of a message, so that it survives the handler.
 * @param port left empty.
 * @return the port; whoever holds it must reply, fail or drop (fail) it.
 */
RACTOR_API ractor_port ractor_port_take(ractor_port *port);

/** Whether nobody waits behind the port any more: answered, timed out, canceled or empty. */
RACTOR_API bool ractor_port_is_closed(const ractor_port *port);

RACTOR_END_DECLS

#endif

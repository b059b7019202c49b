/* SPDX-License-Identifier: MIT */
/**
 * @file deadletter.h
 * Messages that nobody handles: their actor ended first, there was no room, they could not be
 * decoded. Each is counted (`ractor_runtime_get_stats()`), and told to whoever subscribes. A send
 * that returns an error is no dead letter: the sender knows.
 *
 * @code
 * static void show(void *user, const ractor_dead_letter *letter)
 * {
 *     char text[160];
 *     ractor_dead_letter_format(letter, text, sizeof text);
 *     log_line(user, text);        // demo.Counter.Add to actor 4294967297: mailbox full
 * }
 * ...
 * ractor_dead_letter_options options = {.on_letter = show, .user = log};
 * status = ractor_dead_letters_subscribe(runtime, &options);
 * @endcode
 *
 * An actor hears of dead letters through a function that sends: `on_letter` makes a message of the
 * actor's enum and sends it; `subscriber` ends the subscription with the actor.
 */
#ifndef RACTOR_DEADLETTER_H
#define RACTOR_DEADLETTER_H

#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** All reasons: X(name, text). */
#define RACTOR_DEAD_REASON_LIST(X)                                                                 \
    X(ENDED, "its actor ended first")                                                              \
    X(KILLED, "its actor was killed")                                                              \
    X(NOT_STARTED, "its actor did not start")                                                      \
    X(FULL, "mailbox full")                                                                        \
    X(NOBODY, "no such actor")                                                                     \
    X(DECODE, "could not be decoded")                                                              \
    X(REFUSED, "its actor takes nothing more")

/** Why a message reached nobody. */
typedef enum ractor_dead_reason {
#define RACTOR_DEAD_REASON_ENUM_(name, text) RACTOR_DEAD_##name,
    RACTOR_DEAD_REASON_LIST(RACTOR_DEAD_REASON_ENUM_)
#undef RACTOR_DEAD_REASON_ENUM_
} ractor_dead_reason;

/** A dead letter; all pointers live until the function that gets it returns. */
typedef struct ractor_dead_letter {
    ractor_ref to; /**< whom it was meant for; without a cell for an actor that another node
                        believes to be here */
    ractor_dead_reason reason;       /**< why it reached nobody */
    const ractor_message_type *type; /**< its enum; NULL: not known any more, or the outcome of a
                                          `ractor_ask()` whose asker has ended */
    ractor_string variant;           /**< the variant's name; empty when there is no type, unless
                                          another node has spelled it */
    const void *args;                /**< the variant's struct; NULL without a type, or undecoded */
} ractor_dead_letter;

/**
 * Hears of a dead letter, on the thread on which it became one; on several at once. It may send,
 * and must not block or call. A dead letter that it causes itself is counted, and not told.
 */
typedef void (*ractor_on_dead_letter)(void *user, const ractor_dead_letter *letter);

/** Who is told. All but the function may be zero. */
typedef struct ractor_dead_letter_options {
    ractor_on_dead_letter on_letter; /**< the function */
    ractor_ref subscriber;           /**< the subscription ends with this actor. None: it lasts */
    void *user;                      /**< handed to the functions */
    void (*release)(void *user); /**< runs once when `user` is not needed any more, at the latest
                                      in `ractor_runtime_stop()`. May be NULL */
} ractor_dead_letter_options;

/** Subscriptions that a runtime may have at once. */
#define RACTOR_DEAD_LETTER_SUBSCRIPTIONS 16

/**
 * Subscribes. Any thread.
 * @param options borrows.
 * @return RACTOR_OK; RACTOR_EINVAL: no function; RACTOR_ENOENT: the subscriber has ended;
 *         RACTOR_ELIMIT: too many; RACTOR_ENOMEM. On an error `release` does not run.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_dead_letters_subscribe(ractor_runtime *runtime, const ractor_dead_letter_options *options);

/**
 * Ends all subscriptions with this function and `user`. Any thread, also `on_letter` itself. The
 * function may still be running on other threads; `release` runs when it is over.
 * @return RACTOR_OK; RACTOR_ENOENT: there was none.
 */
RACTOR_API ractor_status ractor_dead_letters_unsubscribe(ractor_runtime *runtime,
                                                         ractor_on_dead_letter on_letter,
                                                         void *user);

/**
 * Writes a line for people: type, variant, actor, reason; always terminated, cut off when there is
 * no room.
 * @param text receives at most `capacity` bytes, the NUL included.
 * @return the length without cutting, as `snprintf`. Any thread.
 */
RACTOR_API size_t ractor_dead_letter_format(const ractor_dead_letter *letter, char *text,
                                            size_t capacity);

/** A short English text for a reason; static storage. Any thread. */
RACTOR_API const char *ractor_dead_reason_text(ractor_dead_reason reason);

RACTOR_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file output.h
 * Output ports: whoever has one publishes values, and each subscriber gets them as messages of its
 * own enum, made by a converter. Publishing runs the converters and sends, on the publisher's
 * thread: there is no queue in between, so nothing is lost and order is kept as by any sender. A
 * subscriber that has ended is dropped from the port.
 *
 * A subscription may bound how many of its messages the subscriber has not handled yet, and say
 * what happens beyond that. The bound is for subscribers in this process; one on another node has
 * its link's bounds instead.
 *
 * @code
 * static void show(void *user, const void *value, ractor_output_sink *sink)
 * {
 *     const struct reading *reading = value;
 *     demo_display_text text = {.text = RACTOR_STR(reading->is_high ? "high" : "low")};
 *     ractor_output_emit(sink, DEMO_DISPLAY_TEXT, &text);      // or nothing: filtered out
 * }
 * ...
 * ractor_subscription_options options = {.type = &demo_display_type, .convert = show};
 * status = ractor_output_subscribe(output, display.any, &options);
 * status = ractor_output_publish(output, &reading);
 * @endcode
 */
#ifndef RACTOR_OUTPUT_H
#define RACTOR_OUTPUT_H

#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** An output port. */
typedef struct ractor_output ractor_output;

/** Where a converter puts its messages; valid until it returns. */
typedef struct ractor_output_sink ractor_output_sink;

/** Makes the subscriber's messages, none or several, of a published value. Runs on the publisher's
 *  thread, also on several at once. It may send, and must not block. */
typedef void (*ractor_output_convert)(void *user, const void *value, ractor_output_sink *sink);

/** What happens to a message that would be one too many. */
typedef enum ractor_overflow {
    RACTOR_OVERFLOW_KEEP, /**< it is delivered all the same: `on_lag` only warns */
    RACTOR_OVERFLOW_DROP, /**< the subscriber misses it */
    RACTOR_OVERFLOW_WAIT, /**< the publisher waits for room, `wait_ms` at most; then it is dropped.
                               A handler is suspended. One that publishes to its own actor does not
                               wait: KEEP */
    RACTOR_OVERFLOW_END   /**< the subscription ends */
} ractor_overflow;

/** Hears that a subscriber lags: on each message that is lost to it, and with KEEP each time that
 *  the bound is reached anew. `n_lost` counts from the subscription's start. Runs on the
 *  publisher's thread; must not block. */
typedef void (*ractor_on_lag)(void *user, ractor_ref subscriber, uint64_t n_lost);

/** How an actor listens. All but the type may be zero. */
typedef struct ractor_subscription_options {
    const ractor_message_type *type; /**< the subscriber's enum */
    ractor_output_convert convert;   /**< NULL: the value is the struct of variant `tag` */
    uint32_t tag;                    /**< the variant when there is no converter */
    uint32_t limit;                  /**< messages not handled yet; 0: no bound */
    ractor_overflow overflow;        /**< what happens beyond the limit */
    uint32_t wait_ms;                /**< with WAIT; 0: for ever */
    ractor_on_lag on_lag;            /**< may be NULL */
    void *user;                      /**< handed to `convert`, `on_lag` and `release` */
    void (*release)(void *user);     /**< runs once when the port and all messages on their way are
                                          done with `user`; on any thread. May be NULL */
} ractor_subscription_options;

/** Makes a port. @param output gives: `ractor_output_free()`. RACTOR_ENOMEM. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_output_new(ractor_output **output);

/** Frees a port; messages on their way still arrive. Nobody may be using it. NULL is ignored. */
RACTOR_API void ractor_output_free(ractor_output *output);

/**
 * Subscribes an actor; one that is subscribed already is so twice.
 * @param options borrows.
 * @return RACTOR_OK; RACTOR_ENOENT: it has ended; RACTOR_ETYPE: it takes another enum;
 *         RACTOR_EINVAL: no type, no such variant or an rpc; RACTOR_ENOMEM. On an error `release`
 *         does not run. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_output_subscribe(
    ractor_output *output, ractor_ref subscriber, const ractor_subscription_options *options);

/** Ends an actor's subscriptions to the port. RACTOR_ENOENT: there was none. RACTOR_ENOMEM. Any
 *  thread; a value that is being published meanwhile may still arrive. */
RACTOR_API ractor_status ractor_output_unsubscribe(ractor_output *output, ractor_ref subscriber);

/**
 * Publishes a value to all subscribers, in the order in which they subscribed. Any thread.
 * @param value borrows: handed to the converters.
 * @return RACTOR_OK: all that live have it, but for what an `overflow` says; RACTOR_ENOMEM,
 *         RACTOR_EINVAL: a message could not be made, the others have theirs; RACTOR_ECANCELED: the
 *         publisher was killed while it waited.
 */
RACTOR_API ractor_status ractor_output_publish(ractor_output *output, const void *value);

/** In a converter: sends one message to the subscriber. `args` borrows: the variant's struct. */
RACTOR_API void ractor_output_emit(ractor_output_sink *sink, uint32_t tag, const void *args);

/** How many subscriptions the port has; those whose actor has ended may still be counted. */
RACTOR_API size_t ractor_output_subscribers(ractor_output *output);

RACTOR_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file message.h
 * Messages and their types. rcgen describes each message enum of a schema by one
 * `ractor_message_type`; a message on its way is one allocation that holds the variant's C struct
 * and the bytes that its views point at. A handler borrows the message until it returns, and can
 * keep it longer:
 *
 * @code
 * static ractor_status room_post(ractor_context *ctx, void *state, const demo_room_post *msg)
 * {
 *     struct room *room = state;
 *     ractor_message *held = ractor_message_hold(ctx);  // msg now lives until the drop
 *     room_remember(room, held, msg);                   // ... ractor_message_drop(held) later
 *     return RACTOR_OK;
 * }
 * @endcode
 */
#ifndef RACTOR_MESSAGE_H
#define RACTOR_MESSAGE_H

#include <ractor/codec.h>
#include <ractor/export.h>
#include <ractor/status.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/** What a handler works in: the actor, the runtime and the message of this turn. */
typedef struct ractor_context ractor_context;

/** One message in memory, private to the runtime. */
typedef struct ractor_message ractor_message;

/** A reply port, see call.h. */
typedef struct ractor_port ractor_port;

/** The variant expects a reply. */
#define RACTOR_VARIANT_RPC 0x1u
/** The variant is marked `[deprecated]`. */
#define RACTOR_VARIANT_DEPRECATED 0x2u
/** Other nodes are refused that send the variant (`[no_export]`). */
#define RACTOR_VARIANT_NO_EXPORT 0x4u

/** One variant of a message enum. All pointers are to static storage. */
typedef struct ractor_variant {
    const char *name;          /**< as spelled in the schema and on the wire; NUL-terminated */
    const ractor_codec *args;  /**< the variant's fields as one struct; never NULL */
    const ractor_codec *reply; /**< the reply's type; NULL unless RACTOR_VARIANT_RPC */
    uint32_t flags;            /**< RACTOR_VARIANT_… */
    uint32_t timeout_ms;       /**< `[rpc(timeout = …)]`; 0: none given */
} ractor_variant;

/** The enum never leaves the process (`[local]`): its actors are not advertised to other nodes. */
#define RACTOR_TYPE_LOCAL 0x1u
/** Its actors are not advertised to other nodes, which are refused (`[no_export]`). */
#define RACTOR_TYPE_NO_EXPORT 0x2u

/**
 * A message enum. Two descriptions are the same type when their address is the same; a program that
 * links one schema twice has two types.
 */
typedef struct ractor_message_type ractor_message_type;

/** See above. */
struct ractor_message_type {
    const char *name;               /**< "package.Enum" */
    const ractor_variant *variants; /**< indexed by tag, which counts from 0 in schema order */
    uint32_t n_variants;            /**< how many */
    uint32_t flags;                 /**< RACTOR_TYPE_… */

    /**
     * Calls the handler of variant `tag` from the enum's handler table. `args` is the variant's
     * struct; `port` is the reply port, NULL unless the variant is an rpc. The result is the
     * handler's.
     */
    ractor_status (*dispatch)(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                              const void *args, ractor_port *port);

    /**
     * The name of a variant whose handler is missing in the table, NULL when the table is complete.
     * Spawning with an incomplete table fails with RACTOR_EINVAL.
     */
    const char *(*missing)(const void *handlers);

    /**
     * The tag of the variant called `name`; RACTOR_NO_VARIANT when there is none. `name` is not
     * terminated. May be NULL for a local enum.
     */
    uint32_t (*find)(const char *name, size_t length);

    /**
     * The same for two types whose messages look the same on the wire: names of variants, which of
     * them are calls, and the types of fields and replies with all that they hold. 0: unknown, or a
     * local enum. docs/schema-language.md says what counts.
     */
    uint64_t fingerprint;

    uint64_t mailbox_messages; /**< `[mailbox(messages = …)]`; 0: none given */
    uint64_t mailbox_bytes;    /**< `[mailbox(bytes = …)]`; 0: none given */

    /**
     * `[part_of(E)]`: the enum that has all variants of this one, written the same; NULL: none. A
     * message of this enum is then taken by an actor of that one, as if it had been sent as such.
     * What such a reference promises is told in call.h.
     */
    const ractor_message_type *whole;
    const uint32_t *whole_tags; /**< by tag of this enum: the tag in `whole` */
};

/** What `find` returns for an unknown name. */
#define RACTOR_NO_VARIANT UINT32_MAX

/**
 * Keeps the message of the current turn beyond the handler's return.
 * @param ctx the handler's context.
 * @return shares: one count on the message; give it back with `ractor_message_drop()`. Never NULL
 * in a message handler; NULL in the other hooks, which have no message.
 */
RACTOR_API ractor_message *ractor_message_hold(ractor_context *ctx);

/**
 * Gives one count back; the last one frees the message and all that its views point at.
 * @param message takes; NULL is ignored. Any thread.
 */
RACTOR_API void ractor_message_drop(ractor_message *message);

RACTOR_END_DECLS

#endif

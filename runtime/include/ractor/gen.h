/* SPDX-License-Identifier: MIT */
/**
 * @file gen.h
 * What a generated header includes, and a few helpers behind generated functions. A program meets
 * `ractor_allocator` and `ractor_gen_free()` here; the rest is for generated code.
 *
 * @code
 * demo_room *message = NULL;
 * status = demo_room_decode(RACTOR_STR("Post"), bytes, NULL, &message);
 * if (status == RACTOR_OK)
 *     demo_room_print(message, &printer);
 * ractor_gen_free(NULL, message);
 * @endcode
 */
#ifndef RACTOR_GEN_H
#define RACTOR_GEN_H

#include <ractor/actor.h>
#include <ractor/call.h>
#include <ractor/codec.h>
#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/registry.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** What generated code and these headers agree on; raised when either changes incompatibly. */
#define RACTOR_GEN_ABI 4

/** Marks what the schema calls deprecated. */
#if defined(__GNUC__)
#define RACTOR_DEPRECATED(why) __attribute__((deprecated(why)))
#else
#define RACTOR_DEPRECATED(why)
#endif

/** Where decode and encode functions get memory. */
typedef struct ractor_allocator {
    /** `size` bytes (never 0) aligned to RACTOR_TAIL_ALIGN; NULL when there are none. */
    void *(*alloc)(void *user, size_t size);
    /** Takes what `alloc` gave. */
    void (*free)(void *user, void *block);
    void *user; /**< handed to both */
} ractor_allocator;

/** Frees what a decode or encode function gave. `allocator` NULL: the process's (memory.h); NULL
 * blocks are ignored.
 */
RACTOR_API void ractor_gen_free(const ractor_allocator *allocator, void *block);

/** The C type of a whole message: a tag, and the variants' structs in a union. */
typedef struct ractor_gen_layout {
    const ractor_message_type *type; /**< the enum */
    size_t size;                     /**< of the whole */
    size_t offset;                   /**< of the union; `size` when no variant has fields */
} ractor_gen_layout;

/**
 * Decodes the arguments of a variant to one block: the whole message, then its tail.
 * @param message gives: free it with `ractor_gen_free()`.
 * @return RACTOR_OK; RACTOR_EDECODE: no such variant, or malformed; RACTOR_ELIMIT; RACTOR_ENOMEM.
 */
RACTOR_API ractor_status ractor_gen_decode(const ractor_gen_layout *layout, ractor_string variant,
                                           ractor_bytes bytes, const ractor_allocator *allocator,
                                           void **message);
/**
 * Encodes the arguments of a message's variant.
 * @param bytes gives: free `bytes->data` with `ractor_gen_free()`; NULL when there are none.
 */
RACTOR_API ractor_status ractor_gen_encode(const ractor_gen_layout *layout, const void *message,
                                           const ractor_allocator *allocator, ractor_bytes *bytes);
/** Prints `Variant{field: value, …}`. */
RACTOR_API void ractor_gen_print(const ractor_gen_layout *layout, const void *message,
                                 const ractor_printer *out);
/** Whether both are the same variant with equal fields. */
RACTOR_API bool ractor_gen_equal(const ractor_gen_layout *layout, const void *a, const void *b);

/**
 * The tag of the variant called `name`, by binary search.
 * @param sorted the tags, in the order of the variants' names.
 */
RACTOR_API uint32_t ractor_gen_find(const ractor_message_type *type, const uint16_t *sorted,
                                    const char *name, size_t length);

/**
 * The name of the first variant without a handler; NULL when there is none.
 * @param handlers a struct of one function pointer per variant, in the order of tags.
 */
RACTOR_API const char *ractor_gen_missing(const ractor_message_type *type, const void *handlers);

RACTOR_END_DECLS

#endif

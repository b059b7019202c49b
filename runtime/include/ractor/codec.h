/* SPDX-License-Identifier: MIT */
/**
 * @file codec.h
 * What the runtime knows of a C type that travels in messages: how to copy it into one block of
 * memory, and how to write it to and read it from the wire. rcgen emits one `ractor_codec` per
 * type; programs rarely touch this header. The wire format is described in docs/wire-protocol.md.
 *
 * A value occupies `size` bytes (the C struct) and, when it holds views, a *tail*: the bytes of its
 * strings and vectors. `copy_size`/`measure` say how long the tail will be, so that struct and tail
 * fit one allocation; `copy`/`read` then fill it and cannot fail.
 *
 * @code
 * ractor_budget budget = RACTOR_BUDGET_DEFAULT;
 * size_t tail_bytes = 0;
 * ractor_status status = codec->measure(bytes, length, &budget, &tail_bytes);
 * if (status == RACTOR_OK) {
 *     char *block = malloc(codec->size + tail_bytes);      // checked by the caller
 *     ractor_tail tail = {.at = block + codec->size};
 *     codec->read(bytes, length, block, &tail);
 * }
 * @endcode
 */
#ifndef RACTOR_CODEC_H
#define RACTOR_CODEC_H

#include <ractor/export.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** Where the next bytes behind a value go. Tails are aligned to `RACTOR_TAIL_ALIGN` at their start.
 */
typedef struct ractor_tail {
    unsigned char *at; /**< next free byte; moved forward by copy and read */
} ractor_tail;

/** Alignment of every message, of every tail's start, and the largest a schema's type can need. */
#define RACTOR_TAIL_ALIGN 16

/** What decoding one message may cost; counted down by `measure`, so that input cannot amplify. */
typedef struct ractor_budget {
    size_t bytes;    /**< memory that the decoded value may take behind its struct */
    size_t elements; /**< elements of all vectors and maps together */
    uint32_t depth;  /**< nesting of structs, vectors, options, maps and unions */
} ractor_budget;

/** The budget of messages that arrive from other nodes, unless a limit says less. */
#define RACTOR_BUDGET_DEFAULT                                                                      \
    {                                                                                              \
        .bytes = (size_t)64 << 20, .elements = (size_t)4 << 20, .depth = 64                        \
    }

/** Where print functions write: called with pieces of text, which it borrows. */
typedef struct ractor_printer {
    void (*put)(void *user, const char *text, size_t length); /**< takes the next piece */
    void *user;                                               /**< handed to `put` */
} ractor_printer;

/**
 * The operations on one C type. All functions are pure and may run on any thread. Members that may
 * be NULL say so.
 */
typedef struct ractor_codec {
    uint32_t size;  /**< sizeof the C type; 0 only for a variant without fields */
    uint32_t align; /**< _Alignof the C type, at most RACTOR_TAIL_ALIGN */

    /**
     * Adds the bytes of tail that `copy` will use to `*tail_bytes`, as `measure` does. NULL with
     * `copy`: the type is flat, and memcpy copies it.
     * RACTOR_EINVAL: a view has a length but no data. RACTOR_ELIMIT: the sum overflows.
     */
    ractor_status (*copy_size)(const void *value, size_t *tail_bytes);
    /** Copies `from` to `to`, all that its views point at to the tail. Cannot fail after copy_size.
     */
    void (*copy)(void *to, const void *from, ractor_tail *tail);

    /** Adds the bytes that `write` will emit to `*bytes`. Errors as `copy_size`, and RACTOR_EINVAL
     * for a char or a string that is not Unicode. NULL with the three below: the type never leaves
     * the process. */
    ractor_status (*wire_size)(const void *value, size_t *bytes);
    /** Writes exactly `wire_size` bytes at `out` and returns the byte behind them. */
    uint8_t *(*write)(const void *value, uint8_t *out);
    /**
     * Checks `length` bytes completely (lengths, UTF-8, char, counts, the budget) and says how much
     * tail `read` will use, counted from an aligned start. Adds to `*tail_bytes`, keeping it such
     * that several values can share a tail. RACTOR_EDECODE: malformed. RACTOR_ELIMIT: the budget.
     * RACTOR_ENOMEM: no room to check the keys of a large map.
     */
    ractor_status (*measure)(const uint8_t *bytes, size_t length, ractor_budget *budget,
                             size_t *tail_bytes);
    /** Decodes bytes that `measure` has accepted. `to` is written whole; the input is not kept. */
    void (*read)(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail);

    /** Writes a readable form, on one line; secrets are masked. May be NULL. */
    void (*print)(const void *value, const ractor_printer *out);
    /** Whether two values are the same, deeply; floats by value. May be NULL. */
    bool (*equal)(const void *a, const void *b);
} ractor_codec;

RACTOR_END_DECLS

#endif

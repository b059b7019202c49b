/* SPDX-License-Identifier: MIT */
/**
 * @file memory.h
 * Where the libraries take their memory from: the C library's allocator, or functions of the
 * program's own.
 *
 * @code
 * static void *take(void *user, size_t size, size_t align)
 * {
 *     (void)user;
 *     return mi_malloc_aligned(size, align);
 * }
 * static void *resize(void *user, void *block, size_t size) { ... mi_realloc(block, size) ... }
 * static void give(void *user, void *block) { ... mi_free(block) ... }
 *
 * static const ractor_memory memory = {.alloc = take, .resize = resize, .free = give};
 * status = ractor_memory_set(&memory);         // first of all that the program does with ractor
 * @endcode
 *
 * All memory of libractor and libractor-cluster comes from them but for the stacks that handlers
 * run on, which are mapped. What the libraries under them take (libuv, OpenSSL, the C library for
 * threads and names) is theirs; libuv and OpenSSL have functions of their own for it.
 */
#ifndef RACTOR_MEMORY_H
#define RACTOR_MEMORY_H

#include <ractor/export.h>
#include <ractor/status.h>

#include <stddef.h>

RACTOR_BEGIN_DECLS

/** An allocator. All members but `user` are needed. Called by any thread, several at once; must not
 *  call into ractor. */
typedef struct ractor_memory {
    /** Gives `size` bytes (never 0) aligned to `align`, a power of two of at least 16; if it is
     *  more than 16, `size` is a multiple of it. NULL: there are none. */
    void *(*alloc)(void *user, size_t size, size_t align);
    /** Makes a block (never NULL) that was asked for with `align` 16 larger or smaller (never 0),
     *  perhaps elsewhere. NULL: it cannot, and the block stays as it is. */
    void *(*resize)(void *user, void *block, size_t size);
    /** Takes a block of either function back; never NULL. */
    void (*free)(void *user, void *block);
    void *user; /**< handed to the functions */
} ractor_memory;

/**
 * Sets the process's allocator: once, before anything else of ractor is used.
 * @param memory copied; what `user` points at must live as long as the process uses ractor.
 * @return RACTOR_OK; RACTOR_EINVAL: a function is missing; RACTOR_EEXIST: too late, memory has been
 *         allocated already, or an allocator was set before. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_memory_set(const ractor_memory *memory);

RACTOR_END_DECLS

#endif

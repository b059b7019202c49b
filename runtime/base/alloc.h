/* SPDX-License-Identifier: MIT */
/*
 * All memory of the libraries comes from here, so that one place can make it fail in tests, and one
 * place knows of the program's own allocator. Each library has its copy of these functions; which
 * allocator it is is known to libractor alone. Any thread.
 */
#ifndef RACTOR_BASE_ALLOC_H
#define RACTOR_BASE_ALLOC_H

#include <ractor/export.h>
#include <ractor/memory.h>

#include <stddef.h>

/* The program's allocator; NULL: it has set none. From the first call on it cannot set one. */
RACTOR_API const ractor_memory *ractor_memory_in_use(void);

/* `size` bytes aligned to 16, uninitialised; NULL when there is no memory. Gives: rt_free. */
void *rt_alloc(size_t size);

/* The same, zeroed; `count * size` is checked for overflow. */
void *rt_calloc(size_t count, size_t size);

/* Grows or shrinks; NULL leaves `block` as it is. `block` may be NULL. */
void *rt_realloc(void *block, size_t size);

/* `size` zeroed bytes aligned to `align`, a power of two. Gives: rt_free. */
void *rt_aligned_calloc(size_t align, size_t size);

/* A copy of a C string; NULL when there is no memory or `text` is NULL. Gives: rt_free. */
char *rt_strdup(const char *text);

/* Takes; NULL is ignored. */
void rt_free(void *block);

/*
 * Tests: `should_fail` is asked before each allocation of the process, true makes it return NULL.
 * NULL ends it. Not while other threads start to allocate.
 */
void rt_alloc_set_fault(int (*should_fail)(void *user), void *user);

#endif

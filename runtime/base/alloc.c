/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Test hook; written before the threads that allocate exist, so relaxed is enough. */
static _Atomic(int (*)(void *)) fault_fn;
static _Atomic(void *) fault_user;

static int must_fail(void)
{
    int (*fn)(void *) = atomic_load_explicit(&fault_fn, memory_order_relaxed);
    return fn != NULL && fn(atomic_load_explicit(&fault_user, memory_order_relaxed));
}

void *rt_alloc(size_t size)
{
    if (must_fail())
        return NULL;
    return malloc(size != 0 ? size : 1);
}

void *rt_calloc(size_t count, size_t size)
{
    if (must_fail())
        return NULL;
    return calloc(count != 0 ? count : 1, size != 0 ? size : 1);
}

void *rt_realloc(void *block, size_t size)
{
    if (must_fail())
        return NULL;
    return realloc(block, size != 0 ? size : 1);
}

void *rt_aligned_calloc(size_t align, size_t size)
{
    if (size > SIZE_MAX - align || must_fail())
        return NULL;
    size_t rounded = (size + align - 1) & ~(align - 1);
    void *block = aligned_alloc(align, rounded);
    if (block != NULL)
        memset(block, 0, rounded);
    return block;
}

char *rt_strdup(const char *text)
{
    if (text == NULL)
        return NULL;
    size_t size = strlen(text) + 1;
    char *copy = rt_alloc(size);
    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

void rt_free(void *block)
{
    free(block);
}

void rt_alloc_set_fault(int (*should_fail)(void *user), void *user)
{
    atomic_store_explicit(&fault_user, user, memory_order_relaxed);
    atomic_store_explicit(&fault_fn, should_fail, memory_order_relaxed);
}

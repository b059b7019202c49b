/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What malloc aligns to. */
#define BLOCK_ALIGN 16

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
    const ractor_memory *own = ractor_memory_in_use();
    if (must_fail())
        return NULL;
    size = size != 0 ? size : 1;
    return own != NULL ? own->alloc(own->user, size, BLOCK_ALIGN) : malloc(size);
}

static void *own_calloc(const ractor_memory *own, size_t count, size_t size)
{
    if (size > SIZE_MAX / count)
        return NULL;
    void *block = own->alloc(own->user, count * size, BLOCK_ALIGN);
    if (block != NULL)
        memset(block, 0, count * size);
    return block;
}

void *rt_calloc(size_t count, size_t size)
{
    const ractor_memory *own = ractor_memory_in_use();
    if (must_fail())
        return NULL;
    count = count != 0 ? count : 1;
    size = size != 0 ? size : 1;
    return own != NULL ? own_calloc(own, count, size) : calloc(count, size);
}

void *rt_realloc(void *block, size_t size)
{
    const ractor_memory *own = ractor_memory_in_use();
    if (block == NULL)
        return rt_alloc(size);
    if (must_fail())
        return NULL;
    size = size != 0 ? size : 1;
    return own != NULL ? own->resize(own->user, block, size) : realloc(block, size);
}

void *rt_aligned_calloc(size_t align, size_t size)
{
    const ractor_memory *own = ractor_memory_in_use();
    if (size > SIZE_MAX - align || must_fail())
        return NULL;
    size_t rounded = (size + align - 1) & ~(align - 1);
    void *block =
        own != NULL ? own->alloc(own->user, rounded, align) : aligned_alloc(align, rounded);
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
    const ractor_memory *own = ractor_memory_in_use();
    if (own == NULL)
        free(block);
    else if (block != NULL)
        own->free(own->user, block);
}

void rt_alloc_set_fault(int (*should_fail)(void *user), void *user)
{
    atomic_store_explicit(&fault_user, user, memory_order_relaxed);
    atomic_store_explicit(&fault_fn, should_fail, memory_order_relaxed);
}

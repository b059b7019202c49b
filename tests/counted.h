/* SPDX-License-Identifier: MIT */
/* An allocator that counts, and checks what it is asked for. */
#ifndef TESTS_COUNTED_H
#define TESTS_COUNTED_H

#include <ractor/memory.h>

#include <check.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic uint64_t n_taken;
static _Atomic uint64_t n_out; /* taken, not given back */
static _Atomic uint64_t n_broken_rules;
static _Atomic int is_refused;
static int counted_user;

static void check_request(void *user, size_t size, size_t align)
{
    if (user != &counted_user || size == 0 || align < 16 || (align & (align - 1)) != 0 ||
        (align > 16 && size % align != 0))
        (void)atomic_fetch_add(&n_broken_rules, 1);
}

static void *counted_alloc(void *user, size_t size, size_t align)
{
    check_request(user, size, align);
    if (atomic_load(&is_refused))
        return NULL;
    void *block = align > 16 ? aligned_alloc(align, size) : malloc(size);
    if (block == NULL)
        return NULL;
    (void)atomic_fetch_add(&n_taken, 1);
    (void)atomic_fetch_add(&n_out, 1);
    return block;
}

static void *counted_resize(void *user, void *block, size_t size)
{
    check_request(user, size, 16);
    if (block == NULL)
        (void)atomic_fetch_add(&n_broken_rules, 1);
    return atomic_load(&is_refused) ? NULL : realloc(block, size);
}

static void counted_free(void *user, void *block)
{
    check_request(user, 1, 16);
    if (block == NULL)
        (void)atomic_fetch_add(&n_broken_rules, 1);
    (void)atomic_fetch_sub(&n_out, 1);
    free(block);
}

static const ractor_memory counted = {
    .alloc = counted_alloc, .resize = counted_resize, .free = counted_free, .user = &counted_user};

#endif

/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((size_t)64 << 10)
#define ALIGN alignof(max_align_t)

struct rc_arena_block {
    struct rc_arena_block *next;
    alignas(max_align_t) unsigned char bytes[];
};

void rc_arena_init(struct rc_arena *arena, void (*out_of_memory)(void *user), void *user)
{
    *arena = (struct rc_arena){.out_of_memory = out_of_memory, .user = user};
}

void rc_arena_fini(struct rc_arena *arena)
{
    struct rc_arena_block *block = arena->blocks;
    while (block != NULL) {
        struct rc_arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->blocks = NULL;
    arena->at = arena->end = NULL;
}

static void no_memory(struct rc_arena *arena)
{
    arena->out_of_memory(arena->user);
    abort(); /* the handler has broken its promise not to return */
}

static void add_block(struct rc_arena *arena, size_t size)
{
    size_t capacity = size > BLOCK_BYTES ? size : BLOCK_BYTES;
    struct rc_arena_block *block = NULL;
    if (capacity < SIZE_MAX - sizeof *block)
        block = calloc(1, sizeof *block + capacity);
    if (block == NULL)
        no_memory(arena);
    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = block->bytes;
    arena->end = block->bytes + capacity;
}

void *rc_arena_alloc(struct rc_arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGN)
        no_memory(arena);
    size = (size + ALIGN - 1) & ~(ALIGN - 1);
    if (arena->at == NULL || size > (size_t)(arena->end - arena->at))
        add_block(arena, size);
    void *result = arena->at;
    arena->at += size;
    return result;
}

void *rc_arena_array(struct rc_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        no_memory(arena);
    return rc_arena_alloc(arena, count * size);
}

char *rc_arena_text(struct rc_arena *arena, const char *text, size_t length)
{
    char *copy = rc_arena_alloc(arena, length + 1);
    if (length != 0)
        memcpy(copy, text, length);
    return copy;
}

char *rc_arena_vprintf(struct rc_arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = format != NULL ? vsnprintf(NULL, 0, format, arguments) : 0;
    size_t capacity = (length > 0 ? (size_t)length : 0) + 1;
    char *text = rc_arena_alloc(arena, capacity);
    if (length > 0)
        (void)vsnprintf(text, capacity, format, again);
    va_end(again);
    return text;
}

char *rc_arena_printf(struct rc_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = rc_arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

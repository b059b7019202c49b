/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A test has it smaller, so that more allocations reach the system, which then refuses them. */
#ifndef RC_ARENA_BLOCK_BYTES
#define RC_ARENA_BLOCK_BYTES ((size_t)256 << 10)
#endif
#define ALIGN alignof(max_align_t)

struct rc_arena_block {
    struct rc_arena_block *next;
    size_t capacity;
    alignas(max_align_t) unsigned char bytes[];
};

void rc_arena_init(struct rc_arena *arena, void (*out_of_memory)(void *user), void *user)
{
    *arena = (struct rc_arena){.out_of_memory = out_of_memory, .user = user};
}

static void free_blocks(struct rc_arena_block *block)
{
    while (block != NULL) {
        struct rc_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void rc_arena_fini(struct rc_arena *arena)
{
    free_blocks(arena->blocks);
    free_blocks(arena->spare);
    arena->blocks = arena->spare = NULL;
    arena->at = arena->end = NULL;
}

void rc_arena_reset(struct rc_arena *arena)
{
    while (arena->blocks != NULL) {
        struct rc_arena_block *block = arena->blocks;
        arena->blocks = block->next;
        block->next = arena->spare;
        arena->spare = block;
    }
    arena->at = arena->end = NULL;
}

void rc_arena_adopt(struct rc_arena *arena, struct rc_arena *from)
{
    struct rc_arena_block **end = &arena->spare;
    while (*end != NULL)
        end = &(*end)->next;
    *end = from->spare;
    /* Behind the newest block, in which allocation goes on. */
    end = &arena->blocks;
    while (*end != NULL)
        end = &(*end)->next;
    *end = from->blocks;
    from->blocks = from->spare = NULL;
    from->at = from->end = NULL;
}

/* Takes the first spare block that is large enough; NULL when there is none. */
static struct rc_arena_block *take_spare(struct rc_arena *arena, size_t size)
{
    for (struct rc_arena_block **at = &arena->spare; *at != NULL; at = &(*at)->next) {
        struct rc_arena_block *block = *at;
        if (block->capacity >= size) {
            *at = block->next;
            return block;
        }
    }
    return NULL;
}

static void no_memory(struct rc_arena *arena)
{
    arena->out_of_memory(arena->user);
    abort(); /* the handler has broken its promise not to return */
}

static struct rc_arena_block *make_block(struct rc_arena *arena, size_t size)
{
    size_t capacity = size > RC_ARENA_BLOCK_BYTES ? size : RC_ARENA_BLOCK_BYTES;
    struct rc_arena_block *block = NULL;
    if (capacity < SIZE_MAX - sizeof *block)
        block = malloc(sizeof *block + capacity);
    if (block == NULL)
        no_memory(arena);
    block->capacity = capacity;
    return block;
}

static void add_block(struct rc_arena *arena, size_t size)
{
    struct rc_arena_block *block = take_spare(arena, size);
    if (block == NULL)
        block = make_block(arena, size);
    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = block->bytes;
    arena->end = block->bytes + block->capacity;
}

void *rc_arena_raw(struct rc_arena *arena, size_t size)
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

void *rc_arena_alloc(struct rc_arena *arena, size_t size)
{
    void *result = rc_arena_raw(arena, size);
    memset(result, 0, size);
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
    char *copy = rc_arena_raw(arena, length + 1);
    if (length != 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *rc_arena_decimal(struct rc_arena *arena, uint64_t number)
{
    char digits[20]; /* of the largest */
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return rc_arena_text(arena, digits + at, sizeof digits - at);
}

/*
 * Writes the formatted text to `out`, as far as it is whole within `room` bytes; the length of all
 * of it, its end included. 0: the format has other conversions than %s.
 */
static size_t join(char *out, size_t room, const char *format, va_list arguments)
{
    size_t total = 0;
    while (*format != '\0') {
        const char *piece = format;
        size_t length = strcspn(format, "%");
        format += length;
        if (length == 0 && format[1] != 's')
            return 0;
        if (length == 0) {
            piece = va_arg(arguments, const char *);
            length = strlen(piece);
            format += 2;
        }
        if (total < room && length <= room - total)
            memcpy(out + total, piece, length);
        total += length;
    }
    if (total < room)
        out[total] = '\0';
    return total + 1;
}

/* Tries what is left of the newest block first: the text fits almost always. NULL: as join(). */
static char *format_plain(struct rc_arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    unsigned char *place = arena->at;
    size_t size = join((char *)place, (size_t)(arena->end - place), format, arguments);
    char *text = size != 0 ? rc_arena_raw(arena, size) : NULL;
    if (text != NULL && text != (char *)place)
        (void)join(text, size, format, again);
    va_end(again);
    return text;
}

/* By itself: of two calls in one function, with the sanitizers' checks before each, GCC takes the
 * format of the first for NULL. */
__attribute__((noinline, format(printf, 3, 0))) static size_t
print(char *out, size_t room, const char *format, va_list arguments)
{
    int length = vsnprintf(out, room, format, arguments);
    return length > 0 ? (size_t)length : 0;
}

char *rc_arena_vprintf(struct rc_arena *arena, const char *format, va_list arguments)
{
    va_list first;
    va_list again;
    va_copy(first, arguments);
    va_copy(again, arguments);
    char *text = format_plain(arena, format, first);
    if (text == NULL) {
        size_t capacity = print(NULL, 0, format, arguments) + 1;
        text = rc_arena_raw(arena, capacity);
        text[0] = '\0';
        if (capacity > 1)
            (void)print(text, capacity, format, again);
    }
    va_end(again);
    va_end(first);
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

/* SPDX-License-Identifier: MIT */
/*
 * Memory of one compilation: blocks that only grow and are freed together. Whatever hangs from an
 * arena needs no clean-up of its own.
 *
 * An arena never returns NULL. When the system has no memory left it calls the handler it was made
 * with, which must not return: the command line's ends the process with a message. No output file
 * is open while anything allocates, so that nothing half-written is left behind.
 */
#ifndef RCGEN_BASE_ARENA_H
#define RCGEN_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct rc_arena_block;

struct rc_arena {
    struct rc_arena_block *blocks; /* newest first */
    struct rc_arena_block *spare;  /* from before a reset */
    unsigned char *at;             /* next free byte of the newest block */
    unsigned char *end;
    void (*out_of_memory)(void *user); /* does not return */
    void *user;
};

/* `out_of_memory` must not return. */
void rc_arena_init(struct rc_arena *arena, void (*out_of_memory)(void *user), void *user);

/* Frees everything that came from the arena. */
void rc_arena_fini(struct rc_arena *arena);

/* Takes back everything that came from the arena, and keeps the memory for what comes next. */
void rc_arena_reset(struct rc_arena *arena);

/* Lets `arena` own all that came from `from`, which is empty then. */
void rc_arena_adopt(struct rc_arena *arena, struct rc_arena *from);

/* `size` zeroed bytes, aligned for any type. */
void *rc_arena_alloc(struct rc_arena *arena, size_t size);

/* The same, not zeroed: for what is written to at once. */
void *rc_arena_raw(struct rc_arena *arena, size_t size);

/* `count` zeroed elements; an overflow counts as out of memory. */
void *rc_arena_array(struct rc_arena *arena, size_t count, size_t size);

/* A terminated copy of `length` bytes. */
char *rc_arena_text(struct rc_arena *arena, const char *text, size_t length);

/* A number as decimal digits. */
char *rc_arena_decimal(struct rc_arena *arena, uint64_t number);

/* A formatted string. Quick when all conversions are a plain %s. */
char *rc_arena_printf(struct rc_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *rc_arena_vprintf(struct rc_arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#endif

/* SPDX-License-Identifier: MIT */
/* The return addresses of an interrupted stack, and what they are called. */
#ifndef RACTOR_BASE_STACK_H
#define RACTOR_BASE_STACK_H

#include <stddef.h>

/* Loads what rt_stack_capture needs, so that it need not do so in a signal handler. */
void rt_stack_prepare(void);

/*
 * In a signal handler: the addresses from the interrupted function outward, at most `max_frames`;
 * gives their number. `context` is the handler's third argument.
 *
 * Async-signal-safe: the unwinder only reads the stack and the unwind tables of the loaded objects,
 * which it finds without a lock or an allocation (_dl_find_object of glibc 2.35) once it has run
 * before. It ends at a stack without a caller, as that of a fiber is.
 */
size_t rt_stack_capture(const void *context, void **frames, size_t max_frames);

/* Writes "function+0x12 (object+0x345)", or what of it is known. Not in a signal handler. */
void rt_stack_describe(const void *address, char *text, size_t text_bytes);

#endif

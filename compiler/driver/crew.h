/* SPDX-License-Identifier: MIT */
/* Threads that share the parts of one task among them. */
#ifndef RCGEN_DRIVER_CREW_H
#define RCGEN_DRIVER_CREW_H

#include <stddef.h>

#define RC_CREW_MAX 16

/* How many workers so many parts are worth: from one to RC_CREW_MAX. */
size_t rc_crew_size(size_t n_parts);

/*
 * Calls work() once with each worker of an array whose elements are `worker_bytes` large, each on a
 * thread of its own, and returns when all are done. The first is done by the caller's thread; what
 * the system refuses a thread is left out, so that the others must be able to do its part.
 */
void rc_crew_run(void *workers, size_t n_workers, size_t worker_bytes, void *(*work)(void *worker));

#endif

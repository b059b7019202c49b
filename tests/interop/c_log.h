/* SPDX-License-Identifier: MIT */
/*
 * What happens on the C node, as lines like the Rust peer's events. Actors and threads of the node
 * write them, the test waits for them.
 *
 * Any thread.
 */
#ifndef RACTOR_TESTS_INTEROP_C_LOG_H
#define RACTOR_TESTS_INTEROP_C_LOG_H

#include <ractor/export.h>

#include <pthread.h>
#include <stddef.h>

#define C_LOG_MAX_LINES 4096
#define C_LOG_LINE_BYTES 20000

struct c_log {
    pthread_mutex_t lock;
    pthread_cond_t grown;
    size_t n_lines; /* under the lock, as what follows */
    char *lines[C_LOG_MAX_LINES];
};

void c_log_init(struct c_log *log);
void c_log_fini(struct c_log *log);

/* Adds a line. */
RACTOR_PRINTF(2, 3) void c_log_write(struct c_log *log, const char *format, ...);

/* Waits for a line that begins with this text, now or written before, and takes it out. Fails the
 * test when it does not come. */
RACTOR_PRINTF(2, 3) void c_log_hears(struct c_log *log, const char *format, ...);

#endif

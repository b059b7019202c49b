/* SPDX-License-Identifier: MIT */
/* One lock, one condition, an array of lines in order. */
#include "c_log.h"

#include "peer.h"

#include <check.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void c_log_init(struct c_log *log)
{
    memset(log, 0, sizeof *log);
    pthread_condattr_t attributes;
    ck_assert_int_eq(pthread_mutex_init(&log->lock, NULL), 0);
    ck_assert_int_eq(pthread_condattr_init(&attributes), 0);
    ck_assert_int_eq(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), 0);
    ck_assert_int_eq(pthread_cond_init(&log->grown, &attributes), 0);
    (void)pthread_condattr_destroy(&attributes);
}

void c_log_fini(struct c_log *log)
{
    for (size_t i = 0; i < log->n_lines; i++)
        free(log->lines[i]);
    (void)pthread_cond_destroy(&log->grown);
    (void)pthread_mutex_destroy(&log->lock);
}

/* A formatted line on the heap. */
static char *new_line(const char *format, va_list args)
{
    char text[C_LOG_LINE_BYTES];
    int length = vsnprintf(text, sizeof text, format, args);
    ck_assert_int_ge(length, 0);
    ck_assert_uint_lt((size_t)length, sizeof text);
    char *line = strdup(text);
    ck_assert_ptr_nonnull(line);
    return line;
}

void c_log_write(struct c_log *log, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *line = new_line(format, args);
    va_end(args);
    (void)pthread_mutex_lock(&log->lock);
    bool has_room = log->n_lines < C_LOG_MAX_LINES;
    if (has_room)
        log->lines[log->n_lines++] = line;
    (void)pthread_cond_broadcast(&log->grown);
    (void)pthread_mutex_unlock(&log->lock);
    ck_assert_msg(has_room, "too many lines: %s", line);
}

static bool take_line(struct c_log *log, const char *wanted)
{
    for (size_t i = 0; i < log->n_lines; i++) {
        if (strncmp(log->lines[i], wanted, strlen(wanted)) != 0)
            continue;
        free(log->lines[i]);
        log->n_lines--;
        memmove(log->lines + i, log->lines + i + 1, (log->n_lines - i) * sizeof log->lines[0]);
        return true;
    }
    return false;
}

void c_log_hears(struct c_log *log, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *wanted = new_line(format, args);
    va_end(args);

    struct timespec deadline;
    (void)clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PEER_DEADLINE_MS / 1000;
    (void)pthread_mutex_lock(&log->lock);
    bool is_found = false;
    int waited = 0;
    while (!(is_found = take_line(log, wanted)) && waited == 0)
        waited = pthread_cond_timedwait(&log->grown, &log->lock, &deadline);
    (void)pthread_mutex_unlock(&log->lock);
    ck_assert_msg(is_found, "the C node did not hear: %s", wanted);
    free(wanted);
}

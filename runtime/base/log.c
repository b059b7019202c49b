/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define LINE_BYTES 1024

static void write_to_stderr(void *user, ractor_log_level level, const char *line)
{
    static const char *const names[] = {"error", "warn ", "info ", "debug"};
    struct timespec now;
    struct tm local;
    (void)user;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || localtime_r(&now.tv_sec, &local) == NULL)
        return;
    (void)fprintf(stderr, "%02d:%02d:%02d.%03ld %s %s\n", local.tm_hour, local.tm_min, local.tm_sec,
                  now.tv_nsec / 1000000, names[level], line);
}

void rt_log_init(struct rt_log *log, const ractor_runtime_options *options)
{
    log->write = options->log != NULL ? options->log : write_to_stderr;
    log->user = options->log_user;
    log->level = options->log_level;
    log->is_quiet = options->log_quiet != 0;
}

/* A name from the wire must not be able to forge a line or drive a terminal. */
static void escape_controls(const char *from, char *to, size_t capacity)
{
    static const char hex[] = "0123456789abcdef";
    size_t used = 0;
    for (; *from != '\0' && used + 5 < capacity; from++) {
        unsigned char byte = (unsigned char)*from;
        if (byte >= 0x20 && byte != 0x7f) {
            to[used++] = *from;
            continue;
        }
        to[used++] = '\\';
        to[used++] = 'x';
        to[used++] = hex[byte >> 4];
        to[used++] = hex[byte & 15];
    }
    to[used] = '\0';
}

void rt_logf(const struct rt_log *log, ractor_log_level level, const char *format, ...)
{
    char raw[LINE_BYTES];
    char line[LINE_BYTES];
    if (log->is_quiet || level > log->level)
        return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    escape_controls(raw, line, sizeof line);
    log->write(log->user, level, line);
}

/* SPDX-License-Identifier: MIT */
/* Log lines: formatted, control bytes escaped, handed to the user's function. Any thread. */
#ifndef RACTOR_BASE_LOG_H
#define RACTOR_BASE_LOG_H

#include <ractor/export.h>
#include <ractor/runtime.h>

#include <stdbool.h>

/* Where lines go; part of a runtime, read-only after its start. */
struct rt_log {
    ractor_log_fn write; /* never NULL */
    void *user;
    ractor_log_level level; /* lines above it are dropped */
    bool is_quiet;          /* all lines are dropped */
};

/* Fills a log from a runtime's options; standard error when they name no function. */
void rt_log_init(struct rt_log *log, const ractor_runtime_options *options);

/* Writes one line, cut at 1,000 bytes. A peer's text may be among the arguments: it is escaped. */
void rt_logf(const struct rt_log *log, ractor_log_level level, const char *format, ...)
    RACTOR_PRINTF(3, 4);

#endif

/* SPDX-License-Identifier: MIT */
/* What a process has died of, in words. */
#ifndef RACTOR_DOMAIN_DEATH_H
#define RACTOR_DOMAIN_DEATH_H

#include "domain/protocol.h"

#include <ractor/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RT_VERDICT_BYTES 160
/* Of a description; fits the reason of a failure. */
#define RT_DEATH_BYTES 240

/* Why this side has ended a process. */
struct rt_verdict {
    ractor_status status; /* RACTOR_OK: it has not */
    char text[RT_VERDICT_BYTES];
};

enum rt_death_kind { RT_DEATH_UNKNOWN, RT_DEATH_EXIT, RT_DEATH_SIGNAL };

struct rt_death {
    long pid;
    enum rt_death_kind kind;
    int code; /* of the exit, or the signal's number */
    bool has_report;
    struct rt_crash_report report;
    struct rt_verdict verdict;
    uint64_t memory_bytes; /* the limit; 0: none */
};

/* One line, cut at `size` bytes. `doing`: what an actor was doing there, NULL: nothing;
 * `is_culprit`: it was in its hook that the crash was. */
void rt_death_describe(const struct rt_death *death, const char *doing, bool is_culprit, char *text,
                       size_t size);

#endif

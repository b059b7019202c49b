/* SPDX-License-Identifier: MIT */
/* Ends a load when the library says no; apart from common.h, which bare sockets use without it. */
#ifndef BENCH_CLUSTER_MUST_H
#define BENCH_CLUSTER_MUST_H

#include "common.h"

#include <ractor/status.h>

#include <stdio.h>

static inline void must(ractor_status status, const char *what)
{
    if (status != RACTOR_OK)
        (void)fprintf(stderr, "%s: ", what);
    bench_must(status == RACTOR_OK, ractor_strerror(status));
}

#endif

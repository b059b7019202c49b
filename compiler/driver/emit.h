/* SPDX-License-Identifier: MIT */
/*
 * Emits what has been checked, and writes it. When there are many inputs they are shared out among
 * threads: each has its own arenas and diagnostics, and only reads the tree.
 */
#ifndef RCGEN_DRIVER_EMIT_H
#define RCGEN_DRIVER_EMIT_H

#include "driver/compile.h"

/* Adds to `compile->diags` and sets `compile->io_error`, as if the jobs had been done in order. */
void rc_emit(struct rc_compile *compile, const struct rc_job *jobs, size_t n_jobs);

#endif

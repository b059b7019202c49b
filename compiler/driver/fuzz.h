/* SPDX-License-Identifier: MIT */
/* Fuzz targets for what the C backend makes of a schema: loaded, checked, made and written. */
#ifndef RCGEN_DRIVER_FUZZ_H
#define RCGEN_DRIVER_FUZZ_H

#include "driver/compile.h"

/*
 * Writes a target for each message enum of the job's input to `folder` (NULL: the current one), all
 * or none; with `only_names`, prints their paths instead. Diagnostics and `compile->io_error` stay
 * for the caller to show.
 */
enum rc_outcome rc_fuzz_run(struct rc_compile *compile, struct rc_job *job, const char *folder,
                            bool only_names);

#endif

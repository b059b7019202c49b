/* SPDX-License-Identifier: MIT */
/* Depfiles: what a job's outputs depend on, as Make and Ninja read it. */
#ifndef RCGEN_DRIVER_DEPFILE_H
#define RCGEN_DRIVER_DEPFILE_H

#include "base/buffer.h"
#include "driver/compile.h"

void rc_depfile_render(struct rc_compile *compile, const struct rc_job *job, struct rc_buffer *out);

#endif

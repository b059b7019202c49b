/* SPDX-License-Identifier: MIT */
/* Files that are no schemas: payloads and JSON. */
#ifndef RCGEN_DRIVER_PAYLOAD_H
#define RCGEN_DRIVER_PAYLOAD_H

#include "base/arena.h"

#include <stddef.h>

/* A whole file, terminated; "-" is standard input. NULL with `*error` set, also beyond 64 MiB. */
const char *rc_payload_read(struct rc_arena *arena, const char *path, size_t *length,
                            const char **error);

#endif

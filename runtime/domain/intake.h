/* SPDX-License-Identifier: MIT */
/* Frames out of a stream. The peer may be a process that has lost its mind: memory grows with what
 * has come, not with what was announced. */
#ifndef RACTOR_DOMAIN_INTAKE_H
#define RACTOR_DOMAIN_INTAKE_H

#include "domain/protocol.h"

#include <ractor/status.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt_intake {
    uint8_t *data;
    size_t capacity;
    size_t start, end;
};

/* Reads once. RACTOR_EAGAIN: nothing there. RACTOR_ENODE: the stream has ended or is broken.
 * RACTOR_ENOMEM. */
ractor_status rt_intake_fill(struct rt_intake *intake, int fd);

/* The next whole frame; its payload lives until the next call of either function. RACTOR_EAGAIN:
 * there is none. RACTOR_EPROTO: it would be too long. */
ractor_status rt_intake_next(struct rt_intake *intake, struct rt_frame *frame,
                             ractor_bytes *payload);

void rt_intake_fini(struct rt_intake *intake);

#endif

/* SPDX-License-Identifier: MIT */
#include "domain/intake.h"

#include "base/alloc.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define FIRST_BYTES ((size_t)16 << 10)
/* An emptied intake gives memory back that is more than this. */
#define KEPT_BYTES ((size_t)256 << 10)

static ractor_status make_room(struct rt_intake *intake)
{
    size_t length = intake->end - intake->start;
    if (intake->start != 0 && length != 0)
        memmove(intake->data, intake->data + intake->start, length);
    intake->start = 0;
    intake->end = length;
    if (length == 0 && intake->capacity > KEPT_BYTES)
        rt_intake_fini(intake);
    if (length < intake->capacity)
        return RACTOR_OK;
    size_t capacity = intake->capacity != 0 ? intake->capacity * 2 : FIRST_BYTES;
    uint8_t *data = rt_realloc(intake->data, capacity);
    if (data == NULL)
        return RACTOR_ENOMEM;
    intake->data = data;
    intake->capacity = capacity;
    return RACTOR_OK;
}

ractor_status rt_intake_fill(struct rt_intake *intake, int fd)
{
    ractor_status status = make_room(intake);
    if (status != RACTOR_OK)
        return status;
    ssize_t n;
    do
        n = recv(fd, intake->data + intake->end, intake->capacity - intake->end, 0);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        intake->end += (size_t)n;
        return RACTOR_OK;
    }
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? RACTOR_EAGAIN : RACTOR_ENODE;
}

ractor_status rt_intake_next(struct rt_intake *intake, struct rt_frame *frame,
                             ractor_bytes *payload)
{
    size_t length = intake->end - intake->start;
    if (length < sizeof *frame)
        return RACTOR_EAGAIN;
    memcpy(frame, intake->data + intake->start, sizeof *frame);
    if (frame->length > RT_DOMAIN_PAYLOAD_LIMIT)
        return RACTOR_EPROTO;
    if (length - sizeof *frame < frame->length)
        return RACTOR_EAGAIN;
    payload->data = intake->data + intake->start + sizeof *frame;
    payload->length = frame->length;
    intake->start += sizeof *frame + frame->length;
    return RACTOR_OK;
}

void rt_intake_fini(struct rt_intake *intake)
{
    rt_free(intake->data);
    memset(intake, 0, sizeof *intake);
}

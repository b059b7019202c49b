/* SPDX-License-Identifier: MIT */
#include "driver/payload.h"

#include "driver/read.h"

#define LIMIT_BYTES ((size_t)64 << 20)

const char *rc_payload_read(struct rc_arena *arena, const char *path, size_t *length,
                            const char **error)
{
    struct rc_read_error what;
    struct stat info;
    int fd = rc_read_open(arena, path, &info, &what);
    const char *data = fd >= 0 ? rc_read_all(arena, fd, LIMIT_BYTES, length, &what) : NULL;
    if (data == NULL)
        *error = rc_arena_printf(arena, "%s: %s", path, what.message);
    return data;
}

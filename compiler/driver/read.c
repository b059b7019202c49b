/* SPDX-License-Identifier: MIT */
#include "driver/read.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FIRST_BYTES ((size_t)64 << 10)

static int fail(struct rc_read_error *error, enum rc_code code, const char *message)
{
    error->code = code;
    error->message = message;
    return -1;
}

int rc_read_open(struct rc_arena *arena, const char *path, struct stat *info,
                 struct rc_read_error *error)
{
    bool is_stdin = strcmp(path, "-") == 0;
    /* O_NONBLOCK: a fifo without a writer must not hang the build; no effect on regular files. */
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fail(error, RC_CANNOT_READ,
                    rc_arena_printf(arena, "cannot be read: %s", strerror(errno)));
    if (fstat(fd, info) != 0) {
        (void)close(fd);
        return fail(error, RC_CANNOT_READ,
                    rc_arena_printf(arena, "cannot be read: %s", strerror(errno)));
    }
    if (is_stdin || S_ISREG(info->st_mode))
        return fd;
    (void)close(fd);
    if (S_ISDIR(info->st_mode))
        return fail(error, RC_IS_DIRECTORY, "is a folder, not a schema");
    return fail(error, RC_CANNOT_READ, "cannot be read: not a regular file");
}

/*
 * Reads until the end or one byte beyond the limit, into `capacity` bytes at first; false on an
 * error of the system.
 */
static bool read_bytes(struct rc_arena *arena, int fd, size_t limit, size_t capacity, char **data,
                       size_t *length)
{
    char *bytes = rc_arena_raw(arena, capacity + 2);
    *length = 0;
    while (*length <= limit) {
        if (*length == capacity) {
            char *grown = rc_arena_raw(arena, 4 * capacity + 2);
            memcpy(grown, bytes, *length);
            bytes = grown;
            capacity *= 4;
        }
        ssize_t count = read(fd, bytes + *length, capacity - *length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0)
            break;
        *length += (size_t)count;
    }
    bytes[*length] = '\0';
    *data = bytes;
    return true;
}

char *rc_read_all(struct rc_arena *arena, int fd, size_t limit, size_t *length,
                  struct rc_read_error *error)
{
    char *data = NULL;
    struct stat info;
    bool is_good = true;
    bool is_regular = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    /* A huge file is refused before any of it is read. */
    if (is_regular && (uintmax_t)info.st_size > limit)
        *length = limit + 1;
    else
        is_good = read_bytes(arena, fd, limit, is_regular ? (size_t)info.st_size + 1 : FIRST_BYTES,
                             &data, length);
    int saved = errno;
    if (fd != STDIN_FILENO)
        (void)close(fd);
    if (!is_good) {
        (void)fail(error, RC_CANNOT_READ,
                   rc_arena_printf(arena, "cannot be read: %s", strerror(saved)));
        return NULL;
    }
    if (*length > limit) {
        (void)fail(error, RC_FILE_TOO_LARGE,
                   rc_arena_printf(arena, "is larger than %zu MiB", limit >> 20));
        return NULL;
    }
    return data;
}

static struct rc_diag *at(struct rc_diags *diags, const struct rc_source *source, size_t offset,
                          enum rc_code code, const char *message)
{
    struct rc_span span = {source, (uint32_t)offset, (uint32_t)offset + 1};
    return rc_report(diags, code, span, "%s", message);
}

bool rc_read_check(struct rc_diags *diags, const struct rc_source *source)
{
    const char *text = source->text;
    if (source->length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        rc_hint(at(diags, source, 0, RC_BYTE_ORDER_MARK, "the file begins with a byte order mark"),
                "save it as UTF-8 without one");
        return false;
    }
    for (size_t i = 0; i < source->length;) {
        size_t length = rc_utf8_length(text + i, source->length - i);
        if (text[i] == '\0') {
            rc_hint(at(diags, source, i, RC_NUL_BYTE, "the file contains a NUL byte"),
                    "schemas are UTF-8 text");
            return false;
        }
        if (text[i] == '\r') {
            rc_hint(at(diags, source, i, RC_CARRIAGE_RETURN, "the file contains a carriage return"),
                    "save it with LF line ends");
            return false;
        }
        if (length == 0) {
            at(diags, source, i, RC_NOT_UTF8, "the file is not UTF-8 from here on");
            return false;
        }
        i += length;
    }
    return true;
}

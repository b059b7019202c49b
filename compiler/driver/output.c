/* SPDX-License-Identifier: MIT */
#include "driver/output.h"

#include "base/diag.h"
#include "driver/read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_AT_ONCE 8
#define N_TRIES 100

/* Who may read and write a file stays as it was. */
static void keep_mode(int fd, const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
        (void)fchmod(fd, info.st_mode & 0777);
}

/* One file on its way. */
struct pending {
    const struct rc_output *output;
    const char *temporary; /* NULL: nothing to rename */
};

static const char *system_error(struct rc_arena *arena, const char *path)
{
    return rc_arena_printf(arena, "%s: cannot be written: %s", path, strerror(errno));
}

static bool write_all(int fd, const char *data, size_t length)
{
    while (length != 0) {
        ssize_t count = write(fd, data, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        data += count;
        length -= (size_t)count;
    }
    return true;
}

/* Standard output, a device or a pipe: nothing that a rename could stand for. */
static const char *write_directly(struct rc_arena *arena, const struct rc_output *output)
{
    bool is_stdout = strcmp(output->path, "-") == 0;
    int fd = is_stdout ? STDOUT_FILENO : open(output->path, O_WRONLY | O_CLOEXEC);
    const char *error = NULL;
    if (fd < 0 || !write_all(fd, output->data, output->length))
        error = system_error(arena, output->path);
    if (fd >= 0 && !is_stdout && close(fd) != 0 && error == NULL)
        error = system_error(arena, output->path);
    return error;
}

static bool has_content(struct rc_arena *arena, const struct rc_output *output)
{
    struct rc_read_error error;
    struct stat info;
    size_t length = 0;
    int fd = rc_read_open(arena, output->path, &info, &error);
    if (fd < 0)
        return false;
    if ((uintmax_t)info.st_size != output->length) {
        (void)close(fd);
        return false;
    }
    const char *data = rc_read_all(arena, fd, output->length, &length, &error);
    return data != NULL && length == output->length && memcmp(data, output->data, length) == 0;
}

static int create_beside(struct rc_arena *arena, const char *path, const char **temporary)
{
    for (int i = 0; i < N_TRIES; i++) {
        *temporary = rc_arena_printf(arena, "%s.%ld.%d.tmp", path, (long)getpid(), i);
        int fd = open(*temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static const char *write_temporary(struct rc_arena *arena, struct pending *pending)
{
    const struct rc_output *output = pending->output;
    const char *temporary = NULL;
    int fd = create_beside(arena, output->path, &temporary);
    if (fd < 0)
        return system_error(arena, output->path);
    pending->temporary = temporary;
    keep_mode(fd, output->path);
    const char *error = NULL;
    if (!write_all(fd, output->data, output->length))
        error = system_error(arena, output->path);
    if (close(fd) != 0 && error == NULL)
        error = system_error(arena, output->path);
    return error;
}

static bool is_special(const char *path)
{
    struct stat info;
    return strcmp(path, "-") == 0 ||
           (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode));
}

const char *rc_output_write(struct rc_arena *arena, const struct rc_output *outputs, size_t count,
                            bool if_changed)
{
    struct pending pending[MAX_AT_ONCE] = {{0}};
    const char *error = NULL;
    if (count > MAX_AT_ONCE)
        return "too many outputs at once";
    for (size_t i = 0; i < count && error == NULL; i++) {
        pending[i].output = &outputs[i];
        if (is_special(outputs[i].path))
            error = write_directly(arena, &outputs[i]);
        else if (!if_changed || !has_content(arena, &outputs[i]))
            error = write_temporary(arena, &pending[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (pending[i].temporary == NULL)
            continue;
        if (error == NULL && rename(pending[i].temporary, outputs[i].path) != 0)
            error = system_error(arena, outputs[i].path);
        if (error != NULL)
            (void)unlink(pending[i].temporary);
    }
    return error;
}

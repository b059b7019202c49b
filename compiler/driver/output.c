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

#define N_TRIES 100
#define TEMPORARY "%s.%ld.%d.tmp"
#define MAX_DIGITS 20

/* Who may read and write a file stays as it was. */
static void keep_mode(int fd, const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
        (void)fchmod(fd, info.st_mode & 0777);
}

/*
 * One file on its way. Its temporary name is made before any file is: no memory is asked for while
 * there are files that would have to be removed if there were none.
 */
struct pending {
    const struct rc_output *output;
    char *temporary; /* NULL: nothing to rename */
    size_t capacity;
    bool is_created;
};

/* What the system refused first. */
struct failure {
    const char *path; /* NULL: nothing */
    int error;
};

struct rc_writing {
    struct pending *pending;
    size_t count;
    struct failure failure;
};

static void fail(struct failure *failure, const char *path)
{
    if (failure->path == NULL)
        *failure = (struct failure){path, errno};
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
static void write_directly(const struct rc_output *output, struct failure *failure)
{
    bool is_stdout = strcmp(output->path, "-") == 0;
    int fd = is_stdout ? STDOUT_FILENO : open(output->path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || !write_all(fd, output->data, output->length))
        fail(failure, output->path);
    if (fd >= 0 && !is_stdout && close(fd) != 0)
        fail(failure, output->path);
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

static int create_beside(struct pending *pending)
{
    for (int i = 0; i < N_TRIES; i++) {
        (void)snprintf(pending->temporary, pending->capacity, TEMPORARY, pending->output->path,
                       (long)getpid(), i);
        int fd = open(pending->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static void write_temporary(struct pending *pending, struct failure *failure)
{
    const struct rc_output *output = pending->output;
    int fd = create_beside(pending);
    if (fd < 0) {
        fail(failure, output->path);
        return;
    }
    pending->is_created = true;
    keep_mode(fd, output->path);
    if (!write_all(fd, output->data, output->length))
        fail(failure, output->path);
    if (close(fd) != 0)
        fail(failure, output->path);
}

static bool is_special(const char *path)
{
    struct stat info;
    return strcmp(path, "-") == 0 ||
           (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode));
}

static void prepare(struct rc_arena *arena, struct pending *pending, const struct rc_output *output,
                    bool if_changed)
{
    pending->output = output;
    if (is_special(output->path) || (if_changed && has_content(arena, output)))
        return;
    pending->capacity = strlen(output->path) + sizeof TEMPORARY + 2 * MAX_DIGITS;
    pending->temporary = rc_arena_alloc(arena, pending->capacity);
}

/* Moves what was created to its place, or away when something went wrong. */
static void finish(const struct pending *pending, struct failure *failure)
{
    if (!pending->is_created)
        return;
    if (failure->path == NULL && rename(pending->temporary, pending->output->path) != 0)
        fail(failure, pending->output->path);
    if (failure->path != NULL)
        (void)unlink(pending->temporary);
}

struct rc_writing *rc_output_prepare(struct rc_arena *arena, const struct rc_output *outputs,
                                     size_t count, bool if_changed)
{
    struct rc_writing *writing = rc_arena_alloc(arena, sizeof *writing);
    writing->pending = rc_arena_array(arena, count, sizeof *writing->pending);
    writing->count = count;
    for (size_t i = 0; i < count; i++)
        prepare(arena, &writing->pending[i], &outputs[i], if_changed);
    return writing;
}

void rc_output_commit(struct rc_writing *writing)
{
    struct failure *failure = &writing->failure;
    for (size_t i = 0; i < writing->count && failure->path == NULL; i++) {
        struct pending *pending = &writing->pending[i];
        if (pending->temporary != NULL)
            write_temporary(pending, failure);
        else if (is_special(pending->output->path))
            write_directly(pending->output, failure);
    }
    for (size_t i = 0; i < writing->count; i++)
        finish(&writing->pending[i], failure);
}

const char *rc_output_error(struct rc_arena *arena, const struct rc_writing *writing)
{
    const struct failure *failure = &writing->failure;
    if (failure->path == NULL)
        return NULL;
    return rc_arena_printf(arena, "%s: cannot be written: %s", failure->path,
                           strerror(failure->error));
}

const char *rc_output_write(struct rc_arena *arena, const struct rc_output *outputs, size_t count,
                            bool if_changed)
{
    struct rc_writing *writing = rc_output_prepare(arena, outputs, count, if_changed);
    rc_output_commit(writing);
    return rc_output_error(arena, writing);
}

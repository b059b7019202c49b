/* SPDX-License-Identifier: MIT */
/* posix_spawn: neither the parent's memory is copied nor do its fork handlers run, and nothing of
 * it is locked in the child. What the child can do for itself (limits, the signal at its parent's
 * death) it does as soon as it runs; until then the end of the socket is enough. */
#define _GNU_SOURCE /* posix_spawn_file_actions_addclosefrom_np */
#include "domain/launch.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SELF "/proc/self/exe"
#define VARIABLE_BYTES 96
#define DETAILS_LIMIT ((size_t)64 << 10)

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

void rt_launch_fini(struct rt_launched *child)
{
    close_fd(&child->exit_fd);
    close_fd(&child->socket);
    close_fd(&child->crash_fd);
    close_fd(&child->their_socket);
    close_fd(&child->their_crash_fd);
}

/* Out of the way of the numbers that the child is to have. */
static bool move_up(int *fd)
{
    int moved = fcntl(*fd, F_DUPFD_CLOEXEC, RT_DOMAIN_FIRST_FREE_FD);
    close_fd(fd);
    *fd = moved;
    return moved >= 0;
}

static bool set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

ractor_status rt_launch_prepare(struct rt_launched *child)
{
    int sockets[2] = {-1, -1}, pipes[2] = {-1, -1};
    bool is_made = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0 &&
                   pipe2(pipes, O_CLOEXEC | O_NONBLOCK) == 0;
    *child = (struct rt_launched){.exit_fd = -1,
                                  .socket = sockets[0],
                                  .their_socket = sockets[1],
                                  .crash_fd = pipes[0],
                                  .their_crash_fd = pipes[1]};
    if (is_made && set_nonblocking(child->socket) && move_up(&child->their_socket) &&
        move_up(&child->their_crash_fd))
        return RACTOR_OK;
    rt_launch_fini(child);
    return RACTOR_EIO;
}

/* ------------------------------------------------------------------ the start */

/* The parent's environment and the child's settings. Gives: rt_free. */
static char **make_environment(char *variable)
{
    size_t n = 0, n_kept = 0;
    while (environ[n] != NULL)
        n++;
    char **list = rt_calloc(n + 2, sizeof *list);
    if (list == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (strncmp(environ[i], RT_DOMAIN_VARIABLE "=", sizeof RT_DOMAIN_VARIABLE) != 0)
            list[n_kept++] = environ[i];
    }
    list[n_kept] = variable;
    return list;
}

static int set_files(posix_spawn_file_actions_t *files, const struct rt_launched *child)
{
    int error = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(files, child->their_socket, RT_DOMAIN_SOCKET_FD);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(files, child->their_crash_fd, RT_DOMAIN_CRASH_FD);
    if (error == 0)
        error = posix_spawn_file_actions_addclosefrom_np(files, RT_DOMAIN_FIRST_FREE_FD);
    return error;
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int error = posix_spawnattr_setsigmask(attributes, &none);
    if (error == 0)
        error = posix_spawnattr_setsigdefault(attributes, &all);
    if (error == 0)
        error = posix_spawnattr_setpgroup(attributes, 0);
    if (error == 0)
        error = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    return error;
}

/* What the program calls itself, in a list of processes and in a stack: where it really is. */
static void name_program(const char *path, char program[PATH_MAX])
{
    ssize_t length = readlink(path, program, PATH_MAX - 1);
    if (length > 0 && program[0] == '/')
        program[length] = '\0';
    else
        (void)snprintf(program, PATH_MAX, "%s", path);
}

static int spawn(struct rt_launched *child, const char *path, char **environment)
{
    static char mark[] = "ractor-domain"; /* for people who look at a list of processes */
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    char program[PATH_MAX];
    name_program(path, program);
    char *arguments[] = {program, mark, NULL};
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0)
        return error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = set_files(&files, child);
        if (error == 0)
            error = set_attributes(&attributes);
        if (error == 0)
            error = posix_spawn(&child->pid, path, &files, &attributes, arguments, environment);
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        child->pid = 0;
    return error;
}

int rt_launch(struct rt_launched *child, const ractor_domain_options *options)
{
    char variable[VARIABLE_BYTES];
    (void)snprintf(variable, sizeof variable, RT_DOMAIN_VARIABLE "=" RT_DOMAIN_FORMAT,
                   RT_DOMAIN_VERSION, (long)getpid(), (unsigned long long)options->memory_bytes,
                   options->n_workers);
    char **environment = make_environment(variable);
    int error = ENOMEM;
    if (environment != NULL)
        error = spawn(child, options->executable != NULL ? options->executable : SELF, environment);
    rt_free(environment);
    close_fd(&child->their_socket);
    close_fd(&child->their_crash_fd);
    if (error == 0)
        child->exit_fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
    return error;
}

/* ------------------------------------------------------------------ the end */

void rt_launch_kill(const struct rt_launched *child)
{
    if (child->pid == 0)
        return;
    if (child->exit_fd >= 0)
        (void)syscall(SYS_pidfd_send_signal, child->exit_fd, SIGKILL, NULL, 0);
    else
        (void)kill(child->pid, SIGKILL);
}

void rt_launch_reap(struct rt_launched *child, struct rt_death *death)
{
    siginfo_t info;
    int result;
    if (child->pid == 0)
        return;
    do
        result = waitid(P_PID, (id_t)child->pid, &info, WEXITED);
    while (result != 0 && errno == EINTR);
    death->pid = child->pid;
    child->pid = 0;
    if (result != 0)
        return;
    death->kind = info.si_code == CLD_EXITED ? RT_DEATH_EXIT : RT_DEATH_SIGNAL;
    death->code = info.si_status;
}

/* As much as there is. */
static size_t read_all(int fd, char *bytes, size_t capacity)
{
    size_t length = 0;
    while (length < capacity) {
        ssize_t n = read(fd, bytes + length, capacity - length);
        if (n > 0)
            length += (size_t)n;
        else if (n == 0 || errno != EINTR)
            break;
    }
    return length;
}

char *rt_launch_read_crash(struct rt_launched *child, struct rt_death *death)
{
    struct rt_crash_report report;
    size_t length = read_all(child->crash_fd, (char *)&report, sizeof report);
    if (length != sizeof report || report.magic != RT_CRASH_MAGIC)
        return NULL;
    death->report = report;
    death->has_report = true;
    char *text = rt_alloc(DETAILS_LIMIT + 1);
    if (text == NULL)
        return NULL;
    length = read_all(child->crash_fd, text, DETAILS_LIMIT);
    text[length] = '\0';
    char *fitting = rt_strdup(text);
    rt_free(text);
    return fitting;
}

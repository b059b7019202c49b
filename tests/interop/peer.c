/* SPDX-License-Identifier: MIT */
/*
 * Two pipes and a line buffer. Lines that are not waited for are events: they are kept in order
 * until `peer_hears()` asks for them.
 */
#include "peer.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* POSIX has it declared by the program. */
extern char **environ;

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits until the peer has written something; fails the test when the deadline has passed. */
static void wait_readable(const struct peer *peer, int64_t deadline, const char *wanted)
{
    int64_t left = deadline - now_ms();
    struct pollfd fd = {.fd = peer->out, .events = POLLIN};
    if (left <= 0 || poll(&fd, 1, (int)left) == 0)
        ck_abort_msg("the Rust peer did not say: %s", wanted);
}

/* Moves the next whole line to `peer->line`. */
static void read_line(struct peer *peer, int64_t deadline, const char *wanted)
{
    char *end = NULL;
    while ((end = memchr(peer->text, '\n', peer->length)) == NULL) {
        ck_assert_msg(peer->length < sizeof peer->text, "a line of the peer is too long");
        wait_readable(peer, deadline, wanted);
        ssize_t got = read(peer->out, peer->text + peer->length, sizeof peer->text - peer->length);
        if (got < 0 && errno == EINTR)
            continue;
        ck_assert_msg(got > 0, "the Rust peer ended before it said: %s", wanted);
        peer->length += (size_t)got;
    }
    size_t length = (size_t)(end - peer->text);
    memcpy(peer->line, peer->text, length);
    peer->line[length] = '\0';
    peer->length -= length + 1;
    memmove(peer->text, end + 1, peer->length);
}

static bool begins_with(const char *line, const char *start)
{
    return strncmp(line, start, strlen(start)) == 0;
}

static void keep_event(struct peer *peer)
{
    ck_assert_msg(peer->n_events < PEER_MAX_EVENTS, "too many events: %s", peer->line);
    char *copy = strdup(peer->line);
    ck_assert_ptr_nonnull(copy);
    peer->events[peer->n_events++] = copy;
}

static void start_process(struct peer *peer, char *const argv[])
{
    int in[2];
    int out[2];
    /* Close-on-exec: a second peer must not hold the first one's input open. */
    ck_assert_int_eq(pipe(in), 0);
    ck_assert_int_eq(pipe(out), 0);
    for (int i = 0; i < 2; i++) {
        (void)fcntl(in[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(out[i], F_SETFD, FD_CLOEXEC);
    }
    /* Not fork(): the C node's threads are running, and no code of ours may run in their copy. */
    posix_spawn_file_actions_t actions;
    ck_assert_int_eq(posix_spawn_file_actions_init(&actions), 0);
    ck_assert_int_eq(posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO), 0);
    ck_assert_int_eq(posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO), 0);
    ck_assert_int_eq(posix_spawn(&peer->pid, argv[0], &actions, NULL, argv, environ), 0);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(in[0]);
    (void)close(out[1]);
    peer->in = in[1];
    peer->out = out[0];
}

#define N_WORDS 9

/* `tls` NULL: no encryption. */
static void start(struct peer *peer, const char *name, const char *cookie, const char *mode,
                  const char *tls)
{
    const char *program = getenv("RACTOR_PEER");
    ck_assert_msg(program != NULL, "RACTOR_PEER names the Rust peer's program");
    memset(peer, 0, sizeof *peer);
    (void)signal(SIGPIPE, SIG_IGN);
    size_t n_words = tls != NULL ? N_WORDS : N_WORDS - 2;
    const char *const words[N_WORDS] = {program,  "--name", name,    "--cookie", cookie,
                                        "--mode", mode,     "--tls", tls};
    char *argv[N_WORDS + 1] = {NULL};
    for (size_t i = 0; i < n_words; i++) {
        argv[i] = strdup(words[i]);
        ck_assert_ptr_nonnull(argv[i]);
    }
    start_process(peer, argv);
    for (size_t i = 0; i < n_words; i++)
        free(argv[i]);

    read_line(peer, now_ms() + PEER_DEADLINE_MS, "READY");
    const char *port = strstr(peer->line, "port=");
    ck_assert_msg(begins_with(peer->line, "READY ") && port != NULL, "%s", peer->line);
    peer->port = (uint16_t)strtoul(port + strlen("port="), NULL, 10);
    ck_assert_uint_ne(peer->port, 0);
}

bool peer_is_old(void)
{
    return getenv("RACTOR_PEER_IS_OLD") != NULL;
}

bool peer_is_legacy(void)
{
    return getenv("RACTOR_PEER_IS_LEGACY") != NULL;
}

void peer_start(struct peer *peer, const char *name, const char *cookie)
{
    start(peer, name, cookie, "isolated", NULL);
}

void peer_start_transitive(struct peer *peer, const char *name, const char *cookie)
{
    start(peer, name, cookie, "transitive", NULL);
}

void peer_start_encrypted(struct peer *peer, const char *name, const char *cookie, const char *cert,
                          const char *key)
{
    char files[PATH_MAX];
    int length = snprintf(files, sizeof files, "%s,%s", cert, key);
    ck_assert_int_lt(length, (int)sizeof files);
    start(peer, name, cookie, "isolated", files);
}

static void end(struct peer *peer)
{
    (void)close(peer->in);
    (void)close(peer->out);
    (void)waitpid(peer->pid, NULL, 0);
    for (size_t i = 0; i < peer->n_events; i++)
        free(peer->events[i]);
    peer->n_events = 0;
}

void peer_stop(struct peer *peer)
{
    (void)!write(peer->in, "exit\n", 5);
    end(peer);
}

void peer_kill(struct peer *peer)
{
    (void)kill(peer->pid, SIGKILL);
    end(peer);
}

static void send_command(struct peer *peer, const char *format, va_list args)
{
    static char command[PEER_LINE_BYTES];
    int length = vsnprintf(command, sizeof command - 1, format, args);
    ck_assert_int_gt(length, 0);
    ck_assert_uint_lt((size_t)length, sizeof command - 1);
    command[length] = '\n';
    size_t total = (size_t)length + 1;
    for (size_t at = 0; at < total;) {
        ssize_t put = write(peer->in, command + at, total - at);
        ck_assert_msg(put > 0, "the Rust peer has ended");
        at += (size_t)put;
    }
    int64_t deadline = now_ms() + PEER_DEADLINE_MS;
    do {
        command[length] = '\0';
        read_line(peer, deadline, command);
        if (begins_with(peer->line, "EVENT "))
            keep_event(peer);
    } while (begins_with(peer->line, "EVENT "));
}

const char *peer_ask(struct peer *peer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    send_command(peer, format, args);
    va_end(args);
    return peer->line;
}

void peer_do(struct peer *peer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    send_command(peer, format, args);
    va_end(args);
    ck_assert_msg(strcmp(peer->line, "OK") == 0, "%s answered: %s", format, peer->line);
}

static bool take_event(struct peer *peer, const char *wanted)
{
    for (size_t i = 0; i < peer->n_events; i++) {
        if (!begins_with(peer->events[i], wanted))
            continue;
        free(peer->events[i]);
        peer->n_events--;
        memmove(peer->events + i, peer->events + i + 1,
                (peer->n_events - i) * sizeof peer->events[0]);
        return true;
    }
    return false;
}

void peer_hears(struct peer *peer, const char *format, ...)
{
    static char wanted[PEER_LINE_BYTES];
    va_list args;
    va_start(args, format);
    int length = snprintf(wanted, sizeof wanted, "EVENT ");
    (void)vsnprintf(wanted + length, sizeof wanted - (size_t)length, format, args);
    va_end(args);
    int64_t deadline = now_ms() + PEER_DEADLINE_MS;
    while (!take_event(peer, wanted)) {
        read_line(peer, deadline, wanted);
        keep_event(peer);
    }
}

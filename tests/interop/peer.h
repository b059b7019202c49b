/* SPDX-License-Identifier: MIT */
/*
 * The Rust peer, driven from a C test: a child process that reads commands and writes lines
 * (README.md lists both). Whatever goes wrong fails the test that runs. The peer ends with the
 * test, also when the test ends early, because its standard input does.
 *
 * One thread only.
 */
#ifndef RACTOR_TESTS_INTEROP_PEER_H
#define RACTOR_TESTS_INTEROP_PEER_H

#include <ractor/export.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How long to wait for a line before its absence is a failure. No test passes by waiting. */
#define PEER_DEADLINE_MS 20000

#define PEER_LINE_BYTES 65536
#define PEER_MAX_EVENTS 256

struct peer {
    pid_t pid;
    int in;        /* commands go here */
    int out;       /* lines come from here */
    uint16_t port; /* where it listens */
    size_t length; /* bytes in `text` that are not yet handed out */
    char text[PEER_LINE_BYTES];
    char line[PEER_LINE_BYTES];    /* the last line, as `peer_ask()` returns it */
    char *events[PEER_MAX_EVENTS]; /* heard while something else was waited for */
    size_t n_events;
};

/* Whether the peer's program is of a version up to 0.14.5, which frames messages in the older way
 * and does not say when it is ready: RACTOR_PEER_IS_LEGACY is set. */
bool peer_is_legacy(void);

/* Whether it is of a version before 0.16, in which an actor ends by a message that it cannot read:
 * RACTOR_PEER_IS_OLD is set. */
bool peer_is_old(void);

/* Starts a peer called `name@localhost`, which connects only where it is told to, and waits until
 * it listens. */
void peer_start(struct peer *peer, const char *name, const char *cookie);

/* The same, for a peer that also connects to the nodes that its peers know. */
void peer_start_transitive(struct peer *peer, const char *name, const char *cookie);

/* The same as the first, for a peer whose listener is encrypted. */
void peer_start_encrypted(struct peer *peer, const char *name, const char *cookie, const char *cert,
                          const char *key);

/* Ends the peer and waits for its process. */
void peer_stop(struct peer *peer);

/* Ends the peer's process at once, as a crash would. */
void peer_kill(struct peer *peer);

/* Sends a command and returns the answer, "OK …" or "ERR …", which lives until the next call. */
RACTOR_PRINTF(2, 3) const char *peer_ask(struct peer *peer, const char *format, ...);

/* Sends a command whose answer must be "OK" alone. */
RACTOR_PRINTF(2, 3) void peer_do(struct peer *peer, const char *format, ...);

/* Waits for the event that begins with this text ("session ready …"), now or heard before. */
RACTOR_PRINTF(2, 3) void peer_hears(struct peer *peer, const char *format, ...);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A message enum described by hand, with its wire encoding, so that the cluster's suites need no
 * generated code:
 *
 *   enum Sample {
 *       Note(string, u64),
 *       [rpc] Sum(u64, u64) -> u64,
 *       [rpc] Hold() -> u64,          // answered by release_held
 *       [rpc] Drop() -> u64,          // never answered
 *       [rpc] Fail() -> u64,          // failed with RACTOR_EOVERLOAD
 *   }
 *
 * and what the node suites share: nodes, waiting for a condition, raw connections.
 */
#ifndef TESTS_CLUSTER_SAMPLE_H
#define TESTS_CLUSTER_SAMPLE_H

#include <ractor/cluster.h>
#include <ractor/ractor.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum { SAMPLE_NOTE, SAMPLE_SUM, SAMPLE_HOLD, SAMPLE_DROP, SAMPLE_FAIL, SAMPLE_TAGS };

struct sample_note {
    ractor_string text;
    uint64_t number;
};
struct sample_sum {
    uint64_t a, b;
};

extern const ractor_message_type sample_type;

/* What an actor of the sample has seen. */
struct sample_seen {
    _Atomic uint64_t n_notes;
    _Atomic uint64_t total;      /* of the notes' numbers */
    _Atomic uint64_t n_in_order; /* notes whose number was the count so far */
    _Atomic uint64_t text_bytes;
    pthread_mutex_t lock;
    ractor_port held[64]; /* under lock */
    size_t n_held;        /* under lock */
};

void sample_seen_init(struct sample_seen *seen);
/* How many Hold calls wait. */
size_t sample_held(struct sample_seen *seen);
/* Answers them all. */
void sample_release_held(struct sample_seen *seen, uint64_t value);

/* Spawns an actor; `name` and `seen` may be NULL. Fails the test when it cannot. */
ractor_ref sample_spawn(ractor_runtime *runtime, const char *name, struct sample_seen *seen);
/* Without failing the test. */
ractor_status sample_try_spawn(ractor_runtime *runtime, const char *name, ractor_ref *ref);

ractor_status sample_note(ractor_ref to, const char *text, uint64_t number);
ractor_status sample_sum(ractor_ref to, uint64_t a, uint64_t b, uint64_t *sum);
ractor_status sample_call(ractor_ref to, uint32_t tag, uint32_t timeout_ms, uint64_t *value);

/* ---- nodes ---- */

#define SAMPLE_COOKIE "a cookie for the suites"

/* A runtime with a node on a port of its own. */
struct sample_node {
    ractor_runtime *runtime;
    ractor_node *node;
    pthread_mutex_t lock;
    char log[16384]; /* under lock: lines of warnings and worse, as far as they fit */
    size_t log_length;
};

void sample_node_start(struct sample_node *node, const char *name,
                       const ractor_node_options *options);
void sample_node_stop(struct sample_node *node);
/* Whether a logged line holds the text. */
bool sample_node_logged(struct sample_node *node, const char *text);
/* Connects and fails the test when that fails. */
void sample_connect(struct sample_node *from, struct sample_node *to);

/* Waits until `is_so(user)`; fails the test after 20 seconds. */
void sample_wait(bool (*is_so)(void *user), void *user, const char *what);
void sample_wait_count(_Atomic uint64_t *counter, uint64_t wanted);
void sample_wait_log(struct sample_node *node, const char *text);
void sample_wait_sessions(struct sample_node *node, size_t wanted);
/* The peer's actor of a name, waiting until it is there. */
ractor_ref sample_find(struct sample_node *node, const char *name);
/* Waits until the peer's actor of a name is gone. */
void sample_wait_lost(struct sample_node *node, const char *name);

/* A connected socket to a node. */
int sample_dial_raw(const struct sample_node *node);
/* Whether the other side closes within 20 seconds; what it sends before is read and dropped. */
bool sample_is_closed(int fd);

#endif

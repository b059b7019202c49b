/* SPDX-License-Identifier: MIT */
/*
 * A message enum described by hand, so that the runtime's suites need no generated code:
 *
 *   enum Sample {
 *       Add(u64), Text(string), Run(fn, arg), Fail,
 *       [rpc] Get() -> u64, [rpc] Echo(string) -> string, [rpc] Ask(actor, u64) -> u64,
 *       [rpc] Keep() -> u64
 *   }
 *
 * and an actor that handles it. `Run` calls a function of the test in the actor's turn.
 */
#ifndef TESTS_ACTOR_SAMPLE_H
#define TESTS_ACTOR_SAMPLE_H

#include <ractor/ractor.h>

#include <stdatomic.h>

enum sample_tag {
    SAMPLE_ADD,
    SAMPLE_TEXT,
    SAMPLE_RUN,
    SAMPLE_FAIL,
    SAMPLE_GET,
    SAMPLE_ECHO,
    SAMPLE_ASK,
    SAMPLE_KEEP,
    SAMPLE_TAGS
};

typedef ractor_status (*sample_fn)(ractor_context *ctx, void *argument);

struct sample_add {
    uint64_t amount;
};
struct sample_text {
    ractor_string text;
};
struct sample_run {
    sample_fn fn;
    void *argument;
};
struct sample_ask {
    ractor_ref whom;
    uint64_t timeout_ms;
};

extern const ractor_message_type sample_type;
extern const ractor_codec sample_u64_codec;
extern const ractor_codec sample_string_codec;

/* What the actor of `sample_class` is spawned with; all members are optional. */
struct sample_args {
    _Atomic uint64_t *sum;          /* Add adds here, too */
    _Atomic uint64_t *n_ended;      /* counted by fini */
    _Atomic uint64_t *n_post_stops; /* counted by post_stop */
    _Atomic uint64_t *n_events;     /* counted by handle_supervisor_event */
    sample_fn pre_start;            /* its result is that of the hook */
    sample_fn on_event;             /* called with a struct sample_event */
    void *on_event_argument;
};

/* The argument of `on_event`. */
struct sample_event {
    const ractor_supervision_event *event;
    void *argument;
};

struct sample_state {
    struct sample_args args;
    uint64_t value;
    ractor_port kept; /* Keep's port, answered by the next Add */
};

/* Keeps running when a child ends. */
extern const ractor_actor_class sample_class;
/* Without handle_supervisor_event. */
extern const ractor_actor_class sample_default_class;

ractor_ref sample_spawn(ractor_runtime *runtime, const struct sample_args *args);
ractor_ref sample_spawn_linked(ractor_runtime *runtime, const struct sample_args *args,
                               ractor_ref supervisor);

ractor_status sample_add(ractor_ref to, uint64_t amount);
ractor_status sample_text(ractor_ref to, const char *text);
ractor_status sample_run(ractor_ref to, sample_fn fn, void *argument);
ractor_status sample_fail(ractor_ref to);
ractor_status sample_get(ractor_ref to, uint32_t timeout_ms, uint64_t *value);
ractor_status sample_keep(ractor_ref to, uint32_t timeout_ms, uint64_t *value);
ractor_status sample_ask(ractor_ref to, ractor_ref whom, uint32_t timeout_ms, uint64_t *value);

/* A runtime with `n_workers` that logs nothing; fails the test when it cannot be had. */
ractor_runtime *sample_runtime(uint32_t n_workers);

/* Waits until `*counter` is at least `wanted`; false after 20 seconds. */
bool sample_wait_for(_Atomic uint64_t *counter, uint64_t wanted);

#endif

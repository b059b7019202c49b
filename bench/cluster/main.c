/* SPDX-License-Identifier: MIT */
/*
 * The loads of the cluster's benchmark, on the public API alone: `bench_cluster LOAD N` starts a
 * second process with a node of its own, and prints one figure: microseconds, messages or calls per
 * second, megabytes per second, or megabytes of the sender's memory.
 */
#include "common.h"
#include "load.rc.h"
#include "must.h"
#include "tls.h"

#include <ractor/cluster.h>
#include <ractor/ractor.h>

#include <stdio.h>
#include <string.h>

#define COOKIE "a cookie for the benchmark"
#define TIMEOUT_MS 60000

/* ------------------------------------------------------------------ the process that is sent to */

struct sink {
    uint64_t count;
};

static ractor_status sink_note(ractor_context *ctx, void *state, const load_sink_note *msg)
{
    (void)ctx;
    (void)msg;
    ((struct sink *)state)->count++;
    return RACTOR_OK;
}

static ractor_status sink_blob(ractor_context *ctx, void *state, const load_sink_blob *msg)
{
    (void)ctx;
    (void)msg;
    ((struct sink *)state)->count++;
    return RACTOR_OK;
}

static ractor_status sink_next(ractor_context *ctx, void *state, const load_sink_next *msg,
                               load_sink_next_port *port)
{
    (void)ctx;
    (void)state;
    return load_sink_next_reply(port, msg->number + 1);
}

static ractor_status sink_count(ractor_context *ctx, void *state, load_sink_count_port *port)
{
    (void)ctx;
    return load_sink_count_reply(port, ((struct sink *)state)->count);
}

static const ractor_actor_class sink_class = {
    LOAD_SINK_HANDLERS(sink),
    .state_bytes = sizeof(struct sink),
};

static void serve(int port_pipe)
{
    ractor_runtime *runtime = NULL;
    ractor_node *node = NULL;
    load_sink_ref sink;
    ractor_spawn_options spawn = {.name = "sink"};
    ractor_node_options options = {.name = "sink",
                                   .cookie = COOKIE,
                                   .listen_addr = "127.0.0.1",
                                   .tls = bench_tls(),
                                   .handshake_ms = 3600000,
                                   .max_handshakes = BENCH_STRANGERS,
                                   .max_handshakes_per_address = BENCH_STRANGERS};
    bench_raise_descriptors();
    must(ractor_runtime_start(NULL, &runtime), "runtime");
    must(load_sink_spawn(runtime, &sink_class, &spawn, NULL, &sink), "sink");
    must(ractor_node_start(runtime, &options, &node), "node");
    bench_tell_port(port_pipe, ractor_node_port(node));
}

/* ------------------------------------------------------------------ the process that sends */

struct source {
    ractor_runtime *runtime;
    ractor_node *node;
    load_sink_ref sink;
    uint16_t port; /* of the process that is sent to */
};

static void start(struct source *source)
{
    source->port = bench_fork(serve);
    const ractor_tls_options *tls = bench_tls();
    ractor_node_options options = {
        .name = "source", .cookie = COOKIE, .is_dial_only = true, .tls = tls};
    must(ractor_runtime_start(NULL, &source->runtime), "runtime");
    must(ractor_node_start(source->runtime, &options, &source->node), "node");
    must(tls == NULL ? ractor_cluster_connect(source->node, "127.0.0.1", source->port, TIMEOUT_MS)
                     : ractor_cluster_connect_enc(source->node, "127.0.0.1", source->port,
                                                  "localhost", TIMEOUT_MS),
         "connect");
    must(ractor_node_find(source->node, NULL, "sink", &source->sink.any), "find");
}

static void stop(struct source *source)
{
    ractor_node_stop(source->node);
    ractor_runtime_stop(source->runtime);
}

static void call_once(void *user)
{
    const struct source *source = user;
    uint64_t next;
    must(load_sink_call_next(source->sink, 1, TIMEOUT_MS, &next), "call");
}

static double call_quantile(struct source *source, uint64_t n, double quantile)
{
    start(source);
    double result = bench_latency(n, quantile, call_once, source);
    stop(source);
    return result;
}

static double call_median(void *user, uint64_t n)
{
    return call_quantile(user, n, 0.5);
}

static double call_p99(void *user, uint64_t n)
{
    return call_quantile(user, n, 0.99);
}

/* ------------------------------------------------------------------ the actor that sends */

struct sender {
    load_sink_ref sink;
    uint64_t left;    /* calls to be made */
    uint64_t awaited; /* replies that are still to come */
    load_source_calls_port ended;
};

static char large[BENCH_LARGE_BYTES];

static ractor_status source_notes(ractor_context *ctx, void *state, const load_source_notes *msg,
                                  load_source_notes_port *port)
{
    const struct sender *sender = state;
    (void)ctx;
    for (uint64_t i = 0; i < msg->count; i++)
        must(load_sink_send_note(sender->sink, RACTOR_STR("sixteen bytes it"), i), "note");
    return load_source_notes_reply(port, msg->count);
}

static ractor_status source_blobs(ractor_context *ctx, void *state, const load_source_blobs *msg,
                                  load_source_blobs_port *port)
{
    const struct sender *sender = state;
    ractor_bytes data = {(const uint8_t *)large, sizeof large};
    (void)ctx;
    for (uint64_t i = 0; i < msg->count; i++)
        must(load_sink_send_blob(sender->sink, data), "blob");
    return load_source_blobs_reply(port, msg->count);
}

static ractor_status on_reply(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user);

static void ask(ractor_context *ctx, struct sender *sender)
{
    sender->left--;
    sender->awaited++;
    must(load_sink_ask_next(ctx, sender->sink, sender->left, TIMEOUT_MS, on_reply, NULL), "ask");
}

static ractor_status on_reply(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user)
{
    struct sender *sender = state;
    (void)reply;
    (void)user;
    must(status, "call");
    sender->awaited--;
    if (sender->left != 0)
        ask(ctx, sender);
    return sender->awaited == 0 ? load_source_calls_reply(&sender->ended, 0) : RACTOR_OK;
}

static ractor_status source_calls(ractor_context *ctx, void *state, const load_source_calls *msg,
                                  load_source_calls_port *port)
{
    struct sender *sender = state;
    sender->ended.any = ractor_port_take(&port->any);
    sender->left = msg->count;
    for (int i = 0; i < BENCH_OUTSTANDING && sender->left != 0; i++)
        ask(ctx, sender);
    return RACTOR_OK;
}

static ractor_status sender_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct sender *)state)->sink = *(const load_sink_ref *)args;
    return RACTOR_OK;
}

static const ractor_actor_class source_class = {
    LOAD_SOURCE_HANDLERS(source),
    .state_bytes = sizeof(struct sender),
    .pre_start = sender_start,
};

/* ------------------------------------------------------------------ throughput */

/* Has `n` messages sent by an actor and waits until all have been handled; gives the seconds. */
static double timed(struct source *source, uint64_t n,
                    ractor_status (*send)(load_source_ref, uint64_t, uint32_t, uint64_t *),
                    bool is_counted)
{
    load_source_ref sender;
    uint64_t result = 0;
    must(load_source_spawn(source->runtime, &source_class, NULL, &source->sink, &sender), "sender");
    double start = bench_seconds_now();
    must(send(sender, n, TIMEOUT_MS, &result), "send");
    while (is_counted && result != n)
        must(load_sink_call_count(source->sink, TIMEOUT_MS, &result), "count");
    return bench_seconds_now() - start;
}

static double notes(void *user, uint64_t n)
{
    struct source *source = user;
    start(source);
    double seconds = timed(source, n, load_source_call_notes, true);
    stop(source);
    return (double)n / seconds;
}

static double calls(void *user, uint64_t n)
{
    struct source *source = user;
    start(source);
    double seconds = timed(source, n, load_source_call_calls, false);
    stop(source);
    return (double)n / seconds;
}

/* The same while 11,000 connections are open that have proved nothing. */
static double calls_among_strangers(void *user, uint64_t n)
{
    struct source *source = user;
    start(source);
    bench_strangers(source->port);
    double seconds = timed(source, n, load_source_call_calls, false);
    stop(source);
    return (double)n / seconds;
}

static double blobs(void *user, uint64_t n)
{
    struct source *source = user;
    start(source);
    double seconds = timed(source, n, load_source_call_blobs, true);
    stop(source);
    return (double)n * (double)BENCH_LARGE_BYTES / 1e6 / seconds;
}

static double blobs_memory(void *user, uint64_t n)
{
    (void)blobs(user, n);
    return bench_peak_mb();
}

int main(int argc, char **argv)
{
    static const struct bench_load loads[] = {
        {"remote-call-p50", call_median},
        {"remote-call-p99", call_p99},
        {"remote-call-p50-core", call_median},
        {"remote-calls", calls},
        {"remote-calls-strangers", calls_among_strangers},
        {"remote-casts", notes},
        {"remote-large", blobs},
        {"remote-large-memory", blobs_memory},
    };
    struct source source = {0};
    memset(large, 'x', sizeof large);
    return bench_main(argc, argv, loads, sizeof loads / sizeof *loads, &source);
}

/* SPDX-License-Identifier: MIT */
/*
 * A million casts and a hundred thousand calls between two processes: each arrives exactly once, in
 * order, and the memory of both stays bounded. The child process is forked before any thread
 * exists and runs the node that is sent to; it tells its port through a pipe and ends when a second
 * pipe closes.
 */
#include "load.rc.h"

#include <ractor/actor.h>
#include <ractor/call.h>
#include <ractor/cluster.h>

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define N_CASTS 50000
#define N_CALLS 5000
#else
#define N_CASTS 1000000
#define N_CALLS 100000
#endif
#define N_CALLERS 4

#define LOAD_COOKIE "cookie of the load test"
/* Every call must have ended long before. */
#define LOAD_TIMEOUT_MS 60000
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* The session's unsent bytes (64 MiB by default) and a few times that in messages on their way. */
#define LOAD_PEAK_KIB (256 * 1024)
#endif

#define assert_ok(call)                                                                            \
    do {                                                                                           \
        ractor_status status_ = (call);                                                            \
        ck_assert_msg(status_ == RACTOR_OK, "%s: %s", #call, ractor_strerror(status_));            \
    } while (0)

struct sink {
    uint64_t n_puts;
    uint64_t n_out_of_order;
    uint64_t n_nexts;
};

static ractor_status sink_put(ractor_context *ctx, void *state, const load_sink_put *msg)
{
    struct sink *sink = state;
    (void)ctx;
    if (msg->number != sink->n_puts)
        sink->n_out_of_order++;
    sink->n_puts++;
    return RACTOR_OK;
}

static ractor_status sink_next(ractor_context *ctx, void *state, const load_sink_next *msg,
                               load_sink_next_port *port)
{
    (void)ctx;
    ((struct sink *)state)->n_nexts++;
    return load_sink_next_reply(port, msg->number + 1);
}

static uint64_t peak_kib(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss;
}

static ractor_status sink_totals(ractor_context *ctx, void *state, load_sink_totals_port *port)
{
    struct sink *sink = state;
    (void)ctx;
    uint64_t totals[] = {sink->n_puts, sink->n_out_of_order, sink->n_nexts, peak_kib()};
    return load_sink_totals_reply(port, (ractor_vec_u64){.data = totals, .length = 4});
}

static const ractor_actor_class sink_class = {
    LOAD_SINK_HANDLERS(sink),
    .state_bytes = sizeof(struct sink),
};

/* The child: serves until the pipe that it reads is closed. */
static int serve(int port_pipe, int end_pipe)
{
    ractor_runtime *runtime = NULL;
    ractor_node *node = NULL;
    load_sink_ref sink;
    ractor_spawn_options spawn = {.name = "sink"};
    ractor_node_options options = {
        .name = "sink", .cookie = LOAD_COOKIE, .listen_addr = "127.0.0.1"};
    if (ractor_runtime_start(NULL, &runtime) != RACTOR_OK ||
        load_sink_spawn(runtime, &sink_class, &spawn, NULL, &sink) != RACTOR_OK ||
        ractor_node_start(runtime, &options, &node) != RACTOR_OK)
        return EXIT_FAILURE;
    uint16_t port = ractor_node_port(node);
    char byte;
    if (write(port_pipe, &port, sizeof port) != (ssize_t)sizeof port ||
        read(end_pipe, &byte, 1) != 0)
        return EXIT_FAILURE;
    ractor_node_stop(node);
    ractor_runtime_stop(runtime);
    return EXIT_SUCCESS;
}

struct load {
    pid_t child;
    int end_pipe;
    ractor_runtime *runtime;
    ractor_node *node;
    load_sink_ref sink;
};

static uint16_t start_child(struct load *load)
{
    int port_pipe[2];
    int end_pipe[2];
    uint16_t port = 0;
    ck_assert_int_eq(pipe(port_pipe), 0);
    ck_assert_int_eq(pipe(end_pipe), 0);
    load->child = fork();
    ck_assert_int_ge(load->child, 0);
    if (load->child == 0) {
        (void)close(end_pipe[1]);
        _exit(serve(port_pipe[1], end_pipe[0]));
    }
    (void)close(port_pipe[1]);
    (void)close(end_pipe[0]);
    load->end_pipe = end_pipe[1];
    ck_assert_int_eq(read(port_pipe[0], &port, sizeof port), sizeof port);
    (void)close(port_pipe[0]);
    return port;
}

static void start(struct load *load)
{
    uint16_t port = start_child(load);
    ractor_node_options options = {.name = "source", .cookie = LOAD_COOKIE, .is_dial_only = true};
    assert_ok(ractor_runtime_start(NULL, &load->runtime));
    assert_ok(ractor_node_start(load->runtime, &options, &load->node));
    assert_ok(ractor_cluster_connect(load->node, "127.0.0.1", port, LOAD_TIMEOUT_MS));
    assert_ok(ractor_node_find(load->node, NULL, "sink", &load->sink.any));
}

static void stop(struct load *load)
{
    int status = 0;
    ractor_node_stop(load->node);
    ractor_runtime_stop(load->runtime);
    (void)close(load->end_pipe);
    ck_assert_int_eq(waitpid(load->child, &status, 0), load->child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

/* Sends all casts. Past the session's limit of unsent bytes a cast is refused and tried again. */
static uint64_t send_casts(const struct load *load)
{
    uint64_t n_refused = 0;
    for (uint64_t i = 0; i < N_CASTS; i++) {
        ractor_status status;
        while ((status = load_sink_send_put(load->sink, i, RACTOR_STR("sixteen bytes it"))) ==
               RACTOR_EAGAIN) {
            n_refused++;
            (void)sched_yield();
        }
        ck_assert_msg(status == RACTOR_OK, "cast %llu: %s", (unsigned long long)i,
                      ractor_strerror(status));
    }
    return n_refused;
}

static void *send_calls(void *user)
{
    const struct load *load = user;
    for (uint64_t i = 0; i < N_CALLS / N_CALLERS; i++) {
        uint64_t next = 0;
        assert_ok(load_sink_call_next(load->sink, i, LOAD_TIMEOUT_MS, &next));
        ck_assert_uint_eq(next, i + 1);
    }
    return NULL;
}

START_TEST(each_cast_and_call_arrives_once_and_memory_is_bounded)
{
    struct load load;
    pthread_t callers[N_CALLERS];
    start(&load);
    (void)send_casts(&load);
    for (size_t i = 0; i < N_CALLERS; i++)
        ck_assert_int_eq(pthread_create(&callers[i], NULL, send_calls, &load), 0);
    for (size_t i = 0; i < N_CALLERS; i++)
        ck_assert_int_eq(pthread_join(callers[i], NULL), 0);

    load_sink_totals_result totals;
    assert_ok(load_sink_call_totals(load.sink, LOAD_TIMEOUT_MS, &totals));
    ck_assert_uint_eq(totals.value.length, 4);
    ck_assert_uint_eq(totals.value.data[0], N_CASTS);
    ck_assert_uint_eq(totals.value.data[1], 0);
    ck_assert_uint_eq(totals.value.data[2], N_CALLS);
    printf("peak memory: source %llu KiB, sink %llu KiB\n", (unsigned long long)peak_kib(),
           (unsigned long long)totals.value.data[3]);
#ifdef LOAD_PEAK_KIB
    ck_assert_uint_lt(totals.value.data[3], LOAD_PEAK_KIB);
    ck_assert_uint_lt(peak_kib(), LOAD_PEAK_KIB);
#endif
    load_sink_totals_result_drop(&totals);
    stop(&load);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("load");
    TCase *cases = tcase_create("load");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, each_cast_and_call_arrives_once_and_memory_is_bounded);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

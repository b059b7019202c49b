/* SPDX-License-Identifier: MIT */
#include "processes.h"

#include "sample.h"

#include <ractor/peer.h>

#include <check.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define N_EPOCHS 64
#define SLOW_MS 20000
#define LONG_MS 60000

struct ledger *ledger;
static bool is_callee_apart; /* in a network namespace of its own */
pid_t callee, caller, proxy;
static int orders[2], answers[2]; /* pipes to and from the caller */
static ractor_message_type sink_type;

static uint64_t token(uint64_t id)
{
    return (id + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

/* ------------------------------------------------------------------ the callee's process */

static void on_cast(uint64_t number)
{
    static uint32_t last[N_EPOCHS]; /* one actor's: no lock */
    uint32_t epoch = (uint32_t)(number >> 32) % N_EPOCHS, id = (uint32_t)number;
    if (id >= MAX_CALLS)
        return;
    ledger->n_arrivals[id]++;
    if (id < last[epoch])
        ledger->n_out_of_order++;
    last[epoch] = id;
}

static ractor_status dispatch(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                              const void *args, ractor_port *port)
{
    const struct sample_sum *call = args;
    const struct sample_note *note = args;
    (void)handlers;
    (void)ctx;
    (void)state;
    if (tag == SAMPLE_NOTE)
        on_cast(note->number);
    if (tag != SAMPLE_SUM)
        return RACTOR_OK;
    if (call->a >= MAX_CALLS || call->b != token(call->a)) {
        (void)ractor_port_fail(port, RACTOR_EOVERLOAD); /* garbled */
        return RACTOR_OK;
    }
    ledger->n_effects[call->a]++;
    uint64_t value = token(call->a) + 1;
    (void)ractor_port_reply(port, sink_type.variants[SAMPLE_SUM].reply, &value);
    return RACTOR_OK;
}

static const ractor_actor_class sink_class = {
    .name = "sink", .messages = &sink_type, .handlers = &sink_type, .state_bytes = 1};

static void init_type(void)
{
    sink_type = sample_type;
    sink_type.dispatch = dispatch;
}

static ractor_runtime *start_runtime(void)
{
    const ractor_runtime_options options = {.n_workers = 2, .log_quiet = 1};
    ractor_runtime *runtime = NULL;
    init_type();
    return ractor_runtime_start(&options, &runtime) == RACTOR_OK ? runtime : NULL;
}

bool leave_network(void)
{
    return syscall(SYS_unshare, CLONE_NEWNET) == 0;
}

static int serve(void)
{
    const ractor_spawn_options named = {.name = "sink"};
    const ractor_node_options options = {.name = "callee",
                                         .cookie = SAMPLE_COOKIE,
                                         .listen_addr = is_callee_apart ? NULL : "127.0.0.1",
                                         .port = ledger->plan.target_port,
                                         .handshake_ms = SLOW_MS,
                                         .silence_ms = SILENCE_MS,
                                         .ping_ms = 200};
    if (is_callee_apart && !leave_network())
        return EXIT_FAILURE;
    ractor_runtime *runtime = start_runtime();
    ractor_node *node = NULL;
    ractor_ref sink;
    if (runtime == NULL || ractor_spawn(runtime, &sink_class, &named, NULL, &sink) != RACTOR_OK ||
        ractor_node_start(runtime, &options, &node) != RACTOR_OK)
        return EXIT_FAILURE;
    ledger->plan.target_port = ractor_node_port(node);
    ledger->callee_port = ractor_node_port(node);
    for (;;)
        (void)pause();
}

/* ------------------------------------------------------------------ the caller's process */

static bool may_end_so(ractor_status status)
{
    return status == RACTOR_OK || status == RACTOR_ENODE || status == RACTOR_ETIMEOUT ||
           status == RACTOR_ENOENT || status == RACTOR_EOVERLOAD || status == RACTOR_EDECODE ||
           status == RACTOR_EPORT;
}

static ractor_status call_once(ractor_ref sink, uint32_t timeout_ms)
{
    uint64_t id = ledger->n_calls++, value = 0;
    const struct sample_sum args = {id, token(id)};
    ractor_status status =
        ractor_call(sink, &sink_type, SAMPLE_SUM, &args, timeout_ms, &value, NULL);
    ledger->n_ends[id]++;
    ledger->was_answered[id] = status == RACTOR_OK && value == token(id) + 1;
    bool is_wrong = status == RACTOR_OK && value != token(id) + 1;
    if ((is_wrong && ledger->plan.fault != PROXY_CORRUPT) || !may_end_so(status))
        ledger->n_wrong++;
    ledger->n_ended++;
    return is_wrong ? RACTOR_EFAILED : status;
}

/* A node of its own for each attempt: what a garbled connection has left does not matter. */
static ractor_status attempt(ractor_runtime *runtime, uint32_t limit_ms)
{
    const ractor_node_options options = {.name = "caller",
                                         .cookie = SAMPLE_COOKIE,
                                         .is_dial_only = true,
                                         .handshake_ms = limit_ms,
                                         .silence_ms = limit_ms,
                                         .ping_ms = 100};
    ractor_node *node = NULL;
    ractor_ref sink;
    ractor_status status = ractor_node_start(runtime, &options, &node);
    if (status != RACTOR_OK)
        return status;
    status = ractor_cluster_connect(node, "127.0.0.1", ledger->proxy_port, limit_ms * 4);
    if (status == RACTOR_OK)
        status = ractor_node_find(node, NULL, "sink", &sink);
    if (status == RACTOR_OK)
        status = call_once(sink, limit_ms * 4);
    ractor_node_stop(node);
    return status;
}

/* For each order an attempt, until one succeeds. */
static int attempt_on_orders(void)
{
    ractor_runtime *runtime = start_runtime();
    char order;
    while (runtime != NULL && read(orders[0], &order, 1) == 1) {
        /* A slow machine may take longer than a stall is to last. */
        uint32_t limit_ms = STALL_MS;
        while (attempt(runtime, limit_ms) != RACTOR_OK)
            limit_ms += limit_ms < SLOW_MS ? limit_ms : 0;
        if (write(answers[1], &order, 1) != 1)
            break;
    }
    return EXIT_FAILURE;
}

struct source {
    ractor_node *node;
    pthread_t thread;
};

static void *call_many(void *source_)
{
    /* Between a break and the loop's hearing of it, calls fail as fast as they are made. */
    const struct timespec breath = {.tv_nsec = 20000000};
    const struct source *source = source_;
    while (ledger->n_calls < N_CALLS) {
        ractor_ref sink;
        if (ractor_node_find(source->node, NULL, "sink", &sink) != RACTOR_OK) {
            (void)sched_yield();
            continue;
        }
        if (call_once(sink, 20000) != RACTOR_OK)
            (void)nanosleep(&breath, NULL);
    }
    return NULL;
}

static void *cast_many(void *source_)
{
    const struct source *source = source_;
    uint64_t epoch = 0;
    ractor_ref before = {NULL, 0};
    while (ledger->n_calls < N_CALLS && ledger->n_casts < MAX_CALLS - 1) {
        ractor_ref sink;
        if (ractor_node_find(source->node, NULL, "sink", &sink) != RACTOR_OK ||
            ledger->n_casts > ledger->n_calls) {
            (void)sched_yield();
            continue;
        }
        if (!ractor_ref_equal(sink, before))
            epoch++;
        before = sink;
        const struct sample_note note = {{"cast", 4}, epoch << 32 | ledger->n_casts++};
        (void)!ractor_send(sink, &sink_type, SAMPLE_NOTE, &note);
    }
    return NULL;
}

/* Calls from several threads, and casts beside, until there were enough. */
static int call_through(const char *host, uint16_t port)
{
    const ractor_node_options options = {.name = "caller",
                                         .cookie = SAMPLE_COOKIE,
                                         .is_dial_only = true,
                                         .handshake_ms = SLOW_MS,
                                         .silence_ms = SILENCE_MS,
                                         .ping_ms = 200};
    const ractor_peer_options peer = {
        .host = host, .port = port, .retry_min_ms = 10, .retry_max_ms = 200};
    struct source sources[N_CALLERS + 1];
    ractor_runtime *runtime = start_runtime();
    ractor_node *node = NULL;
    if (runtime == NULL || ractor_node_start(runtime, &options, &node) != RACTOR_OK ||
        ractor_node_connect(node, &peer, NULL) != RACTOR_OK)
        return EXIT_FAILURE;
    for (size_t i = 0; i <= N_CALLERS; i++) {
        sources[i].node = node;
        if (pthread_create(&sources[i].thread, NULL, i < N_CALLERS ? call_many : cast_many,
                           &sources[i]) != 0)
            return EXIT_FAILURE;
    }
    for (size_t i = 0; i <= N_CALLERS; i++)
        (void)pthread_join(sources[i].thread, NULL);
    ractor_node_stop(node);
    ractor_runtime_stop(runtime);
    return EXIT_SUCCESS;
}

/* ------------------------------------------------------------------ the test's process */

static void wait_for(bool (*is_so)(uint64_t user), uint64_t user, const char *what)
{
    const struct timespec pause_between = {.tv_nsec = 1000000};
    for (int i = 0; i < LONG_MS && !is_so(user); i++)
        (void)nanosleep(&pause_between, NULL);
    ck_assert_msg(is_so(user), "%s; %u calls begun, %u ended", what, ledger->n_calls,
                  ledger->n_ended);
}

static bool is_listening(uint64_t user)
{
    (void)user;
    return ledger->callee_port != 0;
}

static bool has_ended(uint64_t n_calls)
{
    return ledger->n_ended >= n_calls;
}

void start_callee(void)
{
    ledger->callee_port = 0;
    callee = fork();
    ck_assert_int_ge(callee, 0);
    if (callee == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(serve());
    }
    wait_for(is_listening, 0, "the callee does not listen");
}

/* True in the child. */
static bool fork_caller(void)
{
    caller = fork();
    ck_assert_int_ge(caller, 0);
    if (caller == 0)
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    return caller == 0;
}

void start_caller(const char *host, uint16_t port)
{
    if (fork_caller())
        _exit(call_through(host, port));
}

void start_caller_on_orders(void)
{
    if (fork_caller())
        _exit(attempt_on_orders());
}

void order_attempt(void)
{
    char order = 'a';
    ck_assert_int_eq(write(orders[1], &order, 1), 1);
    ck_assert_int_eq(read(answers[0], &order, 1), 1);
}

void end_process(pid_t *pid)
{
    if (*pid <= 0)
        return;
    (void)kill(*pid, SIGKILL);
    (void)waitpid(*pid, NULL, 0);
    *pid = 0;
}

static void start_ledger(void)
{
    ledger = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(ledger, MAP_FAILED);
    ck_assert_int_eq(pipe(orders), 0);
    ck_assert_int_eq(pipe(answers), 0);
    start_callee();
}

void processes_start_apart(void)
{
    is_callee_apart = true;
    start_ledger();
}

void processes_start(void)
{
    start_ledger();
    proxy = proxy_start(&ledger->plan, &ledger->proxy_port);
}

void processes_end(void)
{
    end_process(&caller);
    end_process(&callee);
    end_process(&proxy);
}

void check_ledger(uint32_t n_lost)
{
    uint32_t n_twice = 0, n_open = 0, n_unfounded = 0;
    for (uint32_t i = 0; i < ledger->n_calls; i++) {
        n_twice += ledger->n_ends[i] > 1 || ledger->n_effects[i] > 1;
        n_open += ledger->n_ends[i] == 0;
        n_unfounded += ledger->was_answered[i] && ledger->n_effects[i] != 1;
    }
    for (uint32_t i = 0; i < MAX_CALLS; i++)
        n_twice += ledger->n_arrivals[i] > 1;
    ck_assert_uint_eq(n_twice, 0);
    ck_assert_uint_eq(n_unfounded, 0);
    ck_assert_uint_le(n_open, n_lost);
    ck_assert_uint_eq(ledger->n_wrong, 0);
    ck_assert_uint_eq(ledger->n_out_of_order, 0);
}

uint32_t count_answered(void)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < ledger->n_calls; i++)
        n += ledger->was_answered[i];
    return n;
}

void wait_for_calls(uint32_t n_calls, const char *what)
{
    wait_for(has_ended, n_calls, what);
}

void pass_ms(uint32_t ms)
{
    const struct timespec how_long = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&how_long, NULL);
}

void finish_calls(uint32_t n_lost)
{
    int status = 0;
    wait_for_calls(N_CALLS - n_lost, "the calls do not end");
    ck_assert_int_eq(waitpid(caller, &status, 0), caller);
    caller = 0;
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

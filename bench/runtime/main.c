/* SPDX-License-Identifier: MIT */
/*
 * The loads of the runtime's benchmark, on its public API alone: `bench_runtime LOAD N` prints one
 * figure: messages, hops, calls or actors per second; milliseconds for skynet; bytes for memory.
 */
#include "messages.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 1000
#define RING 503
#define FAN 10

/* ------------------------------------------------------------------ the end of a load */

static struct {
    _Atomic uint64_t left;
    pthread_mutex_t lock;
    pthread_cond_t is_over;
} latch = {.lock = PTHREAD_MUTEX_INITIALIZER, .is_over = PTHREAD_COND_INITIALIZER};

static void count_down(void)
{
    /* acq_rel: main sees all that was done before. */
    if (atomic_fetch_sub_explicit(&latch.left, 1, memory_order_acq_rel) != 1)
        return;
    (void)pthread_mutex_lock(&latch.lock);
    (void)pthread_cond_signal(&latch.is_over);
    (void)pthread_mutex_unlock(&latch.lock);
}

static void wait_for_the_end(void)
{
    (void)pthread_mutex_lock(&latch.lock);
    while (atomic_load_explicit(&latch.left, memory_order_acquire) != 0)
        (void)pthread_cond_wait(&latch.is_over, &latch.lock);
    (void)pthread_mutex_unlock(&latch.lock);
}

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A load that fails has no figure. */
static void must(ractor_status status)
{
    if (status == RACTOR_OK)
        return;
    (void)fprintf(stderr, "bench_runtime: %s\n", ractor_strerror(status));
    _Exit(1);
}

/* ------------------------------------------------------------------ actors */

struct state {
    ractor_ref peer;
    uint64_t left;
    uint64_t sum;
};

static void remember(struct state *state, const struct bench_begin *args)
{
    state->peer = args->peer;
    state->left = args->n;
}

/* Ping-pong and ring: passes a number on, one less, until it is 0. */
static ractor_status player_begin(ractor_context *ctx, void *state, const struct bench_begin *args)
{
    (void)ctx;
    remember(state, args);
    return args->n != 0 ? bench_number(args->peer, args->n) : RACTOR_OK;
}

static ractor_status player_number(ractor_context *ctx, void *state, uint64_t number)
{
    (void)ctx;
    if (number != 0)
        return bench_number(((struct state *)state)->peer, number - 1);
    count_down();
    return RACTOR_OK;
}

/* Sends a chunk, and itself the order to go on, so that others get their turn. */
static ractor_status producer_number(ractor_context *ctx, void *state_, uint64_t number)
{
    struct state *state = state_;
    (void)number;
    for (uint64_t i = 0; i < CHUNK && state->left != 0; i++, state->left--)
        must(bench_number(state->peer, i));
    return state->left != 0 ? bench_number(ractor_self(ctx), 0) : RACTOR_OK;
}

static ractor_status producer_begin(ractor_context *ctx, void *state,
                                    const struct bench_begin *args)
{
    remember(state, args);
    return producer_number(ctx, state, 0);
}

static ractor_status consumer_number(ractor_context *ctx, void *state, uint64_t number)
{
    (void)ctx;
    (void)state;
    (void)number;
    count_down();
    return RACTOR_OK;
}

static ractor_status mortal_stop(ractor_context *ctx, void *state)
{
    (void)ctx;
    (void)state;
    count_down();
    return RACTOR_OK;
}

static const struct bench_handlers mortal_handlers = {NULL, consumer_number, NULL};
static const ractor_actor_class mortal = {.messages = &bench_type,
                                          .handlers = &mortal_handlers,
                                          .state_bytes = sizeof(struct state),
                                          .post_stop = mortal_stop};

static ractor_status spawner_begin(ractor_context *ctx, void *state, const struct bench_begin *args)
{
    (void)state;
    for (uint64_t i = 0; i < args->n; i++) {
        ractor_ref child;
        must(ractor_spawn(ractor_context_runtime(ctx), &mortal, NULL, NULL, &child));
        ractor_stop(child, NULL);
    }
    return RACTOR_OK;
}

static ractor_status asker_begin(ractor_context *ctx, void *state, const struct bench_begin *args)
{
    (void)ctx;
    for (uint64_t i = 0; i < args->n; i++) {
        uint64_t reply = 0;
        must(bench_get(args->peer, i, &reply));
        ((struct state *)state)->sum += reply;
    }
    count_down();
    return RACTOR_OK;
}

static ractor_status answerer_get(ractor_context *ctx, void *state, uint64_t number,
                                  ractor_port *port)
{
    (void)ctx;
    (void)state;
    number++;
    return ractor_port_reply(port, &bench_u64_codec, &number);
}

/* ------------------------------------------------------------------ skynet */

static const ractor_actor_class branch;

/* Where the numbers of a branch start. */
static ractor_status branch_start(ractor_context *ctx, void *state, const void *first)
{
    (void)ctx;
    ((struct state *)state)->sum = *(const uint64_t *)first;
    return RACTOR_OK;
}

static ractor_status branch_begin(ractor_context *ctx, void *state_, const struct bench_begin *args)
{
    struct state *state = state_;
    uint64_t first = state->sum;
    if (args->n == 1) {
        must(bench_number(args->peer, first));
        ractor_stop(ractor_self(ctx), NULL);
        return RACTOR_OK;
    }
    *state = (struct state){.peer = args->peer, .left = FAN};
    for (uint64_t i = 0; i < FAN; i++) {
        uint64_t child_first = first + i * args->n / FAN;
        ractor_ref child;
        must(ractor_spawn(ractor_context_runtime(ctx), &branch, NULL, &child_first, &child));
        must(bench_begin(child, ractor_self(ctx), args->n / FAN));
    }
    return RACTOR_OK;
}

static ractor_status branch_number(ractor_context *ctx, void *state_, uint64_t number)
{
    struct state *state = state_;
    state->sum += number;
    if (--state->left != 0)
        return RACTOR_OK;
    must(bench_number(state->peer, state->sum));
    ractor_stop(ractor_self(ctx), NULL);
    return RACTOR_OK;
}

static const struct bench_handlers branch_handlers = {branch_begin, branch_number, NULL};
static const ractor_actor_class branch = {.messages = &bench_type,
                                          .handlers = &branch_handlers,
                                          .state_bytes = sizeof(struct state),
                                          .pre_start = branch_start};

/* ------------------------------------------------------------------ loads */

#define DEFINE_CLASS(name, begin, number, get)                                                     \
    static const struct bench_handlers name##_handlers = {begin, number, get};                     \
    static const ractor_actor_class name = {.messages = &bench_type,                               \
                                            .handlers = &name##_handlers,                          \
                                            .state_bytes = sizeof(struct state)}

DEFINE_CLASS(player, player_begin, player_number, NULL);
DEFINE_CLASS(producer, producer_begin, producer_number, NULL);
DEFINE_CLASS(consumer, NULL, consumer_number, NULL);
DEFINE_CLASS(spawner, spawner_begin, consumer_number, NULL);
DEFINE_CLASS(asker, asker_begin, consumer_number, NULL);
DEFINE_CLASS(answerer, NULL, consumer_number, answerer_get);

static ractor_ref spawn(ractor_runtime *runtime, const ractor_actor_class *class)
{
    ractor_ref ref = {NULL, 0};
    must(ractor_spawn(runtime, class, NULL, NULL, &ref));
    return ref;
}

/* Seconds for a token to be passed on `n_steps` times. */
static double pass_around(ractor_runtime *runtime, uint32_t n_players, uint64_t n_steps)
{
    ractor_ref players[RING];
    for (uint32_t i = 0; i < n_players; i++)
        players[i] = spawn(runtime, &player);
    for (uint32_t i = 1; i < n_players; i++)
        must(bench_begin(players[i], players[(i + 1) % n_players], 0));
    latch.left = 1;
    double start = seconds_now();
    must(bench_begin(players[0], players[1], n_steps));
    wait_for_the_end();
    return seconds_now() - start;
}

static double ping_pong(ractor_runtime *runtime, uint64_t n)
{
    return (double)n / pass_around(runtime, 2, 2 * n);
}

static double ring(ractor_runtime *runtime, uint64_t n)
{
    return (double)n / pass_around(runtime, RING, n);
}

static double produce(ractor_runtime *runtime, uint32_t n_producers, uint64_t n)
{
    ractor_ref sink = spawn(runtime, &consumer);
    latch.left = n / n_producers * n_producers;
    double start = seconds_now();
    for (uint32_t i = 0; i < n_producers; i++)
        must(bench_begin(spawn(runtime, &producer), sink, n / n_producers));
    wait_for_the_end();
    return (double)n / (seconds_now() - start);
}

static double one_to_one(ractor_runtime *runtime, uint64_t n)
{
    return produce(runtime, 1, n);
}

static double four_to_one(ractor_runtime *runtime, uint64_t n)
{
    return produce(runtime, 4, n);
}

/* Operations per second of an actor that does all in one handler. */
static double work_alone(ractor_runtime *runtime, const ractor_actor_class *class, uint64_t n,
                         uint64_t n_ends)
{
    ractor_ref other = spawn(runtime, &answerer);
    ractor_ref actor = spawn(runtime, class);
    latch.left = n_ends;
    double start = seconds_now();
    must(bench_begin(actor, other, n));
    wait_for_the_end();
    return (double)n / (seconds_now() - start);
}

static double spawn_stop(ractor_runtime *runtime, uint64_t n)
{
    return work_alone(runtime, &spawner, n, n);
}

static double call(ractor_runtime *runtime, uint64_t n)
{
    return work_alone(runtime, &asker, n, 1);
}

static double skynet(ractor_runtime *runtime, uint64_t n)
{
    ractor_ref sink = spawn(runtime, &consumer);
    uint64_t first = 0;
    ractor_ref top;
    latch.left = 1;
    double start = seconds_now();
    must(ractor_spawn(runtime, &branch, NULL, &first, &top));
    must(bench_begin(top, sink, n));
    wait_for_the_end();
    return (seconds_now() - start) * 1e3;
}

static double resident_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*u %lu", &pages) != 1)
        must(RACTOR_EFAILED);
    (void)fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static double memory(ractor_runtime *runtime, uint64_t n)
{
    double before = resident_bytes();
    for (uint64_t i = 0; i < n; i++)
        (void)spawn(runtime, &answerer);
    return (resident_bytes() - before) / (double)n;
}

static const struct load {
    const char *name;
    double (*measure)(ractor_runtime *runtime, uint64_t n);
} loads[] = {
    {"ping-pong", ping_pong}, {"one-to-one", one_to_one}, {"four-to-one", four_to_one},
    {"ring", ring},           {"spawn-stop", spawn_stop}, {"call", call},
    {"skynet", skynet},       {"memory", memory},
};

int main(int argc, char **argv)
{
    uint64_t n = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
    for (size_t i = 0; n != 0 && i < sizeof loads / sizeof loads[0]; i++) {
        if (strcmp(argv[1], loads[i].name) != 0)
            continue;
        ractor_runtime *runtime = NULL;
        must(ractor_runtime_start(NULL, &runtime));
        (void)printf("%f\n", loads[i].measure(runtime, n));
        ractor_runtime_stop(runtime);
        return EXIT_SUCCESS;
    }
    (void)fprintf(stderr, "usage: bench_runtime LOAD N\n");
    return 2;
}

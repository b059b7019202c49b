/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* kill, pthread_cond_clockwait and the like */
#include "worker.h"

#include "../suite.h"

#include "domain/protocol.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The crashes here are meant. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "handle_segv=0:handle_abort=0:allocator_may_return_null=1";
}
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "handle_segv=0:handle_abort=0:allocator_may_return_null=1";
}

/* ------------------------------------------------------------------ the worker */

struct worker {
    uint64_t sum;
    tests_worker_keep_port kept;
};

/* Where the compiler cannot see that it is wrong. */
static int *volatile nowhere;
static volatile int depth_limit = INT32_MAX;

static int overflow(int depth)
{
    volatile char room[1000];
    room[depth % 1000] = (char)depth;
    return depth < depth_limit ? overflow(depth + 1) + room[depth % 1000] : 0;
}

static void loop(void)
{
    for (;;)
        __asm__ volatile("");
}

static void babble(void)
{
    static const char noise[200] = "this is no frame";
    (void)send(3, noise, sizeof noise, MSG_NOSIGNAL);
    for (;;)
        (void)pause();
}

static void hush(void)
{
    (void)shutdown(3, SHUT_RDWR);
    for (;;)
        (void)pause();
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* Frames that a child may send, with anything in them: about any seat, call and actor. */
static void scramble(uint64_t seed, uint64_t pid)
{
    for (int i = 0; i < 300; i++) {
        uint8_t bytes[sizeof(struct rt_frame) + 48];
        struct rt_frame frame = {.kind = RT_FRAME_READY + (uint32_t)next_random(&seed) % 9};
        frame.length = (uint32_t)next_random(&seed) % 48;
        frame.seat = (uint32_t)next_random(&seed) % 3;
        frame.a = (uint32_t)next_random(&seed) % 24 - (uint32_t)next_random(&seed) % 24;
        frame.b = (uint32_t)next_random(&seed) % 3;
        frame.number = (next_random(&seed) % 4) << 32 | next_random(&seed) % 4;
        if (frame.kind == RT_FRAME_READY || (frame.kind == RT_FRAME_ENDED && i < 200))
            frame.kind = RT_FRAME_CALL;
        memcpy(bytes, &frame, sizeof frame);
        for (size_t j = sizeof frame; j < sizeof bytes; j++)
            bytes[j] = (uint8_t)(next_random(&seed) % 4);
        if (next_random(&seed) % 2 == 0)
            memcpy(bytes + sizeof frame, frame.kind == RT_FRAME_FIND ? "tally\0\0" : (char *)&pid,
                   sizeof pid);
        if (frame.kind == RT_FRAME_FIND && next_random(&seed) % 2 == 0)
            frame.length = 5;
        memcpy(bytes, &frame, sizeof frame);
        (void)send(RT_DOMAIN_SOCKET_FD, bytes, sizeof frame + frame.length, MSG_NOSIGNAL);
    }
    _exit(0);
}

static ractor_status die(ractor_context *ctx, const tests_death *how)
{
    switch (how->tag) {
    case TESTS_DEATH_SEGFAULT:
        *nowhere = 1;
        break;
    case TESTS_DEATH_EXIT:
        _exit(how->as.exit.code);
    case TESTS_DEATH_ABORT:
        abort();
    case TESTS_DEATH_OVERFLOW:
        (void)overflow(0);
        break;
    case TESTS_DEATH_LOOP:
        loop();
        break;
    case TESTS_DEATH_HUSH:
        hush();
        break;
    case TESTS_DEATH_BABBLE:
        babble();
        break;
    case TESTS_DEATH_SCRAMBLE:
        scramble(how->as.scramble.seed, how->as.scramble.pid);
        break;
    case TESTS_DEATH_KILL:
        (void)raise(SIGKILL);
        break;
    case TESTS_DEATH_FAIL:
        return ractor_fail(ctx, "asked to fail");
    case TESTS_DEATH_LEAVE:
        ractor_stop(ractor_self(ctx), "asked to leave");
        break;
    }
    return RACTOR_OK;
}

static ractor_status worker_add(ractor_context *ctx, void *state, const tests_worker_add *msg)
{
    struct worker *worker = state;
    (void)ctx;
    worker->sum += msg->amount;
    if (worker->kept.any.slot != NULL)
        (void)tests_worker_keep_reply(&worker->kept, worker->sum);
    return RACTOR_OK;
}

/* A message that the parent knows nothing of. */
static ractor_status worker_later(ractor_context *ctx, void *state, const tests_worker_later *msg)
{
    tests_worker_die args = {msg->what};
    (void)state;
    return ractor_send_after(ractor_self(ctx), &tests_worker_type, TESTS_WORKER_DIE, &args, 50,
                             NULL);
}

static ractor_status worker_die(ractor_context *ctx, void *state, const tests_worker_die *msg)
{
    (void)state;
    return die(ctx, &msg->how);
}

static ractor_status worker_perish(ractor_context *ctx, void *state, const tests_worker_perish *msg,
                                   tests_worker_perish_port *port)
{
    (void)state;
    (void)port;
    return die(ctx, &msg->how);
}

static ractor_status worker_sum(ractor_context *ctx, void *state, tests_worker_sum_port *port)
{
    (void)ctx;
    (void)tests_worker_sum_reply(port, ((struct worker *)state)->sum);
    return RACTOR_OK;
}

static ractor_status worker_pid(ractor_context *ctx, void *state, tests_worker_pid_port *port)
{
    (void)ctx;
    (void)state;
    (void)tests_worker_pid_reply(port, getpid());
    return RACTOR_OK;
}

static ractor_status worker_keep(ractor_context *ctx, void *state, tests_worker_keep_port *port)
{
    (void)ctx;
    ((struct worker *)state)->kept = tests_worker_keep_take(port);
    return RACTOR_OK;
}

static ractor_status worker_echo(ractor_context *ctx, void *state, const tests_worker_echo *msg,
                                 tests_worker_echo_port *port)
{
    (void)ctx;
    (void)state;
    (void)tests_worker_echo_reply(port, msg->text);
    return RACTOR_OK;
}

static ractor_status worker_eat(ractor_context *ctx, void *state, const tests_worker_eat *msg,
                                tests_worker_eat_port *port)
{
    void *memory = malloc(msg->bytes);
    (void)ctx;
    (void)state;
    (void)tests_worker_eat_reply(port, memory != NULL);
    free(memory);
    return RACTOR_OK;
}

static ractor_status worker_files(ractor_context *ctx, void *state, tests_worker_files_port *port)
{
    uint64_t n_files = 0;
    (void)ctx;
    (void)state;
    DIR *dir = opendir("/proc/self/fd");
    for (const struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;)
        n_files += entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir);
    if (dir != NULL)
        (void)closedir(dir);
    (void)tests_worker_files_reply(port, n_files);
    return RACTOR_OK;
}

static ractor_status worker_drop(ractor_context *ctx, void *state, tests_worker_drop_port *port)
{
    (void)ctx;
    (void)state;
    (void)port;
    return RACTOR_OK;
}

static ractor_status reach(ractor_context *ctx, const tests_worker_reach *msg, uint64_t *sum)
{
    char name[64];
    tests_worker_ref found;
    (void)snprintf(name, sizeof name, "%.*s", RACTOR_STR_ARG(msg->name));
    char mark = name[0] == '?' || name[0] == '*' ? name[0] : ' ';
    const ractor_message_type *type = mark == '?' ? &tests_other_type : &tests_worker_type;
    const char *bare = mark == ' ' ? name : name + 1;
    ractor_status status =
        ractor_domain_find(ractor_context_runtime(ctx), bare, type, WORKER_TIMEOUT_MS, &found.any);
    if (status == RACTOR_OK)
        status = tests_worker_send_add(found, msg->amount);
    if (status != RACTOR_OK)
        return status;
    return mark == '*' ? tests_worker_call_keep(found, WORKER_TIMEOUT_MS, sum)
                       : tests_worker_call_sum(found, WORKER_TIMEOUT_MS, sum);
}

/* The sum of a worker (* asks it to answer later, ? takes it for another one) that is found by its
 * name, after a cast; or a status. */
static ractor_status worker_reach(ractor_context *ctx, void *state, const tests_worker_reach *msg,
                                  tests_worker_reach_port *port)
{
    uint64_t sum = 0;
    (void)state;
    ractor_status status = reach(ctx, msg, &sum);
    (void)tests_worker_reach_reply(port, status == RACTOR_OK ? (int64_t)sum : (int64_t)status);
    return RACTOR_OK;
}

/* The label says what else to do. */
static ractor_status worker_start(ractor_context *ctx, void *state, const void *args)
{
    const tests_worker_settings *settings = args;
    struct worker *worker = state;
    if (settings == NULL)
        return RACTOR_OK;
    worker->sum = settings->base;
    if (ractor_string_equal(settings->label, RACTOR_STR("refuse")))
        return ractor_fail(ctx, "refused");
    if (ractor_string_equal(settings->label, RACTOR_STR("crash")))
        *nowhere = 1;
    return RACTOR_OK;
}

static ractor_status flat_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct worker *)state)->sum = ((const struct worker_flat *)args)->base;
    return RACTOR_OK;
}

static ractor_status worker_stop(ractor_context *ctx, void *state)
{
    if (((struct worker *)state)->sum == 666)
        return ractor_fail(ctx, "cannot stop");
    return RACTOR_OK;
}

static void worker_fini(void *state)
{
    (void)tests_worker_keep_fail(&((struct worker *)state)->kept, RACTOR_ENOENT);
}

static ractor_status homebody_nothing(ractor_context *ctx, void *state)
{
    (void)ctx;
    (void)state;
    return RACTOR_OK;
}

const ractor_actor_class worker_class = {
    TESTS_WORKER_HANDLERS(worker), .state_bytes = sizeof(struct worker),
    .pre_start = worker_start,     .post_stop = worker_stop,
    .fini = worker_fini,
};
const ractor_actor_class flat_class = {
    TESTS_WORKER_HANDLERS(worker),
    .state_bytes = sizeof(struct worker),
    .pre_start = flat_start,
    .fini = worker_fini,
};
const ractor_actor_class stranger_class = {
    TESTS_WORKER_HANDLERS(worker),
    .state_bytes = sizeof(struct worker),
    .fini = worker_fini,
};
const ractor_actor_class homebody_class = {TESTS_HOMEBODY_HANDLERS(homebody)};

static const ractor_domain_entry entries[] = {
    {.name = "worker", .actor_class = &worker_class, .args = &tests_worker_settings_codec},
    {.name = "flat", .actor_class = &flat_class, .args_bytes = sizeof(struct worker_flat)},
};
const ractor_domain_table worker_table = {entries, 2};

int worker_main(Suite *(*make_suite)(void))
{
    int code;
    if (ractor_domain_main(&worker_table, &code))
        return code;
    return suite_run(make_suite());
}

/* ------------------------------------------------------------------ the world */

void world_open(struct world *world, ractor_domain_options options)
{
    const ractor_runtime_options quiet = {.n_workers = 2, .log_quiet = 1};
    options.table = &worker_table;
    assert_ok(ractor_runtime_start(&quiet, &world->runtime));
    assert_ok(ractor_domain_open(world->runtime, &options, &world->domain));
    assert_ok(ractor_domain_class(world->domain, &worker_class, &world->isolated));
}

void world_close(struct world *world)
{
    ractor_domain_close(world->domain);
    ractor_runtime_stop(world->runtime);
}

tests_worker_ref world_spawn(struct world *world, ractor_ref supervisor)
{
    tests_worker_ref worker;
    const ractor_spawn_options options = {.supervisor = supervisor};
    assert_ok(tests_worker_spawn(world->runtime, world->isolated, &options, NULL, &worker));
    return worker;
}

uint64_t world_sum(tests_worker_ref worker)
{
    uint64_t sum = 0;
    assert_ok(tests_worker_call_sum(worker, WORKER_TIMEOUT_MS, &sum));
    return sum;
}

long world_pid(tests_worker_ref worker)
{
    int64_t pid = 0;
    assert_ok(tests_worker_call_pid(worker, WORKER_TIMEOUT_MS, &pid));
    return (long)pid;
}

/* ------------------------------------------------------------------ the watch */

struct watch_state {
    struct watch *watch;
};

static ractor_status watch_pre_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct watch_state *)state)->watch = *(struct watch *const *)args;
    return RACTOR_OK;
}

static ractor_status watch_event(ractor_context *ctx, void *state,
                                 const ractor_supervision_event *event)
{
    struct watch *watch = ((struct watch_state *)state)->watch;
    (void)ctx;
    if (event->kind == RACTOR_EVENT_ACTOR_STARTED)
        return RACTOR_OK;
    (void)pthread_mutex_lock(&watch->lock);
    struct heard *heard = &watch->heard[watch->n_heard++ % 8];
    *heard = (struct heard){.kind = event->kind,
                            .actor = event->actor,
                            .status = event->status,
                            .had_state = event->state != NULL};
    (void)snprintf(heard->reason, sizeof heard->reason, "%.*s", RACTOR_STR_ARG(event->reason));
    (void)snprintf(heard->details, sizeof heard->details, "%.*s", RACTOR_STR_ARG(event->details));
    (void)pthread_cond_broadcast(&watch->more);
    (void)pthread_mutex_unlock(&watch->lock);
    return RACTOR_OK;
}

static const ractor_actor_class watch_class = {
    .name = "watch",
    .state_bytes = sizeof(struct watch_state),
    .pre_start = watch_pre_start,
    .handle_supervisor_event = watch_event,
};

void watch_start(struct watch *watch, ractor_runtime *runtime)
{
    memset(watch, 0, sizeof *watch);
    (void)pthread_mutex_init(&watch->lock, NULL);
    (void)pthread_cond_init(&watch->more, NULL);
    assert_ok(ractor_spawn(runtime, &watch_class, NULL, &watch, &watch->actor));
}

struct heard watch_next(struct watch *watch)
{
    struct timespec end;
    int error = 0;
    (void)clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += WORKER_TIMEOUT_MS / 1000;
    (void)pthread_mutex_lock(&watch->lock);
    while (watch->n_read == watch->n_heard && error == 0)
        error = pthread_cond_timedwait(&watch->more, &watch->lock, &end);
    ck_assert_msg(error == 0, "no actor has ended");
    struct heard heard = watch->heard[watch->n_read++ % 8];
    (void)pthread_mutex_unlock(&watch->lock);
    return heard;
}

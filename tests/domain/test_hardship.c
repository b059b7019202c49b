/* SPDX-License-Identifier: MIT */
/* Memory runs out here, the parent dies, and many actors come and go at once. */
#define _GNU_SOURCE /* pipe2 */
#include "worker.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct world world;
static const ractor_ref nobody;

/* ------------------------------------------------------------------ memory */

struct fault {
    _Atomic uint64_t n_asked;
    uint64_t first; /* the allocation that fails, counted from 1 */
};

static int fails(void *user)
{
    struct fault *fault = user;
    return atomic_fetch_add(&fault->n_asked, 1) + 1 == fault->first;
}

/* A whole life; each step either works or says why not. The keeper's share of it may fail, too:
 * then the process ends, and with it the actor. */
static bool live_once(const ractor_domain_options *options)
{
    ractor_domain *domain;
    const ractor_actor_class *isolated;
    tests_worker_ref worker;
    uint64_t sum = 0;
    tests_worker_settings settings = {.base = 2, .label = RACTOR_STR("a label")};
    ractor_status status = ractor_domain_open(world.runtime, options, &domain);
    if (status != RACTOR_OK)
        return false;
    assert_ok(ractor_domain_class(domain, &worker_class, &isolated));
    status = tests_worker_spawn(world.runtime, isolated, NULL, &settings, &worker);
    bool is_good = status == RACTOR_OK;
    if (is_good) {
        is_good = tests_worker_send_add(worker, 3) == RACTOR_OK;
        status = tests_worker_call_sum(worker, WORKER_TIMEOUT_MS, &sum);
        is_good = is_good && status == RACTOR_OK;
        ck_assert_int_ne(status, RACTOR_ETIMEOUT);
        assert_ok(ractor_stop_and_wait(worker.any, NULL, WORKER_TIMEOUT_MS));
    }
    ractor_domain_close(domain);
    return is_good && sum == 5;
}

START_TEST(want_of_memory_here_is_an_error_and_nothing_else)
{
    const ractor_runtime_options quiet = {.n_workers = 1, .log_quiet = 1};
    const ractor_domain_options options = {.table = &worker_table, .process_per_actor = 1};
    struct fault fault = {.first = 0};
    unsigned n_good = 0, n_bad = 0;
    assert_ok(ractor_runtime_start(&quiet, &world.runtime));
    while (n_good < 3) { /* beyond the last allocation of the scenario */
        fault.first++;
        atomic_store(&fault.n_asked, 0);
        rt_alloc_set_fault(fails, &fault);
        bool is_good = live_once(&options);
        rt_alloc_set_fault(NULL, NULL);
        n_good = is_good ? n_good + 1 : 0;
        n_bad += !is_good;
    }
    ck_assert_uint_gt(n_bad, 5);
    ck_assert(live_once(&options));
    ractor_runtime_stop(world.runtime);
}
END_TEST

/* ------------------------------------------------------------------ the parent's death */

/* Tells the number of a child and waits to be killed. */
static void be_a_parent(int out)
{
    world_open(&world, (ractor_domain_options){.process_per_actor = 1});
    tests_worker_ref worker = world_spawn(&world, nobody);
    long pid = world_pid(worker);
    const tests_death how = {.tag = TESTS_DEATH_LOOP}; /* does not look at its connection */
    uint64_t reply;
    ck_assert_int_eq(tests_worker_call_perish(worker, &how, 100, &reply), RACTOR_ETIMEOUT);
    (void)write(out, &pid, sizeof pid);
    for (;;)
        (void)pause();
}

START_TEST(a_child_dies_with_its_parent)
{
    int pipes[2], status;
    long child = 0;
    ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* it will be ours to wait for */
    pid_t parent = fork();
    ck_assert_int_ge(parent, 0);
    if (parent == 0)
        be_a_parent(pipes[1]);
    ck_assert_int_eq(read(pipes[0], &child, sizeof child), sizeof child);
    ck_assert_int_eq(kill(parent, SIGKILL), 0);
    ck_assert_int_eq(waitpid(parent, &status, 0), parent);
    pid_t waited;
    do
        waited = waitpid((pid_t)child, &status, 0);
    while (waited < 0 && errno == EINTR);
    ck_assert_int_eq(waited, child);
}
END_TEST

/* ------------------------------------------------------------------ a child out of its mind */

/* Ends somehow: what the child says of the call may be anything. */
static void call_perish(tests_worker_ref worker, const tests_death *how)
{
    uint64_t reply;
    ractor_status status = tests_worker_call_perish(worker, how, RACTOR_TIMEOUT_NONE, &reply);
    ck_assert_str_ne(ractor_strerror(status), "");
}

START_TEST(whatever_a_child_says_its_actor_ends_and_nobody_else_is_harmed)
{
    struct watch watch;
    tests_worker_ref tally;
    uint64_t n_seeds = WORKER_IS_SANITIZED ? 30 : 200;
    const ractor_spawn_options named = {.name = "tally"};
    world_open(&world, (ractor_domain_options){.process_per_actor = 1});
    watch_start(&watch, world.runtime);
    assert_ok(tests_worker_spawn(world.runtime, &stranger_class, &named, NULL, &tally));
    for (uint64_t seed = 0; seed < n_seeds; seed++) {
        const tests_death how = {.tag = TESTS_DEATH_SCRAMBLE,
                                 .as.scramble = {.seed = seed, .pid = tally.any.pid}};
        tests_worker_ref worker = world_spawn(&world, watch.actor);
        if (seed % 2 == 0)
            assert_ok(tests_worker_send_die(worker, &how));
        else
            call_perish(worker, &how);
        struct heard heard = watch_next(&watch);
        ck_assert(ractor_ref_equal(heard.actor, worker.any));
        if (ractor_status_of(tally.any) == RACTOR_ACTOR_STOPPED) /* it was told to fail */
            assert_ok(tests_worker_spawn(world.runtime, &stranger_class, &named, NULL, &tally));
    }
    world_close(&world);
}
END_TEST

/* ------------------------------------------------------------------ a crowd */

#define N_THREADS 4
#define N_ROUNDS (WORKER_IS_SANITIZED ? 8 : 40)

/* Actors of one domain that come, work, crash, stop and are killed from several threads. Whatever
 * happens to the process meanwhile, each call ends. */
static void *come_and_go(void *argument)
{
    uint64_t random = (uint64_t)(uintptr_t)argument;
    for (int i = 0; i < N_ROUNDS; i++) {
        tests_worker_ref worker;
        uint64_t sum = 0;
        random = random * UINT64_C(6364136223846793005) + 1;
        if (tests_worker_spawn(world.runtime, world.isolated, NULL, NULL, &worker) != RACTOR_OK)
            continue;
        ractor_status status = tests_worker_send_add(worker, 1);
        bool was_sent = status == RACTOR_OK;
        status = tests_worker_call_sum(worker, WORKER_TIMEOUT_MS, &sum);
        ck_assert(status != RACTOR_ETIMEOUT && (status != RACTOR_OK || sum == was_sent));
        const tests_death how = {.tag = random >> 60 < 4 ? TESTS_DEATH_KILL : TESTS_DEATH_LEAVE};
        if (random >> 62 == 0)
            ractor_kill(worker.any);
        else if (random >> 62 == 1)
            ractor_stop(worker.any, NULL);
        else
            status = tests_worker_send_die(worker, &how);
        ck_assert_int_ne(status, RACTOR_EINVAL);
        ck_assert_int_eq(ractor_wait(worker.any, WORKER_TIMEOUT_MS), RACTOR_OK);
    }
    return NULL;
}

START_TEST(actors_come_and_go_from_many_threads)
{
    pthread_t threads[N_THREADS];
    siginfo_t info;
    world_open(&world, (ractor_domain_options){.process_per_actor = _i, .n_workers = 2});
    for (uintptr_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, come_and_go, (void *)(i + 1)), 0);
    for (unsigned i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    world_close(&world);
    ck_assert_int_eq(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), -1);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("domain hardship");
    TCase *hardship = tcase_create("hardship");
    tcase_set_timeout(hardship, 240);
    tcase_add_test(hardship, want_of_memory_here_is_an_error_and_nothing_else);
    tcase_add_test(hardship, a_child_dies_with_its_parent);
    tcase_add_test(hardship, whatever_a_child_says_its_actor_ends_and_nobody_else_is_harmed);
    tcase_add_loop_test(hardship, actors_come_and_go_from_many_threads, 0, 2);
    suite_add_tcase(suite, hardship);
    return suite;
}

int main(void)
{
    return worker_main(make_suite);
}

/* SPDX-License-Identifier: MIT */
/* An actor in another process is, for everybody here, an actor like any other. */
#include "worker.h"

#include <ractor/testing.h>

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct world world;
static struct watch watch;
static const ractor_ref nobody;

static void open_with(ractor_domain_options options)
{
    world_open(&world, options);
    watch_start(&watch, world.runtime);
}

static void open_private(void)
{
    open_with((ractor_domain_options){.process_per_actor = 1});
}

static void assert_heard(const struct heard *heard, ractor_event_kind kind, const char *reason)
{
    ck_assert_int_eq(heard->kind, kind);
    ck_assert_str_eq(heard->reason, reason);
    ck_assert(!heard->had_state);
}

/* ------------------------------------------------------------------ messages and calls */

START_TEST(casts_and_calls_are_handled_in_order_in_another_process)
{
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    for (uint64_t i = 1; i <= 100; i++)
        assert_ok(tests_worker_send_add(worker, i));
    ck_assert_uint_eq(world_sum(worker), 5050);
    ck_assert_int_ne(world_pid(worker), getpid());
    ck_assert_int_eq(world_pid(worker), world_pid(worker));
    world_close(&world);
}
END_TEST

START_TEST(messages_and_replies_of_any_length_arrive_whole)
{
    static const size_t lengths[] = {0, 1, 4000, 70000, 3000000};
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        tests_worker_echo_result result;
        char *text = malloc(lengths[i] + 1);
        ck_assert_ptr_nonnull(text);
        memset(text, 'x', lengths[i]);
        const ractor_string string = {text, lengths[i]};
        assert_ok(tests_worker_call_echo(worker, string, WORKER_TIMEOUT_MS, &result));
        ck_assert(ractor_string_equal(result.value, string));
        tests_worker_echo_result_drop(&result);
        free(text);
    }
    world_close(&world);
}
END_TEST

static void *call_keep(void *argument)
{
    const tests_worker_ref *worker = argument;
    uint64_t reply = 0;
    assert_ok(tests_worker_call_keep(*worker, WORKER_TIMEOUT_MS, &reply));
    return (void *)(uintptr_t)reply;
}

START_TEST(a_port_that_was_taken_there_is_answered_later)
{
    pthread_t caller;
    void *reply;
    ractor_runtime_stats stats;
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    ck_assert_int_eq(pthread_create(&caller, NULL, call_keep, &worker), 0);
    do
        ractor_runtime_get_stats(world.runtime, &stats);
    while (stats.n_handled < 1);
    assert_ok(tests_worker_send_add(worker, 7));
    ck_assert_int_eq(pthread_join(caller, &reply), 0);
    ck_assert_uint_eq((uintptr_t)reply, 7);
    world_close(&world);
}
END_TEST

START_TEST(a_call_that_nobody_answers_there_fails_at_once)
{
    uint64_t reply;
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    ck_assert_int_eq(tests_worker_call_drop(worker, RACTOR_TIMEOUT_NONE, &reply), RACTOR_EPORT);
    ck_assert_int_eq(tests_worker_call_keep(worker, 20, &reply), RACTOR_ETIMEOUT);
    ck_assert_uint_eq(world_sum(worker), 0);
    world_close(&world);
}
END_TEST

START_TEST(text_that_is_no_text_is_refused_and_the_actor_lives)
{
    tests_worker_echo_result result;
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    ck_assert_int_eq(
        tests_worker_call_echo(worker, RACTOR_STR("\xff\xfe"), WORKER_TIMEOUT_MS, &result),
        RACTOR_EINVAL);
    ck_assert_uint_eq(world_sum(worker), 0);
    world_close(&world);
}
END_TEST

/* ------------------------------------------------------------------ actors of the parent */

static int64_t reach(tests_worker_ref worker, const char *name, uint64_t amount)
{
    int64_t reply = 1;
    assert_ok(tests_worker_call_reach(worker, ractor_string_from(name), amount, WORKER_TIMEOUT_MS,
                                      &reply));
    return reply;
}

START_TEST(an_actor_there_finds_casts_to_and_calls_an_actor_here)
{
    tests_worker_ref tally;
    const ractor_spawn_options options = {.name = "tally"};
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    ck_assert_int_eq(reach(worker, "tally", 1), RACTOR_ENOENT);
    assert_ok(tests_worker_spawn(world.runtime, &worker_class, &options, NULL, &tally));
    for (int64_t i = 1; i <= 50; i++)
        ck_assert_int_eq(reach(worker, "tally", 1), i);
    ck_assert_int_eq(reach(worker, "?tally", 1), RACTOR_ETYPE);
    ck_assert_uint_eq(world_sum(tally), 50);
    world_close(&world);
}
END_TEST

START_TEST(a_reference_there_ends_when_its_actor_here_is_gone)
{
    tests_worker_ref tally;
    const ractor_spawn_options options = {.name = "tally"};
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    assert_ok(tests_worker_spawn(world.runtime, &worker_class, &options, NULL, &tally));
    ck_assert_int_eq(reach(worker, "tally", 5), 5);
    assert_ok(ractor_stop_and_wait(tally.any, NULL, WORKER_TIMEOUT_MS));
    ck_assert_int_eq(reach(worker, "tally", 5), RACTOR_ENOENT);
    assert_ok(tests_worker_spawn(world.runtime, &worker_class, &options, NULL, &tally));
    ck_assert_int_eq(reach(worker, "tally", 7), 7);
    world_close(&world);
}
END_TEST

START_TEST(actors_of_two_processes_reach_each_other)
{
    tests_worker_ref first, second;
    const ractor_spawn_options options = {.name = "second"};
    open_private();
    first = world_spawn(&world, nobody);
    assert_ok(tests_worker_spawn(world.runtime, world.isolated, &options, NULL, &second));
    for (int64_t i = 1; i <= 20; i++)
        ck_assert_int_eq(reach(first, "second", 1), i);
    const tests_death how = {.tag = TESTS_DEATH_SEGFAULT};
    assert_ok(tests_worker_send_die(second, &how));
    int64_t status = reach(first, "second", 1);
    ck_assert(status == RACTOR_ENOENT || status == RACTOR_ENODE);
    world_close(&world);
}
END_TEST

START_TEST(a_process_that_dies_in_a_call_to_this_one_leaves_nothing_open)
{
    tests_worker_ref tally;
    uint64_t reply;
    const ractor_spawn_options options = {.name = "tally"};
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    assert_ok(tests_worker_spawn(world.runtime, &worker_class, &options, NULL, &tally));
    ck_assert_int_eq(reach(worker, "tally", 1), 1);
    ck_assert_int_eq(tests_worker_call_reach(worker, RACTOR_STR("*tally"), 1, 50, &(int64_t){0}),
                     RACTOR_ETIMEOUT); /* it keeps its port: the worker waits for it */
    assert_ok(ractor_kill_and_wait(worker.any, WORKER_TIMEOUT_MS));
    assert_ok(tests_worker_send_add(tally, 1)); /* answers nobody */
    assert_ok(tests_worker_call_sum(tally, WORKER_TIMEOUT_MS, &reply));
    ck_assert_uint_eq(reply, 3);
    world_close(&world);
}
END_TEST

START_TEST(outside_of_domains_a_find_is_that_of_the_registry)
{
    ractor_ref found, tally;
    const ractor_spawn_options options = {.name = "tally"};
    open_private();
    ck_assert_int_eq(ractor_domain_find(world.runtime, "tally", NULL, 1000, &found), RACTOR_ENOENT);
    assert_ok(ractor_spawn(world.runtime, &worker_class, &options, NULL, &tally));
    assert_ok(ractor_domain_find(world.runtime, "tally", &tests_worker_type, 1000, &found));
    ck_assert(ractor_ref_equal(found, tally));
    world_close(&world);
}
END_TEST

/* ------------------------------------------------------------------ starts */

START_TEST(arguments_reach_pre_start_by_codec_and_as_bytes)
{
    tests_worker_ref worker;
    const ractor_actor_class *isolated;
    const tests_worker_settings settings = {.base = 40, .label = RACTOR_STR("a label")};
    const struct worker_flat flat = {.base = 41};
    open_private();
    assert_ok(tests_worker_spawn(world.runtime, world.isolated, NULL, &settings, &worker));
    ck_assert_uint_eq(world_sum(worker), 40);
    assert_ok(ractor_domain_class(world.domain, &flat_class, &isolated));
    assert_ok(tests_worker_spawn(world.runtime, isolated, NULL, &flat, &worker));
    ck_assert_uint_eq(world_sum(worker), 41);
    world_close(&world);
}
END_TEST

START_TEST(a_pre_start_that_fails_there_fails_the_spawn)
{
    tests_worker_ref worker;
    const tests_worker_settings settings = {.label = RACTOR_STR("refuse")};
    open_private();
    ck_assert_int_eq(tests_worker_spawn(world.runtime, world.isolated, NULL, &settings, &worker),
                     RACTOR_EFAILED);
    const ractor_spawn_options options = {.supervisor = watch.actor};
    assert_ok(
        ractor_spawn_instant(world.runtime, world.isolated, &options, &settings, 0, &worker.any));
    struct heard heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_FAILED, "refused");
    ck_assert_int_eq(heard.status, RACTOR_EFAILED);
    world_close(&world);
}
END_TEST

START_TEST(a_program_that_is_missing_fails_the_spawn)
{
    tests_worker_ref worker;
    open_with((ractor_domain_options){.executable = "/nowhere/at/all"});
    ck_assert_int_eq(tests_worker_spawn(world.runtime, world.isolated, NULL, NULL, &worker),
                     RACTOR_EIO);
    world_close(&world);
}
END_TEST

START_TEST(a_program_that_is_another_one_fails_the_spawn)
{
    tests_worker_ref worker;
    open_with((ractor_domain_options){.executable = "/bin/true"});
    ck_assert_int_eq(tests_worker_spawn(world.runtime, world.isolated, NULL, NULL, &worker),
                     RACTOR_ENODE);
    world_close(&world);
    char path[] = "/tmp/ractor-domain-XXXXXX";
    int fd = mkstemp(path);
    static const char script[] = "#!/bin/sh\nexec sleep 1000\n";
    ck_assert_int_eq(write(fd, script, sizeof script - 1), sizeof script - 1);
    ck_assert_int_eq(fchmod(fd, 0700), 0);
    (void)close(fd);
    open_with((ractor_domain_options){.executable = path, .start_limit_ms = 200});
    ck_assert_int_eq(tests_worker_spawn(world.runtime, world.isolated, NULL, NULL, &worker),
                     RACTOR_ETIMEOUT);
    (void)unlink(path);
    world_close(&world);
}
END_TEST

START_TEST(a_table_that_is_not_right_is_refused)
{
    static const ractor_domain_entry twice[] = {{.name = "a", .actor_class = &worker_class},
                                                {.name = "a", .actor_class = &flat_class}};
    static const ractor_domain_entry local[] = {{.name = "a", .actor_class = &homebody_class}};
    static const ractor_domain_table tables[] = {{twice, 2}, {local, 1}};
    ractor_domain *domain;
    const ractor_actor_class *isolated;
    open_private();
    for (size_t i = 0; i < 2; i++) {
        const ractor_domain_options options = {.table = &tables[i]};
        ck_assert_int_eq(ractor_domain_open(world.runtime, &options, &domain), RACTOR_EINVAL);
    }
    const ractor_domain_options none = {.table = NULL};
    ck_assert_int_eq(ractor_domain_open(world.runtime, &none, &domain), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_domain_class(world.domain, &stranger_class, &isolated), RACTOR_ENOENT);
    world_close(&world);
}
END_TEST

START_TEST(a_simulation_has_no_processes)
{
    ractor_sim *sim;
    ractor_domain *domain;
    const ractor_sim_options seeded = {.seed = 1};
    const ractor_domain_options options = {.table = &worker_table};
    assert_ok(ractor_sim_new(&seeded, &sim));
    ck_assert_int_eq(ractor_domain_open(ractor_sim_runtime(sim), &options, &domain),
                     RACTOR_ENOTSUP);
    ractor_sim_free(sim);
}
END_TEST

START_TEST(the_dead_mans_switch_of_a_factory_ends_a_worker_that_computes)
{
    ractor_factory factory;
    uint64_t sum = 1;
    tests_worker_die die = {{.tag = TESTS_DEATH_LOOP}};
    open_private();
    const ractor_factory_options options = {
        .worker_class = world.isolated,
        .ping_ms = 20,
        .settings = {.dead_mans_switch = {.timeout_ms = 200, .is_killing = true}}};
    assert_ok(ractor_factory_start(world.runtime, &options, &factory));
    const ractor_job loop = {.type = &tests_worker_type, .tag = TESTS_WORKER_DIE, .args = &die};
    const ractor_job get = {.type = &tests_worker_type, .tag = TESTS_WORKER_SUM};
    assert_ok(ractor_factory_cast(factory, &loop));
    assert_ok(ractor_factory_call(factory, &get, WORKER_TIMEOUT_MS, &sum, NULL));
    ck_assert_uint_eq(sum, 0);
    assert_ok(ractor_stop_and_wait(factory.any, NULL, WORKER_TIMEOUT_MS));
    world_close(&world);
}
END_TEST

START_TEST(a_child_whose_main_is_wrong_starts_no_children)
{
    ractor_domain *domain;
    const ractor_domain_options options = {.table = &worker_table};
    open_private();
    ck_assert_int_eq(setenv("RACTOR_DOMAIN", "1", 1), 0);
    ck_assert_int_eq(ractor_domain_open(world.runtime, &options, &domain), RACTOR_EINVAL);
    world_close(&world);
}
END_TEST

/* ------------------------------------------------------------------ ends */

START_TEST(a_stop_runs_post_stop_there_and_ends_the_process)
{
    open_private();
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    pid_t pid = (pid_t)world_pid(worker);
    assert_ok(ractor_stop_and_wait(worker.any, "enough", WORKER_TIMEOUT_MS));
    struct heard heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_TERMINATED, "enough");
    worker = world_spawn(&world, watch.actor);
    assert_ok(tests_worker_send_add(worker, 666));
    assert_ok(ractor_drain_and_wait(worker.any, WORKER_TIMEOUT_MS));
    heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_FAILED, "cannot stop");
    world_close(&world);
    ck_assert_int_eq(kill(pid, 0), -1);
    ck_assert_int_eq(errno, ESRCH);
}
END_TEST

START_TEST(a_drain_is_over_when_all_is_handled_there)
{
    open_private();
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    for (uint64_t i = 0; i < 50; i++)
        assert_ok(tests_worker_send_add(worker, 1));
    assert_ok(tests_worker_send_add(worker, 616));
    assert_ok(ractor_drain_and_wait(worker.any, WORKER_TIMEOUT_MS));
    struct heard heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_FAILED, "cannot stop"); /* 666: each was handled */
    world_close(&world);
}
END_TEST

START_TEST(a_kill_ends_even_a_handler_that_computes)
{
    open_private();
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    const tests_death how = {.tag = TESTS_DEATH_LOOP};
    pid_t pid = (pid_t)world_pid(worker);
    assert_ok(tests_worker_send_die(worker, &how));
    assert_ok(ractor_kill_and_wait(worker.any, WORKER_TIMEOUT_MS));
    struct heard heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_TERMINATED, "killed");
    ractor_domain_close(world.domain);
    ck_assert_int_eq(kill(pid, 0), -1);
    ractor_runtime_stop(world.runtime);
}
END_TEST

START_TEST(a_kill_in_a_shared_process_leaves_the_others_alone)
{
    open_with((ractor_domain_options){.n_workers = 2});
    tests_worker_ref first = world_spawn(&world, watch.actor);
    tests_worker_ref second = world_spawn(&world, watch.actor);
    assert_ok(ractor_kill_and_wait(first.any, WORKER_TIMEOUT_MS));
    struct heard heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_TERMINATED, "killed");
    ck_assert_uint_eq(world_sum(second), 0);
    tests_worker_ref third = world_spawn(&world, nobody);
    ck_assert_int_eq(world_pid(third), world_pid(second));
    world_close(&world);
}
END_TEST

START_TEST(an_error_of_a_handler_there_fails_the_actor_with_its_reason)
{
    uint64_t reply;
    const tests_death how = {.tag = TESTS_DEATH_FAIL};
    open_private();
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    ck_assert_int_eq(tests_worker_call_perish(worker, &how, RACTOR_TIMEOUT_NONE, &reply),
                     RACTOR_EFAILED);
    struct heard heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_FAILED, "asked to fail");
    ck_assert_int_eq(heard.status, RACTOR_EFAILED);
    worker = world_spawn(&world, watch.actor);
    assert_ok(tests_worker_send_later(worker, &how)); /* by a timer there */
    heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_FAILED, "asked to fail");
    world_close(&world);
}
END_TEST

START_TEST(an_actor_that_stops_itself_there_has_stopped_here)
{
    const tests_death how = {.tag = TESTS_DEATH_LEAVE};
    open_private();
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    assert_ok(tests_worker_send_die(worker, &how));
    struct heard heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_TERMINATED, "asked to leave");
    worker = world_spawn(&world, watch.actor);
    assert_ok(tests_worker_send_later(worker, &how));
    heard = watch_next(&watch);
    assert_heard(&heard, RACTOR_EVENT_ACTOR_TERMINATED, "asked to leave");
    world_close(&world);
}
END_TEST

START_TEST(closing_the_domain_fails_the_actors_that_are_left)
{
    open_with((ractor_domain_options){.n_workers = 1});
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    ck_assert_uint_eq(world_sum(worker), 0);
    ractor_domain_close(world.domain);
    struct heard heard = watch_next(&watch);
    ck_assert_int_eq(heard.kind, RACTOR_EVENT_ACTOR_FAILED);
    ck_assert_msg(strstr(heard.reason, "its domain was closed") != NULL, "%s", heard.reason);
    ractor_runtime_stop(world.runtime);
}
END_TEST

START_TEST(a_runtime_that_stops_first_kills_its_actors_there)
{
    const tests_death how = {.tag = TESTS_DEATH_LOOP};
    open_private();
    ractor_domain *domain = world.domain;
    tests_worker_ref worker = world_spawn(&world, nobody);
    assert_ok(tests_worker_send_die(worker, &how));
    ractor_kill(worker.any);
    assert_ok(ractor_wait(worker.any, WORKER_TIMEOUT_MS));
    ractor_domain_close(domain);
    ractor_runtime_stop(world.runtime);
}
END_TEST

/* ------------------------------------------------------------------ supervisors, factories */

static tests_worker_ref find_restarted(const char *name, ractor_ref before)
{
    tests_worker_ref worker = {before};
    while (tests_worker_find(world.runtime, name, &worker) != RACTOR_OK ||
           ractor_ref_equal(worker.any, before))
        (void)sched_yield();
    return worker;
}

START_TEST(a_ready_supervisor_starts_a_new_process_for_a_crashed_child)
{
    tests_worker_ref worker;
    ractor_supervisor supervisor;
    open_private();
    const ractor_child_spec spec = {.actor_class = world.isolated, .name = "crasher"};
    const ractor_supervisor_options options = {
        .children = &spec, .n_children = 1, .max_restarts = RACTOR_RESTARTS_UNLIMITED};
    assert_ok(ractor_supervisor_start(world.runtime, &options, &supervisor));
    assert_ok(tests_worker_find(world.runtime, "crasher", &worker));
    for (int i = 0; i < 5; i++) {
        long pid = world_pid(worker);
        const tests_death how = {.tag = i % 2 == 0 ? TESTS_DEATH_SEGFAULT : TESTS_DEATH_ABORT};
        assert_ok(tests_worker_send_die(worker, &how));
        worker = find_restarted("crasher", worker.any);
        ck_assert_int_ne(world_pid(worker), pid);
    }
    assert_ok(ractor_stop_and_wait(supervisor.any, NULL, WORKER_TIMEOUT_MS));
    world_close(&world);
}
END_TEST

START_TEST(a_factory_replaces_a_worker_that_crashed_and_tries_its_job_again)
{
    ractor_factory factory;
    uint64_t reply = 1;
    const tests_death how = {.tag = TESTS_DEATH_SEGFAULT};
    tests_worker_die die = {how};
    open_private();
    const ractor_factory_options options = {
        .worker_class = world.isolated, .n_workers = 2, .routing = RACTOR_ROUTE_QUEUER};
    assert_ok(ractor_factory_start(world.runtime, &options, &factory));
    for (int i = 0; i < 3; i++) {
        const ractor_job job = {
            .type = &tests_worker_type, .tag = TESTS_WORKER_DIE, .args = &die, .n_retries = 1};
        assert_ok(ractor_factory_cast(factory, &job));
    }
    const ractor_job sum = {.type = &tests_worker_type, .tag = TESTS_WORKER_SUM};
    for (int i = 0; i < 20; i++) {
        assert_ok(ractor_factory_call(factory, &sum, WORKER_TIMEOUT_MS, &reply, NULL));
        ck_assert_uint_eq(reply, 0);
    }
    assert_ok(ractor_factory_drain(factory));
    assert_ok(ractor_wait(factory.any, WORKER_TIMEOUT_MS));
    world_close(&world);
}
END_TEST

/* ------------------------------------------------------------------ nothing is left behind */

static unsigned count_files(void)
{
    unsigned n_files = 0;
    DIR *dir = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir) != NULL)
        n_files++;
    (void)closedir(dir);
    return n_files;
}

START_TEST(two_hundred_crashes_leave_no_zombie_and_no_descriptor)
{
    static const tests_death hows[] = {{.tag = TESTS_DEATH_EXIT, .as.exit = {.code = 1}},
                                       {.tag = TESTS_DEATH_KILL},
                                       {.tag = TESTS_DEATH_SEGFAULT},
                                       {.tag = TESTS_DEATH_HUSH}};
    int n_rounds = WORKER_IS_SANITIZED ? 40 : 200;
    siginfo_t info;
    open_private();
    unsigned n_before = count_files();
    for (int i = 0; i < n_rounds; i++) {
        tests_worker_ref worker = world_spawn(&world, watch.actor);
        assert_ok(tests_worker_send_die(worker, &hows[i % 50 == 49 ? 3 : i % 3]));
        (void)watch_next(&watch);
    }
    ractor_domain_close(world.domain);
    ck_assert_uint_eq(count_files(), n_before);
    ck_assert_int_eq(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
    ractor_runtime_stop(world.runtime);
}
END_TEST

START_TEST(a_child_inherits_no_descriptors)
{
    uint64_t n_files = 0;
    int inherited = dup(STDERR_FILENO); /* without close-on-exec */
    open_private();
    tests_worker_ref worker = world_spawn(&world, nobody);
    assert_ok(tests_worker_call_files(worker, WORKER_TIMEOUT_MS, &n_files));
    ck_assert_uint_eq(n_files, 5); /* three standard ones, the socket, the pipe */
    (void)close(inherited);
    world_close(&world);
}
END_TEST

START_TEST(without_descriptors_a_spawn_fails_and_a_later_one_does_not)
{
    tests_worker_ref worker;
    struct rlimit before;
    open_private();
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    unsigned n_files = count_files();
    for (unsigned left = 0; left < 6; left++) {
        struct rlimit limit = {.rlim_cur = n_files - 3 + left, .rlim_max = before.rlim_max};
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
        ractor_status status =
            tests_worker_spawn(world.runtime, world.isolated, NULL, NULL, &worker);
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
        if (status == RACTOR_OK)
            assert_ok(ractor_stop_and_wait(worker.any, NULL, WORKER_TIMEOUT_MS));
        else
            ck_assert_int_eq(status, RACTOR_EIO);
    }
    worker = world_spawn(&world, nobody);
    ck_assert_uint_eq(world_sum(worker), 0);
    ractor_domain_close(world.domain);
    ck_assert_uint_eq(count_files(), n_files);
    ractor_runtime_stop(world.runtime);
}
END_TEST

START_TEST(a_polled_runtime_has_domains_too)
{
    const ractor_runtime_options polled = {.polled = 1, .log_quiet = 1};
    const ractor_domain_options options = {.table = &worker_table, .process_per_actor = 1};
    assert_ok(ractor_runtime_start(&polled, &world.runtime));
    assert_ok(ractor_domain_open(world.runtime, &options, &world.domain));
    assert_ok(ractor_domain_class(world.domain, &worker_class, &world.isolated));
    tests_worker_ref worker = world_spawn(&world, nobody);
    assert_ok(tests_worker_send_add(worker, 3));
    ck_assert_uint_eq(world_sum(worker), 3);
    assert_ok(ractor_stop_and_wait(worker.any, NULL, WORKER_TIMEOUT_MS));
    world_close(&world);
}
END_TEST

static void add_lives(Suite *suite)
{
    TCase *messages = tcase_create("messages and starts");
    tcase_set_timeout(messages, 120);
    tcase_add_test(messages, casts_and_calls_are_handled_in_order_in_another_process);
    tcase_add_test(messages, messages_and_replies_of_any_length_arrive_whole);
    tcase_add_test(messages, a_port_that_was_taken_there_is_answered_later);
    tcase_add_test(messages, a_call_that_nobody_answers_there_fails_at_once);
    tcase_add_test(messages, text_that_is_no_text_is_refused_and_the_actor_lives);
    tcase_add_test(messages, arguments_reach_pre_start_by_codec_and_as_bytes);
    tcase_add_test(messages, a_pre_start_that_fails_there_fails_the_spawn);
    tcase_add_test(messages, a_program_that_is_missing_fails_the_spawn);
    tcase_add_test(messages, a_program_that_is_another_one_fails_the_spawn);
    tcase_add_test(messages, a_table_that_is_not_right_is_refused);
    tcase_add_test(messages, a_simulation_has_no_processes);
    tcase_add_test(messages, a_child_whose_main_is_wrong_starts_no_children);
    suite_add_tcase(suite, messages);
}

static void add_reaches(Suite *suite)
{
    TCase *reaches = tcase_create("actors of the parent");
    tcase_set_timeout(reaches, 120);
    tcase_add_test(reaches, an_actor_there_finds_casts_to_and_calls_an_actor_here);
    tcase_add_test(reaches, a_reference_there_ends_when_its_actor_here_is_gone);
    tcase_add_test(reaches, actors_of_two_processes_reach_each_other);
    tcase_add_test(reaches, a_process_that_dies_in_a_call_to_this_one_leaves_nothing_open);
    tcase_add_test(reaches, outside_of_domains_a_find_is_that_of_the_registry);
    suite_add_tcase(suite, reaches);
}

static void add_ends(Suite *suite)
{
    TCase *ends = tcase_create("ends");
    tcase_set_timeout(ends, 240);
    tcase_add_test(ends, a_stop_runs_post_stop_there_and_ends_the_process);
    tcase_add_test(ends, a_drain_is_over_when_all_is_handled_there);
    tcase_add_test(ends, a_kill_ends_even_a_handler_that_computes);
    tcase_add_test(ends, a_kill_in_a_shared_process_leaves_the_others_alone);
    tcase_add_test(ends, an_error_of_a_handler_there_fails_the_actor_with_its_reason);
    tcase_add_test(ends, an_actor_that_stops_itself_there_has_stopped_here);
    tcase_add_test(ends, closing_the_domain_fails_the_actors_that_are_left);
    tcase_add_test(ends, a_runtime_that_stops_first_kills_its_actors_there);
    tcase_add_test(ends, a_ready_supervisor_starts_a_new_process_for_a_crashed_child);
    tcase_add_test(ends, a_factory_replaces_a_worker_that_crashed_and_tries_its_job_again);
    tcase_add_test(ends, the_dead_mans_switch_of_a_factory_ends_a_worker_that_computes);
    tcase_add_test(ends, two_hundred_crashes_leave_no_zombie_and_no_descriptor);
    tcase_add_test(ends, a_child_inherits_no_descriptors);
    tcase_add_test(ends, without_descriptors_a_spawn_fails_and_a_later_one_does_not);
    tcase_add_test(ends, a_polled_runtime_has_domains_too);
    suite_add_tcase(suite, ends);
}

static Suite *make_suite(void)
{
    Suite *suite = suite_create("domain life");
    add_lives(suite);
    add_reaches(suite);
    add_ends(suite);
    return suite;
}

int main(void)
{
    return worker_main(make_suite);
}

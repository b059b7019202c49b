/* SPDX-License-Identifier: MIT */
/* Every way in which a process can end reaches the supervisor, with what is known of it. */
#include "worker.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static struct world world;
static struct watch watch;

static void open_with(ractor_domain_options options)
{
    world_open(&world, options);
    watch_start(&watch, world.runtime);
}

static void open_private(void)
{
    open_with((ractor_domain_options){.process_per_actor = 1});
}

static void close_world(void)
{
    world_close(&world);
}

static bool contains(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* Lets a new worker die, by a cast, and gives what its supervisor has heard. */
static struct heard let_die(tests_death how)
{
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    assert_ok(tests_worker_send_die(worker, &how));
    struct heard heard = watch_next(&watch);
    ck_assert(ractor_ref_equal(heard.actor, worker.any));
    ck_assert_int_eq(ractor_status_of(worker.any), RACTOR_ACTOR_STOPPED);
    return heard;
}

static void assert_crash(const struct heard *heard, const char *what)
{
    ck_assert_int_eq(heard->kind, RACTOR_EVENT_ACTOR_FAILED);
    ck_assert_int_eq(heard->status, RACTOR_ENODE);
    ck_assert_msg(contains(heard->reason, what), "%s", heard->reason);
    ck_assert(!heard->had_state);
}

START_TEST(a_segmentation_fault_fails_the_actor_with_signal_and_stack)
{
    open_private();
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_SEGFAULT});
    assert_crash(&heard, "died of signal 11 (SIGSEGV, segmentation fault) at address 0x0 in Die");
    ck_assert_msg(contains(heard.details, "test_domain_crash"), "%s", heard.details);
    ck_assert_msg(contains(heard.details, "libractor") || contains(heard.details, "["), "%s",
                  heard.details);
    close_world();
}
END_TEST

START_TEST(an_overflow_of_the_handlers_stack_is_told_with_its_stack)
{
    open_private();
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_OVERFLOW});
    assert_crash(&heard, "died of signal 11");
    ck_assert_msg(contains(heard.details, "test_domain_crash"), "%s", heard.details);
    close_world();
}
END_TEST

START_TEST(an_exit_fails_the_actor_with_its_code)
{
    open_private();
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_EXIT, .as.exit = {.code = 23}});
    assert_crash(&heard, "exited with code 23 during Die");
    ck_assert_str_eq(heard.details, "");
    heard = let_die((tests_death){.tag = TESTS_DEATH_EXIT, .as.exit = {.code = 0}});
    assert_crash(&heard, "exited with code 0 during Die");
    close_world();
}
END_TEST

START_TEST(an_abort_fails_the_actor_with_signal_and_stack)
{
    open_private();
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_ABORT});
    assert_crash(&heard, "died of signal 6 (SIGABRT, abort) in Die");
    ck_assert_msg(contains(heard.details, "test_domain_crash"), "%s", heard.details);
    close_world();
}
END_TEST

START_TEST(a_kill_from_outside_is_told_as_its_signal)
{
    open_private();
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_KILL});
    assert_crash(&heard, "died of signal 9 (SIGKILL, killed) during Die");
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    ck_assert_int_eq(kill((pid_t)world_pid(worker), SIGTERM), 0);
    heard = watch_next(&watch);
    assert_crash(&heard, "died of signal 15 (SIGTERM, terminated)");
    close_world();
}
END_TEST

START_TEST(a_host_that_takes_the_exit_code_away_learns_of_the_end)
{
    open_private();
    (void)signal(SIGCHLD, SIG_IGN); /* the system throws exit codes away */
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_EXIT, .as.exit = {.code = 9}});
    assert_crash(&heard, "ended; how is not known");
    close_world();
}
END_TEST

START_TEST(a_process_that_closes_its_connection_is_killed)
{
    open_private();
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_HUSH});
    assert_crash(&heard, "was killed: it closed its connection");
    close_world();
}
END_TEST

START_TEST(a_process_that_sends_nonsense_is_killed)
{
    open_private();
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_BABBLE});
    assert_crash(&heard, "was killed: it sent what no child of a domain sends");
    close_world();
}
END_TEST

START_TEST(a_handler_over_its_limit_is_killed_and_its_stack_told)
{
    open_with((ractor_domain_options){.process_per_actor = 1, .handler_limit_ms = 300});
    struct heard heard = let_die((tests_death){.tag = TESTS_DEATH_LOOP});
    ck_assert_int_eq(heard.kind, RACTOR_EVENT_ACTOR_FAILED);
    ck_assert_int_eq(heard.status, RACTOR_ETIMEOUT);
    ck_assert_msg(contains(heard.reason, "was killed: Die took longer than 300 ms"), "%s",
                  heard.reason);
    if (!WORKER_IS_SANITIZED) /* TSan keeps signals until the next call of a library */
        ck_assert_msg(contains(heard.details, "test_domain_crash"), "%s", heard.details);
    close_world();
}
END_TEST

START_TEST(a_memory_limit_makes_allocations_fail_there_alone)
{
    bool has_memory = true;
    open_with((ractor_domain_options){.process_per_actor = 1, .memory_bytes = (uint64_t)64 << 20});
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    assert_ok(tests_worker_call_eat(worker, (uint64_t)256 << 20, WORKER_TIMEOUT_MS, &has_memory));
    ck_assert(!has_memory);
    assert_ok(tests_worker_call_eat(worker, (uint64_t)4 << 20, WORKER_TIMEOUT_MS, &has_memory));
    ck_assert(has_memory);
    const tests_death how = {.tag = TESTS_DEATH_ABORT};
    assert_ok(tests_worker_send_die(worker, &how));
    struct heard heard = watch_next(&watch);
    assert_crash(&heard, "memory limit 64 MiB (");
    close_world();
}
END_TEST

START_TEST(a_call_in_hand_ends_at_once_with_the_process)
{
    uint64_t reply;
    open_private();
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    const tests_death how = {.tag = TESTS_DEATH_EXIT, .as.exit = {.code = 1}};
    ck_assert_int_eq(tests_worker_call_perish(worker, &how, RACTOR_TIMEOUT_NONE, &reply),
                     RACTOR_ENODE);
    struct heard heard = watch_next(&watch);
    assert_crash(&heard, "exited with code 1 during Perish");
    close_world();
}
END_TEST

static void *call_keep(void *argument)
{
    tests_worker_ref *worker = argument;
    uint64_t reply;
    return (void *)(intptr_t)tests_worker_call_keep(*worker, RACTOR_TIMEOUT_NONE, &reply);
}

START_TEST(a_call_whose_port_was_taken_ends_with_the_process)
{
    pthread_t caller;
    void *result;
    open_private();
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    ck_assert_int_eq(pthread_create(&caller, NULL, call_keep, &worker), 0);
    /* If this is handled first, the call ends with RACTOR_ENOENT: wait until it is there. */
    ractor_runtime_stats stats;
    do
        ractor_runtime_get_stats(world.runtime, &stats);
    while (stats.n_handled < 1);
    const tests_death how = {.tag = TESTS_DEATH_SEGFAULT};
    assert_ok(tests_worker_send_die(worker, &how));
    ck_assert_int_eq(pthread_join(caller, &result), 0);
    ck_assert_int_eq((int)(intptr_t)result, RACTOR_ENODE);
    close_world();
}
END_TEST

START_TEST(a_crash_while_the_actor_has_nothing_to_do_is_told)
{
    open_private();
    tests_worker_ref worker = world_spawn(&world, watch.actor);
    const tests_death how = {.tag = TESTS_DEATH_SEGFAULT};
    assert_ok(tests_worker_send_later(worker, &how));
    struct heard heard = watch_next(&watch);
    assert_crash(&heard, "died of signal 11");
    ck_assert_int_eq(tests_worker_send_add(worker, 1), RACTOR_ENOENT);
    close_world();
}
END_TEST

START_TEST(a_crash_in_pre_start_fails_the_spawn)
{
    tests_worker_ref worker;
    const tests_worker_settings settings = {.label = RACTOR_STR("crash")};
    open_private();
    ck_assert_int_eq(tests_worker_spawn(world.runtime, world.isolated, NULL, &settings, &worker),
                     RACTOR_ENODE);
    close_world();
}
END_TEST

START_TEST(actors_of_one_process_share_its_end_and_the_next_spawn_starts_another)
{
    open_with((ractor_domain_options){.n_workers = 2});
    tests_worker_ref first = world_spawn(&world, watch.actor);
    tests_worker_ref second = world_spawn(&world, watch.actor);
    long pid = world_pid(first);
    ck_assert_int_eq(world_pid(second), pid);
    const tests_death how = {.tag = TESTS_DEATH_SEGFAULT};
    assert_ok(tests_worker_send_die(first, &how));
    for (int i = 0; i < 2; i++) {
        struct heard heard = watch_next(&watch);
        assert_crash(&heard, "died of signal 11");
        bool is_first = ractor_ref_equal(heard.actor, first.any);
        ck_assert_msg(contains(heard.reason, " in Die") == is_first, "%s", heard.reason);
    }
    tests_worker_ref third = world_spawn(&world, watch.actor);
    ck_assert_int_ne(world_pid(third), pid);
    close_world();
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("domain crash");
    TCase *crash = tcase_create("crash");
    tcase_set_timeout(crash, 120);
    tcase_add_test(crash, a_segmentation_fault_fails_the_actor_with_signal_and_stack);
    if (!WORKER_IS_SANITIZED) /* whose own stack checks come first */
        tcase_add_test(crash, an_overflow_of_the_handlers_stack_is_told_with_its_stack);
    tcase_add_test(crash, an_exit_fails_the_actor_with_its_code);
    tcase_add_test(crash, an_abort_fails_the_actor_with_signal_and_stack);
    tcase_add_test(crash, a_kill_from_outside_is_told_as_its_signal);
    tcase_add_test(crash, a_host_that_takes_the_exit_code_away_learns_of_the_end);
    tcase_add_test(crash, a_process_that_closes_its_connection_is_killed);
    tcase_add_test(crash, a_process_that_sends_nonsense_is_killed);
    tcase_add_test(crash, a_handler_over_its_limit_is_killed_and_its_stack_told);
    if (!WORKER_IS_SANITIZED) /* whose shadow memory is over any limit */
        tcase_add_test(crash, a_memory_limit_makes_allocations_fail_there_alone);
    tcase_add_test(crash, a_call_in_hand_ends_at_once_with_the_process);
    tcase_add_test(crash, a_call_whose_port_was_taken_ends_with_the_process);
    tcase_add_test(crash, a_crash_while_the_actor_has_nothing_to_do_is_told);
    tcase_add_test(crash, a_crash_in_pre_start_fails_the_spawn);
    tcase_add_test(crash, actors_of_one_process_share_its_end_and_the_next_spawn_starts_another);
    suite_add_tcase(suite, crash);
    return suite;
}

int main(void)
{
    return worker_main(make_suite);
}

/* SPDX-License-Identifier: MIT */
/* Names, pids and process groups. */
#include "actor/remote.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static ractor_ref spawn_named(ractor_runtime *runtime, const char *name)
{
    ractor_ref ref = {NULL, 0};
    ractor_spawn_options options = {.name = name};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &ref), RACTOR_OK);
    return ref;
}

START_TEST(a_name_is_found_until_its_actor_ends)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = spawn_named(runtime, "ada");
    ractor_ref found;
    ractor_ref twin;
    ractor_spawn_options options = {.name = "ada"};
    char name[8];
    ck_assert_int_eq(ractor_find_name(runtime, "ada", NULL, &found), RACTOR_OK);
    ck_assert(ractor_ref_equal(actor, found));
    ck_assert_int_eq(ractor_find_name(runtime, "ada", &sample_type, &found), RACTOR_OK);
    ractor_message_type other = sample_type;
    ck_assert_int_eq(ractor_find_name(runtime, "ada", &other, &found), RACTOR_ETYPE);
    ck_assert_int_eq(ractor_find_name(runtime, "bob", NULL, &found), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &twin), RACTOR_EEXIST);
    ck_assert_uint_eq(ractor_name_of(actor, name, sizeof name), 3);
    ck_assert_str_eq(name, "ada");
    ck_assert_uint_eq(ractor_name_of(actor, name, 2), 3);
    ck_assert_str_eq(name, "a");
    ck_assert_int_eq(ractor_stop_and_wait(actor, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_int_eq(ractor_find_name(runtime, "ada", NULL, &found), RACTOR_ENOENT);
    (void)spawn_named(runtime, "ada");
    ractor_runtime_stop(runtime);
}
END_TEST

static void count_name(void *user, const char *name, ractor_ref actor)
{
    ck_assert(ractor_ref_is_some(actor));
    ck_assert_int_eq(strncmp(name, "actor ", 6), 0);
    ++*(int *)user;
}

START_TEST(all_names_are_visited)
{
    ractor_runtime *runtime = sample_runtime(1);
    int n_visited = 0;
    for (int i = 0; i < 100; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "actor %d", i);
        (void)spawn_named(runtime, name);
    }
    ck_assert_int_eq(ractor_visit_names(runtime, count_name, &n_visited), RACTOR_OK);
    ck_assert_int_eq(n_visited, 100);
    ractor_runtime_stop(runtime);
}
END_TEST

static void count_pid(void *user, ractor_ref actor)
{
    (void)actor;
    ++*(int *)user;
}

START_TEST(a_pid_is_found_and_never_used_again)
{
    ractor_runtime *runtime = sample_runtime(2);
    uint64_t seen[100];
    int n_visited = 0;
    for (int i = 0; i < 100; i++) {
        ractor_ref found;
        ractor_ref actor = sample_spawn(runtime, NULL);
        ck_assert_int_eq(ractor_find_pid(runtime, actor.pid, &found), RACTOR_OK);
        ck_assert(ractor_ref_equal(actor, found));
        for (int j = 0; j < i; j++)
            ck_assert_uint_ne(seen[j], actor.pid);
        seen[i] = actor.pid;
        ck_assert_int_eq(ractor_kill_and_wait(actor, RACTOR_TIMEOUT_NONE), RACTOR_OK);
        ck_assert_int_eq(ractor_find_pid(runtime, actor.pid, &found), RACTOR_ENOENT);
    }
    (void)sample_spawn(runtime, NULL);
    ractor_visit_pids(runtime, count_pid, &n_visited);
    ck_assert_int_eq(n_visited, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ events */

static _Atomic uint64_t n_events;
static char log_text[4096];

static ractor_status write_down(ractor_context *ctx, void *argument)
{
    const ractor_supervision_event *event = ((struct sample_event *)argument)->event;
    static const char *const kinds[] = {"started", "terminated", "failed", "joined",
                                        "left",    "spawned",    "gone"};
    size_t used = strlen(log_text);
    (void)ctx;
    (void)snprintf(log_text + used, sizeof log_text - used, "%s %.*s/%.*s %u %.*s;",
                   kinds[event->kind], RACTOR_STR_ARG(event->scope), RACTOR_STR_ARG(event->group),
                   event->n_members, RACTOR_STR_ARG(event->name));
    return RACTOR_OK;
}

static struct sample_args watching = {.on_event = write_down, .n_events = &n_events};

START_TEST(pid_monitors_hear_of_actors_that_may_be_remoted)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref watcher = sample_spawn(runtime, &watching);
    ractor_message_type shared = sample_type;
    shared.flags = 0;
    ractor_actor_class class = sample_class;
    class.messages = &shared;
    ractor_spawn_options options = {.name = "public"};
    ractor_ref actor;
    ck_assert_int_eq(ractor_monitor_pids(watcher), RACTOR_OK);
    (void)sample_spawn(runtime, NULL); /* [local]: nobody hears */
    ck_assert_int_eq(ractor_spawn(runtime, &class, &options, NULL, &actor), RACTOR_OK);
    ck_assert(ractor_is_remotable(actor));
    ck_assert_int_eq(ractor_stop_and_wait(actor, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert(sample_wait_for(&n_events, 2));
    ck_assert_str_eq(log_text, "spawned / 0 public;gone / 0 public;");
    ractor_demonitor_pids(watcher);
    ck_assert_int_eq(ractor_spawn(runtime, &class, NULL, NULL, &actor), RACTOR_OK);
    uint64_t value;
    ck_assert_int_eq(sample_get(watcher, 5000, &value), RACTOR_OK);
    ck_assert_uint_eq(n_events, 2);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_group_has_its_members_until_they_leave_or_end)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref a[3];
    ractor_ref members[8];
    for (int i = 0; i < 3; i++)
        a[i] = sample_spawn(runtime, NULL);
    ck_assert_int_eq(ractor_pg_join(NULL, "g", a, 3), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join(NULL, "g", a, 2), RACTOR_OK); /* again: no change */
    ck_assert_int_eq(ractor_pg_join("other", "g", a, 1), RACTOR_OK);
    ck_assert_uint_eq(ractor_pg_members(runtime, NULL, "g", members, 8), 3);
    ck_assert(ractor_ref_equal(members[0], a[0]) && ractor_ref_equal(members[2], a[2]));
    ck_assert_uint_eq(ractor_pg_members(runtime, RACTOR_PG_DEFAULT_SCOPE, "g", NULL, 0), 3);
    ck_assert_uint_eq(ractor_pg_local_members(runtime, "other", "g", members, 8), 1);
    ractor_pg_leave(NULL, "g", &a[1], 1);
    ck_assert_uint_eq(ractor_pg_members(runtime, NULL, "g", members, 8), 2);
    ck_assert_int_eq(ractor_kill_and_wait(a[0], RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(ractor_pg_members(runtime, NULL, "g", members, 8), 1);
    ck_assert(ractor_ref_equal(members[0], a[2]));
    ck_assert_uint_eq(ractor_pg_members(runtime, "other", "g", members, 8), 0);
    ck_assert_int_eq(ractor_pg_join(NULL, "g", a, 1), RACTOR_OK); /* ended: skipped */
    ck_assert_uint_eq(ractor_pg_members(runtime, NULL, "g", members, 8), 1);
    ck_assert_int_eq(ractor_pg_join(NULL, RACTOR_PG_ALL_GROUPS, a, 1), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_pg_join(NULL, NULL, a, 1), RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(group_monitors_hear_what_they_asked_for)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref watcher = sample_spawn(runtime, &watching);
    ractor_ref pair[2] = {sample_spawn(runtime, NULL), sample_spawn(runtime, NULL)};
    ck_assert_int_eq(ractor_pg_monitor(watcher, "s", "one"), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_monitor(watcher, "t", RACTOR_PG_ALL_GROUPS), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join("s", "one", pair, 2), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join("s", "two", pair, 2), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join("t", "any", pair, 1), RACTOR_OK);
    ck_assert_int_eq(ractor_stop_and_wait(pair[0], NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert(sample_wait_for(&n_events, 4));
    ck_assert_ptr_nonnull(strstr(log_text, "joined s/one 2 ;joined t/any 1 ;"));
    ck_assert_ptr_nonnull(strstr(log_text, "left s/one 1 ;"));
    ck_assert_ptr_nonnull(strstr(log_text, "left t/any 1 ;"));
    ck_assert_ptr_null(strstr(log_text, "two"));
    ractor_pg_demonitor(watcher, "s", "one");
    ractor_pg_leave("s", "one", &pair[1], 1);
    uint64_t value;
    ck_assert_int_eq(sample_get(watcher, 5000, &value), RACTOR_OK);
    ck_assert_uint_eq(n_events, 4);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_monitor_of_the_world_hears_of_every_scope)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref watcher = sample_spawn(runtime, &watching);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(ractor_pg_monitor(watcher, RACTOR_PG_ALL_SCOPES, RACTOR_PG_ALL_GROUPS),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join("x", "1", &actor, 1), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join(NULL, "2", &actor, 1), RACTOR_OK);
    ck_assert(sample_wait_for(&n_events, 2));
    ck_assert_str_eq(log_text, "joined x/1 1 ;joined __default_scope__/2 1 ;");
    ractor_runtime_stop(runtime);
}
END_TEST

static void list_group(void *user, const char *scope, const char *group, size_t n_members)
{
    char *text = user;
    (void)snprintf(text + strlen(text), 200, "%s/%s %zu;", scope, group, n_members);
}

START_TEST(groups_with_members_are_visited_and_empty_ones_are_gone)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, NULL);
    char text[1024] = "";
    ck_assert_int_eq(ractor_pg_join("s", "a", &actor, 1), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join("s", "b", &actor, 1), RACTOR_OK);
    ractor_pg_leave("s", "b", &actor, 1);
    ck_assert_int_eq(ractor_pg_visit_groups(runtime, list_group, text), RACTOR_OK);
    ck_assert_str_eq(text, "s/a 1;");
    ractor_runtime_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("registries");
    TCase *all = suite_case(suite, "registries", 60);
    tcase_add_test(all, a_name_is_found_until_its_actor_ends);
    tcase_add_test(all, all_names_are_visited);
    tcase_add_test(all, a_pid_is_found_and_never_used_again);
    tcase_add_test(all, pid_monitors_hear_of_actors_that_may_be_remoted);
    tcase_add_test(all, a_group_has_its_members_until_they_leave_or_end);
    tcase_add_test(all, group_monitors_hear_what_they_asked_for);
    tcase_add_test(all, a_monitor_of_the_world_hears_of_every_scope);
    tcase_add_test(all, groups_with_members_are_visited_and_empty_ones_are_gone);
    return suite_run(suite);
}

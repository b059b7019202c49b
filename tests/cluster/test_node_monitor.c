/* SPDX-License-Identifier: MIT */
/* Monitors of and links to actors of another node: who hears what, how often, and who ends whom. */
#include "sample.h"
#include "suite.h"
#include "watch.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct sample_node alpha, beta;
static struct watch watch;

static void setup(void)
{
    watch_init(&watch);
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", NULL);
    sample_connect(&alpha, &beta);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

/* The node that watches, and the one whose actor is watched: by loop index in either direction. */
static struct sample_node *watching_node(int i)
{
    return i == 0 ? &alpha : &beta;
}

static struct sample_node *watched_node(int i)
{
    return i == 0 ? &beta : &alpha;
}

/* ------------------------------------------------------------------ an actor that fails */

static ractor_status give_up(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                             const void *args, ractor_port *port)
{
    (void)handlers;
    (void)state;
    (void)tag;
    (void)args;
    (void)port;
    return ractor_fail(ctx, "no room for %d", 7);
}

static ractor_ref spawn_failing(ractor_runtime *runtime, const char *name)
{
    static ractor_message_type type;
    static ractor_actor_class class = {.messages = &type, .handlers = &type};
    ractor_spawn_options options = {.name = name};
    ractor_ref ref = {NULL, 0};
    type = sample_type;
    type.dispatch = give_up;
    ck_assert_int_eq(ractor_spawn(runtime, &class, &options, NULL, &ref), RACTOR_OK);
    return ref;
}

/* ------------------------------------------------------------------ monitors */

START_TEST(a_monitor_hears_why_an_actor_was_stopped)
{
    ractor_ref watcher = watch_spawn(watching_node(_i)->runtime, &watch);
    ractor_ref actor = sample_spawn(watched_node(_i)->runtime, "actor", NULL);
    ractor_ref shadow = sample_find(watching_node(_i), "actor");
    ck_assert_int_eq(ractor_monitor(watcher, shadow), RACTOR_OK);
    ck_assert_int_eq(ractor_monitor(watcher, shadow), RACTOR_OK); /* twice is once */
    ractor_stop(actor, "bored");
    watch_expect(&watch, 1, "terminated 0 bored;");
    watch_settle(watcher);
    ck_assert_uint_eq(atomic_load(&watch.n_heard), 1);
}
END_TEST

START_TEST(a_monitor_hears_with_what_an_actor_has_failed)
{
    ractor_ref watcher = watch_spawn(watching_node(_i)->runtime, &watch);
    char text[64];
    (void)spawn_failing(watched_node(_i)->runtime, "actor");
    ractor_ref shadow = sample_find(watching_node(_i), "actor");
    ck_assert_int_eq(ractor_monitor(watcher, shadow), RACTOR_OK);
    ck_assert_int_eq(sample_note(shadow, "", 0), RACTOR_OK);
    (void)snprintf(text, sizeof text, "failed %d no room for 7;", (int)RACTOR_EFAILED);
    watch_expect(&watch, 1, text);
}
END_TEST

START_TEST(kills_and_drains_have_their_reasons_and_none_is_none)
{
    ractor_ref watcher = watch_spawn(alpha.runtime, &watch);
    const char *names[] = {"killed", "drained", "stopped"};
    ractor_ref actors[3];
    for (int i = 0; i < 3; i++) {
        actors[i] = sample_spawn(beta.runtime, names[i], NULL);
        ck_assert_int_eq(ractor_monitor(watcher, sample_find(&alpha, names[i])), RACTOR_OK);
    }
    ractor_kill(actors[0]);
    sample_wait_count(&watch.n_heard, 1);
    ractor_drain(actors[1]);
    sample_wait_count(&watch.n_heard, 2);
    ractor_stop(actors[2], NULL);
    watch_expect(&watch, 3, "terminated 0 killed;terminated 0 Drained;terminated 0 ;");
}
END_TEST

START_TEST(a_long_reason_is_cut)
{
    static char reason[5000];
    ractor_ref watcher = watch_spawn(alpha.runtime, &watch);
    ractor_ref actor = sample_spawn(beta.runtime, "actor", NULL);
    memset(reason, 'r', sizeof reason - 1);
    ck_assert_int_eq(ractor_monitor(watcher, sample_find(&alpha, "actor")), RACTOR_OK);
    ractor_stop(actor, reason);
    sample_wait_count(&watch.n_heard, 1);
    ck_assert_uint_eq(strlen(watch.text), strlen("terminated 0 ;") + 1024);
}
END_TEST

START_TEST(a_lost_node_is_a_reason_of_its_own)
{
    ractor_ref watcher = watch_spawn(alpha.runtime, &watch);
    char text[64];
    (void)sample_spawn(beta.runtime, "actor", NULL);
    ck_assert_int_eq(ractor_monitor(watcher, sample_find(&alpha, "actor")), RACTOR_OK);
    ractor_node_stop(beta.node);
    beta.node = NULL;
    (void)snprintf(text, sizeof text, "terminated %d node down;", (int)RACTOR_ENODE);
    watch_expect(&watch, 1, text);
}
END_TEST

START_TEST(an_actor_that_is_gone_is_reported_at_once)
{
    ractor_ref watcher = watch_spawn(alpha.runtime, &watch);
    ractor_ref actor = sample_spawn(beta.runtime, "actor", NULL);
    ractor_ref shadow = sample_find(&alpha, "actor");
    ck_assert_int_eq(ractor_monitor(watcher, shadow), RACTOR_OK);
    ractor_stop(actor, NULL);
    sample_wait_count(&watch.n_heard, 1);
    sample_wait_lost(&alpha, "actor");
    ck_assert_int_eq(ractor_monitor(watcher, shadow), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_link(shadow, watcher), RACTOR_ENOENT);
    watch_settle(watcher);
    ck_assert_uint_eq(atomic_load(&watch.n_heard), 1);
}
END_TEST

START_TEST(whoever_does_not_watch_any_more_hears_nothing)
{
    ractor_ref watcher = watch_spawn(alpha.runtime, &watch);
    ractor_ref first = sample_spawn(beta.runtime, "first", NULL);
    ractor_ref second = sample_spawn(beta.runtime, "second", NULL);
    ractor_ref third = sample_spawn(beta.runtime, "third", NULL);
    ck_assert_int_eq(ractor_monitor(watcher, sample_find(&alpha, "first")), RACTOR_OK);
    ck_assert_int_eq(ractor_link(sample_find(&alpha, "second"), watcher), RACTOR_OK);
    ck_assert_int_eq(ractor_monitor(watcher, sample_find(&alpha, "third")), RACTOR_OK);
    ractor_demonitor(watcher, sample_find(&alpha, "first"));
    ractor_unlink(sample_find(&alpha, "second"), watcher);
    ractor_stop(first, "one");
    sample_wait_lost(&alpha, "first");
    ractor_stop(second, "two");
    sample_wait_lost(&alpha, "second");
    ractor_stop(third, "three");
    watch_expect(&watch, 1, "terminated 0 three;");
}
END_TEST

START_TEST(a_watcher_on_another_node_is_refused)
{
    ractor_ref actor = sample_spawn(alpha.runtime, NULL, NULL);
    (void)sample_spawn(beta.runtime, "watcher", NULL);
    ractor_ref watcher = sample_find(&alpha, "watcher");
    ck_assert_int_eq(ractor_monitor(watcher, actor), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_link(actor, watcher), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_monitor_pids(watcher), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_pg_monitor(watcher, NULL, "workers"), RACTOR_ENOTSUP);
}
END_TEST

/* ------------------------------------------------------------------ links */

START_TEST(a_supervisor_hears_of_its_child_on_another_node)
{
    ractor_ref supervisor = watch_spawn(watching_node(_i)->runtime, &watch);
    ractor_ref actor = sample_spawn(watched_node(_i)->runtime, "actor", NULL);
    ractor_ref shadow = sample_find(watching_node(_i), "actor");
    ck_assert_int_eq(ractor_link(shadow, supervisor), RACTOR_OK);
    ck_assert(ractor_ref_equal(ractor_supervisor_of(shadow), supervisor));
    ractor_stop(actor, "bored");
    watch_expect(&watch, 1, "terminated 0 bored;");
}
END_TEST

START_TEST(a_supervisor_takes_its_child_on_another_node_along)
{
    ractor_ref supervisor = watch_spawn(watching_node(_i)->runtime, &watch);
    ractor_ref actor = sample_spawn(watched_node(_i)->runtime, "actor", NULL);
    ck_assert_int_eq(ractor_link(sample_find(watching_node(_i), "actor"), supervisor), RACTOR_OK);
    ractor_stop(supervisor, NULL);
    ck_assert_int_eq(ractor_wait(actor, 20000), RACTOR_OK);
    sample_wait_lost(watching_node(_i), "actor");
}
END_TEST

START_TEST(an_unlinked_child_outlives_its_supervisor)
{
    ractor_ref supervisor = watch_spawn(alpha.runtime, &watch);
    uint64_t sum = 0;
    (void)sample_spawn(beta.runtime, "actor", NULL);
    ractor_ref shadow = sample_find(&alpha, "actor");
    ck_assert_int_eq(ractor_link(shadow, supervisor), RACTOR_OK);
    ractor_unlink(shadow, supervisor);
    ck_assert_int_eq(ractor_stop_and_wait(supervisor, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_int_eq(sample_sum(shadow, 1, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 3);
}
END_TEST

START_TEST(a_child_survives_the_loss_of_its_supervisors_node)
{
    ractor_ref supervisor = watch_spawn(alpha.runtime, &watch);
    ractor_ref actor = sample_spawn(beta.runtime, "actor", NULL);
    uint64_t sum = 0;
    ck_assert_int_eq(ractor_link(sample_find(&alpha, "actor"), supervisor), RACTOR_OK);
    ractor_node_stop(alpha.node);
    alpha.node = NULL;
    sample_wait_sessions(&beta, 0);
    ck_assert_int_eq(sample_sum(actor, 1, 2, &sum), RACTOR_OK);
    sample_wait_count(&watch.n_heard, 1);
}
END_TEST

/* ------------------------------------------------------------------ ending from afar */

START_TEST(an_actor_of_another_node_can_be_stopped_killed_and_drained)
{
    ractor_ref watcher = watch_spawn(beta.runtime, &watch);
    const char *names[] = {"stopped", "killed", "drained"};
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(ractor_monitor(watcher, sample_spawn(beta.runtime, names[i], NULL)),
                         RACTOR_OK);
    ck_assert_int_eq(ractor_stop_and_wait(sample_find(&alpha, "stopped"), "by alpha", 20000),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_kill_and_wait(sample_find(&alpha, "killed"), 20000), RACTOR_OK);
    ck_assert_int_eq(ractor_drain_and_wait(sample_find(&alpha, "drained"), 20000), RACTOR_OK);
    watch_expect(&watch, 3, "terminated 0 by alpha;terminated 0 killed;terminated 0 Drained;");
}
END_TEST

/* ------------------------------------------------------------------ races */

static void *stop_node(void *node)
{
    ractor_node_stop(node);
    return NULL;
}

/* Whichever comes first, each watcher hears exactly once, and an event is one of the two. */
START_TEST(an_actors_end_and_its_nodes_are_one_end)
{
    ractor_ref watcher = watch_spawn(alpha.runtime, &watch);
    enum { ACTORS = 50 };
    ractor_ref actors[ACTORS];
    char name[16];
    pthread_t thread;
    for (int i = 0; i < ACTORS; i++) {
        (void)snprintf(name, sizeof name, "actor %d", i);
        actors[i] = sample_spawn(beta.runtime, name, NULL);
        ck_assert_int_eq(ractor_monitor(watcher, sample_find(&alpha, name)), RACTOR_OK);
        if (i % 2 == 0) /* a child as well: it is told twice, once in each part */
            ck_assert_int_eq(ractor_link(sample_find(&alpha, name), watcher), RACTOR_OK);
    }
    ck_assert_int_eq(pthread_create(&thread, NULL, stop_node, beta.node), 0);
    for (int i = 0; i < ACTORS; i++)
        ractor_stop(actors[i], "end");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    beta.node = NULL;
    sample_wait_sessions(&alpha, 0);
    sample_wait_count(&watch.n_heard, ACTORS + ACTORS / 2);
    watch_settle(watcher);
    ck_assert_uint_eq(atomic_load(&watch.n_heard), ACTORS + ACTORS / 2);
}
END_TEST

struct watching {
    ractor_ref watcher;
    ractor_ref shadow;
    uint64_t n_made;
};

static void *keep_watching(void *watching_)
{
    struct watching *watching = watching_;
    /* Until the actor is gone: each monitor but the last one is taken back. */
    while (ractor_monitor(watching->watcher, watching->shadow) == RACTOR_OK) {
        watching->n_made++;
        ractor_demonitor(watching->watcher, watching->shadow);
    }
    return NULL;
}

START_TEST(monitors_that_come_and_go_while_the_actor_ends_tell_at_most_once)
{
    struct watching watching = {.watcher = watch_spawn(alpha.runtime, &watch)};
    ractor_ref actor = sample_spawn(beta.runtime, "actor", NULL);
    pthread_t thread;
    watching.shadow = sample_find(&alpha, "actor");
    ck_assert_int_eq(pthread_create(&thread, NULL, keep_watching, &watching), 0);
    ractor_stop(actor, NULL);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    sample_wait_lost(&alpha, "actor");
    watch_settle(watching.watcher);
    ck_assert_uint_le(atomic_load(&watch.n_heard), 1);
}
END_TEST

static bool knows_nobody(void *unused)
{
    ractor_session_info info;
    (void)unused;
    return ractor_node_sessions(alpha.node, &info, 1) == 1 && info.n_remote_actors == 0;
}

/* An actor that ends while a session comes about is not left behind on the other side. */
START_TEST(an_actor_that_ends_while_nodes_connect_is_not_left_behind)
{
    sample_node_stop(&alpha);
    for (int i = 0; i < 10; i++) {
        ractor_ref actors[8];
        for (int k = 0; k < 8; k++)
            actors[k] = sample_spawn(beta.runtime, NULL, NULL);
        sample_node_start(&alpha, "alpha", NULL);
        for (int k = 0; k < 4; k++)
            ractor_stop(actors[k], NULL);
        sample_connect(&alpha, &beta);
        for (int k = 4; k < 8; k++)
            ractor_stop(actors[k], NULL);
        (void)sample_spawn(beta.runtime, "last", NULL);
        for (int k = 0; k < 8; k++)
            ck_assert_int_eq(ractor_wait(actors[k], 20000), RACTOR_OK);
        ractor_ref last = sample_find(&alpha, "last");
        ck_assert_int_eq(ractor_stop_and_wait(last, NULL, 20000), RACTOR_OK);
        sample_wait_lost(&alpha, "last");
        sample_wait(knows_nobody, NULL, "the end of the last reference");
        sample_node_stop(&alpha);
    }
    sample_node_start(&alpha, "alpha", NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_monitor");
    TCase *cases = suite_case(suite, "monitor", 120);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, a_monitor_hears_why_an_actor_was_stopped, 0, 2);
    tcase_add_loop_test(cases, a_monitor_hears_with_what_an_actor_has_failed, 0, 2);
    tcase_add_test(cases, kills_and_drains_have_their_reasons_and_none_is_none);
    tcase_add_test(cases, a_long_reason_is_cut);
    tcase_add_test(cases, a_lost_node_is_a_reason_of_its_own);
    tcase_add_test(cases, an_actor_that_is_gone_is_reported_at_once);
    tcase_add_test(cases, whoever_does_not_watch_any_more_hears_nothing);
    tcase_add_test(cases, a_watcher_on_another_node_is_refused);
    tcase_add_loop_test(cases, a_supervisor_hears_of_its_child_on_another_node, 0, 2);
    tcase_add_loop_test(cases, a_supervisor_takes_its_child_on_another_node_along, 0, 2);
    tcase_add_test(cases, an_unlinked_child_outlives_its_supervisor);
    tcase_add_test(cases, a_child_survives_the_loss_of_its_supervisors_node);
    tcase_add_test(cases, an_actor_of_another_node_can_be_stopped_killed_and_drained);
    tcase_add_test(cases, an_actors_end_and_its_nodes_are_one_end);
    tcase_add_test(cases, monitors_that_come_and_go_while_the_actor_ends_tell_at_most_once);
    tcase_add_test(cases, an_actor_that_ends_while_nodes_connect_is_not_left_behind);
    return suite_run(suite);
}

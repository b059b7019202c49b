/* SPDX-License-Identifier: MIT */
/* Names in the cluster: found everywhere, one bearer when nodes meet, free when it is gone. */
#include "cluster/names.h"

#include "sample.h"
#include "suite.h"
#include "watch.h"

#include <ractor/names.h>
#include <ractor/peer.h>

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct sample_node alpha, beta, gamma_node;

static void setup(void)
{
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", NULL);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

/* Where a node sees a name: at the actor of a pid on a node; at none when `node` is NULL. */
struct sight {
    struct sample_node *from;
    const char *name;
    const char *node;
    uint64_t pid;
};

static bool is_seen(void *sight_)
{
    const struct sight *sight = sight_;
    char node[RACTOR_NODE_NAME_BYTES];
    ractor_actor_id id;
    ractor_ref found;
    if (ractor_cluster_whereis(sight->from->node, sight->name, &found) != RACTOR_OK)
        return sight->node == NULL;
    return sight->node != NULL &&
           ractor_node_id_of(sight->from->node, found, node, &id) == RACTOR_OK &&
           id.pid == sight->pid && strcmp(node, sight->node) == 0;
}

static void wait_seen(struct sample_node *from, const char *name, struct sample_node *at,
                      ractor_ref actor)
{
    struct sight sight = {from, name, at != NULL ? ractor_node_name(at->node) : NULL, actor.pid};
    char what[200];
    (void)snprintf(what, sizeof what, "%s at %s, seen from %s", name,
                   sight.node != NULL ? sight.node : "no node", ractor_node_name(from->node));
    sample_wait(is_seen, &sight, what);
}

static void wait_unseen(struct sample_node *from, const char *name)
{
    wait_seen(from, name, NULL, (ractor_ref){NULL, 0});
}

static ractor_ref spawn_named(struct sample_node *node, const char *name)
{
    ractor_ref actor = sample_spawn(node->runtime, NULL, NULL);
    ck_assert_int_eq(ractor_cluster_register(node->node, name, actor, RACTOR_NAME_STOP), RACTOR_OK);
    return actor;
}

START_TEST(a_name_is_found_on_each_node_and_leads_to_its_bearer)
{
    ractor_ref found;
    uint64_t sum = 0;
    ractor_ref before = spawn_named(&beta, "before");
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "before", &found), RACTOR_OK);
    ractor_ref after = spawn_named(&beta, "after");
    wait_seen(&alpha, "before", &beta, before);
    wait_seen(&alpha, "after", &beta, after);
    wait_seen(&beta, "after", &beta, after);
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "after", &found), RACTOR_OK);
    ck_assert_int_eq(sample_sum(found, 40, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
    wait_unseen(&alpha, "nobody");
}
END_TEST

START_TEST(a_name_that_is_taken_is_refused_on_each_node)
{
    ractor_ref bearer = spawn_named(&beta, "billing");
    ractor_ref here = sample_spawn(alpha.runtime, NULL, NULL);
    ractor_ref there = sample_spawn(beta.runtime, NULL, NULL);
    sample_connect(&alpha, &beta);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, "billing", here, RACTOR_NAME_STOP),
                     RACTOR_EEXIST);
    ck_assert_int_eq(ractor_cluster_register(beta.node, "billing", there, RACTOR_NAME_STOP),
                     RACTOR_EEXIST);
    ck_assert_int_eq(ractor_cluster_register(beta.node, "billing", bearer, RACTOR_NAME_STOP),
                     RACTOR_OK); /* it has it */
    ck_assert_int_eq(ractor_cluster_register(beta.node, "other", bearer, RACTOR_NAME_STOP),
                     RACTOR_EEXIST); /* one at a time */
}
END_TEST

START_TEST(a_name_is_free_when_it_is_taken_back_or_its_bearer_has_ended)
{
    sample_connect(&alpha, &beta);
    ractor_ref first = spawn_named(&beta, "billing");
    wait_seen(&alpha, "billing", &beta, first);
    ck_assert_int_eq(ractor_cluster_unregister(beta.node, "other", first), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_cluster_unregister(beta.node, "billing", first), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_unregister(beta.node, "billing", first), RACTOR_ENOENT);
    wait_unseen(&alpha, "billing");
    ractor_ref second = spawn_named(&alpha, "billing");
    wait_seen(&beta, "billing", &alpha, second);
    ck_assert_int_eq(ractor_stop_and_wait(second, NULL, 20000), RACTOR_OK);
    wait_unseen(&beta, "billing");
    ck_assert_int_eq(ractor_cluster_register(beta.node, "billing", first, RACTOR_NAME_STOP),
                     RACTOR_OK);
    wait_seen(&alpha, "billing", &beta, first);
}
END_TEST

START_TEST(a_lost_node_frees_its_names)
{
    sample_connect(&alpha, &beta);
    ractor_ref bearer = spawn_named(&beta, "billing");
    wait_seen(&alpha, "billing", &beta, bearer);
    ractor_node_stop(beta.node);
    beta.node = NULL;
    wait_unseen(&alpha, "billing");
    sample_wait_sessions(&alpha, 0);
    ractor_ref heir = spawn_named(&alpha, "billing");
    wait_seen(&alpha, "billing", &alpha, heir);
}
END_TEST

START_TEST(what_cannot_have_a_name_is_refused)
{
    static char long_name[RACTOR_CLUSTER_NAME_BYTES + 2];
    ractor_ref actor = sample_spawn(alpha.runtime, NULL, NULL);
    ractor_ref gone = sample_spawn(alpha.runtime, NULL, NULL);
    (void)sample_spawn(beta.runtime, "away", NULL);
    sample_connect(&alpha, &beta);
    memset(long_name, 'n', sizeof long_name - 1);
    ck_assert_int_eq(ractor_stop_and_wait(gone, NULL, 20000), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, "", actor, RACTOR_NAME_STOP),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, NULL, actor, RACTOR_NAME_STOP),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, "\xff", actor, RACTOR_NAME_STOP),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, long_name, actor, RACTOR_NAME_STOP),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, "n", gone, RACTOR_NAME_STOP),
                     RACTOR_ENOENT);
    ck_assert_int_eq(
        ractor_cluster_register(alpha.node, "n", sample_find(&alpha, "away"), RACTOR_NAME_STOP),
        RACTOR_EINVAL);
    ck_assert_int_eq(
        ractor_cluster_register(alpha.node, "n", ractor_node_server(alpha.node), RACTOR_NAME_STOP),
        RACTOR_EINVAL);
    long_name[RACTOR_CLUSTER_NAME_BYTES] = '\0';
    ck_assert_int_eq(ractor_cluster_register(alpha.node, long_name, actor, RACTOR_NAME_STOP),
                     RACTOR_OK);
    wait_seen(&beta, long_name, &alpha, actor);
}
END_TEST

/* ------------------------------------------------------------------ nodes that meet */

START_TEST(the_first_registration_counts_then_the_smaller_node_name)
{
    ck_assert(rt_names_precedes(1, "b@h", 2, "a@h"));
    ck_assert(!rt_names_precedes(2, "a@h", 1, "b@h"));
    ck_assert(rt_names_precedes(5, "a@h", 5, "b@h"));
    ck_assert(!rt_names_precedes(5, "b@h", 5, "a@h"));
    ck_assert(!rt_names_precedes(5, "a@h", 5, "a@h"));
}
END_TEST

static void connect_either_way(int i)
{
    if (i == 0)
        sample_connect(&alpha, &beta);
    else
        sample_connect(&beta, &alpha);
}

START_TEST(when_nodes_meet_the_later_bearer_is_stopped)
{
    struct watch watch;
    watch_init(&watch);
    ractor_ref first = spawn_named(&beta, "billing");
    ractor_ref second = spawn_named(&alpha, "billing");
    ck_assert_int_eq(ractor_monitor(watch_spawn(alpha.runtime, &watch), second), RACTOR_OK);
    connect_either_way(_i);
    watch_expect(&watch, 1, "terminated 0 name taken: billing;");
    wait_seen(&alpha, "billing", &beta, first);
    wait_seen(&beta, "billing", &beta, first);
    uint64_t sum = 0;
    ck_assert_int_eq(sample_sum(first, 1, 2, &sum), RACTOR_OK);
}
END_TEST

START_TEST(a_bearer_that_wants_to_be_told_goes_on_without_the_name)
{
    struct watch watch;
    watch_init(&watch);
    ractor_ref first = spawn_named(&beta, "billing");
    ractor_ref second = watch_spawn(alpha.runtime, &watch);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, "billing", second, RACTOR_NAME_TELL),
                     RACTOR_OK);
    connect_either_way(_i);
    watch_expect(&watch, 1, "lost billing;");
    wait_seen(&alpha, "billing", &beta, first);
    watch_settle(second);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, "invoices", second, RACTOR_NAME_TELL),
                     RACTOR_OK);
    wait_seen(&beta, "invoices", &alpha, second);
}
END_TEST

START_TEST(a_third_node_sees_the_same_bearer_and_none_when_that_is_gone)
{
    ractor_ref first = spawn_named(&beta, "billing");
    ractor_ref second = spawn_named(&alpha, "billing");
    sample_node_start(&gamma_node, "gamma", NULL);
    sample_connect(&gamma_node, &alpha);
    wait_seen(&gamma_node, "billing", &alpha, second);
    sample_connect(&gamma_node, &beta);
    wait_seen(&gamma_node, "billing", &beta, first);
    sample_connect(&alpha, &beta); /* the parts are whole again */
    ck_assert_int_eq(ractor_wait(second, 20000), RACTOR_OK);
    ractor_stop(first, NULL);
    wait_unseen(&gamma_node, "billing");
    wait_unseen(&alpha, "billing");
    sample_node_stop(&gamma_node);
}
END_TEST

static ractor_ref session_actor(struct sample_node *node)
{
    ractor_ref session = {NULL, 0};
    ck_assert_uint_eq(ractor_children(ractor_node_server(node->node), &session, 1), 1);
    return session;
}

START_TEST(a_cluster_that_parts_and_heals_has_one_bearer_again)
{
    sample_connect(&alpha, &beta);
    ractor_ref first = spawn_named(&beta, "billing");
    wait_seen(&alpha, "billing", &beta, first);
    ractor_stop(session_actor(&alpha), "cut");
    wait_unseen(&alpha, "billing");
    sample_wait_sessions(&alpha, 0);
    sample_wait_sessions(&beta, 0);
    ractor_ref second = spawn_named(&alpha, "billing");
    wait_seen(&alpha, "billing", &alpha, second);
    wait_seen(&beta, "billing", &beta, first);
    sample_connect(&beta, &alpha);
    ck_assert_int_eq(ractor_wait(second, 20000), RACTOR_OK);
    wait_seen(&alpha, "billing", &beta, first);
    wait_seen(&beta, "billing", &beta, first);
}
END_TEST

struct rival {
    pthread_t thread;
    struct sample_node *node;
    ractor_ref actor;
    ractor_status status;
};

static void *claim(void *rival_)
{
    struct rival *rival = rival_;
    rival->status =
        ractor_cluster_register(rival->node->node, "billing", rival->actor, RACTOR_NAME_STOP);
    return NULL;
}

static bool has_ended(void *rival_)
{
    const struct rival *rival = rival_;
    return ractor_status_of(rival->actor) == RACTOR_ACTOR_STOPPED;
}

/* What has been told in either direction has arrived: else a claim that has lost, with its drop
 * behind it, could still come after a registration of the next round. */
static void let_all_arrive(struct sample_seen *here, struct sample_seen *there, uint64_t n)
{
    ck_assert_int_eq(sample_note(sample_find(&beta, "sink of alpha"), "", 0), RACTOR_OK);
    ck_assert_int_eq(sample_note(sample_find(&alpha, "sink of beta"), "", 0), RACTOR_OK);
    sample_wait_count(&here->n_notes, n);
    sample_wait_count(&there->n_notes, n);
}

/* Both are told RACTOR_OK, or one is refused; in either case one is left, the same for both nodes.
 */
START_TEST(of_two_that_register_at_the_same_time_one_is_left)
{
    struct sample_seen here, there;
    sample_seen_init(&here);
    sample_seen_init(&there);
    (void)sample_spawn(alpha.runtime, "sink of alpha", &here);
    (void)sample_spawn(beta.runtime, "sink of beta", &there);
    sample_connect(&alpha, &beta);
    for (int i = 0; i < 30; i++) {
        struct rival rivals[2] = {{.node = &alpha}, {.node = &beta}};
        for (int k = 0; k < 2; k++) {
            rivals[k].actor = sample_spawn(rivals[k].node->runtime, NULL, NULL);
            ck_assert_int_eq(pthread_create(&rivals[k].thread, NULL, claim, &rivals[k]), 0);
        }
        for (int k = 0; k < 2; k++)
            ck_assert_int_eq(pthread_join(rivals[k].thread, NULL), 0);
        bool were_both = rivals[0].status == RACTOR_OK && rivals[1].status == RACTOR_OK;
        int winner = rivals[0].status == RACTOR_OK ? 0 : 1;
        ck_assert_int_eq(rivals[winner].status, RACTOR_OK);
        if (were_both) {
            while (!has_ended(&rivals[0]) && !has_ended(&rivals[1]))
                (void)ractor_wait(rivals[1].actor, 1);
            winner = has_ended(&rivals[0]) ? 1 : 0;
        }
        wait_seen(&alpha, "billing", rivals[winner].node, rivals[winner].actor);
        wait_seen(&beta, "billing", rivals[winner].node, rivals[winner].actor);
        ck_assert_int_eq(ractor_stop_and_wait(rivals[winner].actor, NULL, 20000), RACTOR_OK);
        wait_unseen(&alpha, "billing");
        wait_unseen(&beta, "billing");
        let_all_arrive(&here, &there, (uint64_t)i + 1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_names");
    TCase *cases = suite_case(suite, "names", 120);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_name_is_found_on_each_node_and_leads_to_its_bearer);
    tcase_add_test(cases, a_name_that_is_taken_is_refused_on_each_node);
    tcase_add_test(cases, a_name_is_free_when_it_is_taken_back_or_its_bearer_has_ended);
    tcase_add_test(cases, a_lost_node_frees_its_names);
    tcase_add_test(cases, what_cannot_have_a_name_is_refused);
    tcase_add_test(cases, the_first_registration_counts_then_the_smaller_node_name);
    tcase_add_loop_test(cases, when_nodes_meet_the_later_bearer_is_stopped, 0, 2);
    tcase_add_loop_test(cases, a_bearer_that_wants_to_be_told_goes_on_without_the_name, 0, 2);
    tcase_add_test(cases, a_third_node_sees_the_same_bearer_and_none_when_that_is_gone);
    tcase_add_test(cases, a_cluster_that_parts_and_heals_has_one_bearer_again);
    tcase_add_test(cases, of_two_that_register_at_the_same_time_one_is_left);
    return suite_run(suite);
}

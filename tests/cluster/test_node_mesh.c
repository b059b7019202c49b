/* SPDX-License-Identifier: MIT */
/* Several connections and several nodes: elections, transitive dials, many sessions, events. */
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

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

START_TEST(a_second_connect_is_satisfied_by_the_first)
{
    sample_connect(&alpha, &beta);
    sample_connect(&alpha, &beta);
    sample_wait_sessions(&alpha, 1);
    sample_wait_sessions(&beta, 1);
}
END_TEST

START_TEST(connecting_back_is_satisfied_whoever_wins)
{
    uint64_t sum = 0;
    (void)sample_spawn(alpha.runtime, "on alpha", NULL);
    (void)sample_spawn(beta.runtime, "on beta", NULL);
    sample_connect(_i == 0 ? &alpha : &beta, _i == 0 ? &beta : &alpha);
    sample_connect(_i == 0 ? &beta : &alpha, _i == 0 ? &alpha : &beta);
    sample_wait_sessions(&alpha, 1);
    sample_wait_sessions(&beta, 1);
    ck_assert_int_eq(sample_sum(sample_find(&alpha, "on beta"), 1, 2, &sum), RACTOR_OK);
    ck_assert_int_eq(sample_sum(sample_find(&beta, "on alpha"), 1, 2, &sum), RACTOR_OK);
}
END_TEST

struct connector {
    pthread_t thread;
    struct sample_node *from, *to;
    ractor_status status;
};

static void *connect_once(void *connector_)
{
    struct connector *connector = connector_;
    connector->status = ractor_cluster_connect(connector->from->node, "127.0.0.1",
                                               ractor_node_port(connector->to->node), 20000);
    return NULL;
}

START_TEST(a_simultaneous_connect_leaves_one_session_and_no_error)
{
    struct connector connectors[4] = {
        {.from = &alpha, .to = &beta},
        {.from = &beta, .to = &alpha},
        {.from = &alpha, .to = &beta},
        {.from = &beta, .to = &alpha},
    };
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&connectors[i].thread, NULL, connect_once, &connectors[i]),
                         0);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_join(connectors[i].thread, NULL), 0);
        ck_assert_int_eq(connectors[i].status, RACTOR_OK);
    }
    sample_wait_sessions(&alpha, 1);
    sample_wait_sessions(&beta, 1);
}
END_TEST

START_TEST(a_transitive_node_finds_its_peers_peers)
{
    ractor_node_options options = {.is_transitive = true};
    sample_node_start(&gamma_node, "gamma", &options);
    sample_connect(&alpha, &beta);
    sample_connect(&gamma_node, &alpha);
    sample_wait_sessions(&gamma_node, 2);
    sample_wait_sessions(&beta, 2);
    sample_node_stop(&gamma_node);
    sample_wait_sessions(&beta, 1);
}
END_TEST

START_TEST(an_isolated_node_stays_with_whom_it_dialled)
{
    sample_node_start(&gamma_node, "gamma", NULL);
    sample_connect(&alpha, &beta);
    sample_connect(&gamma_node, &alpha);
    sample_wait_sessions(&alpha, 2);
    ck_assert_uint_eq(ractor_node_sessions(gamma_node.node, NULL, 0), 1);
    sample_node_stop(&gamma_node);
}
END_TEST

START_TEST(a_node_that_only_dials_takes_part)
{
    ractor_node_options options = {.is_dial_only = true};
    uint64_t sum = 0;
    sample_node_start(&gamma_node, "gamma", &options);
    ck_assert_uint_eq(ractor_node_port(gamma_node.node), 0);
    (void)sample_spawn(gamma_node.runtime, "adder", NULL);
    sample_connect(&gamma_node, &alpha);
    ck_assert_int_eq(sample_sum(sample_find(&alpha, "adder"), 3, 4, &sum), RACTOR_OK);
    sample_node_stop(&gamma_node);
}
END_TEST

START_TEST(a_legacy_dialler_is_understood)
{
    ractor_node_options options = {.is_legacy_dialler = true};
    uint64_t sum = 0;
    sample_node_start(&gamma_node, "gamma", &options);
    (void)sample_spawn(alpha.runtime, "adder", NULL);
    sample_connect(&gamma_node, &alpha);
    ck_assert_int_eq(sample_sum(sample_find(&gamma_node, "adder"), 3, 4, &sum), RACTOR_OK);
    sample_node_stop(&gamma_node);
}
END_TEST

/* ------------------------------------------------------------------ events */

struct heard {
    _Atomic uint64_t n[4];
};

static void hear(void *heard_, ractor_session_event event, const ractor_session_info *session)
{
    struct heard *heard = heard_;
    (void)atomic_fetch_add(&heard->n[event], 1);
    ck_assert_uint_ne(session->id, 0);
}

START_TEST(a_subscriber_hears_of_each_step)
{
    struct heard heard = {0};
    uint64_t subscription = 0;
    ck_assert_int_eq(ractor_node_subscribe(alpha.node, hear, &heard, &subscription), RACTOR_OK);
    sample_connect(&beta, &alpha);
    sample_wait_count(&heard.n[RACTOR_SESSION_READY], 1);
    ck_assert_uint_eq(atomic_load(&heard.n[RACTOR_SESSION_OPENED]), 1);
    ck_assert_uint_eq(atomic_load(&heard.n[RACTOR_SESSION_AUTHENTICATED]), 1);
    ractor_node_stop(beta.node);
    beta.node = NULL;
    sample_wait_count(&heard.n[RACTOR_SESSION_CLOSED], 1);
    ractor_node_unsubscribe(alpha.node, subscription);
}
END_TEST

/* ------------------------------------------------------------------ ends */

START_TEST(a_stopped_session_actor_ends_its_session)
{
    ractor_ref children[2];
    sample_connect(&alpha, &beta);
    ck_assert_uint_eq(ractor_children(ractor_node_server(alpha.node), children, 2), 1);
    ractor_kill(children[0]);
    sample_wait_sessions(&alpha, 0);
    sample_wait_sessions(&beta, 0);
}
END_TEST

START_TEST(a_thousand_connects_one_after_the_other_leave_nothing)
{
    for (int i = 0; i < 1000; i++) {
        ractor_node *node = NULL;
        ractor_node_options options = {
            .name = "guest", .cookie = SAMPLE_COOKIE, .is_dial_only = true};
        ck_assert_int_eq(ractor_node_start(beta.runtime, &options, &node), RACTOR_OK);
        ck_assert_int_eq(
            ractor_cluster_connect(node, "127.0.0.1", ractor_node_port(alpha.node), 20000),
            RACTOR_OK);
        ractor_node_stop(node);
    }
    sample_wait_sessions(&alpha, 0);
}
END_TEST

/* The other process: a node with a holder, that lives until it is killed. */
static void run_victim(int port_pipe)
{
    struct sample_node victim;
    struct sample_seen seen;
    sample_seen_init(&seen);
    sample_node_start(&victim, "victim", NULL);
    (void)sample_spawn(victim.runtime, "holder", &seen);
    uint16_t port = ractor_node_port(victim.node);
    if (write(port_pipe, &port, sizeof port) != (ssize_t)sizeof port)
        _exit(1);
    for (;;)
        (void)pause();
}

static int start_victim(pid_t *victim, uint16_t *port)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    *victim = fork();
    ck_assert_int_ge(*victim, 0);
    if (*victim == 0)
        run_victim(ends[1]);
    ck_assert_int_eq(read(ends[0], port, sizeof *port), (ssize_t)sizeof *port);
    (void)close(ends[1]);
    return ends[0];
}

static _Atomic uint64_t n_ended_calls;
static _Atomic int ended_with;

static void remember_end(void *user, ractor_status status, const void *reply)
{
    (void)user;
    (void)reply;
    atomic_store(&ended_with, (int)status);
    (void)atomic_fetch_add(&n_ended_calls, 1);
}

START_TEST(a_process_killed_in_the_middle_of_a_call_fails_it)
{
    pid_t victim;
    uint16_t port;
    uint64_t sum;
    int pipe_end = start_victim(&victim, &port);
    sample_node_start(&gamma_node, "gamma", NULL);
    ck_assert_int_eq(ractor_cluster_connect(gamma_node.node, "127.0.0.1", port, 20000), RACTOR_OK);
    ractor_ref holder = sample_find(&gamma_node, "holder");
    /* Sent when it returns; and when a later question is answered, the callee holds it. */
    ck_assert_int_eq(ractor_call_and_forward(holder, &sample_type, SAMPLE_HOLD, NULL,
                                             RACTOR_TIMEOUT_NONE, remember_end, NULL),
                     RACTOR_OK);
    if (_i == 1)
        ck_assert_int_eq(sample_sum(holder, 1, 1, &sum), RACTOR_OK);
    ck_assert_int_eq(kill(victim, SIGKILL), 0);
    sample_wait_count(&n_ended_calls, 1);
    ck_assert_int_eq(atomic_load(&ended_with), RACTOR_ENODE);
    sample_wait_sessions(&gamma_node, 0);
    ck_assert_int_ne(sample_note(holder, "", 0), RACTOR_OK);
    sample_wait_log(&gamma_node, "session 1 with victim@localhost");
    (void)waitpid(victim, NULL, 0);
    (void)close(pipe_end);
    sample_node_stop(&gamma_node);
    ck_assert_uint_eq(n_ended_calls, 1);
}
END_TEST

START_TEST(a_frozen_process_is_noticed)
{
    pid_t victim;
    uint16_t port;
    ractor_node_options options = {.silence_ms = 300};
    int pipe_end = start_victim(&victim, &port);
    sample_node_start(&gamma_node, "gamma", &options);
    ck_assert_int_eq(ractor_cluster_connect(gamma_node.node, "127.0.0.1", port, 20000), RACTOR_OK);
    ractor_ref holder = sample_find(&gamma_node, "holder");
    ck_assert_int_eq(ractor_call_and_forward(holder, &sample_type, SAMPLE_HOLD, NULL,
                                             RACTOR_TIMEOUT_NONE, remember_end, NULL),
                     RACTOR_OK);
    ck_assert_int_eq(kill(victim, SIGSTOP), 0);
    sample_wait_count(&n_ended_calls, 1);
    ck_assert_int_eq(atomic_load(&ended_with), RACTOR_ENODE);
    sample_wait_log(&gamma_node, "the peer has been silent");
    (void)kill(victim, SIGKILL);
    (void)waitpid(victim, NULL, 0);
    (void)close(pipe_end);
    sample_node_stop(&gamma_node);
}
END_TEST

static bool is_judged(void *node)
{
    ractor_session_info info;
    return ractor_node_sessions(((struct sample_node *)node)->node, &info, 1) == 1 && info.phi > 0;
}

START_TEST(a_frozen_process_is_noticed_by_its_phi_long_before_the_silence_limit)
{
    pid_t victim;
    uint16_t port;
    ractor_node_options options = {.ping_ms = 20, .phi_limit = 12, .silence_ms = 600000};
    int pipe_end = start_victim(&victim, &port);
    sample_node_start(&gamma_node, "gamma", &options);
    ck_assert_int_eq(ractor_cluster_connect(gamma_node.node, "127.0.0.1", port, 20000), RACTOR_OK);
    sample_wait(is_judged, &gamma_node, "a phi");
    ck_assert_int_eq(kill(victim, SIGSTOP), 0);
    sample_wait_sessions(&gamma_node, 0);
    sample_wait_log(&gamma_node, "phi is");
    (void)kill(victim, SIGKILL);
    (void)waitpid(victim, NULL, 0);
    (void)close(pipe_end);
    sample_node_stop(&gamma_node);
}
END_TEST

START_TEST(a_peer_that_does_not_read_makes_casts_fail_and_memory_stays_bounded)
{
    static char text[10000];
    pid_t victim;
    uint16_t port;
    ractor_node_options options = {.out_limit_bytes = 100000, .refuses_when_full = true};
    ractor_session_info info;
    uint64_t sum = 0;
    memset(text, 'x', sizeof text - 1);
    int pipe_end = start_victim(&victim, &port);
    sample_node_start(&gamma_node, "gamma", &options);
    ck_assert_int_eq(ractor_cluster_connect(gamma_node.node, "127.0.0.1", port, 20000), RACTOR_OK);
    ractor_ref to = sample_find(&gamma_node, "holder");
    ck_assert_int_eq(kill(victim, SIGSTOP), 0);
    ractor_status status = RACTOR_OK;
    for (int i = 0; i < 100000 && status == RACTOR_OK; i++)
        status = sample_note(to, text, 1);
    ck_assert_int_eq(status, RACTOR_EAGAIN);
    ck_assert_uint_eq(ractor_node_sessions(gamma_node.node, &info, 1), 1);
    ck_assert_uint_le(info.out_bytes, 100000 + 2 * sizeof text);
    ck_assert_int_eq(kill(victim, SIGCONT), 0);
    while ((status = sample_sum(to, 1, 2, &sum)) == RACTOR_EOVERLOAD)
        (void)sched_yield();
    ck_assert_int_eq(status, RACTOR_OK);
    (void)kill(victim, SIGKILL);
    (void)waitpid(victim, NULL, 0);
    (void)close(pipe_end);
    sample_node_stop(&gamma_node);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_mesh");
    TCase *tcase = tcase_create("mesh");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, a_second_connect_is_satisfied_by_the_first);
    tcase_add_loop_test(tcase, connecting_back_is_satisfied_whoever_wins, 0, 2);
    tcase_add_loop_test(tcase, a_simultaneous_connect_leaves_one_session_and_no_error, 0, 10);
    tcase_add_test(tcase, a_transitive_node_finds_its_peers_peers);
    tcase_add_test(tcase, an_isolated_node_stays_with_whom_it_dialled);
    tcase_add_test(tcase, a_node_that_only_dials_takes_part);
    tcase_add_test(tcase, a_legacy_dialler_is_understood);
    tcase_add_test(tcase, a_subscriber_hears_of_each_step);
    tcase_add_test(tcase, a_stopped_session_actor_ends_its_session);
    tcase_add_test(tcase, a_thousand_connects_one_after_the_other_leave_nothing);
    suite_add_tcase(suite, tcase);
    /* These fork before there are threads. */
    TCase *processes = tcase_create("processes");
    tcase_set_timeout(processes, 120);
    tcase_add_loop_test(processes, a_process_killed_in_the_middle_of_a_call_fails_it, 0, 2);
    tcase_add_test(processes, a_frozen_process_is_noticed);
    tcase_add_test(processes, a_frozen_process_is_noticed_by_its_phi_long_before_the_silence_limit);
    tcase_add_test(processes, a_peer_that_does_not_read_makes_casts_fail_and_memory_stays_bounded);
    suite_add_tcase(suite, processes);
    return suite_run(suite);
}

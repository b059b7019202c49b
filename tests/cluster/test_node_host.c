/* SPDX-License-Identifier: MIT */
/* A node of a runtime that the host's thread runs: it connects, calls, is called, and stops. */
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <poll.h>
#include <string.h>

static ractor_runtime *runtime;
static ractor_node *node;
static struct sample_node beta;

static void setup(void)
{
    ractor_runtime_options options = {.polled = 1, .log_quiet = 1};
    ractor_node_options node_options = {.name = "alpha", .cookie = SAMPLE_COOKIE};
    sample_node_start(&beta, "beta", NULL);
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    ck_assert_int_eq(ractor_node_start(runtime, &node_options, &node), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_connect(node, "127.0.0.1", ractor_node_port(beta.node), 20000),
                     RACTOR_OK);
}

static void teardown(void)
{
    ractor_node_stop(node);
    ractor_runtime_stop(runtime);
    sample_node_stop(&beta);
}

/* The host's event loop, until an actor of another node has the name. */
static ractor_ref poll_until_found(const char *name)
{
    ractor_ref found;
    while (ractor_node_find(node, NULL, name, &found) != RACTOR_OK) {
        struct pollfd fd = {.fd = ractor_runtime_fd(runtime), .events = POLLIN};
        (void)poll(&fd, 1, 10); /* names come from the node's own thread, which need not ring */
        ck_assert_int_eq(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK);
    }
    return found;
}

START_TEST(the_host_calls_actors_of_other_nodes)
{
    uint64_t sum = 0;
    (void)sample_spawn(beta.runtime, "adder", NULL);
    ck_assert_int_eq(sample_sum(poll_until_found("adder"), 2, 40, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
}
END_TEST

static ractor_ref here;
static _Atomic bool is_over;

static void *call_from_beta(void *argument)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < 100; i++)
        ck_assert_int_eq(sample_sum(here, i, i, &sum), RACTOR_OK);
    (void)argument;
    atomic_store(&is_over, true);
    return NULL;
}

START_TEST(calls_of_other_nodes_ring)
{
    pthread_t thread;
    (void)sample_spawn(runtime, "adder", NULL);
    ck_assert_int_eq(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK);
    here = sample_find(&beta, "adder");
    ck_assert_int_eq(pthread_create(&thread, NULL, call_from_beta, NULL), 0);
    while (!is_over) {
        struct pollfd fd = {.fd = ractor_runtime_fd(runtime), .events = POLLIN};
        (void)poll(&fd, 1, 100);
        ck_assert_int_eq(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK);
    }
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node on a host's thread");
    TCase *host = suite_case(suite, "host", 60);
    tcase_add_checked_fixture(host, setup, teardown);
    tcase_add_test(host, the_host_calls_actors_of_other_nodes);
    tcase_add_test(host, calls_of_other_nodes_ring);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/* Two nodes over every kind of transport, and over ones that drip, end and fail. */
#include "kinds.h"
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sample_node alpha, beta;

static void setup(void)
{
    ractor_node_options options = {.is_dial_only = true};
    sample_node_start(&alpha, "alpha", &options);
    sample_node_start(&beta, "beta", &options);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

/* Alpha dials beta over a pair. */
static ractor_status connect_over(ractor_transport *left, ractor_transport *right)
{
    ractor_external here = {left, "the left", "the right"};
    ractor_external there = {right, "the right", "the left"};
    ck_assert_int_eq(ractor_cluster_accept_external(beta.node, &there), RACTOR_OK);
    return ractor_cluster_connect_external(alpha.node, &here, 20000);
}

/* Bytes of a message: large, but not where each byte costs a turn of both loops. */
#define LARGE ((size_t)300000)
#define SMALL ((size_t)3000)

static void talk(size_t text_bytes)
{
    static char text[LARGE + 1];
    struct sample_seen seen;
    uint64_t sum = 0;
    sample_seen_init(&seen);
    memset(text, 't', text_bytes);
    (void)sample_spawn(beta.runtime, "adder", &seen);
    ractor_ref adder = sample_find(&alpha, "adder");
    for (uint64_t i = 0; i < 50; i++) {
        ck_assert_int_eq(sample_sum(adder, i, 1, &sum), RACTOR_OK);
        ck_assert_uint_eq(sum, i + 1);
    }
    ck_assert_int_eq(sample_note(adder, text, 1), RACTOR_OK);
    sample_wait_count(&seen.n_notes, 1);
    ck_assert_uint_eq(atomic_load(&seen.text_bytes), text_bytes);
}

START_TEST(two_nodes_talk_over_each_kind)
{
    ractor_transport *left, *right;
    kind_make(_i, &left, &right);
    ck_assert_int_eq(connect_over(left, right), RACTOR_OK);
    talk(_i == KIND_TINY_PIPE ? SMALL : LARGE);
    /* An end is noticed: the other session goes, too. */
    ractor_node_stop(beta.node);
    beta.node = NULL;
    sample_wait_sessions(&alpha, 0);
}
END_TEST

START_TEST(labels_are_shown_with_the_session)
{
    ractor_session_info info;
    ractor_transport *left, *right;
    kind_make(KIND_PIPE, &left, &right);
    ck_assert_int_eq(connect_over(left, right), RACTOR_OK);
    ck_assert_uint_eq(ractor_node_sessions(alpha.node, &info, 1), 1);
    ck_assert_str_eq(info.peer_addr, "the left");
    ck_assert_str_eq(info.local_addr, "the right");
}
END_TEST

START_TEST(single_bytes_and_refusals_at_each_step_change_nothing)
{
    struct drip_options slow = {.is_slow = true, .limit = -1};
    ractor_transport *left, *right;
    kind_make(KIND_PIPE, &left, &right);
    ck_assert_int_eq(connect_over(drip_over(left, &slow), drip_over(right, &slow)), RACTOR_OK);
    talk(SMALL);
}
END_TEST

/* Cuts one side's input after each byte of a handshake in turn. */
static void cut_each(bool is_dialler, bool fails)
{
    struct drip_options whole = {.limit = -1};
    ractor_status status = RACTOR_ENODE;
    long limit = 0;
    while (status != RACTOR_OK) {
        struct drip_options cut = {.limit = limit, .fails = fails};
        ractor_transport *left, *right;
        kind_make(KIND_PIPE, &left, &right);
        status = connect_over(drip_over(left, is_dialler ? &cut : &whole),
                              drip_over(right, is_dialler ? &whole : &cut));
        ck_assert(status == RACTOR_OK || status == RACTOR_ENODE);
        if (status != RACTOR_OK) {
            sample_wait_sessions(&alpha, 0);
            sample_wait_sessions(&beta, 0);
        }
        ck_assert_int_lt(limit, 2000);
        limit++;
    }
    ck_assert_int_gt(limit, 80); /* a handshake has as many */
}

START_TEST(input_that_ends_or_fails_after_each_byte_ends_the_session_on_both_sides)
{
    cut_each((_i & 1) != 0, (_i & 2) != 0);
}
END_TEST

START_TEST(a_node_that_is_stopped_takes_external_sessions_with_it)
{
    ractor_transport *left, *right;
    ractor_external there = {0};
    size_t n = 0;
    char byte;
    kind_make(KIND_PIPE, &left, &right);
    there.transport = right;
    ck_assert_int_eq(ractor_cluster_accept_external(beta.node, &there), RACTOR_OK);
    ractor_node_stop(beta.node);
    beta.node = NULL;
    ck_assert_int_eq(left->ops->read(left, &byte, 1, &n), RACTOR_OK);
    ck_assert_uint_eq(n, 0);
    left->ops->free(left);
}
END_TEST

START_TEST(nothing_is_taken_without_a_transport)
{
    ractor_external none = {0};
    ck_assert_int_eq(ractor_cluster_accept_external(beta.node, &none), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_cluster_connect_external(beta.node, &none, 1000), RACTOR_EINVAL);
}
END_TEST

/* ------------------------------------------------------------------ Unix-domain sockets */

static char folder[] = "/tmp/ractor-unix-XXXXXX";
static char path[64];

static void make_path(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/node", folder);
}

static void start_on_path(struct sample_node *node)
{
    ractor_node_options options = {.listen_addr = path};
    sample_node_start(node, "gamma", &options);
}

START_TEST(a_node_listens_on_a_path_and_removes_it_at_the_stop)
{
    struct sample_node gamma;
    uint64_t sum = 0;
    make_path();
    start_on_path(&gamma);
    ck_assert_uint_eq(ractor_node_port(gamma.node), 0);
    (void)sample_spawn(gamma.runtime, "adder", NULL);
    ck_assert_int_eq(ractor_cluster_connect(alpha.node, path, 0, 20000), RACTOR_OK);
    ck_assert_int_eq(sample_sum(sample_find(&alpha, "adder"), 1, 2, &sum), RACTOR_OK);
    sample_node_stop(&gamma);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(ractor_cluster_connect(alpha.node, path, 0, 20000), RACTOR_ENODE);
    (void)rmdir(folder);
}
END_TEST

START_TEST(a_path_in_use_is_an_error_and_stays_in_use)
{
    struct sample_node gamma;
    ractor_node_options options = {.name = "delta", .cookie = SAMPLE_COOKIE};
    ractor_node *node = NULL;
    make_path();
    start_on_path(&gamma);
    options.listen_addr = path;
    ck_assert_int_eq(ractor_node_start(gamma.runtime, &options, &node), RACTOR_EADDR);
    ck_assert_int_eq(ractor_cluster_connect(alpha.node, path, 0, 20000), RACTOR_OK);
    sample_node_stop(&gamma);
    (void)rmdir(folder);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("transport_nodes");
    TCase *tcase = tcase_create("nodes");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, two_nodes_talk_over_each_kind, 0, N_KINDS);
    tcase_add_test(tcase, labels_are_shown_with_the_session);
    tcase_add_test(tcase, single_bytes_and_refusals_at_each_step_change_nothing);
    tcase_add_loop_test(
        tcase, input_that_ends_or_fails_after_each_byte_ends_the_session_on_both_sides, 0, 4);
    tcase_add_test(tcase, a_node_that_is_stopped_takes_external_sessions_with_it);
    tcase_add_test(tcase, nothing_is_taken_without_a_transport);
    tcase_add_test(tcase, a_node_listens_on_a_path_and_removes_it_at_the_stop);
    tcase_add_test(tcase, a_path_in_use_is_an_error_and_stays_in_use);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

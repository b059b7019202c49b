/* SPDX-License-Identifier: MIT */
/* Nodes that are found. Of the DNS, only what a machine without a name server answers. */
#include "cluster/lookup.h"
#include "sample.h"
#include "suite.h"

#include <ractor/discovery.h>
#include <ractor/peer.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sample_node alpha, beta, gamma_node;
static char folder[] = "/tmp/ractor-discovery-XXXXXX";
static char path[sizeof folder + 16];

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/nodes", folder);
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", NULL);
    sample_node_start(&gamma_node, "gamma", NULL);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
    sample_node_stop(&gamma_node);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void write_file(const char *text)
{
    char other[sizeof path + 8];
    (void)snprintf(other, sizeof other, "%s.new", path);
    FILE *file = fopen(other, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(rename(other, path), 0);
}

static void discover(ractor_discovery_kind kind, const char *source, uint16_t port)
{
    ractor_discovery_options options = {.kind = kind,
                                        .source = source,
                                        .port = port,
                                        .refresh_ms = 5,
                                        .retry_min_ms = 1,
                                        .retry_max_ms = 10};
    ck_assert_int_eq(ractor_node_discover(alpha.node, &options), RACTOR_OK);
}

START_TEST(the_nodes_of_a_list_are_connected)
{
    char list[64];
    (void)snprintf(list, sizeof list, "127.0.0.1:%u, 127.0.0.1:%u", ractor_node_port(beta.node),
                   ractor_node_port(gamma_node.node));
    discover(RACTOR_DISCOVER_LIST, list, 0);
    sample_wait_sessions(&alpha, 2);
}
END_TEST

START_TEST(a_node_that_finds_itself_goes_on)
{
    char list[64];
    (void)snprintf(list, sizeof list, "127.0.0.1:%u, 127.0.0.1:%u", ractor_node_port(alpha.node),
                   ractor_node_port(beta.node));
    discover(RACTOR_DISCOVER_LIST, list, 0);
    sample_wait_log(&alpha, "invalid argument");
    sample_wait_sessions(&alpha, 1);
}
END_TEST

START_TEST(nodes_that_are_added_to_a_file_are_connected)
{
    char text[128];
    int length =
        snprintf(text, sizeof text, "# our nodes\n127.0.0.1:%u\n", ractor_node_port(beta.node));
    write_file(text);
    discover(RACTOR_DISCOVER_FILE, path, 0);
    sample_wait_sessions(&alpha, 1);
    (void)snprintf(text + length, sizeof text - (size_t)length, "127.0.0.1:%u # new\n",
                   ractor_node_port(gamma_node.node));
    write_file(text);
    sample_wait_sessions(&alpha, 2);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_leaves_things_as_they_are)
{
    char text[64];
    discover(RACTOR_DISCOVER_FILE, path, ractor_node_port(beta.node));
    sample_wait_log(&alpha, "cannot find nodes");
    write_file("not:an:address");
    (void)snprintf(text, sizeof text, "127.0.0.1\n");
    write_file(text);
    sample_wait_sessions(&alpha, 1);
    ck_assert_int_eq(unlink(path), 0);
    sample_wait_log(&alpha, "cannot find nodes");
    ck_assert_uint_eq(ractor_node_sessions(alpha.node, NULL, 0), 1);
}
END_TEST

START_TEST(a_name_stands_for_all_its_addresses)
{
    discover(RACTOR_DISCOVER_DNS, "127.0.0.1", ractor_node_port(beta.node));
    sample_wait_sessions(&alpha, 1);
}
END_TEST

START_TEST(a_source_that_never_answers_does_not_hold_the_node_up)
{
    ck_assert_int_eq(mkfifo(path, 0600), 0); /* nobody will ever write to it */
    discover(RACTOR_DISCOVER_FILE, path, 1);
    sample_connect(&alpha, &beta); /* by then it looks */
}
END_TEST

START_TEST(a_service_that_cannot_be_found_is_logged)
{
    discover(RACTOR_DISCOVER_SRV, "_ractor._tcp.invalid", 0);
    sample_connect(&alpha, &beta);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
    static const ractor_discovery_options bad[] = {
        {.kind = RACTOR_DISCOVER_LIST},
        {.kind = RACTOR_DISCOVER_LIST, .source = ""},
        {.kind = RACTOR_DISCOVER_LIST, .source = "host-without-port"},
        {.kind = RACTOR_DISCOVER_LIST, .source = "host:0"},
        {.kind = RACTOR_DISCOVER_LIST, .source = "host:70000"},
        {.kind = RACTOR_DISCOVER_LIST, .source = "host:1, a:b:c"},
        {.kind = RACTOR_DISCOVER_DNS, .source = "name.without.port"},
        {.kind = (ractor_discovery_kind)9, .source = "host:1"},
    };
    ck_assert_int_eq(ractor_node_discover(alpha.node, &bad[_i]), RACTOR_EINVAL);
}
END_TEST

START_TEST(a_list_is_read_with_blanks_commas_lines_and_comments)
{
    struct rt_lookup *lookup = rt_lookup_new(RACTOR_DISCOVER_LIST, "", 9);
    ck_assert_ptr_nonnull(lookup);
    ck_assert_int_eq(rt_lookup_parse(lookup, "a:1,b:2\t[::1]:3 # c:4\n,, d\n#e:5"), RACTOR_OK);
    ck_assert_uint_eq(lookup->n_found, 4);
    ck_assert_str_eq(lookup->found[0].host, "a");
    ck_assert_str_eq(lookup->found[2].host, "::1");
    ck_assert_uint_eq(lookup->found[2].port, 3);
    ck_assert_str_eq(lookup->found[3].host, "d");
    ck_assert_uint_eq(lookup->found[3].port, 9);
    rt_lookup_free(lookup);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_discovery");
    TCase *cases = suite_case(suite, "discovery", 60);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, the_nodes_of_a_list_are_connected);
    tcase_add_test(cases, a_node_that_finds_itself_goes_on);
    tcase_add_test(cases, nodes_that_are_added_to_a_file_are_connected);
    tcase_add_test(cases, a_file_that_cannot_be_read_leaves_things_as_they_are);
    tcase_add_test(cases, a_name_stands_for_all_its_addresses);
    tcase_add_test(cases, a_source_that_never_answers_does_not_hold_the_node_up);
    tcase_add_test(cases, a_service_that_cannot_be_found_is_logged);
    tcase_add_loop_test(cases, what_makes_no_sense_is_refused, 0, 8);
    tcase_add_test(cases, a_list_is_read_with_blanks_commas_lines_and_comments);
    return suite_run(suite);
}

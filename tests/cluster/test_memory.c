/* SPDX-License-Identifier: MIT */
/* The cluster's library, which has its own copy of the lowest layer, takes its memory from the
 * process's allocator, too. With the shared libraries, as a program has them. */
#include "counted.h"
#include "suite.h"

#include <ractor/cluster.h>
#include <ractor/ractor.h>

#define COOKIE "a cookie that is long enough"

START_TEST(nodes_take_and_give_back_what_is_not_theirs)
{
    ractor_runtime *runtimes[2];
    ractor_node *nodes[2];
    const char *const names[2] = {"alpha", "beta"};
    const ractor_runtime_options options = {.n_workers = 1, .log_quiet = 1};
    ck_assert_int_eq(ractor_memory_set(&counted), RACTOR_OK);
    for (int i = 0; i < 2; i++) {
        const ractor_node_options node_options = {.name = names[i], .cookie = COOKIE};
        ck_assert_int_eq(ractor_runtime_start(&options, &runtimes[i]), RACTOR_OK);
        uint64_t before = atomic_load(&n_taken);
        ck_assert_int_eq(ractor_node_start(runtimes[i], &node_options, &nodes[i]), RACTOR_OK);
        ck_assert_uint_gt(atomic_load(&n_taken), before);
    }
    ck_assert_int_eq(
        ractor_cluster_connect(nodes[0], "127.0.0.1", ractor_node_port(nodes[1]), 20000),
        RACTOR_OK);
    for (int i = 0; i < 2; i++) {
        ractor_node_stop(nodes[i]);
        ractor_runtime_stop(runtimes[i]);
    }
    ck_assert_uint_eq(atomic_load(&n_out), 0);
    ck_assert_uint_eq(atomic_load(&n_broken_rules), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    tcase_add_test(suite_case(suite, "memory", 120), nodes_take_and_give_back_what_is_not_theirs);
    return suite_run(suite);
}

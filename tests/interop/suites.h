/* SPDX-License-Identifier: MIT */
/*
 * What every suite of this folder shares: a pair per case, and the main function of a suite file.
 */
#ifndef RACTOR_TESTS_INTEROP_SUITES_H
#define RACTOR_TESTS_INTEROP_SUITES_H

#include "c_node.h"

#include <check.h>
#include <stdlib.h>

/* A case may start two processes on a busy machine. */
#define CASE_SECONDS 60

#define assert_ok(call)                                                                            \
    do {                                                                                           \
        ractor_status status_ = (call);                                                            \
        ck_assert_msg(status_ == RACTOR_OK, "%s: %s", #call, ractor_strerror(status_));            \
    } while (0)

/* Runs a suite, each case in a process of its own. */
static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif

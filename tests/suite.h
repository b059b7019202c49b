/* SPDX-License-Identifier: MIT */
/* The main function of a suite: runs its cases, each in a process of its own, and prints what
 * failed. */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Takes the suite. The result is that of main. */
static inline int suite_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* One test case with its timeout, in seconds, added to the suite. */
static inline TCase *suite_case(Suite *suite, const char *name, double timeout_s)
{
    TCase *test_case = tcase_create(name);
    tcase_set_timeout(test_case, timeout_s);
    suite_add_tcase(suite, test_case);
    return test_case;
}

#endif

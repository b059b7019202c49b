/* SPDX-License-Identifier: MIT */
#include "cluster/detector.h"
#include "suite.h"

#include <check.h>

static void hear_regularly(struct rt_detector *detector, uint64_t interval_ms, int times)
{
    uint64_t now = detector->heard_ms != 0 ? detector->heard_ms : 1000;
    for (int i = 0; i < times; i++) {
        rt_detector_hear(detector, now);
        now += interval_ms;
    }
}

START_TEST(a_peer_that_is_hardly_known_is_not_judged)
{
    struct rt_detector detector = {0};
    ck_assert(rt_detector_phi(&detector, 1000000) == 0);
    hear_regularly(&detector, 100, 4);
    ck_assert(rt_detector_phi(&detector, 1000000) == 0);
}
END_TEST

START_TEST(suspicion_grows_with_silence_and_ends_with_an_answer)
{
    struct rt_detector detector = {0};
    double before = -1;
    hear_regularly(&detector, 1000, 20);
    uint64_t heard = detector.heard_ms;
    for (uint64_t silent = 0; silent <= 5000; silent += 100) {
        double phi = rt_detector_phi(&detector, heard + silent);
        ck_assert(phi >= 0 && phi >= before);
        before = phi;
    }
    ck_assert(rt_detector_phi(&detector, heard + 1000) < 1);
    ck_assert(rt_detector_phi(&detector, heard + 2000) > 8);
    rt_detector_hear(&detector, heard + 2000);
    ck_assert(rt_detector_phi(&detector, heard + 2100) < 0.1);
}
END_TEST

START_TEST(an_irregular_peer_is_given_more_time)
{
    struct rt_detector regular = {0}, irregular = {0};
    hear_regularly(&regular, 1000, 40);
    uint64_t now = 1000;
    for (uint64_t i = 0; i < 40; i++, now += i % 2 == 0 ? 200 : 1800)
        rt_detector_hear(&irregular, now);
    ck_assert(rt_detector_phi(&regular, regular.heard_ms + 1900) >
              2 * rt_detector_phi(&irregular, irregular.heard_ms + 1900));
}
END_TEST

START_TEST(a_silence_without_end_has_a_finite_phi)
{
    struct rt_detector detector = {0};
    hear_regularly(&detector, 10, 100);
    ck_assert(rt_detector_phi(&detector, UINT64_MAX) <= 300);
    ck_assert(rt_detector_phi(&detector, UINT64_MAX) > 20);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("detector");
    TCase *cases = suite_case(suite, "phi", 10);
    tcase_add_test(cases, a_peer_that_is_hardly_known_is_not_judged);
    tcase_add_test(cases, suspicion_grows_with_silence_and_ends_with_an_answer);
    tcase_add_test(cases, an_irregular_peer_is_given_more_time);
    tcase_add_test(cases, a_silence_without_end_has_a_finite_phi);
    return suite_run(suite);
}

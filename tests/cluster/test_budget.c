/* SPDX-License-Identifier: MIT */
#include "cluster/budget.h"
#include "suite.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <string.h>

static struct rt_budget budget;

static void setup(void)
{
    rt_budget_init(&budget, 5, 2, 42);
}

static void teardown(void)
{
    rt_budget_fini(&budget);
}

static struct rt_pair source_of(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return rt_budget_source((struct sockaddr *)&v4);
    ck_assert_int_eq(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return rt_budget_source((struct sockaddr *)&v6);
}

static void take(const char *text)
{
    ck_assert_int_eq(rt_budget_ask(&budget, source_of(text)), RT_BUDGET_HAS_ROOM);
    ck_assert_int_eq(rt_budget_take(&budget, source_of(text)), RACTOR_OK);
}

START_TEST(one_address_has_its_share_and_others_theirs)
{
    take("192.0.2.1");
    take("192.0.2.1");
    ck_assert_int_eq(rt_budget_ask(&budget, source_of("192.0.2.1")), RT_BUDGET_SOURCE_SPENT);
    take("192.0.2.2");
    rt_budget_give(&budget, source_of("192.0.2.1"));
    take("192.0.2.1");
    ck_assert_int_eq(rt_budget_ask(&budget, source_of("192.0.2.1")), RT_BUDGET_SOURCE_SPENT);
}
END_TEST

START_TEST(a_v6_network_of_64_bits_counts_as_one_address)
{
    take("2001:db8:1:2::1");
    take("2001:db8:1:2:ffff::9");
    ck_assert_int_eq(rt_budget_ask(&budget, source_of("2001:db8:1:2:3:4:5:6")),
                     RT_BUDGET_SOURCE_SPENT);
    take("2001:db8:1:3::1");
}
END_TEST

START_TEST(a_v4_address_is_the_same_inside_v6)
{
    take("192.0.2.1");
    take("::ffff:192.0.2.1");
    ck_assert_int_eq(rt_budget_ask(&budget, source_of("192.0.2.1")), RT_BUDGET_SOURCE_SPENT);
    take("::ffff:192.0.2.2");
}
END_TEST

START_TEST(who_has_no_address_counts_among_all_only)
{
    struct sockaddr path = {.sa_family = AF_UNIX};
    struct rt_pair nowhere = rt_budget_source(&path);
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(rt_budget_ask(&budget, nowhere), RT_BUDGET_HAS_ROOM);
        ck_assert_int_eq(rt_budget_take(&budget, nowhere), RACTOR_OK);
    }
    ck_assert_int_eq(rt_budget_ask(&budget, nowhere), RT_BUDGET_ALL_SPENT);
    ck_assert_int_eq(rt_budget_ask(&budget, source_of("192.0.2.1")), RT_BUDGET_ALL_SPENT);
    rt_budget_give(&budget, nowhere);
    take("192.0.2.1");
}
END_TEST

START_TEST(addresses_that_are_gone_leave_nothing)
{
    for (uint32_t i = 0; i < 10000; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = i + 1};
        struct rt_pair source = rt_budget_source((struct sockaddr *)&v4);
        ck_assert_int_eq(rt_budget_take(&budget, source), RACTOR_OK);
        rt_budget_give(&budget, source);
    }
    ck_assert_uint_eq(budget.n_all, 0);
    ck_assert_uint_eq(budget.sources.count, 0);
    ck_assert_uint_le(budget.sources.capacity, 16);
}
END_TEST

START_TEST(a_flood_is_told_once_in_an_interval_and_none_is_forgotten)
{
    struct rt_refusals refusals = {0};
    ck_assert_uint_eq(rt_refusals_add(&refusals, 0, 1), 1);
    for (int i = 0; i < 500; i++)
        ck_assert_uint_eq(rt_refusals_add(&refusals, RT_REFUSALS_MS - 1, 1), 0);
    ck_assert_uint_eq(rt_refusals_add(&refusals, RT_REFUSALS_MS, 1), 501);
    ck_assert_uint_eq(rt_refusals_add(&refusals, RT_REFUSALS_MS + 1, 1), 0);
    ck_assert_uint_eq(rt_refusals_add(&refusals, 9 * RT_REFUSALS_MS, 1), 2);
}
END_TEST

START_TEST(a_flood_is_told_several_times_in_an_interval_if_that_is_allowed)
{
    struct rt_refusals refusals = {0};
    for (uint64_t round = 0; round < 3; round++) {
        uint64_t now = round * RT_REFUSALS_MS;
        ck_assert_uint_eq(rt_refusals_add(&refusals, now, 3), round == 0 ? 1 : 8);
        ck_assert_uint_eq(rt_refusals_add(&refusals, now + 1, 3), 1);
        ck_assert_uint_eq(rt_refusals_add(&refusals, now + 2, 3), 1);
        for (int i = 0; i < 7; i++)
            ck_assert_uint_eq(rt_refusals_add(&refusals, now + RT_REFUSALS_MS - 1, 3), 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("budget");
    TCase *tcase = suite_case(suite, "budget", 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, one_address_has_its_share_and_others_theirs);
    tcase_add_test(tcase, a_v6_network_of_64_bits_counts_as_one_address);
    tcase_add_test(tcase, a_v4_address_is_the_same_inside_v6);
    tcase_add_test(tcase, who_has_no_address_counts_among_all_only);
    tcase_add_test(tcase, addresses_that_are_gone_leave_nothing);
    tcase_add_test(tcase, a_flood_is_told_once_in_an_interval_and_none_is_forgotten);
    tcase_add_test(tcase, a_flood_is_told_several_times_in_an_interval_if_that_is_allowed);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/*
 * Two node processes on machines of their own as far as they can tell: in two network namespaces
 * with a cable between them. The cable is pulled out, which no reset tells of, packets of one
 * direction are lost, and where the kernel has netem, delayed, lost, doubled and turned around.
 *
 * Needs root and the tools ip, nsenter and tc; says so and passes where they or the kernel's part
 * are missing.
 */
#include "processes.h"
#include "suite.h"

#include <ractor/export.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define HERE "10.77.0.1"
#define THERE "10.77.0.2"

/* Runs a line of shell. False: it failed. */
static RACTOR_PRINTF(1, 2) bool shell(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return system(line) == 0; /* NOLINT: the words are this file's */
}

static bool skips(const char *why)
{
    (void)printf("skipped: %s\n", why);
    return true;
}

/* The test's process and what it forks are in a namespace of their own; the callee in another. */
static bool is_skipped(void)
{
    if (!leave_network())
        return skips("no network namespaces for this user here");
    if (!shell("ip link set lo up 2>/dev/null && command -v nsenter >/dev/null"))
        return skips("ip or nsenter is missing");
    processes_start_apart();
    if (!shell("ip link add near type veth peer name far netns %d 2>/dev/null", (int)callee))
        return skips("the kernel makes no veth pairs");
    ck_assert(shell("ip addr add " HERE "/24 dev near && ip link set near up"));
    ck_assert(shell("nsenter -t %d -n sh -c 'ip addr add " THERE
                    "/24 dev far && ip link set far up'",
                    (int)callee));
    return false;
}

static void call_until(uint32_t fifths)
{
    wait_for_calls(fifths * (N_CALLS / 5), "no calls over the cable");
}

START_TEST(a_cable_that_is_pulled_out_is_noticed_and_calls_go_on_when_it_is_back)
{
    if (is_skipped())
        return;
    start_caller(THERE, ledger->plan.target_port);
    for (uint32_t i = 1; i <= 3; i++) {
        call_until(i);
        ck_assert(shell("ip link set near down"));
        pass_ms(i == 2 ? SILENCE_MS * 2 : 300);
        ck_assert(shell("ip link set near up"));
    }
    finish_calls(0);
    check_ledger(0);
    ck_assert_uint_gt(count_answered(), N_CALLS / 10);
}
END_TEST

START_TEST(packets_that_are_lost_one_way_only_cost_no_more_than_the_session)
{
    if (is_skipped())
        return;
    start_caller(THERE, ledger->plan.target_port);
    for (uint32_t i = 1; i <= 3; i++) {
        call_until(i);
        ck_assert(shell("nsenter -t %d -n ip route add blackhole " HERE "/32", (int)callee));
        pass_ms(i == 2 ? SILENCE_MS * 2 : 300);
        ck_assert(shell("nsenter -t %d -n ip route del blackhole " HERE "/32", (int)callee));
    }
    finish_calls(0);
    check_ledger(0);
    ck_assert_uint_gt(count_answered(), N_CALLS / 10);
}
END_TEST

START_TEST(packets_may_be_late_lost_doubled_and_out_of_order)
{
    if (is_skipped())
        return;
    if (!shell("tc qdisc add dev near root netem delay 2ms 2ms loss 1%% duplicate 1%% "
               "reorder 5%% 2>/dev/null")) {
        (void)skips("the kernel has no netem");
        return;
    }
    start_caller(THERE, ledger->plan.target_port);
    call_until(1);
    ck_assert(shell("tc qdisc del dev near root"));
    finish_calls(0);
    check_ledger(0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_namespaces");
    TCase *cable = suite_case(suite, "cable", 120);
    tcase_add_checked_fixture(cable, NULL, processes_end);
    tcase_add_test(cable, a_cable_that_is_pulled_out_is_noticed_and_calls_go_on_when_it_is_back);
    tcase_add_test(cable, packets_that_are_lost_one_way_only_cost_no_more_than_the_session);
    tcase_add_test(cable, packets_may_be_late_lost_doubled_and_out_of_order);
    return suite_run(suite);
}

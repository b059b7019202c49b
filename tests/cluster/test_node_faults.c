/* SPDX-License-Identifier: MIT */
/*
 * Two node processes with a proxy process between them: cut, reset, garbled and held up at each
 * step of the handshake and of the first call; killed, stopped and parted during ten thousand
 * calls. The ledger (processes.h) must be in order.
 */
#include "processes.h"
#include "suite.h"

#include <signal.h>

/* More than the frames of a handshake, of telling what there is, and of a call. */
#define MAX_FRAMES 40

/* ------------------------------------------------------------------ each step */

/* Frame by frame, as long as there are frames to strike at. */
static void strike_each(enum proxy_fault fault, bool is_backward, enum proxy_place place)
{
    uint32_t frame = 0;
    do {
        proxy_strike(&ledger->plan, fault, is_backward, frame, place);
        order_attempt();
        frame++;
    } while (ledger->plan.struck == ledger->plan.trial && frame < MAX_FRAMES);
    ck_assert_uint_gt(frame, 5); /* a handshake and a call have as many */
}

START_TEST(a_fault_at_each_step_of_the_handshake_and_the_first_call_costs_that_connection_only)
{
    static const enum proxy_fault faults[] = {PROXY_CLOSE, PROXY_RESET, PROXY_CORRUPT, PROXY_STALL};
    enum proxy_fault fault = faults[_i / 2];
    start_caller_on_orders();
    for (int place = 0; place < PROXY_PLACES; place++)
        if (fault != PROXY_STALL || place == PROXY_IN_BODY)
            strike_each(fault, _i % 2 != 0, (enum proxy_place)place);
    check_ledger(0);
}
END_TEST

START_TEST(a_connection_that_drips_is_slow_and_nothing_else)
{
    ledger->plan.drips = true;
    start_caller("127.0.0.1", ledger->proxy_port);
    wait_for_calls(20, "no calls through a drip");
    ledger->plan.drips = false;
    finish_calls(0);
    check_ledger(0);
}
END_TEST

/* ------------------------------------------------------------------ ten thousand calls */

START_TEST(a_callee_that_is_killed_and_comes_back_is_called_again)
{
    start_caller("127.0.0.1", ledger->plan.target_port);
    for (uint32_t i = 1; i <= 4; i++) {
        wait_for_calls(i * N_CALLS / 6, "no calls before the kill");
        end_process(&callee);
        start_callee();
    }
    finish_calls(0);
    check_ledger(0);
    ck_assert_uint_gt(count_answered(), N_CALLS / 10);
}
END_TEST

START_TEST(a_caller_that_is_killed_leaves_nothing_that_its_successor_could_meet)
{
    start_caller("127.0.0.1", ledger->plan.target_port);
    for (uint32_t i = 1; i <= 4; i++) {
        wait_for_calls(i * N_CALLS / 6, "no calls before the kill");
        end_process(&caller);
        start_caller("127.0.0.1", ledger->plan.target_port);
    }
    finish_calls(4 * N_CALLERS);
    check_ledger(4 * N_CALLERS);
}
END_TEST

/* Long enough for the other side to give it up, or not. */
static void stop_for(pid_t pid, uint32_t ms)
{
    ck_assert_int_eq(kill(pid, SIGSTOP), 0);
    pass_ms(ms);
    ck_assert_int_eq(kill(pid, SIGCONT), 0);
}

START_TEST(a_side_that_is_frozen_for_a_while_goes_on_or_is_given_up)
{
    start_caller("127.0.0.1", ledger->plan.target_port);
    for (uint32_t i = 1; i <= 3; i++) {
        wait_for_calls(i * N_CALLS / 5, "no calls before the stop");
        stop_for(_i == 0 ? callee : caller, i == 2 ? SILENCE_MS * 2 : 100);
    }
    finish_calls(0);
    check_ledger(0);
    ck_assert_uint_gt(count_answered(), N_CALLS / 10);
}
END_TEST

START_TEST(parted_nodes_find_each_other_again)
{
    start_caller("127.0.0.1", ledger->proxy_port);
    for (uint32_t i = 1; i <= 3; i++) {
        wait_for_calls(i * N_CALLS / 5, "no calls before the parting");
        ledger->plan.is_parted = true;
        pass_ms(i == 2 ? SILENCE_MS * 2 : 100);
        ledger->plan.is_parted = false;
    }
    finish_calls(0);
    check_ledger(0);
    ck_assert_uint_gt(count_answered(), N_CALLS / 10);
}
END_TEST

START_TEST(connections_that_are_reset_again_and_again_lose_no_more_than_what_was_on_its_way)
{
    start_caller("127.0.0.1", ledger->proxy_port);
    for (uint32_t i = 1; i <= 20; i++) {
        wait_for_calls(i * N_CALLS / 25, "no calls before the reset");
        ledger->plan.trial++;
    }
    finish_calls(0);
    check_ledger(0);
    ck_assert_uint_gt(count_answered(), N_CALLS / 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_faults");
    TCase *steps = suite_case(suite, "steps", 120);
    tcase_add_checked_fixture(steps, processes_start, processes_end);
    tcase_add_loop_test(
        steps, a_fault_at_each_step_of_the_handshake_and_the_first_call_costs_that_connection_only,
        0, 8);
    tcase_add_test(steps, a_connection_that_drips_is_slow_and_nothing_else);
    TCase *calls = suite_case(suite, "calls", 120);
    tcase_add_checked_fixture(calls, processes_start, processes_end);
    tcase_add_test(calls, a_callee_that_is_killed_and_comes_back_is_called_again);
    tcase_add_test(calls, a_caller_that_is_killed_leaves_nothing_that_its_successor_could_meet);
    tcase_add_loop_test(calls, a_side_that_is_frozen_for_a_while_goes_on_or_is_given_up, 0, 2);
    tcase_add_test(calls, parted_nodes_find_each_other_again);
    tcase_add_test(
        calls, connections_that_are_reset_again_and_again_lose_no_more_than_what_was_on_its_way);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/* Callers that give up, and what the other node makes of it. */
#include "actor/remote.h"
#include "sample.h"
#include "suite.h"

#include <check.h>

static struct sample_node alpha, beta;
static struct sample_seen seen;

static void setup(void)
{
    sample_seen_init(&seen);
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", NULL);
    (void)sample_spawn(beta.runtime, "holder", &seen);
    sample_connect(&alpha, &beta);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

static bool is_held(void *unused)
{
    (void)unused;
    return sample_held(&seen) != 0;
}

static bool is_closed(void *unused)
{
    (void)unused;
    (void)pthread_mutex_lock(&seen.lock);
    bool is_so = seen.n_held != 0 && ractor_port_is_closed(&seen.held[0]);
    (void)pthread_mutex_unlock(&seen.lock);
    return is_so;
}

static _Atomic uint64_t n_ended;
static _Atomic int ended_with;

static void remember_end(void *user, ractor_status status, const void *reply)
{
    (void)user;
    (void)reply;
    atomic_store(&ended_with, (int)status);
    (void)atomic_fetch_add(&n_ended, 1);
}

static void forward_hold(ractor_ref to)
{
    ck_assert_int_eq(ractor_call_and_forward(to, &sample_type, SAMPLE_HOLD, NULL,
                                             RACTOR_TIMEOUT_NONE, remember_end, NULL),
                     RACTOR_OK);
}

START_TEST(a_call_that_times_out_closes_the_port_on_the_other_node)
{
    uint64_t value;
    ck_assert_int_eq(sample_call(sample_find(&alpha, "holder"), SAMPLE_HOLD, 50, &value),
                     RACTOR_ETIMEOUT);
    sample_wait(is_closed, NULL, "a closed port");
    sample_release_held(&seen, 1); /* nobody hears it */
}
END_TEST

START_TEST(the_end_of_the_session_closes_the_ports_of_its_calls)
{
    forward_hold(sample_find(&alpha, "holder"));
    sample_wait(is_held, NULL, "a call that is held");
    ck_assert(!is_closed(NULL));
    ractor_node_stop(alpha.node);
    alpha.node = NULL;
    sample_wait(is_closed, NULL, "a closed port");
    ck_assert_int_eq(atomic_load(&ended_with), RACTOR_ENODE);
}
END_TEST

START_TEST(a_call_that_is_answered_leaves_nothing_to_cancel)
{
    uint64_t sum;
    ractor_ref holder = sample_find(&alpha, "holder");
    forward_hold(holder);
    sample_wait(is_held, NULL, "a call that is held");
    sample_release_held(&seen, 7);
    sample_wait_count(&n_ended, 1);
    ck_assert_int_eq(atomic_load(&ended_with), RACTOR_OK);
    for (uint64_t i = 0; i < 1000; i++)
        ck_assert_int_eq(sample_sum(holder, i, 1, &sum), RACTOR_OK);
}
END_TEST

/* ------------------------------------------------------------------ a deadline at the callee */

/* Calls with a deadline that is on the wire alone: the caller itself waits for ever. The outcome.
 */
static ractor_status call_without_a_clock(ractor_ref to, uint32_t timeout_ms)
{
    const struct rt_outbound out = {.type = &sample_type, .tag = SAMPLE_HOLD};
    const uint64_t tag = 1000000; /* of no other call */
    struct rt_remote_address address;
    ractor_port port;
    ck_assert(ractor_remote_address_of(to, &address));
    ck_assert_int_eq(ractor_pause_open(alpha.runtime, &port), RACTOR_OK);
    ck_assert_int_eq(address.ops->call(&address, &out, tag, timeout_ms, port), RACTOR_OK);
    return ractor_pause(&port, RACTOR_TIMEOUT_NONE);
}

START_TEST(the_callees_node_ends_a_call_whose_time_is_up)
{
    ractor_ref holder = sample_find(&alpha, "holder");
    uint64_t sum;
    ck_assert_int_eq(call_without_a_clock(holder, 50), RACTOR_ETIMEOUT);
    ck_assert(is_closed(NULL));
    sample_release_held(&seen, 1); /* an answer is not sent to anybody */
    ck_assert_int_eq(sample_sum(holder, 1, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 3);
}
END_TEST

START_TEST(an_earlier_deadline_is_met_though_a_later_one_came_first)
{
    ractor_ref holder = sample_find(&alpha, "holder");
    uint64_t n_before = atomic_load(&n_ended);
    ck_assert_int_eq(ractor_call_and_forward(holder, &sample_type, SAMPLE_HOLD, NULL, 3600000,
                                             remember_end, NULL),
                     RACTOR_OK);
    ck_assert_int_eq(call_without_a_clock(holder, 50), RACTOR_ETIMEOUT);
    ck_assert_uint_eq(atomic_load(&n_ended), n_before);
    sample_release_held(&seen, 7);
    sample_wait_count(&n_ended, n_before + 1);
    ck_assert_int_eq(atomic_load(&ended_with), RACTOR_OK);
}
END_TEST

static _Atomic uint64_t n_good, n_late, n_other;

static void count_end(void *user, ractor_status status, const void *reply)
{
    (void)user;
    (void)reply;
    (void)atomic_fetch_add(status == RACTOR_OK         ? &n_good
                           : status == RACTOR_ETIMEOUT ? &n_late
                                                       : &n_other,
                           1);
    (void)atomic_fetch_add(&n_ended, 1);
}

START_TEST(answers_and_deadlines_that_meet_are_one_end)
{
    enum { ROUNDS = 40, CALLS = 25 };
    ractor_ref holder = sample_find(&alpha, "holder");
    uint64_t sum, n_before = atomic_load(&n_ended);
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        for (uint32_t i = 0; i < CALLS; i++)
            ck_assert_int_eq(ractor_call_and_forward(holder, &sample_type, SAMPLE_HOLD, NULL,
                                                     1 + i % 5, count_end, NULL),
                             RACTOR_OK);
        do
            sample_release_held(&seen, 1);
        while (atomic_load(&n_ended) != n_before + round * CALLS);
        ck_assert_int_eq(sample_sum(holder, 1, 1, &sum), RACTOR_OK); /* comes after all of them */
    }
    ck_assert_uint_eq(atomic_load(&n_good) + atomic_load(&n_late), ROUNDS * CALLS);
    ck_assert_uint_eq(atomic_load(&n_other), 0);
}
END_TEST

/* ------------------------------------------------------------------ calls within calls */

static ractor_ref inner;
static _Atomic uint64_t n_relayed;
static _Atomic int relayed_with;
static _Atomic int again_with;

/* Answers a Hold by what `inner` answers. */
static ractor_status relay(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                           const void *args, ractor_port *port)
{
    uint64_t value = 0;
    (void)handlers;
    (void)ctx;
    (void)state;
    (void)tag;
    (void)args;
    (void)port;
    atomic_store(&relayed_with, (int)sample_call(inner, SAMPLE_HOLD, RACTOR_TIMEOUT_NONE, &value));
    atomic_store(&again_with, (int)sample_call(inner, SAMPLE_HOLD, RACTOR_TIMEOUT_NONE, &value));
    (void)atomic_fetch_add(&n_relayed, 1);
    return RACTOR_OK;
}

static void spawn_relay(void)
{
    static ractor_message_type type;
    static ractor_actor_class relay_class = {.messages = &type, .handlers = &type};
    ractor_spawn_options options = {.name = "relay"};
    ractor_ref ref;
    type = sample_type;
    type.dispatch = relay;
    inner = sample_spawn(beta.runtime, NULL, &seen);
    ck_assert_int_eq(ractor_spawn(beta.runtime, &relay_class, &options, NULL, &ref), RACTOR_OK);
}

/* An actor that calls the relay without a deadline, and can be killed. */
static ractor_status call_relay(ractor_context *ctx, void *state)
{
    uint64_t value;
    (void)ctx;
    (void)sample_call(*(ractor_ref *)state, SAMPLE_HOLD, RACTOR_TIMEOUT_NONE, &value);
    return RACTOR_OK;
}

static ractor_status take_target(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    *(ractor_ref *)state = *(const ractor_ref *)args;
    return RACTOR_OK;
}

START_TEST(a_killed_caller_ends_the_call_that_its_callee_waits_for)
{
    static const ractor_actor_class caller_class = {.name = "caller",
                                                    .state_bytes = sizeof(ractor_ref),
                                                    .pre_start = take_target,
                                                    .post_start = call_relay};
    ractor_ref caller;
    spawn_relay();
    ractor_ref to = sample_find(&alpha, "relay");
    ck_assert_int_eq(ractor_spawn(alpha.runtime, &caller_class, NULL, &to, &caller), RACTOR_OK);
    sample_wait(is_held, NULL, "the inner call");
    ractor_kill(caller);
    sample_wait_count(&n_relayed, 1);
    ck_assert_int_eq(atomic_load(&relayed_with), RACTOR_ECANCELED);
    ck_assert_int_eq(atomic_load(&again_with), RACTOR_ECANCELED);
    ck_assert_uint_eq(sample_held(&seen), 1);
}
END_TEST

START_TEST(a_deadline_holds_for_the_calls_that_are_made_on_its_behalf)
{
    uint64_t value;
    spawn_relay();
    /* The relay's time is up as well, and its port dropped, maybe a moment before the caller looks
     * at its own clock: that is a timeout all the same. */
    ck_assert_int_eq(sample_call(sample_find(&alpha, "relay"), SAMPLE_HOLD, 100, &value),
                     RACTOR_ETIMEOUT);
    sample_wait_count(&n_relayed, 1);
    int status = atomic_load(&relayed_with);
    ck_assert(status == RACTOR_ETIMEOUT || status == RACTOR_ECANCELED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_cancel");
    TCase *cases = suite_case(suite, "cancel", 60);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_call_that_times_out_closes_the_port_on_the_other_node);
    tcase_add_test(cases, the_end_of_the_session_closes_the_ports_of_its_calls);
    tcase_add_test(cases, a_call_that_is_answered_leaves_nothing_to_cancel);
    tcase_add_test(cases, the_callees_node_ends_a_call_whose_time_is_up);
    tcase_add_test(cases, an_earlier_deadline_is_met_though_a_later_one_came_first);
    tcase_add_test(cases, answers_and_deadlines_that_meet_are_one_end);
    tcase_add_test(cases, a_killed_caller_ends_the_call_that_its_callee_waits_for);
    tcase_add_test(cases, a_deadline_holds_for_the_calls_that_are_made_on_its_behalf);
    return suite_run(suite);
}

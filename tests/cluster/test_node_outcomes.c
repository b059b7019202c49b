/* SPDX-License-Identifier: MIT */
/*
 * How calls to another node end: each of the eight ways by itself, and all one after the other.
 */
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <sched.h>
#include <string.h>

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
    sample_release_held(&seen, 0);
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

static bool is_held(void *n)
{
    return sample_held(&seen) == *(size_t *)n;
}

static void wait_held(size_t n)
{
    sample_wait(is_held, &n, "calls that are held");
}

/* ------------------------------------------------------------------ a callee that is full */

static ractor_ref gate; /* on beta: holds calls until the test answers them */

/* Whatever comes first waits at the gate. */
static ractor_status wait_at_gate(const void *handlers, ractor_context *ctx, void *state,
                                  uint32_t tag, const void *args, ractor_port *port)
{
    uint64_t value = 0;
    (void)handlers;
    (void)ctx;
    (void)state;
    (void)args;
    if (tag == SAMPLE_NOTE)
        (void)sample_call(gate, SAMPLE_HOLD, RACTOR_TIMEOUT_NONE, &value);
    else
        (void)ractor_port_reply(port, sample_type.variants[tag].reply, &value);
    return RACTOR_OK;
}

/* An actor of beta, seen from alpha, that is busy and has one message waiting: no room. */
static ractor_ref full_actor(const char *name, ractor_mailbox_policy policy)
{
    static ractor_message_type type;
    static ractor_actor_class class = {.messages = &type, .handlers = &type};
    ractor_spawn_options options = {.name = name, .mailbox = {.messages = 1, .policy = policy}};
    struct sample_note note = {RACTOR_STR("stay"), 0};
    ractor_ref actor;
    size_t n_held = sample_held(&seen);
    type = sample_type;
    type.dispatch = wait_at_gate;
    gate = sample_spawn(beta.runtime, NULL, &seen);
    ck_assert_int_eq(ractor_spawn(beta.runtime, &class, &options, NULL, &actor), RACTOR_OK);
    ck_assert_int_eq(ractor_send(actor, &type, SAMPLE_NOTE, &note), RACTOR_OK);
    wait_held(n_held + 1);
    ck_assert_int_eq(ractor_send(actor, &type, SAMPLE_NOTE, &note), RACTOR_OK);
    return sample_find(&alpha, name);
}

START_TEST(a_call_to_a_full_actor_is_overloaded_whatever_its_policy)
{
    static const ractor_mailbox_policy policies[] = {RACTOR_MAILBOX_REJECT, RACTOR_MAILBOX_BLOCK,
                                                     RACTOR_MAILBOX_DROP_NEWEST};
    uint64_t sum;
    ractor_ref to = full_actor("full", policies[_i]);
    ck_assert_int_eq(sample_sum(to, 1, 2, &sum), RACTOR_EOVERLOAD);
    ck_assert_int_eq(sample_note(to, "", 0), RACTOR_OK); /* nobody tells of casts */
    ck_assert_int_eq(sample_sum(sample_find(&alpha, "holder"), 1, 2, &sum), RACTOR_OK);
}
END_TEST

struct long_call {
    pthread_t thread;
    ractor_ref to;
    ractor_status status;
};

static void *call_for_long(void *call_)
{
    struct long_call *call = call_;
    uint64_t value;
    call->status = sample_call(call->to, SAMPLE_HOLD, RACTOR_TIMEOUT_NONE, &value);
    return NULL;
}

static bool has_pushed_out(void *unused)
{
    ractor_runtime_stats stats;
    (void)unused;
    ractor_runtime_get_stats(beta.runtime, &stats);
    return stats.n_dead_by_reason[RACTOR_DEAD_FULL] != 0;
}

START_TEST(a_call_that_makes_way_for_a_later_message_is_overloaded)
{
    struct long_call call = {.to = full_actor("full", RACTOR_MAILBOX_DROP_OLDEST)};
    ck_assert_int_eq(pthread_create(&call.thread, NULL, call_for_long, &call), 0);
    sample_wait(has_pushed_out, NULL, "the call in the place of what waited");
    ck_assert_int_eq(sample_note(call.to, "", 0), RACTOR_OK);
    ck_assert_int_eq(pthread_join(call.thread, NULL), 0);
    ck_assert_int_eq(call.status, RACTOR_EOVERLOAD);
}
END_TEST

/* ------------------------------------------------------------------ a session that is full */

struct stream {
    ractor_ref to;
    ractor_status status;
};

/* beta's loop is held up by a hearer, so that it does not read. */
static pthread_mutex_t hold_up = PTHREAD_MUTEX_INITIALIZER;
static _Atomic uint64_t n_held_up;

static void hear(void *user, ractor_session_event event, const ractor_session_info *session)
{
    (void)user;
    (void)event;
    (void)session;
    (void)atomic_fetch_add(&n_held_up, 1);
    (void)pthread_mutex_lock(&hold_up);
    (void)pthread_mutex_unlock(&hold_up);
}

static void stop_reading(struct sample_node *node)
{
    ck_assert_int_eq(ractor_node_subscribe(node->node, hear, NULL, NULL), RACTOR_OK);
    (void)pthread_mutex_lock(&hold_up);
    (void)sample_dial_raw(node); /* a stranger, of whom it hears */
    sample_wait_count(&n_held_up, 1);
}

static void read_again(void)
{
    (void)pthread_mutex_unlock(&hold_up);
}

static void fill_session(ractor_ref to)
{
    static char text[60000];
    ractor_status status = RACTOR_OK;
    memset(text, 'x', sizeof text - 1);
    for (int i = 0; i < 100000 && status == RACTOR_OK; i++)
        status = sample_note(to, text, 0);
    ck_assert_int_eq(status, RACTOR_EAGAIN);
}

START_TEST(a_call_over_a_full_session_that_refuses_is_overloaded)
{
    ractor_node_options options = {.out_limit_bytes = 100000, .refuses_when_full = true};
    struct sample_node gamma_node;
    uint64_t sum;
    sample_node_start(&gamma_node, "gamma", &options);
    sample_connect(&gamma_node, &beta);
    ractor_ref to = sample_find(&gamma_node, "holder");
    stop_reading(&beta);
    fill_session(to);
    ck_assert_int_eq(sample_sum(to, 1, 2, &sum), RACTOR_EOVERLOAD);
    read_again();
    ractor_status status;
    while ((status = sample_sum(to, 1, 2, &sum)) == RACTOR_EOVERLOAD)
        (void)sched_yield();
    ck_assert_int_eq(status, RACTOR_OK);
    sample_node_stop(&gamma_node);
}
END_TEST

static void *send_until_refused(void *stream_)
{
    static char text[60000];
    struct stream *stream = stream_;
    memset(text, 'x', sizeof text - 1);
    while ((stream->status = sample_note(stream->to, text, 0)) == RACTOR_OK)
        continue;
    return NULL;
}

static bool is_full(void *node)
{
    ractor_session_info info;
    return ractor_node_sessions(((struct sample_node *)node)->node, &info, 1) == 1 &&
           info.out_bytes >= 100000;
}

START_TEST(a_call_whose_time_is_up_before_there_is_room_is_overloaded)
{
    ractor_node_options options = {.out_limit_bytes = 100000};
    struct sample_node gamma_node;
    struct stream stream;
    pthread_t thread;
    uint64_t value;
    sample_node_start(&gamma_node, "gamma", &options);
    sample_connect(&gamma_node, &beta);
    stream.to = sample_find(&gamma_node, "holder");
    stop_reading(&beta);
    ck_assert_int_eq(pthread_create(&thread, NULL, send_until_refused, &stream), 0);
    sample_wait(is_full, &gamma_node, "a full session");
    ck_assert_int_eq(sample_call(stream.to, SAMPLE_HOLD, 50, &value), RACTOR_EOVERLOAD);
    ck_assert_uint_eq(sample_held(&seen), 0);
    ractor_node_stop(gamma_node.node);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    /* The wait has ended by the session's end; what is sent later finds no actor. */
    ck_assert(stream.status == RACTOR_ENODE || stream.status == RACTOR_ENOENT);
    read_again();
    ractor_runtime_stop(gamma_node.runtime);
}
END_TEST

/* ------------------------------------------------------------------ all of them */

/* An actor that takes no Sum as alpha writes it. */
static ractor_ref misfit(void)
{
    static ractor_message_type type;
    static ractor_variant variants[SAMPLE_TAGS];
    static ractor_actor_class class = {.messages = &type, .handlers = &type};
    ractor_spawn_options options = {.name = "misfit"};
    ractor_ref actor;
    memcpy(variants, sample_type.variants, sizeof variants);
    variants[SAMPLE_SUM].args = variants[SAMPLE_HOLD].args;
    type = sample_type;
    type.variants = variants;
    ck_assert_int_eq(ractor_spawn(beta.runtime, &class, &options, NULL, &actor), RACTOR_OK);
    return sample_find(&alpha, "misfit");
}

static _Atomic int canceled_with;
static _Atomic uint64_t n_canceled;

static ractor_status call_holder(ractor_context *ctx, void *state)
{
    uint64_t value;
    (void)ctx;
    atomic_store(&canceled_with,
                 (int)sample_call(*(ractor_ref *)state, SAMPLE_HOLD, RACTOR_TIMEOUT_NONE, &value));
    (void)atomic_fetch_add(&n_canceled, 1);
    return RACTOR_OK;
}

static ractor_status take_callee(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    *(ractor_ref *)state = *(const ractor_ref *)args;
    return RACTOR_OK;
}

/* An actor of alpha calls, and is killed while it waits. */
static ractor_status canceled_call(ractor_ref to)
{
    static const ractor_actor_class class = {.name = "caller",
                                             .state_bytes = sizeof(ractor_ref),
                                             .pre_start = take_callee,
                                             .post_start = call_holder};
    size_t n_held = sample_held(&seen);
    ractor_ref caller;
    ck_assert_int_eq(ractor_spawn(alpha.runtime, &class, NULL, &to, &caller), RACTOR_OK);
    wait_held(n_held + 1);
    ractor_kill(caller);
    sample_wait_count(&n_canceled, 1);
    return (ractor_status)atomic_load(&canceled_with);
}

/* A call that is held while its callee's node is lost. */
static ractor_status lost_call(ractor_ref to)
{
    struct long_call call = {.to = to};
    size_t n_held = sample_held(&seen);
    ck_assert_int_eq(pthread_create(&call.thread, NULL, call_for_long, &call), 0);
    wait_held(n_held + 1);
    ractor_node_stop(beta.node);
    beta.node = NULL;
    ck_assert_int_eq(pthread_join(call.thread, NULL), 0);
    return call.status;
}

START_TEST(a_call_ends_in_each_of_the_eight_ways_as_what_it_is)
{
    uint64_t value = 0;
    ractor_ref holder = sample_find(&alpha, "holder");
    ractor_ref gone = sample_spawn(beta.runtime, "gone", NULL);
    ractor_ref shadow = sample_find(&alpha, "gone");
    ractor_stop(gone, NULL);
    sample_wait_lost(&alpha, "gone");
    ck_assert_int_eq(sample_sum(holder, 40, 2, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 42);
    ck_assert_int_eq(sample_call(holder, SAMPLE_HOLD, 50, &value), RACTOR_ETIMEOUT);
    ck_assert_int_eq(sample_sum(shadow, 1, 2, &value), RACTOR_ENOENT);
    ck_assert_int_eq(sample_sum(misfit(), 1, 2, &value), RACTOR_EDECODE);
    ck_assert_int_eq(sample_call(holder, SAMPLE_DROP, RACTOR_TIMEOUT_NONE, &value), RACTOR_EPORT);
    ck_assert_int_eq(canceled_call(holder), RACTOR_ECANCELED);
    ck_assert_int_eq(sample_sum(full_actor("full", RACTOR_MAILBOX_REJECT), 1, 2, &value),
                     RACTOR_EOVERLOAD);
    ck_assert_int_eq(lost_call(holder), RACTOR_ENODE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_outcomes");
    TCase *cases = suite_case(suite, "outcomes", 120);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, a_call_to_a_full_actor_is_overloaded_whatever_its_policy, 0, 3);
    tcase_add_test(cases, a_call_that_makes_way_for_a_later_message_is_overloaded);
    tcase_add_test(cases, a_call_over_a_full_session_that_refuses_is_overloaded);
    tcase_add_test(cases, a_call_whose_time_is_up_before_there_is_room_is_overloaded);
    tcase_add_test(cases, a_call_ends_in_each_of_the_eight_ways_as_what_it_is);
    return suite_run(suite);
}

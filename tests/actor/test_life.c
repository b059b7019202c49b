/* SPDX-License-Identifier: MIT */
/* Spawn, stop, kill, drain, and the order of the hooks. */
#include "sample.h"
#include "suite.h"

#include <string.h>

static _Atomic uint64_t sum;
static _Atomic uint64_t n_ended;
static _Atomic uint64_t n_post_stops;
static struct sample_args counted = {
    .sum = &sum, .n_ended = &n_ended, .n_post_stops = &n_post_stops};

START_TEST(messages_arrive_in_order_and_all_of_them)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &counted);
    for (uint64_t i = 1; i <= 10000; i++)
        ck_assert_int_eq(sample_add(actor, i), RACTOR_OK);
    uint64_t value = 0;
    ck_assert_int_eq(sample_get(actor, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 10000u * 10001u / 2);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_ended, 1);
}
END_TEST

START_TEST(stop_runs_post_stop_and_frees_the_state_once)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &counted);
    ck_assert_int_eq(ractor_stop_and_wait(actor, "enough", RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(n_post_stops, 1);
    ck_assert_uint_eq(n_ended, 1);
    ck_assert_int_eq(ractor_status_of(actor), RACTOR_ACTOR_STOPPED);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ all messages in one hook */

struct relay {
    ractor_ref to;
};

static ractor_status relay_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct relay *)state)->to = *(const ractor_ref *)args;
    return RACTOR_OK;
}

static ractor_status relay_any(ractor_context *ctx, void *state, uint32_t tag, const void *args,
                               ractor_port *port)
{
    const struct relay *relay = state;
    uint64_t value = 0;
    (void)ctx;
    if (port == NULL)
        return ractor_send(relay->to, &sample_type, tag, args);
    ractor_status status =
        ractor_call(relay->to, &sample_type, tag, args, RACTOR_TIMEOUT_NONE, &value, NULL);
    return status == RACTOR_OK ? ractor_port_reply(port, &sample_u64_codec, &value) : status;
}

static ractor_status note_state(ractor_context *ctx, void *argument)
{
    const struct sample_event *both = argument;
    (void)ctx;
    if (both->event->kind == RACTOR_EVENT_ACTOR_TERMINATED)
        *(bool *)both->argument = both->event->state != NULL;
    return RACTOR_OK;
}

START_TEST(one_hook_can_take_all_messages)
{
    static const ractor_actor_class relay_class = {.messages = &sample_type,
                                                   .state_bytes = sizeof(struct relay),
                                                   .pre_start = relay_start,
                                                   .handle_any = relay_any};
    static _Atomic uint64_t n_events;
    bool had_state = true;
    uint64_t value = 0;
    ractor_runtime *runtime = sample_runtime(2);
    struct sample_args hearing = {
        .n_events = &n_events, .on_event = note_state, .on_event_argument = &had_state};
    ractor_ref relay, supervisor = sample_spawn(runtime, &hearing);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ractor_spawn_options options = {.supervisor = supervisor};
    ck_assert_int_eq(ractor_spawn(runtime, &relay_class, &options, &actor, &relay), RACTOR_OK);
    ck_assert_int_eq(sample_add(relay, 5), RACTOR_OK);
    ck_assert_int_eq(sample_get(relay, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 5);
    ck_assert_int_eq(ractor_stop_and_wait(relay, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert(sample_wait_for(&n_events, 2));
    ck_assert(!had_state);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(kill_skips_post_stop)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &counted);
    ck_assert_int_eq(ractor_kill_and_wait(actor, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(n_post_stops, 0);
    ck_assert_uint_eq(n_ended, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

static _Atomic uint64_t gate;
static _Atomic uint64_t n_at_gate;

static ractor_status wait_at_gate(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    (void)atomic_fetch_add(&n_at_gate, 1);
    (void)sample_wait_for(&gate, 1);
    return RACTOR_OK;
}

START_TEST(stop_drops_what_is_still_in_the_mailbox)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &counted);
    ck_assert_int_eq(sample_run(actor, wait_at_gate, NULL), RACTOR_OK);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ck_assert(sample_wait_for(&n_at_gate, 1));
    ractor_stop(actor, NULL);
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_wait(actor, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(sum, 0);
    ractor_runtime_stats stats;
    ractor_runtime_get_stats(runtime, &stats);
    ck_assert_uint_eq(stats.n_dead_letters, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(drain_handles_what_is_there_and_refuses_the_rest)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &counted);
    ck_assert_int_eq(sample_run(actor, wait_at_gate, NULL), RACTOR_OK);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ractor_drain(actor);
    ck_assert_int_eq(ractor_status_of(actor), RACTOR_ACTOR_DRAINING);
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_ESTOPPED);
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_wait(actor, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(sum, 100);
    ck_assert_uint_eq(n_post_stops, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status refuse(ractor_context *ctx, void *argument)
{
    (void)argument;
    return ractor_fail(ctx, "not today");
}

START_TEST(a_failing_pre_start_fails_the_spawn_and_frees_the_name)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = {NULL, 0};
    ractor_spawn_options options = {.name = "taken?"};
    struct sample_args args = counted;
    args.pre_start = refuse;
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, &args, &actor), RACTOR_EFAILED);
    ck_assert(!ractor_ref_is_some(actor));
    ck_assert_uint_eq(n_ended, 1);
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, &counted, &actor), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status send_to_self(ractor_context *ctx, void *argument)
{
    (void)argument;
    return sample_add(ractor_self(ctx), 7);
}

START_TEST(a_message_to_itself_from_pre_start_is_handled_after_the_start)
{
    ractor_runtime *runtime = sample_runtime(2);
    struct sample_args args = counted;
    args.pre_start = send_to_self;
    ractor_ref actor = sample_spawn(runtime, &args);
    ck_assert(sample_wait_for(&sum, 7));
    ck_assert_int_eq(ractor_stop_and_wait(actor, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

static const char *lacks_add(const void *handlers)
{
    (void)handlers;
    return "Add";
}

START_TEST(a_class_without_a_handler_is_refused)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_message_type incomplete = sample_type;
    incomplete.missing = lacks_add;
    ractor_actor_class class = sample_class;
    class.messages = &incomplete;
    ractor_ref actor;
    ck_assert_int_eq(ractor_spawn(runtime, &class, NULL, NULL, &actor), RACTOR_EINVAL);
    class = sample_class;
    class.handlers = NULL;
    class.messages = &incomplete;
    ck_assert_int_eq(ractor_spawn(runtime, &class, NULL, NULL, &actor), RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(sends_to_nobody_are_errors)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref nobody = {NULL, 0};
    ractor_message_type other = sample_type;
    ractor_ref actor = sample_spawn(runtime, &counted);
    struct sample_add args = {1};
    ractor_string broken = {NULL, 5};
    uint64_t value;
    ck_assert_int_eq(sample_add(nobody, 1), RACTOR_ENOENT);
    ck_assert_int_eq(sample_get(nobody, 10, &value), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_send(actor, &other, SAMPLE_ADD, &args), RACTOR_ETYPE);
    ck_assert_int_eq(ractor_send(actor, &sample_type, SAMPLE_GET, &args), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_send(actor, &sample_type, 99, &args), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_send(actor, &sample_type, SAMPLE_ADD, NULL), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_send(actor, &sample_type, SAMPLE_TEXT, &broken), RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_message *held;
static const ractor_string *held_text;

static ractor_status hold_dispatch(const void *handlers, ractor_context *ctx, void *state,
                                   uint32_t tag, const void *args, ractor_port *port)
{
    (void)handlers;
    (void)state;
    (void)port;
    if (tag == SAMPLE_TEXT && held == NULL) {
        held_text = args;
        held = ractor_message_hold(ctx);
    }
    (void)atomic_fetch_add(&sum, 1);
    return RACTOR_OK;
}

START_TEST(a_held_message_outlives_the_handler_and_its_actor)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_message_type type = sample_type;
    type.dispatch = hold_dispatch;
    ractor_actor_class class = sample_class;
    class.messages = &type;
    ractor_ref actor;
    ck_assert_int_eq(ractor_spawn(runtime, &class, NULL, NULL, &actor), RACTOR_OK);
    ractor_string text = RACTOR_STR("remember me");
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(ractor_send(actor, &type, SAMPLE_TEXT, &text), RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 10));
    ck_assert_int_eq(ractor_stop_and_wait(actor, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert(ractor_string_equal(*held_text, text));
    ractor_message_drop(held);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status spawn_some(ractor_context *ctx, void *argument)
{
    (void)argument;
    for (int i = 0; i < 1000; i++) {
        ractor_ref child = sample_spawn(ractor_context_runtime(ctx), &counted);
        ractor_stop(child, NULL);
    }
    return RACTOR_OK;
}

START_TEST(actors_spawned_and_stopped_by_actors_all_end)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref parents[4];
    for (int i = 0; i < 4; i++) {
        parents[i] = sample_spawn(runtime, NULL);
        for (int j = 0; j < 5; j++)
            ck_assert_int_eq(sample_run(parents[i], spawn_some, NULL), RACTOR_OK);
    }
    ck_assert(sample_wait_for(&n_ended, 20000));
    ck_assert_uint_eq(n_post_stops, 20000);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(stopping_the_runtime_ends_actors_that_are_busy_or_have_messages)
{
    ractor_runtime *runtime = sample_runtime(2);
    for (int i = 0; i < 100; i++) {
        ractor_ref actor = sample_spawn(runtime, &counted);
        for (int j = 0; j < 100; j++)
            ck_assert_int_eq(sample_text(actor, "some text that takes room"), RACTOR_OK);
    }
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_ended, 100);
}
END_TEST

START_TEST(two_runtimes_side_by_side_do_not_mix)
{
    ractor_runtime *one = sample_runtime(1);
    ractor_runtime *two = sample_runtime(2);
    ractor_ref in_one = sample_spawn(one, &counted);
    ractor_ref in_two = sample_spawn(two, &counted);
    uint64_t value = 0;
    ck_assert_int_eq(sample_add(in_one, 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(in_two, 2), RACTOR_OK);
    ck_assert_int_eq(ractor_link(in_one, in_two), RACTOR_EINVAL);
    /* A call from an actor of one to an actor of the other suspends and comes back. */
    ck_assert_int_eq(sample_ask(in_one, in_two, 5000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 2);
    ractor_runtime_stop(one);
    ck_assert_int_eq(sample_get(in_two, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 2);
    ractor_runtime_stop(two);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("actor life");
    TCase *all = suite_case(suite, "life", 60);
    tcase_add_test(all, messages_arrive_in_order_and_all_of_them);
    tcase_add_test(all, stop_runs_post_stop_and_frees_the_state_once);
    tcase_add_test(all, one_hook_can_take_all_messages);
    tcase_add_test(all, kill_skips_post_stop);
    tcase_add_test(all, stop_drops_what_is_still_in_the_mailbox);
    tcase_add_test(all, drain_handles_what_is_there_and_refuses_the_rest);
    tcase_add_test(all, a_failing_pre_start_fails_the_spawn_and_frees_the_name);
    tcase_add_test(all, a_message_to_itself_from_pre_start_is_handled_after_the_start);
    tcase_add_test(all, a_class_without_a_handler_is_refused);
    tcase_add_test(all, sends_to_nobody_are_errors);
    tcase_add_test(all, a_held_message_outlives_the_handler_and_its_actor);
    tcase_add_test(all, actors_spawned_and_stopped_by_actors_all_end);
    tcase_add_test(all, stopping_the_runtime_ends_actors_that_are_busy_or_have_messages);
    tcase_add_test(all, two_runtimes_side_by_side_do_not_mix);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/* References to a part of an actor's enum: all that can be sent goes through them. And the typed
 * spawns of generated code. */
#include "part.rc.h"
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <string.h>

#define WAIT_MS 20000

static _Atomic uint64_t n_put;
static _Atomic uint64_t n_answers;
static ractor_runtime *runtime;
static tests_part_shelf_ref shelf;
static tests_part_visitor_ref visitor;

struct shelf {
    uint64_t count;
};

static ractor_status shelf_clear(ractor_context *ctx, void *state)
{
    (void)ctx;
    ((struct shelf *)state)->count = 0;
    return RACTOR_OK;
}

static ractor_status shelf_put(ractor_context *ctx, void *state, const tests_part_shelf_put *msg)
{
    (void)ctx;
    if (!ractor_string_equal(msg->name, RACTOR_STR("book")))
        return RACTOR_EINVAL;
    ((struct shelf *)state)->count += msg->amount;
    (void)atomic_fetch_add(&n_put, 1);
    return RACTOR_OK;
}

static ractor_status shelf_count(ractor_context *ctx, void *state,
                                 tests_part_shelf_count_port *port)
{
    (void)ctx;
    return tests_part_shelf_count_reply(port, ((struct shelf *)state)->count);
}

static ractor_status shelf_names(ractor_context *ctx, void *state,
                                 const tests_part_shelf_names *msg,
                                 tests_part_shelf_names_port *port)
{
    (void)ctx;
    (void)state;
    const ractor_string names[] = {RACTOR_STR("book"), msg->prefix};
    ractor_vec_string reply = {names, 2};
    return tests_part_shelf_names_reply(port, reply);
}

static ractor_status shelf_slow(ractor_context *ctx, void *state, tests_part_shelf_slow_port *port)
{
    (void)ctx;
    (void)state;
    return tests_part_shelf_slow_reply(port);
}

static const ractor_actor_class shelf_class = {TESTS_PART_SHELF_HANDLERS(shelf),
                                               .state_bytes = sizeof(struct shelf)};

static void start(const ractor_spawn_options *options)
{
    runtime = sample_runtime(2);
    ck_assert_int_eq(tests_part_shelf_spawn(runtime, &shelf_class, options, NULL, &shelf),
                     RACTOR_OK);
    visitor = tests_part_shelf_as_visitor(shelf);
}

static uint64_t count(void)
{
    uint64_t value = 0;
    ck_assert_int_eq(tests_part_visitor_call_count(visitor, WAIT_MS, &value), RACTOR_OK);
    return value;
}

/* ------------------------------------------------------------------ sends and calls */

START_TEST(sends_and_calls_of_a_part_are_those_of_the_whole)
{
    start(NULL);
    ck_assert_int_eq(tests_part_visitor_send_put(visitor, RACTOR_STR("book"), 40), RACTOR_OK);
    ck_assert_int_eq(tests_part_shelf_send_put(shelf, RACTOR_STR("book"), 2), RACTOR_OK);
    ck_assert_uint_eq(count(), 42);
    tests_part_visitor_names_result names;
    ck_assert_int_eq(tests_part_visitor_call_names(visitor, RACTOR_STR("comic"), WAIT_MS, &names),
                     RACTOR_OK);
    ck_assert_uint_eq(names.value.length, 2);
    ck_assert(ractor_string_equal(names.value.data[1], RACTOR_STR("comic")));
    tests_part_visitor_names_result_drop(&names);
    ck_assert(ractor_ref_equal(visitor.any, shelf.any));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_bounded_actor_is_reached_through_a_part_too)
{
    ractor_spawn_options options = {.mailbox = {.messages = 10, .bytes = 4096}};
    start(&options);
    ck_assert_int_eq(tests_part_visitor_send_put(visitor, RACTOR_STR("book"), 3), RACTOR_OK);
    ck_assert_uint_eq(count(), 3);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status on_count(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user)
{
    (void)ctx;
    (void)state;
    (void)user;
    if (status == RACTOR_OK && *(const uint64_t *)reply == 5)
        (void)atomic_fetch_add(&n_answers, 1);
    return RACTOR_OK;
}

static ractor_status ask_count(ractor_context *ctx, void *argument)
{
    (void)argument;
    return tests_part_visitor_ask_count(ctx, visitor, WAIT_MS, on_count, NULL);
}

static void on_forward(void *user, ractor_status status, const void *reply)
{
    (void)on_count(NULL, NULL, status, reply, user);
}

START_TEST(questions_and_forwarded_calls_go_through_a_part)
{
    start(NULL);
    ractor_ref asker = sample_spawn(runtime, NULL);
    ck_assert_int_eq(tests_part_visitor_send_put(visitor, RACTOR_STR("book"), 5), RACTOR_OK);
    ck_assert_int_eq(sample_run(asker, ask_count, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_answers, 1));
    ck_assert_int_eq(ractor_call_and_forward(visitor.any, &tests_part_visitor_type,
                                             TESTS_PART_VISITOR_COUNT, NULL, WAIT_MS, on_forward,
                                             NULL),
                     RACTOR_OK);
    ck_assert(sample_wait_for(&n_answers, 2));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(many_calls_of_a_part_reach_actors_of_the_whole_and_of_the_part)
{
    uint64_t values[3] = {9, 9, 9};
    ractor_status statuses[3];
    start(NULL);
    tests_part_shelf_ref second;
    ck_assert_int_eq(tests_part_shelf_spawn(runtime, &shelf_class, NULL, NULL, &second), RACTOR_OK);
    ck_assert_int_eq(tests_part_shelf_send_put(second, RACTOR_STR("book"), 7), RACTOR_OK);
    ractor_ref stranger = sample_spawn(runtime, NULL);
    ractor_ref to[3] = {visitor.any, second.any, stranger};
    ck_assert_int_eq(ractor_multi_call(to, 3, &tests_part_visitor_type, TESTS_PART_VISITOR_COUNT,
                                       NULL, WAIT_MS, statuses, values, NULL),
                     RACTOR_OK);
    ck_assert_int_eq(statuses[0], RACTOR_OK);
    ck_assert_int_eq(statuses[1], RACTOR_OK);
    ck_assert_int_eq(statuses[2], RACTOR_ETYPE);
    ck_assert_uint_eq(values[0], 0);
    ck_assert_uint_eq(values[1], 7);
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ later, and from ports */

START_TEST(timers_of_a_part_fire_at_the_whole)
{
    tests_part_visitor_put put = {RACTOR_STR("book"), 1};
    ractor_timer timer;
    start(NULL);
    ck_assert_int_eq(ractor_send_after(visitor.any, &tests_part_visitor_type,
                                       TESTS_PART_VISITOR_PUT, &put, 1, NULL),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_send_interval(visitor.any, &tests_part_visitor_type,
                                          TESTS_PART_VISITOR_PUT, &put, 1, &timer),
                     RACTOR_OK);
    ck_assert(sample_wait_for(&n_put, 4));
    (void)ractor_timer_cancel(runtime, timer);
    ractor_runtime_stop(runtime);
}
END_TEST

static void to_put(void *user, const void *value, ractor_output_sink *sink)
{
    (void)user;
    tests_part_visitor_put put = {RACTOR_STR("book"), *(const uint64_t *)value};
    ractor_output_emit(sink, TESTS_PART_VISITOR_PUT, &put);
}

START_TEST(an_actor_subscribes_with_messages_of_a_part)
{
    start(NULL);
    for (uint32_t limit = 0; limit < 20; limit += 10) {
        ractor_output *output = NULL;
        ractor_subscription_options options = {
            .type = &tests_part_visitor_type, .convert = to_put, .limit = limit};
        uint64_t amount = 4;
        ck_assert_int_eq(ractor_output_new(&output), RACTOR_OK);
        ck_assert_int_eq(ractor_output_subscribe(output, shelf.any, &options), RACTOR_OK);
        ck_assert_int_eq(ractor_output_publish(output, &amount), RACTOR_OK);
        ractor_output_free(output);
    }
    ck_assert_uint_eq(count(), 8);
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ who is who */

START_TEST(a_name_is_found_by_the_whole_and_by_the_part)
{
    ractor_spawn_options options = {.name = "shelf"};
    tests_part_visitor_ref found;
    tests_part_other_ref other;
    start(&options);
    ck_assert_int_eq(tests_part_visitor_find(runtime, "shelf", &found), RACTOR_OK);
    ck_assert(ractor_ref_equal(found.any, shelf.any));
    ck_assert_int_eq(tests_part_other_find(runtime, "shelf", &other), RACTOR_ETYPE);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(what_is_no_part_stays_refused)
{
    uint64_t value;
    start(NULL);
    tests_part_other_ref other = tests_part_other_ref_of(shelf.any);
    ck_assert_int_eq(tests_part_other_send_put(other, RACTOR_STR("book"), 1), RACTOR_ETYPE);
    ck_assert_int_eq(tests_part_other_call_count(other, WAIT_MS, &value), RACTOR_ETYPE);
    visitor = tests_part_visitor_ref_of(sample_spawn(runtime, NULL));
    ck_assert_int_eq(tests_part_visitor_send_put(visitor, RACTOR_STR("book"), 1), RACTOR_ETYPE);
    visitor.any.cell = NULL;
    ck_assert_int_eq(tests_part_visitor_send_put(visitor, RACTOR_STR("book"), 1), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_kill_and_wait(shelf.any, WAIT_MS), RACTOR_OK);
    visitor = tests_part_shelf_as_visitor(shelf);
    ck_assert_int_eq(tests_part_visitor_call_count(visitor, WAIT_MS, &value), RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status door_names(ractor_context *ctx, void *state,
                                const tests_part_visitor_names *msg,
                                tests_part_visitor_names_port *port)
{
    (void)ctx;
    (void)state;
    (void)msg;
    return tests_part_visitor_names_fail(port, RACTOR_EFAILED);
}

static ractor_status door_count(ractor_context *ctx, void *state,
                                tests_part_visitor_count_port *port)
{
    (void)ctx;
    (void)state;
    return tests_part_visitor_count_reply(port, 77);
}

static ractor_status door_put(ractor_context *ctx, void *state, const tests_part_visitor_put *msg)
{
    (void)ctx;
    (void)state;
    (void)msg;
    (void)atomic_fetch_add(&n_put, 1);
    return RACTOR_OK;
}

static const ractor_actor_class door_class = {TESTS_PART_VISITOR_HANDLERS(door)};

START_TEST(an_actor_may_take_the_part_itself)
{
    start(NULL);
    ck_assert_int_eq(tests_part_visitor_spawn(runtime, &door_class, NULL, NULL, &visitor),
                     RACTOR_OK);
    ck_assert_int_eq(tests_part_visitor_send_put(visitor, RACTOR_STR("book"), 1), RACTOR_OK);
    ck_assert_uint_eq(count(), 77);
    ck_assert_uint_eq(n_put, 1);
    ck_assert_int_eq(tests_part_shelf_send_clear(tests_part_shelf_ref_of(visitor.any)),
                     RACTOR_ETYPE);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(generated_code_spawns_instantly_and_checks_the_class)
{
    start(NULL);
    ck_assert_int_eq(tests_part_shelf_spawn_instant(runtime, &shelf_class, NULL, NULL, 0, &shelf),
                     RACTOR_OK);
    ck_assert_int_eq(tests_part_shelf_send_put(shelf, RACTOR_STR("book"), 6), RACTOR_OK);
    visitor = tests_part_shelf_as_visitor(shelf);
    ck_assert_uint_eq(count(), 6);
    ck_assert_int_eq(tests_part_shelf_spawn_instant(runtime, &door_class, NULL, NULL, 0, &shelf),
                     RACTOR_ETYPE);
    ck_assert_int_eq(tests_part_shelf_spawn_instant(runtime, NULL, NULL, NULL, 0, &shelf),
                     RACTOR_EINVAL);
    ck_assert_int_eq(tests_part_shelf_spawn_instant(runtime, &shelf_class, NULL, NULL, 0, NULL),
                     RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("part");
    TCase *all = suite_case(suite, "part", 60);
    tcase_add_test(all, sends_and_calls_of_a_part_are_those_of_the_whole);
    tcase_add_test(all, a_bounded_actor_is_reached_through_a_part_too);
    tcase_add_test(all, questions_and_forwarded_calls_go_through_a_part);
    tcase_add_test(all, many_calls_of_a_part_reach_actors_of_the_whole_and_of_the_part);
    tcase_add_test(all, timers_of_a_part_fire_at_the_whole);
    tcase_add_test(all, an_actor_subscribes_with_messages_of_a_part);
    tcase_add_test(all, a_name_is_found_by_the_whole_and_by_the_part);
    tcase_add_test(all, what_is_no_part_stays_refused);
    tcase_add_test(all, an_actor_may_take_the_part_itself);
    tcase_add_test(all, generated_code_spawns_instantly_and_checks_the_class);
    return suite_run(suite);
}

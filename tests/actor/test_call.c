/* SPDX-License-Identifier: MIT */
/* Calls: from threads and from handlers, their outcomes, ports, questions. */
#include "sample.h"
#include "suite.h"

#include <pthread.h>
#include <string.h>

static _Atomic uint64_t n_done;

START_TEST(a_call_from_a_thread_returns_the_reply)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, NULL);
    uint64_t value = 0;
    ck_assert_int_eq(sample_add(actor, 42), RACTOR_OK);
    ck_assert_int_eq(sample_get(actor, 5000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 42);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_reply_with_views_is_owned_by_the_caller)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ractor_string text = RACTOR_STR("a text of some length that has to travel both ways");
    ractor_string reply = {NULL, 0};
    ractor_message *owner = NULL;
    ck_assert_int_eq(ractor_call(actor, &sample_type, SAMPLE_ECHO, &text, 5000, &reply, NULL),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_call(actor, &sample_type, SAMPLE_ECHO, &text, 5000, &reply, &owner),
                     RACTOR_OK);
    ck_assert(ractor_string_equal(reply, text));
    ck_assert_ptr_ne(reply.data, text.data);
    ractor_runtime_stop(runtime);
    ck_assert(ractor_string_equal(reply, text)); /* outlives the runtime, too */
    ractor_message_drop(owner);
}
END_TEST

START_TEST(a_call_in_a_handler_suspends_and_the_worker_goes_on)
{
    ractor_runtime *runtime = sample_runtime(1); /* the callee needs the caller's worker */
    ractor_ref caller = sample_spawn(runtime, NULL);
    ractor_ref callee = sample_spawn(runtime, NULL);
    uint64_t value = 0;
    ck_assert_int_eq(sample_add(callee, 9), RACTOR_OK);
    ck_assert_int_eq(sample_ask(caller, callee, 5000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 9);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_call_that_nobody_answers_times_out)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref keeper = sample_spawn(runtime, NULL);
    uint64_t value = 0;
    ck_assert_int_eq(sample_keep(keeper, 30, &value), RACTOR_ETIMEOUT);
    ck_assert_int_eq(sample_get(keeper, 5000, &value), RACTOR_OK); /* and it goes on */
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status call_keep(ractor_context *ctx, void *argument)
{
    ractor_ref *keeper = argument;
    uint64_t value = 0;
    (void)ctx;
    ractor_status status = sample_keep(*keeper, 20, &value);
    (void)atomic_fetch_add(&n_done, status == RACTOR_ETIMEOUT ? 1 : 1000);
    return RACTOR_OK;
}

START_TEST(many_handlers_time_out_each_once)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref keeper = sample_spawn(runtime, NULL);
    for (int i = 0; i < 200; i++)
        ck_assert_int_eq(sample_run(sample_spawn(runtime, NULL), call_keep, &keeper), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 200));
    ck_assert_uint_eq(n_done, 200);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status get_late_reply(ractor_context *ctx, void *argument)
{
    (void)ctx;
    uint64_t value = 0;
    ractor_status status = sample_keep(*(ractor_ref *)argument, 5000, &value);
    ck_assert_int_eq(status, RACTOR_OK);
    (void)atomic_fetch_add(&n_done, value);
    return RACTOR_OK;
}

START_TEST(a_port_moved_out_of_the_handler_is_answered_later)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref keeper = sample_spawn(runtime, NULL);
    ractor_ref caller = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(caller, get_late_reply, &keeper), RACTOR_OK);
    /* Answered by the first Add that comes after Keep; Adds before it only count. */
    for (int i = 0; i < 100000 && atomic_load(&n_done) == 0; i++)
        ck_assert_int_eq(sample_add(keeper, 1), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 1));
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status drop_port(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                               const void *args, ractor_port *port)
{
    (void)handlers;
    (void)state;
    (void)args;
    (void)port;
    return tag == SAMPLE_KEEP ? ractor_fail(ctx, "no") : RACTOR_OK;
}

START_TEST(an_unanswered_port_fails_the_caller_at_once)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_message_type type = sample_type;
    type.dispatch = drop_port;
    ractor_actor_class class = sample_class;
    class.messages = &type;
    ractor_ref actor;
    uint64_t value;
    ck_assert_int_eq(ractor_spawn(runtime, &class, NULL, NULL, &actor), RACTOR_OK);
    ck_assert_int_eq(ractor_call(actor, &type, SAMPLE_GET, NULL, RACTOR_TIMEOUT_NONE, &value, NULL),
                     RACTOR_EPORT);
    ck_assert_int_eq(
        ractor_call(actor, &type, SAMPLE_KEEP, NULL, RACTOR_TIMEOUT_NONE, &value, NULL),
        RACTOR_EFAILED);
    ck_assert_int_eq(ractor_call(actor, &type, SAMPLE_GET, NULL, RACTOR_TIMEOUT_NONE, &value, NULL),
                     RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

static _Atomic uint64_t gate;

static ractor_status wait_at_gate(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    (void)sample_wait_for(&gate, 1);
    return RACTOR_OK;
}

struct caller {
    ractor_ref to;
    ractor_status status;
};

static void *call_on_thread(void *argument)
{
    struct caller *caller = argument;
    uint64_t value;
    (void)atomic_fetch_add(&n_done, 1);
    caller->status = sample_get(caller->to, RACTOR_TIMEOUT_NONE, &value);
    return NULL;
}

START_TEST(a_call_in_the_mailbox_of_an_actor_that_ends_is_answered_no_such_actor)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, NULL);
    struct caller callers[8];
    pthread_t threads[8];
    ck_assert_int_eq(sample_run(actor, wait_at_gate, NULL), RACTOR_OK);
    for (int i = 0; i < 8; i++) {
        callers[i].to = actor;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, call_on_thread, &callers[i]), 0);
    }
    ck_assert(sample_wait_for(&n_done, 8));
    ractor_kill(actor);
    atomic_store(&gate, 1);
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(callers[i].status, RACTOR_ENOENT);
    }
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status last_status = RACTOR_OK;

static ractor_status call_for_ever(ractor_context *ctx, void *argument)
{
    uint64_t value;
    (void)ctx;
    (void)atomic_fetch_add(&n_done, 1);
    last_status = sample_keep(*(ractor_ref *)argument, RACTOR_TIMEOUT_NONE, &value);
    return RACTOR_OK;
}

START_TEST(kill_ends_a_wait_with_canceled)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref keeper = sample_spawn(runtime, NULL);
    for (int i = 0; i < 200; i++) {
        ractor_ref caller = sample_spawn(runtime, NULL);
        atomic_store(&n_done, 0);
        last_status = RACTOR_OK;
        ck_assert_int_eq(sample_run(caller, call_for_ever, &keeper), RACTOR_OK);
        if (i % 2 == 0)
            ck_assert(sample_wait_for(&n_done, 1));
        ck_assert_int_eq(ractor_kill_and_wait(caller, RACTOR_TIMEOUT_NONE), RACTOR_OK);
        if (atomic_load(&n_done) != 0)
            ck_assert_int_eq(last_status, RACTOR_ECANCELED);
    }
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status call_self(ractor_context *ctx, void *argument)
{
    uint64_t value;
    (void)argument;
    last_status = sample_get(ractor_self(ctx), 1000, &value);
    (void)atomic_fetch_add(&n_done, 1);
    return RACTOR_OK;
}

START_TEST(calling_oneself_is_an_error_not_a_deadlock)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref actor = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(actor, call_self, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 1));
    ck_assert_int_eq(last_status, RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

/* ThreadSanitizer has room for 8,000 stacks at a time. */
#if defined(__SANITIZE_THREAD__)
#define N_WAITERS 2000
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define N_WAITERS 2000
#endif
#endif
#ifndef N_WAITERS
#define N_WAITERS 10000
#endif
static ractor_ref waiters[N_WAITERS];
static ractor_ref servers[10];

static ractor_status call_server(ractor_context *ctx, void *argument)
{
    uint64_t value = 0;
    (void)ctx;
    ractor_status status =
        sample_get(servers[(uintptr_t)argument % 10], RACTOR_TIMEOUT_NONE, &value);
    if (status == RACTOR_OK)
        (void)atomic_fetch_add(&n_done, 1);
    return status;
}

START_TEST(ten_thousand_actors_that_wait_for_calls_all_finish)
{
    ractor_runtime *runtime = sample_runtime(2);
    /* The servers are held up until every waiter is suspended or about to be. */
    for (int i = 0; i < 10; i++)
        servers[i] = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(servers[0], wait_at_gate, NULL), RACTOR_OK);
    for (uintptr_t i = 0; i < N_WAITERS; i++) {
        waiters[i] = sample_spawn(runtime, NULL);
        ck_assert_int_eq(sample_run(waiters[i], call_server, (void *)i), RACTOR_OK);
    }
    atomic_store(&gate, 1);
    ck_assert(sample_wait_for(&n_done, N_WAITERS));
    ractor_runtime_stop(runtime);
}
END_TEST

/* All 10,000 stacks exist at the same time: no server answers before the last call has come. */
static ractor_port kept_ports[N_WAITERS];
static _Atomic uint64_t n_kept;

static ractor_status keep_all(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                              const void *args, ractor_port *port)
{
    (void)handlers;
    (void)ctx;
    (void)state;
    (void)args;
    if (tag != SAMPLE_KEEP)
        return RACTOR_OK;
    uint64_t index = atomic_fetch_add(&n_kept, 1);
    kept_ports[index] = ractor_port_take(port);
    return RACTOR_OK;
}

static ractor_message_type hoarder_type;

static ractor_status call_hoarder(ractor_context *ctx, void *argument)
{
    uint64_t value = 0;
    (void)ctx;
    ractor_status status = ractor_call(*(ractor_ref *)argument, &hoarder_type, SAMPLE_KEEP, NULL,
                                       RACTOR_TIMEOUT_NONE, &value, NULL);
    if (status == RACTOR_OK && value == 77)
        (void)atomic_fetch_add(&n_done, 1);
    return status;
}

START_TEST(ten_thousand_handlers_are_suspended_at_once_and_all_resume)
{
    ractor_runtime *runtime = sample_runtime(2);
    hoarder_type = sample_type;
    hoarder_type.dispatch = keep_all;
    ractor_actor_class class = sample_class;
    class.messages = &hoarder_type;
    ractor_ref hoarder;
    ck_assert_int_eq(ractor_spawn(runtime, &class, NULL, NULL, &hoarder), RACTOR_OK);
    for (int i = 0; i < N_WAITERS; i++)
        ck_assert_int_eq(sample_run(sample_spawn(runtime, NULL), call_hoarder, &hoarder),
                         RACTOR_OK);
    ck_assert(sample_wait_for(&n_kept, N_WAITERS));
    uint64_t value = 77;
    for (int i = 0; i < N_WAITERS; i++)
        ck_assert_int_eq(ractor_port_reply(&kept_ports[i], &sample_u64_codec, &value), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, N_WAITERS));
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ questions */

static ractor_status on_reply(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user)
{
    (void)ctx;
    ck_assert_ptr_nonnull(state);
    last_status = status;
    if (status == RACTOR_OK)
        *(uint64_t *)user += *(const uint64_t *)reply;
    (void)atomic_fetch_add(&n_done, 1);
    return RACTOR_OK;
}

struct question {
    ractor_ref whom;
    uint32_t tag;
    uint32_t timeout_ms;
    uint64_t total;
    ractor_status result;
};

static ractor_status ask(ractor_context *ctx, void *argument)
{
    struct question *q = argument;
    q->result =
        ractor_ask(ctx, q->whom, &sample_type, q->tag, NULL, q->timeout_ms, on_reply, &q->total);
    return RACTOR_OK;
}

START_TEST(an_answer_arrives_as_a_message_to_the_asker)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref asker = sample_spawn(runtime, NULL);
    struct question q = {.whom = sample_spawn(runtime, NULL), .tag = SAMPLE_GET};
    ck_assert_int_eq(sample_add(q.whom, 5), RACTOR_OK);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(sample_run(asker, ask, &q), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 100));
    ck_assert_uint_eq(q.total, 500);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_question_that_nobody_answers_times_out)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref asker = sample_spawn(runtime, NULL);
    struct question q = {.whom = sample_spawn(runtime, NULL), .tag = SAMPLE_KEEP, .timeout_ms = 20};
    ck_assert_int_eq(sample_run(asker, ask, &q), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 1));
    ck_assert_int_eq(last_status, RACTOR_ETIMEOUT);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_question_to_an_actor_that_ends_is_answered_with_its_end)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref asker = sample_spawn(runtime, NULL);
    struct question q = {.whom = sample_spawn(runtime, NULL), .tag = SAMPLE_KEEP};
    ck_assert_int_eq(sample_run(asker, ask, &q), RACTOR_OK);
    uint64_t value;
    ck_assert_int_eq(sample_get(asker, 5000, &value), RACTOR_OK); /* it has asked */
    ck_assert_int_eq(ractor_stop_and_wait(q.whom, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 1));
    ck_assert_int_eq(last_status, RACTOR_ENOENT);
    ck_assert_int_eq(sample_run(asker, ask, &q), RACTOR_OK);
    ck_assert_int_eq(sample_get(asker, 5000, &value), RACTOR_OK);
    ck_assert_int_eq(q.result, RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(an_asker_that_ends_first_leaks_nothing)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref asker = sample_spawn(runtime, NULL);
    struct question q = {.whom = sample_spawn(runtime, NULL), .tag = SAMPLE_KEEP};
    ck_assert_int_eq(sample_run(asker, ask, &q), RACTOR_OK);
    uint64_t value;
    ck_assert_int_eq(sample_get(asker, 5000, &value), RACTOR_OK);
    ck_assert_int_eq(ractor_stop_and_wait(asker, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_int_eq(sample_add(q.whom, 1), RACTOR_OK); /* answers the port */
    ck_assert_int_eq(sample_get(q.whom, 5000, &value), RACTOR_OK);
    ck_assert_uint_eq(n_done, 0);
    ractor_runtime_stop(runtime);
}
END_TEST

static void add_to_target(void *user, ractor_status status, const void *reply)
{
    ck_assert_int_eq(
        sample_add(*(ractor_ref *)user, status == RACTOR_OK ? *(const uint64_t *)reply : 1000),
        RACTOR_OK);
}

START_TEST(a_forwarded_call_sends_its_outcome_on)
{
    ractor_runtime *runtime = sample_runtime(2);
    static struct sample_args counted = {.sum = &n_done};
    ractor_ref source = sample_spawn(runtime, NULL);
    ractor_ref target = sample_spawn(runtime, &counted);
    ck_assert_int_eq(sample_add(source, 7), RACTOR_OK);
    ck_assert_int_eq(ractor_call_and_forward(source, &sample_type, SAMPLE_GET, NULL, 5000,
                                             add_to_target, &target),
                     RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 7));
    ck_assert_int_eq(ractor_call_and_forward(source, &sample_type, SAMPLE_KEEP, NULL, 20,
                                             add_to_target, &target),
                     RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 1007));
    ck_assert_uint_eq(n_done, 1007);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(many_calls_return_in_order_and_by_one_deadline)
{
    enum { N = 50 };
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actors[N];
    ractor_status statuses[N];
    uint64_t replies[N];
    for (uint64_t i = 0; i < N; i++) {
        actors[i] = sample_spawn(runtime, NULL);
        ck_assert_int_eq(sample_add(actors[i], i), RACTOR_OK);
    }
    ck_assert_int_eq(ractor_kill_and_wait(actors[9], RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_int_eq(
        ractor_multi_call(actors, N, &sample_type, SAMPLE_GET, NULL, 5000, statuses, replies, NULL),
        RACTOR_OK);
    for (uint64_t i = 0; i < N; i++) {
        ck_assert_int_eq(statuses[i], i == 9 ? RACTOR_ENOENT : RACTOR_OK);
        ck_assert(i == 9 || replies[i] == i);
    }
    ck_assert_int_eq(
        ractor_multi_call(actors, N, &sample_type, SAMPLE_KEEP, NULL, 30, statuses, replies, NULL),
        RACTOR_OK);
    for (uint64_t i = 0; i < N; i++)
        ck_assert_int_eq(statuses[i], i == 9 ? RACTOR_ENOENT : RACTOR_ETIMEOUT);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(many_calls_with_views_give_each_reply_its_owner)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actors[3];
    ractor_status statuses[3];
    ractor_string replies[3];
    ractor_message *owners[3];
    ractor_string text = RACTOR_STR("to all of you");
    for (int i = 0; i < 3; i++)
        actors[i] = sample_spawn(runtime, NULL);
    ck_assert_int_eq(ractor_multi_call(actors, 3, &sample_type, SAMPLE_ECHO, &text, 5000, statuses,
                                       replies, NULL),
                     RACTOR_EINVAL);
    ck_assert_int_eq(ractor_multi_call(actors, 3, &sample_type, SAMPLE_ECHO, &text, 5000, statuses,
                                       replies, owners),
                     RACTOR_OK);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(statuses[i], RACTOR_OK);
        ck_assert(ractor_string_equal(replies[i], text));
        ractor_message_drop(owners[i]);
    }
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(answering_twice_is_harmless)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_port port = {NULL, 0};
    uint64_t value = 1;
    ck_assert(ractor_port_is_closed(&port));
    ck_assert_int_eq(ractor_port_reply(&port, &sample_u64_codec, &value), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_port_fail(&port, RACTOR_EPORT), RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calls");
    TCase *all = suite_case(suite, "calls", 120);
    tcase_add_test(all, a_call_from_a_thread_returns_the_reply);
    tcase_add_test(all, a_reply_with_views_is_owned_by_the_caller);
    tcase_add_test(all, a_call_in_a_handler_suspends_and_the_worker_goes_on);
    tcase_add_test(all, a_call_that_nobody_answers_times_out);
    tcase_add_test(all, many_handlers_time_out_each_once);
    tcase_add_test(all, a_port_moved_out_of_the_handler_is_answered_later);
    tcase_add_test(all, an_unanswered_port_fails_the_caller_at_once);
    tcase_add_test(all, a_call_in_the_mailbox_of_an_actor_that_ends_is_answered_no_such_actor);
    tcase_add_test(all, kill_ends_a_wait_with_canceled);
    tcase_add_test(all, calling_oneself_is_an_error_not_a_deadlock);
    tcase_add_test(all, ten_thousand_actors_that_wait_for_calls_all_finish);
    tcase_add_test(all, ten_thousand_handlers_are_suspended_at_once_and_all_resume);
    tcase_add_test(all, an_answer_arrives_as_a_message_to_the_asker);
    tcase_add_test(all, a_question_that_nobody_answers_times_out);
    tcase_add_test(all, a_question_to_an_actor_that_ends_is_answered_with_its_end);
    tcase_add_test(all, an_asker_that_ends_first_leaks_nothing);
    tcase_add_test(all, answering_twice_is_harmless);
    tcase_add_test(all, a_forwarded_call_sends_its_outcome_on);
    tcase_add_test(all, many_calls_return_in_order_and_by_one_deadline);
    tcase_add_test(all, many_calls_with_views_give_each_reply_its_owner);
    return suite_run(suite);
}

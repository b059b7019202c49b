/* SPDX-License-Identifier: MIT */
/* Bounded mailboxes: each policy, by messages and by bytes, and what happens to who waits. */
#include "sample.h"
#include "suite.h"

#include <pthread.h>
#include <string.h>

static _Atomic uint64_t sum;
static _Atomic uint64_t gate;
static _Atomic uint64_t n_at_gate;
static struct sample_args counted = {.sum = &sum};

static ractor_status wait_at_gate(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    (void)atomic_fetch_add(&n_at_gate, 1);
    (void)sample_wait_for(&gate, 1);
    return RACTOR_OK;
}

/* An actor that is in a handler until the gate opens, with nothing in its mailbox. */
static ractor_ref spawn_at_gate(ractor_runtime *runtime, ractor_mailbox_bound bound)
{
    ractor_ref ref;
    ractor_spawn_options options = {.mailbox = bound};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, &counted, &ref), RACTOR_OK);
    ck_assert_int_eq(sample_run(ref, wait_at_gate, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_at_gate, 1));
    return ref;
}

static uint64_t dead(ractor_runtime *runtime, ractor_dead_reason reason)
{
    ractor_runtime_stats stats;
    ractor_runtime_get_stats(runtime, &stats);
    return stats.n_dead_by_reason[reason];
}

START_TEST(with_reject_a_full_mailbox_refuses_sends_and_calls)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(runtime, (ractor_mailbox_bound){.messages = 2});
    uint64_t value;
    ck_assert_int_eq(sample_add(ref, 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(ref, 10), RACTOR_OK);
    ck_assert_int_eq(sample_add(ref, 100), RACTOR_EAGAIN);
    ck_assert_int_eq(sample_get(ref, RACTOR_TIMEOUT_NONE, &value), RACTOR_EOVERLOAD);
    atomic_store(&gate, 1);
    ck_assert(sample_wait_for(&sum, 11));
    ck_assert_int_eq(sample_get(ref, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 11);
    ck_assert_uint_eq(dead(runtime, RACTOR_DEAD_FULL), 0);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(the_schema_bounds_what_the_options_leave_open)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_message_type type = sample_type;
    type.mailbox_messages = 1;
    ractor_actor_class class = sample_class;
    class.messages = &type;
    ractor_ref bounded;
    ractor_ref unbounded;
    ractor_spawn_options options = {.mailbox = {.messages = RACTOR_MAILBOX_UNBOUNDED}};
    ck_assert_int_eq(ractor_spawn(runtime, &class, NULL, &counted, &bounded), RACTOR_OK);
    ck_assert_int_eq(ractor_spawn(runtime, &class, &options, &counted, &unbounded), RACTOR_OK);
    struct sample_run run = {wait_at_gate, NULL};
    struct sample_add add = {1};
    ck_assert_int_eq(ractor_send(bounded, &type, SAMPLE_RUN, &run), RACTOR_OK);
    ck_assert_int_eq(ractor_send(unbounded, &type, SAMPLE_RUN, &run), RACTOR_OK);
    ck_assert(sample_wait_for(&n_at_gate, 2));
    ck_assert_int_eq(ractor_send(bounded, &type, SAMPLE_ADD, &add), RACTOR_OK);
    ck_assert_int_eq(ractor_send(bounded, &type, SAMPLE_ADD, &add), RACTOR_EAGAIN);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(ractor_send(unbounded, &type, SAMPLE_ADD, &add), RACTOR_OK);
    atomic_store(&gate, 1);
    ck_assert(sample_wait_for(&sum, 11));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(bytes_are_bounded_and_what_never_fits_is_refused)
{
    static char text[4096];
    memset(text, 'x', sizeof text - 1);
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(runtime, (ractor_mailbox_bound){.bytes = 6000});
    ck_assert_int_eq(sample_text(ref, text), RACTOR_OK);
    ck_assert_int_eq(sample_text(ref, text), RACTOR_EAGAIN);
    ck_assert_int_eq(sample_text(ref, "short"), RACTOR_OK);
    atomic_store(&gate, 1);
    ck_assert(sample_wait_for(&sum, sizeof text - 1 + 5));
    ractor_string large = {text, sizeof text - 1};
    ractor_ref small;
    ractor_spawn_options options = {
        .mailbox = {.bytes = 1000, .policy = RACTOR_MAILBOX_DROP_OLDEST}};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &small), RACTOR_OK);
    ck_assert_int_eq(ractor_send(small, &sample_type, SAMPLE_TEXT, &large), RACTOR_ELIMIT);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(with_drop_newest_the_message_becomes_a_dead_letter)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(
        runtime, (ractor_mailbox_bound){.messages = 1, .policy = RACTOR_MAILBOX_DROP_NEWEST});
    uint64_t value;
    ck_assert_int_eq(sample_add(ref, 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(ref, 10), RACTOR_OK);
    ck_assert_int_eq(sample_get(ref, RACTOR_TIMEOUT_NONE, &value), RACTOR_EOVERLOAD);
    ck_assert_uint_eq(dead(runtime, RACTOR_DEAD_FULL), 2);
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_drain_and_wait(ref, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(sum, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(with_drop_oldest_what_waited_longest_makes_way)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(
        runtime, (ractor_mailbox_bound){.messages = 2, .policy = RACTOR_MAILBOX_DROP_OLDEST});
    for (uint64_t amount = 1; amount <= 1000; amount *= 10)
        ck_assert_int_eq(sample_add(ref, amount), RACTOR_OK);
    ck_assert_uint_eq(dead(runtime, RACTOR_DEAD_FULL), 2);
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_drain_and_wait(ref, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(sum, 1100);
    ractor_runtime_stop(runtime);
}
END_TEST

static const ractor_mailbox_bound blocking = {.messages = 1, .policy = RACTOR_MAILBOX_BLOCK};
static _Atomic uint64_t n_sending;
static _Atomic uint64_t n_sent;
static _Atomic int last_status;

static void *send_two(void *argument)
{
    ractor_ref *ref = argument;
    for (int i = 0; i < 2; i++) {
        (void)atomic_fetch_add(&n_sending, 1);
        atomic_store(&last_status, sample_add(*ref, 1));
        (void)atomic_fetch_add(&n_sent, 1);
    }
    return NULL;
}

START_TEST(with_block_a_plain_thread_waits_for_room)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(runtime, blocking);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, send_two, &ref), 0);
    ck_assert(sample_wait_for(&n_sending, 2));
    ck_assert_uint_eq(n_sent, 1);
    atomic_store(&gate, 1);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(last_status, RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 2));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(with_block_a_wait_ends_at_its_deadline)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_mailbox_bound bound = blocking;
    bound.wait_ms = 5;
    ractor_ref ref = spawn_at_gate(runtime, bound);
    uint64_t value;
    ck_assert_int_eq(sample_add(ref, 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(ref, 1), RACTOR_ETIMEOUT);
    ck_assert_int_eq(sample_get(ref, 2, &value), RACTOR_EOVERLOAD);
    atomic_store(&gate, 1);
    ck_assert(sample_wait_for(&sum, 1));
    ck_assert_int_eq(sample_get(ref, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status send_in_handler(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)send_two(argument);
    return RACTOR_OK;
}

START_TEST(with_block_a_handler_waits_without_a_worker)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(runtime, blocking);
    ractor_ref senders[4];
    /* One of the two workers is at the gate; the four senders share the other one. */
    for (int i = 0; i < 4; i++) {
        senders[i] = sample_spawn(runtime, NULL);
        ck_assert_int_eq(sample_run(senders[i], send_in_handler, &ref), RACTOR_OK);
    }
    ck_assert(sample_wait_for(&n_sending, 5));
    atomic_store(&gate, 1);
    ck_assert(sample_wait_for(&sum, 8));
    ck_assert_int_eq(last_status, RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(killing_the_sender_ends_its_wait)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(runtime, blocking);
    ractor_ref sender = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(sender, send_in_handler, &ref), RACTOR_OK);
    ck_assert(sample_wait_for(&n_sending, 2));
    ractor_kill(sender);
    ck_assert(sample_wait_for(&n_sent, 2));
    ck_assert_int_eq(last_status, RACTOR_ECANCELED);
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_wait(sender, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_int_eq(ractor_drain_and_wait(ref, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(sum, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(the_end_of_the_actor_ends_the_wait_of_its_senders)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(runtime, blocking);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, send_two, &ref), 0);
    ck_assert(sample_wait_for(&n_sending, 2));
    ractor_kill(ref);
    atomic_store(&gate, 1);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(last_status, RACTOR_ENOENT);
    ck_assert_uint_eq(dead(runtime, RACTOR_DEAD_KILLED), 1);
    ck_assert_uint_eq(sum, 0);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status send_to_itself(ractor_context *ctx, void *argument)
{
    (void)argument;
    ck_assert_int_eq(sample_add(ractor_self(ctx), 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(ractor_self(ctx), 1), RACTOR_EAGAIN);
    return RACTOR_OK;
}

START_TEST(an_actor_does_not_wait_for_room_in_its_own_mailbox)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref;
    ractor_spawn_options options = {.mailbox = blocking};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, &counted, &ref), RACTOR_OK);
    ck_assert_int_eq(sample_run(ref, send_to_itself, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 1));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(stops_and_events_pass_a_full_mailbox)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref = spawn_at_gate(runtime, (ractor_mailbox_bound){.messages = 1});
    ck_assert_int_eq(sample_add(ref, 1), RACTOR_OK);
    ractor_stop(ref, "enough");
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_wait(ref, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(sum, 0);
    ck_assert_uint_eq(dead(runtime, RACTOR_DEAD_ENDED), 1);
    ractor_runtime_stop(runtime);
}
END_TEST

#define N_SENDERS 4
#define N_EACH 5000

static void *send_many(void *argument)
{
    ractor_ref *ref = argument;
    for (int i = 0; i < N_EACH; i++)
        ck_assert_int_eq(sample_add(*ref, 1), RACTOR_OK);
    return NULL;
}

static ractor_status send_many_in_handler(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)send_many(argument);
    return RACTOR_OK;
}

START_TEST(no_wake_up_is_lost_between_many_senders_and_a_small_mailbox)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref;
    ractor_spawn_options options = {.mailbox = {.messages = 3, .policy = RACTOR_MAILBOX_BLOCK}};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, &counted, &ref), RACTOR_OK);
    pthread_t threads[N_SENDERS];
    for (int i = 0; i < N_SENDERS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, send_many, &ref), 0);
        ck_assert_int_eq(sample_run(sample_spawn(runtime, NULL), send_many_in_handler, &ref),
                         RACTOR_OK);
    }
    for (int i = 0; i < N_SENDERS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert(sample_wait_for(&sum, 2 * N_SENDERS * N_EACH));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(an_unknown_policy_is_refused)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref ref;
    ractor_spawn_options options = {.mailbox = {.policy = (ractor_mailbox_policy)9}};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &ref), RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("actor mailbox");
    TCase *all = suite_case(suite, "mailbox", 60);
    tcase_add_test(all, with_reject_a_full_mailbox_refuses_sends_and_calls);
    tcase_add_test(all, the_schema_bounds_what_the_options_leave_open);
    tcase_add_test(all, bytes_are_bounded_and_what_never_fits_is_refused);
    tcase_add_test(all, with_drop_newest_the_message_becomes_a_dead_letter);
    tcase_add_test(all, with_drop_oldest_what_waited_longest_makes_way);
    tcase_add_test(all, with_block_a_plain_thread_waits_for_room);
    tcase_add_test(all, with_block_a_wait_ends_at_its_deadline);
    tcase_add_test(all, with_block_a_handler_waits_without_a_worker);
    tcase_add_test(all, killing_the_sender_ends_its_wait);
    tcase_add_test(all, the_end_of_the_actor_ends_the_wait_of_its_senders);
    tcase_add_test(all, an_actor_does_not_wait_for_room_in_its_own_mailbox);
    tcase_add_test(all, stops_and_events_pass_a_full_mailbox);
    tcase_add_test(all, no_wake_up_is_lost_between_many_senders_and_a_small_mailbox);
    tcase_add_test(all, an_unknown_policy_is_refused);
    return suite_run(suite);
}

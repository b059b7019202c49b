/* SPDX-License-Identifier: MIT */
/* Dead letters: who hears of them, with what, and for how long. And spawns that do not wait. */
#include "sample.h"
#include "suite.h"

#include <string.h>

static _Atomic uint64_t sum;
static _Atomic uint64_t gate;
static _Atomic uint64_t n_at_gate;
static _Atomic uint64_t n_letters;
static _Atomic uint64_t n_released;
static _Atomic uint64_t n_ended;
static _Atomic uint64_t amount;
static char line[160];
static struct sample_args counted = {.sum = &sum, .n_ended = &n_ended};

static ractor_status wait_at_gate(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    (void)atomic_fetch_add(&n_at_gate, 1);
    (void)sample_wait_for(&gate, 1);
    return RACTOR_OK;
}

static void on_letter(void *user, const ractor_dead_letter *letter)
{
    ck_assert_ptr_eq(user, &n_released);
    if (letter->type == &sample_type && letter->args != NULL)
        atomic_store(&amount, ((const struct sample_add *)letter->args)->amount);
    (void)ractor_dead_letter_format(letter, line, sizeof line);
    (void)atomic_fetch_add(&n_letters, 1);
}

static void release(void *user)
{
    (void)atomic_fetch_add((_Atomic uint64_t *)user, 1);
}

static const ractor_dead_letter_options listening = {
    .on_letter = on_letter, .user = &n_released, .release = release};

/* Leaves one message in the mailbox of an actor that is stopped or killed meanwhile. */
static void make_dead_letter(ractor_runtime *runtime, void (*end)(ractor_ref actor))
{
    ractor_ref actor = sample_spawn(runtime, &counted);
    atomic_store(&gate, 0);
    atomic_store(&n_at_gate, 0);
    ck_assert_int_eq(sample_run(actor, wait_at_gate, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_at_gate, 1));
    ck_assert_int_eq(sample_add(actor, 77), RACTOR_OK);
    end(actor);
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_wait(actor, RACTOR_TIMEOUT_NONE), RACTOR_OK);
}

static void stop(ractor_ref actor)
{
    ractor_stop(actor, NULL);
}

START_TEST(a_subscriber_sees_type_variant_content_and_reason)
{
    ractor_runtime *runtime = sample_runtime(2);
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &listening), RACTOR_OK);
    make_dead_letter(runtime, stop);
    ck_assert(sample_wait_for(&n_letters, 1));
    ck_assert_uint_eq(amount, 77);
    ck_assert_ptr_eq(strstr(line, "tests.Sample.Add to actor "), line);
    ck_assert_ptr_nonnull(strstr(line, ": its actor ended first"));
    make_dead_letter(runtime, ractor_kill);
    ck_assert(sample_wait_for(&n_letters, 2));
    ck_assert_ptr_nonnull(strstr(line, ": its actor was killed"));
    ractor_runtime_stats stats;
    ractor_runtime_get_stats(runtime, &stats);
    ck_assert_uint_eq(stats.n_dead_letters, 2);
    ck_assert_uint_eq(stats.n_dead_by_reason[RACTOR_DEAD_ENDED], 1);
    ck_assert_uint_eq(stats.n_dead_by_reason[RACTOR_DEAD_KILLED], 1);
    ck_assert_uint_eq(n_released, 0);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_released, 1);
}
END_TEST

START_TEST(unsubscribing_releases_once_and_ends_the_telling)
{
    ractor_runtime *runtime = sample_runtime(2);
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &listening), RACTOR_OK);
    ck_assert_int_eq(ractor_dead_letters_unsubscribe(runtime, on_letter, &n_released), RACTOR_OK);
    ck_assert_uint_eq(n_released, 1);
    ck_assert_int_eq(ractor_dead_letters_unsubscribe(runtime, on_letter, &n_released),
                     RACTOR_ENOENT);
    make_dead_letter(runtime, stop);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_letters, 0);
    ck_assert_uint_eq(n_released, 1);
}
END_TEST

START_TEST(a_subscription_ends_with_its_actor)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_dead_letter_options options = listening;
    options.subscriber = sample_spawn(runtime, NULL);
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &options), RACTOR_OK);
    ck_assert_int_eq(ractor_stop_and_wait(options.subscriber, NULL, RACTOR_TIMEOUT_NONE),
                     RACTOR_OK);
    make_dead_letter(runtime, stop);
    ck_assert(sample_wait_for(&n_released, 1));
    ck_assert_uint_eq(n_letters, 0);
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &options), RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_ref listener;

static void forward(void *user, const ractor_dead_letter *letter)
{
    (void)user;
    (void)letter;
    (void)atomic_fetch_add(&n_letters, 1);
    (void)sample_add(listener, 1000);
}

START_TEST(an_actor_can_be_told_and_its_own_dead_letters_do_not_go_round)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_spawn_options bound = {.mailbox = {.messages = 1, .policy = RACTOR_MAILBOX_DROP_NEWEST}};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &bound, &counted, &listener), RACTOR_OK);
    ractor_dead_letter_options options = {.on_letter = forward, .subscriber = listener};
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &options), RACTOR_OK);
    make_dead_letter(runtime, stop);
    ck_assert(sample_wait_for(&sum, 1000));
    /* Full: what is forwarded is lost as well, and told to nobody. */
    atomic_store(&gate, 0);
    atomic_store(&n_at_gate, 0);
    ck_assert_int_eq(sample_run(listener, wait_at_gate, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_at_gate, 1));
    ck_assert_int_eq(sample_add(listener, 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(listener, 1), RACTOR_OK);
    ck_assert_uint_eq(n_letters, 2);
    atomic_store(&gate, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(subscriptions_are_limited_and_checked)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_dead_letter_options none = {.user = &sum};
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, NULL), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &none), RACTOR_EINVAL);
    for (int i = 0; i < RACTOR_DEAD_LETTER_SUBSCRIPTIONS; i++)
        ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &listening), RACTOR_OK);
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &listening), RACTOR_ELIMIT);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_released, RACTOR_DEAD_LETTER_SUBSCRIPTIONS);
}
END_TEST

START_TEST(a_line_is_cut_to_its_room_and_names_what_is_not_known)
{
    ractor_dead_letter letter = {.reason = RACTOR_DEAD_NOBODY, .to = {NULL, 7}};
    char text[8];
    ck_assert_uint_eq(ractor_dead_letter_format(&letter, text, sizeof text),
                      strlen("?.? to actor 7: no such actor"));
    ck_assert_str_eq(text, "?.? to ");
    ck_assert_str_eq(ractor_dead_reason_text((ractor_dead_reason)99), "unknown reason");
}
END_TEST

/* ------------------------------------------------------------------ spawns that do not wait */

static ractor_status start_at_gate(ractor_context *ctx, void *state)
{
    (void)state;
    return wait_at_gate(ctx, NULL);
}

static ractor_status fail_at_gate(ractor_context *ctx, void *state)
{
    (void)start_at_gate(ctx, state);
    return ractor_fail(ctx, "no luck");
}

START_TEST(an_instant_spawn_returns_before_pre_start_and_messages_wait)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref;
    struct sample_args args = counted;
    args.pre_start = start_at_gate;
    ractor_spawn_options options = {.name = "soon"};
    ck_assert_int_eq(
        ractor_spawn_instant(runtime, &sample_class, &options, &args, sizeof args, &ref),
        RACTOR_OK);
    memset(&args, 0, sizeof args); /* it was copied */
    ractor_ref found;
    ck_assert_int_eq(ractor_find_name(runtime, "soon", &sample_type, &found), RACTOR_OK);
    ck_assert(ractor_ref_equal(found, ref));
    ck_assert_int_eq(sample_add(ref, 5), RACTOR_OK);
    ck_assert(sample_wait_for(&n_at_gate, 1));
    ck_assert_int_le(ractor_status_of(ref), RACTOR_ACTOR_STARTING);
    ck_assert_uint_eq(sum, 0);
    atomic_store(&gate, 1);
    uint64_t value;
    ck_assert_int_eq(sample_get(ref, RACTOR_TIMEOUT_NONE, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 5);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_ended, 1);
}
END_TEST

static _Atomic int event_kind;
static _Atomic uint64_t n_events;

static ractor_status note_event(ractor_context *ctx, void *both_)
{
    const struct sample_event *both = both_;
    (void)ctx;
    atomic_store(&event_kind, (int)both->event->kind);
    ck_assert(ractor_string_equal(both->event->reason, RACTOR_STR("no luck")));
    return RACTOR_OK;
}

START_TEST(a_pre_start_that_fails_tells_the_supervisor_and_makes_dead_letters)
{
    ractor_runtime *runtime = sample_runtime(2);
    struct sample_args boss_args = {.on_event = note_event, .n_events = &n_events};
    struct sample_args args = counted;
    ractor_ref ref;
    args.pre_start = fail_at_gate;
    ractor_spawn_options options = {.supervisor = sample_spawn(runtime, &boss_args)};
    ck_assert_int_eq(ractor_dead_letters_subscribe(runtime, &listening), RACTOR_OK);
    ck_assert_int_eq(
        ractor_spawn_instant(runtime, &sample_class, &options, &args, sizeof args, &ref),
        RACTOR_OK);
    ck_assert_int_eq(sample_add(ref, 77), RACTOR_OK);
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_wait(ref, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert(sample_wait_for(&n_events, 1));
    ck_assert_int_eq(event_kind, RACTOR_EVENT_ACTOR_FAILED);
    ck_assert(sample_wait_for(&n_letters, 1));
    ck_assert_ptr_nonnull(strstr(line, ": its actor did not start"));
    ck_assert_uint_eq(n_ended, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(an_instant_spawn_that_cannot_be_is_refused_at_once)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref ref;
    ractor_ref boss = sample_spawn(runtime, NULL);
    ractor_spawn_options options = {.name = "one", .supervisor = boss};
    ck_assert_int_eq(ractor_spawn_instant(runtime, &sample_class, &options, &counted, 0, &ref),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_spawn_instant(runtime, &sample_class, &options, &counted, 0, &ref),
                     RACTOR_EEXIST);
    ck_assert_int_eq(ractor_stop_and_wait(boss, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    options.name = NULL;
    ck_assert_int_eq(ractor_spawn_instant(runtime, &sample_class, &options, &counted, 0, &ref),
                     RACTOR_ESTOPPED);
    ck_assert_int_eq(ractor_spawn_instant(runtime, &sample_class, NULL, NULL, 8, &ref),
                     RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
    ck_assert_uint_le(n_ended, 1); /* without a pre_start there is no state to count with */
}
END_TEST

START_TEST(a_kill_before_the_start_skips_pre_start)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref blocker = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(blocker, wait_at_gate, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_at_gate, 1)); /* the only worker */
    struct sample_args args = counted;
    args.pre_start = start_at_gate;
    ractor_ref ref;
    ck_assert_int_eq(ractor_spawn_instant(runtime, &sample_class, NULL, &args, sizeof args, &ref),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_status_of(ref), RACTOR_ACTOR_UNSTARTED);
    ractor_kill(ref);
    atomic_store(&gate, 1);
    ck_assert_int_eq(ractor_wait(ref, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(n_at_gate, 1);
    ractor_runtime_stop(runtime);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("actor deadletter");
    TCase *letters = suite_case(suite, "dead letters", 60);
    tcase_add_test(letters, a_subscriber_sees_type_variant_content_and_reason);
    tcase_add_test(letters, unsubscribing_releases_once_and_ends_the_telling);
    tcase_add_test(letters, a_subscription_ends_with_its_actor);
    tcase_add_test(letters, an_actor_can_be_told_and_its_own_dead_letters_do_not_go_round);
    tcase_add_test(letters, subscriptions_are_limited_and_checked);
    tcase_add_test(letters, a_line_is_cut_to_its_room_and_names_what_is_not_known);
    TCase *instant = suite_case(suite, "instant spawn", 60);
    tcase_add_test(instant, an_instant_spawn_returns_before_pre_start_and_messages_wait);
    tcase_add_test(instant, a_pre_start_that_fails_tells_the_supervisor_and_makes_dead_letters);
    tcase_add_test(instant, an_instant_spawn_that_cannot_be_is_refused_at_once);
    tcase_add_test(instant, a_kill_before_the_start_skips_pre_start);
    return suite_run(suite);
}

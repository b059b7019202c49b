/* SPDX-License-Identifier: MIT */
/* How turns are shared out. One worker, batches of four: the order of events is certain. */
#include "base/clock.h"
#include "sample.h"
#include "suite.h"

#include <string.h>

#define BATCH 4
#define N_MESSAGES 100
#define N_BURST (2 * BATCH)

/* Who has handled a message, in order; written by the one worker. */
static char order[4 * N_MESSAGES];
static size_t n_handled;
static ractor_ref receiver, sender;
static _Atomic uint64_t n_done;

static void note(char who)
{
    order[n_handled++] = who;
    atomic_fetch_add(&n_done, 1);
}

/* Longer than a turn may go on for beyond its batch. */
static void take_long(void)
{
    uint64_t end_ns = rt_monotonic_ns(NULL) + 2 * RT_NS_PER_MS;
    while (rt_monotonic_ns(NULL) < end_ns)
        ;
}

static ractor_status handle_slowly(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    take_long();
    note('r');
    return RACTOR_OK;
}

static ractor_status handle_at_once(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    note('r');
    return RACTOR_OK;
}

static ractor_status send_one(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    note('s');
    return sample_run(receiver, handle_at_once, NULL);
}

static ractor_status send_burst(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    take_long();
    note('s');
    for (uint32_t i = 0; i < N_BURST; i++)
        if (sample_run(receiver, handle_at_once, NULL) != RACTOR_OK)
            return RACTOR_EFAILED;
    return RACTOR_OK;
}

struct load {
    uint32_t n_to_receiver;
    sample_fn receive;
    uint32_t n_to_sender;
    sample_fn send;
    uint32_t n_sent; /* by each of these */
};

/* Fills both mailboxes while neither can run. The receiver, woken last, goes first. */
static ractor_status fill(ractor_context *ctx, void *argument)
{
    (void)ctx;
    const struct load *load = argument;
    for (uint32_t i = 0; i < load->n_to_sender; i++)
        if (sample_run(sender, load->send, NULL) != RACTOR_OK)
            return RACTOR_EFAILED;
    for (uint32_t i = 0; i < load->n_to_receiver; i++)
        if (sample_run(receiver, load->receive, NULL) != RACTOR_OK)
            return RACTOR_EFAILED;
    return RACTOR_OK;
}

static void run(struct load load)
{
    ractor_runtime_options options = {.n_workers = 1, .batch_limit = BATCH, .log_quiet = 1};
    ractor_runtime *runtime;
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    receiver = sample_spawn(runtime, NULL);
    sender = sample_spawn(runtime, NULL);
    ractor_ref filler = sample_spawn(runtime, NULL);
    ck_assert_int_eq(sample_run(filler, fill, &load), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, load.n_to_receiver + (1 + load.n_sent) * load.n_to_sender));
    ractor_runtime_stop(runtime);
}

/* The longest run of `who` in `order`, from the first message of the receiver on. */
static size_t longest_run(char who)
{
    size_t longest = 0, length = 0;
    const char *first = memchr(order, 'r', n_handled);
    ck_assert_ptr_nonnull(first);
    for (const char *at = first; at < order + n_handled; at++) {
        length = *at == who ? length + 1 : 0;
        longest = length > longest ? length : longest;
    }
    return longest;
}

START_TEST(whoever_sends_to_a_crowded_actor_gives_way_after_each_message)
{
    run((struct load){20, handle_slowly, 12, send_one, 1});
    /* The receiver's first turn takes two batches at most, then it is known to be crowded. */
    const char *crowded = strchr(strchr(order, 'r'), 's');
    ck_assert_ptr_nonnull(crowded);
    ck_assert_int_eq(crowded[1], 'r');
}
END_TEST

START_TEST(whoever_sends_to_an_actor_that_keeps_up_has_full_turns)
{
    run((struct load){1, handle_at_once, 12, send_one, 1});
    ck_assert_uint_ge(longest_run('s'), BATCH);
}
END_TEST

START_TEST(a_batch_is_over_when_as_much_has_been_sent)
{
    run((struct load){1, handle_at_once, 12, send_burst, N_BURST});
    /* One message is a batch then, and the next one ends the turn by its time. */
    ck_assert_uint_le(longest_run('s'), 2);
}
END_TEST

START_TEST(an_actor_with_many_messages_goes_on_beyond_its_batch)
{
    run((struct load){N_MESSAGES, handle_at_once, 4, send_one, 1});
    ck_assert_uint_gt(longest_run('r'), BATCH);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fairness");
    TCase *all = suite_case(suite, "fairness", 60);
    tcase_add_test(all, whoever_sends_to_a_crowded_actor_gives_way_after_each_message);
    tcase_add_test(all, whoever_sends_to_an_actor_that_keeps_up_has_full_turns);
    tcase_add_test(all, a_batch_is_over_when_as_much_has_been_sent);
    tcase_add_test(all, an_actor_with_many_messages_goes_on_beyond_its_batch);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/*
 * An actor waits in a hook, in each way there is; after each turn in turn something happens to it:
 * a kill, a stop, a drain, the end of whom it waits for. Over and over, until the wait is over
 * before the turn has come. The hook always returns, once and in time, and the actor ends as it
 * should.
 */
#include "actor/sample.h"
#include "suite.h"

#include <ractor/testing.h>

#include <string.h>

#define N_SEEDS 5
#define WAIT_MS 20
#define ANSWER_MS 3
#define QUIET_MS 500

/* Who plays in each run. The callee answers after a while, and ends after twice that. */
static struct cast {
    ractor_sim *sim;
    ractor_runtime *runtime;
    ractor_ref subject, callee, other, child;
    ractor_ref crowded; /* has room for one message, and waits for the callee's end */
    ractor_output *output;
    ractor_factory factory;
    ractor_supervisor supervisor;
    bool has_started, has_returned;
    ractor_status status; /* what the wait has returned */
    uint64_t returned_ms;
    _Atomic uint64_t n_ended, n_post_stops;
    uint64_t n_turns, last_turn;
} cast;

/* ------------------------------------------------------------------ ways to wait */

static ractor_status in_call(ractor_context *ctx)
{
    uint64_t value;
    (void)ctx;
    return sample_keep(cast.callee, WAIT_MS, &value);
}

static ractor_status in_call_for_ever(ractor_context *ctx)
{
    uint64_t value;
    (void)ctx;
    return sample_keep(cast.callee, RACTOR_TIMEOUT_NONE, &value);
}

static ractor_status in_call_of_a_caller(ractor_context *ctx)
{
    uint64_t value;
    (void)ctx;
    return sample_ask(cast.other, cast.callee, WAIT_MS, &value);
}

static ractor_status in_many_calls(ractor_context *ctx)
{
    ractor_ref to[2] = {cast.callee, cast.other};
    ractor_status statuses[2] = {RACTOR_OK, RACTOR_OK};
    uint64_t values[2];
    (void)ctx;
    ractor_status status =
        ractor_multi_call(to, 2, &sample_type, SAMPLE_KEEP, NULL, WAIT_MS, statuses, values, NULL);
    return status != RACTOR_OK ? status : statuses[0];
}

static ractor_status in_wait(ractor_context *ctx)
{
    (void)ctx;
    return ractor_wait(cast.callee, WAIT_MS);
}

static ractor_status in_stop_of_children(ractor_context *ctx)
{
    return ractor_stop_children_and_wait(ractor_self(ctx), "enough", WAIT_MS);
}

static ractor_status in_publish(ractor_context *ctx)
{
    uint64_t one = 1;
    ractor_status status = RACTOR_OK;
    (void)ctx;
    for (int i = 0; i < 3 && status == RACTOR_OK; i++)
        status = ractor_output_publish(cast.output, &one);
    return status;
}

static ractor_status keep_in_pre_start(ractor_context *ctx, void *argument)
{
    (void)argument;
    return in_call(ctx);
}

static ractor_status in_spawn(ractor_context *ctx)
{
    static struct sample_args args = {.pre_start = keep_in_pre_start};
    ractor_ref spawned;
    return ractor_spawn(ractor_context_runtime(ctx), &sample_class, NULL, &args, &spawned);
}

static ractor_status in_factory_call(ractor_context *ctx)
{
    ractor_job job = {.type = &sample_type, .tag = SAMPLE_GET};
    uint64_t value;
    (void)ctx;
    return ractor_factory_call(cast.factory, &job, WAIT_MS, &value, NULL);
}

static ractor_status in_start_of_a_child(ractor_context *ctx)
{
    ractor_child_spec spec = {.actor_class = &sample_class, .id = "new"};
    (void)ctx;
    return ractor_supervisor_start_child(cast.supervisor, &spec, WAIT_MS, NULL);
}

static ractor_status in_bounded_sends(ractor_context *ctx)
{
    ractor_status status = RACTOR_OK;
    (void)ctx;
    for (int i = 0; i < 3 && status == RACTOR_OK; i++)
        status = sample_add(cast.crowded, 1);
    return status;
}

/* Waits for room, then for the reply. */
static ractor_status in_bounded_call(ractor_context *ctx)
{
    uint64_t value;
    (void)ctx;
    ractor_status status = sample_add(cast.crowded, 1);
    return status == RACTOR_OK ? sample_get(cast.crowded, WAIT_MS, &value) : status;
}

static ractor_status in_many_bounded_calls(ractor_context *ctx)
{
    ractor_ref to[3] = {cast.crowded, cast.crowded, cast.crowded};
    ractor_status statuses[3] = {RACTOR_OK, RACTOR_OK, RACTOR_OK};
    uint64_t values[3];
    (void)ctx;
    ractor_status status =
        ractor_multi_call(to, 3, &sample_type, SAMPLE_GET, NULL, WAIT_MS, statuses, values, NULL);
    for (int i = 0; i < 3 && status == RACTOR_OK; i++)
        status = statuses[i];
    return status;
}

static const struct way {
    const char *name;
    ractor_status (*wait)(ractor_context *ctx);
    bool ends_with_callee;  /* at once when the callee ends */
    bool ends_with_crowded; /* likewise */
} ways[] = {
    {"call", in_call, true, false},
    {"call without a deadline", in_call_for_ever, true, false},
    {"call of a caller", in_call_of_a_caller, true, false},
    {"many calls", in_many_calls, false, false},
    {"wait", in_wait, true, false},
    {"stop of children", in_stop_of_children, true, false},
    {"publish", in_publish, true, false},
    {"spawn", in_spawn, true, false},
    {"factory call", in_factory_call, true, false},
    {"start of a child", in_start_of_a_child, true, false},
    {"bounded sends", in_bounded_sends, true, true},
    {"bounded call", in_bounded_call, true, true},
    {"many bounded calls", in_many_bounded_calls, true, true},
};
#define N_WAYS ((int)(sizeof ways / sizeof ways[0]))

/* ------------------------------------------------------------------ what happens meanwhile */

static void kill_subject(void)
{
    ractor_kill(cast.subject);
}

static void stop_subject(void)
{
    ractor_stop(cast.subject, "stopped");
}

static void drain_subject(void)
{
    ractor_drain(cast.subject);
}

static void kill_callee(void)
{
    ractor_kill(cast.callee);
}

static void fail_callee(void)
{
    (void)sample_fail(cast.callee);
}

static void kill_crowded(void)
{
    ractor_kill(cast.crowded);
}

static const struct blow {
    const char *name;
    void (*strike)(void);
    bool ends_subject, is_kill;
} blows[] = {
    {"kill", kill_subject, true, true},
    {"stop", stop_subject, true, false},
    {"drain", drain_subject, true, false},
    {"kill of the callee", kill_callee, false, false},
    {"failure of the callee", fail_callee, false, false},
    {"kill of the crowded", kill_crowded, false, false},
};
#define N_BLOWS (sizeof blows / sizeof blows[0])

/* ------------------------------------------------------------------ a run */

static ractor_status wait_once(ractor_context *ctx, void *argument)
{
    const struct way *way = argument;
    cast.has_started = true;
    cast.status = way->wait(ctx);
    cast.has_returned = true;
    cast.returned_ms = ractor_sim_now_ms(cast.sim);
    return RACTOR_OK;
}

static ractor_status wait_for_callee(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    (void)ractor_wait(cast.callee, WAIT_MS);
    return RACTOR_OK;
}

static void make_crowded(void)
{
    ractor_spawn_options options = {.mailbox = {.messages = 1, .policy = RACTOR_MAILBOX_BLOCK}};
    ck_assert_int_eq(ractor_spawn(cast.runtime, &sample_class, &options, NULL, &cast.crowded),
                     RACTOR_OK);
    ck_assert_int_eq(sample_run(cast.crowded, wait_for_callee, NULL), RACTOR_OK);
}

static void make_parts(void)
{
    static struct sample_args none = {.sum = NULL};
    ractor_subscription_options subscription = {
        .type = &sample_type, .tag = SAMPLE_ADD, .limit = 1, .overflow = RACTOR_OVERFLOW_WAIT};
    ractor_factory_options factory = {
        .worker_class = &sample_class, .worker_args = &none, .n_workers = 2};
    make_crowded();
    ck_assert_int_eq(ractor_output_new(&cast.output), RACTOR_OK);
    ck_assert_int_eq(ractor_output_subscribe(cast.output, cast.callee, &subscription), RACTOR_OK);
    ck_assert_int_eq(ractor_factory_start(cast.runtime, &factory, &cast.factory), RACTOR_OK);
    ck_assert_int_eq(ractor_supervisor_start(cast.runtime, NULL, &cast.supervisor), RACTOR_OK);
}

static void set_scene(uint64_t seed)
{
    static struct sample_args subject_args;
    ractor_runtime_options quiet = {.log_quiet = 1};
    ractor_sim_options options = {.seed = seed, .runtime = &quiet};
    struct sample_add one = {1};
    memset(&cast, 0, sizeof cast);
    ck_assert_int_eq(ractor_sim_new(&options, &cast.sim), RACTOR_OK);
    cast.runtime = ractor_sim_runtime(cast.sim);
    subject_args =
        (struct sample_args){.n_ended = &cast.n_ended, .n_post_stops = &cast.n_post_stops};
    cast.subject = sample_spawn(cast.runtime, &subject_args);
    cast.callee = sample_spawn(cast.runtime, NULL);
    cast.other = sample_spawn(cast.runtime, NULL);
    cast.child = sample_spawn_linked(cast.runtime, NULL, cast.subject);
    make_parts();
    ck_assert_int_eq(
        ractor_send_after(cast.callee, &sample_type, SAMPLE_ADD, &one, ANSWER_MS, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_exit_after(cast.callee, 2 * ANSWER_MS, NULL), RACTOR_OK);
}

/* Asked after every turn. */
static bool it_is_time(void *user)
{
    (void)user;
    return cast.has_returned || cast.n_turns++ == cast.last_turn;
}

static void check_subject(const struct way *way, const struct blow *blow, uint64_t struck_ms,
                          bool has_struck_in_time)
{
    ck_assert(cast.has_started || blow->is_kill || blow->strike == stop_subject);
    ck_assert(cast.has_returned == cast.has_started);
    if (!has_struck_in_time)
        ck_assert_int_ne(cast.status, RACTOR_ECANCELED);
    if (blow->is_kill && cast.has_returned && has_struck_in_time)
        ck_assert_uint_eq(cast.returned_ms, struck_ms);
    if (blow->strike == kill_callee && has_struck_in_time && way->ends_with_callee)
        ck_assert_uint_eq(cast.returned_ms, struck_ms);
    if (blow->strike == kill_crowded && has_struck_in_time && way->ends_with_crowded)
        ck_assert_uint_eq(cast.returned_ms, struck_ms);
    ck_assert_uint_eq(cast.n_ended, blow->ends_subject ? 1 : 0);
    ck_assert_uint_eq(cast.n_post_stops, blow->ends_subject && !blow->is_kill ? 1 : 0);
}

static void check_quiet(void)
{
    ractor_runtime_stats stats;
    ractor_runtime_get_stats(cast.runtime, &stats);
    ck_assert_uint_eq(stats.n_sent, stats.n_handled + stats.n_dead_letters);
    ck_assert_uint_eq(ractor_children(cast.subject, NULL, 0),
                      ractor_status_of(cast.child) == RACTOR_ACTOR_RUNNING ? 1 : 0);
}

/* False: the wait was over before the blow. */
static bool strike_at(const struct way *way, const struct blow *blow, uint64_t turn, uint64_t seed)
{
    set_scene(seed);
    cast.last_turn = turn;
    union {
        const struct way *way;
        void *argument;
    } which = {way};
    ck_assert_int_eq(sample_run(cast.subject, wait_once, which.argument), RACTOR_OK);
    ck_assert_int_eq(ractor_sim_run_until(cast.sim, it_is_time, NULL, QUIET_MS), RACTOR_OK);
    bool has_struck_in_time = !cast.has_returned;
    uint64_t struck_ms = ractor_sim_now_ms(cast.sim);
    blow->strike();
    ractor_sim_advance(cast.sim, QUIET_MS); /* a factory is never idle */
    check_subject(way, blow, struck_ms, has_struck_in_time);
    check_quiet();
    ractor_output *output = cast.output;
    ractor_sim_free(cast.sim);
    ractor_output_free(output);
    return has_struck_in_time;
}

START_TEST(a_wait_ends_whenever_and_however_it_is_struck)
{
    const struct way *way = &ways[_i];
    for (size_t i = 0; i < N_BLOWS; i++) {
        uint64_t n_turns = 0;
        for (uint64_t seed = 1; seed <= N_SEEDS; seed++)
            for (uint64_t turn = 0; strike_at(way, &blows[i], turn, seed); turn++)
                n_turns++;
        ck_assert_msg(n_turns >= N_SEEDS, "%s, %s: %llu", way->name, blows[i].name,
                      (unsigned long long)n_turns);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suspension");
    TCase *waits = suite_case(suite, "waits", 120);
    tcase_add_loop_test(waits, a_wait_ends_whenever_and_however_it_is_struck, 0, N_WAYS);
    return suite_run(suite);
}

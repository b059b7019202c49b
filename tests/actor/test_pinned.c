/* SPDX-License-Identifier: MIT */
/* Actors with a thread of their own: which thread runs what, blocking, and all that is as with
 * other actors. */
#include "sample.h"
#include "suite.h"

#include "actor/runtime.h"

#include <ractor/embed.h>
#include <ractor/testing.h>

#include <pthread.h>
#include <sched.h>
#include <string.h>

static _Atomic uint64_t n_done;
static _Atomic uint64_t n_entered;
static _Atomic uint64_t n_ended;
static _Atomic uint64_t n_wrong_threads;
static _Atomic bool is_open;
static _Thread_local uint64_t own_count; /* what a thread-affine library would keep */
static const ractor_spawn_options pinned = {.pinned = 1};

static ractor_ref spawn_pinned(ractor_runtime *runtime, const struct sample_args *args)
{
    ractor_ref ref = {NULL, 0};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &pinned, args, &ref), RACTOR_OK);
    return ref;
}

static ractor_status count_here(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    own_count++;
    (void)atomic_fetch_add(&n_done, 1);
    return RACTOR_OK;
}

/* Blocks its thread, as a library would. */
static ractor_status block(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    (void)atomic_fetch_add(&n_entered, 1);
    while (!atomic_load(&is_open))
        (void)sched_yield();
    (void)atomic_fetch_add(&n_done, 1);
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ threads */

/* An actor whose hooks say whether they run on the thread that its pre_start ran on. */
struct witness {
    pthread_t thread;
    uint64_t n_hooks;
};

static void check_thread(struct witness *witness)
{
    witness->n_hooks++;
    if (!pthread_equal(witness->thread, pthread_self()) || own_count != witness->n_hooks - 1)
        (void)atomic_fetch_add(&n_wrong_threads, 1);
    own_count++;
}

static ractor_status witness_pre_start(ractor_context *ctx, void *state, const void *args)
{
    struct witness *witness = state;
    witness->thread = pthread_self();
    if (args != NULL && pthread_equal(witness->thread, *(const pthread_t *)args))
        (void)atomic_fetch_add(&n_wrong_threads, 1);
    check_thread(witness);
    return args != NULL ? RACTOR_OK : ractor_fail(ctx, "asked to");
}

static ractor_status witness_post_start(ractor_context *ctx, void *state)
{
    (void)ctx;
    check_thread(state);
    return RACTOR_OK;
}

static ractor_status witness_on_event(ractor_context *ctx, void *state,
                                      const ractor_supervision_event *event)
{
    (void)ctx;
    (void)event;
    check_thread(state);
    return RACTOR_OK;
}

static void witness_fini(void *state)
{
    check_thread(state);
    (void)atomic_fetch_add(&n_ended, 1);
}

static ractor_status witness_dispatch(const void *handlers, ractor_context *ctx, void *state,
                                      uint32_t tag, const void *args, ractor_port *port)
{
    (void)handlers;
    (void)ctx;
    (void)args;
    check_thread(state);
    if (tag == SAMPLE_GET)
        (void)ractor_port_reply(port, &sample_u64_codec, &((struct witness *)state)->n_hooks);
    return RACTOR_OK;
}

static void make_witness(ractor_message_type *type, ractor_actor_class *class)
{
    *type = sample_type;
    type->dispatch = witness_dispatch;
    *class = (ractor_actor_class){.messages = type,
                                  .handlers = type,
                                  .state_bytes = sizeof(struct witness),
                                  .pre_start = witness_pre_start,
                                  .post_start = witness_post_start,
                                  .post_stop = witness_post_start,
                                  .handle_supervisor_event = witness_on_event,
                                  .fini = witness_fini};
}

START_TEST(all_hooks_run_on_one_thread_of_its_own)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_message_type type;
    ractor_actor_class class;
    ractor_ref parent = sample_spawn(runtime, NULL); /* a supervisor sees no state, fini is here */
    const ractor_spawn_options options = {.pinned = 1, .supervisor = parent};
    pthread_t me = pthread_self();
    ractor_ref actor;
    uint64_t n_hooks = 0;
    make_witness(&type, &class);
    ck_assert_int_eq(ractor_spawn(runtime, &class, &options, &me, &actor), RACTOR_OK);
    ractor_ref child = sample_spawn_linked(runtime, NULL, actor);
    ractor_stop(child, NULL); /* two events: it has started, it has ended */
    while (n_hooks < 100)
        ck_assert_int_eq(ractor_call(actor, &type, SAMPLE_GET, NULL, 20000, &n_hooks, NULL),
                         RACTOR_OK);
    ck_assert_int_eq(ractor_stop_and_wait(actor, NULL, 20000), RACTOR_OK);
    ck_assert_uint_eq(atomic_load(&n_ended), 1);
    ck_assert_uint_eq(atomic_load(&n_wrong_threads), 0);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(an_instant_spawn_starts_on_the_actors_thread)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_message_type type;
    ractor_actor_class class;
    pthread_t me = pthread_self();
    ractor_ref actor;
    uint64_t n_hooks = 0;
    make_witness(&type, &class);
    ck_assert_int_eq(ractor_spawn_instant(runtime, &class, &pinned, &me, sizeof me, &actor),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_call(actor, &type, SAMPLE_GET, NULL, 20000, &n_hooks, NULL), RACTOR_OK);
    ck_assert_uint_eq(n_hooks, 3);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(atomic_load(&n_ended), 1);
    ck_assert_uint_eq(atomic_load(&n_wrong_threads), 0);
}
END_TEST

START_TEST(a_pre_start_that_fails_is_told_to_the_spawner_and_leaves_nothing)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_message_type type;
    ractor_actor_class class;
    const ractor_spawn_options options = {.pinned = 1, .name = "witness"};
    ractor_ref ref;
    make_witness(&type, &class);
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(ractor_spawn(runtime, &class, &options, NULL, &ref), RACTOR_EFAILED);
    ck_assert_uint_eq(atomic_load(&n_ended), 50);
    ck_assert_uint_eq(atomic_load(&n_wrong_threads), 0);
    ck_assert_int_eq(ractor_find_name(runtime, "witness", NULL, &ref), RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(an_instant_spawn_that_cannot_be_ends_on_its_thread)
{
    ractor_runtime *runtime = sample_runtime(1);
    const ractor_spawn_options options = {.pinned = 1, .name = "taken"};
    const struct sample_args args = {.n_ended = &n_ended};
    ractor_ref ref;
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &ref), RACTOR_OK);
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, &args, &ref), RACTOR_EEXIST);
    ck_assert_int_eq(
        ractor_spawn_instant(runtime, &sample_class, &options, &args, sizeof args, &ref),
        RACTOR_EEXIST);
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ blocking */

START_TEST(handlers_that_block_hold_up_no_worker)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref other = sample_spawn(runtime, NULL);
    uint64_t value;
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(sample_run(spawn_pinned(runtime, NULL), block, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_entered, 4));
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(sample_get(other, 20000, &value), RACTOR_OK);
    ck_assert_uint_eq(atomic_load(&n_done), 0);
    atomic_store(&is_open, true);
    ck_assert(sample_wait_for(&n_done, 4));
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_kill_waits_for_a_handler_that_blocks)
{
    ractor_runtime *runtime = sample_runtime(1);
    const struct sample_args args = {.n_ended = &n_ended, .n_post_stops = &n_done};
    ractor_ref actor = spawn_pinned(runtime, &args);
    ck_assert_int_eq(sample_run(actor, block, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_entered, 1));
    ck_assert_int_eq(ractor_kill_and_wait(actor, 20), RACTOR_ETIMEOUT);
    ck_assert_int_eq(ractor_status_of(actor), RACTOR_ACTOR_RUNNING);
    atomic_store(&is_open, true);
    ck_assert_int_eq(ractor_wait(actor, 20000), RACTOR_OK);
    ck_assert_uint_eq(atomic_load(&n_ended), 1);
    ck_assert_uint_eq(atomic_load(&n_done), 1); /* the handler's; there was no post_stop */
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status call_and_tell(ractor_context *ctx, void *argument)
{
    uint64_t value;
    (void)ctx;
    (void)atomic_fetch_add(&n_entered, 1);
    ractor_status status = sample_keep(*(ractor_ref *)argument, RACTOR_TIMEOUT_NONE, &value);
    (void)atomic_fetch_add(&n_done, status == RACTOR_ECANCELED ? 1 : 1000);
    return status;
}

START_TEST(a_kill_ends_a_call_that_it_waits_in)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref keeper = sample_spawn(runtime, NULL);
    for (int i = 0; i < 50; i++) {
        ractor_ref actor = spawn_pinned(runtime, NULL);
        ck_assert_int_eq(sample_run(actor, call_and_tell, &keeper), RACTOR_OK);
        ck_assert(sample_wait_for(&n_entered, (uint64_t)i + 1));
        ck_assert_int_eq(ractor_kill_and_wait(actor, 20000), RACTOR_OK);
    }
    ck_assert_uint_eq(atomic_load(&n_done), 50);
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ as other actors */

START_TEST(calls_go_both_ways)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref actor = spawn_pinned(runtime, NULL);
    ractor_ref second = spawn_pinned(runtime, NULL);
    ractor_ref other = sample_spawn(runtime, NULL);
    uint64_t value = 0;
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(other, 2), RACTOR_OK);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(sample_ask(actor, other, 20000, &value), RACTOR_OK);
        ck_assert_uint_eq(value, 2);
        ck_assert_int_eq(sample_ask(other, actor, 20000, &value), RACTOR_OK);
        ck_assert_uint_eq(value, 1);
        ck_assert_int_eq(sample_ask(second, actor, 20000, &value), RACTOR_OK);
        ck_assert_uint_eq(value, 1);
    }
    ck_assert_int_eq(sample_ask(actor, actor, 20000, &value), RACTOR_EINVAL);
    ractor_runtime_stats stats;
    ractor_runtime_get_stats(runtime, &stats);
    ck_assert_uint_ge(stats.n_handled, 6000);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(messages_arrive_in_order_and_all_of_them)
{
    ractor_runtime *runtime = sample_runtime(2);
    _Atomic uint64_t sum = 0;
    const struct sample_args args = {.sum = &sum};
    ractor_ref actor = spawn_pinned(runtime, &args);
    for (uint64_t i = 1; i <= 20000; i++)
        ck_assert_int_eq(sample_add(actor, i), RACTOR_OK);
    ck_assert_int_eq(ractor_drain_and_wait(actor, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    ck_assert_uint_eq(atomic_load(&sum), UINT64_C(20000) * 20001 / 2);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_supervisor_hears_of_its_failure_and_sees_no_state)
{
    ractor_runtime *runtime = sample_runtime(1);
    _Atomic uint64_t n_events = 0;
    const struct sample_args args = {.n_events = &n_events};
    ractor_ref parent = sample_spawn(runtime, &args);
    const ractor_spawn_options options = {.pinned = 1, .supervisor = parent};
    ractor_ref child;
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &child), RACTOR_OK);
    ck_assert_int_eq(sample_fail(child), RACTOR_OK);
    ck_assert(sample_wait_for(&n_events, 2)); /* started, failed */
    ck_assert_int_eq(ractor_wait(child, 20000), RACTOR_OK);
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &child), RACTOR_OK);
    ck_assert_int_eq(ractor_kill_and_wait(parent, 20000), RACTOR_OK); /* takes it along */
    ck_assert_int_eq(ractor_wait(child, 20000), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(its_mailbox_can_be_bounded)
{
    ractor_runtime *runtime = sample_runtime(1);
    const ractor_spawn_options options = {
        .pinned = 1, .mailbox = {.messages = 2, .policy = RACTOR_MAILBOX_REJECT}};
    _Atomic uint64_t sum = 0;
    const struct sample_args args = {.sum = &sum};
    ractor_ref actor;
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, &args, &actor), RACTOR_OK);
    ck_assert_int_eq(sample_run(actor, block, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_entered, 1));
    ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
    ck_assert_int_eq(sample_add(actor, 2), RACTOR_OK);
    ck_assert_int_eq(sample_add(actor, 4), RACTOR_EAGAIN);
    atomic_store(&is_open, true);
    ck_assert(sample_wait_for(&sum, 3));
    ck_assert_int_eq(ractor_drain_and_wait(actor, 20000), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(timers_reach_it)
{
    ractor_runtime *runtime = sample_runtime(1);
    _Atomic uint64_t sum = 0;
    const struct sample_args args = {.sum = &sum};
    const struct sample_add one = {1};
    ractor_ref actor = spawn_pinned(runtime, &args);
    ck_assert_int_eq(ractor_send_interval(actor, &sample_type, SAMPLE_ADD, &one, 1, NULL),
                     RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 5));
    ck_assert_int_eq(ractor_exit_after(actor, 1, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_wait(actor, 20000), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status count_off_workers(ractor_context *ctx, void *state)
{
    if (rt_thread.worker != NULL)
        (void)atomic_fetch_add(&n_wrong_threads, 1);
    return count_here(ctx, state);
}

START_TEST(a_supervisor_of_the_library_restarts_it)
{
    ractor_runtime *runtime = sample_runtime(1);
    const struct sample_args args = {.n_ended = &n_ended, .pre_start = count_off_workers};
    const ractor_child_spec spec = {.actor_class = &sample_class,
                                    .id = "pinned",
                                    .args = &args,
                                    .args_bytes = sizeof args,
                                    .pinned = 1};
    ractor_supervisor supervisor;
    ractor_ref child;
    ck_assert_int_eq(ractor_supervisor_start(runtime, NULL, &supervisor), RACTOR_OK);
    ck_assert_int_eq(ractor_supervisor_start_child(supervisor, &spec, 20000, &child), RACTOR_OK);
    ck_assert_int_eq(sample_fail(child), RACTOR_OK);
    ck_assert(sample_wait_for(&n_done, 2));
    ck_assert_uint_eq(atomic_load(&n_wrong_threads), 0);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(atomic_load(&n_ended), 2);
}
END_TEST

/* ------------------------------------------------------------------ spawning */

static ractor_status get_in_pre_start(ractor_context *ctx, void *state_)
{
    struct sample_state *state = state_;
    uint64_t value;
    (void)ctx;
    return sample_get(*(ractor_ref *)state->args.on_event_argument, 20000, &value);
}

struct spawning {
    ractor_ref callee;
    sample_fn pre_start;
    _Atomic uint64_t n_ready;
    _Atomic int status;
};

static ractor_status spawn_in_handler(ractor_context *ctx, void *argument)
{
    struct spawning *spawning = argument;
    const struct sample_args args = {.pre_start = spawning->pre_start,
                                     .on_event_argument = &spawning->callee};
    ractor_ref ref;
    ractor_status status =
        ractor_spawn(ractor_context_runtime(ctx), &sample_class, &pinned, &args, &ref);
    atomic_store(&spawning->status, (int)status);
    (void)atomic_fetch_add(&spawning->n_ready, 1);
    return RACTOR_OK;
}

START_TEST(a_handler_that_spawns_is_suspended_until_pre_start_is_over)
{
    ractor_runtime *runtime = sample_runtime(1); /* the callee needs the spawner's worker */
    struct spawning spawning = {.callee = sample_spawn(runtime, NULL),
                                .pre_start = get_in_pre_start};
    ck_assert_int_eq(sample_run(sample_spawn(runtime, NULL), spawn_in_handler, &spawning),
                     RACTOR_OK);
    ck_assert(sample_wait_for(&spawning.n_ready, 1));
    ck_assert_int_eq(atomic_load(&spawning.status), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_pre_start_must_not_wait_for_its_spawner)
{
    ractor_runtime *runtime = sample_runtime(1);
    ractor_ref spawner = sample_spawn(runtime, NULL);
    struct spawning spawning = {.callee = spawner, .pre_start = get_in_pre_start};
    ck_assert_int_eq(sample_run(spawner, spawn_in_handler, &spawning), RACTOR_OK);
    ck_assert(sample_wait_for(&spawning.n_ready, 1));
    ck_assert_int_eq(atomic_load(&spawning.status), RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status keep_in_pre_start(ractor_context *ctx, void *state_)
{
    struct sample_state *state = state_;
    uint64_t value;
    (void)ctx;
    (void)atomic_fetch_add(&n_entered, 1);
    return sample_keep(*(ractor_ref *)state->args.on_event_argument, RACTOR_TIMEOUT_NONE, &value);
}

START_TEST(a_kill_of_the_spawner_ends_what_pre_start_waits_for)
{
    ractor_runtime *runtime = sample_runtime(1);
    for (int i = 0; i < 50; i++) {
        ractor_ref spawner = sample_spawn(runtime, NULL);
        struct spawning spawning = {.callee = sample_spawn(runtime, NULL),
                                    .pre_start = keep_in_pre_start};
        ck_assert_int_eq(sample_run(spawner, spawn_in_handler, &spawning), RACTOR_OK);
        ck_assert(sample_wait_for(&n_entered, (uint64_t)i + 1));
        ck_assert_int_eq(ractor_kill_and_wait(spawner, 20000), RACTOR_OK);
        ck_assert_int_eq(atomic_load(&spawning.status), RACTOR_ECANCELED);
    }
    ractor_runtime_stop(runtime);
}
END_TEST

/* ------------------------------------------------------------------ runtimes */

START_TEST(threads_end_with_their_actors)
{
    ractor_runtime *runtime = sample_runtime(2);
    for (int round = 0; round < 20; round++) {
        ractor_ref actors[10];
        for (int i = 0; i < 10; i++)
            actors[i] = spawn_pinned(runtime, NULL);
        for (int i = 0; i < 10; i++)
            ck_assert_int_eq(ractor_stop_and_wait(actors[i], NULL, 20000), RACTOR_OK);
    }
    /* Each gives its thread back a moment after its end. */
    uint32_t n_running = 1;
    for (int i = 0; i < 10000000 && n_running != 0; i++) {
        (void)pthread_mutex_lock(&runtime->pins.lock);
        n_running = runtime->pins.n_running;
        (void)pthread_mutex_unlock(&runtime->pins.lock);
        (void)sched_yield();
    }
    ck_assert_uint_eq(n_running, 0);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_stop_ends_and_joins_those_that_are_at_work)
{
    ractor_ref keeper;
    for (int round = 0; round < 30; round++) {
        ractor_runtime *runtime = sample_runtime(2);
        const struct sample_args args = {.n_ended = &n_ended};
        atomic_store(&n_ended, 0);
        keeper = sample_spawn(runtime, NULL);
        for (int i = 0; i < 6; i++) {
            ractor_ref actor = spawn_pinned(runtime, &args);
            ck_assert_int_eq(sample_run(actor, count_here, NULL), RACTOR_OK);
            ck_assert_int_eq(sample_run(actor, call_and_tell, &keeper), RACTOR_OK);
            ck_assert_int_eq(sample_add(actor, 1), RACTOR_OK);
        }
        ractor_runtime_stop(runtime);
        ck_assert_uint_eq(atomic_load(&n_ended), 6);
    }
}
END_TEST

START_TEST(a_polled_runtime_has_pinned_actors_too)
{
    const ractor_runtime_options options = {.polled = 1, .log_quiet = 1};
    ractor_runtime *runtime = NULL;
    uint64_t value = 0;
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    ractor_ref other = sample_spawn(runtime, NULL);
    ractor_ref actor = spawn_pinned(runtime, NULL);
    ck_assert_int_eq(sample_add(other, 5), RACTOR_OK);
    ck_assert_int_eq(sample_ask(actor, other, 20000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 5);
    struct spawning spawning = {.callee = other, .pre_start = get_in_pre_start};
    ck_assert_int_eq(sample_run(sample_spawn(runtime, NULL), spawn_in_handler, &spawning),
                     RACTOR_OK);
    while (atomic_load(&spawning.n_ready) == 0) {
        ck_assert_int_eq(ractor_runtime_poll(runtime, 0, NULL), RACTOR_OK);
        (void)sched_yield();
    }
    ck_assert_int_eq(atomic_load(&spawning.status), RACTOR_OK);
    ck_assert_int_eq(sample_run(actor, count_here, NULL), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_simulation_refuses_them)
{
    ractor_sim *sim = NULL;
    ractor_ref ref;
    ck_assert_int_eq(ractor_sim_new(NULL, &sim), RACTOR_OK);
    ck_assert_int_eq(ractor_spawn(ractor_sim_runtime(sim), &sample_class, &pinned, NULL, &ref),
                     RACTOR_ENOTSUP);
    ck_assert_int_eq(
        ractor_spawn_instant(ractor_sim_runtime(sim), &sample_class, &pinned, NULL, 0, &ref),
        RACTOR_ENOTSUP);
    ractor_sim_free(sim);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pinned");
    TCase *threads = suite_case(suite, "threads", 120);
    tcase_add_test(threads, all_hooks_run_on_one_thread_of_its_own);
    tcase_add_test(threads, an_instant_spawn_starts_on_the_actors_thread);
    tcase_add_test(threads, a_pre_start_that_fails_is_told_to_the_spawner_and_leaves_nothing);
    tcase_add_test(threads, an_instant_spawn_that_cannot_be_ends_on_its_thread);
    TCase *blocking = suite_case(suite, "blocking", 120);
    tcase_add_test(blocking, handlers_that_block_hold_up_no_worker);
    tcase_add_test(blocking, a_kill_waits_for_a_handler_that_blocks);
    tcase_add_test(blocking, a_kill_ends_a_call_that_it_waits_in);
    TCase *same = suite_case(suite, "as other actors", 120);
    tcase_add_test(same, calls_go_both_ways);
    tcase_add_test(same, messages_arrive_in_order_and_all_of_them);
    tcase_add_test(same, a_supervisor_hears_of_its_failure_and_sees_no_state);
    tcase_add_test(same, its_mailbox_can_be_bounded);
    tcase_add_test(same, timers_reach_it);
    tcase_add_test(same, a_supervisor_of_the_library_restarts_it);
    TCase *spawning = suite_case(suite, "spawning", 120);
    tcase_add_test(spawning, a_handler_that_spawns_is_suspended_until_pre_start_is_over);
    tcase_add_test(spawning, a_pre_start_must_not_wait_for_its_spawner);
    tcase_add_test(spawning, a_kill_of_the_spawner_ends_what_pre_start_waits_for);
    TCase *runtimes = suite_case(suite, "runtimes", 120);
    tcase_add_test(runtimes, threads_end_with_their_actors);
    tcase_add_test(runtimes, a_stop_ends_and_joins_those_that_are_at_work);
    tcase_add_test(runtimes, a_polled_runtime_has_pinned_actors_too);
    tcase_add_test(runtimes, a_simulation_refuses_them);
    return suite_run(suite);
}

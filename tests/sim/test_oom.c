/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out at each allocation of a scenario that touches every public subject, one after the
 * other, in simulation: so the scenario is the same each time, up to the fault. What fails says
 * so, nothing crashes, no wait is left; AddressSanitizer sees what would leak.
 */
#include "actor/sample.h"
#include "base/alloc.h"
#include "suite.h"

#include <ractor/testing.h>

#include <string.h>

#define CALL_MS 1000
#define LIMIT_MS 100000

static ractor_sim *sim;
static ractor_runtime *runtime;
static ractor_ref boss, child, other;

/* ------------------------------------------------------------------ the fault */

static uint64_t n_asked, first_failing, last_failing;

static int fails(void *user)
{
    (void)user;
    n_asked++;
    return n_asked >= first_failing && n_asked <= last_failing;
}

/* What fails for want of memory says so, here; or who was to answer has ended for want of it. */
static bool worked(ractor_status status)
{
    ck_assert_msg(
        status == RACTOR_OK || status == RACTOR_ENOMEM || status == RACTOR_ENOENT ||
            status == RACTOR_EPORT || status == RACTOR_EFAILED || status == RACTOR_ETIMEOUT ||
            status == RACTOR_ESTOPPED || status == RACTOR_EAGAIN || status == RACTOR_EEXIST ||
            status == RACTOR_EOVERLOAD,
        "allocation %llu: %s", (unsigned long long)first_failing, ractor_strerror(status));
    return status == RACTOR_OK;
}

/* ------------------------------------------------------------------ one subject after the other */

static ractor_status on_reply(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user)
{
    (void)ctx;
    (void)state;
    (void)reply;
    ++*(unsigned *)user;
    (void)worked(status);
    return RACTOR_OK;
}

static ractor_status ask_other(ractor_context *ctx, void *user)
{
    ractor_string text = ractor_string_from("who is there?");
    if (!worked(ractor_ask(ctx, other, &sample_type, SAMPLE_ECHO, &text, CALL_MS, on_reply, user)))
        ++*(unsigned *)user;
    return RACTOR_OK;
}

static void on_outcome(void *user, ractor_status status, const void *reply)
{
    (void)reply;
    (void)worked(status);
    ++*(unsigned *)user;
}

static void talk(void)
{
    static unsigned n_answers, n_outcomes; /* outlive the actors */
    ractor_ref both[2] = {child, other};
    ractor_status statuses[2];
    ractor_string echoes[2], text = ractor_string_from("a reply with a view");
    ractor_message *owners[2] = {NULL, NULL};
    uint64_t value;
    n_answers = n_outcomes = 0;
    (void)worked(sample_add(child, 1));
    (void)worked(sample_text(child, "longer than nothing"));
    (void)worked(sample_get(child, CALL_MS, &value));
    (void)worked(sample_ask(child, other, CALL_MS, &value));
    if (worked(ractor_multi_call(both, 2, &sample_type, SAMPLE_ECHO, &text, CALL_MS, statuses,
                                 echoes, owners)))
        for (int i = 0; i < 2; i++)
            if (worked(statuses[i]))
                ractor_message_drop(owners[i]);
    bool is_asked = worked(sample_run(child, ask_other, &n_answers));
    bool is_sent = worked(ractor_call_and_forward(other, &sample_type, SAMPLE_ECHO, &text, CALL_MS,
                                                  on_outcome, &n_outcomes));
    (void)ractor_sim_run(sim);
    ck_assert_uint_eq(n_answers, is_asked ? 1 : 0);
    ck_assert_uint_eq(n_outcomes, is_sent ? 1 : 0);
}

static void set_timers(void)
{
    struct sample_add one = {1};
    ractor_timer timer;
    (void)worked(ractor_send_after(child, &sample_type, SAMPLE_ADD, &one, 1, NULL));
    if (worked(ractor_send_interval(child, &sample_type, SAMPLE_ADD, &one, 1, &timer))) {
        ractor_sim_advance(sim, 5);
        (void)ractor_timer_cancel(runtime, timer);
    }
    if (worked(ractor_exit_after(child, LIMIT_MS, &timer)))
        (void)ractor_timer_cancel(runtime, timer);
    if (worked(ractor_kill_after(child, LIMIT_MS, &timer)))
        (void)ractor_timer_cancel(runtime, timer);
}

static void see_name(void *user, const char *name, ractor_ref actor)
{
    (void)name;
    (void)actor;
    ++*(unsigned *)user;
}

static void see_group(void *user, const char *scope, const char *group, size_t n_members)
{
    (void)scope;
    (void)group;
    (void)n_members;
    ++*(unsigned *)user;
}

static void look_up(void)
{
    unsigned n_seen = 0;
    ractor_ref found;
    (void)worked(ractor_monitor_pids(boss));
    (void)worked(ractor_find_name(runtime, "child", &sample_type, &found));
    (void)worked(ractor_visit_names(runtime, see_name, &n_seen));
    (void)worked(ractor_pg_monitor(boss, "scope", "group"));
    (void)worked(ractor_pg_monitor(boss, RACTOR_PG_ALL_SCOPES, RACTOR_PG_ALL_GROUPS));
    if (worked(ractor_pg_join("scope", "group", &child, 1)))
        ck_assert_uint_eq(ractor_pg_members(runtime, "scope", "group", &found, 1), 1);
    (void)worked(ractor_pg_join(NULL, "another", &other, 1));
    (void)worked(ractor_pg_visit_groups(runtime, see_group, &n_seen));
    ractor_pg_leave("scope", "group", &child, 1);
    ractor_pg_demonitor(boss, "scope", "group");
    ractor_demonitor_pids(boss);
}

static void publish(void)
{
    ractor_output *output;
    uint64_t one = 1;
    ractor_subscription_options options = {
        .type = &sample_type, .tag = SAMPLE_ADD, .limit = 1, .overflow = RACTOR_OVERFLOW_WAIT};
    if (!worked(ractor_output_new(&output)))
        return;
    (void)worked(ractor_output_subscribe(output, child, &options));
    (void)worked(ractor_output_subscribe(output, other, &options));
    for (int i = 0; i < 3; i++)
        (void)worked(ractor_output_publish(output, &one));
    (void)worked(ractor_output_unsubscribe(output, child));
    (void)ractor_sim_run(sim);
    ractor_output_free(output);
}

static void supervise(void)
{
    ractor_supervisor supervisor;
    ractor_supervisor_counts counts;
    ractor_child_spec specs[2] = {{.actor_class = &sample_class, .name = "first"},
                                  {.actor_class = &sample_class, .id = "second"}};
    ractor_child_spec third = {.actor_class = &sample_class, .id = "third"};
    ractor_supervisor_options options = {.supervisor = boss,
                                         .strategy = RACTOR_ONE_FOR_ALL,
                                         .backoff = {.first_ms = 5, .jitter_percent = 50},
                                         .children = specs,
                                         .n_children = 2};
    ractor_ref ref;
    if (!worked(ractor_supervisor_start(runtime, &options, &supervisor)))
        return;
    if (worked(ractor_supervisor_start_child(supervisor, &third, CALL_MS, &ref)))
        (void)worked(sample_fail(ref));
    ractor_sim_advance(sim, 50);
    (void)worked(ractor_supervisor_stop_child(supervisor, "second", CALL_MS));
    (void)worked(ractor_supervisor_restart_child(supervisor, "second", CALL_MS, NULL));
    (void)worked(ractor_supervisor_remove_child(supervisor, "third", CALL_MS));
    (void)worked(ractor_supervisor_get_counts(supervisor, CALL_MS, &counts));
    (void)worked(ractor_stop_and_wait(supervisor.any, "over", CALL_MS));
}

static void employ(void)
{
    ractor_factory factory;
    ractor_factory_options options = {
        .supervisor = boss, .worker_class = &sample_class, .n_workers = 2, .n_priorities = 2};
    ractor_job job = {
        .key = ractor_job_key("key"), .type = &sample_type, .tag = SAMPLE_FAIL, .n_retries = 2};
    uint64_t value;
    if (!worked(ractor_factory_start(runtime, &options, &factory)))
        return;
    (void)worked(ractor_factory_cast(factory, &job));
    (void)worked(ractor_factory_submit(factory, &job, CALL_MS));
    job.tag = SAMPLE_GET;
    job.n_retries = 0;
    (void)worked(ractor_factory_call(factory, &job, CALL_MS, &value, NULL));
    (void)worked(ractor_factory_resize(factory, 5));
    (void)worked(ractor_factory_update(factory, &options.settings));
    (void)worked(ractor_factory_queue_depth(factory, CALL_MS, &value));
    (void)worked(ractor_factory_drain(factory));
    (void)worked(ractor_wait(factory.any, CALL_MS));
    ractor_kill(factory.any); /* if it has not got that far */
}

static ractor_ref crowded;

static ractor_status send_many(ractor_context *ctx, void *argument)
{
    (void)ctx;
    (void)argument;
    for (int i = 0; i < 4; i++)
        (void)worked(sample_text(crowded, "from a handler, which may wait"));
    return RACTOR_OK;
}

/* More than there is room for, by each policy, from a thread and from handlers. */
static void crowd(void)
{
    uint64_t value;
    for (int policy = RACTOR_MAILBOX_REJECT; policy <= RACTOR_MAILBOX_DROP_NEWEST; policy++) {
        ractor_spawn_options options = {
            .mailbox = {.messages = 2, .policy = (ractor_mailbox_policy)policy, .wait_ms = 5}};
        if (!worked(ractor_spawn(runtime, &sample_class, &options, NULL, &crowded)))
            continue;
        (void)worked(sample_run(child, send_many, NULL));
        (void)worked(sample_run(other, send_many, NULL));
        for (int i = 0; i < 4; i++)
            (void)worked(sample_text(crowded, "from a thread"));
        (void)worked(sample_get(crowded, CALL_MS, &value));
        ractor_sim_advance(sim, 10);
        (void)worked(ractor_stop_and_wait(crowded, NULL, CALL_MS));
    }
}

static void probe(void)
{
    ractor_probe *made;
    ractor_probe_event event;
    if (!worked(ractor_probe_new(sim, &sample_type, &made)))
        return;
    (void)worked(ractor_monitor(ractor_probe_ref(made), other));
    if (worked(sample_text(ractor_probe_ref(made), "for the probe")))
        (void)worked(ractor_probe_expect(made, SAMPLE_TEXT, 0, NULL));
    ractor_stop(other, "a reason");
    (void)worked(ractor_probe_expect_event(made, 0, &event));
}

static void end(void)
{
    (void)worked(ractor_drain_children(boss));
    (void)worked(ractor_stop_children_and_wait(boss, "enough", CALL_MS));
    (void)worked(ractor_link(child, other));
    ractor_unlink(child, other);
    (void)worked(ractor_stop_and_wait(boss, "the end", RACTOR_TIMEOUT_NONE));
}

static void live(void)
{
    ractor_spawn_options as_boss = {.name = "boss"};
    if (!worked(ractor_spawn(runtime, &sample_class, &as_boss, NULL, &boss)))
        return;
    ractor_spawn_options as_child = {.name = "child", .supervisor = boss};
    if (worked(ractor_spawn(runtime, &sample_class, &as_child, NULL, &child)) &&
        worked(ractor_spawn(runtime, &sample_class, NULL, NULL, &other))) {
        (void)worked(ractor_monitor(boss, other));
        talk();
        set_timers();
        look_up();
        publish();
        supervise();
        employ();
        crowd();
        probe();
    }
    end();
}

/* ------------------------------------------------------------------ cases */

/* How many allocations the scenario has asked for, with those from `first` to `last` failing. */
static uint64_t live_without(uint64_t first, uint64_t last)
{
    ractor_runtime_options quiet = {.log_quiet = 1};
    ractor_sim_options options = {.seed = 1, .runtime = &quiet};
    ractor_runtime_stats stats;
    n_asked = 0;
    first_failing = first;
    last_failing = last;
    rt_alloc_set_fault(fails, NULL);
    if (worked(ractor_sim_new(&options, &sim))) {
        runtime = ractor_sim_runtime(sim);
        live();
        ractor_sim_advance(sim, CALL_MS);
        ractor_runtime_get_stats(runtime, &stats);
        ck_assert_uint_eq(stats.n_sent, stats.n_handled + stats.n_dead_letters);
        ractor_sim_free(sim);
    }
    rt_alloc_set_fault(NULL, NULL);
    return n_asked;
}

START_TEST(any_single_allocation_may_fail)
{
    uint64_t n = 1;
    while (live_without(n, n) >= n)
        n++;
    ck_assert_uint_gt(n, 150);
}
END_TEST

START_TEST(all_allocations_from_any_one_on_may_fail)
{
    uint64_t n = 1;
    while (live_without(n, UINT64_MAX) >= n)
        n++;
    ck_assert_uint_gt(n, 150);
}
END_TEST

START_TEST(any_two_neighbours_may_fail)
{
    uint64_t n = 1;
    while (live_without(n, n + 1) >= n)
        n++;
    ck_assert_uint_gt(n, 150);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("simulated out of memory");
    TCase *memory = suite_case(suite, "out of memory", 120);
    tcase_add_test(memory, any_single_allocation_may_fail);
    tcase_add_test(memory, all_allocations_from_any_one_on_may_fail);
    tcase_add_test(memory, any_two_neighbours_may_fail);
    return suite_run(suite);
}

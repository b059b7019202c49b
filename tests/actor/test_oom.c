/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out at each allocation of a scenario in turn. Whatever fails says so, nothing
 * crashes, and every wait ends; AddressSanitizer sees what would leak.
 */
#include "base/alloc.h"
#include "sample.h"
#include "suite.h"

#include <stdint.h>

/* ------------------------------------------------------------------ the fault */

struct fault {
    _Atomic uint64_t n_asked;
    uint64_t first; /* the first allocation that fails, counted from 1 */
    uint64_t last;
};

static int fails(void *user)
{
    struct fault *fault = user;
    uint64_t n = atomic_fetch_add(&fault->n_asked, 1) + 1;
    return n >= fault->first && n <= fault->last;
}

/* ------------------------------------------------------------------ the scenario */

/* Everything that may fail for want of memory says so in no other way. */
static bool worked(ractor_status status)
{
    ck_assert_msg(status == RACTOR_OK || status == RACTOR_ENOMEM, "%s", ractor_strerror(status));
    return status == RACTOR_OK;
}

struct question {
    ractor_ref whom;
    _Atomic uint64_t n_asked;
    _Atomic uint64_t n_refused;
    _Atomic uint64_t n_answered;
};

static ractor_status on_reply(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user)
{
    struct question *question = user;
    (void)ctx;
    (void)state;
    ck_assert_int_eq(reply != NULL, status == RACTOR_OK);
    (void)worked(status);
    (void)atomic_fetch_add(&question->n_answered, 1);
    return RACTOR_OK;
}

static ractor_status ask(ractor_context *ctx, void *argument)
{
    struct question *question = argument;
    ractor_string text = ractor_string_from("who is there?");
    if (!worked(ractor_ask(ctx, question->whom, &sample_type, SAMPLE_ECHO, &text,
                           RACTOR_TIMEOUT_NONE, on_reply, question)))
        (void)atomic_fetch_add(&question->n_refused, 1);
    (void)atomic_fetch_add(&question->n_asked, 1);
    return RACTOR_OK;
}

/* An accepted question is answered exactly once. */
static void ask_from_a_handler(ractor_ref asker, ractor_ref whom)
{
    static struct question question; /* outlives the actors, whatever happens */
    question.whom = whom;
    atomic_store(&question.n_asked, 0);
    atomic_store(&question.n_refused, 0);
    atomic_store(&question.n_answered, 0);
    if (!worked(sample_run(asker, ask, &question)))
        return;
    ck_assert(sample_wait_for(&question.n_asked, 1));
    uint64_t n_expected = 1 - atomic_load(&question.n_refused);
    ck_assert(sample_wait_for(&question.n_answered, n_expected));
    ck_assert_uint_eq(atomic_load(&question.n_answered), n_expected);
}

static void talk(ractor_ref one, ractor_ref other)
{
    uint64_t value = 0;
    ractor_string text = ractor_string_from("a reply with a view");
    ractor_string echo = {NULL, 0};
    ractor_message *owner = NULL;
    (void)worked(sample_add(one, 1));
    (void)worked(sample_text(one, "longer than nothing"));
    (void)worked(sample_get(one, RACTOR_TIMEOUT_NONE, &value));
    (void)worked(sample_ask(one, other, RACTOR_TIMEOUT_NONE, &value));
    if (worked(ractor_call(one, &sample_type, SAMPLE_ECHO, &text, RACTOR_TIMEOUT_NONE, &echo,
                           &owner))) {
        ck_assert_uint_eq(echo.length, text.length);
        ractor_message_drop(owner);
    }
    ask_from_a_handler(one, other);
}

static void set_timers(ractor_runtime *runtime, ractor_ref actor)
{
    struct sample_add one = {1};
    ractor_timer timer;
    (void)worked(ractor_send_after(actor, &sample_type, SAMPLE_ADD, &one, 0, NULL));
    if (worked(ractor_send_interval(actor, &sample_type, SAMPLE_ADD, &one, 1, &timer)))
        (void)ractor_timer_cancel(runtime, timer);
    if (worked(ractor_exit_after(actor, 100000, &timer)))
        (void)ractor_timer_cancel(runtime, timer);
    (void)worked(ractor_kill_after(actor, 100000, NULL));
}

static void join_groups(ractor_ref watcher, ractor_ref member)
{
    (void)worked(ractor_pg_monitor(watcher, "scope", "group"));
    (void)worked(ractor_monitor_pids(watcher));
    if (worked(ractor_pg_join("scope", "group", &member, 1)))
        ractor_pg_leave("scope", "group", &member, 1);
    (void)worked(ractor_pg_join(NULL, "another", &member, 1));
}

static void see_name(void *user, const char *name, ractor_ref actor)
{
    (void)user;
    (void)name;
    (void)actor;
}

static void see_group(void *user, const char *scope, const char *group, size_t n_members)
{
    (void)user;
    (void)scope;
    (void)group;
    (void)n_members;
}

static const ractor_spawn_options as_pinned = {.name = "pinned", .pinned = 1};

static ractor_status spawn_pinned(ractor_context *ctx, void *argument)
{
    ractor_ref ref;
    if (worked(ractor_spawn(ractor_context_runtime(ctx), &sample_class, &as_pinned, NULL, &ref)))
        ractor_stop(ref, "enough");
    (void)atomic_fetch_add((_Atomic uint64_t *)argument, 1);
    return RACTOR_OK;
}

/* From here, from a handler, and without waiting for its start. */
static void pin(ractor_runtime *runtime, ractor_ref boss)
{
    _Atomic uint64_t n_tried = 0;
    ractor_ref pinned;
    if (worked(sample_run(boss, spawn_pinned, &n_tried)))
        ck_assert(sample_wait_for(&n_tried, 1));
    ractor_ref before;
    if (ractor_find_name(runtime, "pinned", NULL, &before) == RACTOR_OK)
        (void)worked(ractor_wait(before, RACTOR_TIMEOUT_NONE));
    const ractor_spawn_options nameless = {.pinned = 1};
    if (worked(ractor_spawn(runtime, &sample_class, &nameless, NULL, &pinned))) {
        talk(pinned, boss);
        (void)worked(ractor_drain_and_wait(pinned, RACTOR_TIMEOUT_NONE));
    }
    if (worked(ractor_spawn_instant(runtime, &sample_class, &nameless, NULL, 0, &pinned)))
        (void)worked(ractor_stop_and_wait(pinned, "enough", RACTOR_TIMEOUT_NONE));
}

static void live(ractor_runtime *runtime)
{
    ractor_ref boss;
    ractor_ref child;
    ractor_ref loser;
    ractor_spawn_options as_boss = {.name = "boss"};
    if (!worked(ractor_spawn(runtime, &sample_class, &as_boss, NULL, &boss)))
        return;
    ractor_spawn_options as_child = {.name = "child", .supervisor = boss};
    ractor_spawn_options as_loser = {.supervisor = boss};
    bool has_child = worked(ractor_spawn(runtime, &sample_class, &as_child, NULL, &child));
    if (has_child) {
        (void)worked(ractor_monitor(boss, child));
        join_groups(boss, child);
        talk(child, boss);
        set_timers(runtime, child);
        (void)worked(ractor_visit_names(runtime, see_name, NULL));
        (void)worked(ractor_pg_visit_groups(runtime, see_group, NULL));
    }
    pin(runtime, boss);
    if (worked(ractor_spawn(runtime, &sample_class, &as_loser, NULL, &loser)) &&
        worked(sample_fail(loser)))
        (void)worked(ractor_wait(loser, RACTOR_TIMEOUT_NONE));
    if (has_child)
        (void)worked(ractor_stop_and_wait(child, "enough", RACTOR_TIMEOUT_NONE));
    ractor_stop(boss, "the end");
}

/* How many allocations the scenario has asked for. */
static uint64_t live_with(struct fault *fault)
{
    ractor_runtime *runtime = NULL;
    ractor_runtime_options options = {.n_workers = 2, .log_quiet = 1, .stuck_ms = 3600000};
    rt_alloc_set_fault(fails, fault);
    if (worked(ractor_runtime_start(&options, &runtime))) {
        live(runtime);
        ractor_runtime_stop(runtime);
    }
    rt_alloc_set_fault(NULL, NULL);
    return atomic_load(&fault->n_asked);
}

/* ------------------------------------------------------------------ cases */

START_TEST(any_single_allocation_may_fail)
{
    uint64_t n = 0;
    struct fault fault;
    do {
        n++;
        fault = (struct fault){.first = n, .last = n};
    } while (live_with(&fault) >= n); /* until none is left to fail */
    ck_assert_uint_gt(n, 30);
}
END_TEST

START_TEST(all_allocations_from_any_one_on_may_fail)
{
    uint64_t n = 0;
    struct fault fault;
    do {
        n++;
        fault = (struct fault){.first = n, .last = UINT64_MAX};
    } while (live_with(&fault) >= n); /* until none is left to fail */
    ck_assert_uint_gt(n, 30);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("actor out of memory");
    TCase *memory = suite_case(suite, "out of memory", 120);
    tcase_add_test(memory, any_single_allocation_may_fail);
    tcase_add_test(memory, all_allocations_from_any_one_on_may_fail);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/* Links, monitors, and what supervisors hear. */
#include "sample.h"
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

static _Atomic uint64_t n_events;
static _Atomic uint64_t n_ended;

struct heard {
    ractor_event_kind kind;
    ractor_ref actor;
    ractor_status status;
    char reason[256];
    bool has_state;
    uint64_t final_value;
};
static struct heard heard[4096];
static _Atomic uint64_t n_heard;
static pthread_mutex_t heard_lock = PTHREAD_MUTEX_INITIALIZER; /* several watchers may write */

static ractor_status remember(ractor_context *ctx, void *argument)
{
    const ractor_supervision_event *event = ((struct sample_event *)argument)->event;
    (void)ctx;
    (void)pthread_mutex_lock(&heard_lock);
    struct heard *h = &heard[atomic_load(&n_heard)];
    h->kind = event->kind;
    h->actor = event->actor;
    h->status = event->status;
    h->has_state = event->state != NULL;
    if (event->state != NULL)
        h->final_value = ((struct sample_state *)event->state)->value;
    (void)snprintf(h->reason, sizeof h->reason, "%.*s", RACTOR_STR_ARG(event->reason));
    (void)atomic_fetch_add(&n_heard, 1);
    (void)pthread_mutex_unlock(&heard_lock);
    return RACTOR_OK;
}

static struct sample_args parent_args = {.on_event = remember, .n_events = &n_events};
static struct sample_args child_args = {.n_ended = &n_ended};

START_TEST(a_supervisor_hears_start_and_stop_and_sees_the_final_state)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref parent = sample_spawn(runtime, &parent_args);
    ractor_ref child = sample_spawn_linked(runtime, &child_args, parent);
    ck_assert_int_eq(sample_add(child, 17), RACTOR_OK);
    uint64_t value;
    ck_assert_int_eq(sample_get(child, 5000, &value), RACTOR_OK);
    ck_assert(ractor_ref_equal(ractor_supervisor_of(child), parent));
    ractor_stop(child, "work is over");
    ck_assert(sample_wait_for(&n_events, 2));
    ck_assert_int_eq(heard[0].kind, RACTOR_EVENT_ACTOR_STARTED);
    ck_assert_int_eq(heard[1].kind, RACTOR_EVENT_ACTOR_TERMINATED);
    ck_assert(ractor_ref_equal(heard[1].actor, child));
    ck_assert_str_eq(heard[1].reason, "work is over");
    ck_assert(heard[1].has_state);
    ck_assert_uint_eq(heard[1].final_value, 17);
    ck_assert(sample_wait_for(&n_ended, 1));
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_ended, 1);
}
END_TEST

START_TEST(a_supervisor_hears_of_failure_with_its_reason)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref parent = sample_spawn(runtime, &parent_args);
    ractor_ref child = sample_spawn_linked(runtime, &child_args, parent);
    ck_assert_int_eq(sample_fail(child), RACTOR_OK);
    ck_assert(sample_wait_for(&n_events, 2));
    ck_assert_int_eq(heard[1].kind, RACTOR_EVENT_ACTOR_FAILED);
    ck_assert_int_eq(heard[1].status, RACTOR_EFAILED);
    ck_assert_str_eq(heard[1].reason, "asked to fail at 0");
    ck_assert(!heard[1].has_state);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(a_supervisor_hears_of_a_kill)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref parent = sample_spawn(runtime, &parent_args);
    ractor_ref child = sample_spawn_linked(runtime, &child_args, parent);
    ck_assert(sample_wait_for(&n_events, 1));
    ractor_kill(child);
    ck_assert(sample_wait_for(&n_events, 2));
    ck_assert_int_eq(heard[1].kind, RACTOR_EVENT_ACTOR_TERMINATED);
    ck_assert_str_eq(heard[1].reason, "killed");
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(without_the_hook_a_childs_end_stops_its_supervisor)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref parent;
    ck_assert_int_eq(ractor_spawn(runtime, &sample_default_class, NULL, NULL, &parent), RACTOR_OK);
    ractor_ref child = sample_spawn_linked(runtime, &child_args, parent);
    ck_assert_int_eq(sample_fail(child), RACTOR_OK);
    ck_assert_int_eq(ractor_wait(parent, 20000), RACTOR_OK);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(children_end_with_their_supervisor_however_it_ends)
{
    for (int how = 0; how < 3; how++) {
        ractor_runtime *runtime = sample_runtime(2);
        ractor_ref parent = sample_spawn(runtime, &parent_args);
        ractor_ref children[20];
        for (int i = 0; i < 20; i++)
            children[i] = sample_spawn_linked(runtime, &child_args, parent);
        ractor_ref grandchild = sample_spawn_linked(runtime, &child_args, children[3]);
        if (how == 0)
            ractor_stop(parent, NULL);
        else if (how == 1)
            ractor_kill(parent);
        else
            ck_assert_int_eq(sample_fail(parent), RACTOR_OK);
        for (int i = 0; i < 20; i++)
            ck_assert_int_eq(ractor_wait(children[i], 20000), RACTOR_OK);
        ck_assert_int_eq(ractor_wait(grandchild, 20000), RACTOR_OK);
        ractor_runtime_stop(runtime);
    }
    ck_assert_uint_eq(n_ended, 63);
}
END_TEST

START_TEST(a_new_link_replaces_the_old_one)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref first = sample_spawn(runtime, &child_args);
    ractor_ref second = sample_spawn(runtime, &parent_args);
    ractor_ref child = sample_spawn_linked(runtime, NULL, first);
    ck_assert_uint_eq(ractor_children(first, NULL, 0), 1);
    ck_assert_int_eq(ractor_link(child, second), RACTOR_OK);
    ck_assert_uint_eq(ractor_children(first, NULL, 0), 0);
    ractor_ref listed;
    ck_assert_uint_eq(ractor_children(second, &listed, 1), 1);
    ck_assert(ractor_ref_equal(listed, child));
    ck_assert_int_eq(ractor_kill_and_wait(first, 20000), RACTOR_OK);
    uint64_t value;
    ck_assert_int_eq(sample_get(child, 5000, &value), RACTOR_OK); /* does not go with the old one */
    ractor_unlink(child, second);
    ck_assert_int_eq(ractor_kill_and_wait(second, 20000), RACTOR_OK);
    ck_assert_int_eq(sample_get(child, 5000, &value), RACTOR_OK);
    ck_assert_int_eq(ractor_link(child, second), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_link(child, child), RACTOR_EINVAL);
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(monitors_hear_without_the_state_and_do_not_end)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref watchers[5];
    ractor_ref target = sample_spawn(runtime, NULL);
    for (int i = 0; i < 5; i++) {
        watchers[i] = sample_spawn(runtime, &parent_args);
        ck_assert_int_eq(ractor_monitor(watchers[i], target), RACTOR_OK);
        ck_assert_int_eq(ractor_monitor(watchers[i], target), RACTOR_OK); /* once is enough */
    }
    ractor_demonitor(watchers[4], target);
    uint64_t value;
    ck_assert_int_eq(sample_get(target, 5000, &value), RACTOR_OK);
    ck_assert_int_eq(ractor_stop_and_wait(target, "bye", 20000), RACTOR_OK);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(sample_get(watchers[i], 5000, &value), RACTOR_OK);
    uint64_t n_terminated = 0;
    for (uint64_t i = 0; i < atomic_load(&n_heard); i++) {
        if (heard[i].kind != RACTOR_EVENT_ACTOR_TERMINATED)
            continue;
        n_terminated++;
        ck_assert_str_eq(heard[i].reason, "bye");
        ck_assert(!heard[i].has_state);
    }
    ck_assert_uint_eq(n_terminated, 4);
    ck_assert_int_eq(ractor_monitor(watchers[0], target), RACTOR_ENOENT);
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status spawn_child_of_self(ractor_context *ctx, void *argument)
{
    (void)argument;
    (void)sample_spawn_linked(ractor_context_runtime(ctx), &child_args, ractor_self(ctx));
    return RACTOR_OK;
}

START_TEST(linked_spawn_from_the_supervisors_own_handler)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref parent = sample_spawn(runtime, &parent_args);
    for (int i = 0; i < 50; i++)
        ck_assert_int_eq(sample_run(parent, spawn_child_of_self, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_events, 50));
    ck_assert_uint_eq(ractor_children(parent, NULL, 0), 50);
    ck_assert_int_eq(ractor_kill_and_wait(parent, 20000), RACTOR_OK);
    ck_assert(sample_wait_for(&n_ended, 50));
    ractor_runtime_stop(runtime);
}
END_TEST

static ractor_status fail_on_event(ractor_context *ctx, void *argument)
{
    const ractor_supervision_event *event = ((struct sample_event *)argument)->event;
    if (event->kind != RACTOR_EVENT_ACTOR_TERMINATED)
        return RACTOR_OK;
    return ractor_fail(ctx, "my child is gone");
}

START_TEST(a_failing_event_hook_fails_the_actor_and_its_supervisor_hears)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref top = sample_spawn(runtime, &parent_args);
    struct sample_args args = {.on_event = fail_on_event};
    ractor_ref middle = sample_spawn_linked(runtime, &args, top);
    ractor_ref child = sample_spawn_linked(runtime, NULL, middle);
    ck_assert(sample_wait_for(&n_events, 1));
    ractor_stop(child, NULL);
    ck_assert(sample_wait_for(&n_events, 2));
    ck_assert_int_eq(heard[1].kind, RACTOR_EVENT_ACTOR_FAILED);
    ck_assert_str_eq(heard[1].reason, "my child is gone");
    ractor_runtime_stop(runtime);
}
END_TEST

START_TEST(children_can_be_stopped_and_drained_without_their_parent)
{
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref parent = sample_spawn(runtime, &parent_args);
    for (int i = 0; i < 20; i++)
        (void)sample_spawn_linked(runtime, &child_args, parent);
    ck_assert_int_eq(ractor_stop_children_and_wait(parent, "all out", 20000), RACTOR_OK);
    ck_assert_uint_eq(ractor_children(parent, NULL, 0), 0);
    for (int i = 0; i < 20; i++)
        (void)sample_spawn_linked(runtime, &child_args, parent);
    ck_assert_int_eq(ractor_drain_children_and_wait(parent, 20000), RACTOR_OK);
    uint64_t value;
    ck_assert_int_eq(sample_get(parent, 5000, &value), RACTOR_OK);
    ck_assert_int_eq(ractor_stop_children(parent, NULL), RACTOR_OK);
    ck_assert_int_eq(ractor_drain_children(parent), RACTOR_OK);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_ended, 40);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("supervision");
    TCase *all = suite_case(suite, "supervision", 60);
    tcase_add_test(all, a_supervisor_hears_start_and_stop_and_sees_the_final_state);
    tcase_add_test(all, a_supervisor_hears_of_failure_with_its_reason);
    tcase_add_test(all, a_supervisor_hears_of_a_kill);
    tcase_add_test(all, without_the_hook_a_childs_end_stops_its_supervisor);
    tcase_add_test(all, children_end_with_their_supervisor_however_it_ends);
    tcase_add_test(all, a_new_link_replaces_the_old_one);
    tcase_add_test(all, monitors_hear_without_the_state_and_do_not_end);
    tcase_add_test(all, linked_spawn_from_the_supervisors_own_handler);
    tcase_add_test(all, a_failing_event_hook_fails_the_actor_and_its_supervisor_hears);
    tcase_add_test(all, children_can_be_stopped_and_drained_without_their_parent);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/* The factory with parts of the user's own, jobs whose acceptance is awaited, and their times. */
#include "jobs.h"
#include "suite.h"

#include <check.h>
#include <string.h>

static struct sample_run note_run(uint64_t key)
{
    struct sample_run run = {jobs_note, (void *)(uintptr_t)key};
    return run;
}

static ractor_status submit_and_await(sample_fn fn, uint64_t key, uint32_t ttl_ms)
{
    struct sample_run run = {fn, (void *)(uintptr_t)key};
    uint8_t bytes[8];
    ractor_job job = {.key = ractor_job_key_u64(key, bytes),
                      .type = &sample_type,
                      .tag = SAMPLE_RUN,
                      .args = &run,
                      .ttl_ms = ttl_ms};
    return ractor_factory_submit(jobs_factory, &job, WAIT_MS);
}

static uint64_t number_of(ractor_bytes key)
{
    return key.length == 8 ? ractor_job_key_to_u64(key) : UINT64_MAX;
}

/* ------------------------------------------------------------------ acceptance */

START_TEST(a_sender_hears_that_its_job_is_accepted_or_refused_and_why)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.settings.discard = (ractor_discard){.mode = RACTOR_DISCARD_NEWEST, .limit = 1};
    jobs_start_with(&options);
    ck_assert_int_eq(submit_and_await(jobs_wait_at_gate, 1, 0), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 2, 0), RACTOR_OK); /* it waits, and is accepted */
    ck_assert_int_eq(submit_and_await(jobs_note, 3, 0), RACTOR_EOVERLOAD);
    ck_assert_int_eq(ractor_factory_drain(jobs_factory), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 4, 0), RACTOR_ESTOPPED);
    jobs_open_gate();
    ck_assert_int_eq(ractor_wait(jobs_factory.any, WAIT_MS), RACTOR_OK);
    ck_assert_uint_eq(jobs_n_done, 2);
    ck_assert_int_eq(submit_and_await(jobs_note, 5, 0), RACTOR_ENOENT);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

static uint32_t all_last(void *user, ractor_bytes key)
{
    (void)user;
    return number_of(key) >= 10 ? 1 : 0;
}

START_TEST(a_job_that_is_itself_the_one_to_be_shed_is_refused)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.settings.discard = (ractor_discard){.mode = RACTOR_DISCARD_OLDEST, .limit = 1};
    options.n_priorities = 2;
    options.priority = all_last;
    jobs_start_with(&options);
    ck_assert_int_eq(submit_and_await(jobs_wait_at_gate, 1, 0), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 2, 0), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 11, 0), RACTOR_EOVERLOAD);
    ck_assert_int_eq(submit_and_await(jobs_note, 3, 0), RACTOR_OK); /* at the cost of another */
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 2));
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_LOADSHED], 2);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(workers_queues_accept_and_refuse_as_well)
{
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_KEY_PERSISTENT, 1);
    options.settings.discard = (ractor_discard){.mode = RACTOR_DISCARD_OLDEST, .limit = 0};
    jobs_start_with(&options);
    ck_assert_int_eq(submit_and_await(jobs_wait_at_gate, 1, 0), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 2, 0), RACTOR_EOVERLOAD);
    options.settings.discard = (ractor_discard){.mode = RACTOR_DISCARD_NEWEST, .limit = 1};
    ck_assert_int_eq(ractor_factory_update(jobs_factory, &options.settings), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 3, 0), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 4, 0), RACTOR_EOVERLOAD);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 2));
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

static ractor_status submit_in_handler(ractor_context *ctx, void *argument)
{
    (void)ctx;
    _Atomic uint64_t *n_accepted = argument;
    ractor_status status = submit_and_await(jobs_note, 7, 0);
    if (status == RACTOR_OK)
        (void)atomic_fetch_add(n_accepted, 1);
    return status;
}

START_TEST(a_handler_can_await_acceptance_too)
{
    _Atomic uint64_t n_accepted = 0;
    jobs_start(RACTOR_ROUTE_ROUND_ROBIN, 2);
    ractor_ref sender = sample_spawn(jobs_runtime, NULL);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(sample_run(sender, submit_in_handler, &n_accepted), RACTOR_OK);
    ck_assert(sample_wait_for(&n_accepted, 10));
    ck_assert(sample_wait_for(&jobs_n_completed, 10));
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

/* ------------------------------------------------------------------ times */

static ractor_job_times seen_times;
static _Atomic uint64_t n_seen_times;

static ractor_status see_times(ractor_context *ctx, void *argument)
{
    (void)argument;
    if (ractor_job_times_get(ctx, &seen_times) != RACTOR_OK)
        return RACTOR_EFAILED;
    (void)atomic_fetch_add(&n_seen_times, 1);
    return RACTOR_OK;
}

static ractor_status see_no_times(ractor_context *ctx, void *argument)
{
    (void)argument;
    ractor_job_times times;
    if (ractor_job_times_get(ctx, &times) == RACTOR_ENOENT)
        (void)atomic_fetch_add(&n_seen_times, 1);
    return RACTOR_OK;
}

START_TEST(a_worker_sees_when_its_job_was_submitted_received_and_begun)
{
    jobs_start(RACTOR_ROUTE_QUEUER, 1);
    uint64_t before_ns = ractor_now_ns(jobs_runtime);
    jobs_submit_with(see_times, 1, 60000, 0);
    ck_assert(sample_wait_for(&n_seen_times, 1));
    ck_assert_uint_ge(seen_times.submitted_ns, before_ns);
    ck_assert_uint_ge(seen_times.received_ns, seen_times.submitted_ns);
    ck_assert_uint_ge(seen_times.begun_ns, seen_times.received_ns);
    ck_assert_uint_le(seen_times.begun_ns, ractor_now_ns(jobs_runtime));
    ck_assert_uint_gt(seen_times.expires_ns, seen_times.submitted_ns);
    jobs_submit(see_times, 1);
    ck_assert(sample_wait_for(&n_seen_times, 2));
    ck_assert_uint_eq(seen_times.expires_ns, UINT64_MAX);
    ck_assert_int_eq(sample_run(jobs_gate, see_no_times, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&n_seen_times, 3));
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

/* ------------------------------------------------------------------ a router */

struct own_router {
    _Atomic uint64_t n_asked;
    _Atomic uint64_t n_changes;
    _Atomic bool is_closed;
    bool is_free[8];
};

/* Keys are the workers' numbers. */
static uint32_t by_number(void *user, const ractor_job *job, uint32_t hint,
                          const ractor_worker_pool *pool)
{
    struct own_router *router = user;
    uint32_t worker = (uint32_t)number_of(job->key);
    (void)hint;
    (void)atomic_fetch_add(&router->n_asked, 1);
    ck_assert_uint_eq(ractor_worker_pool_size(pool), 3);
    ck_assert(!ractor_worker_pool_is_free(pool, 3));
    ck_assert_uint_eq(ractor_worker_pool_n_jobs(pool, 99), 0);
    ck_assert(job->type == &sample_type && job->tag == SAMPLE_RUN);
    if (atomic_load(&router->is_closed))
        return RACTOR_NO_WORKER;
    ck_assert_uint_eq(ractor_worker_pool_n_jobs(pool, worker) == 0,
                      ractor_worker_pool_is_free(pool, worker));
    ck_assert_uint_eq(ractor_worker_pool_of_key(pool, job->key),
                      ractor_worker_pool_is_free(pool, worker) ? RACTOR_NO_WORKER : worker);
    return worker;
}

static void note_change(void *user, uint32_t worker, bool is_free)
{
    struct own_router *router = user;
    ck_assert_uint_lt(worker, 8);
    ck_assert(router->is_free[worker] != is_free);
    router->is_free[worker] = is_free;
    (void)atomic_fetch_add(&router->n_changes, 1);
}

START_TEST(a_router_of_ones_own_names_the_worker)
{
    struct own_router mine = {0};
    ractor_router router = {.choose = by_number, .changed = note_change, .user = &mine};
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_OWN, 3);
    options.router = &router;
    jobs_start_with(&options);
    ck_assert_uint_eq(mine.n_changes, 3); /* all are new and free */
    jobs_submit(jobs_wait_at_gate, 1);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    jobs_submit(jobs_note, 1);
    jobs_submit(jobs_note, 1);
    jobs_submit(jobs_note, 2);
    ck_assert(sample_wait_for(&jobs_n_completed, 1)); /* behind the first ones is nobody else */
    ck_assert_uint_eq(jobs_journal[0].key, 2);
    ck_assert_uint_eq(jobs_depth(), 0);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 4));
    ck_assert_uint_eq(jobs_depth(), 0);
    ck_assert_uint_eq(mine.n_asked, 4);
    ck_assert_uint_eq(mine.n_changes, 3 + 4); /* two became busy, and free again */
    ck_assert(mine.is_free[0] && mine.is_free[1] && mine.is_free[2]);
    ck_assert_uint_eq(jobs_n_different_workers(), 2);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(jobs_that_a_router_gives_nobody_wait_until_it_does)
{
    struct own_router mine = {.is_closed = true};
    ractor_router router = {.choose = by_number, .is_queueing = true, .user = &mine};
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_OWN, 3);
    options.router = &router;
    jobs_start_with(&options);
    for (uint64_t key = 0; key < 6; key++)
        jobs_submit(jobs_note, key % 2);
    ck_assert_uint_eq(jobs_depth(), 6);
    atomic_store(&mine.is_closed, false);
    ck_assert(sample_wait_for(&jobs_n_completed, 6));
    ck_assert_uint_eq(jobs_n_different_workers(), 2);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

/* ------------------------------------------------------------------ a queue */

/* Last in, first out. */
struct stack {
    ractor_queued_job *jobs[8];
    size_t n;
};

static size_t stack_length(void *user)
{
    return ((struct stack *)user)->n;
}

static ractor_status stack_push(void *user, ractor_queued_job *job)
{
    struct stack *stack = user;
    if (stack->n == 8)
        return RACTOR_ENOMEM;
    ck_assert_uint_ne(ractor_queued_job_times(job).received_ns, 0);
    ck_assert_uint_ne(number_of(ractor_queued_job_view(job).key), UINT64_MAX);
    stack->jobs[stack->n++] = job;
    return RACTOR_OK;
}

static const ractor_queued_job *stack_peek(void *user)
{
    const struct stack *stack = user;
    return stack->n != 0 ? stack->jobs[stack->n - 1] : NULL;
}

static ractor_queued_job *stack_pop(void *user)
{
    struct stack *stack = user;
    return stack->n != 0 ? stack->jobs[--stack->n] : NULL;
}

static ractor_queued_job *stack_shed(void *user)
{
    struct stack *stack = user;
    if (stack->n == 0)
        return NULL;
    ractor_queued_job *oldest = stack->jobs[0];
    memmove(stack->jobs, stack->jobs + 1, --stack->n * sizeof *stack->jobs);
    return oldest;
}

static void stack_retain(void *user, ractor_queue_keeps keeps, void *argument)
{
    struct stack *stack = user;
    size_t n_kept = 0;
    for (size_t i = 0; i < stack->n; i++)
        if (keeps(argument, stack->jobs[i]))
            stack->jobs[n_kept++] = stack->jobs[i];
    stack->n = n_kept;
}

static ractor_job_queue queue_on(struct stack *stack)
{
    ractor_job_queue queue = {stack_length, stack_push,   stack_peek, stack_pop,
                              stack_shed,   stack_retain, stack};
    return queue;
}

START_TEST(jobs_wait_in_a_queue_of_ones_own_and_leave_in_its_order)
{
    struct stack stack = {.n = 0};
    ractor_job_queue queue = queue_on(&stack);
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.queue = &queue;
    options.settings.discard = (ractor_discard){.mode = RACTOR_DISCARD_OLDEST, .limit = 3};
    jobs_start_with(&options);
    jobs_submit(jobs_wait_at_gate, 100);
    ck_assert(sample_wait_for(&jobs_n_at_gate, 1));
    for (uint64_t key = 1; key <= 5; key++)
        jobs_submit(jobs_note, key);
    ck_assert_uint_eq(jobs_depth(), 3);
    ck_assert_uint_eq(jobs_discarded_keys[0], 1);
    ck_assert_uint_eq(jobs_discarded_keys[1], 2);
    jobs_open_gate();
    ck_assert(sample_wait_for(&jobs_n_completed, 4));
    static const uint64_t order[] = {100, 5, 4, 3};
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(jobs_journal[i].key, order[i]);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_job_that_a_queue_does_not_take_is_refused_and_those_in_it_expire)
{
    struct stack stack = {.n = 0};
    ractor_job_queue queue = queue_on(&stack);
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.queue = &queue;
    jobs_start_with(&options);
    ck_assert_int_eq(submit_and_await(jobs_wait_at_gate, 100, 0), RACTOR_OK);
    for (uint64_t key = 0; key < 7; key++)
        ck_assert_int_eq(submit_and_await(jobs_note, key, 0), RACTOR_OK);
    struct sample_run run = note_run(7);
    uint8_t seven[8];
    ractor_job job = {.key = ractor_job_key_u64(7, seven),
                      .type = &sample_type,
                      .tag = SAMPLE_RUN,
                      .args = &run,
                      .ttl_ms = 1};
    ck_assert_int_eq(ractor_factory_cast(jobs_factory, &job), RACTOR_OK);
    ck_assert(sample_wait_for(&jobs_n_discarded[RACTOR_DISCARDED_TTL], 1));
    ck_assert_int_eq(submit_and_await(jobs_note, 8, 0), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 9, 0), RACTOR_EOVERLOAD);
    ractor_stop(jobs_factory.any, NULL);
    ck_assert(sample_wait_for(&jobs_n_discarded[RACTOR_DISCARDED_SHUTDOWN], 8));
    jobs_open_gate();
    ck_assert_int_eq(ractor_wait(jobs_factory.any, WAIT_MS), RACTOR_OK);
    ck_assert_uint_eq(stack.n, 0);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(a_killed_factory_frees_what_is_in_the_queue)
{
    struct stack stack = {.n = 0};
    ractor_job_queue queue = queue_on(&stack);
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    options.queue = &queue;
    jobs_start_with(&options);
    ck_assert_int_eq(submit_and_await(jobs_wait_at_gate, 100, 0), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 1, 0), RACTOR_OK);
    ck_assert_int_eq(ractor_kill_and_wait(jobs_factory.any, WAIT_MS), RACTOR_OK);
    ck_assert_uint_eq(stack.n, 0);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

/* ------------------------------------------------------------------ a rate limiter */

struct quota {
    uint64_t n_left;
    uint64_t last_ns;
};

static bool quota_check(void *user, uint64_t now_ns)
{
    struct quota *quota = user;
    ck_assert_uint_ge(now_ns, quota->last_ns);
    quota->last_ns = now_ns;
    return quota->n_left != 0;
}

static void quota_bump(void *user)
{
    ((struct quota *)user)->n_left--;
}

START_TEST(a_rate_limiter_of_ones_own_lets_jobs_pass)
{
    struct quota quota = {.n_left = 4};
    ractor_rate_limiter limiter = {quota_check, quota_bump, &quota};
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_KEY_PERSISTENT, 2);
    options.rate_limiter = &limiter;
    jobs_start_with(&options);
    for (uint64_t key = 0; key < 4; key++)
        ck_assert_int_eq(submit_and_await(jobs_note, key, 0), RACTOR_OK);
    ck_assert_int_eq(submit_and_await(jobs_note, 5, 0), RACTOR_EOVERLOAD);
    ck_assert(sample_wait_for(&jobs_n_completed, 4));
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_RATE_LIMITED], 1);
    ck_assert_uint_ne(quota.last_ns, 0);
    ractor_runtime_stop(jobs_runtime);
}
END_TEST

START_TEST(parts_that_lack_a_function_are_refused)
{
    struct stack stack = {.n = 0};
    ractor_job_queue queue = queue_on(&stack);
    ractor_router router = {.choose = NULL};
    ractor_rate_limiter limiter = {quota_check, NULL, NULL};
    ractor_factory_options options = jobs_options_of(RACTOR_ROUTE_OWN, 1);
    ck_assert_int_eq(ractor_factory_start(NULL, &options, &jobs_factory), RACTOR_EINVAL);
    options.router = &router;
    ck_assert_int_eq(ractor_factory_start(NULL, &options, &jobs_factory), RACTOR_EINVAL);
    options = jobs_options_of(RACTOR_ROUTE_QUEUER, 1);
    queue.shed = NULL;
    options.queue = &queue;
    ck_assert_int_eq(ractor_factory_start(NULL, &options, &jobs_factory), RACTOR_EINVAL);
    options.queue = NULL;
    options.rate_limiter = &limiter;
    ck_assert_int_eq(ractor_factory_start(NULL, &options, &jobs_factory), RACTOR_EINVAL);
    limiter.bump = quota_bump;
    options.rate_limit = (ractor_rate_limit){.refill = 1, .interval_ms = 1};
    ck_assert_int_eq(ractor_factory_start(NULL, &options, &jobs_factory), RACTOR_EINVAL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("factory parts");
    TCase *all = suite_case(suite, "factory parts", 60);
    tcase_add_test(all, a_sender_hears_that_its_job_is_accepted_or_refused_and_why);
    tcase_add_test(all, a_job_that_is_itself_the_one_to_be_shed_is_refused);
    tcase_add_test(all, workers_queues_accept_and_refuse_as_well);
    tcase_add_test(all, a_handler_can_await_acceptance_too);
    tcase_add_test(all, a_worker_sees_when_its_job_was_submitted_received_and_begun);
    tcase_add_test(all, a_router_of_ones_own_names_the_worker);
    tcase_add_test(all, jobs_that_a_router_gives_nobody_wait_until_it_does);
    tcase_add_test(all, jobs_wait_in_a_queue_of_ones_own_and_leave_in_its_order);
    tcase_add_test(all, a_job_that_a_queue_does_not_take_is_refused_and_those_in_it_expire);
    tcase_add_test(all, a_killed_factory_frees_what_is_in_the_queue);
    tcase_add_test(all, a_rate_limiter_of_ones_own_lets_jobs_pass);
    tcase_add_test(all, parts_that_lack_a_function_are_refused);
    return suite_run(suite);
}

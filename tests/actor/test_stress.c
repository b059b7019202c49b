/* SPDX-License-Identifier: MIT */
/*
 * Everything at once, at random, from several threads: spawn, link, monitor, send, call, join,
 * leave, stop, kill, drain, wait. The laws: every actor that was spawned ends, every state is freed
 * once, every call returns, nothing hangs. STRESS_SECONDS sets how long, STRESS_SEED replays the
 * choices of each thread (not their interleaving).
 */
#include "sample.h"
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#define N_THREADS 8
/* Check keeps a test's time in 31 bits of microseconds: a longer stress is several rounds. */
#define MAX_ROUND_SECONDS 600
#define N_PLACES 64

static ractor_runtime *runtime;
static _Atomic uint64_t n_ended;
static _Atomic uint64_t n_spawned;
static _Atomic bool is_over;
static struct sample_args args;
static ractor_actor_class counted_class; /* fini counts, also of those killed before they start */

/* Where threads leave references for each other; a torn read gives a reference that is stale. */
static pthread_mutex_t places_lock = PTHREAD_MUTEX_INITIALIZER;
static ractor_ref places[N_PLACES];

static void count_end(void *state)
{
    sample_class.fini(state);
    (void)atomic_fetch_add(&n_ended, 1);
}

static uint32_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

static ractor_ref any_actor(uint64_t *random)
{
    (void)pthread_mutex_lock(&places_lock);
    ractor_ref ref = places[next(random) % N_PLACES];
    (void)pthread_mutex_unlock(&places_lock);
    return ref;
}

static void leave_actor(uint64_t *random, ractor_ref ref)
{
    (void)pthread_mutex_lock(&places_lock);
    places[next(random) % N_PLACES] = ref;
    (void)pthread_mutex_unlock(&places_lock);
}

/* Half of them unbounded, the others small, with each policy. */
static void choose_mailbox(uint64_t *random, ractor_mailbox_bound *bound)
{
    if (next(random) % 2 == 0)
        return;
    bound->messages = next(random) % 4 + 1;
    bound->bytes = next(random) % 2 == 0 ? 300 : 0;
    bound->policy = (ractor_mailbox_policy)(next(random) % 4);
    bound->wait_ms = next(random) % 3 + 1;
}

static void spawn_one(uint64_t *random, bool is_linked)
{
    ractor_spawn_options options = {.name = NULL};
    ractor_ref ref;
    if (is_linked)
        options.supervisor = any_actor(random);
    (void)atomic_fetch_add(&n_spawned, 1);
    choose_mailbox(random, &options.mailbox);
    bool is_instant = next(random) % 2 == 0;
    ractor_status status =
        is_instant
            ? ractor_spawn_instant(runtime, &counted_class, &options, &args, sizeof args, &ref)
            : ractor_spawn(runtime, &counted_class, &options, &args, &ref);
    if (status == RACTOR_OK)
        leave_actor(random, ref);
    else
        ck_assert_int_eq(status, RACTOR_ESTOPPED); /* the supervisor was gone; fini has run */
}

static void act(uint64_t *random)
{
    static const char *const groups[] = {"a", "b", "c"};
    ractor_ref one = any_actor(random);
    ractor_ref two = any_actor(random);
    const char *group = groups[next(random) % 3];
    uint64_t value;
    switch (next(random) % 20) {
    case 0:
        spawn_one(random, false);
        break;
    case 1:
        spawn_one(random, true);
        break;
    case 2:
        (void)ractor_link(one, two);
        break;
    case 3:
        ractor_unlink(one, two);
        break;
    case 4:
        (void)ractor_monitor(one, two);
        break;
    case 5:
        ractor_demonitor(one, two);
        break;
    case 6:
        ractor_stop(one, "stress");
        break;
    case 7:
        if (next(random) % 4 == 0)
            ractor_kill(one);
        break;
    case 8:
        ractor_drain(one);
        break;
    case 9:
        (void)ractor_pg_join(NULL, group, &one, 1);
        break;
    case 10:
        ractor_pg_leave(NULL, group, &one, 1);
        break;
    case 11:
        (void)ractor_pg_monitor(one, NULL, group);
        break;
    case 12:
        (void)sample_get(one, 200, &value);
        break;
    case 13:
        if (ractor_ref_is_some(one) && !ractor_ref_equal(one, two)) {
            struct sample_ask ask = {two, 50};
            ractor_status status =
                ractor_call(one, &sample_type, SAMPLE_ASK, &ask, 200, &value, NULL);
            ck_assert_int_ne(status, RACTOR_EINVAL);
        }
        break;
    case 14:
        (void)sample_keep(one, 2, &value);
        break;
    case 15:
        (void)ractor_wait(one, 1);
        break;
    case 16:
        (void)sample_fail(one);
        break;
    default:
        (void)sample_add(one, 1);
        (void)sample_text(two, "some text");
        break;
    }
}

static void *hammer(void *argument)
{
    uint64_t random = *(uint64_t *)argument;
    while (!atomic_load(&is_over))
        act(&random);
    return NULL;
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static uint64_t n_rounds(void)
{
    return (from_environment("STRESS_SECONDS", 3) + MAX_ROUND_SECONDS - 1) / MAX_ROUND_SECONDS;
}

START_TEST(random_life_from_eight_threads_loses_nothing)
{
    uint64_t seed = from_environment("STRESS_SEED", (uint64_t)time(NULL)) + (uint64_t)_i;
    uint64_t seconds = from_environment("STRESS_SECONDS", 3) / n_rounds();
    uint64_t seeds[N_THREADS];
    pthread_t threads[N_THREADS];
    (void)printf("STRESS_SEED=%llu\n", (unsigned long long)seed);
    (void)fflush(stdout);
    runtime = sample_runtime(3);
    counted_class = sample_class;
    counted_class.fini = count_end;
    for (int i = 0; i < N_THREADS; i++) {
        seeds[i] = seed + (uint64_t)i * 977;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, hammer, &seeds[i]), 0);
    }
    struct timespec pause = {.tv_sec = (time_t)seconds};
    (void)nanosleep(&pause, NULL); /* how long, not when: nothing waits for it */
    atomic_store(&is_over, true);
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ractor_runtime_stats stats;
    ractor_runtime_get_stats(runtime, &stats);
    ck_assert_uint_eq(stats.n_spawned, n_spawned);
    (void)printf("%llu actors, %llu dead letters\n", (unsigned long long)stats.n_spawned,
                 (unsigned long long)stats.n_dead_letters);
    ractor_runtime_stop(runtime);
    ck_assert_uint_eq(n_ended, n_spawned);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stress");
    double seconds = (double)from_environment("STRESS_SECONDS", 3) / (double)n_rounds();
    TCase *all = suite_case(suite, "stress", seconds + 120);
    tcase_add_loop_test(all, random_life_from_eight_threads_loses_nothing, 0, (int)n_rounds());
    return suite_run(suite);
}

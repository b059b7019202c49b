/* SPDX-License-Identifier: MIT */
/*
 * Many seeds of one scenario: actors that send, call, ask, watch, stop, kill and drain each other
 * at random, and a supervisor whose children fail. The laws, looked at when all is quiet:
 *
 *   - what was sent was handled or is a dead letter, and nothing waits;
 *   - each question is answered once, unless its asker has ended; each call returns, and does not
 *     wait for the dead; a kill ends what its actor waits for at once;
 *   - each link and monitor tells of an end once, unless the watcher has ended;
 *   - messages of one actor to another come in order, and none after the end;
 *   - each state is freed once; a supervisor has all its children, or has given up.
 *
 * SIM_SEED=n runs one seed, SIM_SEEDS=n so many.
 */
#include "actor/sample.h"
#include "seed.h"
#include "suite.h"

#include <ractor/testing.h>

#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DEFAULT_SEEDS 1000
#else
#define DEFAULT_SEEDS 10000
#endif
#define N_CASES 10
#define SEEDS_PER_S 40 /* on a very slow machine */
#define N_PLACES 6
#define N_LIVES 48
#define N_STEPS 300
#define N_WATCHES 200
#define N_QUESTIONS 100
#define N_ROUNDS 25
#define QUIET_MS 100000

/* One actor, from its spawn to its end and after. */
struct life {
    ractor_ref ref;
    unsigned n_finis;
    unsigned n_post_stops;
    uint64_t killed_ns; /* 0: not */
    uint64_t ended_ns;
    uint32_t sent[N_LIVES]; /* the last number sent to each */
    uint32_t got[N_LIVES];  /* the last number got from each */
};

/* A message: what its receiver does is decided when it gets there. */
struct step {
    struct life *to;
    struct life *from; /* NULL: the test, or a timer */
    uint32_t number;
};

struct watch {
    struct life *watcher, *target;
    unsigned n_ends;
};

struct question {
    struct life *asker;
    unsigned n_answers;
};

static struct scene {
    ractor_sim *sim;
    ractor_runtime *runtime;
    bool takes_time; /* turns do */
    struct life lives[N_LIVES];
    size_t n_lives;
    struct life *places[N_PLACES];
    struct step steps[N_STEPS];
    size_t n_steps;
    struct watch watches[N_WATCHES];
    size_t n_watches;
    struct question questions[N_QUESTIONS];
    size_t n_questions;
    uint64_t n_calls, n_returns;
    ractor_supervisor supervisor;
} scene;

static uint64_t below(uint64_t n)
{
    return ractor_sim_random(scene.sim, n);
}

static bool has_ended(const struct life *life)
{
    return life->n_finis != 0;
}

static uint64_t now(void)
{
    return ractor_now_ns(scene.runtime);
}

static size_t index_of(const struct life *life)
{
    return (size_t)(life - scene.lives);
}

/* ------------------------------------------------------------------ what actors do */

struct player {
    struct sample_state sample; /* first: the sample's handlers see it */
    struct life *life;
};

static const ractor_actor_class player_class;
static ractor_status act(ractor_context *ctx, void *argument);

static struct life *anyone(void)
{
    return scene.places[below(N_PLACES)];
}

static void watch(struct life *watcher, struct life *target)
{
    scene.watches[scene.n_watches++] = (struct watch){watcher, target, 0};
}

static bool watches(const struct life *watcher, const struct life *target)
{
    for (size_t i = 0; i < scene.n_watches; i++)
        if (scene.watches[i].watcher == watcher && scene.watches[i].target == target)
            return true;
    return scene.n_watches == N_WATCHES;
}

static void spawn_at(size_t place, struct life *parent)
{
    ractor_spawn_options options = {.name = NULL};
    if (scene.n_lives == N_LIVES)
        return;
    struct life *life = &scene.lives[scene.n_lives++];
    if (parent != NULL)
        options.supervisor = parent->ref;
    ractor_status status = ractor_spawn(scene.runtime, &player_class, &options, &life, &life->ref);
    LAW(status == RACTOR_OK || (parent != NULL && status == RACTOR_ESTOPPED));
    if (status != RACTOR_OK)
        return;
    scene.places[place] = life;
    if (parent != NULL && scene.n_watches < N_WATCHES)
        watch(parent, life);
}

static struct step *new_step(struct life *from, struct life *to)
{
    if (scene.n_steps == N_STEPS)
        return NULL;
    struct step *step = &scene.steps[scene.n_steps++];
    *step = (struct step){to, from, from != NULL ? from->sent[index_of(to)] + 1 : 0};
    return step;
}

static void send_step(struct life *from, struct life *to)
{
    struct step *step = new_step(from, to);
    if (step != NULL && sample_run(to->ref, act, step) == RACTOR_OK && from != NULL)
        from->sent[index_of(to)] = step->number;
}

static void send_step_later(struct life *to)
{
    struct step *step = new_step(NULL, to);
    struct sample_run args = {act, step};
    if (step != NULL)
        (void)ractor_send_after(to->ref, &sample_type, SAMPLE_RUN, &args, (uint32_t)below(20),
                                NULL);
}

static void call(struct life *to)
{
    uint64_t value;
    uint32_t timeout_ms = 1 + (uint32_t)below(10);
    uint64_t deadline_ns = now() + timeout_ms * UINT64_C(1000000);
    scene.n_calls++;
    bool is_kept = below(3) == 0; /* and forgotten, if the next one is kept as well */
    ractor_status status = is_kept ? sample_keep(to->ref, timeout_ms, &value)
                                   : sample_get(to->ref, timeout_ms, &value);
    scene.n_returns++;
    LAW(status != RACTOR_ETIMEOUT || is_kept || !has_ended(to) || to->ended_ns >= deadline_ns);
    LAW(status == RACTOR_OK || status == RACTOR_ETIMEOUT || status == RACTOR_ENOENT ||
        status == RACTOR_EPORT || status == RACTOR_EFAILED || status == RACTOR_ECANCELED ||
        status == RACTOR_EINVAL || status == RACTOR_ESTOPPED);
}

static ractor_status on_reply(ractor_context *ctx, void *state, ractor_status status,
                              const void *reply, void *user)
{
    struct question *question = user;
    (void)ctx;
    LAW((reply != NULL) == (status == RACTOR_OK));
    LAW(((struct player *)state)->life == question->asker);
    LAW(++question->n_answers == 1);
    return RACTOR_OK;
}

static void ask(ractor_context *ctx, struct life *self, struct life *to)
{
    if (scene.n_questions == N_QUESTIONS)
        return;
    struct question *question = &scene.questions[scene.n_questions];
    *question = (struct question){self, 0};
    if (ractor_ask(ctx, to->ref, &sample_type, below(2) == 0 ? SAMPLE_GET : SAMPLE_KEEP, NULL,
                   1 + (uint32_t)below(30), on_reply, question) == RACTOR_OK)
        scene.n_questions++;
}

static void end_someone(void)
{
    struct life *whom = anyone();
    switch (below(4)) {
    case 0:
        ractor_stop(whom->ref, "a reason");
        break;
    case 1:
        if (whom->killed_ns == 0)
            whom->killed_ns = now();
        ractor_kill(whom->ref);
        break;
    case 2:
        ractor_drain(whom->ref);
        break;
    default:
        (void)sample_fail(whom->ref);
        break;
    }
}

static ractor_status act_once(ractor_context *ctx, struct life *self)
{
    struct life *other = anyone();
    switch (below(12)) {
    case 0:
    case 1:
        call(other);
        break;
    case 2:
        ask(ctx, self, other);
        break;
    case 3:
        if (other != self && !watches(self, other) &&
            ractor_monitor(self->ref, other->ref) == RACTOR_OK)
            watch(self, other);
        break;
    case 4:
        if (below(3) == 0)
            end_someone();
        break;
    case 5:
        if (below(4) == 0)
            spawn_at(below(N_PLACES), self);
        break;
    case 6:
        send_step_later(other);
        break;
    case 7:
        if (other != self)
            (void)ractor_wait(other->ref, (uint32_t)below(5));
        break;
    case 8:
        return below(10) == 0 ? RACTOR_EFAILED : RACTOR_OK;
    default:
        send_step(self, other);
        break;
    }
    return RACTOR_OK;
}

static ractor_status act(ractor_context *ctx, void *argument)
{
    const struct step *step = argument;
    struct life *self = step->to;
    LAW(ractor_ref_equal(ractor_self(ctx), self->ref));
    LAW(self->n_finis == 0 && self->n_post_stops == 0);
    if (step->from != NULL) {
        LAW(self->got[index_of(step->from)] < step->number);
        self->got[index_of(step->from)] = step->number;
    }
    ractor_status status = RACTOR_OK;
    for (uint64_t n = below(4); n != 0 && status == RACTOR_OK; n--)
        status = act_once(ctx, self);
    LAW(self->n_finis == 0);
    return status;
}

/* ------------------------------------------------------------------ their hooks */

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct player *)state)->life = *(struct life *const *)args;
    return RACTOR_OK;
}

static ractor_status post_stop(ractor_context *ctx, void *state)
{
    (void)ctx;
    LAW(((struct player *)state)->life->n_post_stops++ == 0);
    return RACTOR_OK;
}

static ractor_status on_event(ractor_context *ctx, void *state,
                              const ractor_supervision_event *event)
{
    const struct life *self = ((struct player *)state)->life;
    (void)ctx;
    LAW(self->n_finis == 0 && self->n_post_stops == 0);
    if (event->kind == RACTOR_EVENT_ACTOR_STARTED)
        return RACTOR_OK;
    for (size_t i = 0; i < scene.n_watches; i++) {
        struct watch *w = &scene.watches[i];
        if (w->watcher == self && ractor_ref_equal(w->target->ref, event->actor))
            LAW(++w->n_ends == 1);
    }
    return RACTOR_OK;
}

static void fini(void *state)
{
    struct player *player = state;
    (void)ractor_port_fail(&player->sample.kept, RACTOR_ENOENT);
    struct life *life = player->life;
    life->ended_ns = now();
    /* Where turns take no time, all that a kill leads to has none to take. */
    LAW(life->killed_ns == 0 || life->killed_ns == life->ended_ns || scene.takes_time);
    LAW(life->n_finis++ == 0);
}

static const int handlers;
static const ractor_actor_class player_class = {
    .name = "player",
    .messages = &sample_type,
    .handlers = &handlers,
    .state_bytes = sizeof(struct player),
    .pre_start = pre_start,
    .post_stop = post_stop,
    .handle_supervisor_event = on_event,
    .fini = fini,
};

/* ------------------------------------------------------------------ the scene */

static const char *const child_names[] = {"a", "b", "c"};
#define N_CHILDREN (sizeof child_names / sizeof child_names[0])

static void start_supervisor(void)
{
    ractor_child_spec children[N_CHILDREN];
    ractor_supervisor_options options = {
        .strategy = (ractor_strategy)below(3),
        .max_restarts = 1 + (uint32_t)below(8),
        .window_ms = 50,
        .backoff = {.first_ms = (uint32_t)below(3) * 5, .max_ms = 40, .jitter_percent = 50},
        .children = children,
        .n_children = N_CHILDREN};
    for (size_t i = 0; i < N_CHILDREN; i++)
        children[i] = (ractor_child_spec){.actor_class = &sample_class, .name = child_names[i]};
    LAW(ractor_supervisor_start(scene.runtime, &options, &scene.supervisor) == RACTOR_OK);
}

static void fail_child(void)
{
    ractor_ref child;
    if (ractor_find_name(scene.runtime, child_names[below(N_CHILDREN)], &sample_type, &child) !=
        RACTOR_OK)
        return;
    if (below(2) == 0)
        (void)sample_fail(child);
    else
        ractor_kill(child);
}

static void set_scene(void)
{
    static ractor_runtime_options quiet = {.log_quiet = 1};
    memset(&scene, 0, sizeof scene);
    scene.takes_time = seed % 3 != 0;
    ractor_sim_options options = {
        .seed = seed, .max_turn_us = scene.takes_time ? 300 : 0, .runtime = &quiet};
    LAW(ractor_sim_new(&options, &scene.sim) == RACTOR_OK);
    scene.runtime = ractor_sim_runtime(scene.sim);
    for (size_t i = 0; i < N_PLACES; i++)
        spawn_at(i, NULL);
    start_supervisor();
}

static void play(void)
{
    for (int round = 0; round < N_ROUNDS; round++) {
        size_t place = below(N_PLACES);
        if (has_ended(scene.places[place]))
            spawn_at(place, NULL);
        send_step(NULL, anyone());
        if (below(4) == 0)
            fail_child();
        if (below(4) == 0)
            call(anyone());
        if (below(2) == 0)
            ractor_sim_advance(scene.sim, (uint32_t)below(8));
    }
}

/* ------------------------------------------------------------------ the laws */

static void check_supervisor(void)
{
    ractor_supervisor_counts counts;
    ractor_ref child;
    bool is_there = ractor_status_of(scene.supervisor.any) == RACTOR_ACTOR_RUNNING;
    for (size_t i = 0; i < N_CHILDREN; i++)
        LAW((ractor_find_name(scene.runtime, child_names[i], NULL, &child) == RACTOR_OK) ==
            is_there);
    if (!is_there)
        return;
    LAW(ractor_supervisor_get_counts(scene.supervisor, 1000, &counts) == RACTOR_OK);
    LAW(counts.n_running == N_CHILDREN && counts.n_waiting == 0);
}

static void check_watches_and_questions(void)
{
    for (size_t i = 0; i < scene.n_watches; i++) {
        const struct watch *w = &scene.watches[i];
        LAW(w->n_ends <= (has_ended(w->target) ? 1u : 0u));
        LAW(w->n_ends == 1 || has_ended(w->watcher) || !has_ended(w->target));
    }
    for (size_t i = 0; i < scene.n_questions; i++)
        LAW(scene.questions[i].n_answers == 1 || has_ended(scene.questions[i].asker));
}

static void check_when_quiet(void)
{
    ractor_runtime_stats stats;
    LAW(ractor_sim_run_until_idle(scene.sim, QUIET_MS) == RACTOR_OK);
    ractor_runtime_get_stats(scene.runtime, &stats);
    LAW(stats.n_sent == stats.n_handled + stats.n_dead_letters);
    LAW(scene.n_calls == scene.n_returns);
    check_watches_and_questions();
    for (size_t i = 0; i < scene.n_lives; i++)
        LAW((ractor_status_of(scene.lives[i].ref) == RACTOR_ACTOR_RUNNING) !=
            has_ended(&scene.lives[i]));
}

static void end_all(void)
{
    ractor_runtime_stats stats;
    for (size_t i = 0; i < scene.n_lives; i++)
        LAW(ractor_stop_and_wait(scene.lives[i].ref, NULL, RACTOR_TIMEOUT_NONE) == RACTOR_OK);
    LAW(ractor_stop_and_wait(scene.supervisor.any, NULL, RACTOR_TIMEOUT_NONE) == RACTOR_OK);
    check_when_quiet();
    for (size_t i = 0; i < scene.n_lives; i++)
        LAW(scene.lives[i].n_finis == 1);
    ractor_runtime_get_stats(scene.runtime, &stats);
    LAW(stats.n_actors == 0);
}

static unsigned long long run_seed(unsigned long long which)
{
    seed = which;
    set_scene();
    play();
    check_when_quiet();
    check_supervisor();
    end_all();
    uint64_t hash = ractor_sim_hash(scene.sim);
    ractor_sim_free(scene.sim);
    return hash;
}

static double limit_s(void)
{
    return 30 + (double)from_environment("SIM_SEEDS", DEFAULT_SEEDS) / SEEDS_PER_S;
}

START_TEST(random_lives_keep_the_laws)
{
    run_seeds((unsigned)_i, N_CASES, from_environment("SIM_SEEDS", DEFAULT_SEEDS), limit_s() - 10,
              run_seed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("seeds");
    TCase *seeds = suite_case(suite, "seeds", limit_s());
    tcase_add_loop_test(seeds, random_lives_keep_the_laws, 0, N_CASES);
    return suite_run(suite);
}

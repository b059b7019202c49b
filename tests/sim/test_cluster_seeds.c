/* SPDX-License-Identifier: MIT */
/*
 * Many seeds of one scenario: two or three nodes whose actors cast to, call, ask and watch each
 * other at random, join a group, are killed and born, while nodes restart and the network delays,
 * cuts into pieces, breaks, goes deaf, stalls, parts and, for some seeds, corrupts. A ledger has
 * what was sent and what became of it. The laws:
 *
 *   - each call ends once, in its time, with a status that it may end with; what is answered was
 *     done, and nothing is done twice;
 *   - no cast arrives twice, and those through one reference arrive in order;
 *   - each watch tells of an end once, and every reference ends with its session;
 *   - when the network is well again all nodes are connected, know each other's actors and groups,
 *     and nothing waits; when the nodes have stopped nothing is left.
 *
 * SIM_SEED=n runs one seed, SIM_SEEDS=n so many.
 */
#include "cluster/sample.h"
#include "seed.h"
#include "suite.h"

#include <ractor/peer.h>
#include <ractor/testing_cluster.h>

#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DEFAULT_SEEDS 300
#else
#define DEFAULT_SEEDS 5000
#endif
#define N_CASES 10
#define SEEDS_PER_S 10 /* on a very slow machine */
#define MAX_NODES 3
#define N_PLACES 6
#define N_LIVES 24
#define N_CASTS 400
#define N_CALLS 400
#define N_WATCHES 100
#define N_ROUNDS 24
#define TEXT_BYTES 2000
#define LATE_MS 100 /* turns take time, and a waiter stands behind others */
#define CALM_MS 120000u

/* One actor, from its spawn to its end. */
struct life {
    ractor_ref ref;
    unsigned node;
    unsigned n_finis;
    char name[16];
    ractor_ref waits_for;          /* whom its hook casts to or calls at this moment */
    uint64_t doomed_ms;            /* when that one's session ended; 0: it has not */
    ractor_ref known[N_LIVES];     /* references to others, maybe of ended sessions */
    uint32_t last_got[N_LIVES][8]; /* by the reference's number: the last cast through it */
};

struct cast {
    uint32_t from, to;
    uint32_t through; /* which of the sender's references to it */
    unsigned n_arrivals;
};

struct call {
    uint32_t from, to, tag;
    unsigned n_ends, n_effects;
    bool was_refused; /* for want of room: nobody may have handled it */
};

struct watch {
    struct life *watcher;
    ractor_ref target;
    unsigned n_ends;
};

static struct scene {
    unsigned n_nodes;
    bool is_corrupt; /* bytes are: then values may be anything */
    bool is_chatty;  /* long casts */
    ractor_sim *sims[MAX_NODES];
    ractor_sim_net *net;
    ractor_node *nodes[MAX_NODES];
    ractor_node_options options[MAX_NODES];
    struct life lives[N_LIVES];
    uint32_t n_lives;
    struct life *places[N_PLACES];
    struct cast casts[N_CASTS];
    uint32_t n_casts;
    struct call calls[N_CALLS];
    uint32_t n_calls;
    struct watch watches[N_WATCHES];
    uint32_t n_watches;
    uint32_t n_references[N_LIVES][N_LIVES];
} scene;
static ractor_message_type player_type; /* the sample's enum with other handlers */
static const char *const node_names[MAX_NODES] = {"alpha", "beta", "gamma"};
static const char *const full_names[MAX_NODES] = {"alpha@localhost", "beta@localhost",
                                                  "gamma@localhost"};

static uint64_t below(uint64_t n)
{
    return ractor_sim_random(scene.sims[0], n);
}

static uint64_t now_ms(void)
{
    return ractor_sim_now_ms(scene.sims[0]);
}

static uint32_t index_of(const struct life *life)
{
    return (uint32_t)(life - scene.lives);
}

static uint64_t mix(uint64_t value)
{
    value = (value ^ seed) * UINT64_C(0x9e3779b97f4a7c15);
    return value ^ value >> 29;
}

/* ------------------------------------------------------------------ waiting */

static void begin_wait(struct life *life, ractor_ref other)
{
    life->waits_for = other;
    life->doomed_ms = 0;
}

/* Nobody waits for a node that is gone. */
static void end_wait(struct life *life)
{
    life->waits_for = (ractor_ref){NULL, 0};
    LAW(life->doomed_ms == 0 || now_ms() - life->doomed_ms <= LATE_MS);
}

static void on_session(void *options, ractor_session_event event, const ractor_session_info *info)
{
    unsigned node = (unsigned)((ractor_node_options *)options - scene.options);
    (void)info;
    for (uint32_t i = 0; i < scene.n_lives && event == RACTOR_SESSION_CLOSED; i++) {
        struct life *life = &scene.lives[i];
        if (life->node == node && life->waits_for.cell != NULL && life->doomed_ms == 0 &&
            ractor_status_of(life->waits_for) != RACTOR_ACTOR_RUNNING)
            life->doomed_ms = now_ms();
    }
}

/* ------------------------------------------------------------------ casts */

static char text[TEXT_BYTES + 1];

/* The number of a cast is its place in the ledger, sealed, so that corruption shows. */
static uint64_t seal(uint64_t number)
{
    return number | mix(number) << 32;
}

static bool is_sealed(uint64_t sealed, uint64_t limit)
{
    return (sealed & UINT32_MAX) < limit && seal(sealed & UINT32_MAX) == sealed;
}

static void cast_to(struct life *from, struct life *to, ractor_ref ref)
{
    if (scene.n_casts == N_CASTS)
        return;
    uint32_t number = scene.n_casts++;
    scene.casts[number] =
        (struct cast){.from = index_of(from),
                      .to = index_of(to),
                      .through = scene.n_references[index_of(from)][index_of(to)]};
    struct sample_note note = {{text, below(4) == 0 && scene.is_chatty ? TEXT_BYTES : 10},
                               seal(number)};
    begin_wait(from, ref);
    ractor_status status = ractor_send(ref, &player_type, SAMPLE_NOTE, &note);
    end_wait(from);
    LAW(status == RACTOR_OK || status == RACTOR_ENOENT || status == RACTOR_ENODE ||
        status == RACTOR_ECANCELED);
}

static void on_cast(struct life *self, const struct sample_note *note)
{
    if (!is_sealed(note->number, scene.n_casts)) {
        LAW(scene.is_corrupt);
        return;
    }
    uint32_t number = (uint32_t)note->number;
    struct cast *cast = &scene.casts[number];
    if (cast->to != index_of(self)) {
        LAW(scene.is_corrupt);
        return;
    }
    uint32_t *last = &self->last_got[cast->from][cast->through % 8];
    LAW(++cast->n_arrivals == 1);
    LAW(*last < number + 1);
    *last = number + 1;
}

/* ------------------------------------------------------------------ calls */

static struct call *new_call(struct life *from, struct life *to, uint32_t tag)
{
    if (scene.n_calls == N_CALLS)
        return NULL;
    struct call *call = &scene.calls[scene.n_calls++];
    *call = (struct call){
        .from = from != NULL ? index_of(from) : UINT32_MAX, .to = index_of(to), .tag = tag};
    return call;
}

static struct sample_sum args_of(const struct call *call)
{
    uint64_t number = (uint64_t)(call - scene.calls);
    struct sample_sum args = {number, mix(number << 8 | call->to)};
    return args;
}

static bool may_end_so(const struct call *call, ractor_status status)
{
    switch (status) {
    case RACTOR_OK:
        return call->tag == SAMPLE_SUM || call->tag == SAMPLE_HOLD;
    case RACTOR_EPORT:
        return call->tag == SAMPLE_DROP || call->tag == SAMPLE_HOLD;
    case RACTOR_EOVERLOAD: /* a FAIL's own status, or no room before its time was up */
    case RACTOR_ENOENT:
    case RACTOR_ENODE:
    case RACTOR_ETIMEOUT:
    case RACTOR_ECANCELED:
    case RACTOR_ESTOPPED:
        return true;
    default:
        return false;
    }
}

static void end_call(struct call *call, ractor_status status, const uint64_t *value)
{
    LAW(++call->n_ends == 1);
    if (scene.is_corrupt)
        return;
    LAW(may_end_so(call, status));
    call->was_refused = status == RACTOR_EOVERLOAD && call->tag != SAMPLE_FAIL;
    if (status == RACTOR_OK && call->tag == SAMPLE_SUM) {
        LAW(*value == mix((uint64_t)(call - scene.calls)));
        LAW(call->n_effects == 1);
    }
}

static uint32_t any_tag(void)
{
    static const uint32_t tags[] = {SAMPLE_SUM,  SAMPLE_SUM,  SAMPLE_SUM,
                                    SAMPLE_HOLD, SAMPLE_DROP, SAMPLE_FAIL};
    return tags[below(sizeof tags / sizeof tags[0])];
}

static void call_now(struct life *from, struct life *to, ractor_ref ref)
{
    struct call *call = new_call(from, to, any_tag());
    if (call == NULL)
        return;
    struct sample_sum args = args_of(call);
    uint64_t value = 0, before_ms = now_ms();
    uint32_t timeout_ms = 1 + (uint32_t)below(below(4) == 0 ? 5000 : 50);
    begin_wait(from, ref);
    ractor_status status =
        ractor_call(ref, &player_type, call->tag, &args, timeout_ms, &value, NULL);
    end_wait(from);
    LAW(now_ms() - before_ms <= timeout_ms + LATE_MS);
    end_call(call, status, &value);
}

static ractor_status on_answer(ractor_context *ctx, void *state, ractor_status status,
                               const void *reply, void *call)
{
    (void)ctx;
    (void)state;
    end_call(call, status, reply);
    return RACTOR_OK;
}

static void ask(ractor_context *ctx, struct life *from, struct life *to, ractor_ref ref)
{
    struct call *call = new_call(from, to, any_tag());
    if (call == NULL)
        return;
    struct sample_sum args = args_of(call);
    ractor_status status = ractor_ask(ctx, ref, &player_type, call->tag, &args,
                                      1 + (uint32_t)below(3000), on_answer, call);
    if (status != RACTOR_OK)
        end_call(call, status, NULL);
}

/* ------------------------------------------------------------------ what actors do */

struct player {
    struct life *life;
    ractor_port held;
};

static const ractor_actor_class player_class;

static struct life *anyone(void)
{
    return scene.places[below(N_PLACES)];
}

static uint32_t number_of(const ractor_ref *refs, uint32_t n, ractor_ref ref)
{
    while (n != 0 && !ractor_ref_equal(refs[n - 1], ref))
        n--;
    return n;
}

/* A reference to another, now and then a fresh one; what was known may have ended. */
static ractor_ref reference(struct life *from, struct life *to)
{
    ractor_ref ref = {NULL, 0}, *known = &from->known[index_of(to)];
    if (from->node == to->node)
        return to->ref;
    if (scene.nodes[from->node] == NULL)
        return *known;
    if ((known->cell == NULL || below(3) == 0) &&
        ractor_node_find(scene.nodes[from->node], full_names[to->node], to->name, &ref) ==
            RACTOR_OK &&
        number_of(known, 1, ref) == 0) {
        *known = ref;
        scene.n_references[index_of(from)][index_of(to)]++;
    }
    return *known;
}

static void watch(struct life *self, ractor_ref target)
{
    if (scene.n_watches == N_WATCHES)
        return;
    for (uint32_t i = 0; i < scene.n_watches; i++)
        if (scene.watches[i].watcher == self && ractor_ref_equal(scene.watches[i].target, target))
            return;
    if (ractor_monitor(self->ref, target) == RACTOR_OK)
        scene.watches[scene.n_watches++] = (struct watch){self, target, 0};
}

static void act_once(ractor_context *ctx, struct life *self)
{
    struct life *other = anyone();
    ractor_ref ref = other != self ? reference(self, other) : (ractor_ref){NULL, 0};
    if (ref.cell == NULL)
        return;
    switch (below(7)) {
    case 0:
    case 1:
        call_now(self, other, ref);
        break;
    case 2:
        ask(ctx, self, other, ref);
        break;
    case 3:
        watch(self, ref);
        break;
    default:
        cast_to(self, other, ref);
        break;
    }
}

/* The test's word to act: a note from nobody. */
static void act(ractor_context *ctx, struct life *self)
{
    for (uint64_t n = below(6); n != 0; n--)
        act_once(ctx, self);
}

static void answer(ractor_context *ctx, struct life *self, const struct sample_sum *args,
                   ractor_port *port)
{
    if (args->a >= scene.n_calls || args->b != mix(args->a << 8 | index_of(self))) {
        LAW(scene.is_corrupt);
        return;
    }
    LAW(++scene.calls[args->a].n_effects == 1 || scene.is_corrupt);
    if (below(6) == 0)
        act_once(ctx, self); /* part of the call */
    uint64_t value = mix(args->a);
    const ractor_codec *codec = player_type.variants[SAMPLE_SUM].reply;
    (void)ractor_port_reply(port, codec, &value);
}

static void hold(struct player *player, ractor_port *port)
{
    uint64_t value = 0;
    const ractor_codec *codec = player_type.variants[SAMPLE_HOLD].reply;
    (void)ractor_port_reply(&player->held, codec, &value);
    player->held = ractor_port_take(port);
}

static ractor_status dispatch(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                              const void *args, ractor_port *port)
{
    struct player *player = state;
    const struct sample_note *note = args;
    (void)handlers;
    LAW(player->life->n_finis == 0);
    if (tag == SAMPLE_NOTE && note->text.length == 0)
        act(ctx, player->life);
    else if (tag == SAMPLE_NOTE)
        on_cast(player->life, note);
    else if (tag == SAMPLE_SUM)
        answer(ctx, player->life, args, port);
    else if (tag == SAMPLE_HOLD)
        hold(player, port);
    else if (tag == SAMPLE_FAIL)
        (void)ractor_port_fail(port, RACTOR_EOVERLOAD);
    return RACTOR_OK;
}

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct player *)state)->life = *(struct life *const *)args;
    return RACTOR_OK;
}

static ractor_status on_event(ractor_context *ctx, void *state,
                              const ractor_supervision_event *event)
{
    const struct life *self = ((struct player *)state)->life;
    (void)ctx;
    if (event->kind == RACTOR_EVENT_ACTOR_STARTED)
        return RACTOR_OK;
    for (uint32_t i = 0; i < scene.n_watches; i++) {
        struct watch *w = &scene.watches[i];
        if (w->watcher == self && ractor_ref_equal(w->target, event->actor))
            LAW(++w->n_ends == 1);
    }
    return RACTOR_OK;
}

static void fini(void *state)
{
    struct player *player = state;
    (void)ractor_port_fail(&player->held, RACTOR_ENOENT);
    LAW(player->life->n_finis++ == 0);
}

static const ractor_actor_class player_class = {
    .name = "player",
    .messages = &player_type,
    .handlers = &player_type,
    .state_bytes = sizeof(struct player),
    .pre_start = pre_start,
    .handle_supervisor_event = on_event,
    .fini = fini,
};

/* ------------------------------------------------------------------ the scene */

static ractor_runtime *runtime_of(unsigned node)
{
    return ractor_sim_runtime(scene.sims[node]);
}

static void spawn_at(size_t place)
{
    if (scene.n_lives == N_LIVES)
        return;
    struct life *life = &scene.lives[scene.n_lives];
    ractor_spawn_options options = {.name = life->name};
    life->node = (unsigned)(place % scene.n_nodes);
    (void)snprintf(life->name, sizeof life->name, "life %u", scene.n_lives++);
    LAW(ractor_spawn(runtime_of(life->node), &player_class, &options, &life, &life->ref) ==
        RACTOR_OK);
    LAW(ractor_pg_join(NULL, "all", &life->ref, 1) == RACTOR_OK);
    scene.places[place] = life;
}

static void keep(unsigned from, unsigned to)
{
    const ractor_peer_options peer = {
        .host = "localhost", .port = (uint16_t)(to + 1), .retry_min_ms = 10, .retry_max_ms = 1000};
    LAW(ractor_node_connect(scene.nodes[from], &peer, NULL) == RACTOR_OK);
}

/* Each keeps those behind it; for some seeds all others, so that dials cross. */
static void start_node(unsigned i)
{
    LAW(ractor_sim_net_start_node(scene.net, scene.sims[i], &scene.options[i], &scene.nodes[i]) ==
        RACTOR_OK);
    LAW(ractor_node_subscribe(scene.nodes[i], on_session, &scene.options[i], NULL) == RACTOR_OK);
    for (unsigned j = 0; j < scene.n_nodes; j++)
        if (j > i || (j != i && seed % 2 == 0))
            keep(i, j);
}

static void set_options(void)
{
    bool is_tight = below(2) == 0;
    for (unsigned i = 0; i < scene.n_nodes; i++)
        scene.options[i] = (ractor_node_options){
            .name = node_names[i],
            .cookie = SAMPLE_COOKIE,
            .port = (uint16_t)(i + 1),
            .is_transitive = seed % 3 == 0,
            .out_limit_bytes = is_tight ? 500 : 0,
            .ping_ms = seed % 5 == 0 ? 200 : 0,
            .phi_limit = seed % 5 == 0 ? 12 : 0,
        };
}

static void set_scene(void)
{
    static const ractor_runtime_options quiet = {.log_quiet = 1};
    memset(&scene, 0, sizeof scene);
    memset(text, 't', TEXT_BYTES);
    player_type = sample_type;
    player_type.dispatch = dispatch;
    scene.n_nodes = 2 + seed % 2;
    scene.is_corrupt = seed % 8 == 0;
    for (unsigned i = 0; i < scene.n_nodes; i++) {
        ractor_sim_options options = {.seed = seed,
                                      .max_turn_us = seed % 4 != 0 ? 100 : 0,
                                      .runtime = &quiet,
                                      .beside = i != 0 ? scene.sims[0] : NULL};
        LAW(ractor_sim_new(&options, &scene.sims[i]) == RACTOR_OK);
    }
    LAW(ractor_sim_net_new(scene.sims[0], &scene.net) == RACTOR_OK);
    scene.is_chatty = below(2) == 0;
    set_options();
    for (unsigned i = 0; i < scene.n_nodes; i++)
        start_node(i);
    for (size_t i = 0; i < N_PLACES; i++)
        spawn_at(i);
}

/* ------------------------------------------------------------------ what happens to it */

static uint32_t chance(uint32_t most)
{
    return below(2) == 0 ? (uint32_t)below(most) : 0;
}

static void set_faults(void)
{
    static const uint32_t sizes[] = {0, 0, 1000, 100, 7};
    ractor_sim_faults faults = {
        .min_delay_us = chance(500),
        .max_delay_us = chance(20000),
        .max_piece_bytes = sizes[below(sizeof sizes / sizeof sizes[0])],
        .reset_chance = chance(2000),
        .lose_chance = chance(500),
        .corrupt_chance = scene.is_corrupt ? chance(20000) : 0,
        .stall_chance = chance(20000),
        .stall_ms = 200,
        .window_bytes = chance(2000),
    };
    ractor_sim_net_set_faults(scene.net, &faults);
}

static void restart(unsigned i)
{
    ractor_node *node = scene.nodes[i];
    scene.nodes[i] = NULL;
    ractor_node_stop(node);
    if (below(2) == 0)
        ractor_sim_advance(scene.sims[0], (uint32_t)below(3000));
    start_node(i);
}

static void strike(void)
{
    unsigned one = (unsigned)below(scene.n_nodes), other = (unsigned)below(scene.n_nodes);
    switch (below(16)) {
    case 0:
        restart(one);
        break;
    case 1:
        ractor_sim_net_reset(scene.net);
        break;
    case 2:
        if (one != other)
            LAW(ractor_sim_net_part(scene.net, full_names[one], full_names[other]) == RACTOR_OK);
        break;
    case 3:
    case 4:
        ractor_sim_net_heal(scene.net);
        break;
    case 5:
        set_faults();
        break;
    case 6:
        ractor_kill(anyone()->ref);
        break;
    default:
        break;
    }
}

static void play(void)
{
    set_faults();
    for (int round = 0; round < N_ROUNDS; round++) {
        size_t place = below(N_PLACES);
        struct sample_note act_now = {{text, 0}, 0};
        if (scene.places[place]->n_finis != 0)
            spawn_at(place);
        for (uint64_t n = below(4); n != 0; n--)
            (void)!ractor_send(anyone()->ref, &player_type, SAMPLE_NOTE, &act_now);
        strike();
        ractor_sim_advance(scene.sims[0], (uint32_t)below(below(8) == 0 ? 8000 : 60));
    }
}

/* ------------------------------------------------------------------ the laws */

static bool is_meshed(void)
{
    ractor_session_info infos[8];
    for (unsigned i = 0; i < scene.n_nodes; i++) {
        size_t n = ractor_node_sessions(scene.nodes[i], infos, 8);
        if (n != scene.n_nodes - 1)
            return false;
        for (size_t j = 0; j < n; j++)
            if (!infos[j].is_ready || infos[j].out_bytes != 0)
                return false;
    }
    return true;
}

/* All find each other, and nothing waits. */
static void become_calm(void)
{
    uint64_t before_ms = now_ms();
    ractor_sim_net_set_faults(scene.net, NULL);
    ractor_sim_net_heal(scene.net);
    if (scene.is_corrupt) /* what was believed of a peer may be wrong */
        ractor_sim_net_reset(scene.net);
    ractor_sim_advance(scene.sims[0], 30000);
    while (!is_meshed()) {
        LAW(now_ms() - before_ms < CALM_MS);
        ractor_sim_advance(scene.sims[0], 1000);
    }
}

static uint32_t count_alive(void)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < scene.n_lives; i++)
        n += scene.lives[i].n_finis == 0;
    return n;
}

static void check_mesh(void)
{
    ractor_ref ref;
    uint64_t value;
    for (unsigned i = 0; i < scene.n_nodes; i++) {
        LAW(ractor_pg_members(runtime_of(i), NULL, "all", NULL, 0) == count_alive());
        for (uint32_t j = 0; j < scene.n_lives; j++) {
            const struct life *life = &scene.lives[j];
            if (life->node == i)
                continue;
            ractor_status status =
                ractor_node_find(scene.nodes[i], full_names[life->node], life->name, &ref);
            LAW(status == (life->n_finis == 0 ? RACTOR_OK : RACTOR_ENOENT));
            if (status == RACTOR_OK)
                LAW(ractor_call(ref, &player_type, SAMPLE_FAIL, NULL, 5000, &value, NULL) ==
                    RACTOR_EOVERLOAD);
        }
    }
}

static void check_ledger(void)
{
    for (uint32_t i = 0; i < scene.n_calls; i++) {
        const struct call *call = &scene.calls[i];
        bool is_asker_gone = call->from != UINT32_MAX && scene.lives[call->from].n_finis != 0;
        LAW(call->n_ends == 1 || (is_asker_gone && call->n_ends == 0));
        LAW(!call->was_refused || call->n_effects == 0);
    }
    for (uint32_t i = 0; i < scene.n_watches; i++)
        LAW(scene.watches[i].n_ends <= 1);
}

static void check_rest(void)
{
    for (uint32_t i = 0; i < scene.n_watches; i++) {
        const struct watch *w = &scene.watches[i];
        bool is_local = ractor_status_of(w->target) == RACTOR_ACTOR_RUNNING;
        LAW(w->n_ends == 1 || w->watcher->n_finis != 0 || is_local);
    }
    for (unsigned i = 0; i < scene.n_nodes; i++) {
        ractor_runtime_stats stats;
        ractor_runtime_get_stats(runtime_of(i), &stats);
        /* A cast from elsewhere that finds nobody is a dead letter, and was not sent here. */
        LAW(stats.n_handled <= stats.n_sent &&
            stats.n_sent <= stats.n_handled + stats.n_dead_letters);
        LAW(ractor_pg_members(runtime_of(i), NULL, "all", NULL, 0) ==
            ractor_pg_local_members(runtime_of(i), NULL, "all", NULL, 0));
    }
}

static void end_all(void)
{
    ractor_runtime_stats stats;
    for (unsigned i = 0; i < scene.n_nodes; i++)
        ractor_node_stop(scene.nodes[i]);
    LAW(ractor_sim_run_until_idle(scene.sims[0], 10000) == RACTOR_OK);
    check_rest();
    for (uint32_t i = 0; i < scene.n_lives; i++)
        LAW(ractor_stop_and_wait(scene.lives[i].ref, NULL, 1000) == RACTOR_OK);
    for (unsigned i = 0; i < scene.n_nodes; i++) {
        ractor_runtime_get_stats(runtime_of(i), &stats);
        LAW(stats.n_actors == 0);
    }
}

static unsigned long long run_seed(unsigned long long which)
{
    seed = which;
    set_scene();
    play();
    become_calm();
    check_mesh();
    check_ledger();
    end_all();
    unsigned long long hash = ractor_sim_hash(scene.sims[0]);
    ractor_sim_net_free(scene.net);
    for (unsigned i = scene.n_nodes; i-- > 0;)
        ractor_sim_free(scene.sims[i]);
    return hash;
}

static double limit_s(void)
{
    return 60 + (double)from_environment("SIM_SEEDS", DEFAULT_SEEDS) / N_CASES / SEEDS_PER_S;
}

START_TEST(random_clusters_keep_the_laws)
{
    run_seeds((unsigned)_i, N_CASES, from_environment("SIM_SEEDS", DEFAULT_SEEDS), limit_s() - 10,
              run_seed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cluster_seeds");
    TCase *seeds = suite_case(suite, "seeds", limit_s());
    tcase_add_loop_test(seeds, random_clusters_keep_the_laws, 0, N_CASES);
    return suite_run(suite);
}

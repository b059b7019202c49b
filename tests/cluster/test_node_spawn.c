/* SPDX-License-Identifier: MIT */
/* Actors that one node has another one spawn, and actors by key on a ring of nodes. */
#include "sample.h"
#include "suite.h"
#include "watch.h"

#include <ractor/peer.h>
#include <ractor/remote_spawn.h>
#include <ractor/ring.h>

#include <check.h>
#include <stdio.h>
#include <string.h>

static struct sample_node alpha, beta, gamma_node;

static struct sample_seen seen; /* by a gate of beta */

static void setup(void)
{
    sample_seen_init(&seen);
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", NULL);
    sample_connect(&alpha, &beta);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

/* ------------------------------------------------------------------ offers */

/* What a spawned actor was made of, and how its function behaves. */
struct made {
    _Atomic uint64_t n_made;
    ractor_ref gate; /* with it, the function waits there */
    const char *name_instead;
    ractor_status status;
    char peer[64], kind[64], name[64], args[64];
};

static void copy(char to[64], const char *text, size_t length)
{
    (void)snprintf(to, 64, "%.*s", (int)length, text != NULL ? text : "");
}

static ractor_status spawn_sample(void *made_, ractor_runtime *runtime,
                                  const ractor_spawn_request *request, ractor_ref *ref)
{
    struct made *made = made_;
    uint64_t value;
    copy(made->peer, request->peer, strlen(request->peer));
    copy(made->kind, request->kind, strlen(request->kind));
    copy(made->args, (const char *)request->args.data, request->args.length);
    if (ractor_ref_is_some(made->gate))
        (void)sample_call(made->gate, SAMPLE_HOLD, RACTOR_TIMEOUT_NONE, &value);
    if (made->status != RACTOR_OK)
        return made->status;
    const char *name = made->name_instead != NULL ? made->name_instead : request->name;
    ractor_status status = sample_try_spawn(runtime, name, ref);
    if (status == RACTOR_OK)
        (void)atomic_fetch_add(&made->n_made, 1);
    return status;
}

static void offer(struct sample_node *node, struct made *made)
{
    ck_assert_int_eq(ractor_node_offer(node->node, "sample", spawn_sample, made), RACTOR_OK);
}

static ractor_remote_spawn_options named(const char *name)
{
    ractor_remote_spawn_options options = {
        .kind = "sample", .name = name, .args = {(const uint8_t *)"some bytes", 10}};
    return options;
}

static ractor_status spawn_at(struct sample_node *node, const ractor_remote_spawn_options *options,
                              uint32_t timeout_ms, ractor_ref *ref)
{
    return ractor_node_spawn(node->node, "beta@localhost", options, timeout_ms, ref);
}

START_TEST(a_peer_spawns_what_it_offers)
{
    static struct made made;
    ractor_remote_spawn_options options = named("adder");
    ractor_ref actor = {NULL, 0};
    uint64_t sum = 0;
    offer(&beta, &made);
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_OK);
    ck_assert(ractor_is_remote(actor));
    ck_assert_int_eq(sample_sum(actor, 40, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
    ck_assert_str_eq(made.peer, "alpha@localhost");
    ck_assert_str_eq(made.kind, "sample");
    ck_assert_str_eq(made.args, "some bytes");
    ck_assert(ractor_ref_equal(sample_find(&alpha, "adder"), actor));
}
END_TEST

START_TEST(many_spawns_give_each_asker_its_own_actor)
{
    static struct made made;
    ractor_remote_spawn_options options = named(NULL);
    ractor_ref actors[50];
    offer(&beta, &made);
    for (int i = 0; i < 50; i++) {
        ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actors[i]), RACTOR_OK);
        for (int k = 0; k < i; k++)
            ck_assert(!ractor_ref_equal(actors[i], actors[k]));
    }
    ck_assert_uint_eq(atomic_load(&made.n_made), 50);
}
END_TEST

START_TEST(nothing_is_spawned_that_is_not_offered)
{
    static struct made made;
    ractor_remote_spawn_options options = named("adder");
    ractor_ref actor;
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_ENOTSUP);
    offer(&beta, &made);
    ck_assert_int_eq(ractor_node_offer(beta.node, "sample", spawn_sample, &made), RACTOR_EEXIST);
    options.kind = "another";
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_ENOTSUP);
    options.kind = "sample";
    ractor_node_withdraw(beta.node, "another");
    ractor_node_withdraw(beta.node, "sample");
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_node_spawn(alpha.node, "no@body", &options, 20000, &actor),
                     RACTOR_ENODE);
    ck_assert_uint_eq(atomic_load(&made.n_made), 0);
}
END_TEST

START_TEST(what_the_function_says_is_what_the_asker_gets)
{
    static struct made made = {.status = RACTOR_EAUTH};
    ractor_remote_spawn_options options = named("adder");
    ractor_ref actor;
    offer(&beta, &made);
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_EAUTH);
    made.status = RACTOR_OK;
    (void)sample_spawn(beta.runtime, "adder", NULL);
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_EEXIST);
    made.name_instead = "somebody else";
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_EINVAL);
}
END_TEST

START_TEST(options_that_cannot_be_are_refused_here)
{
    static char long_name[RACTOR_SPAWN_NAME_BYTES + 2];
    ractor_remote_spawn_options options = named("");
    ractor_ref actor;
    memset(long_name, 'n', sizeof long_name - 1);
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_EINVAL);
    options = named(long_name);
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_EINVAL);
    options = named("\xff");
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_EINVAL);
    options = named(NULL);
    options.kind = NULL;
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_EINVAL);
    options = named(NULL);
    options.args.length = RACTOR_SPAWN_ARGS_BYTES + 1;
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_ELIMIT);
    ck_assert_int_eq(ractor_node_offer(beta.node, "", spawn_sample, NULL), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_node_offer(beta.node, "sample", NULL, NULL), RACTOR_EINVAL);
}
END_TEST

START_TEST(a_spawned_actor_is_linked_to_its_supervisor)
{
    static struct made made;
    struct watch watch;
    watch_init(&watch);
    ractor_remote_spawn_options options = named("adder");
    options.supervisor = watch_spawn(alpha.runtime, &watch);
    ractor_ref actor;
    offer(&beta, &made);
    ck_assert_int_eq(spawn_at(&alpha, &options, 20000, &actor), RACTOR_OK);
    ck_assert(ractor_ref_equal(ractor_supervisor_of(actor), options.supervisor));
    ractor_stop(actor, "enough");
    watch_expect(&watch, 1, "terminated 0 enough;");
    ck_assert_int_eq(ractor_stop_and_wait(options.supervisor, NULL, 20000), RACTOR_OK);
    ck_assert_int_ne(spawn_at(&alpha, &options, 20000, &actor), RACTOR_OK);
}
END_TEST

/* ------------------------------------------------------------------ askers that give up */

struct asker {
    pthread_t thread;
    ractor_status status;
    ractor_ref actor;
    uint32_t timeout_ms;
};

static void *ask(void *asker_)
{
    struct asker *asker = asker_;
    ractor_remote_spawn_options options = named("adder");
    asker->status = spawn_at(&alpha, &options, asker->timeout_ms, &asker->actor);
    return NULL;
}

static bool is_held(void *unused)
{
    (void)unused;
    return sample_held(&seen) != 0;
}

static bool has_name(void *unused)
{
    ractor_ref found;
    (void)unused;
    return ractor_find_name(beta.runtime, "adder", NULL, &found) == RACTOR_OK;
}

static bool has_no_name(void *unused)
{
    return !has_name(unused);
}

START_TEST(an_actor_whose_asker_has_given_up_is_stopped)
{
    static struct made made;
    ractor_remote_spawn_options options = named("adder");
    ractor_ref actor;
    made.gate = sample_spawn(beta.runtime, NULL, &seen);
    offer(&beta, &made);
    ck_assert_int_eq(spawn_at(&alpha, &options, 50, &actor), RACTOR_ETIMEOUT);
    sample_wait(is_held, NULL, "a function that waits");
    sample_release_held(&seen, 0);
    sample_wait_count(&made.n_made, 1);
    sample_wait(has_no_name, NULL, "the end of what nobody waits for");
}
END_TEST

START_TEST(a_lost_node_ends_the_wait)
{
    static struct made made;
    struct asker asker = {.timeout_ms = RACTOR_TIMEOUT_NONE};
    made.gate = sample_spawn(beta.runtime, NULL, &seen);
    offer(&beta, &made);
    ck_assert_int_eq(pthread_create(&asker.thread, NULL, ask, &asker), 0);
    sample_wait(is_held, NULL, "a function that waits");
    ractor_node_stop(beta.node);
    beta.node = NULL;
    ck_assert_int_eq(pthread_join(asker.thread, NULL), 0);
    ck_assert_int_eq(asker.status, RACTOR_ENODE);
}
END_TEST

START_TEST(a_node_that_stops_ends_the_waits_of_its_own)
{
    static struct made made;
    struct asker asker = {.timeout_ms = RACTOR_TIMEOUT_NONE};
    made.gate = sample_spawn(beta.runtime, NULL, &seen);
    offer(&beta, &made);
    ck_assert_int_eq(pthread_create(&asker.thread, NULL, ask, &asker), 0);
    sample_wait(is_held, NULL, "a function that waits");
    ractor_stop(ractor_node_server(alpha.node), "over"); /* its sessions end with it */
    ck_assert_int_eq(pthread_join(asker.thread, NULL), 0);
    ck_assert_int_eq(asker.status, RACTOR_ENODE);
    sample_wait_sessions(&beta, 0);
    sample_release_held(&seen, 0);
    sample_wait_count(&made.n_made, 1);
    sample_wait(has_no_name, NULL, "the end of what was made for a session that has ended");
}
END_TEST

/* ------------------------------------------------------------------ actors by key */

/* A member of the group on each node, all of which know all. */
struct members {
    struct sample_node *node;
    size_t wanted;
};

static bool has_members(void *members_)
{
    const struct members *members = members_;
    return ractor_pg_members(members->node->runtime, NULL, "keepers", NULL, 0) == members->wanted;
}

static void wait_members(struct sample_node *node, size_t wanted)
{
    struct members members = {node, wanted};
    sample_wait(has_members, &members, "members of the ring");
}

static ractor_ref join(struct sample_node *node)
{
    ractor_ref keeper = sample_spawn(node->runtime, NULL, NULL);
    ck_assert_int_eq(ractor_pg_join(NULL, "keepers", &keeper, 1), RACTOR_OK);
    return keeper;
}

static ractor_status look_up(struct sample_node *node, const char *key, ractor_ref *ref)
{
    ractor_remote_spawn_options options = named(key);
    return ractor_lookup_or_spawn(node->node, NULL, "keepers", &options, 20000, ref);
}

/* Where an actor is, as its node's name. */
static const char *place_of(struct sample_node *node, ractor_ref actor,
                            char name[RACTOR_NODE_NAME_BYTES])
{
    ractor_actor_id id;
    ck_assert_int_eq(ractor_node_id_of(node->node, actor, name, &id), RACTOR_OK);
    return name;
}

START_TEST(each_key_has_one_actor_whoever_looks_it_up)
{
    static struct made made[2];
    char key[16], here[RACTOR_NODE_NAME_BYTES], there[RACTOR_NODE_NAME_BYTES];
    int n_remote = 0;
    offer(&alpha, &made[0]);
    offer(&beta, &made[1]);
    (void)join(&alpha);
    (void)join(&beta);
    wait_members(&alpha, 2);
    wait_members(&beta, 2);
    for (int i = 0; i < 40; i++) {
        ractor_ref first, again, other, owner;
        (void)snprintf(key, sizeof key, "room %d", i);
        ck_assert_int_eq(look_up(&alpha, key, &first), RACTOR_OK);
        ck_assert_int_eq(look_up(&alpha, key, &again), RACTOR_OK);
        ck_assert(ractor_ref_equal(first, again));
        ck_assert_int_eq(look_up(&beta, key, &other), RACTOR_OK);
        ck_assert_str_eq(place_of(&alpha, first, here), place_of(&beta, other, there));
        ractor_bytes bytes = {(const uint8_t *)key, strlen(key)};
        ck_assert_int_eq(ractor_ring_owner(alpha.node, NULL, "keepers", bytes, &owner), RACTOR_OK);
        ck_assert_str_eq(place_of(&alpha, owner, there), here);
        n_remote += ractor_is_remote(first);
    }
    ck_assert_uint_eq(atomic_load(&made[0].n_made) + atomic_load(&made[1].n_made), 40);
    ck_assert_int_gt(n_remote, 0);
    ck_assert_int_lt(n_remote, 40);
}
END_TEST

struct looker {
    pthread_t thread;
    struct sample_node *node;
    ractor_status status;
    ractor_ref actor;
};

static void *look(void *looker_)
{
    struct looker *looker = looker_;
    looker->status = look_up(looker->node, "the room", &looker->actor);
    return NULL;
}

START_TEST(of_many_who_look_at_once_one_has_it_spawned)
{
    static struct made made[2];
    struct looker lookers[8];
    offer(&alpha, &made[0]);
    offer(&beta, &made[1]);
    (void)join(&beta); /* the only one: all keys are its own */
    wait_members(&alpha, 1);
    for (int i = 0; i < 8; i++) {
        lookers[i] = (struct looker){.node = i % 2 == 0 ? &alpha : &beta};
        ck_assert_int_eq(pthread_create(&lookers[i].thread, NULL, look, &lookers[i]), 0);
    }
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(pthread_join(lookers[i].thread, NULL), 0);
        ck_assert_int_eq(lookers[i].status, RACTOR_OK);
        ck_assert(ractor_ref_equal(lookers[i].actor, lookers[i % 2].actor));
    }
    ck_assert_uint_eq(atomic_load(&made[0].n_made), 0);
    ck_assert_uint_eq(atomic_load(&made[1].n_made), 1);
}
END_TEST

START_TEST(keys_of_a_lost_node_go_to_the_others)
{
    static struct made made[2];
    ractor_ref actor;
    char key[16];
    offer(&alpha, &made[0]);
    offer(&beta, &made[1]);
    ck_assert_int_eq(look_up(&alpha, "room", &actor), RACTOR_ENOENT); /* nobody keeps any */
    (void)join(&alpha);
    (void)join(&beta);
    wait_members(&alpha, 2);
    ractor_node_stop(beta.node);
    beta.node = NULL;
    wait_members(&alpha, 1);
    for (int i = 0; i < 20; i++) {
        (void)snprintf(key, sizeof key, "room %d", i);
        ck_assert_int_eq(look_up(&alpha, key, &actor), RACTOR_OK);
        ck_assert(!ractor_is_remote(actor));
    }
    ractor_remote_spawn_options options = named(NULL);
    ck_assert_int_eq(ractor_lookup_or_spawn(alpha.node, NULL, "keepers", &options, 20000, &actor),
                     RACTOR_EINVAL);
    options = named("room");
    options.supervisor = actor;
    ck_assert_int_eq(ractor_lookup_or_spawn(alpha.node, NULL, "keepers", &options, 20000, &actor),
                     RACTOR_EINVAL);
}
END_TEST

START_TEST(a_node_that_joins_takes_some_keys_and_moves_no_others)
{
    enum { KEYS = 300 };
    char key[16], name[RACTOR_NODE_NAME_BYTES];
    ractor_ref before[KEYS], after;
    int n_moved = 0;
    (void)join(&alpha);
    (void)join(&beta);
    wait_members(&alpha, 2);
    for (int i = 0; i < 2 * KEYS; i++) {
        (void)snprintf(key, sizeof key, "%d", i % KEYS);
        ractor_bytes bytes = {(const uint8_t *)key, strlen(key)};
        if (i == KEYS) {
            sample_node_start(&gamma_node, "gamma", NULL);
            (void)join(&gamma_node);
            sample_connect(&alpha, &gamma_node);
            wait_members(&alpha, 3);
        }
        ck_assert_int_eq(ractor_ring_owner(alpha.node, NULL, "keepers", bytes, &after), RACTOR_OK);
        if (i < KEYS) {
            before[i] = after;
        } else if (!ractor_ref_equal(before[i - KEYS], after)) {
            ck_assert_str_eq(place_of(&alpha, after, name), "gamma@localhost");
            n_moved++;
        }
    }
    ck_assert_int_gt(n_moved, KEYS / 6);
    ck_assert_int_lt(n_moved, KEYS / 2);
    sample_node_stop(&gamma_node);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_spawn");
    TCase *cases = suite_case(suite, "spawn", 120);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_peer_spawns_what_it_offers);
    tcase_add_test(cases, many_spawns_give_each_asker_its_own_actor);
    tcase_add_test(cases, nothing_is_spawned_that_is_not_offered);
    tcase_add_test(cases, what_the_function_says_is_what_the_asker_gets);
    tcase_add_test(cases, options_that_cannot_be_are_refused_here);
    tcase_add_test(cases, a_spawned_actor_is_linked_to_its_supervisor);
    tcase_add_test(cases, an_actor_whose_asker_has_given_up_is_stopped);
    tcase_add_test(cases, a_lost_node_ends_the_wait);
    tcase_add_test(cases, a_node_that_stops_ends_the_waits_of_its_own);
    TCase *keys = suite_case(suite, "keys", 120);
    tcase_add_checked_fixture(keys, setup, teardown);
    tcase_add_test(keys, each_key_has_one_actor_whoever_looks_it_up);
    tcase_add_test(keys, of_many_who_look_at_once_one_has_it_spawned);
    tcase_add_test(keys, keys_of_a_lost_node_go_to_the_others);
    tcase_add_test(keys, a_node_that_joins_takes_some_keys_and_moves_no_others);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/*
 * What a node keeps from its peers: variants and enums that are [no_export], and what its own
 * function does not show. The peer here does not keep to the rules: it sends by a description of
 * the enum that has no marks.
 */
#include "cluster/offers.h"

#include "sample.h"
#include "suite.h"

#include <ractor/names.h>
#include <ractor/pg.h>
#include <ractor/registry.h>
#include <ractor/remote_spawn.h>

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static struct sample_node alpha, beta;

/* ------------------------------------------------------------------ marked enums */

static _Atomic uint64_t n_decoded; /* messages of the marked variant that were looked into */
static ractor_codec note_codec;    /* the sample's, counting */
static ractor_variant marked_variants[SAMPLE_TAGS];
static ractor_message_type marked; /* Note and Sum are [no_export] */
static ractor_message_type hidden; /* all of it is */

static ractor_status count_measure(const uint8_t *bytes, size_t length, ractor_budget *budget,
                                   size_t *tail_bytes)
{
    (void)atomic_fetch_add(&n_decoded, 1);
    return sample_type.variants[SAMPLE_NOTE].args->measure(bytes, length, budget, tail_bytes);
}

static void mark(void)
{
    note_codec = *sample_type.variants[SAMPLE_NOTE].args;
    note_codec.measure = count_measure;
    memcpy(marked_variants, sample_type.variants, sizeof marked_variants);
    marked_variants[SAMPLE_NOTE].args = &note_codec;
    marked_variants[SAMPLE_NOTE].flags |= RACTOR_VARIANT_NO_EXPORT;
    marked_variants[SAMPLE_SUM].flags |= RACTOR_VARIANT_NO_EXPORT;
    marked = sample_type;
    marked.variants = marked_variants;
    hidden = sample_type;
    hidden.flags = RACTOR_TYPE_NO_EXPORT;
}

struct state {
    struct sample_seen *seen;
};

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct state *)state)->seen = *(struct sample_seen *const *)args;
    return RACTOR_OK;
}

static const ractor_actor_class marked_class = {
    .messages = &marked,
    .handlers = &marked,
    .state_bytes = sizeof(struct state),
    .pre_start = pre_start,
};
static const ractor_actor_class hidden_class = {
    .messages = &hidden,
    .handlers = &hidden,
    .state_bytes = sizeof(struct state),
    .pre_start = pre_start,
};

static ractor_ref spawn(const ractor_actor_class *actor_class, const char *name,
                        struct sample_seen *seen)
{
    ractor_spawn_options options = {.name = name};
    ractor_ref ref = {NULL, 0};
    ck_assert_int_eq(ractor_spawn(alpha.runtime, actor_class, &options, &seen, &ref), RACTOR_OK);
    return ref;
}

/* ------------------------------------------------------------------ what is audited */

static struct {
    pthread_mutex_t lock;
    uint64_t n_events;   /* under lock */
    char why[256];       /* under lock: of the last event */
    char peer_name[256]; /* under lock */
} audited = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void on_audit(void *user, const ractor_audit_event *event)
{
    (void)user;
    if (event->kind != RACTOR_AUDIT_NOT_EXPORTED)
        return;
    (void)pthread_mutex_lock(&audited.lock);
    audited.n_events++;
    (void)snprintf(audited.why, sizeof audited.why, "%s", event->why);
    (void)snprintf(audited.peer_name, sizeof audited.peer_name, "%s", event->peer_name);
    (void)pthread_mutex_unlock(&audited.lock);
}

static bool has_audited(void *text)
{
    (void)pthread_mutex_lock(&audited.lock);
    bool is_so = audited.n_events != 0 && strstr(audited.why, text) != NULL;
    (void)pthread_mutex_unlock(&audited.lock);
    return is_so;
}

static void expect_audit(const char *text)
{
    char copy[64];
    (void)snprintf(copy, sizeof copy, "%s", text);
    sample_wait(has_audited, copy, text);
    ck_assert_str_eq(audited.peer_name, "beta@localhost");
    sample_wait_log(&alpha, text);
}

/* ------------------------------------------------------------------ the nodes */

static void start(ractor_node_options options)
{
    options.audit = on_audit;
    mark();
    sample_node_start(&alpha, "alpha", &options);
    sample_node_start(&beta, "beta", NULL);
}

static void teardown(void)
{
    sample_node_stop(&beta);
    sample_node_stop(&alpha);
}

/* Answered after everything that was sent before. */
static void expect_answer(ractor_ref to)
{
    uint64_t value = 0;
    ck_assert_int_eq(sample_call(to, SAMPLE_FAIL, 20000, &value), RACTOR_EOVERLOAD);
}

/* ------------------------------------------------------------------ [no_export] */

START_TEST(a_call_of_a_marked_variant_is_denied_and_others_are_answered)
{
    uint64_t sum = 0;
    start((ractor_node_options){0});
    ractor_ref own = spawn(&marked_class, "ledger", NULL);
    sample_connect(&beta, &alpha);
    ractor_ref ledger = sample_find(&beta, "ledger");
    ck_assert_int_eq(sample_sum(ledger, 1, 2, &sum), RACTOR_EDENIED);
    expect_audit("Sum to actor");
    expect_answer(ledger);
    struct sample_sum terms = {1, 2};
    ck_assert_int_eq(ractor_call(own, &marked, SAMPLE_SUM, &terms, 20000, &sum, NULL), RACTOR_OK);
    ck_assert_uint_eq(sum, 3);
}
END_TEST

START_TEST(a_cast_of_a_marked_variant_is_dropped_before_it_is_decoded)
{
    struct sample_seen seen;
    sample_seen_init(&seen);
    start((ractor_node_options){0});
    (void)spawn(&marked_class, "ledger", &seen);
    sample_connect(&beta, &alpha);
    ractor_ref ledger = sample_find(&beta, "ledger");
    ck_assert_int_eq(sample_note(ledger, "text", 1), RACTOR_OK); /* it is on its way */
    expect_audit("Note to actor");
    expect_answer(ledger);
    ck_assert_uint_eq(atomic_load(&n_decoded), 0);
    ck_assert_uint_eq(atomic_load(&seen.n_notes), 0);
}
END_TEST

START_TEST(a_sender_whose_schema_has_the_mark_is_told_at_once)
{
    struct sample_note note = {ractor_string_from("text"), 1};
    struct sample_sum terms = {1, 2};
    uint64_t sum = 0;
    start((ractor_node_options){0});
    (void)spawn(&marked_class, "ledger", NULL);
    sample_connect(&beta, &alpha);
    ractor_ref ledger = sample_find(&beta, "ledger");
    ck_assert_int_eq(ractor_send(ledger, &marked, SAMPLE_NOTE, &note), RACTOR_EDENIED);
    ck_assert_int_eq(ractor_call(ledger, &marked, SAMPLE_SUM, &terms, 20000, &sum, NULL),
                     RACTOR_EDENIED);
    ck_assert_int_eq(ractor_send(ledger, &hidden, SAMPLE_NOTE, &note), RACTOR_EDENIED);
    expect_answer(ledger);
    ck_assert_uint_eq(audited.n_events, 0);
}
END_TEST

START_TEST(actors_of_a_marked_enum_are_not_told_of)
{
    ractor_ref ref;
    start((ractor_node_options){0});
    ractor_ref keys[2] = {spawn(&hidden_class, "before", NULL), {NULL, 0}};
    ck_assert_int_eq(ractor_pg_join(NULL, "group", keys, 1), RACTOR_OK);
    sample_connect(&beta, &alpha);
    keys[1] = spawn(&hidden_class, "after", NULL);
    ck_assert_int_eq(ractor_pg_join(NULL, "group", &keys[1], 1), RACTOR_OK);
    (void)spawn(&marked_class, "last", NULL);
    (void)sample_find(&beta, "last");
    ck_assert_int_eq(ractor_node_find(beta.node, NULL, "before", &ref), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_node_find(beta.node, NULL, "after", &ref), RACTOR_ENOENT);
    ck_assert_uint_eq(ractor_pg_members(beta.runtime, NULL, "group", NULL, 0), 0);
}
END_TEST

START_TEST(a_flood_of_refused_messages_is_audited_once_in_an_interval)
{
    start((ractor_node_options){0});
    (void)spawn(&marked_class, "ledger", NULL);
    sample_connect(&beta, &alpha);
    ractor_ref ledger = sample_find(&beta, "ledger");
    for (uint64_t i = 0; i < 5000; i++)
        ck_assert_int_eq(sample_note(ledger, "", i), RACTOR_OK);
    expect_answer(ledger);
    expect_audit("Note to actor");
    ck_assert_uint_lt(audited.n_events, 2500);
}
END_TEST

/* ------------------------------------------------------------------ the node's own function */

static bool begins_with(ractor_string text, const char *start)
{
    return text.length >= strlen(start) && memcmp(text.data, start, strlen(start)) == 0;
}

/* To beta, what begins with "public", and no group that begins with "secret". */
static bool is_public(void *user, const ractor_visibility *what)
{
    (void)atomic_fetch_add((_Atomic uint64_t *)user, 1);
    if (strcmp(what->peer, "beta@localhost") != 0 || !begins_with(what->name, "public"))
        return false;
    return !what->is_membership || !begins_with(what->group, "secret");
}

static _Atomic uint64_t n_asked;

static void start_with_filter(void)
{
    start((ractor_node_options){.is_visible = is_public, .visible_user = &n_asked});
}

START_TEST(a_peer_hears_of_visible_actors_and_groups_alone)
{
    ractor_ref ref, found;
    start_with_filter();
    ractor_ref members[2] = {spawn(&marked_class, "public.a", NULL),
                             spawn(&marked_class, "private.a", NULL)};
    ck_assert_int_eq(ractor_pg_join(NULL, "open", members, 2), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join(NULL, "secret", members, 2), RACTOR_OK);
    sample_connect(&beta, &alpha);
    (void)spawn(&marked_class, "private.b", NULL);
    ractor_ref late = spawn(&marked_class, "public.b", NULL);
    ck_assert_int_eq(ractor_pg_join(NULL, "secret", &late, 1), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join(NULL, "open", &late, 1), RACTOR_OK);
    (void)spawn(&marked_class, "public.c", NULL);
    (void)sample_find(&beta, "public.c");
    (void)sample_find(&beta, "public.b");
    found = sample_find(&beta, "public.a");
    ck_assert_int_eq(ractor_node_find(beta.node, NULL, "private.a", &ref), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_node_find(beta.node, NULL, "private.b", &ref), RACTOR_ENOENT);
    ck_assert_uint_eq(ractor_pg_members(beta.runtime, NULL, "open", NULL, 0), 2);
    ck_assert_uint_eq(ractor_pg_members(beta.runtime, NULL, "secret", NULL, 0), 0);
    expect_answer(found);
}
END_TEST

START_TEST(the_end_of_a_visible_actor_is_told)
{
    start_with_filter();
    ractor_ref a = spawn(&marked_class, "public.a", NULL);
    ractor_ref b = spawn(&marked_class, "private.b", NULL);
    sample_connect(&beta, &alpha);
    (void)sample_find(&beta, "public.a");
    ractor_stop(b, "done");
    ractor_stop(a, "done");
    sample_wait_lost(&beta, "public.a");
}
END_TEST

static _Atomic bool is_shown;

static bool is_shown_now(void *user, const ractor_visibility *what)
{
    (void)user;
    (void)what;
    return atomic_load(&is_shown);
}

/* The peer has the reference from when it saw the actor: as good as a guess. */
START_TEST(a_message_to_an_actor_that_is_not_shown_finds_nobody)
{
    struct sample_seen seen;
    uint64_t sum = 0;
    sample_seen_init(&seen);
    atomic_store(&is_shown, true);
    start((ractor_node_options){.is_visible = is_shown_now});
    ractor_ref own = sample_spawn(alpha.runtime, "adder", &seen);
    sample_connect(&beta, &alpha);
    ractor_ref adder = sample_find(&beta, "adder");
    ck_assert_int_eq(sample_sum(adder, 1, 2, &sum), RACTOR_OK);
    atomic_store(&is_shown, false);
    ck_assert_int_eq(sample_sum(adder, 1, 2, &sum), RACTOR_ENOENT);
    expect_audit("Sum to actor");
    ck_assert_int_eq(sample_note(adder, "text", 1), RACTOR_OK);
    ck_assert_int_eq(sample_sum(adder, 1, 2, &sum), RACTOR_ENOENT);
    ck_assert_uint_eq(atomic_load(&seen.n_notes), 0);
    ractor_stop(adder, "by a peer");
    ck_assert_int_eq(sample_sum(adder, 1, 2, &sum), RACTOR_ENOENT); /* after the order */
    ck_assert_int_eq(sample_sum(own, 1, 2, &sum), RACTOR_OK);
}
END_TEST

/* ------------------------------------------------------------------ names in the cluster */

static ractor_ref spawn_known(const char *name, const char *name_in_cluster)
{
    ractor_ref actor = spawn(&marked_class, name, NULL);
    ck_assert_int_eq(ractor_cluster_register(alpha.node, name_in_cluster, actor, RACTOR_NAME_STOP),
                     RACTOR_OK);
    return actor;
}

static bool is_known(void *name)
{
    ractor_ref found;
    return ractor_cluster_whereis(beta.node, name, &found) == RACTOR_OK;
}

static bool is_unknown(void *name)
{
    return !is_known(name);
}

/* A name that beta has been told of it cannot give to an actor of its own. */
static ractor_ref take_name(const char *name)
{
    ractor_ref actor = sample_spawn(beta.runtime, NULL, NULL);
    ck_assert_int_eq(ractor_cluster_register(beta.node, name, actor, RACTOR_NAME_STOP), RACTOR_OK);
    return actor;
}

START_TEST(a_peer_is_told_no_name_of_an_actor_that_it_does_not_see)
{
    static char shown[] = "shown", shown_too[] = "shown too";
    ractor_ref found;
    start_with_filter();
    ractor_ref actor = spawn_known("private.a", "hidden");
    (void)spawn_known("public.a", shown);
    sample_connect(&beta, &alpha);
    ractor_ref late = spawn_known("private.b", "hidden too");
    (void)spawn_known("public.b", shown_too);
    sample_wait(is_known, shown, "the name that was there");
    sample_wait(is_known, shown_too, "the name that came");
    ractor_ref own = take_name("hidden");
    (void)take_name("hidden too");
    ck_assert_int_eq(ractor_cluster_whereis(beta.node, "hidden", &found), RACTOR_OK);
    ck_assert(ractor_ref_equal(found, own));
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "hidden", &found), RACTOR_OK);
    ck_assert(ractor_ref_equal(found, actor)); /* it came first */
    ck_assert_int_eq(ractor_cluster_unregister(alpha.node, "hidden too", late), RACTOR_OK);
}
END_TEST

START_TEST(a_name_that_a_peer_sees_is_dropped_there_when_it_is_free)
{
    static char first[] = "first", second[] = "second";
    start_with_filter();
    ractor_ref a = spawn_known("public.a", first);
    ractor_ref b = spawn_known("public.b", second);
    sample_connect(&beta, &alpha);
    sample_wait(is_known, first, "the first name");
    sample_wait(is_known, second, "the second name");
    ck_assert_int_eq(ractor_cluster_unregister(alpha.node, first, a), RACTOR_OK);
    sample_wait(is_unknown, first, "the loss of the first name");
    ractor_stop(b, "done");
    sample_wait(is_unknown, second, "the loss of the second name");
    (void)take_name(first);
    (void)take_name(second);
}
END_TEST

static ractor_status spawn_wished(void *user, ractor_runtime *runtime,
                                  const ractor_spawn_request *request, ractor_ref *ref)
{
    ractor_spawn_options options = {.name = request->name};
    struct sample_seen *seen = NULL;
    (void)user;
    return ractor_spawn(runtime, &marked_class, &options, &seen, ref);
}

static bool is_gone(void *name)
{
    ractor_ref found;
    return ractor_find_name(alpha.runtime, name, NULL, &found) != RACTOR_OK;
}

START_TEST(a_peer_can_neither_look_up_nor_spawn_what_it_does_not_see)
{
    static char name[] = "private.b";
    struct rt_spawn_wish lookup = {.request = {.kind = "marked", .name = "private.a"},
                                   .finds_first = true};
    ractor_remote_spawn_options options = {.kind = "marked", .name = name};
    ractor_ref ref;
    start_with_filter();
    ractor_ref hidden_one = spawn(&marked_class, "private.a", NULL);
    ck_assert_int_eq(ractor_node_offer(alpha.node, "marked", spawn_wished, NULL), RACTOR_OK);
    sample_connect(&beta, &alpha);
    ck_assert_int_eq(rt_offers_ask(beta.node, "alpha@localhost", &lookup, 20000, &ref),
                     RACTOR_EDENIED);
    ck_assert_int_eq(ractor_node_spawn(beta.node, "alpha@localhost", &options, 20000, &ref),
                     RACTOR_EDENIED);
    sample_wait(is_gone, name, "the end of the actor that was made for nobody");
    ck_assert_int_eq(ractor_status_of(hidden_one), RACTOR_ACTOR_RUNNING);
    options.name = "public.c";
    ck_assert_int_eq(ractor_node_spawn(beta.node, "alpha@localhost", &options, 20000, &ref),
                     RACTOR_OK);
    expect_answer(ref);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_export");
    TCase *tcase = suite_case(suite, "export", 120);
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, a_call_of_a_marked_variant_is_denied_and_others_are_answered);
    tcase_add_test(tcase, a_cast_of_a_marked_variant_is_dropped_before_it_is_decoded);
    tcase_add_test(tcase, a_sender_whose_schema_has_the_mark_is_told_at_once);
    tcase_add_test(tcase, actors_of_a_marked_enum_are_not_told_of);
    tcase_add_test(tcase, a_flood_of_refused_messages_is_audited_once_in_an_interval);
    tcase_add_test(tcase, a_peer_hears_of_visible_actors_and_groups_alone);
    tcase_add_test(tcase, the_end_of_a_visible_actor_is_told);
    tcase_add_test(tcase, a_message_to_an_actor_that_is_not_shown_finds_nobody);
    tcase_add_test(tcase, a_peer_is_told_no_name_of_an_actor_that_it_does_not_see);
    tcase_add_test(tcase, a_name_that_a_peer_sees_is_dropped_there_when_it_is_free);
    tcase_add_test(tcase, a_peer_can_neither_look_up_nor_spawn_what_it_does_not_see);
    return suite_run(suite);
}

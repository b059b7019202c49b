/* SPDX-License-Identifier: MIT */
/* What a peer tells of, its actors, groups and names, is counted, bounded, and forgotten with it.
 */
#include "base/alloc.h"
#include "cluster/link.h"
#include "rogue.h"
#include "suite.h"

#include <check.h>
#include <malloc.h>
#include <ractor/names.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACTOR RT_ANNOUNCED_ACTOR_BYTES
#define NAME RT_ANNOUNCED_NAME_BYTES
#define CLAIM RT_ANNOUNCED_CLAIM_BYTES
#define MEMBERSHIP RT_MEMBERSHIP_BYTES
#define BATCH 128

static struct sample_node alpha;
static struct rogue mallory;

/* ------------------------------------------------------------------ an allocator that measures */

static _Atomic int64_t n_bytes;

static void *measured(void *block)
{
    if (block != NULL)
        (void)atomic_fetch_add(&n_bytes, (int64_t)malloc_usable_size(block));
    return block;
}

static void *measured_alloc(void *user, size_t size, size_t align)
{
    (void)user;
    return measured(align > 16 ? aligned_alloc(align, size) : malloc(size));
}

static void measured_free(void *user, void *block)
{
    (void)user;
    (void)atomic_fetch_sub(&n_bytes, (int64_t)malloc_usable_size(block));
    free(block);
}

static void *measured_resize(void *user, void *block, size_t size)
{
    (void)user;
    (void)atomic_fetch_sub(&n_bytes, (int64_t)malloc_usable_size(block));
    return measured(realloc(block, size));
}

static const ractor_memory memory = {
    .alloc = measured_alloc, .resize = measured_resize, .free = measured_free};

/* ------------------------------------------------------------------ the node and its peer */

static struct {
    _Atomic uint64_t n_over_budget;
    _Atomic uint64_t n_closed;
    ractor_status status; /* of the last end, written before it is counted; and why */
    char reason[160];
} seen;

static void on_audit(void *user, const ractor_audit_event *event)
{
    (void)user;
    if (event->kind == RACTOR_AUDIT_OVER_BUDGET && strcmp(event->peer_name, "mallory@host") == 0)
        (void)atomic_fetch_add(&seen.n_over_budget, 1);
}

static void on_event(void *user, ractor_session_event event, const ractor_session_info *session)
{
    (void)user;
    if (event != RACTOR_SESSION_CLOSED)
        return;
    seen.status = session->end_status;
    memcpy(seen.reason, session->end_reason, sizeof seen.reason);
    (void)atomic_fetch_add(&seen.n_closed, 1);
}

static void start(size_t limit_bytes)
{
    const ractor_node_options options = {.announced_limit_bytes = limit_bytes, .audit = on_audit};
    sample_node_start(&alpha, "alpha", &options);
    ck_assert_int_eq(ractor_node_subscribe(alpha.node, on_event, NULL, NULL), RACTOR_OK);
    rogue_dial(&mallory, &alpha, "mallory");
}

static void teardown(void)
{
    rogue_close(&mallory);
    sample_node_stop(&alpha);
}

static size_t announced(void)
{
    ractor_session_info info;
    rogue_settle(&mallory);
    ck_assert_uint_eq(ractor_node_sessions(alpha.node, &info, 1), 1);
    return info.announced_bytes;
}

static void expect_end(void)
{
    ck_assert(rogue_is_thrown_out(&mallory));
    sample_wait_count(&seen.n_closed, 1);
    ck_assert_int_eq(seen.status, RACTOR_ELIMIT);
    ck_assert_ptr_nonnull(strstr(seen.reason, "announced_limit_bytes"));
    ck_assert_uint_eq(seen.n_over_budget, 1);
    sample_wait_log(&alpha, "more than announced_limit_bytes");
    sample_wait_sessions(&alpha, 0);
}

/* ------------------------------------------------------------------ what the peer says */

/* So many actors from a pid on, in batches; with names of five digits, or without. */
static bool tell(enum rt_control_kind kind, const char *group, uint64_t first, size_t n,
                 bool has_names)
{
    static char names[BATCH][8];
    struct rt_actor_entry entries[BATCH];
    bool is_sent = true;
    for (size_t done = 0; done < n && is_sent; done += BATCH) {
        struct rt_control_out out = {.kind = kind,
                                     .actors = entries,
                                     .n_actors = n - done < BATCH ? n - done : BATCH,
                                     .scope = RACTOR_STR("s"),
                                     .group = ractor_string_from(group)};
        for (size_t i = 0; i < out.n_actors; i++) {
            entries[i] = (struct rt_actor_entry){.pid = first + done + i, .has_name = has_names};
            (void)snprintf(names[i], sizeof names[i], "%05u", (unsigned)(entries[i].pid % 100000));
            entries[i].name = ractor_string_from(names[i]);
        }
        is_sent = rogue_send_control(&mallory, &out);
    }
    return is_sent;
}

static bool spawn(uint64_t first, size_t n)
{
    return tell(RT_CONTROL_SPAWN, NULL, first, n, false);
}

static bool terminate(uint64_t first, size_t n)
{
    return tell(RT_CONTROL_TERMINATE, NULL, first, n, false);
}

static bool claim(enum rt_control_kind kind, uint64_t pid, const char *name)
{
    struct rt_note note = {
        .number = pid, .detail = 1, .text = {(const uint8_t *)name, strlen(name)}};
    const struct rt_control_out out = {.kind = kind, .notes = &note, .n_notes = 1};
    return rogue_send_control(&mallory, &out);
}

static size_t members(const char *group)
{
    return ractor_pg_members(alpha.runtime, "s", group, NULL, 0);
}

/* ------------------------------------------------------------------ actors */

START_TEST(a_peer_may_tell_of_as_many_actors_as_the_limit_allows)
{
    start(100 * ACTOR);
    ck_assert(spawn(1, 100));
    ck_assert_uint_eq(announced(), 100 * ACTOR);
    ck_assert(spawn(1, 100)); /* the same again */
    ck_assert_uint_eq(announced(), 100 * ACTOR);
    teardown();
}
END_TEST

START_TEST(one_actor_more_ends_the_session_which_is_told_logged_and_audited)
{
    start(100 * ACTOR);
    ck_assert(spawn(1, 101));
    expect_end();
    teardown();
}
END_TEST

START_TEST(names_of_actors_count_with_their_length)
{
    start(10 * (ACTOR + NAME + 5));
    ck_assert(tell(RT_CONTROL_SPAWN, NULL, 1, 10, true));
    ck_assert_uint_eq(announced(), 10 * (ACTOR + NAME + 5));
    ck_assert(terminate(1, 1));
    ck_assert(spawn(11, 1));
    ck_assert_uint_eq(announced(), 10 * ACTOR + 9 * (NAME + 5));
    ck_assert(spawn(12, 1));
    expect_end();
    teardown();
}
END_TEST

START_TEST(two_hundred_thousand_actors_with_names_and_a_group_are_taken_by_default)
{
    start(0);
    ck_assert(tell(RT_CONTROL_SPAWN, NULL, 1, 200000, true));
    ck_assert(tell(RT_CONTROL_PG_JOIN, "g", 1, 200000, false));
    ck_assert_uint_eq(announced(), 200000 * (ACTOR + NAME + 5 + MEMBERSHIP + 2));
    ck_assert_uint_eq(members("g"), 200000);
    teardown();
}
END_TEST

/* ------------------------------------------------------------------ groups and names */

START_TEST(memberships_count_and_one_too_many_ends_the_session)
{
    start(ACTOR + 3 * (MEMBERSHIP + 3));
    ck_assert(tell(RT_CONTROL_PG_JOIN, "g1", 1, 1, false));
    ck_assert(tell(RT_CONTROL_PG_JOIN, "g1", 1, 1, false));
    ck_assert(tell(RT_CONTROL_PG_JOIN, "g2", 1, 1, false));
    ck_assert_uint_eq(announced(), ACTOR + 2 * (MEMBERSHIP + 3));
    ck_assert(tell(RT_CONTROL_PG_JOIN, "g3", 1, 1, false));
    ck_assert_uint_eq(announced(), ACTOR + 3 * (MEMBERSHIP + 3));
    ck_assert(tell(RT_CONTROL_PG_JOIN, "g4", 1, 1, false));
    expect_end();
    ck_assert_uint_eq(members("g1") + members("g2") + members("g3") + members("g4"), 0);
    teardown();
}
END_TEST

START_TEST(names_in_the_cluster_count_and_one_too_many_ends_the_session)
{
    ractor_ref found;
    start(ACTOR * 3 + 2 * (CLAIM + 5));
    ck_assert(spawn(1, 3));
    ck_assert(claim(RT_CONTROL_NAME_CLAIM, 1, "first"));
    ck_assert(claim(RT_CONTROL_NAME_CLAIM, 1, "first"));
    ck_assert(claim(RT_CONTROL_NAME_CLAIM, 2, "other"));
    ck_assert_uint_eq(announced(), ACTOR * 3 + 2 * (CLAIM + 5));
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "first", &found), RACTOR_OK);
    ck_assert(claim(RT_CONTROL_NAME_CLAIM, 3, "third"));
    expect_end();
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "first", &found), RACTOR_ENOENT);
    teardown();
}
END_TEST

START_TEST(an_actor_has_one_name_in_the_cluster_and_a_name_one_actor_of_a_peer)
{
    ractor_ref first, second;
    start(0);
    ck_assert(spawn(1, 2));
    ck_assert(claim(RT_CONTROL_NAME_CLAIM, 1, "first"));
    ck_assert(claim(RT_CONTROL_NAME_CLAIM, 1, "second"));
    ck_assert_uint_eq(announced(), 2 * ACTOR + CLAIM + 6);
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "first", &first), RACTOR_ENOENT);
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "second", &first), RACTOR_OK);
    ck_assert(claim(RT_CONTROL_NAME_CLAIM, 2, "second"));
    ck_assert_uint_eq(announced(), 2 * ACTOR + CLAIM + 6);
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "second", &second), RACTOR_OK);
    ck_assert(!ractor_ref_equal(first, second));
    ck_assert(terminate(2, 1));
    ck_assert_uint_eq(announced(), ACTOR);
    ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "second", &second), RACTOR_ENOENT);
    teardown();
}
END_TEST

START_TEST(a_membership_that_this_node_ends_counts_no_longer)
{
    ractor_ref member;
    start(ACTOR + MEMBERSHIP + 2);
    for (int i = 0; i < 100; i++) {
        ck_assert(tell(RT_CONTROL_PG_JOIN, "g", 1, 1, false));
        ck_assert_uint_eq(announced(), ACTOR + MEMBERSHIP + 2);
        ck_assert_uint_eq(ractor_pg_members(alpha.runtime, "s", "g", &member, 1), 1);
        ractor_pg_leave("s", "g", &member, 1);
        ck_assert_uint_eq(announced(), ACTOR);
    }
    teardown();
}
END_TEST

/* ------------------------------------------------------------------ coming and going */

START_TEST(who_comes_and_goes_never_trips_the_limit)
{
    start(200 * (ACTOR + NAME + 5 + MEMBERSHIP + 2) + CLAIM + 8);
    for (uint64_t round = 0; round < 50; round++) {
        uint64_t first = round * 200 + 1;
        ck_assert(tell(RT_CONTROL_SPAWN, NULL, first, 200, true));
        ck_assert(tell(RT_CONTROL_PG_JOIN, "g", first, 200, false));
        ck_assert(claim(RT_CONTROL_NAME_CLAIM, first, "somebody"));
        ck_assert_uint_eq(announced(), 200 * (ACTOR + NAME + 5 + MEMBERSHIP + 2) + CLAIM + 8);
        if (round % 2 == 0)
            ck_assert(tell(RT_CONTROL_PG_LEAVE, "g", first, 200, false));
        if (round % 3 == 0)
            ck_assert(claim(RT_CONTROL_NAME_DROP, first, "somebody"));
        ck_assert(terminate(first, 200));
        ck_assert_uint_eq(announced(), 0);
    }
    teardown();
}
END_TEST

START_TEST(nothing_is_left_after_the_sessions_end_and_the_next_one_begins_with_nothing)
{
    ractor_ref found;
    start(200 * ACTOR * 3);
    for (int round = 0; round < 3; round++) {
        ck_assert(tell(RT_CONTROL_SPAWN, NULL, 1, 200, true));
        ck_assert(tell(RT_CONTROL_PG_JOIN, "g", 1, 200, false));
        ck_assert(claim(RT_CONTROL_NAME_CLAIM, 1, "somebody"));
        ck_assert_uint_eq(announced(), 200 * (ACTOR + NAME + 5 + MEMBERSHIP + 2) + CLAIM + 8);
        ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "somebody", &found), RACTOR_OK);
        rogue_close(&mallory);
        sample_wait_count(&seen.n_closed, (uint64_t)round + 1);
        ck_assert_uint_eq(members("g"), 0);
        ck_assert_int_eq(ractor_cluster_whereis(alpha.node, "somebody", &found), RACTOR_ENOENT);
        rogue_dial(&mallory, &alpha, "mallory");
        ck_assert_uint_eq(announced(), 0);
    }
    teardown();
}
END_TEST

/* ------------------------------------------------------------------ that the count is true */

/* Beside what is counted: the link's buffers, blocks of messages. */
#define SPARE_BYTES ((int64_t)4 << 20)

START_TEST(what_is_counted_is_at_least_what_it_takes)
{
    static const char *const groups[] = {"one", "two", "three"};
    char name[16];
    ck_assert_int_eq(ractor_memory_set(&memory), RACTOR_OK);
    start(0);
    rogue_settle(&mallory);
    int64_t before = n_bytes;
    ck_assert(tell(RT_CONTROL_SPAWN, NULL, 1, 13000, _i != 0)); /* just past a doubling */
    for (int i = 0; i < _i; i++)
        ck_assert(tell(RT_CONTROL_PG_JOIN, groups[i], 1, 13000, false));
    for (uint64_t pid = 1; pid <= 13000 && _i != 0; pid++) {
        (void)snprintf(name, sizeof name, "name %u", (unsigned)pid);
        ck_assert(claim(RT_CONTROL_NAME_CLAIM, pid, name));
    }
    size_t counted = announced();
    ck_assert_int_le(n_bytes - before, (int64_t)counted + SPARE_BYTES);
    ck_assert_int_ge(n_bytes - before, (int64_t)counted / 3); /* nor is it far more than that */
    teardown();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_announced");
    TCase *tcase = suite_case(suite, "announced", 120);
    tcase_add_test(tcase, a_peer_may_tell_of_as_many_actors_as_the_limit_allows);
    tcase_add_test(tcase, one_actor_more_ends_the_session_which_is_told_logged_and_audited);
    tcase_add_test(tcase, names_of_actors_count_with_their_length);
    tcase_add_test(tcase, two_hundred_thousand_actors_with_names_and_a_group_are_taken_by_default);
    tcase_add_test(tcase, memberships_count_and_one_too_many_ends_the_session);
    tcase_add_test(tcase, names_in_the_cluster_count_and_one_too_many_ends_the_session);
    tcase_add_test(tcase, an_actor_has_one_name_in_the_cluster_and_a_name_one_actor_of_a_peer);
    tcase_add_test(tcase, a_membership_that_this_node_ends_counts_no_longer);
    tcase_add_test(tcase, who_comes_and_goes_never_trips_the_limit);
    tcase_add_test(tcase,
                   nothing_is_left_after_the_sessions_end_and_the_next_one_begins_with_nothing);
    tcase_add_loop_test(tcase, what_is_counted_is_at_least_what_it_takes, 0, 4);
    return suite_run(suite);
}

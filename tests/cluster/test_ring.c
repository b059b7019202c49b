/* SPDX-License-Identifier: MIT */
/* The ring by itself: the same everywhere, even shares, and few keys that move. */
#include "cluster/ring.h"

#include "suite.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { KEYS = 20000, MAX_MEMBERS = 12 };

static char names[MAX_MEMBERS][32];
static struct rt_ring_member members[MAX_MEMBERS];

static void make_members(void)
{
    for (size_t i = 0; i < MAX_MEMBERS; i++) {
        (void)snprintf(names[i], sizeof names[i], "node%zu@host", i);
        members[i] = (struct rt_ring_member){ractor_string_from(names[i]), 100 + i};
    }
}

static ractor_bytes key_of(size_t i, char text[16])
{
    (void)snprintf(text, 16, "key %zu", i);
    return (ractor_bytes){(const uint8_t *)text, strlen(text)};
}

/* The owner of each key, as the owner's index in `list`. */
static void find_owners(const struct rt_ring_member *list, size_t n, uint32_t *owners)
{
    struct rt_ring ring;
    char text[16];
    ck_assert_int_eq(rt_ring_build(list, n, &ring), RACTOR_OK);
    ck_assert_uint_eq(ring.n_points, n * RT_RING_POINTS);
    for (size_t i = 0; i < KEYS; i++)
        ck_assert(rt_ring_owner(&ring, key_of(i, text), &owners[i]) == RACTOR_OK);
    rt_ring_free(&ring);
}

START_TEST(points_are_where_the_documentation_says)
{
    /* SHA-256 of "a@h", 0, 0 as u32, 0 as u32; computed by another program. */
    static const uint64_t expected[4] = {UINT64_C(0xcc11cfa030c9549a), UINT64_C(0xe3dd4a79661a2b33),
                                         UINT64_C(0x58cc26e94c223b37),
                                         UINT64_C(0x1e8cedfe7527a8f9)};
    struct rt_ring_member member = {RACTOR_STR("a@h"), 7};
    struct rt_ring ring;
    size_t n_found = 0;
    ck_assert_int_eq(rt_ring_build(&member, 1, &ring), RACTOR_OK);
    for (size_t i = 0; i < ring.n_points; i++) {
        for (size_t k = 0; k < 4; k++)
            n_found += ring.points[i].at == expected[k];
    }
    ck_assert_uint_eq(n_found, 4);
    rt_ring_free(&ring);
}
END_TEST

START_TEST(the_order_of_the_members_does_not_matter)
{
    static uint32_t forward[KEYS], backward[KEYS];
    struct rt_ring_member reversed[MAX_MEMBERS];
    make_members();
    for (size_t i = 0; i < MAX_MEMBERS; i++)
        reversed[i] = members[MAX_MEMBERS - 1 - i];
    find_owners(members, MAX_MEMBERS, forward);
    find_owners(reversed, MAX_MEMBERS, backward);
    for (size_t i = 0; i < KEYS; i++)
        backward[i] = MAX_MEMBERS - 1 - backward[i];
    ck_assert_mem_eq(forward, backward, sizeof forward);
}
END_TEST

START_TEST(shares_are_even)
{
    static uint32_t owners[KEYS];
    size_t shares[MAX_MEMBERS] = {0};
    make_members();
    find_owners(members, MAX_MEMBERS, owners);
    for (size_t i = 0; i < KEYS; i++)
        shares[owners[i]]++;
    for (size_t i = 0; i < MAX_MEMBERS; i++) {
        ck_assert_uint_gt(shares[i], KEYS / MAX_MEMBERS * 6 / 10);
        ck_assert_uint_lt(shares[i], KEYS / MAX_MEMBERS * 14 / 10);
    }
}
END_TEST

/* With the loop variable's number of members, and one more. */
START_TEST(a_member_more_takes_its_share_and_moves_nothing_else)
{
    static uint32_t fewer[KEYS], more[KEYS];
    size_t n = (size_t)_i, n_moved = 0, n_elsewhere = 0;
    make_members();
    find_owners(members, n, fewer);
    find_owners(members, n + 1, more);
    for (size_t i = 0; i < KEYS; i++) {
        n_moved += fewer[i] != more[i];
        n_elsewhere += fewer[i] != more[i] && more[i] != n;
    }
    ck_assert_uint_eq(n_elsewhere, 0);
    ck_assert_uint_gt(n_moved, KEYS / (n + 1) * 6 / 10);
    ck_assert_uint_lt(n_moved, KEYS / (n + 1) * 14 / 10);
}
END_TEST

START_TEST(a_node_that_restarts_has_the_keys_that_it_had)
{
    static uint32_t before[KEYS], after[KEYS];
    make_members();
    find_owners(members, 4, before);
    members[2].pid = 123456; /* another pid, the same node */
    find_owners(members, 4, after);
    ck_assert_mem_eq(before, after, sizeof before);
}
END_TEST

START_TEST(members_of_one_node_have_shares_of_their_own)
{
    static uint32_t owners[KEYS];
    size_t shares[3] = {0};
    struct rt_ring_member one_node[] = {
        {RACTOR_STR("a@h"), 9}, {RACTOR_STR("a@h"), 3}, {RACTOR_STR("a@h"), 5}};
    find_owners(one_node, 3, owners);
    for (size_t i = 0; i < KEYS; i++)
        shares[owners[i]]++;
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_gt(shares[i], KEYS / 3 * 6 / 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ring");
    TCase *cases = suite_case(suite, "ring", 60);
    tcase_add_test(cases, points_are_where_the_documentation_says);
    tcase_add_test(cases, the_order_of_the_members_does_not_matter);
    tcase_add_test(cases, shares_are_even);
    tcase_add_loop_test(cases, a_member_more_takes_its_share_and_moves_nothing_else, 1,
                        MAX_MEMBERS);
    tcase_add_test(cases, a_node_that_restarts_has_the_keys_that_it_had);
    tcase_add_test(cases, members_of_one_node_have_shares_of_their_own);
    return suite_run(suite);
}

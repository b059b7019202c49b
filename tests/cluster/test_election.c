/* SPDX-License-Identifier: MIT */
#include "cluster/election.h"
#include "cluster/pair_map.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>

struct row {
    const char *self, *peer;
    struct rt_candidate candidates[3]; /* age_rank 0 ends the list */
    bool is_kept[3];
};

#define OUT(age, id)                                                                               \
    {                                                                                              \
        .age_rank = (age), .is_outbound = true, .connection_id = (id)                              \
    }
#define IN(age, id)                                                                                \
    {                                                                                              \
        .age_rank = (age), .is_outbound = false, .connection_id = (id)                             \
    }

static const struct row rows[] = {
    /* alone */
    {"a@h", "b@h", {OUT(1, 5)}, {true}},
    {"a@h", "b@h", {IN(1, 0)}, {true}},
    /* opposite directions: the greater name's dial stays, whatever the ages and ids */
    {"a@h", "b@h", {OUT(1, 1), IN(2, 9)}, {false, true}},
    {"b@h", "a@h", {OUT(1, 9), IN(2, 1)}, {true, false}},
    {"a@h", "a@i", {IN(1, 0), OUT(2, 0)}, {true, false}},
    {"\xc3\xa4@h", "z@h", {OUT(1, 1), IN(2, 1)}, {true, false}}, /* bytes compare unsigned */
    /* same direction: the smallest nonzero id */
    {"a@h", "b@h", {IN(1, 9), IN(2, 3)}, {false, true}},
    {"a@h", "b@h", {OUT(1, 3), OUT(2, 9)}, {true, false}},
    {"a@h", "b@h", {IN(1, 0), IN(2, 9)}, {false, true}},
    /* no id decides: the acceptor keeps the oldest, the dialler all */
    {"a@h", "b@h", {IN(2, 0), IN(1, 0)}, {false, true}},
    {"a@h", "b@h", {IN(1, 7), IN(2, 7)}, {true, false}},
    {"a@h", "b@h", {OUT(1, 0), OUT(2, 0)}, {true, true}},
    /* three */
    {"a@h", "b@h", {OUT(1, 1), IN(2, 8), IN(3, 4)}, {false, false, true}},
    {"b@h", "a@h", {OUT(1, 6), IN(2, 1), OUT(3, 5)}, {false, false, true}},
};

START_TEST(the_table_of_the_protocol_holds)
{
    struct row row = rows[_i];
    size_t n = 0;
    while (n < 3 && row.candidates[n].age_rank != 0)
        n++;
    rt_elect(row.self, row.peer, row.candidates, n);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(row.candidates[i].is_kept, row.is_kept[i]);
}
END_TEST

/* Both ends see the same connections with their directions turned: they must keep the same one. */
START_TEST(both_ends_keep_the_same_connection)
{
    srand(1);
    for (int round = 0; round < 10000; round++) {
        struct rt_candidate here[4], there[4];
        size_t n = 2 + (size_t)rand() % 3;
        size_t n_kept = 0;
        for (size_t i = 0; i < n; i++) {
            here[i] = (struct rt_candidate){.age_rank = i + 1,
                                            .is_outbound = rand() % 2 == 0,
                                            .connection_id = (uint64_t)rand() + 1};
            there[i] = here[i];
            there[i].is_outbound = !here[i].is_outbound;
            there[i].age_rank = n - i;
        }
        rt_elect("alpha@h", "beta@h", here, n);
        rt_elect("beta@h", "alpha@h", there, n);
        for (size_t i = 0; i < n; i++) {
            ck_assert_int_eq(here[i].is_kept, there[i].is_kept);
            n_kept += here[i].is_kept;
        }
        ck_assert_uint_eq(n_kept, 1);
    }
}
END_TEST

/* ------------------------------------------------------------------ the map beside it */

START_TEST(a_map_holds_what_a_plain_list_holds)
{
    enum { KEYS = 512 };
    static int values[KEYS];
    static bool is_in[KEYS];
    struct rt_pair_map map;
    size_t n_in = 0, cursor = 0, n_seen = 0;
    rt_pair_map_init(&map, 12345);
    srand(2);
    for (int i = 0; i < 200000; i++) {
        int at = rand() % KEYS;
        struct rt_pair key = {(uint64_t)at % 7, (uint64_t)at / 7};
        ck_assert_ptr_eq(rt_pair_map_find(&map, key), is_in[at] ? &values[at] : NULL);
        if (rand() % 2 == 0) {
            ck_assert_int_eq(rt_pair_map_add(&map, key, &values[at]),
                             is_in[at] ? RACTOR_EEXIST : RACTOR_OK);
            n_in += !is_in[at];
            is_in[at] = true;
        } else {
            ck_assert_ptr_eq(rt_pair_map_take(&map, key), is_in[at] ? &values[at] : NULL);
            n_in -= is_in[at];
            is_in[at] = false;
        }
        ck_assert_uint_eq(map.count, n_in);
    }
    while (rt_pair_map_next(&map, &cursor) != NULL)
        n_seen++;
    ck_assert_uint_eq(n_seen, n_in);
    rt_pair_map_fini(&map);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("election");
    TCase *tcase = tcase_create("election");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, the_table_of_the_protocol_holds, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tcase, both_ends_keep_the_same_connection);
    tcase_add_test(tcase, a_map_holds_what_a_plain_list_holds);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/table.h"
#include "suite.h"

struct item {
    struct rt_record record;
    uint64_t content;
};

START_TEST(a_record_keeps_its_address_and_changes_its_id)
{
    struct rt_table table;
    ck_assert(rt_table_init(&table, sizeof(struct item)));
    struct item *first = rt_table_take(&table, NULL);
    uint64_t first_id = first->record.next_id;
    ck_assert_ptr_eq(rt_table_find(&table, first_id), first);
    rt_table_give(&table, NULL, first);
    struct item *again = rt_table_take(&table, NULL);
    ck_assert_ptr_eq(again, first);
    ck_assert_uint_ne(again->record.next_id, first_id);
    ck_assert_ptr_eq(rt_table_find(&table, first_id), first);
    rt_table_give(&table, NULL, again);
    rt_table_fini(&table);
}
END_TEST

START_TEST(ids_that_were_never_made_name_nothing)
{
    struct rt_table table;
    ck_assert(rt_table_init(&table, sizeof(struct item)));
    ck_assert_ptr_null(rt_table_find(&table, 0));
    ck_assert_ptr_null(rt_table_find(&table, 1));
    struct item *item = rt_table_take(&table, NULL);
    ck_assert_ptr_null(rt_table_find(&table, 5000));
    ck_assert_ptr_null(rt_table_find(&table, UINT64_MAX));
    rt_table_give(&table, NULL, item);
    rt_table_fini(&table);
}
END_TEST

START_TEST(many_records_through_a_cache_are_all_different)
{
    enum { N = 5000 };
    struct rt_table table;
    struct rt_record_cache cache = {NULL, 0};
    static struct item *items[N];
    ck_assert(rt_table_init(&table, sizeof(struct item)));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < N; i++) {
            items[i] = rt_table_take(&table, &cache);
            ck_assert_ptr_nonnull(items[i]);
            items[i]->content = (uint64_t)i;
        }
        for (int i = 0; i < N; i++)
            ck_assert_uint_eq(items[i]->content, (uint64_t)i);
        for (int i = 0; i < N; i++)
            rt_table_give(&table, &cache, items[i]);
    }
    ck_assert_uint_le(atomic_load(&table.n_records), 6 * 1024);
    rt_table_fini(&table);
}
END_TEST

static int always(void *user)
{
    (void)user;
    return 1;
}

START_TEST(without_memory_taking_fails_and_later_works)
{
    struct rt_table table;
    struct rt_record_cache cache = {NULL, 0};
    ck_assert(rt_table_init(&table, sizeof(struct item)));
    rt_alloc_set_fault(always, NULL);
    ck_assert_ptr_null(rt_table_take(&table, NULL));
    ck_assert_ptr_null(rt_table_take(&table, &cache));
    rt_alloc_set_fault(NULL, NULL);
    ck_assert_ptr_nonnull(rt_table_take(&table, &cache));
    rt_table_fini(&table);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("record table");
    TCase *all = suite_case(suite, "table", 30);
    tcase_add_test(all, a_record_keeps_its_address_and_changes_its_id);
    tcase_add_test(all, ids_that_were_never_made_name_nothing);
    tcase_add_test(all, many_records_through_a_cache_are_all_different);
    tcase_add_test(all, without_memory_taking_fails_and_later_works);
    return suite_run(suite);
}

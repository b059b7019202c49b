/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"
#include "base/pool.h"
#include "suite.h"

#include <string.h>

#define KIB ((size_t)1024)

/* AddressSanitizer is to see each use after free: nothing is kept. */
#if defined(__SANITIZE_ADDRESS__)
#define KEEPS 0
#else
#define KEEPS 1
#endif

static struct rt_depot depot;
static struct rt_pool pool;
static unsigned n_asked; /* of the system */

static int count(void *user)
{
    (void)user;
    n_asked++;
    return 0;
}

static void set_up(void)
{
    n_asked = 0;
    ck_assert(rt_depot_init(&depot));
    rt_pool_init(&pool, &depot);
    rt_alloc_set_fault(count, NULL);
}

static void tear_down(void)
{
    rt_alloc_set_fault(NULL, NULL);
    rt_pool_fini(&pool);
    rt_depot_fini(&depot);
}

START_TEST(a_block_holds_what_it_was_taken_for_at_every_size)
{
    for (size_t bytes = 1; bytes <= 300 * KIB; bytes += bytes < 2000 ? 1 : 997) {
        uint8_t size_class;
        void *block = rt_pool_take(&pool, bytes, &size_class);
        ck_assert_ptr_nonnull(block);
        ck_assert_uint_eq(size_class, rt_pool_class(bytes));
        memset(block, 0xA5, bytes); /* AddressSanitizer sees one that is too small */
        rt_pool_give(&pool, block, size_class);
    }
}
END_TEST

START_TEST(classes_are_as_large_as_what_they_are_for_and_end_at_256_KiB)
{
    ck_assert_uint_eq(rt_pool_class(1024), RT_POOL_CLASSES - 1);
    ck_assert_uint_eq(rt_pool_class(1025), RT_POOL_CLASSES);
    ck_assert_uint_eq(rt_pool_class(1280), RT_POOL_CLASSES);
    ck_assert_uint_eq(rt_pool_class(1281), RT_POOL_CLASSES + 1);
    ck_assert_uint_eq(rt_pool_class(2048), RT_POOL_CLASSES + 3);
    ck_assert_uint_eq(rt_pool_class(2049), RT_POOL_CLASSES + 4);
    ck_assert_uint_eq(rt_pool_class(256 * KIB), RT_POOL_NONE - 1);
    ck_assert_uint_eq(rt_pool_class(256 * KIB + 1), RT_POOL_NONE);
    ck_assert_uint_eq(rt_pool_class(SIZE_MAX), RT_POOL_NONE);
}
END_TEST

START_TEST(a_large_block_that_another_thread_gave_is_taken_again)
{
    struct rt_pool other;
    uint8_t size_class;
    rt_pool_init(&other, &depot);
    for (int i = 0; i < 100; i++) {
        void *block = rt_pool_take(&pool, 65 * KIB, &size_class);
        ck_assert_ptr_nonnull(block);
        rt_pool_give(&other, block, size_class);
    }
    ck_assert_uint_eq(n_asked, KEEPS ? 1 : 100);
    rt_pool_fini(&other);
}
END_TEST

START_TEST(no_more_than_two_megabytes_of_large_blocks_are_kept)
{
    enum { N = 64 };
    void *blocks[N];
    uint8_t size_class;
    for (int i = 0; i < N; i++)
        blocks[i] = rt_pool_take(&pool, 128 * KIB, &size_class);
    for (int i = 0; i < N; i++)
        rt_pool_give(&pool, blocks[i], size_class);
    ck_assert_uint_le(depot.large_bytes, 2048 * KIB);
    ck_assert_uint_eq(depot.large_bytes, KEEPS ? 2048 * KIB : 0);
}
END_TEST

START_TEST(without_a_pool_blocks_come_from_the_system_and_go_back_to_it)
{
    uint8_t size_class;
    void *block = rt_pool_take(NULL, 65 * KIB, &size_class);
    ck_assert_ptr_nonnull(block);
    rt_pool_give(NULL, block, size_class);
    ck_assert_uint_eq(depot.large_bytes, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("block pool");
    TCase *all = suite_case(suite, "pool", 30);
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, a_block_holds_what_it_was_taken_for_at_every_size);
    tcase_add_test(all, classes_are_as_large_as_what_they_are_for_and_end_at_256_KiB);
    tcase_add_test(all, a_large_block_that_another_thread_gave_is_taken_again);
    tcase_add_test(all, no_more_than_two_megabytes_of_large_blocks_are_kept);
    tcase_add_test(all, without_a_pool_blocks_come_from_the_system_and_go_back_to_it);
    return suite_run(suite);
}

/* SPDX-License-Identifier: MIT */
/* The process's own allocator: when it can be set, and that all memory comes from it. */
#include "counted.h"
#include "sample.h"
#include "suite.h"

#include "base/alloc.h"

#include <string.h>

static _Atomic uint64_t sum;

static void use_the_runtime(void)
{
    const struct sample_args args = {.sum = &sum};
    const struct sample_add one = {1};
    const ractor_spawn_options options = {.name = "a name", .pinned = 1};
    ractor_runtime *runtime = sample_runtime(2);
    ractor_ref actor = sample_spawn(runtime, &args);
    ractor_ref pinned;
    ractor_string text = RACTOR_STR("a text of some length that has to travel both ways");
    ractor_string reply = {NULL, 0};
    ractor_message *owner = NULL;
    uint64_t value = 0;
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, NULL, &pinned), RACTOR_OK);
    ck_assert_int_eq(ractor_pg_join(NULL, "group", &actor, 1), RACTOR_OK);
    ck_assert_int_eq(ractor_call(actor, &sample_type, SAMPLE_ECHO, &text, 20000, &reply, &owner),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_send_after(actor, &sample_type, SAMPLE_ADD, &one, 1, NULL), RACTOR_OK);
    ck_assert(sample_wait_for(&sum, 1));
    for (int i = 0; i < 200; i++)
        ck_assert_int_eq(sample_ask(pinned, actor, 20000, &value), RACTOR_OK);
    ck_assert_uint_eq(value, 1);
    ractor_runtime_stop(runtime);
    ractor_message_drop(owner);
}

START_TEST(all_memory_comes_from_it_and_goes_back)
{
    ck_assert_int_eq(ractor_memory_set(&counted), RACTOR_OK);
    use_the_runtime();
    ck_assert_uint_gt(atomic_load(&n_taken), 20);
    ck_assert_uint_eq(atomic_load(&n_out), 0);
    ck_assert_uint_eq(atomic_load(&n_broken_rules), 0);
}
END_TEST

START_TEST(it_is_set_once_and_whole)
{
    ractor_memory partial = counted;
    partial.resize = NULL;
    ck_assert_int_eq(ractor_memory_set(NULL), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_memory_set(&partial), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_memory_set(&counted), RACTOR_OK);
    ck_assert_int_eq(ractor_memory_set(&counted), RACTOR_EEXIST);
}
END_TEST

START_TEST(it_comes_too_late_once_a_runtime_was_there)
{
    ractor_runtime_stop(sample_runtime(1));
    ck_assert_int_eq(ractor_memory_set(&counted), RACTOR_EEXIST);
    ractor_runtime_stop(sample_runtime(1));
    ck_assert_uint_eq(atomic_load(&n_taken), 0);
}
END_TEST

START_TEST(its_refusal_is_want_of_memory)
{
    ractor_runtime *runtime = NULL;
    ck_assert_int_eq(ractor_memory_set(&counted), RACTOR_OK);
    atomic_store(&is_refused, 1);
    ck_assert_int_eq(ractor_runtime_start(NULL, &runtime), RACTOR_ENOMEM);
    ck_assert_uint_eq(atomic_load(&n_out), 0);
}
END_TEST

START_TEST(blocks_keep_their_content_and_alignment)
{
    ck_assert_int_eq(ractor_memory_set(&counted), RACTOR_OK);
    char *block = rt_realloc(NULL, 4);
    ck_assert_ptr_nonnull(block);
    memcpy(block, "abc", 4);
    block = rt_realloc(block, 40000);
    ck_assert_str_eq(block, "abc");
    rt_free(block);
    rt_free(NULL);
    block = rt_aligned_calloc(64, 65);
    ck_assert_uint_eq((uintptr_t)block % 64, 0);
    ck_assert(block[0] == 0 && memcmp(block, block + 1, 64) == 0);
    rt_free(block);
    block = rt_calloc(7, 3);
    ck_assert(block[0] == 0 && memcmp(block, block + 1, 20) == 0);
    rt_free(block);
    ck_assert_ptr_null(rt_calloc(SIZE_MAX / 2, 3));
    ck_assert_uint_eq(atomic_load(&n_out), 0);
    ck_assert_uint_eq(atomic_load(&n_broken_rules), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *memory = suite_case(suite, "memory", 120);
    tcase_add_test(memory, all_memory_comes_from_it_and_goes_back);
    tcase_add_test(memory, it_is_set_once_and_whole);
    tcase_add_test(memory, it_comes_too_late_once_a_runtime_was_there);
    tcase_add_test(memory, its_refusal_is_want_of_memory);
    tcase_add_test(memory, blocks_keep_their_content_and_alignment);
    return suite_run(suite);
}

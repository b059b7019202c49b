/* SPDX-License-Identifier: MIT */
/* Types that hold themselves in options alone, which C points at. Bytes computed by hand. */
#include "chains.rc.h"
#include "codec_sample.h"

#define KEEPER test_chains_keeper_type
#define ARGS(VARIANT) (KEEPER.variants[TEST_CHAINS_KEEPER_##VARIANT].args)
#define REFUSED(codec, ...)                                                                        \
    ck_assert_int_eq(check((codec), BYTES(__VA_ARGS__), sizeof BYTES(__VA_ARGS__)), RACTOR_EDECODE)
#define PRINTS(codec, value, expected)                                                             \
    do {                                                                                           \
        struct text text_ = {.length = 0};                                                         \
        const ractor_printer printer_ = {put, &text_};                                             \
        (codec)->print((value), &printer_);                                                        \
        ck_assert_str_eq(text_.data, expected);                                                    \
    } while (0)

#define B_ALONE L(1), 'b', L(1), 0
#define A_AND_B L(1), 'a', L(19), 1, B_ALONE
START_TEST(what_holds_itself_in_options_is_pointed_at)
{
    ROUND_TRIP(KEEPER, "Link", L(18), B_ALONE, L(1), 0);
    ROUND_TRIP(KEEPER, "Link", L(36), A_AND_B, L(19), 1, B_ALONE);
    const test_chains_chain b = {.name = RACTOR_STR("b")};
    const test_chains_keeper_link value = {.chain = {RACTOR_STR("a"), {&b}}, .last = {&b}};
    const test_chains_keeper_link other = {.chain = {RACTOR_STR("a"), {NULL}}, .last = {&b}};
    test_chains_keeper_link *twin = copy(ARGS(LINK), &value);
    ck_assert_ptr_ne(twin->chain.next.value, &b);
    PRINTS(ARGS(LINK), twin,
           "{chain: {name: \"a\", next: some({name: \"b\", next: none})}, "
           "last: some({name: \"b\", next: none})}");
    ck_assert(ARGS(LINK)->equal(&value, twin));
    ck_assert(!ARGS(LINK)->equal(&value, &other));
    ck_assert(!ARGS(LINK)->equal(&other, twin));
    free(twin);
    REFUSED(ARGS(LINK), L(18), L(1), 'b', L(1), 2, L(1), 0);
    REFUSED(ARGS(LINK), L(19), L(1), 'b', L(2), 0, 0, L(1), 0);
    REFUSED(ARGS(LINK), L(17), L(1), 'b', L(0), L(1), 0);
}
END_TEST

#define FIVE L(6), 'N', 'u', 'm', 'b', 'e', 'r', L(8), 0, 0, 0, 0, 0, 0, 0, 5
#define BOTH L(4), 'B', 'o', 't', 'h', L(31), 1, FIVE, L(31), 1, FIVE
#define NO_ODD L(1), 0
START_TEST(types_hold_each_other_in_options)
{
    ROUND_TRIP(KEEPER, "Add", L(90), BOTH, L(9), NO_ODD, L(0));
    ROUND_TRIP(KEEPER, "Add", L(30), FIVE, L(54), L(46), 1, L(28), 1, L(2), 'O', 'k', L(9), NO_ODD,
               L(1), 7, L(0));
    ROUND_TRIP(KEEPER, "Add", L(30), FIVE, L(9), NO_ODD, L(26), L(18), L(1), 0, L(1), 3);
}
END_TEST

START_TEST(a_chain_is_no_longer_than_the_budget_is_deep)
{
    enum { LENGTH = 100 };
    static test_chains_chain chain[LENGTH];
    for (int i = 0; i + 1 < LENGTH; i++)
        chain[i].next.value = &chain[i + 1];
    size_t length = 0;
    uint8_t *bytes = encode(&test_chains_chain_codec, &chain[LENGTH - 65], &length);
    ck_assert_int_eq(check(&test_chains_chain_codec, bytes, length), RACTOR_OK);
    free(bytes);
    bytes = encode(&test_chains_chain_codec, &chain[LENGTH - 66], &length);
    ck_assert_int_eq(check(&test_chains_chain_codec, bytes, length), RACTOR_ELIMIT);
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chains of options");
    TCase *tcase = tcase_create("chains");
    tcase_add_test(tcase, what_holds_itself_in_options_is_pointed_at);
    tcase_add_test(tcase, types_hold_each_other_in_options);
    tcase_add_test(tcase, a_chain_is_no_longer_than_the_budget_is_deep);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

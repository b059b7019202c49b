/* SPDX-License-Identifier: MIT */
/*
 * Constants, options, unions, results, references to actors and maps, against bytes computed by
 * hand from docs/wire-protocol.md, section 5.
 */
#include "codec_sample.h"
#include "compound.rc.h"
#include "consts.rc.h"

#include <ractor/wire.h>

#define ROOM test_compound_room_type
#define ARGS(VARIANT) (ROOM.variants[TEST_COMPOUND_ROOM_##VARIANT].args)
#define REPLY(VARIANT) (ROOM.variants[TEST_COMPOUND_ROOM_##VARIANT].reply)
#define REFUSED(codec, ...)                                                                        \
    ck_assert_int_eq(check((codec), BYTES(__VA_ARGS__), sizeof BYTES(__VA_ARGS__)), RACTOR_EDECODE)
#define ACCEPTED(codec, ...)                                                                       \
    ck_assert_int_eq(check((codec), BYTES(__VA_ARGS__), sizeof BYTES(__VA_ARGS__)), RACTOR_OK)
#define PRINTS(codec, value, expected)                                                             \
    do {                                                                                           \
        struct text text_ = {.length = 0};                                                         \
        const ractor_printer printer_ = {put, &text_};                                             \
        (codec)->print((value), &printer_);                                                        \
        ck_assert_str_eq(text_.data, expected);                                                    \
    } while (0)

#if TEST_CONSTS_MAX_NAME != 64 || TEST_CONSTS_LEAST_64 >= 0
#error "constants work in #if"
#endif
static const ractor_i128 least_128 = TEST_CONSTS_LEAST_128;

START_TEST(constants_have_their_values_and_types)
{
    ck_assert_int_eq(TEST_CONSTS_LEAST_8, INT8_MIN);
    ck_assert(TEST_CONSTS_LEAST_64 == INT64_MIN);
    ck_assert(TEST_CONSTS_MOST_64 == UINT64_MAX);
    ck_assert(least_128 == (ractor_i128)((ractor_u128)1 << 127));
    ck_assert(TEST_CONSTS_MOST_128 == ~(ractor_u128)0);
    ck_assert_int_eq(TEST_CONSTS_MINUS_FIVE, -5);
    ck_assert(TEST_CONSTS_HALF >= 0.5F && TEST_CONSTS_HALF <= 0.5F);
    ck_assert_uint_eq(sizeof(TEST_CONSTS_HALF), sizeof(float));
    ck_assert(TEST_CONSTS_TENTH >= -0.1 && TEST_CONSTS_TENTH <= -0.1);
    ck_assert(TEST_CONSTS_THREE >= 3.0 && TEST_CONSTS_THREE <= 3.0);
    ck_assert(TEST_CONSTS_IS_ON);
    ck_assert_uint_eq(TEST_CONSTS_SMILE, 0x1F600);
    ck_assert(ractor_string_equal(TEST_CONSTS_GREETING, RACTOR_STR("h\xC3\xA9, \"you\"\?\?/\n")));
}
END_TEST

START_TEST(an_option_is_a_byte_and_what_it_holds)
{
    ROUND_TRIP(ROOM, "Maybe", L(1), 0, L(1), 0, L(1), 0, L(1), 0);
    ROUND_TRIP(ROOM, "Maybe", L(5), 1, 1, 2, 3, 4, L(3), 1, 'h', 'i', L(3), 1, 1, 1, L(1), 1);
    ROUND_TRIP(ROOM, "Maybe", L(1), 0, L(1), 1, L(2), 1, 0, L(1), 0);
    const test_compound_room_maybe value = {.a = {true, 0x01020304}, .c = {true, {true, false}}};
    size_t length = 0;
    uint8_t *bytes = encode(ARGS(MAYBE), &value, &length);
    const uint8_t expected[] = {L(5), 1, 1, 2, 3, 4, L(1), 0, L(3), 1, 1, 0, L(1), 0};
    ck_assert_uint_eq(length, sizeof expected);
    ck_assert_mem_eq(bytes, expected, length);
    free(bytes);
    PRINTS(ARGS(MAYBE), &value, "{a: some(16909060), b: none, c: some(some(false)), d: none}");
}
END_TEST

START_TEST(an_option_that_is_neither_is_refused)
{
    REFUSED(ARGS(MAYBE), L(0), L(1), 0, L(1), 0, L(1), 0);
    REFUSED(ARGS(MAYBE), L(5), 2, 1, 2, 3, 4, L(1), 0, L(1), 0, L(1), 0);
    REFUSED(ARGS(MAYBE), L(2), 0, 0, L(1), 0, L(1), 0, L(1), 0);
    REFUSED(ARGS(MAYBE), L(4), 1, 1, 2, 3, L(1), 0, L(1), 0, L(1), 0);
    REFUSED(ARGS(MAYBE), L(1), 0, L(2), 1, 0xFF, L(1), 0, L(1), 0);
    REFUSED(ARGS(MAYBE), L(1), 0, L(1), 0, L(3), 1, 1, 2, L(1), 0);
}
END_TEST

#define ONLINE L(6), 'O', 'n', 'l', 'i', 'n', 'e'
#define AWAY L(4), 'A', 'w', 'a', 'y', L(8), 0, 0, 0, 0, 0, 0, 0, 9
#define RED L(3), 'R', 'e', 'd'
#define GREEN L(5), 'G', 'r', 'e', 'e', 'n'

START_TEST(a_union_is_its_variants_name_and_arguments)
{
    ROUND_TRIP(ROOM, "Now", L(14), ONLINE, L(11), RED);
    ROUND_TRIP(ROOM, "Now", L(28), AWAY, L(13), GREEN);
    ROUND_TRIP(ROOM, "Now", L(24), L(6), 'C', 'u', 's', 't', 'o', 'm', L(2), 'o', 'k', L(11), RED);
    const test_compound_presence away = {.tag = TEST_COMPOUND_PRESENCE_AWAY, .as.away = {9}};
    const test_compound_presence other = {.tag = TEST_COMPOUND_PRESENCE_AWAY, .as.away = {8}};
    const test_compound_presence online = {.tag = TEST_COMPOUND_PRESENCE_ONLINE};
    const test_compound_presence at = {.tag = TEST_COMPOUND_PRESENCE_AT, .as.at = {.pin = 7}};
    const ractor_codec *codec = &test_compound_presence_codec;
    size_t length = 0;
    uint8_t *bytes = encode(codec, &away, &length);
    ck_assert_uint_eq(length, sizeof BYTES(AWAY));
    ck_assert_mem_eq(bytes, BYTES(AWAY), length);
    free(bytes);
    ck_assert(codec->equal(&away, &away));
    ck_assert(!codec->equal(&away, &other));
    ck_assert(!codec->equal(&away, &online));
    PRINTS(codec, &away, "Away{since: 9}");
    PRINTS(codec, &online, "Online");
    PRINTS(codec, &at, "At{where: {name: \"\", at: {x: 0, y: 0}}, pin: ***}");
    ck_assert_ptr_null(test_compound_light_codec.copy);
}
END_TEST

START_TEST(a_variant_that_a_union_does_not_have_neither_leaves_nor_arrives)
{
    const ractor_codec *codec = &test_compound_presence_codec;
    const test_compound_presence none = {.tag = (test_compound_presence_tag)4};
    size_t length = 0;
    ck_assert_int_eq(codec->wire_size(&none, &length), RACTOR_EINVAL);
    ck_assert_int_eq(codec->copy_size(&none, &length), RACTOR_EINVAL);
    ck_assert(!codec->equal(&none, &none));
    REFUSED(codec, L(0));
    REFUSED(codec, L(5), 'O', 'n', 'l', 'i', 'n');
    REFUSED(codec, L(7), 'O', 'n', 'l', 'i', 'n', 'e', 0);
    REFUSED(codec, L(6), 'o', 'n', 'l', 'i', 'n', 'e');
    REFUSED(codec, L(7), 'O', 'n', 'l', 'i', 'n', 'e');
    REFUSED(codec, L(4), 'A', 'w', 'a', 'y', L(7), 0, 0, 0, 0, 0, 0, 9);
    REFUSED(codec, 255, 255, 255, 255, 255, 255, 255, 255, 'A');
}
END_TEST

START_TEST(a_result_is_the_union_of_ok_and_err)
{
    ROUND_TRIP(ROOM, "Answers", L(18), L(2), 'O', 'k', L(0), L(19), L(2), 'O', 'k', L(1), 7, L(0));
    ROUND_TRIP(ROOM, "Answers", L(21), L(3), 'E', 'r', 'r', L(2), 'n', 'o', L(30), L(3), 'E', 'r',
               'r', L(11), RED, L(27), L(19), L(2), 'O', 'k', L(1), 1);
    const ractor_codec *join = REPLY(JOIN);
    const ractor_result_unit_string no = {RACTOR_RESULT_ERR, .as.err = RACTOR_STR("no")};
    const ractor_result_unit_string ok = {.tag = RACTOR_RESULT_OK};
    size_t length = 0;
    uint8_t *bytes = encode(join, &no, &length);
    const uint8_t expected[] = {L(3), 'E', 'r', 'r', L(2), 'n', 'o'};
    ck_assert_uint_eq(length, sizeof expected);
    ck_assert_mem_eq(bytes, expected, length);
    free(bytes);
    PRINTS(join, &no, "Err(\"no\")");
    PRINTS(join, &ok, "Ok(unit)");
    REFUSED(join, L(2), 'O', 'k');
    REFUSED(join, L(2), 'O', 'k', L(1), 0);
    REFUSED(join, L(2), 'O', 'k', L(0), 0);
    REFUSED(join, L(2), 'N', 'o', L(0));
}
END_TEST

#define NODE L(4), 'a', '@', 'b', 'c', 0, 0, 0, 0, 0, 0, 1, 2

START_TEST(a_reference_to_an_actor_is_its_node_and_pid)
{
    ROUND_TRIP(ROOM, "Meet", L(20), NODE, L(56), L(20), NODE, L(20), NODE);
    const uint8_t bytes[] = {NODE};
    const ractor_actor_test_compound_client *who = decode(REPLY(FIND), bytes, sizeof bytes);
    ck_assert(ractor_string_equal(who->any.node, RACTOR_STR("a@bc")));
    ck_assert_uint_eq(who->any.pid, 258);
    PRINTS(REPLY(FIND), who, "{node: \"a@bc\", pid: 258}");
    REFUSED(REPLY(FIND), L(1), 0xFF, 0, 0, 0, 0, 0, 0, 0, 1);
    REFUSED(REPLY(FIND), L(1), 'a', 0, 0, 0, 0, 0, 0, 1);
    free((void *)(uintptr_t)who);
}
END_TEST

/* Entries of map<bool, Light> and map<string, u64>. */
#define FLAG(key) L(28), L(1), (key), L(11), RED
#define COUNTED(key) L(25), L(1), (key), L(8), 0, 0, 0, 0, 0, 0, 0, 1

START_TEST(a_map_is_a_vec_of_keys_and_values)
{
    ROUND_TRIP(ROOM, "Count", L(0), L(0), L(0));
    ROUND_TRIP(ROOM, "Count", L(66), COUNTED('b'), COUNTED('a'), L(0), L(72), FLAG(0), FLAG(1));
    ROUND_TRIP(ROOM, "Many", L(19), L(1), 0, L(2), 1, 5, L(22), L(14), ONLINE, L(28), 1, L(19),
               L(1), 0xFF, L(2), 1, 2);
}
END_TEST

START_TEST(a_key_that_comes_twice_neither_leaves_nor_arrives)
{
    REFUSED(ARGS(COUNT), L(66), COUNTED('a'), COUNTED('a'), L(0), L(0));
    REFUSED(ARGS(COUNT), L(99), COUNTED('a'), COUNTED('b'), COUNTED('a'), L(0), L(0));
    ACCEPTED(ARGS(COUNT), L(99), COUNTED('c'), COUNTED('b'), COUNTED('a'), L(0), L(0));
    REFUSED(ARGS(COUNT), L(0), L(0), L(72), FLAG(1), FLAG(1));
    const ractor_map_string_u64_entry twice[] = {
        {RACTOR_STR("x"), 1}, {RACTOR_STR("y"), 2}, {RACTOR_STR("x"), 3}};
    test_compound_room_count value = {.by_name = {twice, 3}};
    size_t size = 0;
    ck_assert_int_eq(ARGS(COUNT)->wire_size(&value, &size), RACTOR_EINVAL);
    ck_assert_int_eq(ARGS(COUNT)->copy_size(&value, &size), RACTOR_EINVAL);
    value.by_name.length = 2;
    ck_assert_int_eq(ARGS(COUNT)->wire_size(&value, &size), RACTOR_OK);
}
END_TEST

START_TEST(the_keys_of_large_maps_are_checked_in_any_order)
{
    enum { COUNT = 5000 };
    static ractor_map_u16_test_compound_member_entry entries[COUNT];
    for (uint16_t i = 0; i < COUNT; i++)
        entries[i].key = (uint16_t)(i * 40503u); /* odd: a permutation of all u16 */
    test_compound_room_count value = {.by_id = {entries, COUNT}};
    size_t length = 0;
    uint8_t *bytes = encode(ARGS(COUNT), &value, &length);
    ck_assert_int_eq(check(ARGS(COUNT), bytes, length), RACTOR_OK);
    /* by_id begins behind an empty field and its own length; each key behind two lengths. */
    const size_t entry = (length - 3 * 8) / COUNT;
    memcpy(bytes + 16 + 16, bytes + 16 + 3333 * entry + 16, 2);
    ck_assert_int_eq(check(ARGS(COUNT), bytes, length), RACTOR_EDECODE);
    free(bytes);
    entries[4999].key = entries[17].key;
    ck_assert_int_eq(ARGS(COUNT)->wire_size(&value, &length), RACTOR_EINVAL);
}
END_TEST

START_TEST(a_map_longer_than_its_max_neither_leaves_nor_arrives)
{
    const ractor_map_bool_test_compound_light_entry three[3] = {{.key = false}};
    const test_compound_room_count value = {.flags = {three, 3}};
    size_t length = 0;
    ck_assert_int_eq(ARGS(COUNT)->wire_size(&value, &length), RACTOR_EINVAL);
    REFUSED(ARGS(COUNT), L(0), L(0), L(108), FLAG(0), FLAG(1), FLAG(0));
}
END_TEST

START_TEST(unions_nest_through_vecs_and_maps)
{
#define LEAF L(4), 'L', 'e', 'a', 'f'
#define INNER L(4), 'N', 'o', 'd', 'e', L(20), L(12), LEAF, L(0)
    ROUND_TRIP(ROOM, "Grow", L(12), LEAF);
    ROUND_TRIP(ROOM, "Grow", L(121), L(4), 'N', 'o', 'd', 'e', L(56), L(48), INNER, L(37), L(29),
               L(1), 'k', L(12), LEAF);
}
END_TEST

START_TEST(depth_is_bounded_by_the_budget)
{
    enum { DEPTH = 40 };
    static test_compound_tree trees[DEPTH];
    for (int i = 0; i + 1 < DEPTH; i++) {
        trees[i].tag = TEST_COMPOUND_TREE_NODE;
        trees[i].as.node.kids = (ractor_vec_test_compound_tree){&trees[i + 1], 1};
    }
    size_t length = 0;
    uint8_t *bytes = encode(&test_compound_tree_codec, &trees[DEPTH - 30], &length);
    ck_assert_int_eq(check(&test_compound_tree_codec, bytes, length), RACTOR_OK);
    free(bytes);
    bytes = encode(&test_compound_tree_codec, &trees[0], &length);
    ck_assert_int_eq(check(&test_compound_tree_codec, bytes, length), RACTOR_ELIMIT);
    free(bytes);
}
END_TEST

START_TEST(local_enums_copy_and_compare_these_types)
{
    const ractor_codec *codec = test_compound_inside_type.variants[0].args;
    const ractor_map_u8_u8_entry entries[] = {{1, 2}, {3, 4}};
    const test_compound_inside_maybe value = {
        .a = {true, 3},
        .p = {.tag = TEST_COMPOUND_PRESENCE_CUSTOM, .as.custom = {RACTOR_STR("hm")}},
        .r = {.tag = RACTOR_RESULT_ERR, .as.err = 4},
        .m = {entries, 2}};
    test_compound_inside_maybe *twin = copy(codec, &value);
    ck_assert_ptr_null(codec->measure);
    ck_assert(codec->equal(&value, twin));
    ck_assert_ptr_ne(twin->p.as.custom.text.data, value.p.as.custom.text.data);
    PRINTS(codec, twin,
           "{a: some(3), p: Custom{text: \"hm\"}, r: Err(4), m: [{key: 1, value: 2}, "
           "{key: 3, value: 4}]}");
    twin->a.value = 4;
    ck_assert(!codec->equal(&value, twin));
    free(twin);
}
END_TEST

START_TEST(replies_have_codecs)
{
    ACCEPTED(REPLY(GET_OPTION), 1, 'x');
    ACCEPTED(REPLY(GET_FLAT), 1, 0, 0, 0, 1);
    ACCEPTED(REPLY(GET_UNION), AWAY);
    ACCEPTED(REPLY(GET_LIGHT), RED);
    ACCEPTED(REPLY(ALL), L(31), L(1), 'k', L(14), ONLINE);
    ACCEPTED(REPLY(WHERE), 0);
    ck_assert_ptr_null(REPLY(GET_FLAT)->copy);
    ck_assert_ptr_nonnull(REPLY(GET_OPTION)->copy);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("generated codecs of compound types");
    TCase *tcase = tcase_create("compound");
    tcase_add_test(tcase, constants_have_their_values_and_types);
    tcase_add_test(tcase, an_option_is_a_byte_and_what_it_holds);
    tcase_add_test(tcase, an_option_that_is_neither_is_refused);
    tcase_add_test(tcase, a_union_is_its_variants_name_and_arguments);
    tcase_add_test(tcase, a_variant_that_a_union_does_not_have_neither_leaves_nor_arrives);
    tcase_add_test(tcase, a_result_is_the_union_of_ok_and_err);
    tcase_add_test(tcase, a_reference_to_an_actor_is_its_node_and_pid);
    tcase_add_test(tcase, a_map_is_a_vec_of_keys_and_values);
    tcase_add_test(tcase, a_key_that_comes_twice_neither_leaves_nor_arrives);
    tcase_add_test(tcase, the_keys_of_large_maps_are_checked_in_any_order);
    tcase_add_test(tcase, a_map_longer_than_its_max_neither_leaves_nor_arrives);
    tcase_add_test(tcase, unions_nest_through_vecs_and_maps);
    tcase_add_test(tcase, depth_is_bounded_by_the_budget);
    tcase_add_test(tcase, local_enums_copy_and_compare_these_types);
    tcase_add_test(tcase, replies_have_codecs);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

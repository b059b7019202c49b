/* SPDX-License-Identifier: MIT */
/* Generated codecs against bytes computed by hand from docs/wire-protocol.md, section 5. */
#include "codec_sample.h"
#include "geo.rc.h"
#include "people.rc.h"
#include "scalars.rc.h"
#include "seed.rc.h"

#include <ractor/wire.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(the_first_schema_encodes_as_rust_does)
{
    const my_basic_message_type_cast1 cast = {RACTOR_STR("Hi"), 0x0102030405060708};
    const ractor_codec *codec =
        my_basic_message_type_type.variants[MY_BASIC_MESSAGE_TYPE_CAST1].args;
    size_t length = 0;
    uint8_t *bytes = encode(codec, &cast, &length);
    const uint8_t expected[] = {L(2), 'H', 'i', L(8), 1, 2, 3, 4, 5, 6, 7, 8};
    ck_assert_uint_eq(length, sizeof expected);
    ck_assert_mem_eq(bytes, expected, length);
    free(bytes);
    ROUND_TRIP(my_basic_message_type_type, "Cast1", L(2), 'H', 'i', L(8), 1, 2, 3, 4, 5, 6, 7, 8);
    ROUND_TRIP(my_basic_message_type_type, "Call1", L(1), 7, L(8), 255, 255, 255, 255, 255, 255,
               255, 254);
}
END_TEST

START_TEST(numbers_are_big_endian)
{
    ROUND_TRIP(test_scalars_scalars_type, "Numbers", L(1), 0x80, L(2), 1, 2, L(4), 1, 2, 3, 4, L(8),
               1, 2, 3, 4, 5, 6, 7, 8, L(16), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
               L(1), 200, L(2), 3, 4, L(4), 5, 6, 7, 8, L(8), 9, 10, 11, 12, 13, 14, 15, 16, L(16),
               255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const uint8_t bytes[] = {
        L(1), 0x80,  L(2), 1, 2, L(4), 1, 2, 3, 4, L(8), 1, 2,  3,  4,  5,  6,  7,
        8,    L(16), 0,    0, 0, 0,    0, 0, 0, 1, 0,    0, 0,  0,  0,  0,  0,  2,
        L(1), 200,   L(2), 3, 4, L(4), 5, 6, 7, 8, L(8), 9, 10, 11, 12, 13, 14, 15,
        16,   L(16), 0x80, 0, 0, 0,    0, 0, 0, 0, 0,    0, 0,  0,  0,  0,  0,  1};
    const ractor_codec *codec =
        test_scalars_scalars_type.variants[TEST_SCALARS_SCALARS_NUMBERS].args;
    test_scalars_scalars_numbers *value = decode(codec, bytes, sizeof bytes);
    ck_assert_int_eq(value->a, -128);
    ck_assert_int_eq(value->b, 0x0102);
    ck_assert_int_eq(value->c, 0x01020304);
    ck_assert_int_eq(value->d, 0x0102030405060708);
    ck_assert(value->e == ((ractor_i128)1 << 64) + 2);
    ck_assert_uint_eq(value->f, 200);
    ck_assert(value->j == ((ractor_u128)1 << 127) + 1);
    struct text text = {.length = 0};
    const ractor_printer printer = {put, &text};
    codec->print(value, &printer);
    ck_assert_str_eq(text.data,
                     "{a: -128, b: 258, c: 16909060, d: 72623859790382856, e: "
                     "18446744073709551618, f: 200, g: 772, h: 84281096, i: 651345242494996240, "
                     "j: 170141183460469231731687303715884105729}");
    free(value);
}
END_TEST

START_TEST(floats_bool_char_and_unit_have_their_forms)
{
    ROUND_TRIP(test_scalars_scalars_type, "Others", L(4), 0x3F, 0x80, 0, 0, L(8), 0xC0, 0, 0, 0, 0,
               0, 0, 0, L(1), 1, L(4), 0, 1, 0xF6, 0, L(0));
    const uint8_t bytes[] = {L(4), 0x3F, 0x80, 0,    0, L(8), 0xC0, 0, 0,    0, 0,
                             0,    0,    0,    L(1), 1, L(4), 0,    1, 0xF6, 0, L(0)};
    const ractor_codec *codec =
        test_scalars_scalars_type.variants[TEST_SCALARS_SCALARS_OTHERS].args;
    test_scalars_scalars_others *value = decode(codec, bytes, sizeof bytes);
    struct text text = {.length = 0};
    const ractor_printer printer = {put, &text};
    codec->print(value, &printer);
    ck_assert_str_eq(text.data, "{arg0: 1, arg1: -2, arg2: true, arg3: '\\u{1f600}', arg4: unit}");
    free(value);
}
END_TEST

START_TEST(vectors_of_scalars_are_packed)
{
    ROUND_TRIP(test_scalars_scalars_type, "VecsA", L(2), 255, 1, L(4), 0, 1, 0, 2, L(4), 1, 2, 3, 4,
               L(0), L(16), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, L(3), 1, 2, 3,
               L(2), 1, 2);
    ROUND_TRIP(test_scalars_scalars_type, "VecsB", L(8), 0, 0, 0, 1, 0, 0, 0, 2, L(8), 1, 2, 3, 4,
               5, 6, 7, 8, L(0), L(4), 0x3F, 0x80, 0, 0, L(0), L(3), 1, 0, 1, L(8), 0, 0, 0, 'a', 0,
               1, 0xF6, 0);
}
END_TEST

/* Turns `count` numbers of `width` bytes around, from and to odd addresses. */
static void turn_around(void (*swap)(void *, const void *, size_t), size_t width, size_t count)
{
    unsigned char from[16 * 40 + 1];
    unsigned char to[16 * 40 + 3] = {0};
    for (size_t i = 0; i < sizeof from; i++)
        from[i] = (unsigned char)(i * 7 + 1);
    swap(to + 1, from + 1, count);
    for (size_t i = 0; i < width * count; i++)
        ck_assert_uint_eq(to[1 + i], from[1 + (i ^ (width - 1))]);
    ck_assert_uint_eq(to[0], 0);
    ck_assert_uint_eq(to[1 + width * count], 0);
}

/* Lengths on both sides of what is done at once, with and without a rest. */
START_TEST(any_number_of_elements_turns_around)
{
    for (size_t count = 0; count <= 40; count++) {
        turn_around(ractor_wire_swap_16, 2, count);
        turn_around(ractor_wire_swap_32, 4, count);
        turn_around(ractor_wire_swap_64, 8, count);
        turn_around(ractor_wire_swap_128, 16, count);
    }
}
END_TEST

START_TEST(vectors_of_strings_bytes_and_units_carry_lengths)
{
    ROUND_TRIP(test_scalars_scalars_type, "VecsC", L(18), L(2), 'a', 'b', L(0), L(9), L(1), 0xFF,
               L(16), L(0), L(0));
    ROUND_TRIP(test_scalars_scalars_type, "VecsC", L(0), L(0), L(0));
}
END_TEST

START_TEST(tails_of_any_alignment_share_a_block)
{
    ROUND_TRIP(test_scalars_scalars_type, "Mixed", L(1), 1, L(3), 'x', 'y', 'z', L(8), 1, 2, 3, 4,
               5, 6, 7, 8, L(1), 9, L(9), L(1), 'q', L(16), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
               13, 14, 15, 16);
}
END_TEST

START_TEST(a_variant_without_fields_takes_no_bytes)
{
    const ractor_codec *codec =
        test_scalars_scalars_type.variants[TEST_SCALARS_SCALARS_NOTHING].args;
    size_t length = 0;
    ck_assert_uint_eq(codec->size, 0);
    ck_assert_int_eq(codec->wire_size(NULL, &length), RACTOR_OK);
    ck_assert_uint_eq(length, 0);
    ck_assert_int_eq(check(codec, "", 0), RACTOR_OK);
    ck_assert_int_eq(check(codec, "x", 1), RACTOR_EDECODE);
}
END_TEST

/* Bytes that must be refused, each for one reason. */
static const struct {
    const char *variant;
    const uint8_t *bytes;
    size_t length;
} malformed[] = {
#define BAD(variant, ...)                                                                          \
    {                                                                                              \
        variant, BYTES(__VA_ARGS__), sizeof BYTES(__VA_ARGS__)                                     \
    }
    BAD("Others", L(4), 0, 0, 0, 0, L(8), 0, 0, 0, 0, 0, 0, 0, 0, L(1), 2, L(4), 0, 0, 0, 65, L(0)),
    BAD("Others", L(4), 0, 0, 0, 0, L(8), 0, 0, 0, 0, 0, 0, 0, 0, L(0), L(4), 0, 0, 0, 65, L(0)),
    BAD("Others", L(4), 0, 0, 0, 0, L(8), 0, 0, 0, 0, 0, 0, 0, 0, L(1), 1, L(4), 0, 0, 0xD8, 0,
        L(0)),
    BAD("Others", L(4), 0, 0, 0, 0, L(8), 0, 0, 0, 0, 0, 0, 0, 0, L(1), 1, L(4), 0, 0x11, 0, 0,
        L(0)),
    BAD("Others", L(4), 0, 0, 0, 0, L(8), 0, 0, 0, 0, 0, 0, 0, 0, L(1), 1, L(4), 0, 0, 0, 65, L(1),
        0),
    BAD("Others", L(5), 0, 0, 0, 0, 0, L(8), 0, 0, 0, 0, 0, 0, 0, 0, L(1), 1, L(4), 0, 0, 0, 65,
        L(0)),
    BAD("Views", L(1), 0xFF, L(0)),
    BAD("Views", L(2), 0xC0, 0x80, L(0)),
    BAD("Views", L(3), 0xED, 0xA0, 0x80, L(0)),
    BAD("Views", L(4), 0xF4, 0x90, 0x80, 0x80, L(0)),
    BAD("Views", L(2), 0xE2, 0x82, L(0)),
    BAD("Views", L(9), 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 0x80, L(0)),
    BAD("Views", 255, 255, 255, 255, 255, 255, 255, 255, L(0)),
    BAD("Views", 0x7F, 255, 255, 255, 255, 255, 255, 248, L(0)),
    BAD("VecsB", L(3), 0, 0, 0, L(0), L(0), L(0), L(0), L(0), L(0)),
    BAD("VecsB", L(0), L(0), L(0), L(0), L(0), L(1), 2, L(0)),
    BAD("VecsB", L(0), L(0), L(0), L(0), L(0), L(0), L(4), 0, 0, 0xDF, 0xFF),
    BAD("VecsC", L(9), L(2), 'a', L(0), L(0)),
    BAD("VecsC", L(9), L(1), 0x80, L(0), L(0)),
    BAD("VecsC", L(0), L(7), 0, 0, 0, 0, 0, 0, 0, L(0)),
    BAD("VecsC", L(0), L(0), L(9), L(1), 0),
#undef BAD
};

START_TEST(malformed_bytes_are_refused)
{
    const ractor_message_type *type = &test_scalars_scalars_type;
    const uint32_t tag = tag_of(type, malformed[_i].variant);
    uint8_t *bytes = malloc(malformed[_i].length);
    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, malformed[_i].bytes, malformed[_i].length);
    ck_assert_int_eq(check(type->variants[tag].args, bytes, malformed[_i].length), RACTOR_EDECODE);
    free(bytes);
}
END_TEST

START_TEST(utf8_of_every_length_is_accepted)
{
    ROUND_TRIP(test_scalars_scalars_type, "Views", L(14), 'a', 0xC2, 0x80, 0xE0, 0xA0, 0x80, 0xEF,
               0xBF, 0xBF, 0xF4, 0x8F, 0xBF, 0xBF, 0, L(1), 0);
}
END_TEST

START_TEST(the_budget_bounds_memory_and_elements)
{
    const uint8_t bytes[] = {L(16), L(0), L(0), L(0), L(0)};
    const ractor_codec *codec =
        test_scalars_scalars_type.variants[TEST_SCALARS_SCALARS_VECS_C].args;
    ractor_budget few = {.bytes = 1000, .elements = 1, .depth = 64};
    ractor_budget small = {.bytes = 31, .elements = 100, .depth = 64};
    ractor_budget enough = {.bytes = 32, .elements = 2, .depth = 64};
    size_t tail_bytes = 0;
    ck_assert_int_eq(codec->measure(bytes, sizeof bytes, &few, &tail_bytes), RACTOR_ELIMIT);
    tail_bytes = 0;
    ck_assert_int_eq(codec->measure(bytes, sizeof bytes, &small, &tail_bytes), RACTOR_ELIMIT);
    tail_bytes = 0;
    ck_assert_int_eq(codec->measure(bytes, sizeof bytes, &enough, &tail_bytes), RACTOR_OK);
    ck_assert_uint_eq(enough.bytes, 0);
    ck_assert_uint_eq(enough.elements, 0);
}
END_TEST

START_TEST(values_that_are_not_unicode_do_not_encode)
{
    const ractor_codec *views = test_scalars_scalars_type.variants[TEST_SCALARS_SCALARS_VIEWS].args;
    const ractor_codec *others =
        test_scalars_scalars_type.variants[TEST_SCALARS_SCALARS_OTHERS].args;
    const test_scalars_scalars_views bad_text = {.text = {"\xFF", 1}};
    const test_scalars_scalars_views no_data = {.text = {NULL, 1}};
    const test_scalars_scalars_others bad_char = {.arg3 = 0xD800};
    size_t length = 0;
    ck_assert_int_eq(views->wire_size(&bad_text, &length), RACTOR_EINVAL);
    ck_assert_int_eq(views->wire_size(&no_data, &length), RACTOR_EINVAL);
    length = 0;
    ck_assert_int_eq(views->copy_size(&no_data, &length), RACTOR_EINVAL);
    ck_assert_int_eq(others->wire_size(&bad_char, &length), RACTOR_EINVAL);
}
END_TEST

START_TEST(sizes_that_overflow_are_an_error)
{
    const ractor_codec *codec =
        test_scalars_scalars_type.variants[TEST_SCALARS_SCALARS_VECS_B].args;
    const uint32_t element = 0;
    const test_scalars_scalars_vecs_b huge = {.arg0 = {&element, SIZE_MAX / 2}};
    size_t length = 0;
    ck_assert_int_eq(codec->wire_size(&huge, &length), RACTOR_ELIMIT);
    length = 0;
    ck_assert_int_eq(codec->copy_size(&huge, &length), RACTOR_ELIMIT);
}
END_TEST

START_TEST(variants_are_found_by_their_exact_name)
{
    const ractor_message_type *type = &test_scalars_scalars_type;
    for (uint32_t tag = 0; tag < type->n_variants; tag++)
        ck_assert_uint_eq(tag_of(type, type->variants[tag].name), tag);
    ck_assert_uint_eq(type->find("Fin", 3), RACTOR_NO_VARIANT);
    ck_assert_uint_eq(type->find("Finds", 5), RACTOR_NO_VARIANT);
    ck_assert_uint_eq(type->find("", 0), RACTOR_NO_VARIANT);
    ck_assert_uint_eq(type->find("Find\0", 5), RACTOR_NO_VARIANT);
    ck_assert_uint_eq(type->find("zzz", 3), RACTOR_NO_VARIANT);
}
END_TEST

START_TEST(a_whole_message_decodes_to_one_block_and_prints)
{
    const uint8_t bytes[] = {L(1), 5, L(6), 'h', '"', '\n', 0xC3, 0xA9, 'x'};
    test_scalars_scalars *message = NULL;
    test_scalars_scalars *twin = NULL;
    ractor_bytes again;
    struct text text = {.length = 0};
    const ractor_printer printer = {put, &text};
    ck_assert_int_eq(test_scalars_scalars_decode(
                         RACTOR_STR("Old"), (ractor_bytes){bytes, sizeof bytes}, NULL, &message),
                     RACTOR_OK);
    ck_assert_int_eq(message->tag, TEST_SCALARS_SCALARS_OLD);
    ck_assert_uint_eq(message->as.old.secret, 5);
    test_scalars_scalars_print(message, &printer);
    ck_assert_str_eq(text.data, "Old{secret: 5, password: ***}");
    ck_assert_int_eq(test_scalars_scalars_encode(message, NULL, &again), RACTOR_OK);
    ck_assert_uint_eq(again.length, sizeof bytes);
    ck_assert_mem_eq(again.data, bytes, sizeof bytes);
    ck_assert_int_eq(test_scalars_scalars_decode(RACTOR_STR("Old"), again, NULL, &twin), RACTOR_OK);
    ck_assert(test_scalars_scalars_equal(message, twin));
    twin->as.old.secret = 6;
    ck_assert(!test_scalars_scalars_equal(message, twin));
    ck_assert_int_eq(test_scalars_scalars_decode(RACTOR_STR("Gone"), again, NULL, &twin),
                     RACTOR_EDECODE);
    ractor_gen_free(NULL, (void *)(uintptr_t)again.data);
    ractor_gen_free(NULL, message);
    ractor_gen_free(NULL, twin);
}
END_TEST

static void *no_memory(void *user, size_t size)
{
    (void)user;
    (void)size;
    return NULL;
}

static void never_free(void *user, void *block)
{
    (void)user;
    (void)block;
    ck_abort_msg("nothing was allocated");
}

START_TEST(without_memory_decode_and_encode_say_so)
{
    const ractor_allocator allocator = {no_memory, never_free, NULL};
    const uint8_t bytes[] = {L(0), L(0)};
    test_scalars_scalars *message = NULL;
    const test_scalars_scalars views = {.tag = TEST_SCALARS_SCALARS_VIEWS};
    ractor_bytes encoded;
    ck_assert_int_eq(test_scalars_scalars_decode(RACTOR_STR("Views"),
                                                 (ractor_bytes){bytes, sizeof bytes}, &allocator,
                                                 &message),
                     RACTOR_ENOMEM);
    ck_assert_ptr_null(message);
    ck_assert_int_eq(test_scalars_scalars_encode(&views, &allocator, &encoded), RACTOR_ENOMEM);
    const test_scalars_scalars nothing = {.tag = TEST_SCALARS_SCALARS_NOTHING};
    ck_assert_int_eq(test_scalars_scalars_encode(&nothing, &allocator, &encoded), RACTOR_OK);
    ck_assert_uint_eq(encoded.length, 0);
}
END_TEST

START_TEST(structs_encode_as_arguments_do)
{
    /* Plant(tree: {label: "r", kids: [{label: "k", kids: [], at: {0, 0}}], at: {0, 0}}, where) */
#define POINT L(32), L(8), 0, 0, 0, 0, 0, 0, 0, 0, L(8), 0, 0, 0, 0, 0, 0, 0, 0
    ROUND_TRIP(test_people_forest_type, "Plant", L(122), L(1), 'r', L(65), L(57), L(1), 'k', L(0),
               POINT, POINT, POINT);
    ROUND_TRIP(test_people_forest_type, "Many", L(0), L(118), L(25), L(1), 7, L(8), 0, 0, 0, 0, 0,
               0, 0, 9, L(12), L(4), 1, 2, 3, 4, L(57), L(49), L(1), 'n', POINT, L(0));
}
END_TEST

START_TEST(structs_print_and_compare_deeply)
{
    const test_people_tree kid = {.label = RACTOR_STR("kid"), .at = {1, 2}};
    test_people_tree root = {.label = RACTOR_STR("root"), .kids = {&kid, 1}};
    test_people_tree *twin = copy(&test_people_tree_codec, &root);
    struct text text = {.length = 0};
    const ractor_printer printer = {put, &text};
    ck_assert_ptr_ne(twin->kids.data, root.kids.data);
    ck_assert(test_people_tree_codec.equal(&root, twin));
    test_people_tree_codec.print(twin, &printer);
    ck_assert_str_eq(text.data, "{label: \"root\", kids: [{label: \"kid\", kids: [], at: {x: 1, "
                                "y: 2}}], at: {x: 0, y: 0}}");
    root.kids.length = 0;
    ck_assert(!test_people_tree_codec.equal(&root, twin));
    free(twin);
}
END_TEST

START_TEST(nesting_is_bounded_by_the_budget)
{
    enum { DEPTH = 70 };
    static test_people_tree trees[DEPTH];
    for (int i = 0; i + 1 < DEPTH; i++)
        trees[i].kids = (ractor_vec_test_people_tree){&trees[i + 1], 1};
    size_t length = 0;
    uint8_t *bytes = encode(&test_people_tree_codec, &trees[DEPTH - 60], &length);
    ck_assert_int_eq(check(&test_people_tree_codec, bytes, length), RACTOR_OK);
    free(bytes);
    bytes = encode(&test_people_tree_codec, &trees[0], &length);
    ck_assert_int_eq(check(&test_people_tree_codec, bytes, length), RACTOR_ELIMIT);
    free(bytes);
}
END_TEST

START_TEST(what_is_longer_than_its_max_neither_leaves_nor_arrives)
{
    const ractor_codec *codec = test_people_forest_type.variants[TEST_PEOPLE_FOREST_BOUNDED].args;
    const uint16_t numbers[3] = {1, 2, 3};
    const test_people_forest_bounded fits = {.a = RACTOR_STR("abc"), .b = {numbers, 2}};
    const test_people_forest_bounded long_text = {.a = RACTOR_STR("abcd")};
    const test_people_forest_bounded long_vec = {.b = {numbers, 3}};
    size_t length = 0;
    ck_assert_int_eq(codec->wire_size(&fits, &length), RACTOR_OK);
    ck_assert_int_eq(codec->wire_size(&long_text, &length), RACTOR_EINVAL);
    ck_assert_int_eq(codec->copy_size(&long_vec, &length), RACTOR_EINVAL);
    ROUND_TRIP(test_people_forest_type, "Bounded", L(3), 'a', 'b', 'c', L(4), 0, 1, 0, 2, L(8),
               L(0), L(0));
#define REFUSED(...)                                                                               \
    ck_assert_int_eq(check(codec, BYTES(__VA_ARGS__), sizeof BYTES(__VA_ARGS__)), RACTOR_EDECODE)
    REFUSED(L(4), 'a', 'b', 'c', 'd', L(0), L(0), L(0));
    REFUSED(L(0), L(6), 0, 1, 0, 2, 0, 3, L(0), L(0));
    REFUSED(L(0), L(0), L(16), L(0), L(0), L(0));
}
END_TEST

START_TEST(descriptors_say_what_the_schema_says)
{
    const ractor_message_type *type = &test_scalars_scalars_type;
    const ractor_variant *timed = &type->variants[TEST_SCALARS_SCALARS_FIND_REPLY];
    ck_assert_str_eq(type->name, "test.scalars.Scalars");
    ck_assert_uint_eq(type->n_variants, 13);
    ck_assert_uint_eq(timed->timeout_ms, 500);
    ck_assert_uint_eq(timed->flags, RACTOR_VARIANT_RPC);
    ck_assert_ptr_eq(timed->reply, &ractor_codec_string);
    ck_assert_uint_eq(type->variants[TEST_SCALARS_SCALARS_OLD].flags, RACTOR_VARIANT_DEPRECATED);
    ck_assert_uint_eq(test_scalars_sampler_type.flags, RACTOR_TYPE_LOCAL);
    ck_assert_ptr_null(test_scalars_sampler_type.variants[0].args->measure);
    ck_assert_ptr_null(test_scalars_sampler_type.find);
    ck_assert_uint_eq(test_scalars_sampler_type.mailbox_messages, 100);
    ck_assert_uint_eq(test_scalars_sampler_type.mailbox_bytes, 0x10000);
    ck_assert_uint_eq(test_scalars_sampler_type.fingerprint, 0);
    ck_assert_uint_eq(type->mailbox_messages, 0);
    ck_assert_uint_ne(type->fingerprint, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("generated codecs");
    TCase *tcase = tcase_create("codecs");
    tcase_add_test(tcase, the_first_schema_encodes_as_rust_does);
    tcase_add_test(tcase, numbers_are_big_endian);
    tcase_add_test(tcase, floats_bool_char_and_unit_have_their_forms);
    tcase_add_test(tcase, vectors_of_scalars_are_packed);
    tcase_add_test(tcase, any_number_of_elements_turns_around);
    tcase_add_test(tcase, vectors_of_strings_bytes_and_units_carry_lengths);
    tcase_add_test(tcase, tails_of_any_alignment_share_a_block);
    tcase_add_test(tcase, a_variant_without_fields_takes_no_bytes);
    tcase_add_loop_test(tcase, malformed_bytes_are_refused, 0,
                        (int)(sizeof malformed / sizeof *malformed));
    tcase_add_test(tcase, utf8_of_every_length_is_accepted);
    tcase_add_test(tcase, the_budget_bounds_memory_and_elements);
    tcase_add_test(tcase, values_that_are_not_unicode_do_not_encode);
    tcase_add_test(tcase, sizes_that_overflow_are_an_error);
    tcase_add_test(tcase, variants_are_found_by_their_exact_name);
    tcase_add_test(tcase, a_whole_message_decodes_to_one_block_and_prints);
    tcase_add_test(tcase, without_memory_decode_and_encode_say_so);
    tcase_add_test(tcase, structs_encode_as_arguments_do);
    tcase_add_test(tcase, structs_print_and_compare_deeply);
    tcase_add_test(tcase, nesting_is_bounded_by_the_budget);
    tcase_add_test(tcase, what_is_longer_than_its_max_neither_leaves_nor_arrives);
    tcase_add_test(tcase, descriptors_say_what_the_schema_says);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

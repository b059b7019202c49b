/* SPDX-License-Identifier: MIT */
/*
 * Every type that has an encoding, with the values at its edges: as a cast and as a call, to Rust
 * and from Rust. One table of words drives all four; the loop variable `_i` is the dialler.
 */
#include "suites.h"
#include "text.h"
#include "types_list.h"

#include <string.h>

static struct pair pair;
static struct text_pool pool;

static interop_types_ref rust_types(void)
{
    return (interop_types_ref){.any = c_node_find(&pair.c, "rust_types")};
}

/* One type: sends a word's value, and asks for it back, which gives a word again. */
struct type_case {
    const char *name;
    void (*take)(interop_types_ref to, const char *word);
    void (*echo)(interop_types_ref to, const char *word, struct text *back);
    const char *const *words; /* ends with NULL */
};

#define DEFINE_TAKE(Name, snake, type)                                                             \
    static void take_##snake(interop_types_ref to, const char *word)                               \
    {                                                                                              \
        assert_ok(interop_types_send_take_##snake(to, text_parse_##snake(&pool, word)));           \
    }
#define DEFINE_FLAT_ECHO(Name, snake, type)                                                        \
    static void echo_##snake(interop_types_ref to, const char *word, struct text *back)            \
    {                                                                                              \
        type reply;                                                                                \
        assert_ok(interop_types_call_echo_##snake(to, text_parse_##snake(&pool, word), CALL_MS,    \
                                                  &reply));                                        \
        text_put_##snake(back, reply);                                                             \
    }
#define DEFINE_VIEW_ECHO(Name, snake, type)                                                        \
    static void echo_##snake(interop_types_ref to, const char *word, struct text *back)            \
    {                                                                                              \
        interop_types_echo_##snake##_result reply;                                                 \
        assert_ok(interop_types_call_echo_##snake(to, text_parse_##snake(&pool, word), CALL_MS,    \
                                                  &reply));                                        \
        text_put_##snake(back, reply.value);                                                       \
        interop_types_echo_##snake##_result_drop(&reply);                                          \
    }

FLAT_TYPES(DEFINE_TAKE)
VIEW_TYPES(DEFINE_TAKE)
UNIT_TYPE(DEFINE_TAKE)
FLAT_TYPES(DEFINE_FLAT_ECHO)
VIEW_TYPES(DEFINE_VIEW_ECHO)

static void echo_unit(interop_types_ref to, const char *word, struct text *back)
{
    ractor_unit value = text_parse_unit(&pool, word);
    assert_ok(interop_types_call_echo_unit(to, value, CALL_MS));
    text_put_unit(back, value);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define I128_MIN "-170141183460469231731687303715884105728"
#define I128_MAX "170141183460469231731687303715884105727"
#define U128_MAX "340282366920938463463374607431768211455"
/* 0, -0, the least subnormal, 1, the largest, infinities, a quiet NaN with a payload */
#define F32_EDGES                                                                                  \
    "00000000", "80000000", "00000001", "3f800000", "7f7fffff", "7f800000", "ff800000", "7fc00001"
#define F64_EDGES                                                                                  \
    "0000000000000000", "8000000000000000", "0000000000000001", "3ff0000000000000",                \
        "7fefffffffffffff", "7ff0000000000000", "fff0000000000000", "7ff8000000000001"

static const char *const *const i8_words = WORDS("0", "1", "-1", "127", "-128");
static const char *const *const i16_words = WORDS("0", "258", "32767", "-32768");
static const char *const *const i32_words = WORDS("0", "16909060", "2147483647", "-2147483648");
static const char *const *const i64_words =
    WORDS("0", "72623859790382856", "9223372036854775807", "-9223372036854775808");
static const char *const *const i128_words = WORDS("0", "-1", I128_MAX, I128_MIN);
static const char *const *const u8_words = WORDS("0", "1", "255");
static const char *const *const u16_words = WORDS("0", "258", "65535");
static const char *const *const u32_words = WORDS("0", "16909060", "4294967295");
static const char *const *const u64_words = WORDS("0", "72623859790382856", "18446744073709551615");
static const char *const *const u128_words = WORDS("0", "18446744073709551616", U128_MAX);
static const char *const *const f32_words = WORDS(F32_EDGES);
static const char *const *const f64_words = WORDS(F64_EDGES);
static const char *const *const bool_words = WORDS("true", "false");
static const char *const *const char_words =
    WORDS("0", "41", "e4", "d7ff", "e000", "ffff", "10ffff");
static const char *const *const unit_words = WORDS("unit");
/* empty; NUL inside; two, three and four bytes per character */
static const char *const *const string_words = WORDS("-", "61", "610062", "c3a4e282acf09f9880");
static const char *const *const bytes_words = WORDS("-", "00", "ff00fe", "c3", "8081");

static const char *const *const vec_i8_words = WORDS("[]", "0", "-128,127,-1");
static const char *const *const vec_i16_words = WORDS("[]", "258", "-32768,32767,-1");
static const char *const *const vec_i32_words = WORDS("[]", "7", "-2147483648,2147483647,-1");
static const char *const *const vec_i64_words =
    WORDS("[]", "7", "-9223372036854775808,9223372036854775807,-1");
static const char *const *const vec_i128_words = WORDS("[]", "7", I128_MIN "," I128_MAX ",-1");
static const char *const *const vec_u16_words = WORDS("[]", "258", "0,65535,1,2,3,4,5,6,7,8,9");
static const char *const *const vec_u32_words = WORDS("[]", "16909060", "0,4294967295,1");
static const char *const *const vec_u64_words = WORDS("[]", "7", "0,18446744073709551615,1");
static const char *const *const vec_u128_words = WORDS("[]", "7", "0," U128_MAX ",1");
static const char *const *const vec_f32_words =
    WORDS("[]", "80000000", "7fc00001,ff800000,00000001");
static const char *const *const vec_f64_words =
    WORDS("[]", "8000000000000000", "7ff8000000000001,fff0000000000000,0000000000000001");
static const char *const *const vec_bool_words = WORDS("[]", "true", "false,true,true,false");
static const char *const *const vec_char_words = WORDS("[]", "0", "41,e4,d7ff,e000,10ffff");
static const char *const *const vec_string_words = WORDS("[]", "-", "-,61,c3a4,-", "610062");
static const char *const *const vec_bytes_words = WORDS("[]", "-", "00,-,ff80,-");

#define TYPE_CASE(Name, snake, type)                                                               \
    {.name = #Name, .take = take_##snake, .echo = echo_##snake, .words = snake##_words},

START_TEST(every_value_goes_to_rust_and_comes_back)
{
    const struct type_case cases[] = {FLAT_TYPES(TYPE_CASE) UNIT_TYPE(TYPE_CASE)
                                          VIEW_TYPES(TYPE_CASE)};
    pair_start(&pair, (enum dialler)_i);
    interop_types_ref to = rust_types();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (const char *const *word = cases[i].words; *word != NULL; word++) {
            struct text back = {.length = 0};
            pool.used = 0;
            cases[i].take(to, *word);
            peer_hears(&pair.rust, "cast rust_types Take%s %s", cases[i].name, *word);
            cases[i].echo(to, *word, &back);
            ck_assert_msg(strcmp(back.data, *word) == 0, "%s %s came back as %s", cases[i].name,
                          *word, back.data);
        }
    }
    pair_stop(&pair);
}
END_TEST

START_TEST(every_value_of_rust_arrives_and_goes_back)
{
    const struct type_case cases[] = {FLAT_TYPES(TYPE_CASE) UNIT_TYPE(TYPE_CASE)
                                          VIEW_TYPES(TYPE_CASE)};
    pair_start(&pair, (enum dialler)_i);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (const char *const *word = cases[i].words; *word != NULL; word++) {
            peer_do(&pair.rust, "cast c_types Take%s %s", cases[i].name, *word);
            c_log_hears(&pair.c.log, "cast c_types Take%s %s", cases[i].name, *word);
            struct text wanted = {.length = 0};
            text_printf(&wanted, "OK %s", *word);
            ck_assert_str_eq(peer_ask(&pair.rust, "call @interop/types %d Echo%s %s", CALL_MS,
                                      cases[i].name, *word),
                             wanted.data);
        }
    }
    pair_stop(&pair);
}
END_TEST

#define MIXED "Mixed -128 c3a4 00ff 1,65535 true 1f600 " U128_MAX " c000000000000000"

START_TEST(fields_arrive_in_their_order)
{
    static const uint8_t bytes[] = {0, 255};
    static const uint16_t numbers[] = {1, 65535};
    pair_start(&pair, (enum dialler)_i);
    assert_ok(interop_types_send_mixed(rust_types(), INT8_MIN, RACTOR_STR("\xc3\xa4"),
                                       (ractor_bytes){bytes, 2}, (ractor_vec_u16){numbers, 2}, true,
                                       0x1f600, ~(ractor_u128)0, -2.0));
    peer_hears(&pair.rust, "cast rust_types " MIXED);
    peer_do(&pair.rust, "cast c_types " MIXED);
    c_log_hears(&pair.c.log, "cast c_types " MIXED);
    pair_stop(&pair);
}
END_TEST

START_TEST(a_message_without_fields_arrives)
{
    pair_start(&pair, (enum dialler)_i);
    assert_ok(interop_types_send_nothing(rust_types()));
    peer_hears(&pair.rust, "cast rust_types Nothing");
    peer_do(&pair.rust, "cast c_types Nothing");
    c_log_hears(&pair.c.log, "cast c_types Nothing");
    pair_stop(&pair);
}
END_TEST

/* Many frames' worth of bytes, odd on purpose. */
#define LARGE_BYTES 3000001

START_TEST(megabytes_go_to_rust_and_come_back)
{
    pair_start(&pair, (enum dialler)_i);
    uint8_t *bytes = malloc(LARGE_BYTES);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < LARGE_BYTES; i++)
        bytes[i] = (uint8_t)(i * 31 + (i >> 13));
    ractor_bytes sent = {bytes, LARGE_BYTES};
    interop_types_echo_bytes_result reply;
    assert_ok(interop_types_call_echo_bytes(rust_types(), sent, CALL_MS, &reply));
    ck_assert(ractor_bytes_equal(reply.value, sent));
    interop_types_echo_bytes_result_drop(&reply);
    free(bytes);
    pair_stop(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("types");
    TCase *cases = tcase_create("types");
    tcase_set_timeout(cases, CASE_SECONDS);
    tcase_add_loop_test(cases, every_value_goes_to_rust_and_comes_back, 0, N_DIALLERS);
    tcase_add_loop_test(cases, every_value_of_rust_arrives_and_goes_back, 0, N_DIALLERS);
    tcase_add_loop_test(cases, fields_arrive_in_their_order, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_message_without_fields_arrives, 0, N_DIALLERS);
    tcase_add_loop_test(cases, megabytes_go_to_rust_and_come_back, 0, N_DIALLERS);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}

/* SPDX-License-Identifier: MIT */
/*
 * Protobuf messages in messages: a varint length, then the message, as Rust's
 * derive_serialization_for_prost_type! has it. Bytes computed by hand.
 */
#include "codec_sample.h"
#include "metrics.rc.h"

#define COLLECTOR test_metrics_collector_type
#define ARGS(VARIANT) (COLLECTOR.variants[TEST_METRICS_COLLECTOR_##VARIANT].args)

/* Sample{name: "cpu", at: 300, points: [Point{x: -1, y: 2}]}: 14 bytes. */
#define SAMPLE 14, 0x0A, 3, 'c', 'p', 'u', 0x10, 0xAC, 2, 0x1A, 4, 0x08, 1, 0x10, 4
#define POINT 4, 0x08, 1, 0x10, 4

static const acme_metrics_Sample sample = {
    .name = "cpu", .at = 300, .points_count = 1, .points = {{-1, 2}}};

START_TEST(a_message_is_its_length_and_its_bytes)
{
    const test_metrics_collector_add value = {.sample = sample};
    static const uint8_t expected[] = {L(15), SAMPLE};
    size_t length = 0;
    uint8_t *bytes = encode(ARGS(ADD), &value, &length);
    ck_assert_uint_eq(length, sizeof expected);
    ck_assert_mem_eq(bytes, expected, length);
    test_metrics_collector_add *again = decode(ARGS(ADD), bytes, length);
    ck_assert_str_eq(again->sample.name, "cpu");
    ck_assert_int_eq(again->sample.points[0].x, -1);
    ck_assert(ARGS(ADD)->equal(&value, again));
    again->sample.points[0].y = 3;
    ck_assert(!ARGS(ADD)->equal(&value, again));
    free(again);
    free(bytes);
}
END_TEST

START_TEST(messages_stand_in_structs_vecs_and_options)
{
    ROUND_TRIP(COLLECTOR, "AddAll", L(77), L(1), 'x', L(46), L(15), SAMPLE, L(15), SAMPLE, L(6), 1,
               POINT, L(1), 9);
    ROUND_TRIP(COLLECTOR, "Latest", L(1), 0);
}
END_TEST

START_TEST(a_message_that_is_not_whole_is_refused)
{
    static const uint8_t longer[] = {L(16), 15,   0x0A, 3,    'c', 'p',  'u', 0x10, 0xAC,
                                     2,     0x1A, 4,    0x08, 1,   0x10, 4,   0x10};
    static const uint8_t no_length[] = {L(0)};
    static const uint8_t endless[] = {L(2), 0x80, 0x80};
    static const uint8_t long_name[] = {L(19), 18,  0x0A, 16,  'a', 'a', 'a', 'a', 'a', 'a',
                                        'a',   'a', 'a',  'a', 'a', 'a', 'a', 'a', 'a', 'a'};
    ck_assert_int_eq(check(ARGS(ADD), longer, sizeof longer), RACTOR_EDECODE);
    ck_assert_int_eq(check(ARGS(ADD), no_length, sizeof no_length), RACTOR_EDECODE);
    ck_assert_int_eq(check(ARGS(ADD), endless, sizeof endless), RACTOR_EDECODE);
    ck_assert_int_eq(check(ARGS(ADD), long_name, sizeof long_name), RACTOR_EDECODE);
}
END_TEST

START_TEST(a_message_prints_as_its_name_and_bytes)
{
    struct text text = {.length = 0};
    const ractor_printer printer = {put, &text};
    const test_metrics_collector_add value = {.sample = sample};
    ARGS(ADD)->print(&value, &printer);
    ck_assert_str_eq(text.data, "{sample: acme.metrics.Sample{0x0a0363707510ac021a0408011004}}");
}
END_TEST

START_TEST(a_text_without_an_end_is_not_sent)
{
    test_metrics_collector_add value = {.sample = sample};
    size_t length = 0;
    memset(value.sample.name, 'x', sizeof value.sample.name);
    ck_assert_int_eq(ARGS(ADD)->wire_size(&value, &length), RACTOR_EINVAL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("protobuf in messages");
    TCase *tcase = tcase_create("protobuf");
    tcase_add_test(tcase, a_message_is_its_length_and_its_bytes);
    tcase_add_test(tcase, messages_stand_in_structs_vecs_and_options);
    tcase_add_test(tcase, a_message_that_is_not_whole_is_refused);
    tcase_add_test(tcase, a_message_prints_as_its_name_and_bytes);
    tcase_add_test(tcase, a_text_without_an_end_is_not_sent);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

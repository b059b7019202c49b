/* SPDX-License-Identifier: MIT */
/* Nodes that were built from different versions of a schema. */
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <string.h>

static struct sample_node alpha, beta;
static ractor_message_type old_type, new_type, part_type;
static ractor_actor_class old_class = {.messages = &old_type, .handlers = &old_type};

static void start(const ractor_node_options *alpha_options)
{
    ractor_spawn_options options = {.name = "old"};
    ractor_ref ref;
    old_type = sample_type;
    old_type.fingerprint = 0x1111;
    old_type.name = "tests.Old";
    new_type = sample_type;
    new_type.fingerprint = 0x2222;
    new_type.name = "tests.New";
    static const uint32_t same_tags[SAMPLE_TAGS] = {0, 1, 2, 3, 4};
    part_type = new_type;
    part_type.name = "tests.Part";
    part_type.whole = &old_type;
    part_type.whole_tags = same_tags;
    /* The sample's state is a pointer to what was seen, which may be NULL. */
    old_class.state_bytes = sizeof(void *);
    sample_node_start(&alpha, "alpha", alpha_options);
    sample_node_start(&beta, "beta", NULL);
    ck_assert_int_eq(ractor_spawn(beta.runtime, &old_class, &options, NULL, &ref), RACTOR_OK);
    sample_connect(&alpha, &beta);
}

static void stop(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

static ractor_status cast_as(const ractor_message_type *type)
{
    struct sample_note note = {RACTOR_STR("text"), 1};
    return ractor_send(sample_find(&alpha, "old"), type, SAMPLE_NOTE, &note);
}

static ractor_status call_as(const ractor_message_type *type, uint64_t *sum)
{
    struct sample_sum terms = {40, 2};
    return ractor_call(sample_find(&alpha, "old"), type, SAMPLE_SUM, &terms, 20000, sum, NULL);
}

START_TEST(a_sender_of_another_schema_is_told_so_and_the_log_names_both)
{
    uint64_t sum = 0;
    start(NULL);
    ck_assert_int_eq(cast_as(&new_type), RACTOR_ETYPE);
    ck_assert_int_eq(call_as(&new_type, &sum), RACTOR_ETYPE);
    ck_assert(sample_node_logged(&alpha, "tests.Old with the fingerprint 0000000000001111"));
    ck_assert(sample_node_logged(&alpha, "tests.New has 0000000000002222"));
    stop();
}
END_TEST

START_TEST(a_sender_of_the_same_schema_or_an_unknown_one_is_understood)
{
    uint64_t sum = 0;
    start(NULL);
    ck_assert_int_eq(cast_as(&old_type), RACTOR_OK);
    ck_assert_int_eq(call_as(&old_type, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
    ck_assert_int_eq(cast_as(&new_type), RACTOR_ETYPE);
    ck_assert_int_eq(cast_as(&old_type), RACTOR_OK);
    ck_assert_int_eq(call_as(&sample_type, &sum), RACTOR_OK);
    stop();
}
END_TEST

START_TEST(a_part_of_the_actors_enum_is_understood)
{
    uint64_t sum = 0;
    start(NULL);
    ck_assert_int_eq(cast_as(&part_type), RACTOR_OK);
    ck_assert_int_eq(call_as(&part_type, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
    ck_assert_int_eq(call_as(&new_type, &sum), RACTOR_ETYPE);
    stop();
}
END_TEST

START_TEST(a_node_may_accept_other_schemas)
{
    uint64_t sum = 0;
    ractor_node_options options = {.accepts_other_schemas = true};
    start(&options);
    ck_assert_int_eq(call_as(&new_type, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
    stop();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_schema");
    TCase *cases = suite_case(suite, "schema", 30);
    tcase_add_test(cases, a_sender_of_another_schema_is_told_so_and_the_log_names_both);
    tcase_add_test(cases, a_sender_of_the_same_schema_or_an_unknown_one_is_understood);
    tcase_add_test(cases, a_part_of_the_actors_enum_is_understood);
    tcase_add_test(cases, a_node_may_accept_other_schemas);
    return suite_run(suite);
}

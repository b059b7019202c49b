/* SPDX-License-Identifier: MIT */
/*
 * Golden vectors through the generated C: what `rcgen vectors` says about a schema's bytes, by its
 * own decoder of values, must be what the generated code reads and writes. The arguments are the
 * files of vectors, one per schema.
 */
#include "chains.rc.h"
#include "compound.rc.h"
#include "compounds.rc.h"
#include "geo.rc.h"
#include "interop.rc.h"
#include "people.rc.h"
#include "scalars.rc.h"
#include "seed.rc.h"
#include "suite.h"

#include <jansson.h>
#include <string.h>

static char **files;
static int n_files;

static const ractor_message_type *const types[] = {
    &test_compound_client_type,  &test_compound_room_type,
    &interop_compounds_type,     &interop_my_basic_message_type_type,
    &interop_trouble_type,       &interop_types_type,
    &test_people_forest_type,    &test_scalars_scalars_type,
    &my_basic_message_type_type, &test_chains_keeper_type,
};

static const struct {
    const char *package;
    const char *name;
    const ractor_codec *codec;
} values[] = {
    {"test.compound", "Member", &test_compound_member_codec},
    {"test.compound", "Presence", &test_compound_presence_codec},
    {"test.compound", "Light", &test_compound_light_codec},
    {"test.compound", "Tree", &test_compound_tree_codec},
    {"test.chains", "Chain", &test_chains_chain_codec},
    {"test.chains", "Sum", &test_chains_sum_codec},
    {"test.chains", "Even", &test_chains_even_codec},
    {"test.chains", "Odd", &test_chains_odd_codec},
    {"geo", "Point", &geo_point_codec},
    {"geo", "Named", &geo_named_codec},
    {"test.people", "Tree", &test_people_tree_codec},
    {"test.people", "Outer", &test_people_outer_codec},
    {"test.people", "Inner", &test_people_inner_codec},
    {"test.people", "Early", &test_people_early_codec},
    {"test.people", "Later", &test_people_later_codec},
    {"interop", "Point", &interop_point_codec},
    {"interop", "Member", &interop_member_codec},
    {"interop", "Shape", &interop_shape_codec},
    {"interop", "Tree", &interop_tree_codec},
    {"interop", "Chain", &interop_chain_codec},
};

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static const ractor_codec *codec_of_message(const ractor_message_type *type, const json_t *vector)
{
    for (uint32_t i = 0; i < type->n_variants; i++) {
        if (strcmp(type->variants[i].name, member(vector, "variant")) == 0)
            return strcmp(member(vector, "what"), "reply") == 0 ? type->variants[i].reply
                                                                : type->variants[i].args;
    }
    return NULL;
}

static const ractor_codec *codec_of(const char *package, const json_t *vector)
{
    const char *type = member(vector, "type");
    char full_name[128];
    (void)snprintf(full_name, sizeof full_name, "%s%s%s", package, package[0] != '\0' ? "." : "",
                   type);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i]->name, full_name) == 0)
            return codec_of_message(types[i], vector);
    }
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strcmp(values[i].package, package) == 0 && strcmp(values[i].name, type) == 0)
            return values[i].codec;
    }
    return NULL;
}

static size_t from_hex(const char *text, uint8_t *bytes, size_t capacity)
{
    size_t length = strlen(text) / 2;
    ck_assert_uint_le(length, capacity);
    for (size_t i = 0; i < length; i++) {
        const char digits[] = {text[2 * i], text[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return length;
}

static void count_text(void *user, const char *text, size_t length)
{
    (void)text;
    *(size_t *)user += length;
}

static void check_vector(const char *package, const json_t *vector)
{
    static uint8_t wanted[65536], got[65536];
    const char *text = member(vector, "bytes");
    size_t length = from_hex(text, wanted, sizeof wanted);
    const ractor_codec *codec = codec_of(package, vector);
    ck_assert_msg(codec != NULL, "no code for %s.%s.%s", package, member(vector, "type"),
                  member(vector, "variant"));
    if (codec->size == 0) {
        ck_assert_uint_eq(length, 0);
        return;
    }
    ractor_budget budget = RACTOR_BUDGET_DEFAULT;
    size_t tail_bytes = 0, written = 0, printed = 0;
    ck_assert_msg(codec->measure(wanted, length, &budget, &tail_bytes) == RACTOR_OK,
                  "%s.%s is refused: %s", member(vector, "type"), member(vector, "variant"), text);
    size_t offset = (codec->size + RACTOR_TAIL_ALIGN - 1) & ~(size_t)(RACTOR_TAIL_ALIGN - 1);
    unsigned char *value = malloc(offset + tail_bytes + 1);
    ck_assert_ptr_nonnull(value);
    ractor_tail tail = {.at = value + offset};
    codec->read(wanted, length, value, &tail);
    ck_assert_int_eq(codec->wire_size(value, &written), RACTOR_OK);
    ck_assert_uint_eq(written, length);
    ck_assert_ptr_eq(codec->write(value, got), got + length);
    ck_assert_msg(memcmp(wanted, got, length) == 0, "%s.%s comes back otherwise: %s",
                  member(vector, "type"), member(vector, "variant"), text);
    codec->print(value, &(ractor_printer){.put = count_text, .user = &printed});
    ck_assert_uint_gt(printed, 0);
    free(value);
}

/* Each byte cut off makes the vector malformed or another value, never a crash. */
static void check_truncated(const char *package, const json_t *vector)
{
    static uint8_t bytes[65536];
    size_t length = from_hex(member(vector, "bytes"), bytes, sizeof bytes);
    const ractor_codec *codec = codec_of(package, vector);
    for (size_t i = 0; i < length && codec->size != 0; i++) {
        ractor_budget budget = RACTOR_BUDGET_DEFAULT;
        size_t tail_bytes = 0;
        uint8_t *exact = malloc(i + 1); /* reading beyond is seen by AddressSanitizer */
        ck_assert_ptr_nonnull(exact);
        memcpy(exact, bytes, i);
        (void)codec->measure(exact, i, &budget, &tail_bytes);
        free(exact);
    }
}

static void for_each_vector(void (*check)(const char *package, const json_t *vector))
{
    size_t n_vectors = 0;
    for (int i = 0; i < n_files; i++) {
        json_error_t error;
        json_t *root = json_load_file(files[i], JSON_ALLOW_NUL, &error);
        ck_assert_msg(root != NULL, "%s: %s", files[i], error.text);
        const json_t *vectors = json_object_get(root, "vectors");
        for (size_t j = 0; j < json_array_size(vectors); j++, n_vectors++)
            check(member(root, "package"), json_array_get(vectors, j));
        json_decref(root);
    }
    ck_assert_uint_gt(n_vectors, 500);
}

START_TEST(every_vector_is_read_and_written_back)
{
    for_each_vector(check_vector);
}
END_TEST

START_TEST(vectors_cut_off_anywhere_do_no_harm)
{
    for_each_vector(check_truncated);
}
END_TEST

int main(int argc, char **argv)
{
    files = argv + 1;
    n_files = argc - 1;
    Suite *suite = suite_create("vectors");
    TCase *all = suite_case(suite, "vectors", 60);
    tcase_add_test(all, every_vector_is_read_and_written_back);
    tcase_add_test(all, vectors_cut_off_anywhere_do_no_harm);
    return suite_run(suite);
}

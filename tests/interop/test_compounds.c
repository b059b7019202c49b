/* SPDX-License-Identifier: MIT */
/*
 * Structs, unions, options, vecs, maps, results and actor references, to Rust and from Rust,
 * through the code that rcgen made of one schema for both. Values are compared by their bytes.
 */
#include "compounds.rc.h"
#include "suites.h"
#include "text.h"

#include <ractor/pg.h>

#include <stddef.h>
#include <string.h>

#define VIEW(array)                                                                                \
    {                                                                                              \
        (array), sizeof(array) / sizeof *(array)                                                   \
    }

static struct pair pair;

/* ------------------------------------------------------------------ the actor */

#define DEFINE_ECHO(snake, value_of)                                                               \
    static ractor_status compounds_echo_##snake(ractor_context *ctx, void *state,                  \
                                                const interop_compounds_echo_##snake *msg,         \
                                                interop_compounds_echo_##snake##_port *port)       \
    {                                                                                              \
        (void)ctx;                                                                                 \
        (void)state;                                                                               \
        return interop_compounds_echo_##snake##_reply(port, value_of msg->value);                  \
    }

DEFINE_ECHO(member, &)
DEFINE_ECHO(shape, &)
DEFINE_ECHO(tree, &)
DEFINE_ECHO(chain, &)
DEFINE_ECHO(option, &)
DEFINE_ECHO(option_text, &)
DEFINE_ECHO(option_option, &)
DEFINE_ECHO(members, )
DEFINE_ECHO(grid, )
DEFINE_ECHO(shapes, )
DEFINE_ECHO(map, )
DEFINE_ECHO(numbers, )
DEFINE_ECHO(result, &)
DEFINE_ECHO(unit_result, &)
DEFINE_ECHO(actor, )
DEFINE_ECHO(bounded, )

/* The member, or the shape when there is no `more`. */
static ractor_status compounds_echo_all(ractor_context *ctx, void *state,
                                        const interop_compounds_echo_all *msg,
                                        interop_compounds_echo_all_port *port)
{
    (void)ctx;
    (void)state;
    ractor_result_vec_interop_member_interop_shape reply = {.tag = RACTOR_RESULT_ERR,
                                                            .as.err = msg->shape};
    if (msg->more.has_value)
        reply = (ractor_result_vec_interop_member_interop_shape){.tag = RACTOR_RESULT_OK,
                                                                 .as.ok = {&msg->member, 1}};
    return interop_compounds_echo_all_reply(port, &reply);
}

static const ractor_actor_class compounds_class = {INTEROP_COMPOUNDS_HANDLERS(compounds)};

/* ------------------------------------------------------------------ values */

static const ractor_string tags[] = {RACTOR_STR(""), RACTOR_STR("a\xc3\xa4"), RACTOR_STR("b")};
static const interop_point points[] = {{0, 0}, {INT32_MIN, INT32_MAX}};
static const interop_member members[] = {
    {.name = RACTOR_STR("ada"),
     .at = {1, -1},
     .tags = VIEW(tags),
     .home = {.has_value = true, .value = {7, 8}},
     .pin = 65535},
    {.name = RACTOR_STR("")},
};
static const interop_shape shapes[] = {
    {.tag = INTEROP_SHAPE_DOT},
    {.tag = INTEROP_SHAPE_CIRCLE, .as.circle = {.center = {3, 4}, .radius = -0.0}},
    {.tag = INTEROP_SHAPE_LABEL, .as.label = {.arg0 = RACTOR_STR("here")}},
};
static const ractor_option_interop_shape some_shapes[] = {
    {.has_value = false}, {.has_value = true, .value = {.tag = INTEROP_SHAPE_DOT}}};

static const interop_tree leaves[] = {{.value = 1}, {.value = 255}};
static const ractor_map_string_interop_tree_entry named_leaves[] = {
    {.key = RACTOR_STR("left"), .value = {.value = 9}}};
static const interop_tree trees[] = {
    {.value = 0},
    {.value = 2, .kids = VIEW(leaves), .by_name = VIEW(named_leaves)},
};
static const ractor_option_interop_chain ends[] = {{.has_value = false}, {.has_value = true}};
static const interop_chain chains[] = {{.link = {NULL, 0}}, {.link = VIEW(ends)}};

static const ractor_option_u32 options[] = {{.has_value = false},
                                            {.has_value = true, .value = UINT32_MAX}};
static const ractor_option_string texts[] = {
    {.has_value = false},
    {.has_value = true, .value = RACTOR_STR("")},
    {.has_value = true, .value = RACTOR_STR("x")},
};
static const ractor_option_option_bool nested[] = {
    {.has_value = false},
    {.has_value = true, .value = {.has_value = false}},
    {.has_value = true, .value = {.has_value = true, .value = true}},
};
static const ractor_vec_interop_member member_lists[] = {{NULL, 0}, VIEW(members)};
static const uint16_t row[] = {1, 2, 65535};
static const ractor_vec_u16 rows[] = {{NULL, 0}, VIEW(row)};
static const ractor_vec_vec_u16 grids[] = {{NULL, 0}, VIEW(rows)};
static const ractor_vec_option_interop_shape shape_lists[] = {{NULL, 0}, VIEW(some_shapes)};
/* Entries in the order of their keys: Rust's map sends them so. */
static const ractor_map_string_interop_point_entry places[] = {
    {.key = RACTOR_STR(""), .value = {1, 2}}, {.key = RACTOR_STR("z"), .value = {3, 4}}};
static const ractor_map_string_interop_point maps[] = {{NULL, 0}, VIEW(places)};
static const uint8_t raw[] = {0, 255};
static const ractor_map_u16_bytes_entry pages[] = {{.key = 1, .value = VIEW(raw)},
                                                   {.key = 256, .value = {NULL, 0}}};
static const ractor_map_u16_bytes books[] = {{NULL, 0}, VIEW(pages)};
static const ractor_result_interop_point_string results[] = {
    {.tag = RACTOR_RESULT_OK, .as.ok = {-5, 5}},
    {.tag = RACTOR_RESULT_ERR, .as.err = RACTOR_STR("no")},
};
static const ractor_result_unit_u8 outcomes[] = {
    {.tag = RACTOR_RESULT_OK},
    {.tag = RACTOR_RESULT_ERR, .as.err = 3},
};
static const ractor_actor_interop_trouble actors[] = {
    {.any = {.node = RACTOR_STR("c@localhost"), .pid = UINT64_MAX}},
    {.any = {.node = RACTOR_STR(""), .pid = 0}},
};
static const ractor_string bounded[] = {RACTOR_STR(""), RACTOR_STR("12345678")};

/* One variant with the values that it is tried with. Each variant has one field, so a value is the
 * variant's struct as well. */
struct compound_case {
    const char *variant;
    uint32_t tag;
    const void *values;
    size_t n_values;
};

#define CASE(Name, TAG, values)                                                                    \
    {                                                                                              \
        "Echo" #Name, INTEROP_COMPOUNDS_ECHO_##TAG, values, sizeof(values) / sizeof *(values)      \
    }

static const struct compound_case cases[] = {
    CASE(Member, MEMBER, members),
    CASE(Shape, SHAPE, shapes),
    CASE(Tree, TREE, trees),
    CASE(Chain, CHAIN, chains),
    CASE(Option, OPTION, options),
    CASE(OptionText, OPTION_TEXT, texts),
    CASE(OptionOption, OPTION_OPTION, nested),
    CASE(Members, MEMBERS, member_lists),
    CASE(Grid, GRID, grids),
    CASE(Shapes, SHAPES, shape_lists),
    CASE(Map, MAP, maps),
    CASE(Numbers, NUMBERS, books),
    CASE(Result, RESULT, results),
    CASE(UnitResult, UNIT_RESULT, outcomes),
    CASE(Actor, ACTOR, actors),
    CASE(Bounded, BOUNDED, bounded),
};
#define N_CASES (sizeof cases / sizeof cases[0])

/* ------------------------------------------------------------------ tests */

/* A value's bytes as a word. */
static void put_bytes(struct text *text, const ractor_codec *codec, const void *value)
{
    static uint8_t bytes[4096];
    size_t length = 0;
    assert_ok(codec->wire_size(value, &length));
    ck_assert_uint_le(length, sizeof bytes);
    ck_assert_ptr_eq(codec->write(value, bytes), bytes + length);
    text_put_bytes(text, (ractor_bytes){bytes, length});
}

static const ractor_codec *codec_of(const struct compound_case *c)
{
    return interop_compounds_type.variants[c->tag].reply;
}

static const void *value_of(const struct compound_case *c, size_t index)
{
    return (const char *)c->values + index * codec_of(c)->size;
}

START_TEST(every_compound_goes_to_rust_and_comes_back)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_ref to = c_node_find(&pair.c, "rust_compounds");
    for (size_t i = 0; i < N_CASES; i++) {
        for (size_t j = 0; j < cases[i].n_values; j++) {
            struct text wanted = {.length = 0}, got = {.length = 0};
            union {
                max_align_t align;
                unsigned char bytes[256];
            } reply;
            ractor_message *owner = NULL;
            ck_assert_uint_le(codec_of(&cases[i])->size, sizeof reply);
            assert_ok(ractor_call(to, &interop_compounds_type, cases[i].tag, value_of(&cases[i], j),
                                  CALL_MS, &reply, &owner));
            put_bytes(&wanted, codec_of(&cases[i]), value_of(&cases[i], j));
            put_bytes(&got, codec_of(&cases[i]), &reply);
            ck_assert_msg(strcmp(wanted.data, got.data) == 0, "%s: sent %s, got %s",
                          cases[i].variant, wanted.data, got.data);
            ck_assert(codec_of(&cases[i])->equal(&reply, value_of(&cases[i], j)));
            ractor_message_drop(owner);
        }
    }
    pair_stop(&pair);
}
END_TEST

START_TEST(every_compound_of_rust_arrives_and_goes_back)
{
    interop_compounds_ref self;
    pair_start(&pair, (enum dialler)_i);
    assert_ok(interop_compounds_spawn(pair.c.runtime, &compounds_class,
                                      &(ractor_spawn_options){.name = "c_compounds"}, NULL, &self));
    assert_ok(ractor_pg_join(NULL, "compounds", &self.any, 1));
    peer_hears(&pair.rust, "joined " RACTOR_PG_DEFAULT_SCOPE " compounds c_compounds");
    for (size_t i = 0; i < N_CASES; i++) {
        for (size_t j = 0; j < cases[i].n_values; j++) {
            struct text word = {.length = 0}, wanted = {.length = 0};
            put_bytes(&word, codec_of(&cases[i]), value_of(&cases[i], j));
            text_printf(&wanted, "OK %s", word.data);
            ck_assert_str_eq(peer_ask(&pair.rust, "compound c_compounds %d %s %s", CALL_MS,
                                      cases[i].variant, word.data),
                             wanted.data);
        }
    }
    pair_stop(&pair);
}
END_TEST

START_TEST(several_compound_fields_arrive_in_their_order)
{
    pair_start(&pair, (enum dialler)_i);
    interop_compounds_ref to = {.any = c_node_find(&pair.c, "rust_compounds")};
    ractor_option_vec_interop_shape more = {.has_value = true, .value = VIEW(shapes)};
    ractor_option_vec_interop_shape none = {.has_value = false};
    ractor_vec_interop_point few = VIEW(points);
    interop_compounds_echo_all_result reply;
    assert_ok(
        interop_compounds_call_echo_all(to, &members[0], &shapes[1], &more, few, CALL_MS, &reply));
    ck_assert_int_eq(reply.value.tag, RACTOR_RESULT_OK);
    ck_assert_uint_eq(reply.value.as.ok.length, 1);
    ck_assert(interop_member_codec.equal(&reply.value.as.ok.data[0], &members[0]));
    interop_compounds_echo_all_result_drop(&reply);
    assert_ok(
        interop_compounds_call_echo_all(to, &members[0], &shapes[1], &none, few, CALL_MS, &reply));
    ck_assert_int_eq(reply.value.tag, RACTOR_RESULT_ERR);
    ck_assert(interop_shape_codec.equal(&reply.value.as.err, &shapes[1]));
    interop_compounds_echo_all_result_drop(&reply);
    pair_stop(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compounds");
    TCase *all = tcase_create("compounds");
    tcase_set_timeout(all, CASE_SECONDS);
    tcase_add_loop_test(all, every_compound_goes_to_rust_and_comes_back, 0, N_DIALLERS);
    tcase_add_loop_test(all, every_compound_of_rust_arrives_and_goes_back, 0, N_DIALLERS);
    tcase_add_loop_test(all, several_compound_fields_arrive_in_their_order, 0, N_DIALLERS);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}

/* SPDX-License-Identifier: MIT */
/*
 * rcgen's own decoder of values and the generated C accept the same bytes. Encoded examples of each
 * message are cut off, lengthened and changed byte by byte; both must agree on each result, and
 * what both accept must encode to the same bytes. The arguments are the schemas.
 */
#include "compound.rc.h"
#include "driver/compile.h"
#include "people.rc.h"
#include "scalars.rc.h"
#include "suite.h"
#include "value/edges.h"
#include "value/wire.h"

#include <ractor/codec.h>

#include <stdlib.h>
#include <string.h>

static char **schemas;
static int n_schemas;

static const ractor_message_type *const types[] = {
    &test_compound_client_type,
    &test_compound_room_type,
    &test_people_forest_type,
    &test_scalars_scalars_type,
};

/* A message of a schema as both sides know it. */
struct message {
    const char *name;
    const struct rc_type *type;     /* of a reply; NULL: `fields` */
    const struct rc_fields *fields; /* of a variant */
    const ractor_codec *codec;
};

struct tally {
    size_t n_accepted;
    size_t n_refused;
};

static void out_of_memory(void *user)
{
    (void)user;
    abort();
}

/* Whether rcgen takes the bytes; if so it must make the same ones of their value. */
static bool rcgen_accepts(struct rc_arena *scratch, const struct message *message,
                          const char *bytes, size_t length)
{
    struct rc_value_walk walk = {.arena = scratch};
    struct rc_value_walk back = {.arena = scratch};
    struct rc_buffer again;
    rc_buffer_init(&again, scratch);
    const struct rc_value *value =
        message->type != NULL ? rc_value_decode(&walk, message->type, bytes, length)
                              : rc_value_decode_fields(&walk, message->fields, bytes, length);
    if (value == NULL) {
        ck_assert_ptr_nonnull(walk.error);
        return false;
    }
    ck_assert_msg(message->type != NULL
                      ? rc_value_encode(&back, value, &again)
                      : rc_value_encode_fields(&back, message->fields, value, &again),
                  "%s: %s", message->name, back.error);
    ck_assert_uint_eq(again.length, length);
    ck_assert(length == 0 || memcmp(again.data, bytes, length) == 0);
    return true;
}

static void compare(struct rc_arena *scratch, const struct message *message, const char *bytes,
                    size_t length, struct tally *tally)
{
    ractor_budget budget = RACTOR_BUDGET_DEFAULT;
    size_t tail_bytes = 0;
    /* As large as they are, so that AddressSanitizer sees reading beyond them. */
    char *exact = malloc(length + (length == 0));
    ck_assert_ptr_nonnull(exact);
    if (length != 0)
        memcpy(exact, bytes, length);
    bool is_taken =
        message->codec->measure((const uint8_t *)exact, length, &budget, &tail_bytes) == RACTOR_OK;
    bool is_taken_here = rcgen_accepts(scratch, message, exact, length);
    ck_assert_msg(is_taken == is_taken_here, "%s, %zu bytes: C %s, rcgen %s", message->name, length,
                  is_taken ? "accepts" : "refuses", is_taken_here ? "accepts" : "refuses");
    *(is_taken ? &tally->n_accepted : &tally->n_refused) += 1;
    free(exact);
    rc_arena_reset(scratch);
}

static void compare_changed(struct rc_arena *scratch, const struct message *message,
                            const struct rc_buffer *good, struct tally *tally)
{
    static const unsigned char flips[] = {1, 2, 0x80, 0xFF};
    char *bytes = malloc(good->length + 1);
    ck_assert_ptr_nonnull(bytes);
    if (good->length != 0)
        memcpy(bytes, good->data, good->length);
    bytes[good->length] = '\1';
    for (size_t length = 0; length <= good->length + 1; length++)
        compare(scratch, message, bytes, length, tally);
    for (size_t i = 0; i < good->length; i++) {
        for (size_t j = 0; j < sizeof flips; j++) {
            bytes[i] = (char)(good->data[i] ^ flips[j]);
            compare(scratch, message, bytes, good->length, tally);
        }
        bytes[i] = good->data[i];
    }
    free(bytes);
}

static void compare_message(struct rc_arena *arena, struct rc_arena *scratch,
                            const struct message *message, struct tally *tally)
{
    struct rc_values values = message->type != NULL ? rc_value_edges(arena, message->type)
                                                    : rc_value_field_edges(arena, message->fields);
    ck_assert_uint_gt(values.count, 0);
    for (size_t i = 0; i < values.count; i++) {
        struct rc_value_walk walk = {.arena = arena};
        struct rc_buffer good;
        rc_buffer_init(&good, arena);
        bool is_good = message->type != NULL
                           ? rc_value_encode(&walk, values.items[i], &good)
                           : rc_value_encode_fields(&walk, message->fields, values.items[i], &good);
        ck_assert_msg(is_good, "%s: %s", message->name, walk.error);
        size_t before = tally->n_accepted;
        compare(scratch, message, good.data, good.length, tally);
        ck_assert_uint_eq(tally->n_accepted, before + 1);
        compare_changed(scratch, message, &good, tally);
    }
}

static const ractor_message_type *type_of(const struct rc_decl *decl)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (strcmp(types[i]->name, decl->type->text->text) == 0)
            return types[i];
    }
    ck_abort_msg("no code for %s", decl->type->text->text);
}

static void compare_enum(struct rc_arena *arena, struct rc_arena *scratch,
                         const struct rc_decl *decl, struct tally *tally)
{
    const ractor_message_type *type = type_of(decl);
    ck_assert_uint_eq(type->n_variants, decl->variants.count);
    for (size_t i = 0; i < decl->variants.count; i++) {
        const struct rc_variant *variant = decl->variants.items[i];
        const struct message args = {variant->name.name->text, NULL, &variant->fields,
                                     type->variants[i].args};
        compare_message(arena, scratch, &args, tally);
        if (!variant->is_rpc)
            continue;
        const struct message reply = {variant->name.name->text, variant->reply->type, NULL,
                                      type->variants[i].reply};
        compare_message(arena, scratch, &reply, tally);
    }
}

START_TEST(bytes_are_accepted_by_both_or_by_none)
{
    struct tally tally = {0, 0};
    struct rc_arena arena;
    struct rc_arena scratch;
    struct rc_compile compile;
    struct rc_job job = {.input = schemas[_i]};
    rc_arena_init(&arena, out_of_memory, NULL);
    rc_arena_init(&scratch, out_of_memory, NULL);
    rc_compile_init(&compile, &arena, 20);
    ck_assert_int_eq(rc_compile_check(&compile, &job, 1), RC_OUTCOME_OK);
    for (size_t i = 0; i < job.loaded->file->decls.count; i++) {
        const struct rc_decl *decl = job.loaded->file->decls.items[i];
        if (decl->kind == RC_DECL_ENUM && !decl->is_local)
            compare_enum(&arena, &scratch, decl, &tally);
    }
    /* Both kinds in number, or the comparison would say little. */
    ck_assert_uint_gt(tally.n_accepted, 500);
    ck_assert_uint_gt(tally.n_refused, 500);
    rc_arena_fini(&scratch);
    rc_arena_fini(&arena);
}
END_TEST

int main(int argc, char **argv)
{
    schemas = argv + 1;
    n_schemas = argc - 1;
    Suite *suite = suite_create("strictness");
    TCase *all = suite_case(suite, "strictness", 120);
    tcase_add_loop_test(all, bytes_are_accepted_by_both_or_by_none, 0, n_schemas);
    return suite_run(suite);
}

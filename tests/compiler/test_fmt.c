/* SPDX-License-Identifier: MIT */
/*
 * The layout that `rcgen fmt` gives, and what holds of it for any schema: run as
 * `test_fmt SCHEMA...`, with the schemas that the properties are tried on.
 */
#include "fmt_oracle.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define N_MANGLINGS 40

static char **schemas;
static int n_schemas;

static void out_of_memory(void *user)
{
    (void)user;
    ck_abort_msg("out of memory");
}

static void expect(const char *text, const char *wanted)
{
    struct rc_arena arena;
    struct formatted one;
    rc_arena_init(&arena, out_of_memory, NULL);
    format_text(&one, &arena, text, strlen(text));
    ck_assert_str_eq(rc_buffer_text(&one.text), wanted);
    const char *violation = fmt_violation(&arena, text, strlen(text));
    ck_assert_msg(violation == NULL, "%s", violation);
    rc_arena_fini(&arena);
}

START_TEST(members_stand_on_lines_of_their_own)
{
    expect("struct P{x:f64,y : vec < u8 >}", "struct P {\n    x: f64,\n    y: vec<u8>,\n}\n");
    expect("enum E{A,B ( u8 ,a:i8, ) ,[ rpc ( timeout=5ms ) ]C->unit}",
           "enum E {\n    A,\n    B(u8, a: i8),\n    [rpc(timeout = 5ms)] C -> unit,\n}\n");
    expect("[local][deprecated]\nenum E { A }", "[local] [deprecated] enum E {\n    A,\n}\n");
}
END_TEST

START_TEST(what_is_too_long_is_broken_at_its_fields)
{
    expect(
        "enum E { [rpc] Aaaaaaaaaaaaaaaaaaaaaaaa(bbbbbbbbbbbbbbbbbbbbbbbb: string, "
        "cccccccccccccccccc: u8) -> bytes }",
        "enum E {\n    [rpc] Aaaaaaaaaaaaaaaaaaaaaaaa(\n        bbbbbbbbbbbbbbbbbbbbbbbb: string,\n"
        "        cccccccccccccccccc: u8,\n    ) -> bytes,\n}\n");
    /* 100 columns with the comma, and one more. */
    expect("enum E { "
           "A(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
           "bbb: u32) }",
           "enum E {\n    "
           "A(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
           "bbbbbbb: u32),\n}\n");
    expect("enum E { "
           "A(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
           "bbbbbb: u32) }",
           "enum E {\n    A(\n        "
           "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
           "bbbbbbbbbbbbbbbb: u32,\n    ),\n}\n");
}
END_TEST

START_TEST(blank_lines_separate_groups_and_are_never_two)
{
    expect("\n\npackage a;\nimport \"x\";\nimport proto \"y\";\nconst A:u8=1;\n\n\n\nconst B:i8 = "
           "- 1;\n"
           "enum E{}enum F{\n\nA,\n\n\nB\n\n}",
           "package a;\n\nimport \"x\";\nimport proto \"y\";\n\nconst A: u8 = 1;\n\n"
           "const B: i8 = -1;\n\nenum E {}\n\nenum F {\n    A,\n\n    B,\n}\n");
    expect("", "");
    expect("\n \n", "");
}
END_TEST

START_TEST(comments_stay_with_what_they_are_beside)
{
    expect("// head\n\n// of E\nenum E { // opener\n  // own\n  A, // behind\n  B // last  \n"
           "  // end\n} // after\n// tail",
           "// head\n\n// of E\nenum E { // opener\n    // own\n    A, // behind\n    B, // last\n"
           "    // end\n} // after\n// tail\n");
    expect("enum E { A(/* x */ u8 /* y */), /* z */ B /* w */ }",
           "enum E {\n    A(/* x */ u8 /* y */),\n    /* z */ B, /* w */\n}\n");
    expect("enum E { A(a: u8, // why\n b: u8) -> // reply\n u8 }",
           "enum E {\n    A(\n        a: u8, // why\n        b: u8,\n    ) -> // reply\n"
           "        u8,\n}\n");
}
END_TEST

START_TEST(doc_comments_keep_what_they_belong_to)
{
    expect("enum E { A, /// of B\n B }", "enum E {\n    A,\n    /// of B\n    B,\n}\n");
    expect("enum E { A(/// of x\n x: u8) }",
           "enum E {\n    A(\n        /// of x\n        x: u8,\n    ),\n}\n");
    /* Of nothing: the comma parts it from B, so a blank line has to. */
    expect("enum E { A /// loose\n , B }", "enum E {\n    A, /// loose\n\n    B,\n}\n");
}
END_TEST

static char *read_file(struct rc_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = rc_arena_alloc(arena, 65536);
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_lt(fread(text, 1, 65535, file), 65535);
    (void)fclose(file);
    return text;
}

/* Always the same numbers. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 16;
}

/* The schema with other blank space, and with comments, between its words. */
static const char *mangle(struct rc_arena *arena, const char *text, uint32_t seed)
{
    static const char *const spaces[] = {
        " ",        "\n",          "\n\n\n",       " /* b */ ",   " // l\n",          "\n// own\n",
        " /// d\n", "\n\n/// d\n", " /* b\nb */ ", " //// f \n ", "\t/* c *//* d */ "};
    struct formatted one;
    struct rc_buffer out;
    format_text(&one, arena, text, strlen(text));
    ck_assert(!one.file->is_broken);
    rc_buffer_init(&out, arena);
    for (size_t i = 0; i < one.tokens.count; i++) {
        const struct rc_token *token = &one.tokens.items[i];
        uint32_t chosen = next_random(&seed);
        rc_buffer_puts(&out, spaces[chosen % 3 == 0 ? chosen % 11 : 0]);
        rc_buffer_add(&out, text + token->begin, token->end - token->begin);
    }
    return rc_buffer_text(&out);
}

START_TEST(formatting_is_idempotent_and_keeps_words_and_comments)
{
    struct rc_arena arena;
    rc_arena_init(&arena, out_of_memory, NULL);
    const char *text = read_file(&arena, schemas[_i]);
    const char *violation = fmt_violation(&arena, text, strlen(text));
    ck_assert_msg(violation == NULL, "%s: %s", schemas[_i], violation);
    for (uint32_t seed = 0; seed < N_MANGLINGS; seed++) {
        const char *mangled = mangle(&arena, text, seed);
        violation = fmt_violation(&arena, mangled, strlen(mangled));
        ck_assert_msg(violation == NULL, "%s, seed %u: %s", schemas[_i], seed, violation);
    }
    rc_arena_fini(&arena);
}
END_TEST

int main(int argc, char **argv)
{
    schemas = argv + 1;
    n_schemas = argc - 1;
    Suite *suite = suite_create("rcgen fmt");
    TCase *tcase = tcase_create("layout");
    tcase_add_test(tcase, members_stand_on_lines_of_their_own);
    tcase_add_test(tcase, what_is_too_long_is_broken_at_its_fields);
    tcase_add_test(tcase, blank_lines_separate_groups_and_are_never_two);
    tcase_add_test(tcase, comments_stay_with_what_they_are_beside);
    tcase_add_test(tcase, doc_comments_keep_what_they_belong_to);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("properties");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, formatting_is_idempotent_and_keeps_words_and_comments, 0, n_schemas);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

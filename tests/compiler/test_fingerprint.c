/* SPDX-License-Identifier: MIT */
/* Which changes of a schema change the fingerprint of its first enum. */
#include "ast/fingerprint.h"
#include "base/diag.h"
#include "sema/sema.h"
#include "syntax/parse.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(void *user)
{
    (void)user;
    ck_abort_msg("out of memory");
}

static uint64_t fingerprint(const char *text)
{
    struct rc_arena arena;
    struct rc_intern names;
    struct rc_diags diags;
    struct rc_sema sema;
    uint64_t result = 0;
    rc_arena_init(&arena, out_of_memory, NULL);
    rc_intern_init(&names, &arena);
    rc_diags_init(&diags, &arena, 0);
    struct rc_source *source = rc_source_new(&arena, "test.ractor", text, strlen(text));
    struct rc_file *file = rc_parse(&arena, &names, &diags, source);
    rc_sema_init(&sema, &arena, &names, &diags);
    rc_sema_declare(&sema, file);
    rc_sema_check(&sema, file);
    ck_assert_uint_eq(diags.n_errors, 0);
    for (size_t i = 0; i < file->decls.count && result == 0; i++) {
        if (file->decls.items[i]->kind == RC_DECL_ENUM)
            result = rc_fingerprint(file->decls.items[i], &arena);
    }
    rc_arena_fini(&arena);
    return result;
}

static const char base[] = "struct P { x: u8, next: vec<P>, u: U } union U { A, B(t: string) }\n"
                           "enum E { One(a: u8, p: P), [rpc] Two(b: i64) -> vec<string> }";

START_TEST(what_is_not_on_the_wire_does_not_count)
{
    static const char *const same[] = {
        "struct P { x: u8, next: vec<P>, u: U } union U { A, B(t: string) }\n"
        "enum Other { One(c: u8, d: P), [rpc] Two(i64) -> vec<string> }",
        "union W { B(s: string), A }\nstruct Q { y: u8, n: vec<Q>, w: W }\n"
        "enum E { [rpc] Two(b: i64) -> vec<string>, One(a: u8, p: Q) }",
        "package a.b; struct P { x: u8, next: vec<P>, u: U } union U { A, B([max = 3] t: string) "
        "}\n"
        "/// Doc.\nenum E { One(a: u8, p: P), [deprecated, rpc(timeout = 1s)] Two(b: i64) -> "
        "vec<string> }",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        ck_assert_msg(fingerprint(same[i]) == fingerprint(base), "%s", same[i]);
}
END_TEST

START_TEST(what_is_on_the_wire_counts)
{
    static const char *const others[] = {
        "struct P { x: i8, next: vec<P>, u: U } union U { A, B(t: string) }\n"
        "enum E { One(a: u8, p: P), [rpc] Two(b: i64) -> vec<string> }",
        "struct P { x: u8, next: vec<P>, u: U } union U { A, C(t: string) }\n"
        "enum E { One(a: u8, p: P), [rpc] Two(b: i64) -> vec<string> }",
        "struct P { x: u8, next: vec<P>, u: U } union U { A, B(t: string) }\n"
        "enum E { One(p: P, a: u8), [rpc] Two(b: i64) -> vec<string> }",
        "struct P { x: u8, next: vec<P>, u: U } union U { A, B(t: string) }\n"
        "enum E { One(a: u8, p: P), [rpc] Two(b: i64) -> vec<bytes> }",
        "struct P { x: u8, next: vec<P>, u: U } union U { A, B(t: string) }\n"
        "enum E { One(a: u8, p: P), Two(b: i64) }",
        "struct P { x: u8, next: vec<P>, u: U } union U { A, B(t: string) }\n"
        "enum E { One(a: u8, p: P) }",
        "struct P { x: u8, next: vec<P>, u: U } union U { A, B(t: string) }\n"
        "enum E { One(a: u8, p: option<P>), [rpc] Two(b: i64) -> vec<string> }",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(fingerprint(others[i]) != fingerprint(base), "%s", others[i]);
}
END_TEST

START_TEST(the_number_of_a_schema_stays_what_it_is)
{
    ck_assert_uint_eq(
        fingerprint("enum E { Cast1(string, u64), [rpc] Call1(u8, i64) -> vec<string> }"),
        UINT64_C(0x6FC10DFB6C331FEB));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fingerprints");
    TCase *tcase = tcase_create("fingerprints");
    tcase_add_test(tcase, what_is_not_on_the_wire_does_not_count);
    tcase_add_test(tcase, what_is_on_the_wire_counts);
    tcase_add_test(tcase, the_number_of_a_schema_stays_what_it_is);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

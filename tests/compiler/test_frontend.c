/* SPDX-License-Identifier: MIT */
/* Lexer, parser and checks, on schemas in memory. */
#include "base/diag.h"
#include "sema/sema.h"
#include "syntax/parse.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One schema from text to annotated tree. */
struct front {
    struct rc_arena arena;
    struct rc_intern names;
    struct rc_diags diags;
    struct rc_file *file;
};

static void out_of_memory(void *user)
{
    (void)user;
    ck_abort_msg("out of memory");
}

static void front_init(struct front *front, const char *text)
{
    struct rc_sema sema;
    rc_arena_init(&front->arena, out_of_memory, NULL);
    rc_intern_init(&front->names, &front->arena);
    rc_diags_init(&front->diags, &front->arena, 0);
    struct rc_source *source = rc_source_new(&front->arena, "test.ractor", text, strlen(text));
    front->file = rc_parse(&front->arena, &front->names, &front->diags, source);
    rc_sema_init(&sema, &front->arena, &front->names, &front->diags);
    rc_sema_declare(&sema, front->file);
    rc_sema_check(&sema, front->file);
}

static void front_fini(struct front *front)
{
    rc_arena_fini(&front->arena);
}

/* Collects "line:column code" of each diagnostic. */
static void collect(void *user, const struct rc_diag *diag)
{
    char code[8];
    char line[64];
    struct rc_position position = rc_source_position(diag->span.source, diag->span.begin);
    (void)snprintf(line, sizeof line, "%zu:%zu %s\n", position.line, position.column,
                   rc_code_text(diag->code, code));
    strcat(user, line);
}

static void expect(const char *text, const char *wanted)
{
    struct front front;
    char found[1024] = "";
    const struct rc_diag_sink sink = {collect, found};
    front_init(&front, text);
    rc_diags_flush(&front.diags, &sink);
    ck_assert_str_eq(found, wanted);
    front_fini(&front);
}

START_TEST(doc_comments_belong_to_what_follows)
{
    struct front front;
    front_init(&front, "/// of the package\npackage a.b;\n/// One.\n///  Two.\n[local]\nenum E {\n"
                       "    /// of V\n    V(/// of x\n x: u8),\n}\n");
    ck_assert_uint_eq(front.diags.list.count, 0);
    ck_assert_str_eq(front.file->doc, "of the package");
    ck_assert_str_eq(front.file->package_name->text, "a.b");
    const struct rc_decl *decl = front.file->decls.items[0];
    ck_assert_str_eq(decl->doc, "One.\n Two.");
    ck_assert(decl->is_local);
    ck_assert_str_eq(decl->variants.items[0]->doc, "of V");
    ck_assert_str_eq(decl->variants.items[0]->fields.items[0]->doc, "of x");
    front_fini(&front);
}
END_TEST

START_TEST(comments_keep_their_exact_places)
{
    const char *text = "// a\n/* b\n * c */ enum E { /// d\n V } //// e\n";
    struct front front;
    front_init(&front, text);
    ck_assert_uint_eq(front.file->comments.count, 4);
    const struct rc_comment *comments = front.file->comments.items;
    ck_assert_int_eq(strncmp(text + comments[0].begin, "// a\n", 5), 0);
    ck_assert_uint_eq(comments[0].end - comments[0].begin, 4);
    ck_assert(comments[1].is_block && !comments[1].is_doc);
    ck_assert_int_eq(strncmp(text + comments[1].end - 2, "*/", 2), 0);
    ck_assert(comments[2].is_doc && comments[2].is_taken);
    ck_assert(!comments[3].is_doc);
    front_fini(&front);
}
END_TEST

START_TEST(attributes_become_members)
{
    struct front front;
    front_init(&front, "const N: u32 = 0x_10;\nenum E {\n  [rpc(timeout = 2min)] A -> u8,\n"
                       "  [deprecated(\"why\")] B([max = N, secret] x: string),\n}\n");
    ck_assert_uint_eq(front.diags.list.count, 0);
    const struct rc_decl *decl = front.file->decls.items[1];
    ck_assert(decl->variants.items[0]->is_rpc);
    ck_assert_uint_eq(decl->variants.items[0]->timeout_ms, 120000);
    ck_assert_str_eq(decl->variants.items[1]->deprecated, "why");
    ck_assert_uint_eq(decl->variants.items[1]->fields.items[0]->max, 16);
    ck_assert(decl->variants.items[1]->fields.items[0]->is_secret);
    front_fini(&front);
}
END_TEST

START_TEST(equal_types_are_one)
{
    struct front front;
    front_init(&front,
               "struct P { x: u8 }\nstruct A { a: vec<P>, b: vec< P >, c: vec<u8>, d: bytes,"
               " e: option<vec<P>>, f: map<string, P> }\n");
    ck_assert_uint_eq(front.diags.list.count, 0);
    struct rc_field **fields = front.file->decls.items[1]->fields.items;
    ck_assert_ptr_eq(fields[0]->type->type, fields[1]->type->type);
    ck_assert_ptr_eq(fields[2]->type->type, fields[3]->type->type);
    ck_assert_ptr_eq(fields[4]->type->type->args[0], fields[0]->type->type);
    ck_assert_str_eq(fields[5]->type->type->text->text, "map<string, P>");
    front_fini(&front);
}
END_TEST

START_TEST(keywords_may_be_names)
{
    expect("package enum.proto;\nenum E { Package(struct: u8, const: u8, import: string) }\n", "");
}
END_TEST

START_TEST(the_language_as_documented_is_accepted)
{
    expect("const MAX_NAME: u32 = 64;\n"
           "struct Point { x: f64, y: f64, }\n"
           "struct Member { name: string, joined_at: i64, home: option<Point> }\n"
           "union Presence { Online, Away(since: i64), Custom(text: string) }\n"
           "enum Client { Hello }\n"
           "enum Room {\n    Post(from: string, text: string),\n    Upload(bytes, u64),\n"
           "    [rpc] History(n: u8, since: i64) -> vec<string>,\n"
           "    [rpc(timeout = 500ms)] Who() -> vec<Member>,\n"
           "    [rpc] Join(who: Member, me: actor<Client>) -> result<unit, string>,\n"
           "    [deprecated(\"use Post\")] Say(text: string),\n"
           "    State(p: Presence, m: map<string, vec<Presence>>),\n}\n"
           "[local] enum Sampler { Start(ctx: ptr<struct perf_ctx>), Stop }\n",
           "");
}
END_TEST

START_TEST(recursion_through_vec_option_and_map_is_fine)
{
    expect("struct Tree { kids: vec<Tree>, next: option<Tree>, named: map<string, Tree> }\n", "");
}
END_TEST

START_TEST(one_run_shows_all_errors_in_order)
{
    expect(
        "enum E {\n  A(x: strng),\n  B(y: ),\n  [rpc] C,\n  D(z: nope),\n}\nstruct S { t: int }\n",
        "2:8 E0302\n3:8 E0201\n4:9 E0501\n5:8 E0302\n7:15 E0302\n");
}
END_TEST

START_TEST(recovery_reaches_the_next_declaration)
{
    expect("package ;\nimport 3;\nconst = ;\nenum E { A(x: strng) }\n",
           "1:9 E0201\n2:8 E0201\n3:7 E0201\n4:15 E0302\n");
}
END_TEST

START_TEST(warnings_name_what_is_unusual)
{
    expect("package Demo;\nconst max: u8 = 1;\nenum room { post(Text: u8) }\n/// lost\n",
           "1:9 W0908\n2:7 W0904\n3:6 W0901\n3:13 W0902\n3:18 W0903\n4:1 W0907\n");
}
END_TEST

START_TEST(errors_are_capped_but_counted)
{
    struct front front;
    char text[4096] = "enum E {";
    for (int i = 0; i < 30; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "V%d(x: nope),", i);
    strcat(text, "}");
    front_init(&front, "");
    front.diags.max_errors = 20;
    struct rc_sema sema;
    struct rc_source *source = rc_source_new(&front.arena, "t", text, strlen(text));
    struct rc_file *file = rc_parse(&front.arena, &front.names, &front.diags, source);
    rc_sema_init(&sema, &front.arena, &front.names, &front.diags);
    rc_sema_declare(&sema, file);
    rc_sema_check(&sema, file);
    ck_assert_uint_eq(front.diags.n_errors, 30);
    ck_assert_uint_eq(front.diags.list.count, 20);
    front_fini(&front);
}
END_TEST

START_TEST(near_names_are_suggested_and_far_ones_are_not)
{
    static const char *const names[] = {"string", "u32", "vec", "timeout"};
    ck_assert_str_eq(rc_nearest("strng", names, 4), "string");
    ck_assert_str_eq(rc_nearest("String", names, 4), "string");
    ck_assert_str_eq(rc_nearest("tiemout", names, 4), "timeout");
    ck_assert_ptr_null(rc_nearest("banana", names, 4));
    ck_assert_ptr_null(rc_nearest("", names, 4));
}
END_TEST

START_TEST(positions_count_bytes_from_one)
{
    struct front front;
    front_init(&front, "");
    struct rc_source *source = rc_source_new(&front.arena, "t", "ab\n\ncd", 6);
    ck_assert_uint_eq(source->n_lines, 3);
    struct rc_position end = rc_source_position(source, 6);
    ck_assert_uint_eq(end.line, 3);
    ck_assert_uint_eq(end.column, 3);
    ck_assert_uint_eq(rc_source_position(source, 2).line, 1);
    ck_assert_uint_eq(rc_source_position(source, 3).line, 2);
    front_fini(&front);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rcgen front end");
    TCase *tcase = tcase_create("front end");
    tcase_add_test(tcase, doc_comments_belong_to_what_follows);
    tcase_add_test(tcase, comments_keep_their_exact_places);
    tcase_add_test(tcase, attributes_become_members);
    tcase_add_test(tcase, equal_types_are_one);
    tcase_add_test(tcase, keywords_may_be_names);
    tcase_add_test(tcase, the_language_as_documented_is_accepted);
    tcase_add_test(tcase, recursion_through_vec_option_and_map_is_fine);
    tcase_add_test(tcase, one_run_shows_all_errors_in_order);
    tcase_add_test(tcase, recovery_reaches_the_next_declaration);
    tcase_add_test(tcase, warnings_name_what_is_unusual);
    tcase_add_test(tcase, errors_are_capped_but_counted);
    tcase_add_test(tcase, near_names_are_suggested_and_far_ones_are_not);
    tcase_add_test(tcase, positions_count_bytes_from_one);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

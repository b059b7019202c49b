/* SPDX-License-Identifier: MIT */
/* The sentences of the schema language. Actions only call builders of ast/. */
%code requires {
#include "syntax/scan.h"
}

%code {
#include "syntax/brackets.h"
#include "syntax/lexer.h"
#include "syntax/parse.h"
#include "syntax/syntax_error.h"

#include <stdlib.h>

#define YYLLOC_DEFAULT(current, rhs, n)                                                            \
    do {                                                                                           \
        (current).begin = (n) != 0 ? YYRHSLOC(rhs, 1).begin : YYRHSLOC(rhs, 0).end;                \
        (current).end = (n) != 0 ? YYRHSLOC(rhs, n).end : YYRHSLOC(rhs, 0).end;                    \
    } while (0)

/* Tokens come by way of the brackets. */
#undef yylex
#define yylex(value, loc, scanner) rc_brackets_next(scan, value, loc, scanner)

#define B (&scan->builder)
#define NO_NAME ((struct rc_ident){0})

static void yyerror(const struct rc_loc *loc, void *scanner, struct rc_scan *scan,
                    const char *message);
}

%define api.pure full
%define api.prefix {rc_yy}
%define api.location.type {struct rc_loc}
%define parse.error custom
%define parse.lac full
%locations
%param {void *scanner}
%parse-param {struct rc_scan *scan}
%expect 0

%union {
    struct rc_ident ident;
    struct rc_literal *literal;
    struct rc_path *path;
    struct rc_type_node *type;
    struct rc_attr *attr;
    struct rc_attr_list *attrs;
    struct rc_field *field;
    struct rc_fields *fields;
    struct rc_variant *variant;
    struct rc_variants *variants;
}

%token <ident> NAME "a name"
%token <ident> PACKAGE "`package`" IMPORT "`import`" PROTO "`proto`" CONST "`const`"
%token <ident> STRUCT "`struct`" UNION "`union`" ENUM "`enum`"
%token <literal> NUMBER "a number" STRING "a string" CHARACTER "a character"
%token ARROW "`->`"
%token '[' "`[`" ']' "`]`" '{' "`{`" '}' "`}`" '(' "`(`" ')' "`)`" '<' "`<`" '>' "`>`"
%token ',' "`,`" ';' "`;`" ':' "`:`" '.' "`.`" '=' "`=`" '-' "`-`"
%token YYEOF 0 "the end of the file"

%type <ident> name tag
%type <literal> literal
%type <path> path
%type <type> type generic type_arg reply
%type <attr> attr attr_open
%type <attrs> attrs group
%type <field> field
%type <fields> params fields field_list
%type <variant> variant
%type <variants> variants variant_list

%%

file:
    %empty
  | file item
;

item:
    PACKAGE path ';'            { rc_ast_package(B, $path, @PACKAGE.begin, @path.end); }
  | IMPORT STRING ';'           { rc_ast_import(B, $STRING, false); }
  | IMPORT PROTO STRING ';'     { rc_ast_import(B, $STRING, true); }
  | attrs CONST name ':' type '=' literal ';' {
        struct rc_decl *decl =
            rc_ast_decl(B, RC_DECL_CONST, $attrs, $name, @CONST.begin, @literal.end);
        decl->const_type = $type;
        decl->value = *$literal;
    }
  | attrs STRUCT name '{' fields '}' {
        struct rc_decl *decl = rc_ast_decl(B, RC_DECL_STRUCT, $attrs, $name, @STRUCT.begin, @6.end);
        decl->fields = *$fields;
    }
  | attrs UNION name '{' variants '}' {
        struct rc_decl *decl = rc_ast_decl(B, RC_DECL_UNION, $attrs, $name, @UNION.begin, @6.end);
        decl->variants = *$variants;
    }
  | attrs ENUM name '{' variants '}' {
        struct rc_decl *decl = rc_ast_decl(B, RC_DECL_ENUM, $attrs, $name, @ENUM.begin, @6.end);
        decl->variants = *$variants;
    }
  | error ';'                   { yyerrok; }
  | error '}'                   { yyerrok; }
;

variants:
    %empty                      { $$ = rc_arena_alloc(B->arena, sizeof *$$); }
  | variant_list
  | variant_list ','
;

variant_list:
    variant {
        $$ = rc_arena_alloc(B->arena, sizeof *$$);
        if ($variant != NULL)
            *rc_list_add(B->arena, $$) = $variant;
    }
  | variant_list ',' variant {
        $$ = $1;
        if ($variant != NULL)
            *rc_list_add(B->arena, $$) = $variant;
    }
  | variant_list error          { $$ = $1; }
;

variant:
    attrs name params reply     { $$ = rc_ast_variant(B, $attrs, $name, $params, $reply,
                                                      @$.end); }
  | error                       { $$ = NULL; }
;

params:
    %empty                      { $$ = NULL; }
  | '(' fields ')'              { /* What a list that was never closed holds is guesswork. */
                                  $$ = @3.end > @3.begin ? $fields : NULL; }
;

fields:
    %empty                      { $$ = rc_arena_alloc(B->arena, sizeof *$$); }
  | field_list
  | field_list ','
;

field_list:
    field {
        $$ = rc_arena_alloc(B->arena, sizeof *$$);
        if ($field != NULL)
            *rc_list_add(B->arena, $$) = $field;
    }
  | field_list ',' field {
        $$ = $1;
        if ($field != NULL)
            *rc_list_add(B->arena, $$) = $field;
    }
  | field_list error            { $$ = $1; }
;

field:
    attrs name ':' type         { $$ = rc_ast_field(B, $attrs, $name, $type, @name.begin); }
  | attrs type                  { $$ = rc_ast_field(B, $attrs, NO_NAME, $type, @type.begin); }
  | error                       { $$ = NULL; }
;

reply:
    %empty                      { $$ = NULL; }
  | ARROW type                  { $$ = $type; }
;

type:
    path                        { $$ = rc_ast_type(B, $path); }
  | generic '>'                 { $$ = $generic;
                                  $$->span.end = @2.end; }
;

generic:
    path '<' type_arg           { $$ = rc_ast_type_arg(B, rc_ast_type(B, $path), $type_arg,
                                                       @type_arg.end); }
  | generic ',' type_arg        { $$ = rc_ast_type_arg(B, $1, $type_arg, @type_arg.end); }
;

type_arg:
    type
  | tag NAME {
        $$ = rc_ast_type(B, rc_ast_path(B, NULL, $NAME));
        $$->c_tag = $tag.name->text;
        $$->span.begin = @tag.begin;
    }
  | CONST type_arg {
        $$ = $2;
        $$->is_const = true;
        $$->span.begin = @CONST.begin;
    }
;

tag: STRUCT | UNION | ENUM;

path:
    name                        { $$ = rc_ast_path(B, NULL, $name); }
  | path '.' name               { $$ = rc_ast_path(B, $1, $name); }
;

name: NAME | PACKAGE | IMPORT | PROTO | CONST | STRUCT | UNION | ENUM;

attrs:
    %empty                      { $$ = NULL; }
  | attrs '[' group ']'         { $$ = $1;
                                  if ($$ == NULL)
                                      $$ = rc_ast_attr_list(B, NULL, NULL, @2.begin);
                                  for (size_t i = 0; i < $group->attrs.count; i++)
                                      rc_ast_attr_list(B, $$, &$group->attrs.items[i], @2.begin); }
;

group:
    attr                        { $$ = rc_ast_attr_list(B, NULL, $attr, @attr.begin); }
  | group ',' attr              { $$ = rc_ast_attr_list(B, $1, $attr, @attr.begin); }
;

attr:
    name                        { $$ = rc_ast_attr(B, $name); }
  | name '(' ')'                { $$ = rc_ast_attr(B, $name); }
  | name '=' literal            { $$ = rc_ast_attr(B, $name);
                                  rc_ast_attr_arg(B, $$, NO_NAME, $literal); }
  | attr_open ')'               { $$ = $attr_open;
                                  $$->span.end = @2.end; }
  | error                       { $$ = NULL; }
;

attr_open:
    name '(' literal            { $$ = rc_ast_attr(B, $name);
                                  rc_ast_attr_arg(B, $$, NO_NAME, $literal); }
  | name '(' name[key] '=' literal {
        $$ = rc_ast_attr(B, $1);
        rc_ast_attr_arg(B, $$, $key, $literal);
    }
  | attr_open ',' literal       { $$ = $1;
                                  rc_ast_attr_arg(B, $$, NO_NAME, $literal); }
  | attr_open ',' name '=' literal {
        $$ = $1;
        rc_ast_attr_arg(B, $$, $name, $literal);
    }
;

literal:
    NUMBER
  | '-' NUMBER                  { $$ = $2;
                                  $$->is_negative = true;
                                  $$->span.begin = @1.begin; }
  | STRING
  | CHARACTER
  | name                        { $$ = rc_ast_name_literal(B, $name); }
;

%%

static void yyerror(const struct rc_loc *loc, void *scanner, struct rc_scan *scan,
                    const char *message)
{
    (void)scanner;
    (void)message; /* only "memory exhausted" comes this way: the parser's stack is at its limit */
    rc_report(B->diags, RC_NESTED_TOO_DEEPLY, rc_ast_span(B, loc->begin, loc->end),
              "this nests too deeply");
}

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner, struct rc_scan *scan)
{
    yysymbol_kind_t kinds[RC_MAX_EXPECTED];
    const char *expected[RC_MAX_EXPECTED];
    bool is_keyword[RC_MAX_EXPECTED];
    const struct rc_loc *loc = yypcontext_location(context);
    int count = yypcontext_expected_tokens(context, kinds, RC_MAX_EXPECTED);
    (void)scanner;
    if (scan->brackets.is_made_up)
        return 0; /* what is missing has been reported */
    for (int i = 0; i < count; i++) {
        expected[i] = yysymbol_name(kinds[i]);
        is_keyword[i] = kinds[i] >= YYSYMBOL_PACKAGE && kinds[i] <= YYSYMBOL_ENUM;
    }
    rc_syntax_error(scan, *loc, yypcontext_token(context) == YYSYMBOL_YYEOF, expected, is_keyword,
                    count > 0 ? (size_t)count : 0);
    return 0;
}

struct rc_file *rc_parse(struct rc_arena *arena, struct rc_intern *names, struct rc_diags *diags,
                         struct rc_source *source)
{
    struct rc_file *file = rc_arena_alloc(arena, sizeof *file);
    struct rc_scan scan = {.builder = {arena, names, diags, file}};
    void *scanner = NULL;
    size_t n_errors = diags->n_errors;
    file->source = source;
    file->doc = "";
    file->package_name = rc_intern(names, "", 0);
    if (rc_yylex_init_extra(&scan, &scanner) != 0)
        abort(); /* only allocation can fail there, and the arena's does not */
    (void)rc_yy_scan_bytes(source->text, (int)source->length, scanner);
    (void)rc_yyparse(scanner, &scan);
    (void)rc_yylex_destroy(scanner);
    file->is_broken = diags->n_errors != n_errors;
    return file;
}

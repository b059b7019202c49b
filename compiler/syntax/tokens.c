/* SPDX-License-Identifier: MIT */
#include "syntax/tokens.h"

#include "parser.h"
#include "syntax/scan.h"

#define YYSTYPE RC_YYSTYPE
#define YYLTYPE RC_YYLTYPE
#include "syntax/lexer.h"

#include <stdlib.h>

static int kind_of(int token)
{
    switch (token) {
    case NAME:
    case PACKAGE:
    case IMPORT:
    case PROTO:
    case CONST:
    case STRUCT:
    case UNION:
    case ENUM:
        return RC_TOKEN_WORD;
    case NUMBER:
    case STRING:
    case CHARACTER:
        return RC_TOKEN_LITERAL;
    case ARROW:
        return RC_TOKEN_ARROW;
    default:
        return token;
    }
}

struct rc_tokens rc_tokenize(struct rc_arena *arena, struct rc_intern *names,
                             struct rc_source *source)
{
    struct rc_tokens tokens = {0};
    struct rc_diags diags; /* stays empty: the source has parsed */
    struct rc_file file = {.source = source};
    struct rc_scan scan = {.builder = {arena, names, &diags, &file}};
    struct rc_token *token;
    void *scanner = NULL;
    rc_diags_init(&diags, arena, 0);
    if (rc_yylex_init_extra(&scan, &scanner) != 0)
        abort(); /* only allocation can fail there, and the arena's does not */
    (void)rc_yy_scan_bytes(source->text, (int)source->length, scanner);
    do {
        RC_YYSTYPE value;
        struct rc_loc loc = {0, 0};
        int kind = kind_of(rc_yylex(&value, &loc, scanner));
        token = rc_list_add(arena, &tokens);
        *token = (struct rc_token){kind, loc.begin, loc.end};
    } while (token->kind != RC_TOKEN_END);
    token->begin = token->end = (uint32_t)source->length;
    (void)rc_yylex_destroy(scanner);
    return tokens;
}

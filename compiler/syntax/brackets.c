/* SPDX-License-Identifier: MIT */
#include "syntax/brackets.h"

#define YYSTYPE RC_YYSTYPE
#define YYLTYPE RC_YYLTYPE
#include "syntax/lexer.h"

/* As many as are looked at to see what attributes belong to. */
#define MAX_ATTRIBUTE_TOKENS 64

/* A token that was read ahead. */
struct rc_lexeme {
    int token;
    RC_YYSTYPE value;
    struct rc_loc loc;
};

struct rc_bracket {
    int token; /* the one that opens */
    struct rc_loc loc;
    size_t n_errors; /* when it was opened */
};

/* ------------------------------------------------------------------ reading ahead */

static struct rc_lexeme lex(void *scanner)
{
    struct rc_lexeme lexeme = {.loc = {0, 0}};
    lexeme.token = rc_yylex(&lexeme.value, &lexeme.loc, scanner);
    return lexeme;
}

/* The token behind `n` others that have not been taken. */
static int peek(struct rc_scan *scan, size_t n, void *scanner)
{
    struct rc_brackets *brackets = &scan->brackets;
    while (brackets->ahead.count <= brackets->n_taken + n)
        *rc_list_add(scan->builder.arena, &brackets->ahead) = lex(scanner);
    return brackets->ahead.items[brackets->n_taken + n].token;
}

static struct rc_lexeme take(struct rc_scan *scan, void *scanner)
{
    struct rc_brackets *brackets = &scan->brackets;
    if (brackets->n_taken == brackets->ahead.count)
        return lex(scanner);
    struct rc_lexeme lexeme = brackets->ahead.items[brackets->n_taken++];
    if (brackets->n_taken == brackets->ahead.count)
        brackets->n_taken = brackets->ahead.count = 0;
    return lexeme;
}

/* It will be the next to be taken. */
static void put_back(struct rc_scan *scan, const struct rc_lexeme *lexeme)
{
    struct rc_brackets *brackets = &scan->brackets;
    if (brackets->n_taken != 0) {
        brackets->n_taken--;
    } else {
        (void)rc_list_add(scan->builder.arena, &brackets->ahead);
        for (size_t i = brackets->ahead.count - 1; i > 0; i--)
            brackets->ahead.items[i] = brackets->ahead.items[i - 1];
    }
    brackets->ahead.items[brackets->n_taken] = *lexeme;
}

/* ------------------------------------------------------------------ what is open */

static int closer_of(int opener)
{
    switch (opener) {
    case '(':
        return ')';
    case '[':
        return ']';
    case '{':
        return '}';
    case '<':
        return '>';
    default:
        return 0;
    }
}

/* How many of the innermost brackets to leave so that what `closer` closes is the innermost; as
 * many as there are when it closes none of them. */
static size_t depth_of(const struct rc_brackets *brackets, int closer)
{
    size_t depth = 0;
    while (depth < brackets->open.count &&
           closer_of(brackets->open.items[brackets->open.count - 1 - depth].token) != closer)
        depth++;
    return depth;
}

static void follow(struct rc_scan *scan, const struct rc_lexeme *lexeme)
{
    struct rc_brackets *brackets = &scan->brackets;
    if (closer_of(lexeme->token) != 0) {
        *rc_list_add(scan->builder.arena, &brackets->open) =
            (struct rc_bracket){lexeme->token, lexeme->loc, scan->builder.diags->n_errors};
    } else if (lexeme->token == ')' || lexeme->token == ']' || lexeme->token == '}' ||
               lexeme->token == '>') {
        size_t depth = depth_of(brackets, lexeme->token);
        if (depth < brackets->open.count)
            brackets->open.count -= depth + 1;
    }
}

/* ------------------------------------------------------------------ where none can go on */

static bool is_name(int token)
{
    return token == NAME || token == PROTO || token == PACKAGE || token == IMPORT ||
           token == CONST || token == STRUCT || token == UNION || token == ENUM;
}

/* Whether a declaration starts with the keyword `token`, behind which `n` more tokens have been
 * looked at. Keywords are names, too: so it takes what no variant and no field goes on with. */
static bool begins_declaration(struct rc_scan *scan, int token, size_t n, void *scanner)
{
    switch (token) {
    case STRUCT:
    case UNION:
    case ENUM:
        return is_name(peek(scan, n, scanner)) && peek(scan, n + 1, scanner) == '{';
    case CONST:
        return is_name(peek(scan, n, scanner)) && peek(scan, n + 1, scanner) == ':';
    case IMPORT:
        return peek(scan, n, scanner) == STRING;
    case PACKAGE:
        return is_name(peek(scan, n, scanner));
    default:
        return false;
    }
}

/* The same with attributes before it, of which `[` has just been taken. */
static bool begins_with_attributes(struct rc_scan *scan, void *scanner)
{
    for (size_t n = 0; n < MAX_ATTRIBUTE_TOKENS; n++) {
        int token = peek(scan, n, scanner);
        if (token == 0)
            return false;
        if (token != ']')
            continue;
        token = peek(scan, ++n, scanner);
        if (token != '[')
            return begins_declaration(scan, token, n + 1, scanner);
    }
    return false;
}

static bool is_at_line_start(const struct rc_scan *scan, struct rc_loc loc)
{
    return loc.begin == 0 || scan->builder.file->source->text[loc.begin - 1] == '\n';
}

/* How many brackets must be closed before the token. */
static size_t n_to_close(struct rc_scan *scan, const struct rc_lexeme *lexeme, void *scanner)
{
    const struct rc_brackets *brackets = &scan->brackets;
    if (lexeme->token == 0)
        return brackets->open.count;
    if (lexeme->token == '}') {
        size_t depth = depth_of(brackets, '}');
        return depth < brackets->open.count ? depth : 0;
    }
    if (!is_at_line_start(scan, lexeme->loc))
        return 0;
    bool is_outside = lexeme->token == '[' ? begins_with_attributes(scan, scanner)
                                           : begins_declaration(scan, lexeme->token, 0, scanner);
    return is_outside ? brackets->open.count : 0;
}

/* Says so of the innermost, unless something has been said of what stands in it. */
static void report(struct rc_scan *scan, const struct rc_lexeme *before)
{
    struct rc_builder *builder = &scan->builder;
    const struct rc_bracket *open = &scan->brackets.open.items[scan->brackets.open.count - 1];
    if (builder->diags->n_errors != open->n_errors)
        return;
    const char *what =
        before->token == 0
            ? "the end of the file"
            : rc_arena_printf(builder->arena, "`%.*s`", (int)(before->loc.end - before->loc.begin),
                              builder->file->source->text + before->loc.begin);
    struct rc_diag *diag = rc_report(builder->diags, RC_SYNTAX,
                                     rc_ast_span(builder, before->loc.begin, before->loc.end),
                                     "expected `%c` before %s", closer_of(open->token), what);
    rc_note(diag, rc_ast_span(builder, open->loc.begin, open->loc.end), "to close this `%c`",
            open->token);
}

static int close_one(struct rc_scan *scan, RC_YYSTYPE *value, struct rc_loc *loc)
{
    struct rc_brackets *brackets = &scan->brackets;
    brackets->n_closing--;
    brackets->is_made_up = true;
    value->ident = (struct rc_ident){0};
    *loc = brackets->ahead.items[brackets->n_taken].loc;
    loc->end = loc->begin;
    return closer_of(brackets->open.items[--brackets->open.count].token);
}

int rc_brackets_next(struct rc_scan *scan, RC_YYSTYPE *value, struct rc_loc *loc, void *scanner)
{
    struct rc_brackets *brackets = &scan->brackets;
    if (brackets->n_closing != 0)
        return close_one(scan, value, loc);
    struct rc_lexeme lexeme = take(scan, scanner);
    if (brackets->open.count != 0)
        brackets->n_closing = n_to_close(scan, &lexeme, scanner);
    if (brackets->n_closing != 0) {
        report(scan, &lexeme);
        put_back(scan, &lexeme);
        return close_one(scan, value, loc);
    }
    follow(scan, &lexeme);
    brackets->is_made_up = false;
    *value = lexeme.value;
    *loc = lexeme.loc;
    return lexeme.token;
}

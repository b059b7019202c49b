/* SPDX-License-Identifier: MIT */
#include "syntax/syntax_error.h"

#include "base/buffer.h"

#include <string.h>

#define MAX_NAMED 6

static bool has(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i], text) == 0)
            return true;
    }
    return false;
}

/* What could go on with any name or type says little beside what could follow it. */
static bool is_continuation(const char *name)
{
    return strcmp(name, "`.`") == 0 || strcmp(name, "`<`") == 0;
}

/* Drops keywords where a name is expected, too. */
static size_t select(const char *const *expected, const bool *is_keyword, size_t n_expected,
                     const char **chosen)
{
    bool any_name = has(expected, n_expected, "a name");
    size_t count = 0;
    for (size_t i = 0; i < n_expected; i++) {
        bool is_noise = n_expected > 2 && is_continuation(expected[i]);
        if (!is_noise && !(any_name && is_keyword[i]))
            chosen[count++] = expected[i];
    }
    return count;
}

static const char *join(struct rc_arena *arena, const char *const *names, size_t count)
{
    struct rc_buffer text;
    rc_buffer_init(&text, arena);
    for (size_t i = 0; i < count; i++) {
        if (i != 0)
            rc_buffer_puts(&text, i + 1 == count ? " or " : ", ");
        rc_buffer_puts(&text, names[i]);
    }
    return rc_buffer_text(&text);
}

/* Slips that have a name. */
static void add_hint(struct rc_diag *diag, const char *found, const char *const *names,
                     size_t count)
{
    bool wants_comma = has(names, count, "`,`");
    if (strcmp(found, ";") == 0 && has(names, count, "`enum`"))
        rc_hint(diag, "declarations in braces are not followed by `;`");
    else if (strcmp(found, "}") != 0 && wants_comma && has(names, count, "`}`"))
        rc_hint(diag, "separate them by `,`");
    else if (strcmp(found, "message") == 0 || strcmp(found, "class") == 0)
        rc_hint(diag, "declarations are `enum`, `struct`, `union` and `const`");
}

/* Whether the last thing that was reported is about these very bytes: a word that is none is not
 * expected anywhere either. */
static bool is_reported(const struct rc_builder *builder, struct rc_span span)
{
    const struct rc_diags *diags = builder->diags;
    if (diags->list.count == 0)
        return false;
    struct rc_span last = diags->list.items[diags->list.count - 1]->span;
    return last.source == span.source && last.begin == span.begin && span.end > span.begin;
}

void rc_syntax_error(struct rc_scan *scan, struct rc_loc loc, bool at_end,
                     const char *const *expected, const bool *is_keyword, size_t n_expected)
{
    struct rc_builder *builder = &scan->builder;
    const char *names[RC_MAX_EXPECTED];
    size_t count = select(expected, is_keyword, n_expected, names);
    struct rc_span span = rc_ast_span(builder, loc.begin, loc.end);
    if (is_reported(builder, span))
        return;
    const char *found = rc_arena_text(builder->arena, builder->file->source->text + loc.begin,
                                      loc.end - loc.begin < 40 ? loc.end - loc.begin : 40);
    const char *what =
        at_end ? "the end of the file" : rc_arena_printf(builder->arena, "`%s`", found);
    struct rc_diag *diag;
    if (count == 0 || count > MAX_NAMED)
        diag = rc_report(builder->diags, RC_SYNTAX, span, "%s is not expected here", what);
    else
        diag = rc_report(builder->diags, RC_SYNTAX, span, "expected %s, found %s",
                         join(builder->arena, names, count), what);
    if (!at_end)
        add_hint(diag, found, names, count);
}

/* SPDX-License-Identifier: MIT */
#include "backend_c/names.h"

#include "base/buffer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Who took a name. */
struct rc_c_owner {
    const char *what;
    struct rc_span span;
};

static bool starts_word(const char *name, size_t i)
{
    if (i == 0 || !isupper((unsigned char)name[i]) || name[i - 1] == '_')
        return false;
    return !isupper((unsigned char)name[i - 1]) || islower((unsigned char)name[i + 1]);
}

const char *rc_c_snake(struct rc_arena *arena, const char *name)
{
    size_t length = strlen(name);
    char *snake = rc_arena_alloc(arena, 2 * length + 1);
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (starts_word(name, i))
            snake[used++] = '_';
        snake[used++] = name[i] == '.' ? '_' : (char)tolower((unsigned char)name[i]);
    }
    return snake;
}

const char *rc_c_upper(struct rc_arena *arena, const char *name)
{
    size_t length = strlen(name);
    char *upper = rc_arena_alloc(arena, length + 1);
    for (size_t i = 0; i < length; i++)
        upper[i] = name[i] == '.' ? '_' : (char)toupper((unsigned char)name[i]);
    return upper;
}

/* Keywords of C11, C23 and C++20, and macros of the standard headers that are spelled like names.
 */
static const char *const keywords[] = {"NULL",
                                       "_Alignas",
                                       "_Alignof",
                                       "_Atomic",
                                       "_Bool",
                                       "_Complex",
                                       "_Generic",
                                       "_Imaginary",
                                       "_Noreturn",
                                       "_Static_assert",
                                       "_Thread_local",
                                       "alignas",
                                       "alignof",
                                       "and",
                                       "and_eq",
                                       "asm",
                                       "assert",
                                       "auto",
                                       "bitand",
                                       "bitor",
                                       "bool",
                                       "break",
                                       "case",
                                       "catch",
                                       "char",
                                       "char16_t",
                                       "char32_t",
                                       "char8_t",
                                       "class",
                                       "co_await",
                                       "co_return",
                                       "co_yield",
                                       "compl",
                                       "complex",
                                       "concept",
                                       "const",
                                       "const_cast",
                                       "consteval",
                                       "constexpr",
                                       "constinit",
                                       "continue",
                                       "decltype",
                                       "default",
                                       "delete",
                                       "do",
                                       "double",
                                       "dynamic_cast",
                                       "else",
                                       "enum",
                                       "errno",
                                       "explicit",
                                       "export",
                                       "extern",
                                       "false",
                                       "float",
                                       "for",
                                       "friend",
                                       "goto",
                                       "i386",
                                       "if",
                                       "imaginary",
                                       "inline",
                                       "int",
                                       "linux",
                                       "long",
                                       "mutable",
                                       "namespace",
                                       "new",
                                       "noexcept",
                                       "noreturn",
                                       "not",
                                       "not_eq",
                                       "nullptr",
                                       "operator",
                                       "or",
                                       "or_eq",
                                       "private",
                                       "protected",
                                       "public",
                                       "register",
                                       "reinterpret_cast",
                                       "requires",
                                       "restrict",
                                       "return",
                                       "short",
                                       "signed",
                                       "sizeof",
                                       "static",
                                       "static_assert",
                                       "static_cast",
                                       "stderr",
                                       "stdin",
                                       "stdout",
                                       "struct",
                                       "switch",
                                       "template",
                                       "this",
                                       "thread_local",
                                       "throw",
                                       "true",
                                       "try",
                                       "typedef",
                                       "typeid",
                                       "typename",
                                       "typeof",
                                       "typeof_unqual",
                                       "union",
                                       "unix",
                                       "unsigned",
                                       "using",
                                       "virtual",
                                       "void",
                                       "volatile",
                                       "wchar_t",
                                       "while",
                                       "xor",
                                       "xor_eq"};

static int by_text(const void *name, const void *entry)
{
    return strcmp(name, *(const char *const *)entry);
}

/* The list is sorted. */
static bool is_in(const char *const *list, size_t count, const char *name)
{
    return bsearch(name, list, count, sizeof *list, by_text) != NULL;
}

const char *rc_c_member(struct rc_arena *arena, const char *name)
{
    if (is_in(keywords, sizeof keywords / sizeof *keywords, name))
        return rc_arena_printf(arena, "%s_", name);
    return name;
}

bool rc_c_is_stub_param(const char *name)
{
    static const char *const params[] = {"args",   "ctx",        "on_reply", "reply",
                                         "result", "timeout_ms", "to",       "user"};
    return is_in(params, sizeof params / sizeof *params, name);
}

void rc_c_names_init(struct rc_c_names *names, struct rc_arena *arena, struct rc_intern *interned,
                     struct rc_diags *diags)
{
    *names = (struct rc_c_names){.arena = arena, .interned = interned, .diags = diags};
    rc_map_init(&names->taken, arena);
}

/* The owner before; NULL when the name was free and now is taken. */
static struct rc_c_owner *claim(struct rc_c_names *names, const char *name, const char *what,
                                struct rc_span span)
{
    struct rc_c_owner *owner = rc_arena_alloc(names->arena, sizeof *owner);
    owner->what = what;
    owner->span = span;
    return rc_map_add(&names->taken, rc_intern_cstr(names->interned, name), owner);
}

void rc_c_take(struct rc_c_names *names, const char *name, const char *what, struct rc_span span)
{
    const struct rc_c_owner *earlier = claim(names, name, what, span);
    if (earlier == NULL)
        return;
    struct rc_diag *diag =
        rc_report(names->diags, RC_NAME_CLASH, span, "the C name `%s` of %s is taken", name, what);
    rc_note(diag, earlier->span, "by %s", earlier->what);
    rc_hint(diag, "rename one of the two");
}

const char *rc_c_take_free(struct rc_c_names *names, const char *name, const char *what,
                           struct rc_span span)
{
    while (claim(names, name, what, span) != NULL)
        name = rc_arena_printf(names->arena, "%s_", name);
    return name;
}

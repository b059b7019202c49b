/* SPDX-License-Identifier: MIT */
/*
 * What may be written at a place follows from the brackets that are open there and from the last
 * word before it, so that it works in a text that does not parse, as texts being written do.
 */
#include "lsp/features.h"
#include "sema/internal.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>

#define MAX_OPEN 64

/* CompletionItemKind of the protocol. */
enum item_kind {
    ITEM_FIELD = 5,
    ITEM_MODULE = 9,
    ITEM_PROPERTY = 10,
    ITEM_ENUM = 13,
    ITEM_KEYWORD = 14,
    ITEM_FILE = 17,
    ITEM_CONSTANT = 21,
    ITEM_STRUCT = 22,
    ITEM_TYPE = 25
};

/* What stands before the cursor. */
struct before {
    const char *text;
    size_t length;       /* up to the word that is being written */
    char open[MAX_OPEN]; /* brackets, the outermost first */
    size_t n_open;
    size_t last_begin; /* the last word or mark before it */
    size_t last_end;
    bool is_in_comment;
    bool is_in_string;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool last_is(const struct before *before, const char *text)
{
    size_t length = strlen(text);
    return before->last_end - before->last_begin == length &&
           memcmp(before->text + before->last_begin, text, length) == 0;
}

static char open_bracket(const struct before *before)
{
    return before->n_open != 0 && before->n_open <= MAX_OPEN ? before->open[before->n_open - 1]
                                                             : '\0';
}

/* Angles that were not closed end with what they stand in. */
static void leave_angles(struct before *before)
{
    while (open_bracket(before) == '<')
        before->n_open--;
}

static void take_mark(struct before *before, char mark)
{
    if (strchr("{([<", mark) != NULL) {
        if (before->n_open < MAX_OPEN)
            before->open[before->n_open] = mark;
        before->n_open++;
        return;
    }
    if (mark == '>') {
        if (open_bracket(before) == '<')
            before->n_open--;
    } else if (strchr("})];", mark) != NULL) {
        leave_angles(before);
        if (mark != ';' && before->n_open != 0)
            before->n_open--;
    }
}

/* The end of a comment, or of the text when it is not closed before `limit`. */
static size_t skip_comment(struct before *before, size_t at, size_t limit)
{
    const char *end = before->text[at + 1] == '/' ? "\n" : "*/";
    for (size_t i = at + 2; i + strlen(end) <= limit; i++) {
        if (memcmp(before->text + i, end, strlen(end)) == 0)
            return i + strlen(end);
    }
    before->is_in_comment = true;
    return limit;
}

/* The end of a string or character, which ends with its line at the latest. */
static size_t skip_quoted(struct before *before, size_t at, size_t limit)
{
    const char *text = before->text;
    for (size_t i = at + 1; i < limit && text[i] != '\n'; i++) {
        if (text[i] == text[at])
            return i + 1;
        if (text[i] == '\\')
            i++;
    }
    const char *line_end = memchr(text + at, '\n', limit - at);
    before->is_in_string = line_end == NULL;
    return line_end != NULL ? (size_t)(line_end - text) : limit;
}

/* Reads what begins at `at`, and gives where the next begins. */
static size_t take(struct before *before, size_t at, size_t limit)
{
    const char *text = before->text;
    size_t end = at + 1;
    if (isspace((unsigned char)text[at]))
        return end;
    if (text[at] == '/' && end < limit && (text[end] == '/' || text[end] == '*'))
        return skip_comment(before, at, limit);
    bool is_arrow = text[at] == '-' && end < limit && text[end] == '>';
    if (text[at] == '"' || text[at] == '\'') {
        end = skip_quoted(before, at, limit);
        if (before->is_in_string)
            return end; /* what stands before the string says more */
    } else if (is_arrow) {
        end++;
    } else if (is_word(text[at])) {
        while (end < limit && is_word(text[end]))
            end++;
    } else {
        take_mark(before, text[at]);
    }
    before->last_begin = at;
    before->last_end = end;
    return end;
}

static struct before look_before(const struct rc_source *source, size_t offset)
{
    struct before before = {.text = source->text, .length = offset};
    while (before.length > 0 && is_word(source->text[before.length - 1]))
        before.length--;
    for (size_t at = 0; at < before.length;)
        at = take(&before, at, before.length);
    return before;
}

static void add(json_t *items, const char *label, enum item_kind kind, json_t *detail)
{
    json_t *item = json_pack("{s:s, s:i}", "label", label, "kind", (int)kind);
    if (detail != NULL)
        json_object_set_new(item, "detail", detail);
    json_array_append_new(items, item);
}

static void add_words(json_t *items, const char *const *words, size_t n_words, enum item_kind kind)
{
    for (size_t i = 0; i < n_words; i++)
        add(items, words[i], kind, NULL);
}

static void add_builtins(json_t *items, bool with_generics)
{
    static const char *const generics[] = {"vec", "option", "map", "result", "actor", "ptr"};
    static const char *const scalars[] = {
#define RC_SPELLING(name, spelling, size) spelling,
        RC_BUILTINS(RC_SPELLING)
#undef RC_SPELLING
    };
    add_words(items, scalars, sizeof scalars / sizeof *scalars, ITEM_TYPE);
    if (with_generics)
        add_words(items, generics, sizeof generics / sizeof *generics, ITEM_TYPE);
}

/* Which declarations are wanted. */
enum wanted { VALUES, ENUMS, CONSTANTS };

static bool is_wanted(enum wanted wanted, enum rc_decl_kind kind)
{
    static const enum wanted groups[] = {[RC_DECL_ENUM] = ENUMS,
                                         [RC_DECL_UNION] = VALUES,
                                         [RC_DECL_STRUCT] = VALUES,
                                         [RC_DECL_CONST] = CONSTANTS};
    return groups[kind] == wanted;
}

static void add_decls(const struct rc_lsp_context *context, json_t *items,
                      const struct rc_file *file, enum wanted wanted, const char *before)
{
    static const enum item_kind kinds[] = {[RC_DECL_ENUM] = ITEM_ENUM,
                                           [RC_DECL_UNION] = ITEM_STRUCT,
                                           [RC_DECL_STRUCT] = ITEM_STRUCT,
                                           [RC_DECL_CONST] = ITEM_CONSTANT};
    for (size_t i = 0; i < file->decls.count; i++) {
        const struct rc_decl *decl = file->decls.items[i];
        if (!is_wanted(wanted, decl->kind) || decl->name.name == NULL)
            continue;
        const char *label = rc_arena_printf(context->arena, "%s%s%s", before,
                                            before[0] != '\0' ? "." : "", decl->name.name->text);
        add(items, label, kinds[decl->kind],
            decl->doc[0] != '\0' ? rc_lsp_string(context->arena, decl->doc) : NULL);
    }
}

/* The last part of a package's name, by which its types may be written. */
static const char *short_name(const struct rc_name *package)
{
    const char *dot = strrchr(package->text, '.');
    return dot != NULL ? dot + 1 : package->text;
}

/* What the file declares or imports. */
static void add_visible(const struct rc_lsp_context *context, json_t *items,
                        const struct rc_file *file, enum wanted wanted)
{
    add_decls(context, items, file, wanted, "");
    for (size_t i = 0; i < file->imports.count; i++) {
        const struct rc_file *imported = file->imports.items[i].file;
        if (imported == NULL)
            continue;
        bool is_same = imported->package_name == file->package_name;
        add_decls(context, items, imported, wanted,
                  is_same ? "" : short_name(imported->package_name));
    }
}

/* What follows `package.`, whose end is the last thing before the cursor. */
static void add_qualified(const struct rc_lsp_context *context, json_t *items,
                          const struct rc_file *file, const struct before *before,
                          enum wanted wanted)
{
    size_t end = before->last_begin;
    size_t begin = end;
    while (begin > 0 && (is_word(before->text[begin - 1]) || before->text[begin - 1] == '.'))
        begin--;
    for (size_t i = 0; i < file->imports.count; i++) {
        const struct rc_file *imported = file->imports.items[i].file;
        if (imported != NULL &&
            rc_lsp_is_package(before->text + begin, end - begin, imported->package_name))
            add_decls(context, items, imported, wanted, "");
    }
}

/* Whether the last thing before the cursor, a mark, stands behind this word. */
static bool is_behind(const struct before *before, const char *word)
{
    size_t length = strlen(word);
    size_t end = before->last_begin;
    while (end > 0 && isspace((unsigned char)before->text[end - 1]))
        end--;
    return end >= length && memcmp(before->text + end - length, word, length) == 0 &&
           (end == length || !is_word(before->text[end - length - 1]));
}

static void add_types(const struct rc_lsp_context *context, json_t *items,
                      const struct rc_file *file, const struct before *before)
{
    /* Inside of `actor<` stands an enum, which stands nowhere else. */
    bool is_actor = last_is(before, "<") && is_behind(before, "actor");
    if (!is_actor)
        add_builtins(items, true);
    add_visible(context, items, file, is_actor ? ENUMS : VALUES);
}

static void add_attributes(json_t *items)
{
    for (size_t i = 0; rc_sema_attr_name(i) != NULL; i++) {
        const char *name = rc_sema_attr_name(i);
        json_t *item = json_pack("{s:s, s:i}", "label", name, "kind", (int)ITEM_PROPERTY);
        json_object_set_new(
            item, "documentation",
            json_pack("{s:s, s:s}", "kind", "markdown", "value", rc_sema_attr_about(name)));
        json_array_append_new(items, item);
    }
}

static void add_top_level(json_t *items)
{
    static const char *const keywords[] = {"package", "import", "const", "struct", "union", "enum"};
    add_words(items, keywords, sizeof keywords / sizeof *keywords, ITEM_KEYWORD);
}

/* The schemas beside the file, for an import. */
static void add_files(const struct rc_lsp_context *context, json_t *items, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *folder =
        slash != NULL ? rc_arena_text(context->arena, path, (size_t)(slash + 1 - path)) : ".";
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);
        bool is_schema = length > 7 && strcmp(entry->d_name + length - 7, ".ractor") == 0;
        if (is_schema && strcmp(entry->d_name, slash != NULL ? slash + 1 : path) != 0)
            add(items, entry->d_name, ITEM_FILE, NULL);
    }
    if (dir != NULL)
        (void)closedir(dir);
}

/* Between brackets of attributes: a name, a value's, or an argument's. */
static void add_in_attribute(const struct rc_lsp_context *context, json_t *items,
                             const struct rc_file *file, const struct before *before)
{
    static const char *const arguments[] = {"timeout", "messages", "bytes"};
    if (last_is(before, "="))
        add_visible(context, items, file, CONSTANTS);
    else if (last_is(before, "(") && is_behind(before, "part_of"))
        add_visible(context, items, file, ENUMS);
    else if (open_bracket(before) == '(')
        add_words(items, arguments, sizeof arguments / sizeof *arguments, ITEM_FIELD);
    else if (last_is(before, "[") || last_is(before, ","))
        add_attributes(items);
}

static bool is_in_attribute(const struct before *before)
{
    for (size_t i = 0; i < before->n_open && i < MAX_OPEN; i++) {
        if (before->open[i] == '[')
            return true;
    }
    return false;
}

static void add_all(const struct rc_lsp_context *context, json_t *items, const struct rc_file *file,
                    const struct before *before)
{
    char open = open_bracket(before);
    bool is_type = last_is(before, ":") || last_is(before, "->") || open == '<' || open == '(';
    bool is_import = last_is(before, "import") || last_is(before, "proto");
    if (before->is_in_comment || (before->is_in_string && !is_import))
        return;
    if (before->is_in_string)
        add_files(context, items, file->source->path);
    else if (is_in_attribute(before))
        add_in_attribute(context, items, file, before);
    else if (last_is(before, "."))
        add_qualified(context, items, file, before, VALUES);
    else if (open == '\0' && last_is(before, ":"))
        add_builtins(items, false);
    else if (is_type)
        add_types(context, items, file, before);
    else if (open == '\0' && before->n_open == 0 && last_is(before, "="))
        add_visible(context, items, file, CONSTANTS);
    else if (last_is(before, "import"))
        add(items, "proto", ITEM_KEYWORD, NULL);
    else if (before->n_open == 0 && (before->last_end == 0 || last_is(before, ";") ||
                                     last_is(before, "}") || last_is(before, "]")))
        add_top_level(items);
}

json_t *rc_lsp_complete(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                        size_t offset)
{
    json_t *items = json_array();
    if (view->file == NULL)
        return items;
    const struct before before = look_before(view->file->source, offset);
    add_all(context, items, view->file, &before);
    return items;
}

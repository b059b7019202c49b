/* SPDX-License-Identifier: MIT */
/* Declarations, and what a dotted name means where it stands. */
#include "sema/internal.h"

#include "base/buffer.h"

#include <ctype.h>
#include <string.h>

static struct rc_package *package_of(struct rc_sema *sema, const struct rc_name *name)
{
    struct rc_package *package = rc_map_find(&sema->packages, name);
    if (package != NULL)
        return package;
    package = rc_arena_alloc(sema->arena, sizeof *package);
    package->name = name;
    rc_map_init(&package->decls, sema->arena);
    (void)rc_map_add(&sema->packages, name, package);
    return package;
}

static bool is_reserved_name(const char *name)
{
    static const char *const generics[] = {"vec", "option", "map", "result", "actor", "ptr"};
    enum rc_type_kind kind;
    for (size_t i = 0; i < sizeof generics / sizeof *generics; i++) {
        if (strcmp(generics[i], name) == 0)
            return true;
    }
    return rc_sema_builtin(name, &kind);
}

void rc_sema_declare(struct rc_sema *sema, struct rc_file *file)
{
    struct rc_package *package = package_of(sema, file->package_name);
    for (size_t i = 0; i < file->decls.count; i++) {
        struct rc_decl *decl = file->decls.items[i];
        const char *name = decl->name.name->text;
        if (decl->kind != RC_DECL_CONST && is_reserved_name(name)) {
            rc_report(sema->diags, RC_BUILT_IN_NAME, decl->name.span,
                      "`%s` is a built-in type and cannot be declared", name);
            continue;
        }
        struct rc_decl *earlier = rc_map_add(&package->decls, decl->name.name, decl);
        if (earlier != NULL) {
            struct rc_diag *diag = rc_report(sema->diags, RC_DUPLICATE_TYPE, decl->name.span,
                                             "`%s` is declared twice in this package", name);
            rc_note(diag, earlier->name.span, "first declared here");
        }
    }
}

const char *rc_path_text(struct rc_sema *sema, const struct rc_path *path)
{
    struct rc_buffer text;
    rc_buffer_init(&text, sema->arena);
    for (size_t i = 0; i < path->parts.count; i++) {
        if (i != 0)
            rc_buffer_puts(&text, ".");
        rc_buffer_puts(&text, path->parts.items[i].name->text);
    }
    return rc_buffer_text(&text);
}

/* Marks the import that brings `decl` in; false when there is none. */
static bool is_visible(const struct rc_file *file, const struct rc_decl *decl)
{
    if (decl->file == file)
        return true;
    for (size_t i = 0; i < file->imports.count; i++) {
        if (file->imports.items[i].file == decl->file) {
            file->imports.items[i].is_used = true;
            return true;
        }
    }
    return false;
}

/* Whether `qualifier` is the package's name or its last parts: chat for demo.chat. */
static bool names_package(const char *qualifier, const struct rc_name *package)
{
    size_t length = strlen(qualifier);
    if (length > package->length)
        return false;
    const char *tail = package->text + (package->length - length);
    return strcmp(tail, qualifier) == 0 && (tail == package->text || tail[-1] == '.');
}

/* All declarations that the current file may name, for "did you mean". */
static const char *suggest(struct rc_sema *sema, const char *wanted, bool with_builtins)
{
    static const char *const builtins[] = {
#define RC_SPELLING(name, spelling, size) spelling,
        RC_BUILTINS(RC_SPELLING)
#undef RC_SPELLING
            "vec",
        "option",
        "map",
        "result",
        "actor",
        "ptr"};
    RC_LIST(const char *) names = {0};
    struct rc_file *file = sema->file;
    if (with_builtins) {
        for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
            *rc_list_add(sema->arena, &names) = builtins[i];
    }
    for (size_t i = 0; i < file->decls.count; i++)
        *rc_list_add(sema->arena, &names) = file->decls.items[i]->name.name->text;
    for (size_t i = 0; i < file->imports.count; i++) {
        const struct rc_file *imported = file->imports.items[i].file;
        for (size_t j = 0; imported != NULL && j < imported->decls.count; j++)
            *rc_list_add(sema->arena, &names) =
                rc_arena_printf(sema->arena, "%s%s%s", imported->package_name->text,
                                imported->package_name->length != 0 ? "." : "",
                                imported->decls.items[j]->name.name->text);
    }
    return rc_nearest(wanted, names.items, names.count);
}

/* Names that other languages use for what the schema language has. */
static const char *foreign(const char *name)
{
    static const char *const pairs[][2] = {
        {"int", "i32"},      {"uint", "u32"},        {"long", "i64"},       {"float", "f32"},
        {"double", "f64"},   {"str", "string"},      {"String", "string"},  {"boolean", "bool"},
        {"void", "unit"},    {"byte", "u8"},         {"int32", "i32"},      {"int64", "i64"},
        {"uint8_t", "u8"},   {"uint32", "u32"},      {"uint32_t", "u32"},   {"uint64", "u64"},
        {"uint64_t", "u64"}, {"int8_t", "i8"},       {"int16_t", "i16"},    {"int32_t", "i32"},
        {"int64_t", "i64"},  {"uint16_t", "u16"},    {"usize", "u64"},      {"isize", "i64"},
        {"size_t", "u64"},   {"Vec", "vec"},         {"list", "vec"},       {"array", "vec"},
        {"repeated", "vec"}, {"optional", "option"}, {"Option", "option"},  {"Result", "result"},
        {"HashMap", "map"},  {"dict", "map"},        {"ActorRef", "actor"}, {"blob", "bytes"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (strcmp(pairs[i][0], name) == 0)
            return pairs[i][1];
    }
    return NULL;
}

static struct rc_decl *unknown(struct rc_sema *sema, const struct rc_path *path)
{
    const char *text = rc_path_text(sema, path);
    struct rc_diag *diag =
        rc_report(sema->diags, RC_UNKNOWN_TYPE, path->span, "unknown type `%s`", text);
    const char *near = foreign(text);
    if (near == NULL)
        near = suggest(sema, text, true);
    if (near != NULL)
        rc_hint(diag, "did you mean `%s`?", near);
    return NULL;
}

static struct rc_decl *not_imported(struct rc_sema *sema, const struct rc_path *path,
                                    const struct rc_decl *decl)
{
    struct rc_diag *diag =
        rc_report(sema->diags, RC_NOT_IMPORTED, path->span,
                  "`%s` is declared in a file that is not imported here", rc_path_text(sema, path));
    rc_note(diag, decl->name.span, "declared here");
    rc_hint(diag, "import that file");
    return NULL;
}

static struct rc_decl *lookup_in(struct rc_sema *sema, const struct rc_path *path,
                                 const struct rc_package *package)
{
    const struct rc_ident *last = &path->parts.items[path->parts.count - 1];
    struct rc_decl *decl = rc_map_find(&package->decls, last->name);
    if (decl == NULL)
        return unknown(sema, path);
    return is_visible(sema->file, decl) ? decl : not_imported(sema, path, decl);
}

/* Marks the imports that a qualifier may mean, so that only its being unclear is reported. */
static void use_all(const struct rc_file *file, const char *qualifier)
{
    for (size_t i = 0; i < file->imports.count; i++) {
        struct rc_import *import = &file->imports.items[i];
        if (import->file != NULL && names_package(qualifier, import->file->package_name))
            import->is_used = true;
    }
}

/* The one package among those of the file and its imports that `qualifier` names. */
static struct rc_package *find_package(struct rc_sema *sema, const struct rc_path *path,
                                       const char *qualifier)
{
    const struct rc_name *found = NULL;
    const struct rc_file *file = sema->file;
    if (names_package(qualifier, file->package_name))
        found = file->package_name;
    for (size_t i = 0; i < file->imports.count; i++) {
        const struct rc_file *imported = file->imports.items[i].file;
        if (imported == NULL || imported->package_name == found ||
            !names_package(qualifier, imported->package_name))
            continue;
        if (found != NULL && strcmp(found->text, qualifier) != 0) {
            struct rc_diag *diag = rc_report(sema->diags, RC_AMBIGUOUS_NAME, path->span,
                                             "`%s` may be package %s or %s", qualifier, found->text,
                                             imported->package_name->text);
            rc_hint(diag, "write the package's full name");
            use_all(file, qualifier);
            return NULL;
        }
        if (found == NULL || strcmp(imported->package_name->text, qualifier) == 0)
            found = imported->package_name;
    }
    if (found != NULL)
        return rc_map_find(&sema->packages, found);
    struct rc_diag *diag = rc_report(sema->diags, RC_UNKNOWN_PACKAGE, path->span,
                                     "no imported file has the package `%s`", qualifier);
    const char *near = suggest(sema, rc_path_text(sema, path), false);
    if (near != NULL)
        rc_hint(diag, "did you mean `%s`?", near);
    return NULL;
}

struct rc_decl *rc_sema_lookup(struct rc_sema *sema, const struct rc_path *path)
{
    if (path->parts.count == 1)
        return lookup_in(sema, path, package_of(sema, sema->file->package_name));
    struct rc_path qualifier = *path;
    qualifier.parts.count--;
    struct rc_package *package = find_package(sema, path, rc_path_text(sema, &qualifier));
    return package != NULL ? lookup_in(sema, path, package) : NULL;
}

static bool is_camel(const char *text)
{
    return isupper((unsigned char)text[0]) && strchr(text, '_') == NULL;
}

static bool is_snake(const char *text)
{
    for (; *text != '\0'; text++) {
        if (isupper((unsigned char)*text))
            return false;
    }
    return true;
}

static bool is_upper_snake(const char *text)
{
    for (; *text != '\0'; text++) {
        if (islower((unsigned char)*text))
            return false;
    }
    return true;
}

void rc_sema_check_spelling(struct rc_sema *sema, enum rc_code code, struct rc_ident ident)
{
    const char *text = ident.name->text;
    bool is_good = true;
    const char *convention = "UpperCamelCase";
    if (code == RC_TYPE_NAMING || code == RC_VARIANT_NAMING) {
        is_good = is_camel(text);
    } else if (code == RC_CONST_NAMING) {
        is_good = is_upper_snake(text);
        convention = "UPPER_SNAKE_CASE";
    } else {
        is_good = is_snake(text);
        convention = "snake_case";
    }
    if (!is_good)
        rc_report(sema->diags, code, ident.span, "`%s` is not in %s", text, convention);
}

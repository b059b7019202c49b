/* SPDX-License-Identifier: MIT */
#include "breaking/breaking.h"

#include "base/buffer.h"

#include <inttypes.h>
#include <string.h>

#define WIRE (RC_LEVEL_WIRE_RUST | RC_LEVEL_WIRE_C)
#define ALL (WIRE | RC_LEVEL_SOURCE)

struct comparison {
    struct rc_diags *diags;
    unsigned levels; /* that are asked for */
    bool is_local;   /* within a [local] enum: nothing is on the wire */
};

/* What a finding says: to whom, where, what was there, what to do. */
struct finding {
    enum rc_code code;
    unsigned levels;
    struct rc_span at;
    struct rc_span other; /* in the other file */
    const char *other_text;
    const char *hint;
};

static const char *names_of(unsigned levels)
{
    if (levels == RC_LEVEL_SOURCE)
        return "source";
    if (levels == WIRE)
        return "wire";
    return levels == ALL ? "wire and source" : "wire with C peers and source";
}

static void report(const struct comparison *comparison, const struct finding *finding,
                   const char *format, ...) __attribute__((format(printf, 3, 4)));

static void report(const struct comparison *comparison, const struct finding *finding,
                   const char *format, ...)
{
    unsigned levels = comparison->is_local ? finding->levels & RC_LEVEL_SOURCE : finding->levels;
    va_list arguments;
    if ((levels & comparison->levels) == 0)
        return;
    va_start(arguments, format);
    const char *what = rc_arena_vprintf(comparison->diags->arena, format, arguments);
    va_end(arguments);
    struct rc_diag *diag = rc_report(comparison->diags, finding->code, finding->at, "breaks %s: %s",
                                     names_of(levels), what);
    if (finding->other.source != NULL)
        rc_note(diag, finding->other, "%s", finding->other_text);
    rc_hint(diag, "%s", finding->hint);
}

/* ------------------------------------------------------------------ fields */

static const char *field_name(struct rc_arena *arena, const struct rc_field *field, size_t index)
{
    return field->name.name != NULL ? field->name.name->text
                                    : rc_arena_printf(arena, "arg%zu", index);
}

static struct rc_span field_place(const struct rc_field *field)
{
    return field->name.name != NULL ? field->name.span : field->type->span;
}

static void compare_types(const struct comparison *comparison, enum rc_code code, const char *what,
                          const struct rc_type_node *old_node, const struct rc_type_node *new_node)
{
    struct rc_arena *arena = comparison->diags->arena;
    const char *old_text = old_node->type->text->text;
    const char *new_text = new_node->type->text->text;
    if (strcmp(old_text, new_text) == 0)
        return; /* what of it has changed is found where it is declared */
    bool is_same =
        strcmp(rc_wire_form(arena, old_node->type), rc_wire_form(arena, new_node->type)) == 0;
    struct finding finding = {.code = is_same ? RC_BREAK_TYPE_NAME : code,
                              .levels = is_same ? RC_LEVEL_SOURCE : ALL,
                              .at = new_node->span,
                              .other = old_node->span,
                              .other_text = "it was this type",
                              .hint = is_same ? "users have to write the new type's name"
                                              : "keep it, and add a new variant with the new type"};
    report(comparison, &finding, "%s was `%s` and is `%s`", what, old_text, new_text);
}

static void compare_max(const struct comparison *comparison, const char *name,
                        const struct rc_field *old_field, const struct rc_field *new_field)
{
    if (new_field->max == 0 || (old_field->max != 0 && old_field->max <= new_field->max))
        return;
    struct finding finding = {.code = RC_BREAK_MAX,
                              .levels = ALL,
                              .at = field_place(new_field),
                              .other = field_place(old_field),
                              .other_text = "it was allowed to be longer here",
                              .hint = "bounds can only grow"};
    report(comparison, &finding, "`%s` may be %" PRIu64 " long, less than before", name,
           new_field->max);
}

static void compare_secret(const struct comparison *comparison, const char *name,
                           const struct rc_field *old_field, const struct rc_field *new_field)
{
    if (!old_field->is_secret || new_field->is_secret)
        return;
    struct finding finding = {.code = RC_BREAK_SECRET,
                              .levels = RC_LEVEL_SOURCE,
                              .at = field_place(new_field),
                              .other = field_place(old_field),
                              .other_text = "it was secret here",
                              .hint = "logs that were safe to keep would show it: keep [secret]"};
    report(comparison, &finding, "`%s` is no longer masked when printed", name);
}

/* Where the old field of this name is now; the count when it is gone. */
static size_t find_field(const struct rc_fields *fields, const struct rc_ident *name)
{
    size_t i = 0;
    while (i < fields->count && (fields->items[i]->name.name == NULL || name->name == NULL ||
                                 strcmp(fields->items[i]->name.name->text, name->name->text) != 0))
        i++;
    return i;
}

static void compare_field(const struct comparison *comparison, const struct rc_fields *old_fields,
                          const struct rc_fields *new_fields, size_t index)
{
    struct rc_arena *arena = comparison->diags->arena;
    const struct rc_field *old_field = old_fields->items[index];
    const struct rc_field *new_field = new_fields->items[index];
    const char *old_name = field_name(arena, old_field, index);
    const char *new_name = field_name(arena, new_field, index);
    if (strcmp(old_name, new_name) != 0) {
        bool has_moved = find_field(new_fields, &old_field->name) < new_fields->count &&
                         find_field(old_fields, &new_field->name) < old_fields->count;
        struct finding finding = {.code = has_moved ? RC_BREAK_ORDER : RC_BREAK_FIELD_NAME,
                                  .levels = has_moved ? ALL : RC_LEVEL_SOURCE,
                                  .at = field_place(new_field),
                                  .other = field_place(old_field),
                                  .other_text = "the field of this place was this one",
                                  .hint = has_moved
                                              ? "fields are matched by their place: keep the order"
                                              : "the name is in the generated code: keep it"};
        report(comparison, &finding, "field %zu was `%s` and is `%s`", index, old_name, new_name);
        if (has_moved)
            return; /* its type has moved with it */
    }
    compare_types(comparison, RC_BREAK_TYPE, rc_arena_printf(arena, "field `%s`", new_name),
                  old_field->type, new_field->type);
    compare_max(comparison, new_name, old_field, new_field);
    compare_secret(comparison, new_name, old_field, new_field);
}

static void compare_fields(const struct comparison *comparison, const char *owner,
                           struct rc_span old_place, struct rc_span new_place,
                           const struct rc_fields *old_fields, const struct rc_fields *new_fields)
{
    if (old_fields->count == new_fields->count) {
        for (size_t i = 0; i < new_fields->count; i++)
            compare_field(comparison, old_fields, new_fields, i);
        return;
    }
    struct finding finding = {.code = RC_BREAK_COUNT,
                              .levels = ALL,
                              .at = new_place,
                              .other = old_place,
                              .other_text = "its fields were these",
                              .hint = "messages with another number of fields are refused: keep "
                                      "it, and add a new variant"};
    report(comparison, &finding, "`%s` had %zu field%s and has %zu", owner, old_fields->count,
           old_fields->count == 1 ? "" : "s", new_fields->count);
}

/* ------------------------------------------------------------------ variants */

static const struct rc_variant *find_variant(const struct rc_decl *decl, const char *name)
{
    for (size_t i = 0; i < decl->variants.count; i++) {
        if (strcmp(decl->variants.items[i]->name.name->text, name) == 0)
            return decl->variants.items[i];
    }
    return NULL;
}

/* The new variant that the old one may have become: in its place, with its fields, and new. */
static const struct rc_variant *find_renamed(const struct rc_decl *old_decl,
                                             const struct rc_decl *new_decl, size_t index)
{
    if (index >= new_decl->variants.count)
        return NULL;
    const struct rc_variant *candidate = new_decl->variants.items[index];
    bool is_new = find_variant(old_decl, candidate->name.name->text) == NULL;
    return is_new && candidate->fields.count == old_decl->variants.items[index]->fields.count
               ? candidate
               : NULL;
}

static void report_removed(const struct comparison *comparison, const struct rc_decl *old_decl,
                           const struct rc_decl *new_decl, size_t index)
{
    const struct rc_variant *variant = old_decl->variants.items[index];
    const struct rc_variant *renamed = find_renamed(old_decl, new_decl, index);
    struct finding finding = {.code = RC_BREAK_VARIANT_REMOVED,
                              .levels = ALL,
                              .at = renamed != NULL ? renamed->name.span : new_decl->name.span,
                              .other = variant->name.span,
                              .other_text = "it was here",
                              .hint = "mark it [deprecated] and keep it until no peer sends it"};
    if (renamed != NULL)
        finding.hint = "the name is on the wire: keep the old one, or add the new one beside it";
    report(comparison, &finding,
           renamed != NULL ? "`%s.%s` is gone; was it renamed?" : "`%s.%s` is gone",
           old_decl->name.name->text, variant->name.name->text);
}

static void compare_rpc(const struct comparison *comparison, const struct rc_variant *old_variant,
                        const struct rc_variant *new_variant)
{
    const char *name = new_variant->name.name->text;
    if (old_variant->is_rpc != new_variant->is_rpc) {
        struct finding finding = {.code = RC_BREAK_RPC,
                                  .levels = ALL,
                                  .at = new_variant->name.span,
                                  .other = old_variant->name.span,
                                  .other_text = "it was declared here",
                                  .hint = "keep it, and add a new variant"};
        report(comparison, &finding,
               new_variant->is_rpc ? "`%s` is an rpc now" : "`%s` is no rpc any more", name);
        return;
    }
    if (new_variant->is_rpc)
        compare_types(comparison, RC_BREAK_REPLY,
                      rc_arena_printf(comparison->diags->arena, "the reply of `%s`", name),
                      old_variant->reply, new_variant->reply);
}

/* A union's new variant does not decode at those who know the old union. An enum's does neither,
 * but is not sent to them by those who know that they are old. */
static void report_added(const struct comparison *comparison, const struct rc_decl *old_decl,
                         const struct rc_decl *new_decl)
{
    for (size_t i = 0; i < new_decl->variants.count; i++) {
        const struct rc_variant *variant = new_decl->variants.items[i];
        if (find_variant(old_decl, variant->name.name->text) != NULL)
            continue;
        struct finding finding = {.code = RC_BREAK_VARIANT_ADDED,
                                  .levels = ALL,
                                  .at = variant->name.span,
                                  .other = old_decl->name.span,
                                  .other_text = "the union was declared here",
                                  .hint = "old peers refuse messages that hold it: add a new union "
                                          "and a new variant that takes it"};
        report(comparison, &finding, "`%s.%s` is new", new_decl->name.name->text,
               variant->name.name->text);
    }
}

static void compare_export(const struct comparison *comparison, const struct rc_ident *old_name,
                           const struct rc_ident *new_name)
{
    struct finding finding = {.code = RC_BREAK_NO_EXPORT,
                              .levels = WIRE,
                              .at = new_name->span,
                              .other = old_name->span,
                              .other_text = "other nodes could send it here",
                              .hint = "they are refused now: wait until none sends it"};
    report(comparison, &finding, "`%s` is [no_export] now", new_name->name->text);
}

static void compare_variants(const struct comparison *comparison, const struct rc_decl *old_decl,
                             const struct rc_decl *new_decl)
{
    for (size_t i = 0; i < old_decl->variants.count; i++) {
        const struct rc_variant *old_variant = old_decl->variants.items[i];
        const struct rc_variant *new_variant = find_variant(new_decl, old_variant->name.name->text);
        if (new_variant == NULL) {
            report_removed(comparison, old_decl, new_decl, i);
            continue;
        }
        compare_fields(comparison, new_variant->name.name->text, old_variant->name.span,
                       new_variant->name.span, &old_variant->fields, &new_variant->fields);
        compare_rpc(comparison, old_variant, new_variant);
        if (new_variant->is_not_exported && !old_variant->is_not_exported &&
            !old_decl->is_not_exported)
            compare_export(comparison, &old_variant->name, &new_variant->name);
    }
    if (new_decl->kind == RC_DECL_UNION)
        report_added(comparison, old_decl, new_decl);
}

/* ------------------------------------------------------------------ declarations */

static bool is_same_literal(const struct rc_literal *a, const struct rc_literal *b)
{
    return a->kind == b->kind && a->is_negative == b->is_negative && a->low == b->low &&
           a->high == b->high && memcmp(&a->real, &b->real, sizeof a->real) == 0 &&
           a->length == b->length && (a->length == 0 || memcmp(a->text, b->text, a->length) == 0);
}

static void compare_consts(const struct comparison *comparison, const struct rc_decl *old_decl,
                           const struct rc_decl *new_decl)
{
    const struct rc_type *old_type = old_decl->const_type->type;
    const struct rc_type *new_type = new_decl->const_type->type;
    if (old_type->kind == new_type->kind && is_same_literal(&old_decl->value, &new_decl->value))
        return;
    struct finding finding = {.code = RC_BREAK_CONST,
                              .levels = RC_LEVEL_SOURCE,
                              .at = new_decl->value.span,
                              .other = old_decl->value.span,
                              .other_text = "it was this",
                              .hint = "programs that were compiled before have the old value"};
    report(comparison, &finding, "the constant `%s` has changed", new_decl->name.name->text);
}

/* Packages are compared elsewhere: a part is of its whole's. */
static void compare_parts(const struct comparison *comparison, const struct rc_decl *old_decl,
                          const struct rc_decl *new_decl)
{
    const struct rc_decl *old_whole = old_decl->whole;
    const struct rc_decl *new_whole = new_decl->whole;
    if (old_whole == NULL ||
        (new_whole != NULL && strcmp(old_whole->name.name->text, new_whole->name.name->text) == 0))
        return;
    struct finding finding = {.code = RC_BREAK_PART,
                              .levels = RC_LEVEL_SOURCE,
                              .at = new_decl->name.span,
                              .other = old_decl->name.span,
                              .other_text = "it was one here",
                              .hint = "references to it are made of those to the whole: keep it"};
    report(comparison, &finding, "`%s` is not [part_of(%s)] any more", new_decl->name.name->text,
           old_whole->name.name->text);
}

static void compare_enums(const struct comparison *comparison, const struct rc_decl *old_decl,
                          const struct rc_decl *new_decl)
{
    struct comparison within = *comparison;
    within.is_local = old_decl->is_local;
    if (!old_decl->is_local && new_decl->is_local) {
        struct finding finding = {.code = RC_BREAK_LOCAL,
                                  .levels = ALL,
                                  .at = new_decl->name.span,
                                  .other = old_decl->name.span,
                                  .other_text = "it was declared here",
                                  .hint =
                                      "other nodes do not reach such actors: keep it as it was"};
        report(comparison, &finding, "`%s` is [local] now", new_decl->name.name->text);
    }
    if (new_decl->is_not_exported && !old_decl->is_not_exported)
        compare_export(&within, &old_decl->name, &new_decl->name);
    compare_parts(&within, old_decl, new_decl);
    compare_variants(&within, old_decl, new_decl);
}

static void compare_decls(const struct comparison *comparison, const struct rc_decl *old_decl,
                          const struct rc_decl *new_decl)
{
    if (old_decl->kind != new_decl->kind) {
        struct finding finding = {.code = RC_BREAK_KIND,
                                  .levels = ALL,
                                  .at = new_decl->name.span,
                                  .other = old_decl->name.span,
                                  .other_text = "it was something else here",
                                  .hint = "give the new one another name"};
        report(comparison, &finding, "`%s` is another kind of declaration now",
               new_decl->name.name->text);
        return;
    }
    switch (new_decl->kind) {
    case RC_DECL_ENUM:
        compare_enums(comparison, old_decl, new_decl);
        break;
    case RC_DECL_UNION:
        compare_variants(comparison, old_decl, new_decl);
        break;
    case RC_DECL_STRUCT:
        compare_fields(comparison, new_decl->name.name->text, old_decl->name.span,
                       new_decl->name.span, &old_decl->fields, &new_decl->fields);
        break;
    case RC_DECL_CONST:
        compare_consts(comparison, old_decl, new_decl);
        break;
    }
}

static const struct rc_decl *find_decl(const struct rc_file *file, const char *name)
{
    for (size_t i = 0; i < file->decls.count; i++) {
        if (strcmp(file->decls.items[i]->name.name->text, name) == 0)
            return file->decls.items[i];
    }
    return NULL;
}

/* A struct or union as such is not on the wire: whatever held it has changed, too, and is found. */
static void report_gone(const struct comparison *comparison, const struct rc_decl *old_decl)
{
    bool is_enum = old_decl->kind == RC_DECL_ENUM && !old_decl->is_local;
    struct finding finding = {
        .code = RC_BREAK_REMOVED,
        .levels = is_enum ? ALL : RC_LEVEL_SOURCE,
        .at = old_decl->name.span,
        .hint = is_enum ? "mark it [deprecated] and keep it until no peer uses it"
                        : "mark it [deprecated] and keep it until no program uses it"};
    report(comparison, &finding, "`%s` is gone", old_decl->name.name->text);
}

static void compare_packages(const struct comparison *comparison, const struct rc_file *old_file,
                             const struct rc_file *new_file)
{
    const char *old_name = old_file->package_name->text;
    const char *new_name = new_file->package_name->text;
    if (strcmp(old_name, new_name) == 0)
        return;
    struct finding finding = {.code = RC_BREAK_PACKAGE,
                              .levels = RC_LEVEL_SOURCE,
                              .at = new_file->package.parts.count != 0 ? new_file->package.span
                                                                       : old_file->package.span,
                              .hint = "the package begins all names in C: keep it"};
    report(comparison, &finding, "the package was `%s` and is `%s`", old_name, new_name);
}

void rc_breaking(struct rc_diags *diags, const struct rc_file *old_file,
                 const struct rc_file *new_file, unsigned levels)
{
    struct comparison comparison = {.diags = diags, .levels = levels};
    compare_packages(&comparison, old_file, new_file);
    for (size_t i = 0; i < old_file->decls.count; i++) {
        const struct rc_decl *old_decl = old_file->decls.items[i];
        const struct rc_decl *new_decl = find_decl(new_file, old_decl->name.name->text);
        if (new_decl != NULL)
            compare_decls(&comparison, old_decl, new_decl);
        else
            report_gone(&comparison, old_decl);
    }
}

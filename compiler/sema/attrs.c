/* SPDX-License-Identifier: MIT */
/* Attributes: one table of what exists, where, and with which arguments. */
#include "sema/internal.h"

#include <string.h>

enum place {
    ON_ENUM = 1,
    ON_UNION = 2,
    ON_STRUCT = 4,
    ON_CONST = 8,
    ON_VARIANT = 16, /* of an enum */
    ON_UNION_VARIANT = 32,
    ON_FIELD = 64
};

/* What is being given attributes: exactly one of the three. */
struct target {
    unsigned place;
    struct rc_decl *decl;
    struct rc_variant *variant;
    struct rc_field *field;
};

static void bad_argument(struct rc_sema *sema, const struct rc_attr *attr, const char *usage)
{
    struct rc_span span = attr->args.count != 0 ? attr->args.items[0].span : attr->span;
    struct rc_diag *diag = rc_report(sema->diags, RC_ATTRIBUTE_ARGUMENT, span,
                                     "wrong arguments for `%s`", attr->name.name->text);
    rc_hint(diag, "write %s", usage);
}

static void apply_local(struct rc_sema *sema, struct target *target, const struct rc_attr *attr)
{
    target->decl->is_local = true;
    if (attr->args.count != 0)
        bad_argument(sema, attr, "[local]");
}

static void apply_no_export(struct rc_sema *sema, struct target *target, const struct rc_attr *attr)
{
    if (target->decl != NULL)
        target->decl->is_not_exported = true;
    else
        target->variant->is_not_exported = true;
    if (attr->args.count != 0)
        bad_argument(sema, attr, "[no_export]");
}

static void apply_secret(struct rc_sema *sema, struct target *target, const struct rc_attr *attr)
{
    target->field->is_secret = true;
    if (attr->args.count != 0)
        bad_argument(sema, attr, "[secret]");
}

static void apply_deprecated(struct rc_sema *sema, struct target *target,
                             const struct rc_attr *attr)
{
    const char *why = "";
    if (attr->args.count > 1 ||
        (attr->args.count == 1 && (attr->args.items[0].name.name != NULL ||
                                   attr->args.items[0].value.kind != RC_LITERAL_STRING)))
        bad_argument(sema, attr, "[deprecated] or [deprecated(\"use X\")]");
    else if (attr->args.count == 1)
        why = attr->args.items[0].value.text;
    if (target->decl != NULL)
        target->decl->deprecated = why;
    else if (target->variant != NULL)
        target->variant->deprecated = why;
    else
        target->field->deprecated = why;
}

static bool is_arg(const struct rc_attr_arg *arg, const char *name, enum rc_literal_kind kind)
{
    return arg->name.name != NULL && strcmp(arg->name.name->text, name) == 0 &&
           arg->value.kind == kind && !arg->value.is_negative;
}

static void apply_rpc(struct rc_sema *sema, struct target *target, const struct rc_attr *attr)
{
    const char *usage = "[rpc] or [rpc(timeout = 500ms)]";
    target->variant->is_rpc = true;
    if (attr->args.count == 0)
        return;
    const struct rc_attr_arg *arg = &attr->args.items[0];
    if (attr->args.count > 1 || !is_arg(arg, "timeout", RC_LITERAL_DURATION)) {
        bad_argument(sema, attr, usage);
    } else if (arg->value.low == 0 || arg->value.low >= UINT32_MAX) {
        rc_report(sema->diags, RC_ATTRIBUTE_ARGUMENT, arg->value.span,
                  "a timeout is at least 1ms and less than 49 days");
    } else {
        target->variant->timeout_ms = (uint32_t)arg->value.low;
    }
}

/* A positive number, written out or by the name of a constant. */
static bool number_of(struct rc_sema *sema, const struct rc_literal *literal, uint64_t *number)
{
    if (literal->kind == RC_LITERAL_NAME) {
        struct rc_path path = {.span = literal->span};
        *rc_list_add(sema->arena, &path.parts) = literal->ident;
        struct rc_decl *decl = rc_sema_lookup(sema, &path);
        if (decl == NULL || decl->kind != RC_DECL_CONST)
            return false;
        literal = &decl->value;
    }
    *number = literal->low;
    return literal->kind == RC_LITERAL_INT && !literal->is_negative && literal->high == 0 &&
           literal->low != 0;
}

static void apply_max(struct rc_sema *sema, struct target *target, const struct rc_attr *attr)
{
    if (attr->args.count != 1 || attr->args.items[0].name.name != NULL ||
        !number_of(sema, &attr->args.items[0].value, &target->field->max))
        bad_argument(sema, attr, "[max = 64] or the name of an integer constant");
}

static void apply_mailbox(struct rc_sema *sema, struct target *target, const struct rc_attr *attr)
{
    bool is_good = attr->args.count != 0;
    for (size_t i = 0; i < attr->args.count; i++) {
        const struct rc_attr_arg *arg = &attr->args.items[i];
        bool is_messages = is_arg(arg, "messages", RC_LITERAL_INT);
        bool is_bytes = is_arg(arg, "bytes", RC_LITERAL_INT);
        uint64_t *bound =
            is_messages ? &target->decl->mailbox_messages : &target->decl->mailbox_bytes;
        is_good = is_good && (is_messages || is_bytes) && number_of(sema, &arg->value, bound);
    }
    if (!is_good)
        bad_argument(sema, attr, "[mailbox(messages = 1000)], [mailbox(bytes = 65536)] or both");
}

/* What it has to be in common is checked when all types are known: parts.c. */
static void apply_part_of(struct rc_sema *sema, struct target *target, const struct rc_attr *attr)
{
    const struct rc_attr_arg *arg = attr->args.count == 1 ? &attr->args.items[0] : NULL;
    if (arg == NULL || arg->name.name != NULL || arg->value.kind != RC_LITERAL_NAME) {
        bad_argument(sema, attr, "[part_of(Room)]: the name of an enum of this package");
        return;
    }
    struct rc_path path = {.span = arg->value.span};
    *rc_list_add(sema->arena, &path.parts) = arg->value.ident;
    target->decl->whole = rc_sema_lookup(sema, &path);
    target->decl->whole_span = arg->value.span;
}

static const struct spec {
    const char *name;
    unsigned places;
    void (*apply)(struct rc_sema *sema, struct target *target, const struct rc_attr *attr);
    const char *about;
} specs[] = {
    {"local", ON_ENUM, apply_local,
     "`[local]` before an enum: its messages never leave the process and may carry pointers."},
    {"no_export", ON_ENUM | ON_VARIANT, apply_no_export,
     "`[no_export]` before an enum or a variant: other nodes are refused that send it."},
    {"mailbox", ON_ENUM, apply_mailbox,
     "`[mailbox(messages = N, bytes = N)]` before an enum: bounds of the mailbox."},
    {"part_of", ON_ENUM, apply_part_of,
     "`[part_of(E)]` before an enum: its variants are E's, and actors of E take them."},
    {"rpc", ON_VARIANT, apply_rpc,
     "`[rpc]`, `[rpc(timeout = 500ms)]` before a variant: it is answered (`-> T`)."},
    {"deprecated", ON_ENUM | ON_UNION | ON_STRUCT | ON_CONST | ON_VARIANT | ON_FIELD,
     apply_deprecated,
     "`[deprecated]`, `[deprecated(\"why\")]`: whoever uses it gets a compiler warning."},
    {"max", ON_FIELD, apply_max,
     "`[max = N]` before a string, bytes, vec or map field: the largest length."},
    {"secret", ON_FIELD, apply_secret, "`[secret]` before a field: masked when printed."},
};
#define N_SPECS (sizeof specs / sizeof *specs)

const char *rc_sema_attr_about(const char *name)
{
    for (size_t i = 0; i < N_SPECS; i++) {
        if (strcmp(specs[i].name, name) == 0)
            return specs[i].about;
    }
    return NULL;
}

const char *rc_sema_attr_name(size_t i)
{
    return i < N_SPECS ? specs[i].name : NULL;
}

static const char *place_text(unsigned place)
{
    switch (place) {
    case ON_ENUM:
        return "an enum";
    case ON_UNION:
        return "a union";
    case ON_STRUCT:
        return "a struct";
    case ON_CONST:
        return "a constant";
    case ON_FIELD:
        return "a field";
    case ON_UNION_VARIANT:
        return "a union's variant";
    default:
        return "an enum's variant";
    }
}

static const struct spec *spec_called(const char *name)
{
    for (size_t i = 0; i < N_SPECS; i++) {
        if (strcmp(specs[i].name, name) == 0)
            return &specs[i];
    }
    return NULL;
}

/* A misspelt attribute counts as the one that was meant, so that its absence is no second error. */
static const struct spec *find_spec(struct rc_sema *sema, const struct rc_attr *attr)
{
    const char *names[N_SPECS];
    const char *name = attr->name.name->text;
    const struct spec *found = spec_called(name);
    if (found != NULL)
        return found;
    for (size_t i = 0; i < N_SPECS; i++)
        names[i] = specs[i].name;
    struct rc_diag *diag = rc_report(sema->diags, RC_UNKNOWN_ATTRIBUTE, attr->name.span,
                                     "unknown attribute `%s`", name);
    const char *near = rc_nearest(name, names, N_SPECS);
    if (near == NULL)
        return NULL;
    rc_hint(diag, "did you mean `%s`?", near);
    return spec_called(near);
}

static void misplaced(struct rc_sema *sema, const struct rc_attr *attr, const struct spec *spec,
                      unsigned place)
{
    struct rc_diag *diag =
        rc_report(sema->diags, RC_ATTRIBUTE_PLACE, attr->name.span, "`%s` cannot stand before %s",
                  attr->name.name->text, place_text(place));
    rc_hint(diag, "it belongs to %s", place_text(spec->places & (~spec->places + 1)));
}

static bool is_repeated(struct rc_sema *sema, const struct rc_attrs *attrs, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (attrs->items[j].name.name != attrs->items[i].name.name)
            continue;
        struct rc_diag *diag =
            rc_report(sema->diags, RC_DUPLICATE_ATTRIBUTE, attrs->items[i].name.span,
                      "`%s` is given twice", attrs->items[i].name.name->text);
        rc_note(diag, attrs->items[j].name.span, "first given here");
        return true;
    }
    return false;
}

static void apply_all(struct rc_sema *sema, struct target target, const struct rc_attrs *attrs)
{
    for (size_t i = 0; i < attrs->count; i++) {
        const struct rc_attr *attr = &attrs->items[i];
        const struct spec *spec = find_spec(sema, attr);
        if (spec == NULL)
            continue;
        if ((spec->places & target.place) == 0)
            misplaced(sema, attr, spec, target.place);
        else if (!is_repeated(sema, attrs, i))
            spec->apply(sema, &target, attr);
    }
}

void rc_sema_decl_attrs(struct rc_sema *sema, struct rc_decl *decl)
{
    static const unsigned places[] = {[RC_DECL_ENUM] = ON_ENUM,
                                      [RC_DECL_UNION] = ON_UNION,
                                      [RC_DECL_STRUCT] = ON_STRUCT,
                                      [RC_DECL_CONST] = ON_CONST};
    apply_all(sema, (struct target){.place = places[decl->kind], .decl = decl}, &decl->attrs);
}

void rc_sema_variant_attrs(struct rc_sema *sema, struct rc_variant *variant, bool in_enum)
{
    struct target target = {.place = in_enum ? ON_VARIANT : ON_UNION_VARIANT, .variant = variant};
    apply_all(sema, target, &variant->attrs);
}

void rc_sema_field_attrs(struct rc_sema *sema, struct rc_field *field)
{
    apply_all(sema, (struct target){.place = ON_FIELD, .field = field}, &field->attrs);
    const struct rc_type *type = field->type->type;
    if (field->max == 0 || type == NULL)
        return;
    if (type->kind != RC_TYPE_STRING && type->kind != RC_TYPE_BYTES && type->kind != RC_TYPE_VEC &&
        type->kind != RC_TYPE_MAP)
        rc_report(sema->diags, RC_MAX_TYPE, field->type->span,
                  "`max` bounds a string, bytes, vec or map, not `%s`", type->text->text);
}

/* SPDX-License-Identifier: MIT */
/*
 * [part_of(E)]: a message of the part is taken for one of E by its bytes in memory, so variants
 * that share a name must be the same in all that C sees of them.
 */
#include "sema/internal.h"

#include <string.h>

static struct rc_variant *find_variant(const struct rc_decl *decl, const struct rc_name *name)
{
    for (size_t i = 0; i < decl->variants.count; i++)
        if (decl->variants.items[i]->name.name == name)
            return decl->variants.items[i];
    return NULL;
}

/* Types that could not be resolved have been reported. */
static bool is_same_type(const struct rc_type_node *a, const struct rc_type_node *b)
{
    return a == NULL || b == NULL ? a == b
                                  : a->type == NULL || b->type == NULL || a->type == b->type;
}

static bool is_same_field(const struct rc_field *a, const struct rc_field *b)
{
    return a->name.name == b->name.name && is_same_type(a->type, b->type) && a->max == b->max &&
           a->is_secret == b->is_secret;
}

/* What differs; NULL: nothing. */
static const char *difference(const struct rc_variant *a, const struct rc_variant *b,
                              struct rc_span *span)
{
    *span = a->name.span;
    if (a->is_rpc != b->is_rpc)
        return "only one of them is an rpc";
    if (a->timeout_ms != b->timeout_ms)
        return "the timeouts differ";
    if (a->fields.count != b->fields.count)
        return "the number of fields differs";
    for (size_t i = 0; i < a->fields.count; i++) {
        *span = a->fields.items[i]->span;
        if (!is_same_field(a->fields.items[i], b->fields.items[i]))
            return "a field has another name, type, `max` or `secret`";
    }
    *span = a->reply != NULL ? a->reply->span : a->name.span;
    return is_same_type(a->reply, b->reply) ? NULL : "the replies differ";
}

static void check_variant(struct rc_sema *sema, const struct rc_decl *whole,
                          const struct rc_variant *variant)
{
    const char *name = variant->name.name->text;
    const struct rc_variant *model = find_variant(whole, variant->name.name);
    struct rc_span span;
    if (model == NULL) {
        struct rc_diag *diag = rc_report(sema->diags, RC_PART_VARIANT, variant->name.span,
                                         "`%s` has no variant `%s`", whole->name.name->text, name);
        rc_note(diag, whole->name.span, "the whole is declared here");
        return;
    }
    const char *what = difference(variant, model, &span);
    if (what == NULL)
        return;
    struct rc_diag *diag =
        rc_report(sema->diags, RC_PART_VARIANT, span, "`%s` is not as in `%s`: %s", name,
                  whole->name.name->text, what);
    rc_note(diag, model->name.span, "it is written here");
}

/* NULL: the whole can be one. */
static const char *objection(const struct rc_decl *part, const struct rc_decl *whole)
{
    if (whole->kind != RC_DECL_ENUM)
        return "is no enum";
    if (whole == part)
        return "is the enum itself";
    if (whole->whole != NULL)
        return "is itself a part: name the whole";
    if (whole->file->package_name != part->file->package_name)
        return "is of another package";
    return whole->is_local != part->is_local ? "is [local] where the part is not, or the reverse"
                                             : NULL;
}

static void check_part(struct rc_sema *sema, struct rc_decl *part)
{
    struct rc_decl *whole = part->whole;
    const char *why = objection(part, whole);
    if (why != NULL) {
        struct rc_diag *diag = rc_report(sema->diags, RC_PART_OF, part->whole_span, "`%s` %s",
                                         whole->name.name->text, why);
        rc_note(diag, whole->name.span, "declared here");
        part->whole = NULL;
        return;
    }
    for (size_t i = 0; i < part->variants.count; i++)
        check_variant(sema, whole, part->variants.items[i]);
}

void rc_sema_check_parts(struct rc_sema *sema, struct rc_file *file)
{
    for (size_t i = 0; i < file->decls.count; i++)
        if (file->decls.items[i]->whole != NULL)
            check_part(sema, file->decls.items[i]);
}

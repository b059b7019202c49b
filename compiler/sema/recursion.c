/* SPDX-License-Identifier: MIT */
/*
 * Structs and unions contain their fields by value, except behind vec, option and map. A cycle of
 * by-value edges would be a type of infinite size. The walk is depth first with the usual three
 * colours; its depth is that of the declarations, which is bounded here.
 */
#include "sema/internal.h"

enum colour { WHITE, GREY, BLACK };

#define MAX_CHAIN 256

struct walk {
    struct rc_sema *sema;
    struct rc_decl *chain[MAX_CHAIN];
    const struct rc_type_node *via[MAX_CHAIN]; /* the field's type that leads on */
    size_t depth;
};

static void visit(struct walk *walk, struct rc_decl *decl);

static void report_cycle(struct walk *walk, const struct rc_decl *decl)
{
    size_t first = walk->depth;
    while (first > 0 && walk->chain[first - 1] != decl)
        first--;
    if (first == 0)
        return;
    struct rc_diag *diag =
        rc_report(walk->sema->diags, RC_RECURSIVE_TYPE, decl->name.span,
                  "`%s` would contain itself and be infinitely large", decl->name.name->text);
    for (size_t i = first - 1; i < walk->depth; i++)
        rc_note(diag, walk->via[i]->span, "`%s` contains this", walk->chain[i]->name.name->text);
    rc_hint(diag, "put a vec, option or map between");
}

static void visit_type(struct walk *walk, const struct rc_type_node *node,
                       const struct rc_type *type)
{
    if (type == NULL)
        return;
    if (type->kind == RC_TYPE_RESULT) {
        visit_type(walk, node, type->args[0]);
        visit_type(walk, node, type->args[1]);
    }
    if (type->kind != RC_TYPE_STRUCT && type->kind != RC_TYPE_UNION)
        return;
    walk->via[walk->depth - 1] = node;
    if (type->decl->mark == GREY)
        report_cycle(walk, type->decl);
    else if (type->decl->mark == WHITE)
        visit(walk, type->decl);
}

static void visit_fields(struct walk *walk, const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        visit_type(walk, fields->items[i]->type, fields->items[i]->type->type);
}

static void visit(struct walk *walk, struct rc_decl *decl)
{
    if (walk->depth == MAX_CHAIN) {
        rc_report(walk->sema->diags, RC_NESTED_TOO_DEEPLY, decl->name.span,
                  "structs and unions nest more than %d deep", MAX_CHAIN);
        return;
    }
    walk->chain[walk->depth++] = decl;
    decl->mark = GREY;
    visit_fields(walk, &decl->fields);
    for (size_t i = 0; i < decl->variants.count; i++)
        visit_fields(walk, &decl->variants.items[i]->fields);
    decl->mark = BLACK;
    walk->depth--;
}

void rc_sema_check_recursion(struct rc_sema *sema, struct rc_file *file)
{
    struct walk walk = {.sema = sema};
    for (size_t i = 0; i < file->decls.count; i++) {
        struct rc_decl *decl = file->decls.items[i];
        bool holds_values = decl->kind == RC_DECL_STRUCT || decl->kind == RC_DECL_UNION;
        if (holds_values && decl->mark == WHITE)
            visit(&walk, decl);
    }
}

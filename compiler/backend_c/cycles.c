/* SPDX-License-Identifier: MIT */
/*
 * In C an option holds its value in place, so that a type cannot meet itself through options
 * alone, as the language allows. The walk is depth first; a declaration that is met again while it
 * is on the path closes a cycle. After it, what is held by value is known to be finite.
 */
#include "backend_c/lower.h"

#define MAX_CHAIN 1024

enum state { ON_PATH, DONE };

struct walk {
    struct rc_c_lower *lower;
    struct rc_map states; /* C name -> enum state */
    size_t depth;
    bool is_finite;
};

static void visit(struct walk *walk, const struct rc_decl *decl);

static void visit_type(struct walk *walk, const struct rc_type *type)
{
    if (type == NULL || type->kind == RC_TYPE_VEC || type->kind == RC_TYPE_MAP ||
        type->kind == RC_TYPE_ACTOR)
        return;
    visit_type(walk, type->args[0]);
    visit_type(walk, type->args[1]);
    if (type->decl != NULL)
        visit(walk, type->decl);
}

static void visit_fields(struct walk *walk, const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        visit_type(walk, fields->items[i]->type->type);
}

static void report(struct walk *walk, const struct rc_decl *decl)
{
    struct rc_diag *diag =
        rc_report(walk->lower->input->diags, RC_UNSUPPORTED, decl->name.span,
                  "this version has no C output for `%s`, which holds itself in options",
                  decl->name.name->text);
    rc_hint(diag, "put a vec or map between");
    walk->is_finite = false;
}

static void visit(struct walk *walk, const struct rc_decl *decl)
{
    const struct rc_name *name =
        rc_intern_cstr(walk->lower->names.interned, rc_c_decl_name(walk->lower, decl));
    enum state *state = rc_arena_alloc(walk->lower->arena, sizeof *state);
    *state = ON_PATH;
    enum state *before = rc_map_add(&walk->states, name, state);
    if (before != NULL) {
        if (*before == ON_PATH)
            report(walk, decl);
        *before = DONE; /* reported once */
        return;
    }
    if (walk->depth == MAX_CHAIN) {
        report(walk, decl);
        return;
    }
    walk->depth++;
    visit_fields(walk, &decl->fields);
    for (size_t i = 0; i < decl->variants.count; i++)
        visit_fields(walk, &decl->variants.items[i]->fields);
    walk->depth--;
    *state = DONE;
}

bool rc_c_check_cycles(struct rc_c_lower *lower)
{
    const struct rc_file *file = lower->input->file;
    struct walk walk = {.lower = lower, .is_finite = true};
    rc_map_init(&walk.states, lower->arena);
    for (size_t i = 0; i < file->decls.count; i++) {
        if (file->decls.items[i]->kind != RC_DECL_CONST)
            visit(&walk, file->decls.items[i]);
    }
    return walk.is_finite;
}

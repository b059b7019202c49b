/* SPDX-License-Identifier: MIT */
/*
 * In C an option holds its value in place, unless the value would hold the same option again: then
 * it is boxed, a pointer to the value. So says the type itself, whichever file it is met in. Every
 * cycle of what is held by value has an option in it (sema/recursion.c), and all options on a cycle
 * are boxed, so that what is left is finite.
 */
#include "backend_c/lower.h"

struct walk {
    struct rc_arena *arena;
    RC_LIST(const struct rc_type *) met; /* in the order of the walk, which needs no recursion */
    struct rc_map seen;
};

static void meet(struct walk *walk, const struct rc_type *type)
{
    if (type == NULL || rc_type_is_builtin(type) || type->kind == RC_TYPE_VEC ||
        type->kind == RC_TYPE_MAP || type->kind == RC_TYPE_ACTOR)
        return;
    if (rc_map_add(&walk->seen, type->text, walk) == NULL)
        *rc_list_add(walk->arena, &walk->met) = type;
}

static void meet_fields(struct walk *walk, const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        meet(walk, fields->items[i]->type->type);
}

/* Whether the option is met again on the way from its value. */
static bool holds_itself(struct rc_arena *arena, const struct rc_type *option)
{
    struct walk walk = {.arena = arena};
    rc_map_init(&walk.seen, arena);
    meet(&walk, option->args[0]);
    for (size_t i = 0; i < walk.met.count; i++) {
        const struct rc_type *type = walk.met.items[i];
        if (type == option)
            return true;
        meet(&walk, type->args[0]);
        meet(&walk, type->args[1]);
        if (type->decl == NULL)
            continue;
        meet_fields(&walk, &type->decl->fields);
        for (size_t j = 0; j < type->decl->variants.count; j++)
            meet_fields(&walk, &type->decl->variants.items[j]->fields);
    }
    return false;
}

bool rc_c_is_boxed(struct rc_c_lower *lower, const struct rc_type *type)
{
    static const bool yes = true;
    static const bool no = false;
    if (type->kind != RC_TYPE_OPTION || rc_type_is_builtin(type->args[0]))
        return false;
    const bool *known = rc_map_find(&lower->boxes, type->text);
    if (known == NULL) {
        known = holds_itself(lower->arena, type) ? &yes : &no;
        (void)rc_map_add(&lower->boxes, type->text, (void *)(uintptr_t)known);
    }
    return *known;
}

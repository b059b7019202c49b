/* SPDX-License-Identifier: MIT */
#include "value/target.h"

#include "base/diag.h"

#include <string.h>

/* The file's own declarations, then those of what it imports. */
static const struct rc_decl *find_decl(const struct rc_file *file, const char *name)
{
    for (size_t i = 0; i < file->decls.count; i++) {
        if (strcmp(file->decls.items[i]->name.name->text, name) == 0)
            return file->decls.items[i];
    }
    for (size_t i = 0; i < file->imports.count; i++) {
        const struct rc_file *imported = file->imports.items[i].file;
        const struct rc_decl *found = imported != NULL ? find_decl(imported, name) : NULL;
        if (found != NULL)
            return found;
    }
    return NULL;
}

static const char *missing(struct rc_arena *arena, const char *what, const char *name,
                           const char *const *names, size_t n_names)
{
    const char *nearest = rc_nearest(name, names, n_names);
    return nearest != NULL
               ? rc_arena_printf(arena, "no %s `%s`; did you mean `%s`?", what, name, nearest)
               : rc_arena_printf(arena, "no %s `%s`", what, name);
}

static const char *no_decl(struct rc_arena *arena, const struct rc_file *file, const char *name)
{
    const char **names = rc_arena_array(arena, file->decls.count + 1, sizeof *names);
    for (size_t i = 0; i < file->decls.count; i++)
        names[i] = file->decls.items[i]->name.name->text;
    return missing(arena, "type", name, names, file->decls.count);
}

static const char *find_variant(struct rc_arena *arena, const struct rc_decl *decl,
                                const char *name, bool is_reply, struct rc_target *target)
{
    const char **names = rc_arena_array(arena, decl->variants.count + 1, sizeof *names);
    for (size_t i = 0; i < decl->variants.count; i++) {
        const struct rc_variant *variant = decl->variants.items[i];
        names[i] = variant->name.name->text;
        if (strcmp(names[i], name) != 0)
            continue;
        if (is_reply && !variant->is_rpc)
            return rc_arena_printf(arena, "`%s` is no rpc and has no reply", name);
        target->name = is_reply ? rc_arena_printf(arena, "%s:reply", name) : names[i];
        target->fields = is_reply ? NULL : &variant->fields;
        target->type = is_reply ? variant->reply->type : NULL;
        return NULL;
    }
    return missing(arena, "variant", name, names, decl->variants.count);
}

const char *rc_target_find(struct rc_arena *arena, const struct rc_file *file, const char *text,
                           struct rc_target *target)
{
    const char *dot = strchr(text, '.');
    size_t length = dot != NULL ? (size_t)(dot - text) : strlen(text);
    const char *name = rc_arena_text(arena, text, length);
    const struct rc_decl *decl = find_decl(file, name);
    *target = (struct rc_target){.name = name};
    if (decl == NULL)
        return no_decl(arena, file, name);
    if (decl->kind == RC_DECL_ENUM && dot != NULL && !decl->is_local) {
        const char *colon = strchr(dot + 1, ':');
        bool is_reply = colon != NULL && strcmp(colon, ":reply") == 0;
        size_t variant_length = is_reply ? (size_t)(colon - dot - 1) : strlen(dot + 1);
        return find_variant(arena, decl, rc_arena_text(arena, dot + 1, variant_length), is_reply,
                            target);
    }
    if (decl->kind == RC_DECL_ENUM)
        return decl->is_local ? "a [local] enum never leaves the process"
                              : "an enum's variant is named Enum.Variant or Enum.Variant:reply";
    if (dot != NULL || decl->kind == RC_DECL_CONST)
        return rc_arena_printf(arena, "`%s` has no variants", name);
    target->type = decl->type;
    return NULL;
}

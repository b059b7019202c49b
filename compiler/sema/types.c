/* SPDX-License-Identifier: MIT */
/* From types as written to types: each distinct one exists once. */
#include "sema/internal.h"

#include "base/buffer.h"

#include <string.h>

static const char *const builtin_names[RC_N_BUILTINS] = {
#define RC_SPELLING(name, spelling, size) spelling,
    RC_BUILTINS(RC_SPELLING)
#undef RC_SPELLING
};

static const struct {
    const char *name;
    enum rc_type_kind kind;
    size_t n_args;
    const char *example;
} generics[] = {
    {"vec", RC_TYPE_VEC, 1, "vec<u32>"},
    {"option", RC_TYPE_OPTION, 1, "option<u32>"},
    {"map", RC_TYPE_MAP, 2, "map<string, u32>"},
    {"result", RC_TYPE_RESULT, 2, "result<u32, string>"},
    {"actor", RC_TYPE_ACTOR, 1, "actor<Room>"},
    {"ptr", RC_TYPE_PTR, 1, "ptr<struct context>"},
};
#define N_GENERICS (sizeof generics / sizeof *generics)

bool rc_sema_builtin(const char *name, enum rc_type_kind *kind)
{
    for (size_t i = 0; i < RC_N_BUILTINS; i++) {
        if (strcmp(builtin_names[i], name) == 0) {
            *kind = (enum rc_type_kind)i;
            return true;
        }
    }
    return false;
}

/* The type with this spelling; `made` is kept when there is none yet. */
static const struct rc_type *intern_type(struct rc_sema *sema, const char *spelling,
                                         struct rc_type made)
{
    const struct rc_name *name = rc_intern_cstr(sema->names, spelling);
    struct rc_type *type = rc_map_find(&sema->types, name);
    if (type != NULL)
        return type;
    type = rc_arena_alloc(sema->arena, sizeof *type);
    *type = made;
    type->text = name;
    (void)rc_map_add(&sema->types, name, type);
    return type;
}

const struct rc_type *rc_sema_declared_type(struct rc_sema *sema, struct rc_decl *decl)
{
    static const enum rc_type_kind kinds[] = {[RC_DECL_ENUM] = RC_TYPE_ENUM,
                                              [RC_DECL_UNION] = RC_TYPE_UNION,
                                              [RC_DECL_STRUCT] = RC_TYPE_STRUCT};
    const struct rc_name *package = decl->file->package_name;
    const char *spelling = rc_arena_printf(sema->arena, "%s%s%s", package->text,
                                           package->length != 0 ? "." : "", decl->name.name->text);
    return intern_type(sema, spelling, (struct rc_type){.kind = kinds[decl->kind], .decl = decl});
}

/* The bare name of a type: built-in or declared. */
static const struct rc_type *resolve_name(struct rc_sema *sema, const struct rc_type_node *node)
{
    enum rc_type_kind kind;
    const char *first = node->path.parts.items[0].name->text;
    if (node->path.parts.count == 1 && rc_sema_builtin(first, &kind))
        return intern_type(sema, first, (struct rc_type){.kind = kind});
    struct rc_decl *decl = rc_sema_lookup(sema, &node->path);
    if (decl == NULL)
        return NULL;
    if (decl->kind == RC_DECL_CONST) {
        struct rc_diag *diag = rc_report(sema->diags, RC_CONST_AS_TYPE, node->path.span,
                                         "`%s` is a constant, not a type", decl->name.name->text);
        rc_note(diag, decl->name.span, "declared here");
        return NULL;
    }
    if (decl->deprecated != NULL && decl->file != sema->file)
        rc_report(sema->diags, RC_DEPRECATED_USE, node->path.span, "`%s` is deprecated%s%s",
                  decl->name.name->text, decl->deprecated[0] != '\0' ? ": " : "", decl->deprecated);
    return rc_sema_declared_type(sema, decl);
}

/* proto.acme.Sample: a message of an imported protobuf file. */
static const struct rc_type *resolve_proto(struct rc_sema *sema, const struct rc_type_node *node)
{
    bool has_import = false;
    for (size_t i = 0; i < sema->file->imports.count; i++) {
        if (sema->file->imports.items[i].is_proto) {
            sema->file->imports.items[i].is_used = true;
            has_import = true;
        }
    }
    const char *text = rc_path_text(sema, &node->path);
    if (!has_import) {
        struct rc_diag *diag = rc_report(sema->diags, RC_PROTO_NOT_IMPORTED, node->path.span,
                                         "`%s` needs a protobuf file, and none is imported", text);
        rc_hint(diag, "add `import proto \"FILE.proto\";`");
        return NULL;
    }
    const char *target = text + strlen("proto.");
    return intern_type(sema, text, (struct rc_type){.kind = RC_TYPE_PROTO, .target = target});
}

static const struct rc_type *value_type(struct rc_sema *sema, struct rc_type_node *node);

/* A type that travels: no enum, no pointer. NULL: reported. */
static const struct rc_type *resolve_arg(struct rc_sema *sema, struct rc_type_node *node)
{
    if (node->c_tag != NULL || node->is_const) {
        rc_report(sema->diags, RC_POINTER_TARGET, node->span,
                  "a C type can only be pointed at, with ptr<…>");
        return NULL;
    }
    node->type = value_type(sema, node);
    return node->type;
}

static bool is_map_key(const struct rc_type *type)
{
    bool is_float = type->kind == RC_TYPE_F32 || type->kind == RC_TYPE_F64;
    return type->kind < RC_TYPE_UNIT && !is_float;
}

/* actor<E> names an enum, which is no type of a value. */
static const struct rc_type *resolve_actor(struct rc_sema *sema, struct rc_type_node *node)
{
    struct rc_type_node *arg = node->args.items[0];
    if (arg->args.count != 0 || arg->c_tag != NULL || arg->is_const) {
        rc_report(sema->diags, RC_ACTOR_OF, arg->span, "actor<…> takes the name of an enum");
        return NULL;
    }
    const struct rc_type *type = resolve_name(sema, arg);
    if (type == NULL)
        return NULL;
    if (type->kind != RC_TYPE_ENUM) {
        struct rc_diag *diag = rc_report(sema->diags, RC_ACTOR_OF, arg->span,
                                         "`%s` is no enum, so no actor takes it", type->text->text);
        rc_hint(diag, "actor<E> is a reference to an actor whose messages are the enum E");
        return NULL;
    }
    arg->type = type;
    return type;
}

/* ptr<struct perf_ctx>: the text between the brackets is C's. */
static const struct rc_type *resolve_pointer(struct rc_sema *sema, struct rc_type_node *node)
{
    const struct rc_type_node *arg = node->args.items[0];
    if (arg->args.count != 0 || arg->path.parts.count != 1) {
        rc_report(sema->diags, RC_POINTER_TARGET, arg->span,
                  "ptr<…> takes one C type: a name, or struct, union or enum and a name");
        return NULL;
    }
    const char *target =
        rc_arena_printf(sema->arena, "%s%s%s%s", arg->is_const ? "const " : "",
                        arg->c_tag != NULL ? arg->c_tag : "", arg->c_tag != NULL ? " " : "",
                        arg->path.parts.items[0].name->text);
    const char *spelling = rc_arena_printf(sema->arena, "ptr<%s>", target);
    return intern_type(sema, spelling, (struct rc_type){.kind = RC_TYPE_PTR, .target = target});
}

static const struct rc_type *make_generic(struct rc_sema *sema, size_t which,
                                          const struct rc_type *first, const struct rc_type *second)
{
    enum rc_type_kind kind = generics[which].kind;
    if (kind == RC_TYPE_VEC && first->kind == RC_TYPE_U8) /* vec<u8> is bytes */
        return intern_type(sema, "bytes", (struct rc_type){.kind = RC_TYPE_BYTES});
    const char *spelling =
        rc_arena_printf(sema->arena, "%s<%s%s%s>", generics[which].name, first->text->text,
                        second != NULL ? ", " : "", second != NULL ? second->text->text : "");
    return intern_type(sema, spelling, (struct rc_type){.kind = kind, .args = {first, second}});
}

static const struct rc_type *resolve_generic(struct rc_sema *sema, struct rc_type_node *node,
                                             size_t which)
{
    if (node->args.count != generics[which].n_args) {
        struct rc_diag *diag =
            rc_report(sema->diags, RC_TYPE_ARGUMENTS, node->span, "`%s` takes %zu type%s, not %zu",
                      generics[which].name, generics[which].n_args,
                      generics[which].n_args == 1 ? "" : "s", node->args.count);
        rc_hint(diag, "for example: %s", generics[which].example);
        return NULL;
    }
    if (generics[which].kind == RC_TYPE_PTR)
        return resolve_pointer(sema, node);
    const struct rc_type *first = generics[which].kind == RC_TYPE_ACTOR
                                      ? resolve_actor(sema, node)
                                      : resolve_arg(sema, node->args.items[0]);
    const struct rc_type *second =
        node->args.count == 2 ? resolve_arg(sema, node->args.items[1]) : NULL;
    if (first == NULL || (node->args.count == 2 && second == NULL))
        return NULL;
    if (generics[which].kind == RC_TYPE_MAP && !is_map_key(first)) {
        struct rc_diag *diag = rc_report(sema->diags, RC_MAP_KEY, node->args.items[0]->span,
                                         "`%s` cannot be a map's key", first->text->text);
        rc_hint(diag, "keys are integers, bool, char, string or bytes");
        return NULL;
    }
    return make_generic(sema, which, first, second);
}

static const struct rc_type *resolve_any(struct rc_sema *sema, struct rc_type_node *node)
{
    const char *first = node->path.parts.items[0].name->text;
    if (node->depth > 64)
        return NULL; /* reported by the builder; also bounds the recursion here */
    if (node->path.parts.count == 1) {
        for (size_t i = 0; i < N_GENERICS; i++) {
            if (strcmp(generics[i].name, first) == 0)
                return resolve_generic(sema, node, i);
        }
    }
    const struct rc_type *type = node->path.parts.count > 1 && strcmp(first, "proto") == 0
                                     ? resolve_proto(sema, node)
                                     : resolve_name(sema, node);
    if (type != NULL && node->args.count != 0) {
        rc_report(sema->diags, RC_NOT_GENERIC, node->span, "`%s` takes no types in brackets",
                  type->text->text);
        return NULL;
    }
    return type;
}

static const struct rc_type *value_type(struct rc_sema *sema, struct rc_type_node *node)
{
    const struct rc_type *type = resolve_any(sema, node);
    if (type == NULL)
        return NULL;
    if (type->kind == RC_TYPE_ENUM) {
        struct rc_diag *diag = rc_report(sema->diags, RC_ENUM_AS_VALUE, node->span,
                                         "`%s` is a message enum, not a value", type->text->text);
        rc_note(diag, type->decl->name.span, "declared here");
        rc_hint(diag, "use actor<%s> for a reference to an actor, or declare a union",
                type->decl->name.name->text);
        return NULL;
    }
    if (type->kind == RC_TYPE_PTR) {
        rc_report(sema->diags, RC_POINTER_PLACE, node->span,
                  "a pointer can only be a whole field of a [local] enum's variant");
        return NULL;
    }
    return type;
}

void rc_sema_resolve(struct rc_sema *sema, struct rc_type_node *node, enum rc_type_place place)
{
    bool is_pointer =
        node->path.parts.count == 1 && strcmp(node->path.parts.items[0].name->text, "ptr") == 0;
    if (place == RC_PLACE_LOCAL && is_pointer)
        node->type = resolve_any(sema, node);
    else
        node->type = resolve_arg(sema, node);
}

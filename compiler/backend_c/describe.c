/* SPDX-License-Identifier: MIT */
/*
 * How types look in C, whether or not the model has them yet. A type that no declaration names is
 * named after what it holds, so that it is the same in whichever file it is met.
 */
#include "backend_c/lower.h"

#include <string.h>

static const char *const builtin_ops[RC_N_BUILTINS] = {
#define RC_SPELLING(name, spelling, size) spelling,
    RC_BUILTINS(RC_SPELLING)
#undef RC_SPELLING
};

const char *rc_c_builtin(enum rc_type_kind kind)
{
    static const char *const names[RC_N_BUILTINS] = {
        [RC_TYPE_I8] = "int8_t",
        [RC_TYPE_I16] = "int16_t",
        [RC_TYPE_I32] = "int32_t",
        [RC_TYPE_I64] = "int64_t",
        [RC_TYPE_I128] = "ractor_i128",
        [RC_TYPE_U8] = "uint8_t",
        [RC_TYPE_U16] = "uint16_t",
        [RC_TYPE_U32] = "uint32_t",
        [RC_TYPE_U64] = "uint64_t",
        [RC_TYPE_U128] = "ractor_u128",
        [RC_TYPE_F32] = "float",
        [RC_TYPE_F64] = "double",
        [RC_TYPE_BOOL] = "bool",
        [RC_TYPE_CHAR] = "uint32_t",
        [RC_TYPE_STRING] = "ractor_string",
        [RC_TYPE_BYTES] = "ractor_bytes",
        [RC_TYPE_UNIT] = "ractor_unit",
    };
    return names[kind];
}

const char *rc_c_decl_name(struct rc_c_lower *lower, const struct rc_decl *decl)
{
    const char *package = rc_c_snake(lower->arena, decl->file->package_name->text);
    return rc_arena_printf(lower->arena, "%s%s%s", package, package[0] != '\0' ? "_" : "",
                           rc_c_snake(lower->arena, decl->name.name->text));
}

static bool have_tail(struct rc_c_lower *lower, const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (rc_c_has_tail(lower, fields->items[i]->type->type))
            return true;
    }
    return false;
}

bool rc_c_has_tail(struct rc_c_lower *lower, const struct rc_type *type)
{
    if (type == NULL)
        return false;
    switch (type->kind) {
    case RC_TYPE_STRING:
    case RC_TYPE_BYTES:
    case RC_TYPE_VEC:
    case RC_TYPE_MAP:
    case RC_TYPE_ACTOR:
        return true;
    case RC_TYPE_OPTION:
    case RC_TYPE_RESULT:
        return rc_c_is_boxed(lower, type) || rc_c_has_tail(lower, type->args[0]) ||
               rc_c_has_tail(lower, type->args[1]);
    case RC_TYPE_STRUCT:
        return have_tail(lower, &type->decl->fields);
    case RC_TYPE_UNION:
        for (size_t i = 0; i < type->decl->variants.count; i++) {
            if (have_tail(lower, &type->decl->variants.items[i]->fields))
                return true;
        }
        return false;
    default:
        return false;
    }
}

/* A type of the runtime's wire.h. */
static void wire_type(struct rc_c_lower *lower, struct rc_c_type *out, const char *c,
                      const char *op, bool is_view)
{
    out->c = c;
    out->class = is_view ? "VIEW" : "FLAT";
    out->op = op;
    out->codec = rc_arena_printf(lower->arena, "ractor_codec_%s", op);
    out->is_view = is_view;
}

static void declared(struct rc_c_lower *lower, const struct rc_type *type, struct rc_c_type *out)
{
    out->c = rc_c_decl_name(lower, type->decl);
    out->op = out->c;
    out->codec = rc_arena_printf(lower->arena, "%s_codec", out->c);
    out->is_view = rc_c_has_tail(lower, type);
    out->class = out->is_view ? "TAILED" : "PLAIN";
    out->by_pointer = true;
}

/* A struct that nanopb declares: acme.Sample is acme_Sample. */
static void proto(struct rc_c_lower *lower, const struct rc_type *type, struct rc_c_type *out)
{
    char *name = rc_arena_printf(lower->arena, "%s", type->target);
    for (char *at = name; *at != '\0'; at++)
        *at = *at == '.' ? '_' : *at;
    out->c = name;
    out->op = rc_arena_printf(lower->arena, "proto_%s", name);
    out->codec = rc_arena_printf(lower->arena, "rcgen_codec_%s", out->op);
    out->class = "PLAIN";
    out->by_pointer = true;
}

/* What the type is called in the names of types that hold it. */
static const char *part_name(struct rc_c_lower *lower, const struct rc_type *type)
{
    struct rc_c_type part;
    if (rc_type_is_builtin(type))
        return builtin_ops[type->kind];
    rc_c_describe(lower, type, &part);
    return strncmp(part.c, "ractor_", 7) == 0 ? part.c + 7 : part.c;
}

/* ractor_vec_string, ractor_option_u32, ractor_map_string_u64. */
static void composed(struct rc_c_lower *lower, const char *kind, const struct rc_type *type,
                     struct rc_c_type *out)
{
    const char *first = part_name(lower, type->args[0]);
    const char *second = type->args[1] != NULL ? part_name(lower, type->args[1]) : "";
    out->op = rc_arena_printf(lower->arena, "%s_%s%s%s", kind, first, second[0] != '\0' ? "_" : "",
                              second);
    out->c = rc_arena_printf(lower->arena, "ractor_%s", out->op);
    out->codec = rc_arena_printf(lower->arena, "rcgen_codec_%s", out->op);
    out->is_view = rc_c_has_tail(lower, type);
    out->class = out->is_view ? "TAILED" : "PLAIN";
    out->by_pointer = type->kind == RC_TYPE_OPTION || type->kind == RC_TYPE_RESULT;
}

/* Types of the runtime that are named after another one. */
static void named(struct rc_c_lower *lower, const struct rc_type *type, struct rc_c_type *out)
{
    struct rc_arena *arena = lower->arena;
    if (type->kind == RC_TYPE_VEC)
        wire_type(lower, out,
                  rc_arena_printf(arena, "ractor_vec_%s", builtin_ops[type->args[0]->kind]),
                  rc_arena_printf(arena, "vec_%s", builtin_ops[type->args[0]->kind]), true);
    else if (type->kind == RC_TYPE_ACTOR)
        wire_type(
            lower, out,
            rc_arena_printf(arena, "ractor_actor_%s", rc_c_decl_name(lower, type->args[0]->decl)),
            "actor", true);
    else
        wire_type(lower, out, rc_arena_printf(arena, "%s *", type->target), "pointer", false);
}

/* Every type has a C form; an enum is met only inside actor<>. */
void rc_c_describe(struct rc_c_lower *lower, const struct rc_type *type, struct rc_c_type *out)
{
    static const char *const composed_kinds[] = {[RC_TYPE_VEC] = "vec",
                                                 [RC_TYPE_OPTION] = "option",
                                                 [RC_TYPE_MAP] = "map",
                                                 [RC_TYPE_RESULT] = "result"};
    bool is_view = type->kind == RC_TYPE_STRING || type->kind == RC_TYPE_BYTES;
    bool is_wire_vec = type->kind == RC_TYPE_VEC && rc_type_is_builtin(type->args[0]);
    *out = (struct rc_c_type){0};
    if (rc_type_is_builtin(type))
        wire_type(lower, out, rc_c_builtin(type->kind), builtin_ops[type->kind], is_view);
    else if (is_wire_vec || type->kind == RC_TYPE_ACTOR || type->kind == RC_TYPE_PTR)
        named(lower, type, out);
    else if (type->kind <= RC_TYPE_RESULT)
        composed(lower, composed_kinds[type->kind], type, out);
    else if (type->kind == RC_TYPE_PROTO)
        proto(lower, type, out);
    else
        declared(lower, type, out);
}

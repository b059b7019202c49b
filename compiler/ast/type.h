/* SPDX-License-Identifier: MIT */
/*
 * The schema's types after checking: each distinct type once, so that they compare by address.
 */
#ifndef RCGEN_AST_TYPE_H
#define RCGEN_AST_TYPE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Types that need no declaration: X(name, spelling, bytes on the wire). 0 bytes: no fixed size.
 * The numbers come first, then what else a packed vector may hold.
 */
#define RC_BUILTINS(X)                                                                             \
    X(I8, "i8", 1)                                                                                 \
    X(I16, "i16", 2)                                                                               \
    X(I32, "i32", 4)                                                                               \
    X(I64, "i64", 8)                                                                               \
    X(I128, "i128", 16)                                                                            \
    X(U8, "u8", 1)                                                                                 \
    X(U16, "u16", 2)                                                                               \
    X(U32, "u32", 4)                                                                               \
    X(U64, "u64", 8)                                                                               \
    X(U128, "u128", 16)                                                                            \
    X(F32, "f32", 4)                                                                               \
    X(F64, "f64", 8)                                                                               \
    X(BOOL, "bool", 1)                                                                             \
    X(CHAR, "char", 4)                                                                             \
    X(STRING, "string", 0)                                                                         \
    X(BYTES, "bytes", 0)                                                                           \
    X(UNIT, "unit", 0)

enum rc_type_kind {
#define RC_TYPE_ENUMERATOR(name, spelling, size) RC_TYPE_##name,
    RC_BUILTINS(RC_TYPE_ENUMERATOR)
#undef RC_TYPE_ENUMERATOR
        RC_TYPE_VEC, /* arguments: element */
    RC_TYPE_OPTION,  /* value */
    RC_TYPE_MAP,     /* key, value */
    RC_TYPE_RESULT,  /* value, error */
    RC_TYPE_ACTOR,   /* the enum it takes */
    RC_TYPE_STRUCT,
    RC_TYPE_UNION,
    RC_TYPE_ENUM, /* only as the argument of actor */
    RC_TYPE_PROTO,
    RC_TYPE_PTR
};

#define RC_N_BUILTINS (RC_TYPE_UNIT + 1)

struct rc_decl;
struct rc_name;

struct rc_type {
    enum rc_type_kind kind;
    const struct rc_type *args[2];
    struct rc_decl *decl;       /* STRUCT, UNION, ENUM */
    const struct rc_name *text; /* how it is written: key of the table, unique per type */
    const char *target;         /* PTR: the C type pointed at; PROTO: the message's full name */
};

static inline bool rc_type_is_builtin(const struct rc_type *type)
{
    return type->kind < RC_N_BUILTINS;
}

/* Whether a vec of it is packed: its elements follow each other without lengths. */
static inline bool rc_type_is_packed(const struct rc_type *type)
{
    return type->kind <= RC_TYPE_CHAR;
}

static inline bool rc_type_is_number(const struct rc_type *type)
{
    return type->kind <= RC_TYPE_F64;
}

#endif

/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef RCGEN_SEMA_INTERNAL_H
#define RCGEN_SEMA_INTERNAL_H

#include "sema/sema.h"

#include <stdbool.h>

#define RC_MAX_FIELDS 255
#define RC_MAX_VARIANTS 65535

/* All declarations of one package, from any number of files. */
struct rc_package {
    const struct rc_name *name;
    struct rc_map decls; /* name -> struct rc_decl */
};

/* names.c: the declaration that a path means in the current file; NULL: reported. */
struct rc_decl *rc_sema_lookup(struct rc_sema *sema, const struct rc_path *path);

/* names.c: the dotted text of a path. */
const char *rc_path_text(struct rc_sema *sema, const struct rc_path *path);

/* names.c: checks the spelling of a name against the convention of its kind, with a warning. */
void rc_sema_check_spelling(struct rc_sema *sema, enum rc_code code, struct rc_ident ident);

/* types.c: where a type stands decides what it may be. */
enum rc_type_place {
    RC_PLACE_VALUE, /* a field or reply */
    RC_PLACE_LOCAL  /* the same in a [local] enum: pointers are allowed */
};

/* types.c: gives a type node its type, or reports why it has none. */
void rc_sema_resolve(struct rc_sema *sema, struct rc_type_node *node, enum rc_type_place place);

/* types.c: the type that an enum, union or struct is. */
const struct rc_type *rc_sema_declared_type(struct rc_sema *sema, struct rc_decl *decl);

/* types.c: the kind of a built-in scalar, string, bytes or unit; false when it is none. */
bool rc_sema_builtin(const char *name, enum rc_type_kind *kind);

/* attrs.c: check attributes and fill in what they mean. */
void rc_sema_decl_attrs(struct rc_sema *sema, struct rc_decl *decl);
void rc_sema_variant_attrs(struct rc_sema *sema, struct rc_variant *variant, bool in_enum);
void rc_sema_field_attrs(struct rc_sema *sema, struct rc_field *field);

/* attrs.c: the names of the attributes, NULL behind the last; what one is for, NULL: unknown. */
const char *rc_sema_attr_name(size_t i);
const char *rc_sema_attr_about(const char *name);

/* parts.c: checks that each part of an enum is one; takes `whole` from one that is not. */
void rc_sema_check_parts(struct rc_sema *sema, struct rc_file *file);

/* consts.c: checks the value of a constant against its type. */
void rc_sema_check_const(struct rc_sema *sema, struct rc_decl *decl);

/* recursion.c: reports structs and unions that would contain themselves by value. */
void rc_sema_check_recursion(struct rc_sema *sema, struct rc_file *file);

#endif

/* SPDX-License-Identifier: MIT */
/* From a checked file to the model that the templates print. */
#ifndef RCGEN_BACKEND_C_LOWER_H
#define RCGEN_BACKEND_C_LOWER_H

#include "ast/backend.h"
#include "backend_c/names.h"
#include "template/template.h"

/* How a type looks in C. */
struct rc_c_type {
    const char *c;     /* the C type */
    const char *class; /* whose functions encode it, and whether it has a tail: gen_codec.h */
    const char *op;    /* its name in those functions */
    const char *codec; /* its ractor_codec */
    bool is_view;      /* it has a tail */
    bool by_pointer;   /* passed to functions as a const pointer */
};

/* A type that the model points at and does not have yet. */
struct rc_c_pending {
    const struct rc_type *type;
    struct rc_span span;
    bool is_entry; /* the entry of the map `type` */
};

struct rc_c_lower {
    const struct rc_backend_input *input;
    struct rc_arena *arena;
    struct rc_c_names names;
    const char *prefix;     /* demo_chat_ */
    struct rc_model *model; /* of the file */
    struct rc_map types;    /* spelling -> whether a type is already in the model */
    struct rc_map boxes;    /* spelling of an option -> whether it is boxed */
    RC_LIST(struct rc_c_pending) pending;
};

/* types.c: how the type looks in C; from now on the model has it. */
void rc_c_type_of(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                  struct rc_c_type *out);

/* describe.c: the same without adding it to the model. */
void rc_c_describe(struct rc_c_lower *lower, const struct rc_type *type, struct rc_c_type *out);

/* describe.c: the C type of a built-in one. */
const char *rc_c_builtin(enum rc_type_kind kind);

/* describe.c: the C name of a struct, union or enum, the same in whichever file it is met. */
const char *rc_c_decl_name(struct rc_c_lower *lower, const struct rc_decl *decl);

/* describe.c: whether values of the type have a tail. */
bool rc_c_has_tail(struct rc_c_lower *lower, const struct rc_type *type);

/* boxes.c: whether the type is an option that points at its value. */
bool rc_c_is_boxed(struct rc_c_lower *lower, const struct rc_type *type);

/* types.c: asks for the functions of a type of an imported schema. */
void rc_c_need_functions(struct rc_c_lower *lower, const struct rc_type *type,
                         const struct rc_c_type *c);

/* values.c: whether a type is new to the model; from now on it is not. */
bool rc_c_is_new(struct rc_c_lower *lower, const struct rc_name *name);

/* values.c: adds a type and what it holds by value to the model, once. */
void rc_c_enter(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span);

/* values.c: adds a type that is only pointed at, once what is being entered now is whole: it may be
 * the same. */
void rc_c_enter_later(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                      bool is_entry);

/* values.c: adds what the types in the model point at. */
void rc_c_enter_pending(struct rc_c_lower *lower);

/* values.c: the model of a type with a private codec, for the caller to fill and push. */
struct rc_model *rc_c_value_model(struct rc_c_lower *lower, const char *full_name,
                                  const struct rc_c_type *c);

/* values.c: adds a struct of this file to the model, once. */
void rc_c_lower_struct(struct rc_c_lower *lower, const struct rc_decl *decl);

/* compound.c: the same for a union. */
void rc_c_lower_union(struct rc_c_lower *lower, const struct rc_decl *decl);

/* compound.c: the same for an option, a result or a reference to an actor. */
void rc_c_lower_compound(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span);

/* fields.c: adds the list of fields and what functions need of them to a struct's model. */
void rc_c_lower_fields(struct rc_c_lower *lower, struct rc_model *record,
                       const struct rc_fields *fields, const char *struct_name);

/* consts.c: adds a constant to the file's model. */
void rc_c_lower_const(struct rc_c_lower *lower, const struct rc_decl *decl);

/* enums.c: adds a message enum to the file's model. */
void rc_c_lower_enum(struct rc_c_lower *lower, const struct rc_decl *decl);

/* lower.c: a doc comment as the list `doc` of its lines. */
void rc_c_lower_doc(struct rc_c_lower *lower, struct rc_model *model, const char *doc);

/* lower.c: text that cannot end or confuse the comment around it, with a space before it. */
const char *rc_c_comment_text(struct rc_arena *arena, const char *text, size_t length);

/* lower.c: RACTOR_DEPRECATED("why") and a space, or nothing. */
const char *rc_c_deprecated(struct rc_c_lower *lower, const char *why);

/* lower.c: text as the inside of a C string literal. */
const char *rc_c_quote(struct rc_arena *arena, const char *text);

/* lower.c: the model of a whole file. */
struct rc_model *rc_c_lower_file(struct rc_c_lower *lower);

#endif

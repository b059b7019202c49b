/* SPDX-License-Identifier: MIT */
/* From a checked file to the model that the templates print. */
#ifndef RCGEN_BACKEND_C_LOWER_H
#define RCGEN_BACKEND_C_LOWER_H

#include "ast/backend.h"
#include "backend_c/names.h"
#include "backend_c/template.h"

/* How a type looks in C. */
struct rc_c_type {
    const char *c;     /* the C type */
    const char *ns;    /* whose functions encode it */
    const char *op;    /* its name in those functions */
    const char *codec; /* its ractor_codec */
    bool is_view;      /* it has a tail */
    bool by_pointer;   /* passed to functions as a const pointer */
};

struct rc_c_lower {
    const struct rc_backend_input *input;
    struct rc_arena *arena;
    struct rc_c_names names;
    const char *prefix;     /* demo_chat_ */
    struct rc_model *model; /* of the file */
    struct rc_map types;    /* spelling -> whether a type is already in the model */
};

/* types.c: false after reporting, at `span`, that C output has no such type yet. */
bool rc_c_type_of(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                  struct rc_c_type *out);

/* values.c: the same for a struct, or a vec that wire.h does not have. */
bool rc_c_value_type(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                     struct rc_c_type *out);

/* values.c: adds a struct of this file to the model, once. */
void rc_c_lower_struct(struct rc_c_lower *lower, const struct rc_decl *decl);

/* fields.c: adds the list of fields and what functions need of them to a struct's model. */
void rc_c_lower_fields(struct rc_c_lower *lower, struct rc_model *record,
                       const struct rc_fields *fields, const char *struct_name);

/* enums.c: adds a message enum to the file's model. */
void rc_c_lower_enum(struct rc_c_lower *lower, const struct rc_decl *decl);

/* lower.c: a doc comment as the list `doc` of its lines. */
void rc_c_lower_doc(struct rc_c_lower *lower, struct rc_model *model, const char *doc);

/* lower.c: RACTOR_DEPRECATED("why") and a space, or nothing. */
const char *rc_c_deprecated(struct rc_c_lower *lower, const char *why);

/* lower.c: text as the inside of a C string literal. */
const char *rc_c_quote(struct rc_arena *arena, const char *text);

/* lower.c: the model of a whole file. */
struct rc_model *rc_c_lower_file(struct rc_c_lower *lower);

#endif

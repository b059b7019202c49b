/* SPDX-License-Identifier: MIT */
/* From a checked file to the model that the Rust templates print. */
#ifndef RCGEN_BACKEND_RUST_LOWER_H
#define RCGEN_BACKEND_RUST_LOWER_H

#include "ast/backend.h"
#include "template/template.h"

struct rc_rust_lower {
    const struct rc_backend_input *input;
    struct rc_arena *arena;
    struct rc_model *model; /* of the file */
};

/* types.c: a name as Rust takes it: keywords as raw identifiers, or with an underscore behind. */
const char *rc_rust_name(struct rc_arena *arena, const char *name);

/* types.c: a type inside of a struct, a union or another type. */
const char *rc_rust_type(struct rc_rust_lower *lower, const struct rc_type *type);

/* types.c: a field's type there, with its bound. */
const char *rc_rust_field_type(struct rc_rust_lower *lower, const struct rc_field *field);

/* types.c: a type as a message's field or reply, where the crate's own encodings serve. */
const char *rc_rust_message_type(struct rc_rust_lower *lower, const struct rc_type *type);

/* types.c: a message's field, with its bound. */
const char *rc_rust_message_field(struct rc_rust_lower *lower, const struct rc_field *field);

/* consts.c: a constant's type and value. */
const char *rc_rust_const_type(const struct rc_decl *decl);
const char *rc_rust_const_value(struct rc_arena *arena, const struct rc_decl *decl);

/* consts.c: text inside of a string literal. */
const char *rc_rust_quote(struct rc_arena *arena, const char *text, size_t length);

#endif

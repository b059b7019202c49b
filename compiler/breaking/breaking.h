/* SPDX-License-Identifier: MIT */
/*
 * What of a schema's change breaks those who have the old one. A peer matches variants by name and
 * fields by position and count; names of fields, structs and enums are not on the wire, names of
 * variants, also of unions, are.
 */
#ifndef RCGEN_BREAKING_BREAKING_H
#define RCGEN_BREAKING_BREAKING_H

#include "ast/ast.h"
#include "base/diag.h"

/* Who is broken; findings say for whom they are one. */
enum rc_level {
    RC_LEVEL_WIRE_RUST = 1, /* nodes in Rust, with the old schema in whatever form */
    RC_LEVEL_WIRE_C = 2,    /* nodes in C */
    RC_LEVEL_SOURCE = 4     /* programs that are compiled against the generated code */
};

/* Reports the findings of these levels. Places are in the new file, with a note in the old one, or
 * the reverse for what is gone. */
void rc_breaking(struct rc_diags *diags, const struct rc_file *old_file,
                 const struct rc_file *new_file, unsigned levels);

/* wire_form.c: what of a type is on the wire, as text: two types with the same are the same there.
 */
const char *rc_wire_form(struct rc_arena *arena, const struct rc_type *type);

#endif

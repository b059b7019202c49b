/* SPDX-License-Identifier: MIT */
/* Golden vectors: for each variant and reply of a schema's enums, and each struct and union, values
 * at the edges with their bytes, as JSON. */
#ifndef RCGEN_VALUE_VECTORS_H
#define RCGEN_VALUE_VECTORS_H

#include "ast/ast.h"

#include <jansson.h>

/* A new reference; NULL: no memory. `schema` is the file's name as it is shown. */
json_t *rc_vectors(struct rc_arena *arena, const struct rc_file *file, const char *schema);

#endif

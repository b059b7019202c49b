/* SPDX-License-Identifier: MIT */
/* From text to tree. Keeps no state between calls. */
#ifndef RCGEN_SYNTAX_PARSE_H
#define RCGEN_SYNTAX_PARSE_H

#include "ast/ast.h"
#include "base/diag.h"
#include "base/intern.h"

/*
 * Parses a file. Always gives a tree, of what could be understood; mistakes are in `diags`.
 * `source` must outlive the tree.
 */
struct rc_file *rc_parse(struct rc_arena *arena, struct rc_intern *names, struct rc_diags *diags,
                         struct rc_source *source);

#endif

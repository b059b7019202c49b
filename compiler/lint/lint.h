/* SPDX-License-Identifier: MIT */
/* What is allowed and yet likely to be regretted. Each rule is a warning that can be switched off;
 * docs/lint.md says why each of them is there. */
#ifndef RCGEN_LINT_LINT_H
#define RCGEN_LINT_LINT_H

#include "ast/ast.h"
#include "base/diag.h"

/* Reports on the files; whether a declaration is used is seen among all of them. */
void rc_lint(struct rc_diags *diags, struct rc_file *const *files, size_t n_files);

#endif

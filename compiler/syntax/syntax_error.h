/* SPDX-License-Identifier: MIT */
/* Words a syntax error; private to this folder. */
#ifndef RCGEN_SYNTAX_SYNTAX_ERROR_H
#define RCGEN_SYNTAX_SYNTAX_ERROR_H

#include "syntax/scan.h"

#define RC_MAX_EXPECTED 32

/*
 * Reports what was found at `loc` against the names of what could have stood there. Keywords may be
 * names, too: they are left out where any name would do.
 */
void rc_syntax_error(struct rc_scan *scan, struct rc_loc loc, bool at_end,
                     const char *const *expected, const bool *is_keyword, size_t n_expected);

#endif

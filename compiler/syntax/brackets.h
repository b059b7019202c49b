/* SPDX-License-Identifier: MIT */
/*
 * Stands between lexer and parser and keeps count of the brackets that are open. One that is never
 * closed would swallow all that follows, and the mistakes in it: so where it can no longer be
 * closed (before a `}` of something around it, a declaration at the start of a line, or the end of
 * the file) that is said once, and the parser is given what is missing.
 */
#ifndef RCGEN_SYNTAX_BRACKETS_H
#define RCGEN_SYNTAX_BRACKETS_H

#include "syntax/scan.h"
#include "parser.h"

/* The next token, as the lexer would give it. */
int rc_brackets_next(struct rc_scan *scan, RC_YYSTYPE *value, struct rc_loc *loc, void *scanner);

#endif

/* SPDX-License-Identifier: MIT */
/* What lexer and parser share; private to this folder. */
#ifndef RCGEN_SYNTAX_SCAN_H
#define RCGEN_SYNTAX_SCAN_H

#include "ast/build.h"
#include "base/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a token or phrase stands: bytes [begin, end) of the file. */
struct rc_loc {
    uint32_t begin;
    uint32_t end;
};

struct rc_bracket;
struct rc_lexeme;

/* What stands between lexer and parser: see brackets.h. */
struct rc_brackets {
    RC_LIST(struct rc_bracket) open; /* innermost last */
    RC_LIST(struct rc_lexeme) ahead; /* read, not yet given to the parser: from n_taken on */
    size_t n_taken;
    size_t n_closing; /* still to be closed before the next of `ahead` */
    bool is_made_up;  /* the parser's last token was not in the file */
};

/* State of one parse: the flex "extra" and the bison parameter. */
struct rc_scan {
    struct rc_builder builder;
    uint32_t offset; /* of the next token */
    struct rc_brackets brackets;
};

/* Turn a token's text into a literal; mistakes are reported, and some literal still returned. */
struct rc_literal *rc_scan_string(struct rc_scan *scan, struct rc_loc loc);
struct rc_literal *rc_scan_char(struct rc_scan *scan, struct rc_loc loc);
struct rc_literal *rc_scan_number(struct rc_scan *scan, struct rc_loc loc);

#endif

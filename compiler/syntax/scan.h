/* SPDX-License-Identifier: MIT */
/* What lexer and parser share; private to this folder. */
#ifndef RCGEN_SYNTAX_SCAN_H
#define RCGEN_SYNTAX_SCAN_H

#include "ast/build.h"

#include <stddef.h>
#include <stdint.h>

/* Where a token or phrase stands: bytes [begin, end) of the file. */
struct rc_loc {
    uint32_t begin;
    uint32_t end;
};

/* State of one parse: the flex "extra" and the bison parameter. */
struct rc_scan {
    struct rc_builder builder;
    uint32_t offset; /* of the next token */
};

/* Turn a token's text into a literal; mistakes are reported, and some literal still returned. */
struct rc_literal *rc_scan_string(struct rc_scan *scan, struct rc_loc loc);
struct rc_literal *rc_scan_char(struct rc_scan *scan, struct rc_loc loc);
struct rc_literal *rc_scan_number(struct rc_scan *scan, struct rc_loc loc);

#endif

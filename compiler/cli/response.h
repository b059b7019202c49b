/* SPDX-License-Identifier: MIT */
/* Response files: `@FILE` on the command line stands for the arguments in FILE. */
#ifndef RCGEN_CLI_RESPONSE_H
#define RCGEN_CLI_RESPONSE_H

#include "base/arena.h"

struct rc_arguments {
    int argc;
    char **argv; /* ends with NULL, as main's */
};

/*
 * Puts the arguments of response files in their places. As GCC has it: white space parts them,
 * quotes of both kinds hold it, a backslash takes the next character as it is. Files named in such
 * a file are not read. NULL, or what is wrong with a file.
 */
const char *rc_cli_expand(struct rc_arena *arena, struct rc_arguments *arguments);

#endif

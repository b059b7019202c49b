/* SPDX-License-Identifier: MIT */
/*
 * A number that two schemas share when the messages of an enum look the same on the wire. It covers
 * the variants' names, whether each is answered, the types of fields and replies in order, and all
 * that these reach. Names of fields, structs and enums, the order of variants, docs, bounds and
 * other attributes are not on the wire and do not count.
 */
#ifndef RCGEN_AST_FINGERPRINT_H
#define RCGEN_AST_FINGERPRINT_H

#include "ast/ast.h"
#include "base/arena.h"

/* The fingerprint of a checked message enum; never 0. The arena is for working memory. */
uint64_t rc_fingerprint(const struct rc_decl *decl, struct rc_arena *arena);

#endif

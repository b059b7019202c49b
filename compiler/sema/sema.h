/* SPDX-License-Identifier: MIT */
/*
 * Checks trees and annotates them: names get their declarations, type nodes their types, attributes
 * become members. After a run without errors a backend may trust every "sema" member.
 *
 *     struct rc_sema sema;
 *     rc_sema_init(&sema, arena, names, diags);
 *     for each file, imported ones first: rc_sema_declare(&sema, file);
 *     for each file: rc_sema_check(&sema, file);
 */
#ifndef RCGEN_SEMA_SEMA_H
#define RCGEN_SEMA_SEMA_H

#include "ast/ast.h"
#include "base/diag.h"
#include "base/intern.h"

struct rc_sema {
    struct rc_arena *arena;
    struct rc_intern *names;
    struct rc_diags *diags;
    struct rc_map packages; /* package name -> struct rc_package */
    struct rc_map types;    /* spelling -> struct rc_type */
    struct rc_file *file;   /* the one that is being checked */
};

void rc_sema_init(struct rc_sema *sema, struct rc_arena *arena, struct rc_intern *names,
                  struct rc_diags *diags);

/* Makes a file's declarations known; reports what is declared twice. */
void rc_sema_declare(struct rc_sema *sema, struct rc_file *file);

/* Checks a file whose imports have been declared; does nothing the second time. */
void rc_sema_check(struct rc_sema *sema, struct rc_file *file);

#endif

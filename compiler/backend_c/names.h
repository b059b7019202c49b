/* SPDX-License-Identifier: MIT */
/* Names of the output: C's spelling of the schema's names, and no two alike. */
#ifndef RCGEN_BACKEND_C_NAMES_H
#define RCGEN_BACKEND_C_NAMES_H

#include "base/diag.h"
#include "base/intern.h"

#include <stdbool.h>

/* HttpServer2 -> http_server2; HTTPServer -> http_server. */
const char *rc_c_snake(struct rc_arena *arena, const char *name);

/* Upper case, dots to underscores. */
const char *rc_c_upper(struct rc_arena *arena, const char *name);

/* As a member or parameter: a keyword of C or C++ gets an underscore behind it. */
const char *rc_c_member(struct rc_arena *arena, const char *name);

/* Whether a stub already has a parameter of this name. */
bool rc_c_is_stub_param(const char *name);

/* File-scope names in use, and what took them. */
struct rc_c_names {
    struct rc_arena *arena;
    struct rc_intern *interned;
    struct rc_diags *diags;
    struct rc_map taken; /* name -> struct rc_c_owner */
};

void rc_c_names_init(struct rc_c_names *names, struct rc_arena *arena, struct rc_intern *interned,
                     struct rc_diags *diags);

/*
 * Takes a name that must not change. When it is in use, reports a clash of `what` at `span` with
 * the earlier owner.
 */
void rc_c_take(struct rc_c_names *names, const char *name, const char *what, struct rc_span span);

/* Takes a name, with as many underscores behind it as are needed to make it free. */
const char *rc_c_take_free(struct rc_c_names *names, const char *name, const char *what,
                           struct rc_span span);

#endif

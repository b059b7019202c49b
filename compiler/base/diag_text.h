/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics for people: file:line:column, message, the source line and a caret below it.
 *
 *     chat.ractor:4:21: error: unknown type `strng` [E0302]
 *         4 | enum Room { Post(a: strng) }
 *           |                     ^~~~~
 *           = hint: did you mean `string`?
 */
#ifndef RCGEN_BASE_DIAG_TEXT_H
#define RCGEN_BASE_DIAG_TEXT_H

#include "base/buffer.h"
#include "base/diag.h"

struct rc_diag_text {
    struct rc_buffer *out;
    bool is_colored;
};

/* A sink's `show`; `user` is a `struct rc_diag_text`. */
void rc_diag_text_show(void *user, const struct rc_diag *diag);

#endif

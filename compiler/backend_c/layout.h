/* SPDX-License-Identifier: MIT */
/* Folds long lines of C the way the house's clang-format does. */
#ifndef RCGEN_BACKEND_C_LAYOUT_H
#define RCGEN_BACKEND_C_LAYOUT_H

#include "base/buffer.h"

/*
 * Appends `length` bytes of C text. A line over 100 columns is broken behind commas, continued
 * under the innermost open bracket. Lines of macros are left as they are.
 */
void rc_c_layout(const char *text, size_t length, struct rc_buffer *out);

#endif

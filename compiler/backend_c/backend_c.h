/* SPDX-License-Identifier: MIT */
/* C output: NAME.rc.c and NAME.rc.h. docs/generated-code.md lists what they declare. */
#ifndef RCGEN_BACKEND_C_BACKEND_C_H
#define RCGEN_BACKEND_C_BACKEND_C_H

#include "ast/backend.h"

extern const struct rc_backend rc_backend_c;

#endif

/* SPDX-License-Identifier: MIT */
/* libFuzzer targets for the generated C, one per message enum. */
#ifndef RCGEN_BACKEND_C_FUZZ_H
#define RCGEN_BACKEND_C_FUZZ_H

#include "ast/backend.h"

/* The target's name: fuzz_demo_chat_room. */
const char *rc_c_fuzz_name(struct rc_arena *arena, const struct rc_decl *decl);

/*
 * Fills `output` with the target of an enum of the input's file. `output_names[0]` is the header
 * that the C backend makes of the file.
 */
void rc_c_fuzz(const struct rc_backend_input *input, const struct rc_decl *decl,
               struct rc_buffer *output);

#endif

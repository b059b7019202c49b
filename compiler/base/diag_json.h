/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics for programs: one JSON object per line. Bytes that are not UTF-8 (a file's name may
 * have any) come out as U+FFFD, so that every line is valid JSON.
 *
 *     {"severity":"error","code":"E0302","warning":null,"message":"unknown type `strng`",
 *      "file":"chat.ractor","line":4,"column":21,"end_line":4,"end_column":26,
 *      "notes":[],"hints":["did you mean `string`?"]}
 */
#ifndef RCGEN_BASE_DIAG_JSON_H
#define RCGEN_BASE_DIAG_JSON_H

#include "base/buffer.h"
#include "base/diag.h"

/* A sink's `show`; `user` is the `struct rc_buffer` to append to. */
void rc_diag_json_show(void *user, const struct rc_diag *diag);

/* The same object for what has neither a code nor a place: "error" or "note", and a message. */
void rc_diag_json_message(struct rc_buffer *out, const char *severity, const char *message);

#endif

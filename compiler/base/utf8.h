/* SPDX-License-Identifier: MIT */
/* UTF-8, as table 3-7 of the Unicode standard has it. */
#ifndef RCGEN_BASE_UTF8_H
#define RCGEN_BASE_UTF8_H

#include <stddef.h>

/* Length of the sequence at `at`, of which `left` > 0 bytes may be read; 0 when it is none. */
size_t rc_utf8_length(const char *at, size_t left);

#endif

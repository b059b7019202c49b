/* SPDX-License-Identifier: MIT */
/* Floats by their bits, in as few digits as tell them from their neighbours. */
#ifndef RCGEN_VALUE_REAL_H
#define RCGEN_VALUE_REAL_H

#include "value/value.h"

/* The number that a float's value holds. */
double rc_real_of(const struct rc_value *value);

/* Sets a float's value to the number, rounded to its type. */
void rc_real_set(struct rc_value *value, double number);

/* "0.1", "-0.0", "inf", "-inf", "nan", or "nan:7fc00001" for a NaN with other bits than usual. */
const char *rc_real_text(struct rc_arena *arena, const struct rc_value *value);

/* The reverse for the words "nan…", "inf" and "-inf"; false for anything else. */
bool rc_real_parse_word(struct rc_value *value, const char *text);

#endif

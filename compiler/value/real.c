/* SPDX-License-Identifier: MIT */
#include "value/real.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t usual_nan[2] = {UINT64_C(0x7FC00000), UINT64_C(0x7FF8000000000000)};

static bool is_double(const struct rc_value *value)
{
    return value->type->kind == RC_TYPE_F64;
}

double rc_real_of(const struct rc_value *value)
{
    double number;
    float single;
    uint32_t bits = (uint32_t)value->low;
    if (is_double(value)) {
        memcpy(&number, &value->low, sizeof number);
        return number;
    }
    memcpy(&single, &bits, sizeof single);
    return (double)single;
}

void rc_real_set(struct rc_value *value, double number)
{
    float single = (float)number;
    uint32_t bits;
    if (is_double(value)) {
        memcpy(&value->low, &number, sizeof number);
        return;
    }
    memcpy(&bits, &single, sizeof bits);
    value->low = bits;
}

static bool is_same(const struct rc_value *value, const char *text)
{
    return is_double(value) ? strtod(text, NULL) == rc_real_of(value)
                            : (double)strtof(text, NULL) == rc_real_of(value);
}

const char *rc_real_text(struct rc_arena *arena, const struct rc_value *value)
{
    double number = rc_real_of(value);
    const char *text = "";
    if (isnan(number))
        return value->low == usual_nan[is_double(value)]
                   ? "nan"
                   : rc_arena_printf(arena, "nan:%0*" PRIx64, is_double(value) ? 16 : 8,
                                     value->low);
    if (isinf(number))
        return number < 0 ? "-inf" : "inf";
    for (int digits = 1; digits <= 17; digits++) {
        text = rc_arena_printf(arena, "%.*g", digits, number);
        if (is_same(value, text))
            break;
    }
    return strpbrk(text, ".e") != NULL ? text : rc_arena_printf(arena, "%s.0", text);
}

bool rc_real_parse_word(struct rc_value *value, const char *text)
{
    char *end = NULL;
    if (strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0) {
        rc_real_set(value, text[0] == '-' ? -INFINITY : INFINITY);
        return true;
    }
    if (strncmp(text, "nan", 3) != 0)
        return false;
    value->low = usual_nan[is_double(value)];
    if (text[3] == '\0')
        return true;
    if (text[3] != ':' || strlen(text + 4) != (is_double(value) ? 16u : 8u) ||
        strspn(text + 4, "0123456789abcdef") != strlen(text + 4))
        return false;
    value->low = strtoull(text + 4, &end, 16);
    return isnan(rc_real_of(value));
}

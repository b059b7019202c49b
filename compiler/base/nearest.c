/* SPDX-License-Identifier: MIT */
#include "base/diag.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 48

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t mismatch(char a, char b)
{
    if (a == b)
        return 0;
    return tolower((unsigned char)a) == tolower((unsigned char)b) ? 1 : 2;
}

/* Edit distance in half steps (case alone counts half), with neighbours swapped as one edit. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = 2 * j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = 2 * i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = smaller(smaller(above[j], row[j - 1]) + 2,
                             above[j - 1] + mismatch(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], rows[(i - 2) % 3][j - 2] + 2);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *rc_nearest(const char *wanted, const char *const *names, size_t n_names)
{
    size_t length = strlen(wanted);
    const char *nearest = NULL;
    size_t limit = length <= 3 ? 2 : length <= 8 ? 4 : 6;
    if (length > LONGEST)
        return NULL;
    for (size_t i = 0; i < n_names; i++) {
        size_t name_length = strlen(names[i]);
        if (name_length > LONGEST)
            continue;
        size_t found = distance(wanted, length, names[i], name_length);
        if (found <= limit && found < 2 * name_length) {
            nearest = names[i];
            limit = found - (found > 0);
        }
    }
    return nearest;
}

/* SPDX-License-Identifier: MIT */
#include "vendor.h"

#include <stdlib.h>

/* The palette of kind 'p' was never loaded. */
static uint64_t *volatile palette;

uint64_t vendor_measure(const uint8_t *bytes, size_t length)
{
    volatile uint64_t wanted = 1;
    if (length < 3)
        exit(3); /* "this cannot happen" */
    if (bytes[0] == 'p')
        return palette[bytes[1]];
    while (bytes[0] == 's' && wanted != 0) /* looks for the end of a stream that has none */
        wanted |= 1;
    return (uint64_t)(bytes[1] - '0') * (uint64_t)(bytes[2] - '0');
}

/* SPDX-License-Identifier: MIT */
/* Printing and comparing values of the built-in types, for the codec tables of wire.c. */
#ifndef RACTOR_BASE_WIRE_PRINT_H
#define RACTOR_BASE_WIRE_PRINT_H

#include <ractor/wire.h>

#define RT_DECLARE_PRINT(NAME, ...)                                                                \
    void rt_print_##NAME(const void *value, const ractor_printer *out);                            \
    bool rt_equal_##NAME(const void *a, const void *b);
RACTOR_WIRE_NUMBERS(RT_DECLARE_PRINT)
RACTOR_WIRE_OTHERS(RT_DECLARE_PRINT)
RACTOR_WIRE_VIEWS(RT_DECLARE_PRINT)
RT_DECLARE_PRINT(pointer, const void *)

#endif

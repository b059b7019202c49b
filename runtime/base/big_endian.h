/* SPDX-License-Identifier: MIT */
/* Whole numbers as bytes, the most significant first, as all of the wire has them. */
#ifndef RACTOR_BASE_BIG_ENDIAN_H
#define RACTOR_BASE_BIG_ENDIAN_H

#include <stddef.h>
#include <stdint.h>

static inline void rt_put_u32(uint32_t value, uint8_t bytes[4])
{
    for (size_t i = 4; i-- > 0; value >>= 8)
        bytes[i] = (uint8_t)value;
}

static inline void rt_put_u64(uint64_t value, uint8_t bytes[8])
{
    for (size_t i = 8; i-- > 0; value >>= 8)
        bytes[i] = (uint8_t)value;
}

static inline uint64_t rt_get_u64(const uint8_t bytes[8])
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

#endif

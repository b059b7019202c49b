/* SPDX-License-Identifier: MIT */
/* The machine. */
#ifndef RACTOR_BASE_CORES_H
#define RACTOR_BASE_CORES_H

#include <stdint.h>

/* Cores that this process may use: its affinity mask, not the machine. At least 1. */
uint32_t rt_count_cores(void);

#endif

/* SPDX-License-Identifier: MIT */
/* uthash as this project uses it: memory from rt_alloc; an element that could not be added, for
 * want of memory, has `hh.tbl == NULL` and is not in the table. */
#ifndef RACTOR_BASE_HASH_H
#define RACTOR_BASE_HASH_H

#include "base/alloc.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(size) rt_alloc(size)
#define uthash_free(block, size) rt_free(block)

#include <uthash.h>

#endif

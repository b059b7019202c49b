/* SPDX-License-Identifier: MIT */
/* The part of a runtime that ends last; see struct rt_kept in remote.h. */
#ifndef RACTOR_ACTOR_KEPT_H
#define RACTOR_ACTOR_KEPT_H

#include <ractor/runtime.h>

#include <stdbool.h>

bool rt_kept_init(ractor_runtime *runtime);
void rt_kept_fini(ractor_runtime *runtime);

#endif

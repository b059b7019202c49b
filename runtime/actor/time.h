/* SPDX-License-Identifier: MIT */
/* The records of timers (ractor/time.h). */
#ifndef RACTOR_ACTOR_TIME_H
#define RACTOR_ACTOR_TIME_H

#include <ractor/runtime.h>

#include <stdbool.h>

bool rt_alarms_init(ractor_runtime *runtime);
/* Timers that have not fired end silently. The timers' thread must have ended. */
void rt_alarms_fini(ractor_runtime *runtime);

#endif

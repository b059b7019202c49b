/* SPDX-License-Identifier: MIT */
/* What the programs share: an adder, a clerk, and what to do about errors. */
#ifndef TOUR_H
#define TOUR_H

#include "tour.rc.h"

#include <ractor/ractor.h>

/* Adds what it is sent; fails when it is sent 13. */
extern const ractor_actor_class adder_class;

/* Files pages; its start fails if its args, an `uint32_t`, are 0. */
extern const ractor_actor_class clerk_class;

/* Ends the program when `status` is not what it should be. */
void expect(ractor_status status, ractor_status wanted, const char *what);

/* A runtime with the default options. */
ractor_runtime *start(void);

#endif

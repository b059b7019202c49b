/* SPDX-License-Identifier: MIT */
/*
 * Reads and parses a run's inputs ahead of the loader, on several threads. What the loader makes of
 * them does not depend on it. Private to this folder.
 */
#ifndef RCGEN_DRIVER_AHEAD_H
#define RCGEN_DRIVER_AHEAD_H

#include "driver/load.h"
#include "driver/read.h"

/* What became of a path. */
struct rc_ahead {
    struct rc_loaded *loaded;   /* NULL: it could not be read */
    struct rc_read_error error; /* why */
    struct rc_diags diags;      /* what was found in it */
};

/* Adds to `loader->ahead`; nothing when there are too few inputs for it to be worth while. */
void rc_ahead_parse(struct rc_loader *loader, const char *const *paths, size_t n_paths);

#endif

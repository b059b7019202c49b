/* SPDX-License-Identifier: MIT */
/* Parts of paths. */
#ifndef RCGEN_BASE_PATH_H
#define RCGEN_BASE_PATH_H

/* What stands behind the last slash; a part of `path`. */
const char *rc_base_name(const char *path);

#endif

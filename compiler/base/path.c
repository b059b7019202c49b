/* SPDX-License-Identifier: MIT */
#include "base/path.h"

#include <string.h>

const char *rc_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

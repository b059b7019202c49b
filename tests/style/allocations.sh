#!/bin/sh
# SPDX-License-Identifier: MIT
# All memory of the libraries comes from base/alloc.c: no other object refers to an allocator of the
# C library's, or to a function that gives memory which must be freed.
#
# usage: allocations.sh NM ARCHIVE...
set -u

nm=$1
shift
family='malloc calloc realloc reallocarray free cfree strdup strndup aligned_alloc posix_memalign
    memalign valloc asprintf vasprintf getline getdelim open_memstream realpath scandir
    __strdup __asprintf_chk __vasprintf_chk'
pattern=$(echo $family | tr ' ' '|')
failed=0
for archive in "$@"; do
    undefined=$("$nm" -A --undefined-only "$archive") || exit 1
    strangers=$(echo "$undefined" | grep -E " U ($pattern)(@.*)?\$" | grep -v 'base_alloc\.c\.o:')
    if [ -n "$strangers" ]; then
        echo "allocations: $archive allocates past base/alloc.c:" >&2
        echo "$strangers" >&2
        failed=1
    fi
done
# The pattern finds what it is meant to find.
for archive in "$@"; do
    "$nm" -A --undefined-only "$archive" | grep -E " U ($pattern)(@.*)?\$" | grep -q 'base_alloc\.c\.o:' &&
        exit $failed
done
echo "allocations: base/alloc.c is in none of the archives" >&2
exit 1

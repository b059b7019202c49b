#!/bin/sh
# SPDX-License-Identifier: MIT
# Each header compiles alone and twice: the public ones as strict C11 and as C++17, those inside the
# runtime as C11.
#
# usage: headers.sh SOURCE_ROOT CC CXX|- -- INCLUDE_FLAG...
set -u

root=$1 cc=$2 cxx=$3
shift 4
failed=0

# compile HEADER COMPILER FLAG...: a file that includes nothing but the header.
compile() {
    header=$1
    shift
    if ! printf '#include "%s"\n#include "%s"\nextern int unused;\n' "$header" "$header" |
        "$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -; then
        echo "headers: $header does not compile alone with: $*" >&2
        failed=1
    fi
}

for header in "$root"/runtime/include/ractor/*.h; do
    compile "$header" "$cc" -std=c11 -x c "$@"
    [ "$cxx" = - ] || compile "$header" "$cxx" -std=c++17 -x c++ "$@"
done
for header in "$root"/runtime/base/*.h "$root"/runtime/actor/*.h "$root"/runtime/domain/*.h "$root"/runtime/cluster/*.h; do
    [ -f "$header" ] || continue
    compile "$header" "$cc" -std=c11 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -x c "$@"
done
exit $failed

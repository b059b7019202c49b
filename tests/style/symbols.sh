#!/bin/sh
# SPDX-License-Identifier: MIT
# The shared libraries export ractor_* and nothing else.
#
# usage: symbols.sh NM LIBRARY...
set -u

nm=$1
shift
failed=0
for library in "$@"; do
    exported=$("$nm" --dynamic --defined-only --format=posix "$library" | cut -d' ' -f1)
    strangers=$(echo "$exported" | grep -v '^ractor_')
    if [ -n "$strangers" ]; then
        echo "symbols: $library exports more than ractor_*:" >&2
        echo "$strangers" >&2
        failed=1
    fi
    if ! echo "$exported" | grep -q '^ractor_'; then
        echo "symbols: $library exports nothing" >&2
        failed=1
    fi
done
exit $failed

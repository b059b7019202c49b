#!/bin/sh
# SPDX-License-Identifier: MIT
# Searches all states of a model. With `fails`, the switches plant a defect, and the search must find
# it.
#
# usage: check.sh holds|fails SPIN CC MODEL [-DSWITCH ...]
set -eu
expected=$1 spin=$2 cc=$3 model=$4
shift 4

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$spin" -a "$@" "$model"
"$cc" -w -O2 -DSAFETY -DCOLLAPSE -o pan pan.c
./pan -m200000 -n >result
cat result

if grep -q 'max search depth too small\|out of memory\|VECTORSZ' result; then
    echo "the search has not seen all states"
    exit 1
fi
case $expected in
holds) grep -q 'errors: 0$' result && ! grep -q 'Search not completed' result ;;
fails) grep -q 'errors: 1$' result ;;
*) exit 2 ;;
esac

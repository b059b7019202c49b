#!/bin/sh
# SPDX-License-Identifier: MIT
# The library names its probe points to tools.
#
# usage: usdt.sh READELF LIBRARY
set -eu

notes=$("$1" --notes --wide "$2")
for probe in message_send message_start message_end message_drop; do
    echo "$notes" | grep -q "Name: $probe" || { echo "usdt: $probe is missing" >&2; exit 1; }
done

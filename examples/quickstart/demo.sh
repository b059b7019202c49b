#!/bin/sh
# SPDX-License-Identifier: MIT
# Shows the whole way: the schema, what rcgen made of it, and two nodes in two processes that use it.
#
# usage: demo.sh FOLDER_WITH_THE_PROGRAMS
set -eu

here=$(dirname "$0")
programs=$1

title() {
    printf '\n--- %s\n\n' "$1"
}

title "The schema: examples/quickstart/counter.ractor"
grep -v SPDX "$here/counter.ractor"

title "What rcgen made of it"
(cd "$programs" && wc -l counter.rc.h counter.rc.c | grep -v total)
echo "...of which a program calls:"
grep -oE '\b(demo_counter_(send|call|spawn|find)\w*|demo_counter_\w+_reply)\(' \
    "$programs/counter.rc.h" | sort -u | sed 's/(.*/()/; s/^/    /'

title "Two nodes"
pipe=$(mktemp -d)
trap 'rm -rf "$pipe"' EXIT
mkfifo "$pipe/server"
"$programs/server" >"$pipe/server" 2>&1 &
server=$!
exec 3<"$pipe/server"

# The server says which port the system gave it.
port=
while [ -z "$port" ] && read -r line <&3; do
    echo "server | $line"
    port=$(echo "$line" | sed -n 's/.* listens on port //p')
done
if [ -z "$port" ]; then
    echo "demo: the server did not start" >&2
    exit 1
fi
sed -u 's/^/server | /' <&3 &
printer=$!

{
    "$programs/client" 127.0.0.1 "$port" 2>&1 && result=0 || result=$?
    echo "$result" >"$pipe/client"
    # The server ends when its client has left; a client that never came must not keep it waiting.
    [ "$result" -eq 0 ] || kill "$server"
} | sed -u 's/^/client | /'

wait "$server" && served=0 || served=$?
wait "$printer"
title "Exit codes: server $served, client $(cat "$pipe/client")"
[ "$served" -eq 0 ] && [ "$(cat "$pipe/client")" -eq 0 ]

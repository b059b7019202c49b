#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the Rust modules of the peer: rust_modules.sh RCGEN FOLDER STAMP SCHEMA...
set -eu
rcgen=$1 folder=$2 stamp=$3
shift 3
mkdir -p "$folder"
"$rcgen" --if-changed --rust-out "$folder" "$@"
touch "$stamp"

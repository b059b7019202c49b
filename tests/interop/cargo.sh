#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds the Rust peer, or runs its own tests, with the locked versions of its crates.
#
#   cargo.sh build CARGO SOURCE_DIR BUILD_DIR OUTPUT
#   cargo.sh test  CARGO SOURCE_DIR BUILD_DIR
#
# The peer's messages are the modules that rcgen has made in BUILD_DIR/generated; golden vectors are
# in the build folder of the compiler's tests.
#
# RACTOR_CARGO_TARGET_DIR, when set, keeps what cargo builds in place of BUILD_DIR, so that several
# build trees (and clones) compile the crates once.
set -eu

what=$1 cargo=$2 source_dir=$3
CARGO_TARGET_DIR=${RACTOR_CARGO_TARGET_DIR:-$4/cargo}
RACTOR_GENERATED=$4/generated RACTOR_VECTORS=$4/../compiler
export CARGO_TARGET_DIR RACTOR_GENERATED RACTOR_VECTORS
mkdir -p "$CARGO_TARGET_DIR"

case $what in
build)
    "$cargo" build --quiet --locked --bins --tests --manifest-path "$source_dir/Cargo.toml"
    cp "$CARGO_TARGET_DIR/debug/${5##*/}" "$5"
    ;;
test)
    exec "$cargo" test --locked --offline --manifest-path "$source_dir/Cargo.toml"
    ;;
*)
    echo "usage: cargo.sh build|test CARGO SOURCE_DIR BUILD_DIR [OUTPUT]" >&2
    exit 2
    ;;
esac

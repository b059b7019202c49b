/* SPDX-License-Identifier: MIT */
/* Rust output: a module per schema, and one that they share (docs/rust.md). */
#ifndef RCGEN_BACKEND_RUST_BACKEND_RUST_H
#define RCGEN_BACKEND_RUST_BACKEND_RUST_H

#include "ast/backend.h"

extern const struct rc_backend rc_backend_rust;

#endif

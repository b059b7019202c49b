/* SPDX-License-Identifier: MIT */
/*
 * The language server: JSON-RPC messages in, answers and diagnostics out, one at a time. Nothing
 * that a client sends ends it but `exit` and the end of the input. docs/lsp.md has what it offers.
 */
#ifndef RCGEN_LSP_SERVER_H
#define RCGEN_LSP_SERVER_H

#include "lsp/reader.h"
#include "lsp/view.h"

#include <stdio.h>

/* A connection to a client. */
struct rc_lsp_io {
    /* Reads up to `size` bytes, 0 at the end; waits for the first. */
    size_t (*read)(void *user, char *data, size_t size);
    /* Whether `read` would give something without waiting. */
    bool (*is_ready)(void *user);
    void *user;
    FILE *out;
};

/*
 * Serves until the client says `exit`, the input ends or the output fails. True when the client had
 * asked for the shutdown. `out_of_memory` must not return and gets `user`.
 */
bool rc_lsp_serve(const struct rc_lsp_io *io, const struct rc_lsp_options *options,
                  const char *version, void (*out_of_memory)(void *user), void *user);

#endif

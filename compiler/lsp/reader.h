/* SPDX-License-Identifier: MIT */
/*
 * Messages of the language server protocol as they come in: a head of `Name: value` lines, an empty
 * line, Content-Length bytes. Whatever comes, the reader's memory is bounded and it goes on: after
 * bytes that are no message it looks for the next `Content-Length:`.
 */
#ifndef RCGEN_LSP_READER_H
#define RCGEN_LSP_READER_H

#include <stdbool.h>
#include <stddef.h>

/* A schema of the largest size, each byte of it escaped. */
#define RC_LSP_MESSAGE_LIMIT_BYTES ((size_t)100 << 20)

enum rc_lsp_read {
    RC_LSP_MESSAGE,   /* `body` and `length` hold one */
    RC_LSP_GARBAGE,   /* bytes that are no message were passed over */
    RC_LSP_TOO_LARGE, /* a message beyond the limit was passed over */
    RC_LSP_END        /* the input has ended, cannot be read, or memory ran out */
};

struct rc_lsp_reader {
    /* Reads up to `size` bytes; 0 at the end. */
    size_t (*read)(void *user, char *data, size_t size);
    void *user;
    size_t limit_bytes;
    char buffer[4096];
    size_t at; /* next byte of `buffer` */
    size_t filled;
    size_t pending_bytes; /* a body whose head has been read; 0: none */
    char *body;           /* of the last message; not terminated */
    size_t length;
    size_t capacity;
};

/* `read` is asked for input and must outlive the reader. */
void rc_lsp_reader_init(struct rc_lsp_reader *reader,
                        size_t (*read)(void *user, char *data, size_t size), void *user,
                        size_t limit_bytes);

void rc_lsp_reader_fini(struct rc_lsp_reader *reader);

/* The next message; its body stays until the next call. */
enum rc_lsp_read rc_lsp_read(struct rc_lsp_reader *reader);

/* Whether the next call has to ask for input. */
bool rc_lsp_reader_is_empty(const struct rc_lsp_reader *reader);

#endif

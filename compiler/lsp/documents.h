/* SPDX-License-Identifier: MIT */
/*
 * The texts that an editor has open. They live on the heap, each until it is closed; what is read
 * from them for one request lives in that request's arena.
 */
#ifndef RCGEN_LSP_DOCUMENTS_H
#define RCGEN_LSP_DOCUMENTS_H

#include "driver/load.h"
#include "lsp/place.h"

#define RC_LSP_MAX_DOCUMENTS 1024

struct rc_lsp_document {
    char *uri;
    char *path;
    char *text;        /* terminated */
    size_t length;     /* at most RC_SOURCE_LIMIT_BYTES */
    bool is_too_large; /* then `text` is empty */
    json_int_t version;
};

struct rc_lsp_documents {
    struct rc_lsp_document *items;
    size_t count;
};

void rc_lsp_documents_fini(struct rc_lsp_documents *documents);

/* The document of a URI; NULL: it is not open. Valid until one is opened or closed. */
struct rc_lsp_document *rc_lsp_document_find(const struct rc_lsp_documents *documents,
                                             const char *uri);

/* Opens a document, again if need be. False: no memory, too many, or a URI without a path. */
bool rc_lsp_document_open(struct rc_lsp_documents *documents, struct rc_arena *arena,
                          const char *uri, const char *text, size_t length);

/* Replaces bytes [begin, end). False: no memory, and the text is as it was. */
bool rc_lsp_document_edit(struct rc_lsp_document *document, size_t begin, size_t end,
                          const char *text, size_t length);

void rc_lsp_document_close(struct rc_lsp_documents *documents, const char *uri);

/* Lets a loader read the documents instead of files. */
void rc_lsp_documents_overlay(const struct rc_lsp_documents *documents, struct rc_loader *loader);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What the server can tell about a schema, one function per request, each as the JSON of its
 * answer. The caller owns it; NULL without memory. Offsets are bytes of the document's text.
 */
#ifndef RCGEN_LSP_FEATURES_H
#define RCGEN_LSP_FEATURES_H

#include "lsp/view.h"

/* What each request is answered from. */
struct rc_lsp_context {
    struct rc_arena *arena;
    const struct rc_lsp_options *options;
    const struct rc_lsp_documents *documents;
    enum rc_lsp_unit unit;
    const char *root; /* the workspace's folder; NULL: none */
};

/* {uri, range} of a span, by the name that the editor has for the file. */
json_t *rc_lsp_location(const struct rc_lsp_context *context, struct rc_span span);
const char *rc_lsp_uri_of(const struct rc_lsp_context *context, const char *path);

/* publish.c: all that is wrong with a document, as publishDiagnostics takes it. */
json_t *rc_lsp_diagnostics(const struct rc_lsp_context *context,
                           const struct rc_lsp_document *document);

/* hover.c: what a word is, on the wire, in C and in Rust. */
json_t *rc_lsp_hover(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                     size_t offset);

/* complete.c: what may be written at a place. */
json_t *rc_lsp_complete(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                        size_t offset);

/* navigate.c */
json_t *rc_lsp_symbols(const struct rc_lsp_context *context, const struct rc_lsp_view *view);
json_t *rc_lsp_definition(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                          size_t offset);

/* references.c: over all open documents and the schemas below the workspace's folder. */
json_t *rc_lsp_references(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                          size_t offset, bool with_declaration);
json_t *rc_lsp_rename(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                      size_t offset, const char *name);
bool rc_lsp_is_name(const char *name);
json_t *rc_lsp_prepare_rename(const struct rc_lsp_context *context, const struct rc_lsp_view *view,
                              size_t offset);

#endif

/* SPDX-License-Identifier: MIT */
/* A schema as one request sees it: checked with its imports, and its words by place. */
#ifndef RCGEN_LSP_VIEW_H
#define RCGEN_LSP_VIEW_H

#include "driver/compile.h"
#include "lsp/documents.h"

/* How the server was set up. */
struct rc_lsp_options {
    struct rc_paths include_dirs;
    struct rc_diag_policy policy;
    bool is_lint; /* the rules of `rcgen lint` are applied, too */
};

struct rc_lsp_view {
    struct rc_arena *arena; /* everything here lives in it */
    struct rc_compile compile;
    struct rc_file *file; /* NULL: it could not be read */
};

/* Loads and checks a file, open documents standing in for files. */
void rc_lsp_view(struct rc_lsp_view *view, struct rc_arena *arena,
                 const struct rc_lsp_options *options, const struct rc_lsp_documents *documents,
                 const char *path);

enum rc_lsp_word_kind {
    RC_LSP_PACKAGE,
    RC_LSP_IMPORT,
    RC_LSP_DECL,      /* the name of a declaration where it is declared */
    RC_LSP_REFERENCE, /* where it is used */
    RC_LSP_VARIANT,
    RC_LSP_FIELD,
    RC_LSP_BUILTIN, /* a type without a declaration, such as `u32` or `vec` */
    RC_LSP_ATTRIBUTE
};

/* A word that means something; members that do not go with its kind are NULL. */
struct rc_lsp_word {
    enum rc_lsp_word_kind kind;
    struct rc_span span;
    const struct rc_decl *decl; /* what it names or belongs to */
    const struct rc_variant *variant;
    const struct rc_field *field;
    const struct rc_import *import;
    const struct rc_name *name; /* BUILTIN, ATTRIBUTE */
};

/* Calls `visit` for each word of a file, in no certain order. */
void rc_lsp_walk(const struct rc_file *file,
                 void (*visit)(void *user, const struct rc_lsp_word *word), void *user);

/* The word at an offset, or the one that ends there; false: there is none. */
bool rc_lsp_word_at(const struct rc_file *file, size_t offset, struct rc_lsp_word *word);

/* Whether `qualifier` names a package: its name or its last parts. */
bool rc_lsp_is_package(const char *qualifier, size_t length, const struct rc_name *package);

#endif

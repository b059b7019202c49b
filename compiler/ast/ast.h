/* SPDX-License-Identifier: MIT */
/*
 * The syntax tree of one schema. The parser builds it, the checks annotate it (members marked
 * "sema"), the backends read it. All of it lives in one arena.
 */
#ifndef RCGEN_AST_AST_H
#define RCGEN_AST_AST_H

#include "ast/type.h"
#include "base/intern.h"
#include "base/list.h"
#include "base/source.h"

#include <stdbool.h>
#include <stdint.h>

/* A name where it stands. */
struct rc_ident {
    const struct rc_name *name; /* NULL only after a syntax error */
    struct rc_span span;
};

/* A dotted name: demo.chat.Member. */
struct rc_path {
    RC_LIST(struct rc_ident) parts;
    struct rc_span span;
};

enum rc_literal_kind {
    RC_LITERAL_INT,
    RC_LITERAL_FLOAT,
    RC_LITERAL_STRING,
    RC_LITERAL_CHAR,
    RC_LITERAL_BOOL,
    RC_LITERAL_DURATION,
    RC_LITERAL_NAME /* the name of a constant */
};

struct rc_literal {
    enum rc_literal_kind kind;
    struct rc_span span;
    bool is_negative;
    uint64_t low; /* INT: the magnitude, 128 bits in two halves; CHAR; BOOL; DURATION: ms */
    uint64_t high;
    double real;           /* FLOAT */
    const char *text;      /* STRING: unescaped, terminated */
    size_t length;         /* STRING */
    struct rc_ident ident; /* NAME */
};

/* name = value, or a value alone. */
struct rc_attr_arg {
    struct rc_ident name; /* name NULL: positional */
    struct rc_literal value;
    struct rc_span span;
};

/* [name], [name(args)] or [name = value]. */
struct rc_attr {
    struct rc_ident name;
    RC_LIST(struct rc_attr_arg) args;
    struct rc_span span;
};

RC_LIST_TYPE(rc_attrs, struct rc_attr);

/* A type as written. */
struct rc_type_node {
    struct rc_path path;
    RC_LIST(struct rc_type_node *) args;
    const char *c_tag; /* inside ptr<>: "struct", "union" or "enum" before the name */
    bool is_const;     /* inside ptr<>: const before it */
    uint32_t depth;    /* nesting of arguments; a type without any has 1 */
    struct rc_span span;
    const struct rc_type *type; /* sema; NULL when it was wrong */
};

/* A field of a struct or variant. */
struct rc_field {
    struct rc_ident name; /* name NULL: unnamed */
    struct rc_type_node *type;
    struct rc_attrs attrs;
    const char *doc; /* "" when it has none */
    struct rc_span span;
    bool is_secret; /* sema: [secret] */
    uint64_t max;   /* sema: [max = N]; 0: none */
    const char *deprecated;
};

RC_LIST_TYPE(rc_fields, struct rc_field *);

/* A variant of an enum or union. */
struct rc_variant {
    struct rc_ident name;
    struct rc_fields fields;
    bool has_parens;
    struct rc_type_node *reply; /* NULL: no arrow */
    struct rc_attrs attrs;
    const char *doc;
    struct rc_span span;
    bool is_rpc;            /* sema: [rpc] */
    bool is_not_exported;   /* sema: [no_export] */
    uint32_t timeout_ms;    /* sema: [rpc(timeout = …)]; 0: none */
    const char *deprecated; /* sema: why, "" without a reason; NULL: it is not */
};

RC_LIST_TYPE(rc_variants, struct rc_variant *);

enum rc_decl_kind { RC_DECL_ENUM, RC_DECL_UNION, RC_DECL_STRUCT, RC_DECL_CONST };

struct rc_file;

/* A declaration at the top of a file. */
struct rc_decl {
    enum rc_decl_kind kind;
    struct rc_ident name;
    struct rc_file *file;
    struct rc_attrs attrs;
    const char *doc;
    struct rc_span span;
    struct rc_variants variants;     /* ENUM, UNION */
    struct rc_fields fields;         /* STRUCT */
    struct rc_type_node *const_type; /* CONST */
    struct rc_literal value;         /* CONST */
    bool is_local;                   /* sema: [local] */
    bool is_not_exported;            /* sema: [no_export] */
    uint64_t mailbox_messages;       /* sema: [mailbox(messages = …)]; 0: none */
    uint64_t mailbox_bytes;          /* sema: [mailbox(bytes = …)]; 0: none */
    const char *deprecated;          /* sema; NULL: it is not */
    struct rc_decl *whole;           /* sema: [part_of(E)]; NULL: none, or it was wrong */
    struct rc_span whole_span;       /* sema: of E */
    const struct rc_type *type;      /* sema: the type that it declares */
    int mark;                        /* sema: colour of the walk that looks for cycles */
};

/* import "path"; or import proto "path"; */
struct rc_import {
    const char *path;
    struct rc_span span; /* of the string */
    bool is_proto;
    struct rc_file *file; /* driver: what it names; NULL for protobuf and for what is missing */
    bool is_found;        /* driver: the file exists */
    bool is_used;         /* sema */
};

/* A comment, kept for the formatter. */
struct rc_comment {
    uint32_t begin;
    uint32_t end;
    bool is_doc;   /* begins with three slashes */
    bool is_block; /* slash, star */
    bool is_taken; /* a doc comment that belongs to a declaration */
};

struct rc_file {
    struct rc_source *source;
    struct rc_path package;             /* no parts: none given */
    const char *doc;                    /* of the package statement */
    const struct rc_name *package_name; /* "demo.chat"; "" without a package */
    RC_LIST(struct rc_import) imports;
    RC_LIST(struct rc_decl *) decls;
    RC_LIST(struct rc_comment) comments;
    bool is_broken;  /* something of it could not be parsed, so members may be missing */
    bool is_checked; /* sema */
};

#endif

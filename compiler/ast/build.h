/* SPDX-License-Identifier: MIT */
/*
 * What the parser calls to grow the tree of one file. Builders report what is wrong at the place
 * itself (depth, position of the package statement); everything that needs names is left to sema.
 */
#ifndef RCGEN_AST_BUILD_H
#define RCGEN_AST_BUILD_H

#include "ast/ast.h"
#include "base/diag.h"

/* The schema's limit for types within types. */
#define RC_MAX_DEPTH 64

struct rc_builder {
    struct rc_arena *arena;
    struct rc_intern *names;
    struct rc_diags *diags;
    struct rc_file *file;
};

/* Attributes before something, and where they begin. NULL stands for none. */
struct rc_attr_list {
    struct rc_attrs attrs;
    uint32_t begin;
};

/* Bytes [begin, end) of the file. */
struct rc_span rc_ast_span(const struct rc_builder *builder, uint32_t begin, uint32_t end);

struct rc_ident rc_ast_ident(const struct rc_builder *builder, uint32_t begin, uint32_t end);

/* Records a comment, in source order. */
void rc_ast_comment(struct rc_builder *builder, struct rc_comment comment);

/* The doc comment that ends right before `begin`, its lines joined; "" when there is none. */
const char *rc_ast_doc(struct rc_builder *builder, uint32_t begin);

/* Starts a path when `path` is NULL, else appends to it. */
struct rc_path *rc_ast_path(struct rc_builder *builder, struct rc_path *path, struct rc_ident part);

struct rc_type_node *rc_ast_type(struct rc_builder *builder, const struct rc_path *path);

/* Adds an argument; `type` may be NULL after an error and the result is `type`. */
struct rc_type_node *rc_ast_type_arg(struct rc_builder *builder, struct rc_type_node *type,
                                     struct rc_type_node *arg, uint32_t end);

/* A word as a value: true, false, or a constant's name. */
struct rc_literal *rc_ast_name_literal(struct rc_builder *builder, struct rc_ident name);

struct rc_attr *rc_ast_attr(struct rc_builder *builder, struct rc_ident name);
void rc_ast_attr_arg(struct rc_builder *builder, struct rc_attr *attr, struct rc_ident name,
                     const struct rc_literal *value);
struct rc_attr_list *rc_ast_attr_list(struct rc_builder *builder, struct rc_attr_list *list,
                                      const struct rc_attr *attr, uint32_t begin);

struct rc_field *rc_ast_field(struct rc_builder *builder, struct rc_attr_list *attrs,
                              struct rc_ident name, struct rc_type_node *type, uint32_t begin);

struct rc_variant *rc_ast_variant(struct rc_builder *builder, struct rc_attr_list *attrs,
                                  struct rc_ident name, const struct rc_fields *fields,
                                  struct rc_type_node *reply, uint32_t end);

/* Adds a declaration to the file and returns it, for its members to be filled in. */
struct rc_decl *rc_ast_decl(struct rc_builder *builder, enum rc_decl_kind kind,
                            struct rc_attr_list *attrs, struct rc_ident name, uint32_t begin,
                            uint32_t end);

void rc_ast_package(struct rc_builder *builder, const struct rc_path *path, uint32_t begin,
                    uint32_t end);
void rc_ast_import(struct rc_builder *builder, const struct rc_literal *path, bool is_proto);

#endif

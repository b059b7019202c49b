/* SPDX-License-Identifier: MIT */
/*
 * Reads schemas and whatever they import, each file once however it is named. Imports are looked
 * for beside the importing file, then in the include folders in order.
 */
#ifndef RCGEN_DRIVER_LOAD_H
#define RCGEN_DRIVER_LOAD_H

#include "ast/ast.h"
#include "base/diag.h"
#include "base/intern.h"

#include <stdbool.h>
#include <sys/types.h>

/* A file that has been read. */
struct rc_loaded {
    const char *path; /* as it was opened */
    dev_t device;     /* with `inode`: which file it is, by any name */
    ino_t inode;
    bool is_loading; /* its imports are being read */
    struct rc_file *file;
    RC_LIST(struct rc_loaded *) imports;
    RC_LIST(const char *) protos; /* resolved paths of imported protobuf files */
    struct rc_span imported_at;   /* from where it was first imported */
    int mark;                     /* of the last walk over dependencies that met it */
};

/* Text that stands in for a file's, as an editor has it unsaved. The file need not exist. */
struct rc_overlay {
    const char *path;
    const char *text; /* terminated, outlives the loader */
    size_t length;
    dev_t device; /* with `inode`: the file's; unique numbers when there is none */
    ino_t inode;
};

RC_LIST_TYPE(rc_overlays, struct rc_overlay);

struct rc_loader {
    struct rc_arena *arena;
    struct rc_intern *names;
    struct rc_diags *diags;
    RC_LIST(const char *) include_dirs;
    struct rc_overlays overlays;
    RC_LIST(struct rc_loaded *) all;     /* in the order in which they were met */
    RC_LIST(struct rc_loaded *) ordered; /* imported ones before those that import them */
    struct rc_map known;                 /* files that have been read, by which they are */
    struct rc_map ahead;                 /* inputs that have been parsed already, by their paths */
    size_t depth;
    int walk;           /* number of the last walk over dependencies */
    bool is_io_failure; /* an input could not be read at all */
};

void rc_loader_init(struct rc_loader *loader, struct rc_arena *arena, struct rc_intern *names,
                    struct rc_diags *diags);

/* Loads an input; NULL when it could not be read, which is reported. "-" is standard input. */
struct rc_loaded *rc_load(struct rc_loader *loader, const char *path);

RC_LIST_TYPE(rc_paths, const char *);

/* All files that `root` depends on, itself first. */
struct rc_paths rc_load_dependencies(struct rc_loader *loader, struct rc_loaded *root);

#endif

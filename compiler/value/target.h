/* SPDX-License-Identifier: MIT */
/* What of a schema the bytes are of, as people name it. */
#ifndef RCGEN_VALUE_TARGET_H
#define RCGEN_VALUE_TARGET_H

#include "ast/ast.h"

/* Room.Post (a variant's fields), Room.Who:reply, or Member (a struct or union). */
struct rc_target {
    const char *name;               /* what it is called: Post, Who:reply, Member */
    const struct rc_fields *fields; /* of a variant; NULL: `type` */
    const struct rc_type *type;
};

/* Finds it in the file or what it imports. NULL, or what is wrong with the text. */
const char *rc_target_find(struct rc_arena *arena, const struct rc_file *file, const char *text,
                           struct rc_target *target);

#endif

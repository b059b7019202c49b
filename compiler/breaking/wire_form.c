/* SPDX-License-Identifier: MIT */
/* Structs are written out as their fields, unions as variants with names; a type within itself is
 * the number of steps to it. */
#include "breaking/breaking.h"

#include "base/buffer.h"

#define MAX_DEPTH 64

struct former {
    struct rc_buffer out;
    const struct rc_decl *open[MAX_DEPTH];
    size_t n_open;
};

static void put_type(struct former *former, const struct rc_type *type);

static void put_fields(struct former *former, const struct rc_fields *fields)
{
    rc_buffer_puts(&former->out, "(");
    for (size_t i = 0; i < fields->count; i++) {
        rc_buffer_puts(&former->out, i != 0 ? "," : "");
        put_type(former, fields->items[i]->type->type);
    }
    rc_buffer_puts(&former->out, ")");
}

static void put_decl(struct former *former, const struct rc_decl *decl)
{
    for (size_t i = former->n_open; i > 0; i--) {
        if (former->open[i - 1] == decl) {
            rc_buffer_printf(&former->out, "^%zu", former->n_open - i);
            return;
        }
    }
    if (former->n_open == MAX_DEPTH) {
        rc_buffer_puts(&former->out, decl->name.name->text);
        return;
    }
    former->open[former->n_open++] = decl;
    if (decl->kind == RC_DECL_STRUCT) {
        put_fields(former, &decl->fields);
    } else {
        rc_buffer_puts(&former->out, "{");
        for (size_t i = 0; i < decl->variants.count; i++) {
            rc_buffer_printf(&former->out, "%s%s", i != 0 ? "|" : "",
                             decl->variants.items[i]->name.name->text);
            put_fields(former, &decl->variants.items[i]->fields);
        }
        rc_buffer_puts(&former->out, "}");
    }
    former->n_open--;
}

static void put_type(struct former *former, const struct rc_type *type)
{
    static const char *const names[] = {[RC_TYPE_VEC] = "vec",
                                        [RC_TYPE_OPTION] = "option",
                                        [RC_TYPE_MAP] = "map",
                                        [RC_TYPE_RESULT] = "result"};
    switch (type->kind) {
    case RC_TYPE_STRUCT:
    case RC_TYPE_UNION:
        put_decl(former, type->decl);
        break;
    case RC_TYPE_ACTOR: /* of whichever enum: a node's name and a pid */
        rc_buffer_puts(&former->out, "actor");
        break;
    case RC_TYPE_VEC:
    case RC_TYPE_OPTION:
    case RC_TYPE_MAP:
    case RC_TYPE_RESULT:
        rc_buffer_printf(&former->out, "%s<", names[type->kind]);
        put_type(former, type->args[0]);
        rc_buffer_puts(&former->out, type->args[1] != NULL ? "," : "");
        if (type->args[1] != NULL)
            put_type(former, type->args[1]);
        rc_buffer_puts(&former->out, ">");
        break;
    default:
        rc_buffer_puts(&former->out, type->text->text);
        break;
    }
}

const char *rc_wire_form(struct rc_arena *arena, const struct rc_type *type)
{
    struct former former = {.n_open = 0};
    rc_buffer_init(&former.out, arena);
    put_type(&former, type);
    return rc_buffer_text(&former.out);
}

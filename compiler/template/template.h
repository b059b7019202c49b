/* SPDX-License-Identifier: MIT */
/*
 * Text templates with named holes, and the model that fills them. A template is data: it can
 * repeat, leave out and include, but not compute; what it needs is put into the model.
 *
 *     ${name}           the text called name
 *     %each LIST        … %end      once per element, whose own names come first
 *     %if NAME          … %else … %end     by a flag, a list (not empty) or a text (not empty)
 *     %use TEMPLATE     another template in place
 *     %# …              a comment
 *
 * Names are known at compile time (keys.h); a template with an unknown one does not load.
 */
#ifndef RCGEN_TEMPLATE_TEMPLATE_H
#define RCGEN_TEMPLATE_TEMPLATE_H

#include "template/keys.h"
#include "base/buffer.h"
#include "base/list.h"

#include <stdbool.h>
#include <stdint.h>

struct rc_model;

RC_LIST_TYPE(rc_models, struct rc_model *);

enum rc_entry_kind { RC_ENTRY_TEXT, RC_ENTRY_FLAG, RC_ENTRY_LIST };

/* One value of a model. */
struct rc_entry {
    union {
        const char *text;
        struct rc_models *list;
        bool flag;
    } as;
    uint32_t length; /* of a text */
    enum rc_entry_kind kind;
};

/* A set of named values; what it lacks is looked up in the one around it. */
struct rc_model {
    struct rc_model *outer;
    struct rc_arena *arena;
    RC_LIST(struct rc_entry) entries;
    uint8_t places[RC_N_KEYS]; /* by key: one more than its place among the entries; 0: absent */
};

struct rc_model *rc_model_new(struct rc_arena *arena, struct rc_model *outer);

/* `text` must outlive the model. */
void rc_model_text(struct rc_model *model, enum rc_key key, const char *text);
void rc_model_flag(struct rc_model *model, enum rc_key key, bool flag);

/* Appends an element to the list `key`. */
struct rc_model *rc_model_add(struct rc_model *model, enum rc_key key);

/* Makes `key` a list, empty until something is added. */
void rc_model_list(struct rc_model *model, enum rc_key key);

/* Appends a model that also belongs elsewhere to the list `key`. */
void rc_model_push(struct rc_model *model, enum rc_key key, struct rc_model *element);

/* A list's elements; NULL when it is none. */
const struct rc_models *rc_model_elements(const struct rc_model *model, enum rc_key key);

/* A text of the model itself; NULL when it has none. */
const char *rc_model_get(const struct rc_model *model, enum rc_key key);

enum rc_template {
#define RC_TEMPLATE_ENUM(name) RC_TEMPLATE_##name,
    RC_TEMPLATES(RC_TEMPLATE_ENUM)
#undef RC_TEMPLATE_ENUM
        RC_N_TEMPLATES
};

/* Loaded templates. */
struct rc_templates {
    struct rc_arena *arena;
    struct rc_ops *loaded[RC_N_TEMPLATES];
    const char *error; /* what is wrong with a template; NULL: nothing */
};

/* All templates, loaded into the arena at the first call; `kept` remembers them. Look at `error`
 * first. */
const struct rc_templates *rc_templates_get(void **kept, struct rc_arena *arena);

/* Appends a template, filled from the model. */
void rc_template_render(const struct rc_templates *templates, enum rc_template which,
                        const struct rc_model *model, struct rc_buffer *out);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A template is compiled to a list of operations once. Blocks know where they end, so that
 * rendering walks forward only:
 *
 *     each[list, end] … end        if[name, else] … else[end] … end
 */
#include "template/template.h"

#include "template/template_text.h"

#include <string.h>

enum op_kind { OP_TEXT, OP_HOLE, OP_EACH, OP_IF, OP_ELSE, OP_END, OP_USE };

struct op {
    enum op_kind kind;
    enum rc_key key;
    enum rc_template template;
    size_t jump; /* EACH, ELSE: the end; IF: behind the else, or the end */
    const char *text;
    size_t length;
};

struct rc_ops {
    struct op *items;
    size_t count;
    size_t capacity;
};

#define MAX_NESTING 12

/* Loading. */
struct loader {
    struct rc_templates *templates;
    struct rc_ops *ops;
    size_t open[MAX_NESTING];
    size_t n_open;
};

_Static_assert(RC_N_KEYS < UINT8_MAX, "a place fits a byte");

struct rc_model *rc_model_new(struct rc_arena *arena, struct rc_model *outer)
{
    struct rc_model *model = rc_arena_alloc(arena, sizeof *model);
    model->outer = outer;
    model->arena = arena;
    return model;
}

static struct rc_entry *add_entry(struct rc_model *model, enum rc_key key, enum rc_entry_kind kind)
{
    struct rc_entry *entry = rc_list_add(model->arena, &model->entries);
    entry->kind = kind;
    if (model->places[key] == 0)
        model->places[key] = (uint8_t)model->entries.count;
    return entry;
}

void rc_model_text(struct rc_model *model, enum rc_key key, const char *text)
{
    struct rc_entry *entry = add_entry(model, key, RC_ENTRY_TEXT);
    entry->as.text = text;
    entry->length = (uint32_t)strlen(text);
}

void rc_model_flag(struct rc_model *model, enum rc_key key, bool flag)
{
    add_entry(model, key, RC_ENTRY_FLAG)->as.flag = flag;
}

static struct rc_entry *own_entry(const struct rc_model *model, enum rc_key key)
{
    const size_t place = model->places[key];
    return place != 0 ? &model->entries.items[place - 1] : NULL;
}

void rc_model_list(struct rc_model *model, enum rc_key key)
{
    if (own_entry(model, key) == NULL)
        add_entry(model, key, RC_ENTRY_LIST)->as.list =
            rc_arena_alloc(model->arena, sizeof(struct rc_models));
}

struct rc_model *rc_model_add(struct rc_model *model, enum rc_key key)
{
    rc_model_list(model, key);
    struct rc_model *element = rc_model_new(model->arena, model);
    *rc_list_add(model->arena, own_entry(model, key)->as.list) = element;
    return element;
}

void rc_model_push(struct rc_model *model, enum rc_key key, struct rc_model *element)
{
    rc_model_list(model, key);
    *rc_list_add(model->arena, own_entry(model, key)->as.list) = element;
}

const struct rc_models *rc_model_elements(const struct rc_model *model, enum rc_key key)
{
    const struct rc_entry *entry = own_entry(model, key);
    return entry != NULL && entry->kind == RC_ENTRY_LIST ? entry->as.list : NULL;
}

const char *rc_model_get(const struct rc_model *model, enum rc_key key)
{
    const struct rc_entry *entry = own_entry(model, key);
    return entry != NULL && entry->kind == RC_ENTRY_TEXT ? entry->as.text : NULL;
}

static bool fail(struct loader *loader, const char *what, const char *at)
{
    size_t length = strcspn(at, "\n");
    loader->templates->error =
        rc_arena_printf(loader->templates->arena, "%s in a template: %.*s", what, (int)length, at);
    return false;
}

static struct op *add_op(struct loader *loader, enum op_kind kind)
{
    struct op *op = rc_list_add(loader->templates->arena, loader->ops);
    op->kind = kind;
    return op;
}

static void add_text(struct loader *loader, const char *text, size_t length)
{
    if (length == 0)
        return;
    struct op *op = add_op(loader, OP_TEXT);
    op->text = text;
    op->length = length;
}

static bool find_word(const char *const *words, size_t n_words, const char *text, size_t length,
                      size_t *index)
{
    for (size_t i = 0; i < n_words; i++) {
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool find_key(const char *text, size_t length, enum rc_key *key)
{
    static const char *const words[RC_N_KEYS] = {
#define RC_KEY_WORD(name) #name,
        RC_KEYS(RC_KEY_WORD)
#undef RC_KEY_WORD
    };
    size_t index = 0;
    bool is_found = find_word(words, RC_N_KEYS, text, length, &index);
    *key = (enum rc_key)index;
    return is_found;
}

static bool find_template(const char *text, size_t length, enum rc_template *template)
{
    static const char *const words[RC_N_TEMPLATES] = {
#define RC_TEMPLATE_WORD(name) #name,
        RC_TEMPLATES(RC_TEMPLATE_WORD)
#undef RC_TEMPLATE_WORD
    };
    size_t index = 0;
    bool is_found = find_word(words, RC_N_TEMPLATES, text, length, &index);
    *template = (enum rc_template)index;
    return is_found;
}

/* Text with holes, up to `end`. */
static bool load_line(struct loader *loader, const char *at, const char *end)
{
    for (;;) {
        const char *hole = at;
        while (hole < end && !(hole[0] == '$' && hole + 1 < end && hole[1] == '{'))
            hole++;
        add_text(loader, at, (size_t)(hole - at));
        if (hole == end)
            return true;
        const char *close = memchr(hole, '}', (size_t)(end - hole));
        struct op *op = add_op(loader, OP_HOLE);
        if (close == NULL || !find_key(hole + 2, (size_t)(close - hole - 2), &op->key))
            return fail(loader, "an unknown hole", hole);
        at = close + 1;
    }
}

static bool open_block(struct loader *loader, enum op_kind kind, const char *name, size_t length)
{
    struct op *op = add_op(loader, kind);
    if (!find_key(name, length, &op->key))
        return fail(loader, "an unknown name", name);
    if (loader->n_open == MAX_NESTING)
        return fail(loader, "blocks too deep", name);
    loader->open[loader->n_open++] = loader->ops->count - 1;
    return true;
}

static bool close_block(struct loader *loader, enum op_kind kind, const char *at)
{
    if (loader->n_open == 0)
        return fail(loader, "an end of nothing", at);
    add_op(loader, kind);
    size_t *open = &loader->open[loader->n_open - 1];
    loader->ops->items[*open].jump = loader->ops->count - (kind == OP_ELSE ? 0 : 1);
    if (kind == OP_ELSE)
        *open = loader->ops->count - 1;
    else
        loader->n_open--;
    return true;
}

static bool load_directive(struct loader *loader, const char *at, const char *end)
{
    const char *word = at + 1;
    size_t length = strcspn(word, " \n");
    const char *name = word + length + (word[length] == ' ' ? 1 : 0);
    size_t name_length = name < end ? (size_t)(end - name) : 0;
    if (length == 1 && *word == '#')
        return true;
    if (length == 3 && memcmp(word, "end", 3) == 0)
        return close_block(loader, OP_END, at);
    if (length == 4 && memcmp(word, "else", 4) == 0)
        return close_block(loader, OP_ELSE, at);
    if (length == 4 && memcmp(word, "each", 4) == 0)
        return open_block(loader, OP_EACH, name, name_length);
    if (length == 2 && memcmp(word, "if", 2) == 0)
        return open_block(loader, OP_IF, name, name_length);
    if (length == 3 && memcmp(word, "use", 3) == 0) {
        struct op *op = add_op(loader, OP_USE);
        return find_template(name, name_length, &op->template) ||
               fail(loader, "an unknown template", at);
    }
    return fail(loader, "an unknown directive", at);
}

static bool load(struct rc_templates *templates, enum rc_template which, const char *text)
{
    struct loader loader = {.templates = templates};
    loader.ops = rc_arena_alloc(templates->arena, sizeof *loader.ops);
    templates->loaded[which] = loader.ops;
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n");
        const char *next = *end == '\n' ? end + 1 : end;
        bool is_good =
            *text == '%' ? load_directive(&loader, text, end) : load_line(&loader, text, next);
        if (!is_good)
            return false;
        text = next;
    }
    return loader.n_open == 0 || fail(&loader, "a block without end", "");
}

const struct rc_templates *rc_templates_get(void **kept, struct rc_arena *arena)
{
    struct rc_templates *templates = *kept;
    if (templates != NULL)
        return templates;
    templates = rc_arena_alloc(arena, sizeof *templates);
    templates->arena = arena;
    for (size_t i = 0; i < RC_N_TEMPLATES && templates->error == NULL; i++)
        (void)load(templates, (enum rc_template)i, rc_template_text[i]);
    *kept = templates;
    return templates;
}

static const struct rc_entry *find(const struct rc_model *model, enum rc_key key)
{
    for (; model != NULL; model = model->outer) {
        const struct rc_entry *entry = own_entry(model, key);
        if (entry != NULL)
            return entry;
    }
    return NULL;
}

static bool is_true(const struct rc_entry *entry)
{
    if (entry == NULL)
        return false;
    switch (entry->kind) {
    case RC_ENTRY_TEXT:
        return entry->length != 0;
    case RC_ENTRY_FLAG:
        return entry->as.flag;
    case RC_ENTRY_LIST:
        return entry->as.list->count != 0;
    }
    return false;
}

static void render(const struct rc_templates *templates, const struct rc_ops *ops, size_t from,
                   size_t to, const struct rc_model *model, struct rc_buffer *out);

static void render_each(const struct rc_templates *templates, const struct rc_ops *ops, size_t at,
                        const struct rc_model *model, struct rc_buffer *out)
{
    const struct rc_entry *entry = find(model, ops->items[at].key);
    if (entry == NULL || entry->kind != RC_ENTRY_LIST)
        return;
    for (size_t i = 0; i < entry->as.list->count; i++)
        render(templates, ops, at + 1, ops->items[at].jump, entry->as.list->items[i], out);
}

static void render_hole(enum rc_key key, const struct rc_model *model, struct rc_buffer *out)
{
    const struct rc_entry *entry = find(model, key);
    if (entry != NULL && entry->kind == RC_ENTRY_TEXT)
        rc_buffer_add(out, entry->as.text, entry->length);
    else
        rc_buffer_puts(out, "${}"); /* compiles nowhere, so no test can miss it */
}

static void render(const struct rc_templates *templates, const struct rc_ops *ops, size_t from,
                   size_t to, const struct rc_model *model, struct rc_buffer *out)
{
    for (size_t at = from; at < to; at++) {
        const struct op *op = &ops->items[at];
        switch (op->kind) {
        case OP_TEXT:
            rc_buffer_add(out, op->text, op->length);
            break;
        case OP_HOLE:
            render_hole(op->key, model, out);
            break;
        case OP_EACH:
            render_each(templates, ops, at, model, out);
            at = op->jump;
            break;
        case OP_IF:
            if (!is_true(find(model, op->key)))
                at = op->jump - (ops->items[op->jump].kind == OP_END ? 0 : 1);
            break;
        case OP_ELSE: /* met at the end of a branch that was taken */
            at = op->jump;
            break;
        case OP_USE:
            rc_template_render(templates, op->template, model, out);
            break;
        case OP_END:
            break;
        }
    }
}

void rc_template_render(const struct rc_templates *templates, enum rc_template which,
                        const struct rc_model *model, struct rc_buffer *out)
{
    const struct rc_ops *ops = templates->loaded[which];
    render(templates, ops, 0, ops->count, model, out);
}

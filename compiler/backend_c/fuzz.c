/* SPDX-License-Identifier: MIT */
/*
 * A target is a fixed program over three tables: shapes, one for each type that the enum's messages
 * reach and for the fields of each variant; their parts; and the shapes of each message. Shapes are
 * numbered as they are met, so that recursive types end.
 */
#include "backend_c/fuzz.h"

#include "backend_c/lower.h"

#include <string.h>

/* A type, or (type NULL) fields. */
struct shape {
    const struct rc_type *type;
    const struct rc_fields *fields;
};

struct fuzz {
    struct rc_c_lower lower;
    struct rc_model *model;
    RC_LIST(struct shape) shapes; /* by number */
    struct rc_map numbers;        /* a type's text -> its shape's number */
    size_t n_parts;
};

static const char *decimal(struct fuzz *fuzz, uint64_t number)
{
    return rc_arena_printf(fuzz->lower.arena, "%llu", (unsigned long long)number);
}

static size_t add_shape(struct fuzz *fuzz, const struct rc_type *type,
                        const struct rc_fields *fields)
{
    *rc_list_add(fuzz->lower.arena, &fuzz->shapes) = (struct shape){type, fields};
    return fuzz->shapes.count - 1;
}

static size_t number_of(struct fuzz *fuzz, const struct rc_type *type)
{
    size_t *number = rc_map_find(&fuzz->numbers, type->text);
    if (number == NULL) {
        number = rc_arena_alloc(fuzz->lower.arena, sizeof *number);
        *number = add_shape(fuzz, type, NULL);
        (void)rc_map_add(&fuzz->numbers, type->text, number);
    }
    return *number;
}

static void add_part(struct fuzz *fuzz, const char *name, size_t shape, uint64_t max)
{
    struct rc_model *part = rc_model_add(fuzz->model, RC_KEY_fields);
    rc_model_text(part, RC_KEY_name, name);
    rc_model_text(part, RC_KEY_type, decimal(fuzz, shape));
    rc_model_text(part, RC_KEY_max, decimal(fuzz, max));
    fuzz->n_parts++;
}

static void add_fields(struct fuzz *fuzz, const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct rc_field *field = fields->items[i];
        add_part(fuzz, field->name.name != NULL ? field->name.name->text : "",
                 number_of(fuzz, field->type->type), field->max);
    }
}

/* What the type's values are made of. */
static void add_parts(struct fuzz *fuzz, const struct rc_type *type)
{
    static const char *const names[][2] = {[RC_TYPE_MAP] = {"key", "value"},
                                           [RC_TYPE_RESULT] = {"Ok", "Err"},
                                           [RC_TYPE_VEC] = {"", ""},
                                           [RC_TYPE_OPTION] = {"", ""}};
    if (type->kind == RC_TYPE_STRUCT)
        add_fields(fuzz, &type->decl->fields);
    if (type->kind == RC_TYPE_UNION) {
        for (size_t i = 0; i < type->decl->variants.count; i++) {
            const struct rc_variant *variant = type->decl->variants.items[i];
            add_part(fuzz, variant->name.name->text, add_shape(fuzz, NULL, &variant->fields), 0);
        }
    }
    if (type->kind < RC_TYPE_VEC || type->kind > RC_TYPE_RESULT)
        return;
    for (size_t i = 0; i < 2 && type->args[i] != NULL; i++)
        add_part(fuzz, names[type->kind][i], number_of(fuzz, type->args[i]), 0);
}

static const char *kind_of(const struct rc_type *type)
{
    static const char *const kinds[] = {
        [RC_TYPE_BOOL] = "BOOL",     [RC_TYPE_CHAR] = "CHAR",     [RC_TYPE_STRING] = "STRING",
        [RC_TYPE_BYTES] = "BYTES",   [RC_TYPE_UNIT] = "UNIT",     [RC_TYPE_VEC] = "VEC",
        [RC_TYPE_OPTION] = "OPTION", [RC_TYPE_MAP] = "MAP",       [RC_TYPE_RESULT] = "RESULT",
        [RC_TYPE_ACTOR] = "ACTOR",   [RC_TYPE_STRUCT] = "RECORD", [RC_TYPE_UNION] = "UNION",
        [RC_TYPE_PTR] = NULL,
    };
    if (rc_type_is_number(type))
        return "NUMBER";
    if (type->kind == RC_TYPE_VEC && rc_type_is_packed(type->args[0]))
        return "PACKED";
    return kinds[type->kind];
}

static size_t unit_of(const struct rc_type *type)
{
    static const unsigned char sizes[] = {
#define RC_SIZE(name, spelling, size) size,
        RC_BUILTINS(RC_SIZE)
#undef RC_SIZE
    };
    return rc_type_is_builtin(type) ? sizes[type->kind] : 0;
}

/* Describes the shapes in turn, which adds those that they reach. */
static void lower_shapes(struct fuzz *fuzz, const struct rc_decl *decl)
{
    for (size_t i = 0; i < fuzz->shapes.count; i++) {
        const struct shape shape = fuzz->shapes.items[i];
        const char *kind = shape.type != NULL ? kind_of(shape.type) : "RECORD";
        struct rc_model *model = rc_model_add(fuzz->model, RC_KEY_types);
        size_t first = fuzz->n_parts;
        if (shape.type == NULL)
            add_fields(fuzz, shape.fields);
        else
            add_parts(fuzz, shape.type);
        if (kind == NULL)
            rc_report(fuzz->lower.input->diags, RC_UNSUPPORTED, decl->name.span,
                      "`%s` has values of `%s`, which rcgen cannot make", decl->name.name->text,
                      shape.type->text->text);
        rc_model_text(model, RC_KEY_kind, kind != NULL ? kind : "");
        rc_model_text(model, RC_KEY_name, shape.type != NULL ? shape.type->text->text : "fields");
        rc_model_text(model, RC_KEY_length,
                      decimal(fuzz, shape.type != NULL ? unit_of(shape.type) : 0));
        rc_model_text(model, RC_KEY_index, decimal(fuzz, first));
        rc_model_text(model, RC_KEY_n_fields, decimal(fuzz, fuzz->n_parts - first));
    }
}

static void lower_messages(struct fuzz *fuzz, const struct rc_decl *decl)
{
    for (size_t i = 0; i < decl->variants.count; i++) {
        const struct rc_variant *variant = decl->variants.items[i];
        struct rc_model *model = rc_model_add(fuzz->model, RC_KEY_variants);
        rc_model_text(model, RC_KEY_name, variant->name.name->text);
        rc_model_text(model, RC_KEY_args, decimal(fuzz, add_shape(fuzz, NULL, &variant->fields)));
        rc_model_text(model, RC_KEY_reply_value,
                      variant->is_rpc ? decimal(fuzz, number_of(fuzz, variant->reply->type))
                                      : "NO_SHAPE");
    }
}

const char *rc_c_fuzz_name(struct rc_arena *arena, const struct rc_decl *decl)
{
    struct rc_c_lower lower = {.arena = arena};
    return rc_arena_printf(arena, "fuzz_%s", rc_c_decl_name(&lower, decl));
}

void rc_c_fuzz(const struct rc_backend_input *input, const struct rc_decl *decl,
               struct rc_buffer *output)
{
    struct fuzz fuzz = {.lower = {.input = input, .arena = input->arena}};
    const struct rc_templates *templates = rc_templates_get(input->kept, input->run);
    const char *slash = strrchr(input->file->source->path, '/');
    if (templates->error != NULL) {
        rc_report_file(input->diags, RC_INTERNAL, input->file->source->path, "%s",
                       templates->error);
        return;
    }
    rc_map_init(&fuzz.numbers, input->arena);
    fuzz.model = rc_model_new(input->arena, NULL);
    rc_model_text(fuzz.model, RC_KEY_version, input->version);
    rc_model_text(fuzz.model, RC_KEY_schema, slash != NULL ? slash + 1 : input->file->source->path);
    rc_model_text(fuzz.model, RC_KEY_header, input->output_names[0]);
    rc_model_text(fuzz.model, RC_KEY_n, rc_c_decl_name(&fuzz.lower, decl));
    rc_model_text(fuzz.model, RC_KEY_full_name, decl->type->text->text);
    rc_model_list(fuzz.model, RC_KEY_fields);
    lower_messages(&fuzz, decl);
    lower_shapes(&fuzz, decl);
    rc_template_render(templates, RC_TEMPLATE_fuzz, fuzz.model, output);
}

/* SPDX-License-Identifier: MIT */
#include "backend_rust/lower.h"

#include "base/path.h"
#include "backend_rust/backend_rust.h"

#include <string.h>

static void lower_doc(struct rc_rust_lower *lower, struct rc_model *model, const char *doc,
                      const char *deprecated)
{
    rc_model_list(model, RC_KEY_doc);
    while (*doc != '\0') {
        size_t length = strcspn(doc, "\n");
        rc_model_text(rc_model_add(model, RC_KEY_doc), RC_KEY_line,
                      rc_arena_text(lower->arena, doc, length));
        doc += length + (doc[length] == '\n' ? 1 : 0);
    }
    if (deprecated != NULL && deprecated[0] == '\0')
        deprecated = "do not use it any more.";
    rc_model_text(model, RC_KEY_deprecated, deprecated != NULL ? deprecated : "");
}

/* Names that the output's own text needs. */
static void check_name(struct rc_rust_lower *lower, const struct rc_ident *ident)
{
    static const char *const used[] = {
        "ActorAddress", "BTreeMap", "Bounded", "Box",    "BytesConvertable",
        "Converted",    "Encoding", "Err",     "Fields", "Malformed",
        "None",         "Ok",       "Option",  "Result", "RpcReplyPort",
        "Self",         "Some",     "String",  "Vec",    "Wire"};
    for (size_t i = 0; i < sizeof used / sizeof *used; i++) {
        if (strcmp(used[i], ident->name->text) == 0)
            rc_report(lower->input->diags, RC_NAME_CLASH, ident->span,
                      "`%s` cannot be declared in Rust output, which uses that name itself",
                      used[i]);
    }
}

static bool any_secret(const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->items[i]->is_secret)
            return true;
    }
    return false;
}

/* Fields of a struct or of a union's variant. */
static void lower_fields(struct rc_rust_lower *lower, struct rc_model *model,
                         const struct rc_fields *fields)
{
    rc_model_list(model, RC_KEY_fields);
    rc_model_flag(model, RC_KEY_has_fields, fields->count != 0);
    for (size_t i = 0; i < fields->count; i++) {
        const struct rc_field *field = fields->items[i];
        struct rc_model *element = rc_model_add(model, RC_KEY_fields);
        const char *name = field->name.name != NULL ? field->name.name->text : "";
        lower_doc(lower, element, field->doc, field->deprecated);
        rc_model_text(element, RC_KEY_name, rc_rust_name(lower->arena, name));
        rc_model_text(element, RC_KEY_v, name);
        rc_model_text(element, RC_KEY_type, rc_rust_field_type(lower, field));
        rc_model_text(element, RC_KEY_bind, rc_arena_printf(lower->arena, "field%zu", i));
        rc_model_flag(element, RC_KEY_is_secret, field->is_secret);
    }
}

/* A secret is masked by a Debug of the type's own. */
static void lower_derives(struct rc_model *model, bool has_secret)
{
    rc_model_flag(model, RC_KEY_has_secret, has_secret);
    rc_model_text(model, RC_KEY_derives,
                  has_secret ? "Clone, PartialEq" : "Clone, Debug, PartialEq");
}

static struct rc_model *add_decl(struct rc_rust_lower *lower, enum rc_key list,
                                 const struct rc_decl *decl)
{
    struct rc_model *model = rc_model_add(lower->model, list);
    check_name(lower, &decl->name);
    lower_doc(lower, model, decl->doc, decl->deprecated);
    rc_model_text(model, RC_KEY_name, rc_rust_name(lower->arena, decl->name.name->text));
    rc_model_text(model, RC_KEY_v, decl->name.name->text);
    return model;
}

static void lower_const(struct rc_rust_lower *lower, const struct rc_decl *decl)
{
    struct rc_model *model = add_decl(lower, RC_KEY_consts, decl);
    rc_model_text(model, RC_KEY_type, rc_rust_const_type(decl));
    rc_model_text(model, RC_KEY_value, rc_rust_const_value(lower->arena, decl));
}

static void lower_struct(struct rc_rust_lower *lower, const struct rc_decl *decl)
{
    struct rc_model *model = add_decl(lower, RC_KEY_structs, decl);
    lower_derives(model, any_secret(&decl->fields));
    lower_fields(lower, model, &decl->fields);
}

/* ` { since: field0 }`, `(field0)` or nothing. */
static const char *pattern_of(struct rc_rust_lower *lower, const struct rc_fields *fields,
                              bool is_tuple)
{
    struct rc_buffer out;
    rc_buffer_init(&out, lower->arena);
    for (size_t i = 0; i < fields->count; i++) {
        rc_buffer_puts(&out, i != 0 ? ", " : is_tuple ? "(" : " { ");
        if (!is_tuple)
            rc_buffer_printf(&out,
                             "%s: ", rc_rust_name(lower->arena, fields->items[i]->name.name->text));
        rc_buffer_printf(&out, "field%zu", i);
    }
    if (fields->count != 0)
        rc_buffer_puts(&out, is_tuple ? ")" : " }");
    return rc_buffer_text(&out);
}

static void add_param(struct rc_buffer *out, const char *type)
{
    rc_buffer_puts(out, out->length != 0 ? ", " : "");
    rc_buffer_puts(out, type);
}

static void lower_union_variant(struct rc_rust_lower *lower, struct rc_model *parent,
                                const struct rc_variant *variant)
{
    struct rc_model *model = rc_model_add(parent, RC_KEY_variants);
    const struct rc_fields *fields = &variant->fields;
    bool is_tuple = fields->count != 0 && fields->items[0]->name.name == NULL;
    struct rc_buffer params;
    rc_buffer_init(&params, lower->arena);
    for (size_t i = 0; i < fields->count; i++)
        add_param(&params, rc_rust_field_type(lower, fields->items[i]));
    lower_doc(lower, model, variant->doc, variant->deprecated);
    rc_model_text(model, RC_KEY_name, rc_rust_name(lower->arena, variant->name.name->text));
    rc_model_text(model, RC_KEY_v, variant->name.name->text);
    rc_model_flag(model, RC_KEY_is_tuple, is_tuple);
    rc_model_text(model, RC_KEY_params, rc_buffer_text(&params));
    rc_model_text(model, RC_KEY_pattern, pattern_of(lower, fields, is_tuple));
    lower_fields(lower, model, fields);
}

static void lower_union(struct rc_rust_lower *lower, const struct rc_decl *decl)
{
    struct rc_model *model = add_decl(lower, RC_KEY_unions, decl);
    bool has_secret = false;
    for (size_t i = 0; i < decl->variants.count; i++) {
        lower_union_variant(lower, model, decl->variants.items[i]);
        has_secret = has_secret || any_secret(&decl->variants.items[i]->fields);
    }
    lower_derives(model, has_secret);
}

/* What a named field is called goes into the variant's comment: the crate's derive takes fields
 * without names only, up to 0.15. */
static void describe_fields(struct rc_rust_lower *lower, struct rc_model *model,
                            const struct rc_fields *fields)
{
    struct rc_buffer line;
    if (fields->count == 0 || fields->items[0]->name.name == NULL)
        return;
    rc_buffer_init(&line, lower->arena);
    for (size_t i = 0; i < fields->count; i++)
        rc_buffer_printf(&line, "%s`%s`",
                         i != 0 ? ", " : "Fields: ", fields->items[i]->name.name->text);
    rc_model_text(rc_model_add(model, RC_KEY_doc), RC_KEY_line, rc_buffer_text(&line));
}

static bool has_pointer(const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (fields->items[i]->type->type->kind == RC_TYPE_PTR)
            return true;
    }
    return false;
}

static void lower_variant(struct rc_rust_lower *lower, struct rc_model *parent,
                          const struct rc_variant *variant, bool is_local)
{
    struct rc_model *model = rc_model_add(parent, RC_KEY_variants);
    struct rc_buffer params;
    rc_buffer_init(&params, lower->arena);
    if (strcmp(variant->name.name->text, "Self") == 0)
        rc_report(lower->input->diags, RC_NAME_CLASH, variant->name.span,
                  "a variant cannot be called `Self` in Rust output");
    for (size_t i = 0; i < variant->fields.count; i++)
        add_param(&params, rc_rust_message_field(lower, variant->fields.items[i]));
    if (variant->is_rpc)
        add_param(&params, rc_arena_printf(lower->arena, "RpcReplyPort<%s>",
                                           rc_rust_message_type(lower, variant->reply->type)));
    lower_doc(lower, model, variant->doc, variant->deprecated);
    describe_fields(lower, model, &variant->fields);
    rc_model_text(model, RC_KEY_name, rc_rust_name(lower->arena, variant->name.name->text));
    rc_model_flag(model, RC_KEY_is_rpc, variant->is_rpc && !is_local);
    rc_model_text(model, RC_KEY_rpc, "#[rpc]");
    rc_model_text(model, RC_KEY_params, rc_buffer_text(&params));
}

/* `(field0, field1)`, the reply port included, or nothing. */
static const char *tuple_pattern(struct rc_rust_lower *lower, const struct rc_variant *variant)
{
    size_t count = variant->fields.count + (variant->is_rpc ? 1 : 0);
    struct rc_buffer out;
    rc_buffer_init(&out, lower->arena);
    for (size_t i = 0; i < count; i++)
        rc_buffer_printf(&out, "%sfield%zu", i != 0 ? ", " : "(", i);
    rc_buffer_puts(&out, count != 0 ? ")" : "");
    return rc_buffer_text(&out);
}

/* Conversions between a part and its whole, where one module has both: what the crate's derived
 * references go by. */
static void lower_part(struct rc_rust_lower *lower, const struct rc_decl *decl,
                       struct rc_model *model)
{
    bool is_here = decl->whole != NULL && decl->whole->file == decl->file;
    rc_model_text(model, RC_KEY_whole,
                  is_here ? rc_rust_name(lower->arena, decl->whole->name.name->text) : "");
    for (size_t i = 0; is_here && i < decl->variants.count; i++) {
        struct rc_model *variant = rc_model_add(model, RC_KEY_whole_tags);
        rc_model_text(variant, RC_KEY_part, rc_rust_name(lower->arena, decl->name.name->text));
        rc_model_text(variant, RC_KEY_name,
                      rc_rust_name(lower->arena, decl->variants.items[i]->name.name->text));
        rc_model_text(variant, RC_KEY_pattern, tuple_pattern(lower, decl->variants.items[i]));
    }
}

static void lower_enum(struct rc_rust_lower *lower, const struct rc_decl *decl)
{
    struct rc_model *model = add_decl(lower, RC_KEY_enums, decl);
    bool is_c_only = false;
    for (size_t i = 0; i < decl->variants.count; i++)
        is_c_only = is_c_only || has_pointer(&decl->variants.items[i]->fields);
    rc_model_flag(model, RC_KEY_has_pointer, is_c_only);
    rc_model_flag(model, RC_KEY_is_local, decl->is_local);
    lower_part(lower, decl, model);
    for (size_t i = 0; i < decl->variants.count && !is_c_only; i++)
        lower_variant(lower, model, decl->variants.items[i], decl->is_local);
}

static void lower_decl(struct rc_rust_lower *lower, const struct rc_decl *decl)
{
    switch (decl->kind) {
    case RC_DECL_ENUM:
        lower_enum(lower, decl);
        break;
    case RC_DECL_UNION:
        lower_union(lower, decl);
        break;
    case RC_DECL_STRUCT:
        lower_struct(lower, decl);
        break;
    case RC_DECL_CONST:
        lower_const(lower, decl);
        break;
    }
}

/* NULL after reporting what is wrong with them. */
static const struct rc_templates *load(const struct rc_backend_input *input)
{
    const struct rc_templates *templates = rc_templates_get(input->kept, input->run);
    if (templates->error == NULL)
        return templates;
    rc_report_file(input->diags, RC_INTERNAL, "rcgen", "%s", templates->error);
    return NULL;
}

static void emit(const struct rc_backend_input *input, struct rc_buffer *outputs)
{
    struct rc_rust_lower lower = {.input = input, .arena = input->arena};
    const struct rc_templates *templates = load(input);
    if (templates == NULL)
        return;
    lower.model = rc_model_new(lower.arena, NULL);
    rc_model_text(lower.model, RC_KEY_version, input->version);
    rc_model_text(lower.model, RC_KEY_schema, rc_base_name(input->file->source->path));
    rc_model_list(lower.model, RC_KEY_consts);
    rc_model_list(lower.model, RC_KEY_structs);
    rc_model_list(lower.model, RC_KEY_unions);
    rc_model_list(lower.model, RC_KEY_enums);
    for (size_t i = 0; i < input->file->decls.count; i++)
        lower_decl(&lower, input->file->decls.items[i]);
    if (input->diags->n_errors == 0)
        rc_template_render(templates, RC_TEMPLATE_rust_file, lower.model, &outputs[0]);
}

static void emit_shared(const struct rc_backend_input *input, struct rc_buffer *output)
{
    const struct rc_templates *templates = load(input);
    if (templates == NULL)
        return;
    struct rc_model *model = rc_model_new(input->arena, NULL);
    rc_model_text(model, RC_KEY_version, input->version);
    rc_template_render(templates, RC_TEMPLATE_rust_wire, model, output);
}

const struct rc_backend rc_backend_rust = {
    .name = "rust",
    .n_outputs = 1,
    .suffixes = {".rs"},
    .emit = emit,
    .shared_name = "ractor_wire.rs",
    .emit_shared = emit_shared,
};

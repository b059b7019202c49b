/* SPDX-License-Identifier: MIT */
/* Message enums. */
#include "backend_c/lower.h"

#include "ast/fingerprint.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Names that one enum's output is made of. */
struct enum_names {
    const char *n; /* demo_chat_room */
    const char *u; /* DEMO_CHAT_ROOM */
};

/* Takes PREFIX followed by each suffix. */
static void take_all(struct rc_c_lower *lower, const char *prefix, const char *const *suffixes,
                     size_t count, struct rc_ident owner)
{
    const char *what = rc_arena_printf(lower->arena, "`%s`", owner.name->text);
    for (size_t i = 0; i < count; i++)
        rc_c_take(&lower->names, rc_arena_printf(lower->arena, "%s%s", prefix, suffixes[i]), what,
                  owner.span);
}

/* Function and type names come first and are fixed; structs and enumerators give way to them. */
static void take_enum_names(struct rc_c_lower *lower, const struct rc_decl *decl,
                            const struct enum_names *names)
{
    static const char *const suffixes[] = {
        "",      "_tag",    "_ref",   "_handlers", "_type",   "_spawn", "_spawn_instant",
        "_find", "_ref_of", "_print", "_equal",    "_decode", "_encode"};
    static const char *const cast[] = {""};
    static const char *const port[] = {"_port", "_reply",  "_fail",
                                       "_take", "_result", "_result_drop"};
    static const char *const stubs[] = {"_call_", "_ask_"};
    take_all(lower, names->n, suffixes, sizeof suffixes / sizeof *suffixes, decl->name);
    take_all(lower, rc_arena_printf(lower->arena, "%s_HANDLERS", names->u), cast, 1, decl->name);
    for (size_t i = 0; i < decl->variants.count; i++) {
        const struct rc_variant *variant = decl->variants.items[i];
        const char *v = rc_c_snake(lower->arena, variant->name.name->text);
        if (!variant->is_rpc) {
            take_all(lower, rc_arena_printf(lower->arena, "%s_send_%s", names->n, v), cast, 1,
                     variant->name);
            continue;
        }
        for (size_t j = 0; j < 2; j++)
            take_all(lower, rc_arena_printf(lower->arena, "%s%s%s", names->n, stubs[j], v), cast, 1,
                     variant->name);
        take_all(lower, rc_arena_printf(lower->arena, "%s_%s", names->n, v), port, 6,
                 variant->name);
    }
}

static void lower_reply(struct rc_c_lower *lower, struct rc_model *model,
                        const struct rc_variant *variant)
{
    struct rc_c_type type = {0};
    rc_model_flag(model, RC_KEY_is_rpc, variant->is_rpc);
    if (!variant->is_rpc) {
        rc_model_flag(model, RC_KEY_reply_view, false);
        rc_model_text(model, RC_KEY_reply_codec, "NULL");
        return;
    }
    rc_c_type_of(lower, variant->reply->type, variant->reply->span, &type);
    bool is_unit = variant->reply->type->kind == RC_TYPE_UNIT;
    const char *space = type.c[strlen(type.c) - 1] == '*' ? "" : " ";
    const char *param = type.by_pointer
                            ? rc_arena_printf(lower->arena, ", const %s *value", type.c)
                            : rc_arena_printf(lower->arena, ", %s%svalue", type.c, space);
    rc_model_flag(model, RC_KEY_reply_view, type.is_view);
    rc_model_flag(model, RC_KEY_reply_unit, is_unit);
    rc_model_text(model, RC_KEY_reply_c, type.c);
    rc_model_text(model, RC_KEY_reply_codec, rc_arena_printf(lower->arena, "&%s", type.codec));
    rc_model_text(model, RC_KEY_reply_param, is_unit ? "" : param);
    rc_model_text(model, RC_KEY_reply_value, type.by_pointer ? "value" : "&value");
}

/* What a handler takes beside context and state: the fields if any, the port of an rpc. */
static void lower_handler(struct rc_c_lower *lower, struct rc_model *model,
                          const struct rc_variant *variant, const char *struct_name,
                          const char *port)
{
    bool has_fields = variant->fields.count != 0;
    const char *msg =
        has_fields ? rc_arena_printf(lower->arena, ", const %s *msg", struct_name) : "";
    const char *port_param =
        variant->is_rpc ? rc_arena_printf(lower->arena, ", %s *port", port) : "";
    const char *port_arg =
        variant->is_rpc ? rc_arena_printf(lower->arena, ", (%s *)port", port) : "";
    rc_model_text(model, RC_KEY_handler_params,
                  rc_arena_printf(lower->arena, "%s%s", msg, port_param));
    rc_model_text(model, RC_KEY_handler_args,
                  rc_arena_printf(lower->arena, "%s%s", has_fields ? ", args" : "", port_arg));
}

static const char *variant_flags(struct rc_c_lower *lower, const struct rc_variant *variant)
{
    const struct {
        bool is_set;
        const char *name;
    } flags[] = {
        {variant->is_rpc, "RACTOR_VARIANT_RPC"},
        {variant->deprecated != NULL, "RACTOR_VARIANT_DEPRECATED"},
        {variant->is_not_exported, "RACTOR_VARIANT_NO_EXPORT"},
    };
    const char *all = NULL;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i].is_set)
            all = all != NULL ? rc_arena_printf(lower->arena, "%s | %s", all, flags[i].name)
                              : flags[i].name;
    }
    return all != NULL ? all : "0";
}

static const char *type_flags(const struct rc_decl *decl)
{
    if (decl->is_local)
        return "RACTOR_TYPE_LOCAL";
    return decl->is_not_exported ? "RACTOR_TYPE_NO_EXPORT" : "0";
}

static void lower_variant(struct rc_c_lower *lower, const struct rc_decl *decl,
                          const struct enum_names *names, size_t index,
                          struct rc_model *enumeration)
{
    const struct rc_variant *variant = decl->variants.items[index];
    const char *name = variant->name.name->text;
    const char *what = rc_arena_printf(lower->arena, "`%s`", name);
    const char *v = rc_c_snake(lower->arena, name);
    const char *tag = rc_c_take_free(
        &lower->names,
        rc_arena_printf(lower->arena, "%s_%s", names->u, rc_c_upper(lower->arena, v)), what,
        variant->name.span);
    const char *struct_name = "";
    if (variant->fields.count != 0)
        struct_name =
            rc_c_take_free(&lower->names, rc_arena_printf(lower->arena, "%s_%s", names->n, v), what,
                           variant->name.span);
    struct rc_model *model = rc_model_add(enumeration, RC_KEY_variants);
    rc_c_lower_doc(lower, model, variant->doc);
    rc_model_text(model, RC_KEY_name, name);
    rc_model_text(model, RC_KEY_full_name,
                  rc_arena_printf(lower->arena, "%s.%s", decl->name.name->text, name));
    rc_model_text(model, RC_KEY_v, v);
    rc_model_text(model, RC_KEY_tag, tag);
    rc_model_text(model, RC_KEY_index, rc_arena_decimal(lower->arena, index));
    rc_model_text(model, RC_KEY_comma, index + 1 < decl->variants.count ? "," : "");
    rc_model_text(model, RC_KEY_member, rc_c_member(lower->arena, v));
    rc_model_text(model, RC_KEY_flags, variant_flags(lower, variant));
    rc_model_text(model, RC_KEY_timeout, rc_arena_decimal(lower->arena, variant->timeout_ms));
    rc_model_text(model, RC_KEY_deprecated, rc_c_deprecated(lower, variant->deprecated));
    rc_c_lower_fields(lower, model, &variant->fields, struct_name);
    rc_model_text(model, RC_KEY_codec,
                  variant->fields.count != 0
                      ? rc_arena_printf(lower->arena, "rcgen_codec_%s", struct_name)
                      : "ractor_codec_nothing");
    rc_model_text(model, RC_KEY_linkage, "static");
    lower_reply(lower, model, variant);
    lower_handler(lower, model, variant, struct_name,
                  rc_arena_printf(lower->arena, "%s_%s_port", names->n, v));
    if (variant->fields.count != 0)
        rc_model_push(lower->model, RC_KEY_records, model);
}

static int by_name(const void *left, const void *right)
{
    const struct rc_model *const *a = left;
    const struct rc_model *const *b = right;
    return strcmp(rc_model_get(*a, RC_KEY_name), rc_model_get(*b, RC_KEY_name));
}

static void lower_sorted(struct rc_c_lower *lower, struct rc_model *enumeration)
{
    const struct rc_models *variants = rc_model_elements(enumeration, RC_KEY_variants);
    struct rc_model **sorted = rc_arena_array(lower->arena, variants->count + 1, sizeof *sorted);
    struct rc_buffer tags;
    rc_buffer_init(&tags, lower->arena);
    memcpy(sorted, variants->items, variants->count * sizeof *sorted);
    qsort(sorted, variants->count, sizeof *sorted, by_name);
    for (size_t i = 0; i < variants->count; i++) {
        rc_buffer_puts(&tags, i != 0 ? ", " : "");
        rc_buffer_puts(&tags, rc_model_get(sorted[i], RC_KEY_index));
    }
    rc_model_text(enumeration, RC_KEY_sorted, rc_buffer_text(&tags));
}

static const char *number_or_none(struct rc_c_lower *lower, uint64_t number)
{
    return number != 0 ? rc_arena_decimal(lower->arena, number) : "";
}

/* What the runtime is told of the enum as a whole. */
static void lower_traits(struct rc_c_lower *lower, const struct rc_decl *decl,
                         struct rc_model *model)
{
    rc_model_flag(model, RC_KEY_is_local, decl->is_local);
    rc_model_text(model, RC_KEY_flags, type_flags(decl));
    rc_model_text(model, RC_KEY_n_variants, rc_arena_decimal(lower->arena, decl->variants.count));
    rc_model_text(model, RC_KEY_messages, number_or_none(lower, decl->mailbox_messages));
    rc_model_text(model, RC_KEY_bytes, number_or_none(lower, decl->mailbox_bytes));
    if (!decl->is_local)
        rc_model_text(
            model, RC_KEY_fingerprint,
            rc_arena_printf(lower->arena, "%016" PRIx64, rc_fingerprint(decl, lower->arena)));
}

static size_t index_in(const struct rc_decl *decl, const struct rc_name *name)
{
    size_t i = 0;
    while (i < decl->variants.count && decl->variants.items[i]->name.name != name)
        i++;
    return i;
}

/* What makes a part one of its whole, which is of the same package. */
static void lower_part(struct rc_c_lower *lower, const struct rc_decl *decl,
                       const struct enum_names *names, struct rc_model *model)
{
    const struct rc_decl *whole = decl->whole;
    rc_model_text(model, RC_KEY_whole, whole != NULL ? whole->name.name->text : "");
    if (whole == NULL)
        return;
    const char *p = rc_c_snake(lower->arena, decl->name.name->text);
    const char *whole_n = rc_arena_printf(lower->arena, "%s%s", lower->prefix,
                                          rc_c_snake(lower->arena, whole->name.name->text));
    static const char *const alone[] = {""};
    take_all(lower, rc_arena_printf(lower->arena, "%s_as_%s", whole_n, p), alone, 1, decl->name);
    rc_model_text(model, RC_KEY_whole_n, whole_n);
    for (size_t i = 0; i < decl->variants.count; i++)
        rc_model_text(
            rc_model_add(model, RC_KEY_whole_tags), RC_KEY_tag,
            rc_arena_decimal(lower->arena, index_in(whole, decl->variants.items[i]->name.name)));
    struct rc_model *part = rc_model_add(lower->model, RC_KEY_parts);
    rc_model_text(part, RC_KEY_n, names->n);
    rc_model_text(part, RC_KEY_p, p);
    rc_model_text(part, RC_KEY_name, decl->name.name->text);
    rc_model_text(part, RC_KEY_whole, whole->name.name->text);
    rc_model_text(part, RC_KEY_whole_n, whole_n);
}

void rc_c_lower_enum(struct rc_c_lower *lower, const struct rc_decl *decl)
{
    const char *package = lower->input->file->package_name->text;
    const char *name = decl->name.name->text;
    struct enum_names names;
    names.n = rc_arena_printf(lower->arena, "%s%s", lower->prefix, rc_c_snake(lower->arena, name));
    names.u = rc_c_upper(lower->arena, names.n);
    take_enum_names(lower, decl, &names);
    struct rc_model *model = rc_model_add(lower->model, RC_KEY_enums);
    bool any_fields = false;
    rc_c_lower_doc(lower, model, decl->doc);
    rc_model_text(model, RC_KEY_n, names.n);
    rc_model_text(model, RC_KEY_u, names.u);
    rc_model_text(model, RC_KEY_name, name);
    rc_model_text(
        model, RC_KEY_full_name,
        rc_arena_printf(lower->arena, "%s%s%s", package, package[0] != '\0' ? "." : "", name));
    lower_traits(lower, decl, model);
    lower_part(lower, decl, &names, model);
    for (size_t i = 0; i < decl->variants.count; i++) {
        lower_variant(lower, decl, &names, i, model);
        any_fields = any_fields || decl->variants.items[i]->fields.count != 0;
    }
    rc_model_flag(model, RC_KEY_any_fields, any_fields);
    lower_sorted(lower, model);
}

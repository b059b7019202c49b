/* SPDX-License-Identifier: MIT */
#include "value/vectors.h"

#include "value/edges.h"
#include "value/json.h"
#include "value/wire.h"

/* What is being made vectors of. */
struct vectors {
    struct rc_arena *arena;
    json_t *list; /* NULL once there was no memory */
};

static const char *hex(struct rc_arena *arena, const struct rc_buffer *bytes)
{
    struct rc_buffer out;
    rc_buffer_init(&out, arena);
    for (size_t i = 0; i < bytes->length; i++)
        rc_buffer_printf(&out, "%02x", (unsigned char)bytes->data[i]);
    return rc_buffer_text(&out);
}

/* Takes `value`. */
static void add(struct vectors *vectors, const char *type, const char *variant, const char *what,
                json_t *value, const struct rc_buffer *bytes)
{
    json_t *vector = json_object();
    bool is_good =
        vector != NULL && json_object_set_new(vector, "type", json_string(type)) == 0 &&
        (variant == NULL || json_object_set_new(vector, "variant", json_string(variant)) == 0) &&
        json_object_set_new(vector, "what", json_string(what)) == 0;
    if (is_good)
        is_good = json_object_set_new(vector, "value", value) == 0;
    else
        json_decref(value);
    is_good = is_good &&
              json_object_set_new(vector, "bytes", json_string(hex(vectors->arena, bytes))) == 0;
    if (!is_good)
        json_decref(vector);
    if (!is_good || json_array_append_new(vectors->list, vector) != 0) {
        json_decref(vectors->list);
        vectors->list = NULL;
    }
}

static void add_types(struct vectors *vectors, const char *type, const char *variant,
                      const char *what, const struct rc_type *of)
{
    struct rc_values edges = rc_value_edges(vectors->arena, of);
    for (size_t i = 0; i < edges.count && vectors->list != NULL; i++) {
        struct rc_value_walk walk = {.arena = vectors->arena};
        struct rc_buffer bytes;
        rc_buffer_init(&bytes, vectors->arena);
        if (rc_value_encode(&walk, edges.items[i], &bytes))
            add(vectors, type, variant, what, rc_json_of(vectors->arena, edges.items[i]), &bytes);
    }
}

static void add_messages(struct vectors *vectors, const char *type,
                         const struct rc_variant *variant)
{
    struct rc_values edges = rc_value_field_edges(vectors->arena, &variant->fields);
    for (size_t i = 0; i < edges.count && vectors->list != NULL; i++) {
        struct rc_value_walk walk = {.arena = vectors->arena};
        struct rc_buffer bytes;
        rc_buffer_init(&bytes, vectors->arena);
        if (rc_value_encode_fields(&walk, &variant->fields, edges.items[i], &bytes))
            add(vectors, type, variant->name.name->text, variant->is_rpc ? "call" : "cast",
                rc_json_of_fields(vectors->arena, edges.items[i], &variant->fields), &bytes);
    }
    if (variant->is_rpc)
        add_types(vectors, type, variant->name.name->text, "reply", variant->reply->type);
}

static void add_decl(struct vectors *vectors, const struct rc_decl *decl)
{
    const char *name = decl->name.name->text;
    if (decl->kind == RC_DECL_STRUCT || decl->kind == RC_DECL_UNION)
        add_types(vectors, name, NULL, "value", decl->type);
    if (decl->kind != RC_DECL_ENUM || decl->is_local)
        return;
    for (size_t i = 0; i < decl->variants.count; i++)
        add_messages(vectors, name, decl->variants.items[i]);
}

json_t *rc_vectors(struct rc_arena *arena, const struct rc_file *file, const char *schema)
{
    struct vectors vectors = {arena, json_array()};
    for (size_t i = 0; i < file->decls.count && vectors.list != NULL; i++)
        add_decl(&vectors, file->decls.items[i]);
    if (vectors.list == NULL)
        return NULL;
    return json_pack("{s:s, s:s, s:o}", "schema", schema, "package", file->package_name->text,
                     "vectors", vectors.list);
}

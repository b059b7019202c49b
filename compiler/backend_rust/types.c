/* SPDX-License-Identifier: MIT */
/* Rust's spelling of the schema's names and types. */
#include "backend_rust/lower.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static bool is_one_of(const char *name, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (strcmp(*words, name) == 0)
            return true;
    }
    return false;
}

const char *rc_rust_name(struct rc_arena *arena, const char *name)
{
    static const char *const never_raw[] = {"self", "Self", "super", "crate", "_", NULL};
    static const char *const keywords[] = {
        "abstract", "as",       "async",   "await", "become", "box",    "break",
        "const",    "continue", "do",      "dyn",   "else",   "enum",   "extern",
        "false",    "final",    "fn",      "for",   "gen",    "if",     "impl",
        "in",       "let",      "loop",    "macro", "match",  "mod",    "move",
        "mut",      "override", "priv",    "pub",   "ref",    "return", "static",
        "struct",   "trait",    "true",    "try",   "type",   "typeof", "unsafe",
        "unsized",  "use",      "virtual", "where", "while",  "yield",  NULL};
    if (is_one_of(name, never_raw))
        return rc_arena_printf(arena, "%s_", name);
    return is_one_of(name, keywords) ? rc_arena_printf(arena, "r#%s", name) : name;
}

/* The module of a schema's file: its name, as an identifier. */
static const char *module_of(struct rc_arena *arena, const struct rc_file *file)
{
    const char *path = file->source->path;
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t length = strlen(name);
    if (length > 7 && strcmp(name + length - 7, ".ractor") == 0)
        length -= 7;
    char *module = rc_arena_printf(arena, "%s%.*s", isdigit((unsigned char)name[0]) ? "_" : "",
                                   (int)length, name);
    for (char *at = module; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at))
            *at = '_';
    }
    return rc_rust_name(arena, module);
}

static const char *decl_type(struct rc_rust_lower *lower, const struct rc_decl *decl)
{
    const char *name = rc_rust_name(lower->arena, decl->name.name->text);
    if (decl->file == lower->input->file)
        return name;
    return rc_arena_printf(lower->arena, "super::%s::%s", module_of(lower->arena, decl->file),
                           name);
}

/* A name as prost has it for a module. */
static const char *module_name(struct rc_arena *arena, const char *name, size_t length)
{
    struct rc_buffer out;
    rc_buffer_init(&out, arena);
    for (size_t i = 0; i < length; i++) {
        bool is_upper = isupper((unsigned char)name[i]);
        char lower = (char)tolower((unsigned char)name[i]);
        if (is_upper && i > 0 && name[i - 1] != '_' && !isupper((unsigned char)name[i - 1]))
            rc_buffer_puts(&out, "_");
        rc_buffer_add(&out, &lower, 1);
    }
    return rc_rust_name(arena, rc_buffer_text(&out));
}

/* acme.metrics.Sample as prost has it: acme::metrics::Sample, below the module `proto`; and what is
 * declared inside of it: acme::metrics::sample::Point. */
static const char *proto_type(struct rc_rust_lower *lower, const struct rc_type *type)
{
    struct rc_buffer out;
    rc_buffer_init(&out, lower->arena);
    rc_buffer_puts(&out, "super::proto");
    const char *at = type->target;
    for (size_t length; length = strcspn(at, "."), at[length] == '.'; at += length + 1)
        rc_buffer_printf(&out, "::%s", module_name(lower->arena, at, length));
    rc_buffer_printf(&out, "::%s", rc_rust_name(lower->arena, at));
    return rc_buffer_text(&out);
}

/* A walk over what values hold in place: through options and results, not through vecs and maps. */
struct walk {
    struct rc_arena *arena;
    const struct rc_decl *target;
    RC_LIST(const struct rc_decl *) seen;
};

static bool reaches(struct walk *walk, const struct rc_type *type);

static bool fields_reach(struct walk *walk, const struct rc_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (reaches(walk, fields->items[i]->type->type))
            return true;
    }
    return false;
}

static bool decl_reaches(struct walk *walk, const struct rc_decl *decl)
{
    for (size_t i = 0; i < walk->seen.count; i++) {
        if (walk->seen.items[i] == decl)
            return false;
    }
    *rc_list_add(walk->arena, &walk->seen) = decl;
    for (size_t i = 0; i < decl->variants.count; i++) {
        if (fields_reach(walk, &decl->variants.items[i]->fields))
            return true;
    }
    return fields_reach(walk, &decl->fields);
}

static bool reaches(struct walk *walk, const struct rc_type *type)
{
    switch (type->kind) {
    case RC_TYPE_OPTION:
        return reaches(walk, type->args[0]);
    case RC_TYPE_RESULT:
        return reaches(walk, type->args[0]) || reaches(walk, type->args[1]);
    case RC_TYPE_STRUCT:
    case RC_TYPE_UNION:
        return type->decl == walk->target || decl_reaches(walk, type->decl);
    default:
        return false;
    }
}

/* Whether a value is, or holds in place, one that can hold itself. */
static bool holds_itself(struct rc_arena *arena, const struct rc_type *type)
{
    if (type->kind == RC_TYPE_OPTION)
        return holds_itself(arena, type->args[0]);
    if (type->kind == RC_TYPE_RESULT)
        return holds_itself(arena, type->args[0]) || holds_itself(arena, type->args[1]);
    if (type->kind != RC_TYPE_STRUCT && type->kind != RC_TYPE_UNION)
        return false;
    struct walk walk = {.arena = arena, .target = type->decl};
    return decl_reaches(&walk, type->decl);
}

static const char *option_type(struct rc_rust_lower *lower, const struct rc_type *type)
{
    const char *value = rc_rust_type(lower, type->args[0]);
    if (holds_itself(lower->arena, type->args[0]))
        value = rc_arena_printf(lower->arena, "Box<%s>", value);
    return rc_arena_printf(lower->arena, "Option<%s>", value);
}

const char *rc_rust_type(struct rc_rust_lower *lower, const struct rc_type *type)
{
    static const char *const builtins[RC_N_BUILTINS] = {
        [RC_TYPE_STRING] = "String", [RC_TYPE_BYTES] = "Vec<u8>", [RC_TYPE_UNIT] = "()"};
    struct rc_arena *arena = lower->arena;
    if (rc_type_is_builtin(type))
        return builtins[type->kind] != NULL ? builtins[type->kind] : type->text->text;
    switch (type->kind) {
    case RC_TYPE_VEC:
        return rc_arena_printf(arena, "Vec<%s>", rc_rust_type(lower, type->args[0]));
    case RC_TYPE_OPTION:
        return option_type(lower, type);
    case RC_TYPE_MAP:
        return rc_arena_printf(arena, "BTreeMap<%s, %s>", rc_rust_type(lower, type->args[0]),
                               rc_rust_type(lower, type->args[1]));
    case RC_TYPE_RESULT:
        return rc_arena_printf(arena, "Result<%s, %s>", rc_rust_type(lower, type->args[0]),
                               rc_rust_type(lower, type->args[1]));
    case RC_TYPE_ACTOR:
        return rc_arena_printf(arena, "ActorAddress<%s>", rc_rust_type(lower, type->args[0]));
    case RC_TYPE_PROTO:
        return rc_arena_printf(arena, "Converted<%s>", proto_type(lower, type));
    default:
        return decl_type(lower, type->decl);
    }
}

static const char *bounded(struct rc_rust_lower *lower, const struct rc_field *field)
{
    return rc_arena_printf(lower->arena, "Bounded<%s, %" PRIu64 ">",
                           rc_rust_type(lower, field->type->type), field->max);
}

const char *rc_rust_field_type(struct rc_rust_lower *lower, const struct rc_field *field)
{
    return field->max != 0 ? bounded(lower, field) : rc_rust_type(lower, field->type->type);
}

/* Whether the crate `ractor`, or this output, gives the type an encoding in messages. */
static bool has_own_encoding(const struct rc_type *type)
{
    if (rc_type_is_builtin(type) || type->kind == RC_TYPE_STRUCT || type->kind == RC_TYPE_UNION)
        return true;
    return type->kind == RC_TYPE_VEC && rc_type_is_packed(type->args[0]);
}

const char *rc_rust_message_type(struct rc_rust_lower *lower, const struct rc_type *type)
{
    if (type->kind == RC_TYPE_PROTO)
        return proto_type(lower, type);
    const char *plain = rc_rust_type(lower, type);
    return has_own_encoding(type) ? plain : rc_arena_printf(lower->arena, "Wire<%s>", plain);
}

const char *rc_rust_message_field(struct rc_rust_lower *lower, const struct rc_field *field)
{
    return field->max != 0 ? bounded(lower, field) : rc_rust_message_type(lower, field->type->type);
}

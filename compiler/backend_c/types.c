/* SPDX-License-Identifier: MIT */
#include "backend_c/lower.h"

static const char *const builtin_ops[RC_N_BUILTINS] = {
#define RC_SPELLING(name, spelling, size) spelling,
    RC_BUILTINS(RC_SPELLING)
#undef RC_SPELLING
};

static const char *builtin_c(enum rc_type_kind kind)
{
    static const char *const names[RC_N_BUILTINS] = {
        [RC_TYPE_I8] = "int8_t",
        [RC_TYPE_I16] = "int16_t",
        [RC_TYPE_I32] = "int32_t",
        [RC_TYPE_I64] = "int64_t",
        [RC_TYPE_I128] = "ractor_i128",
        [RC_TYPE_U8] = "uint8_t",
        [RC_TYPE_U16] = "uint16_t",
        [RC_TYPE_U32] = "uint32_t",
        [RC_TYPE_U64] = "uint64_t",
        [RC_TYPE_U128] = "ractor_u128",
        [RC_TYPE_F32] = "float",
        [RC_TYPE_F64] = "double",
        [RC_TYPE_BOOL] = "bool",
        [RC_TYPE_CHAR] = "uint32_t",
        [RC_TYPE_STRING] = "ractor_string",
        [RC_TYPE_BYTES] = "ractor_bytes",
        [RC_TYPE_UNIT] = "ractor_unit",
    };
    return names[kind];
}

/* A type of the runtime's wire.h. */
static void wire_type(struct rc_c_lower *lower, struct rc_c_type *out, const char *c,
                      const char *op, bool is_view)
{
    out->c = c;
    out->ns = "ractor_wire";
    out->op = op;
    out->codec = rc_arena_printf(lower->arena, "ractor_codec_%s", op);
    out->is_view = is_view;
}

bool rc_c_type_of(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                  struct rc_c_type *out)
{
    *out = (struct rc_c_type){0};
    if (rc_type_is_builtin(type)) {
        bool is_view = type->kind == RC_TYPE_STRING || type->kind == RC_TYPE_BYTES;
        wire_type(lower, out, builtin_c(type->kind), builtin_ops[type->kind], is_view);
        return true;
    }
    if (type->kind == RC_TYPE_VEC && rc_type_is_builtin(type->args[0])) {
        const char *element = builtin_ops[type->args[0]->kind];
        wire_type(lower, out, rc_arena_printf(lower->arena, "ractor_vec_%s", element),
                  rc_arena_printf(lower->arena, "vec_%s", element), true);
        return true;
    }
    if (type->kind == RC_TYPE_PTR) {
        wire_type(lower, out, rc_arena_printf(lower->arena, "%s *", type->target), "pointer",
                  false);
        return true;
    }
    return rc_c_value_type(lower, type, span, out);
}

/* SPDX-License-Identifier: MIT */
#include "backend_c/lower.h"

void rc_c_type_of(struct rc_c_lower *lower, const struct rc_type *type, struct rc_span span,
                  struct rc_c_type *out)
{
    rc_c_describe(lower, type, out);
    rc_c_enter(lower, type, span);
}

void rc_c_need_functions(struct rc_c_lower *lower, const struct rc_type *type,
                         const struct rc_c_type *c)
{
    bool is_declared = type->kind == RC_TYPE_STRUCT || type->kind == RC_TYPE_UNION;
    if (!is_declared || type->decl->file == lower->input->file || !rc_c_is_new(lower, type->text))
        return;
    struct rc_model *model = rc_model_add(lower->model, RC_KEY_foreigns);
    rc_model_text(model, RC_KEY_full_name, type->text->text);
    rc_model_text(model, RC_KEY_op, c->op);
    rc_model_text(model, RC_KEY_codec, c->codec);
    rc_model_flag(model, RC_KEY_has_views, c->is_view);
}

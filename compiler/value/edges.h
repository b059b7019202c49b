/* SPDX-License-Identifier: MIT */
/* Values at the edges of a type: what golden vectors are made of. */
#ifndef RCGEN_VALUE_EDGES_H
#define RCGEN_VALUE_EDGES_H

#include "value/value.h"

/* A few values of a type, always the same ones, at most RC_MAX_EDGES; none for a type without any
 * (a pointer, a protobuf message). */
#define RC_MAX_EDGES 12
struct rc_values rc_value_edges(struct rc_arena *arena, const struct rc_type *type);

/*
 * Messages with these fields: as many as the field with the most edges has, each field going
 * through its own. One without fields when there are none.
 */
struct rc_values rc_value_field_edges(struct rc_arena *arena, const struct rc_fields *fields);

#endif

/* SPDX-License-Identifier: MIT */
/* Values from and to JSON, as docs/rcgen.md lays down. */
#ifndef RCGEN_VALUE_JSON_H
#define RCGEN_VALUE_JSON_H

#include "value/value.h"

#include <jansson.h>

/* A new reference; NULL: no memory. */
json_t *rc_json_of(struct rc_arena *arena, const struct rc_value *value);
json_t *rc_json_of_fields(struct rc_arena *arena, const struct rc_value *value,
                          const struct rc_fields *fields);

/* NULL with `walk->error` set when the JSON is no such value. */
struct rc_value *rc_json_to_value(struct rc_value_walk *walk, const struct rc_type *type,
                                  const json_t *json);
struct rc_value *rc_json_to_fields(struct rc_value_walk *walk, const struct rc_fields *fields,
                                   const json_t *json);

#endif

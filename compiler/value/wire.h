/* SPDX-License-Identifier: MIT */
/* Values from and to their bytes on the wire (docs/wire-protocol.md, section 5), as strictly as
 * generated C. */
#ifndef RCGEN_VALUE_WIRE_H
#define RCGEN_VALUE_WIRE_H

#include "value/value.h"

/* The fields of a message; NULL with `walk->error` set when the bytes are none. The value's data
 * points into the bytes. */
struct rc_value *rc_value_decode_fields(struct rc_value_walk *walk, const struct rc_fields *fields,
                                        const char *bytes, size_t length);

/* A value alone, as a reply is. */
struct rc_value *rc_value_decode(struct rc_value_walk *walk, const struct rc_type *type,
                                 const char *bytes, size_t length);

/* Appends the bytes; false with `walk->error` set when the value breaks a rule. */
bool rc_value_encode_fields(struct rc_value_walk *walk, const struct rc_fields *fields,
                            const struct rc_value *value, struct rc_buffer *out);
bool rc_value_encode(struct rc_value_walk *walk, const struct rc_value *value,
                     struct rc_buffer *out);

#endif

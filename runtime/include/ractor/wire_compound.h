/* SPDX-License-Identifier: MIT */
/**
 * @file wire_compound.h
 * The encoding of types that are made of others: structs, options, unions, results, maps and
 * references to actors. Each is described by a small table that generated code holds. Programs do
 * not call these functions; gen_codec.h makes a `ractor_codec` of them.
 *
 * @code
 * static const ractor_wire_field fields[] = {
 *     {"x", offsetof(struct point, x), &ractor_codec_f64, false},
 *     {"y", offsetof(struct point, y), &ractor_codec_f64, false},
 * };
 *
 * static void print_point(const void *value, const ractor_printer *out)
 * {
 *     ractor_wire_print_fields(value, fields, 2, out);
 * }
 * @endcode
 */
#ifndef RACTOR_WIRE_COMPOUND_H
#define RACTOR_WIRE_COMPOUND_H

#include <ractor/codec.h>
#include <ractor/export.h>
#include <ractor/status.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** One field of a struct, for printing and comparing. */
typedef struct ractor_wire_field {
    const char *name;          /**< as in the schema */
    size_t offset;             /**< in the C struct */
    const ractor_codec *codec; /**< its type */
    bool is_secret;            /**< masked when printed */
} ractor_wire_field;

/** Prints `{name: value, …}`. */
RACTOR_API void ractor_wire_print_fields(const void *value, const ractor_wire_field *fields,
                                         size_t n_fields, const ractor_printer *out);
/** Whether all fields are equal. */
RACTOR_API bool ractor_wire_equal_fields(const void *a, const void *b,
                                         const ractor_wire_field *fields, size_t n_fields);
/** Prints text as it is. */
RACTOR_API void ractor_wire_print_text(const ractor_printer *out, const char *text);
/** Prints `[element, …]` of elements that lie one after another. */
RACTOR_API void ractor_wire_print_elements(const void *data, size_t length,
                                           const ractor_codec *element, const ractor_printer *out);
/** Whether so many elements of two vectors are equal. */
RACTOR_API bool ractor_wire_equal_elements(const void *a, const void *b, size_t length,
                                           const ractor_codec *element);

/** An option's C struct: a bool, and behind it the value, which is read only when the bool is true.
 */
typedef struct ractor_wire_option {
    const ractor_codec *value; /**< the value's type */
    size_t offset;             /**< of the value in the struct */
    size_t size;               /**< of the struct */
} ractor_wire_option;

/** One variant of a union, or Ok or Err of a result. */
typedef struct ractor_wire_case {
    const char *name;          /**< as on the wire */
    size_t length;             /**< of the name */
    const ractor_codec *codec; /**< its fields; of a result: its value */
} ractor_wire_case;

/** A union's or result's C struct: a tag, which numbers the cases, and behind it a C union. */
typedef struct ractor_wire_choice {
    const ractor_wire_case *cases; /**< by tag */
    size_t n_cases;                /**< how many */
    size_t offset;                 /**< of the C union in the struct */
    size_t size;                   /**< of the struct */
    bool is_bare;                  /**< a result: each case is one value, not a struct of fields */
} ractor_wire_choice;

/** @name option<T>: the operations of a `ractor_codec`, by table @{ */
RACTOR_API ractor_status ractor_wire_option_copy_size(const ractor_wire_option *type,
                                                      const void *value, size_t *tail_bytes);
RACTOR_API void ractor_wire_option_copy(const ractor_wire_option *type, void *to, const void *from,
                                        ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_option_wire_size(const ractor_wire_option *type,
                                                      const void *value, size_t *bytes);
RACTOR_API uint8_t *ractor_wire_option_write(const ractor_wire_option *type, const void *value,
                                             uint8_t *out);
RACTOR_API ractor_status ractor_wire_option_measure(const ractor_wire_option *type,
                                                    const uint8_t *bytes, size_t length,
                                                    ractor_budget *budget, size_t *tail_bytes);
RACTOR_API void ractor_wire_option_read(const ractor_wire_option *type, const uint8_t *bytes,
                                        size_t length, void *to, ractor_tail *tail);
RACTOR_API void ractor_wire_option_print(const ractor_wire_option *type, const void *value,
                                         const ractor_printer *out);
RACTOR_API bool ractor_wire_option_equal(const ractor_wire_option *type, const void *a,
                                         const void *b);
/** @} */

/** @name The same of an option that points at its value: NULL is none @{ */
RACTOR_API ractor_status ractor_wire_box_copy_size(const ractor_codec *type, const void *value,
                                                   size_t *tail_bytes);
RACTOR_API void ractor_wire_box_copy(const ractor_codec *type, void *to, const void *from,
                                     ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_box_wire_size(const ractor_codec *type, const void *value,
                                                   size_t *bytes);
RACTOR_API uint8_t *ractor_wire_box_write(const ractor_codec *type, const void *value,
                                          uint8_t *out);
RACTOR_API ractor_status ractor_wire_box_measure(const ractor_codec *type, const uint8_t *bytes,
                                                 size_t length, ractor_budget *budget,
                                                 size_t *tail_bytes);
RACTOR_API void ractor_wire_box_read(const ractor_codec *type, const uint8_t *bytes, size_t length,
                                     void *to, ractor_tail *tail);
RACTOR_API void ractor_wire_box_print(const ractor_codec *type, const void *value,
                                      const ractor_printer *out);
RACTOR_API bool ractor_wire_box_equal(const ractor_codec *type, const void *a, const void *b);
/** @} */

/** @name Unions and results: the operations of a `ractor_codec`, by table @{ */
RACTOR_API ractor_status ractor_wire_choice_copy_size(const ractor_wire_choice *type,
                                                      const void *value, size_t *tail_bytes);
RACTOR_API void ractor_wire_choice_copy(const ractor_wire_choice *type, void *to, const void *from,
                                        ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_choice_wire_size(const ractor_wire_choice *type,
                                                      const void *value, size_t *bytes);
RACTOR_API uint8_t *ractor_wire_choice_write(const ractor_wire_choice *type, const void *value,
                                             uint8_t *out);
RACTOR_API ractor_status ractor_wire_choice_measure(const ractor_wire_choice *type,
                                                    const uint8_t *bytes, size_t length,
                                                    ractor_budget *budget, size_t *tail_bytes);
RACTOR_API void ractor_wire_choice_read(const ractor_wire_choice *type, const uint8_t *bytes,
                                        size_t length, void *to, ractor_tail *tail);
RACTOR_API void ractor_wire_choice_print(const ractor_wire_choice *type, const void *value,
                                         const ractor_printer *out);
RACTOR_API bool ractor_wire_choice_equal(const ractor_wire_choice *type, const void *a,
                                         const void *b);
/** @} */

/**
 * Whether the keys of a map are unique; each entry begins with its key. RACTOR_EINVAL: they are
 * not. RACTOR_ENOMEM: no room to sort them.
 */
RACTOR_API ractor_status ractor_wire_map_keys(const void *entries, size_t count, size_t stride,
                                              const ractor_codec *key);
/** The same for `count` entries on the wire, which have been measured; RACTOR_EDECODE. */
RACTOR_API ractor_status ractor_wire_map_wire_keys(const uint8_t *bytes, size_t length,
                                                   size_t count);

/** @name actor<E>: a length and the node's name, then the pid @{ */
RACTOR_API ractor_status ractor_wire_copy_size_actor(const void *value, size_t *tail_bytes);
RACTOR_API void ractor_wire_copy_actor(void *to, const void *from, ractor_tail *tail);
RACTOR_API ractor_status ractor_wire_wire_size_actor(const void *value, size_t *bytes);
RACTOR_API uint8_t *ractor_wire_write_actor(const void *value, uint8_t *out);
RACTOR_API ractor_status ractor_wire_measure_actor(const uint8_t *bytes, size_t length,
                                                   ractor_budget *budget, size_t *tail_bytes);
RACTOR_API void ractor_wire_read_actor(const uint8_t *bytes, size_t length, void *to,
                                       ractor_tail *tail);
/** @} */
/** Of a struct that begins with a `ractor_actor_id`. */
RACTOR_API extern const ractor_codec ractor_codec_actor;

RACTOR_END_DECLS

#endif

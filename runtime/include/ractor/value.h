/* SPDX-License-Identifier: MIT */
/**
 * @file value.h
 * How the schema's types look in C. Scalars are the types of `<stdint.h>`, `bool`, `float` and
 * `double`; `char` of the schema is a `uint32_t` Unicode scalar value. Strings, byte strings and
 * vectors are views: a pointer and a length that own nothing. What a view points at lives as long
 * as the message it came in (until the handler returns, or longer with `ractor_message_hold()`);
 * a view that goes into a send or call is read before that function returns.
 *
 * @code
 * ractor_string name = RACTOR_STR("ada");                 // a literal
 * ractor_string other = ractor_string_from(getenv("USER")); // a C string
 * printf("hello %.*s\n", RACTOR_STR_ARG(name));
 * const uint32_t primes[] = {2, 3, 5, 7};
 * ractor_vec_u32 v = {.data = primes, .length = 4};
 * @endcode
 */
#ifndef RACTOR_VALUE_H
#define RACTOR_VALUE_H

#include <ractor/export.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

RACTOR_BEGIN_DECLS

/** UTF-8 text of a known length; no terminator is promised. `data` may be NULL when empty. */
typedef struct ractor_string {
    const char *data; /**< first byte; owned by whoever made the view */
    size_t length;    /**< bytes, not characters */
} ractor_string;

/** Any bytes, of a known length. */
typedef struct ractor_bytes {
    const uint8_t *data; /**< first byte; owned by whoever made the view */
    size_t length;       /**< bytes */
} ractor_bytes;

/** The type with one value. It takes a byte in C, since C has no empty struct; nothing on the wire.
 */
typedef struct ractor_unit {
    unsigned char nothing; /**< always 0 */
} ractor_unit;

#ifdef __SIZEOF_INT128__
/** 128-bit integers, where the compiler has them. */
__extension__ typedef __int128 ractor_i128;
/** 128-bit integers, where the compiler has them. */
__extension__ typedef unsigned __int128 ractor_u128;
#endif

/** Defines the vector view `ractor_vec_NAME` of elements TYPE. */
#define RACTOR_DEFINE_VEC(NAME, TYPE)                                                              \
    typedef struct ractor_vec_##NAME {                                                             \
        const TYPE *data; /**< first element; owned by whoever made the view */                    \
        size_t length;    /**< elements */                                                         \
    } ractor_vec_##NAME;

RACTOR_DEFINE_VEC(bool, bool)
RACTOR_DEFINE_VEC(i8, int8_t)
RACTOR_DEFINE_VEC(i16, int16_t)
RACTOR_DEFINE_VEC(i32, int32_t)
RACTOR_DEFINE_VEC(i64, int64_t)
RACTOR_DEFINE_VEC(u16, uint16_t)
RACTOR_DEFINE_VEC(u32, uint32_t)
RACTOR_DEFINE_VEC(u64, uint64_t)
RACTOR_DEFINE_VEC(f32, float)
RACTOR_DEFINE_VEC(f64, double)
RACTOR_DEFINE_VEC(char, uint32_t)
RACTOR_DEFINE_VEC(string, ractor_string)
RACTOR_DEFINE_VEC(bytes, ractor_bytes)
RACTOR_DEFINE_VEC(unit, ractor_unit)
#ifdef __SIZEOF_INT128__
RACTOR_DEFINE_VEC(i128, ractor_i128)
RACTOR_DEFINE_VEC(u128, ractor_u128)
#endif

/**
 * Which actor on which node. An actor<E> of the schema carries the node's name and the pid; between
 * C nodes the incarnation travels beside the message. It is 0 in one that has come by way of a Rust
 * node or a crash domain (domain.h), or from bytes. A view, as strings are.
 */
typedef struct ractor_actor_id {
    ractor_string node;   /**< full node name, `node@host`; owned by whoever made the view */
    uint64_t pid;         /**< the actor's pid on that node */
    uint64_t incarnation; /**< which start of the node is meant; 0: any. A node that has restarted
                               may give a pid to another actor, which this number tells apart */
} ractor_actor_id;

/** Which of the two a result<T, E> holds. */
typedef enum ractor_result_tag {
    RACTOR_RESULT_OK = 0, /**< the value, in `as.ok` */
    RACTOR_RESULT_ERR = 1 /**< the error, in `as.err` */
} ractor_result_tag;

/** A string view of a literal; evaluated at compile time, also in C initializers. */
#ifdef __cplusplus
#define RACTOR_STR(literal) (ractor_string{("" literal), sizeof("" literal) - 1})
#else
#define RACTOR_STR(literal)                                                                        \
    ((ractor_string){.data = ("" literal), .length = sizeof("" literal) - 1})
#endif

/** Precision and pointer: the two arguments that printf wants for a string view, as shown above. */
#define RACTOR_STR_ARG(string) (int)(string).length, ((string).data != NULL ? (string).data : "")

/** A view of a C string, NULL giving the empty string. Borrows: the view points into `text`. */
static inline ractor_string ractor_string_from(const char *text)
{
    ractor_string view = {text, text != NULL ? strlen(text) : 0};
    return view;
}

/** Whether two strings have the same bytes. */
static inline bool ractor_string_equal(ractor_string a, ractor_string b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/** Whether two byte strings have the same bytes. */
static inline bool ractor_bytes_equal(ractor_bytes a, ractor_bytes b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

RACTOR_END_DECLS

#endif

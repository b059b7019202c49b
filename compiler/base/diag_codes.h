/* SPDX-License-Identifier: MIT */
/*
 * Every diagnostic that rcgen can give: X(name, severity, number, switch). The number is stable and
 * part of the interface: codes are added, never reused. The switch is a warning's name in -W…;
 * errors have none.
 */
#ifndef RCGEN_BASE_DIAG_CODES_H
#define RCGEN_BASE_DIAG_CODES_H

#define RC_DIAG_CODES(X)                                                                           \
    /* files */                                                                                    \
    X(CANNOT_READ, ERROR, 1, "")                                                                   \
    X(IS_DIRECTORY, ERROR, 2, "")                                                                  \
    X(FILE_TOO_LARGE, ERROR, 3, "")                                                                \
    X(NUL_BYTE, ERROR, 4, "")                                                                      \
    X(BYTE_ORDER_MARK, ERROR, 5, "")                                                               \
    X(CARRIAGE_RETURN, ERROR, 6, "")                                                               \
    X(NOT_UTF8, ERROR, 7, "")                                                                      \
    X(IMPORT_NOT_FOUND, ERROR, 8, "")                                                              \
    X(IMPORT_CYCLE, ERROR, 9, "")                                                                  \
    X(IMPORT_TWICE, ERROR, 10, "")                                                                 \
    X(OUTPUT_CLASH, ERROR, 11, "")                                                                 \
    X(IMPORT_PATH, ERROR, 12, "")                                                                  \
    /* words */                                                                                    \
    X(UNEXPECTED_CHARACTER, ERROR, 101, "")                                                        \
    X(OPEN_STRING, ERROR, 102, "")                                                                 \
    X(OPEN_COMMENT, ERROR, 103, "")                                                                \
    X(BAD_ESCAPE, ERROR, 104, "")                                                                  \
    X(BAD_NUMBER, ERROR, 105, "")                                                                  \
    X(IDENTIFIER_TOO_LONG, ERROR, 106, "")                                                         \
    X(NUMBER_TOO_LARGE, ERROR, 107, "")                                                            \
    X(BAD_CHARACTER, ERROR, 108, "")                                                               \
    /* sentences */                                                                                \
    X(SYNTAX, ERROR, 201, "")                                                                      \
    X(NESTED_TOO_DEEPLY, ERROR, 202, "")                                                           \
    X(PACKAGE_PLACE, ERROR, 203, "")                                                               \
    /* names */                                                                                    \
    X(DUPLICATE_TYPE, ERROR, 301, "")                                                              \
    X(UNKNOWN_TYPE, ERROR, 302, "")                                                                \
    X(DUPLICATE_VARIANT, ERROR, 303, "")                                                           \
    X(DUPLICATE_FIELD, ERROR, 304, "")                                                             \
    X(AMBIGUOUS_NAME, ERROR, 305, "")                                                              \
    X(NOT_IMPORTED, ERROR, 306, "")                                                                \
    X(UNKNOWN_PACKAGE, ERROR, 307, "")                                                             \
    X(BUILT_IN_NAME, ERROR, 308, "")                                                               \
    /* types */                                                                                    \
    X(TYPE_ARGUMENTS, ERROR, 401, "")                                                              \
    X(NOT_GENERIC, ERROR, 402, "")                                                                 \
    X(ENUM_AS_VALUE, ERROR, 403, "")                                                               \
    X(ACTOR_OF, ERROR, 404, "")                                                                    \
    X(MAP_KEY, ERROR, 405, "")                                                                     \
    X(POINTER_PLACE, ERROR, 406, "")                                                               \
    X(RECURSIVE_TYPE, ERROR, 407, "")                                                              \
    X(CONST_AS_TYPE, ERROR, 408, "")                                                               \
    X(POINTER_TARGET, ERROR, 409, "")                                                              \
    X(PROTO_NOT_IMPORTED, ERROR, 410, "")                                                          \
    /* enums, unions, structs */                                                                   \
    X(RPC_WITHOUT_REPLY, ERROR, 501, "")                                                           \
    X(REPLY_WITHOUT_RPC, ERROR, 502, "")                                                           \
    X(MIXED_FIELDS, ERROR, 503, "")                                                                \
    X(NO_VARIANTS, ERROR, 504, "")                                                                 \
    X(TOO_MANY_FIELDS, ERROR, 505, "")                                                             \
    X(TOO_MANY_VARIANTS, ERROR, 506, "")                                                           \
    X(REPLY_IN_UNION, ERROR, 507, "")                                                              \
    X(UNNAMED_STRUCT_FIELD, ERROR, 508, "")                                                        \
    X(NO_FIELDS, ERROR, 509, "")                                                                   \
    /* attributes */                                                                               \
    X(UNKNOWN_ATTRIBUTE, ERROR, 601, "")                                                           \
    X(ATTRIBUTE_PLACE, ERROR, 602, "")                                                             \
    X(DUPLICATE_ATTRIBUTE, ERROR, 603, "")                                                         \
    X(ATTRIBUTE_ARGUMENT, ERROR, 604, "")                                                          \
    X(MAX_TYPE, ERROR, 605, "")                                                                    \
    X(PART_OF, ERROR, 606, "")                                                                     \
    X(PART_VARIANT, ERROR, 607, "")                                                                \
    /* constants */                                                                                \
    X(CONST_TYPE, ERROR, 701, "")                                                                  \
    X(CONST_RANGE, ERROR, 702, "")                                                                 \
    X(CONST_KIND, ERROR, 703, "")                                                                  \
    /* output */                                                                                   \
    X(NAME_CLASH, ERROR, 801, "")                                                                  \
    X(UNSUPPORTED, ERROR, 802, "")                                                                 \
    X(INTERNAL, ERROR, 899, "")                                                                    \
    /* warnings */                                                                                 \
    X(TYPE_NAMING, WARNING, 901, "type-naming")                                                    \
    X(VARIANT_NAMING, WARNING, 902, "variant-naming")                                              \
    X(FIELD_NAMING, WARNING, 903, "field-naming")                                                  \
    X(CONST_NAMING, WARNING, 904, "const-naming")                                                  \
    X(UNUSED_IMPORT, WARNING, 905, "unused-import")                                                \
    X(DEPRECATED_USE, WARNING, 906, "deprecated-use")                                              \
    X(DANGLING_DOC, WARNING, 907, "dangling-doc")                                                  \
    X(PACKAGE_NAMING, WARNING, 908, "package-naming")                                              \
    /* rcgen lint */                                                                               \
    X(LINT_PACKAGE, WARNING, 951, "missing-package")                                               \
    X(LINT_DOC, WARNING, 952, "missing-doc")                                                       \
    X(LINT_TIMEOUT, WARNING, 953, "missing-timeout")                                               \
    X(LINT_MAX, WARNING, 954, "missing-max")                                                       \
    X(LINT_SECRET, WARNING, 955, "missing-secret")                                                 \
    X(LINT_UNUSED, WARNING, 956, "unused-declaration")                                             \
    X(LINT_LARGE, WARNING, 957, "large-enum")                                                      \
    X(LINT_BOOLS, WARNING, 958, "boolean-fields")                                                  \
    X(LINT_UNNAMED, WARNING, 959, "unnamed-fields")                                                \
    /* rcgen breaking */                                                                           \
    X(BREAK_PACKAGE, WARNING, 1001, "package-changed")                                             \
    X(BREAK_REMOVED, WARNING, 1002, "declaration-removed")                                         \
    X(BREAK_KIND, WARNING, 1003, "kind-changed")                                                   \
    X(BREAK_LOCAL, WARNING, 1004, "local-added")                                                   \
    X(BREAK_VARIANT_REMOVED, WARNING, 1005, "variant-removed")                                     \
    X(BREAK_VARIANT_ADDED, WARNING, 1006, "union-variant-added")                                   \
    X(BREAK_RPC, WARNING, 1007, "rpc-changed")                                                     \
    X(BREAK_REPLY, WARNING, 1008, "reply-type-changed")                                            \
    X(BREAK_COUNT, WARNING, 1009, "field-count-changed")                                           \
    X(BREAK_TYPE, WARNING, 1010, "field-type-changed")                                             \
    X(BREAK_ORDER, WARNING, 1011, "field-order-changed")                                           \
    X(BREAK_FIELD_NAME, WARNING, 1012, "field-renamed")                                            \
    X(BREAK_TYPE_NAME, WARNING, 1013, "type-renamed")                                              \
    X(BREAK_MAX, WARNING, 1014, "max-narrowed")                                                    \
    X(BREAK_SECRET, WARNING, 1015, "secret-removed")                                               \
    X(BREAK_CONST, WARNING, 1016, "constant-changed")                                              \
    X(BREAK_NO_EXPORT, WARNING, 1017, "no-export-added")                                           \
    X(BREAK_PART, WARNING, 1018, "part-removed")

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The types of the enum `Types`: X(name in the schema, name in C, C type). Flat types are replied
 * as values, the others as results that own what their views point at. `unit`, whose reply has no
 * value, is on its own: UNIT_TYPE.
 */
#ifndef RACTOR_TESTS_INTEROP_TYPES_LIST_H
#define RACTOR_TESTS_INTEROP_TYPES_LIST_H

#define FLAT_TYPES(X)                                                                              \
    X(I8, i8, int8_t)                                                                              \
    X(I16, i16, int16_t)                                                                           \
    X(I32, i32, int32_t)                                                                           \
    X(I64, i64, int64_t)                                                                           \
    X(I128, i128, ractor_i128)                                                                     \
    X(U8, u8, uint8_t)                                                                             \
    X(U16, u16, uint16_t)                                                                          \
    X(U32, u32, uint32_t)                                                                          \
    X(U64, u64, uint64_t)                                                                          \
    X(U128, u128, ractor_u128)                                                                     \
    X(F32, f32, float)                                                                             \
    X(F64, f64, double)                                                                            \
    X(Bool, bool, bool)                                                                            \
    X(Char, char, uint32_t)

#define UNIT_TYPE(X) X(Unit, unit, ractor_unit)

#define VIEW_TYPES(X)                                                                              \
    X(String, string, ractor_string)                                                               \
    X(Bytes, bytes, ractor_bytes)                                                                  \
    X(VecI8, vec_i8, ractor_vec_i8)                                                                \
    X(VecI16, vec_i16, ractor_vec_i16)                                                             \
    X(VecI32, vec_i32, ractor_vec_i32)                                                             \
    X(VecI64, vec_i64, ractor_vec_i64)                                                             \
    X(VecI128, vec_i128, ractor_vec_i128)                                                          \
    X(VecU16, vec_u16, ractor_vec_u16)                                                             \
    X(VecU32, vec_u32, ractor_vec_u32)                                                             \
    X(VecU64, vec_u64, ractor_vec_u64)                                                             \
    X(VecU128, vec_u128, ractor_vec_u128)                                                          \
    X(VecF32, vec_f32, ractor_vec_f32)                                                             \
    X(VecF64, vec_f64, ractor_vec_f64)                                                             \
    X(VecBool, vec_bool, ractor_vec_bool)                                                          \
    X(VecChar, vec_char, ractor_vec_char)                                                          \
    X(VecString, vec_string, ractor_vec_string)                                                    \
    X(VecBytes, vec_bytes, ractor_vec_bytes)

#endif

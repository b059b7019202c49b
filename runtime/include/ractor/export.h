/* SPDX-License-Identifier: MIT */
/**
 * @file export.h
 * Compiler attributes shared by all public headers. Users need nothing from here.
 */
#ifndef RACTOR_EXPORT_H
#define RACTOR_EXPORT_H

/** Marks a function or object as part of the library's interface; all else is hidden. */
#if defined(__GNUC__)
#define RACTOR_API __attribute__((visibility("default")))
#else
#define RACTOR_API
#endif

/** A caller that ignores the result of such a function gets a compiler warning. */
#if defined(__GNUC__)
#define RACTOR_NODISCARD __attribute__((warn_unused_result))
#else
#define RACTOR_NODISCARD
#endif

/** printf-style argument checking: the format's position and that of its first argument. */
#if defined(__GNUC__)
#define RACTOR_PRINTF(format_index, first_index)                                                   \
    __attribute__((format(printf, format_index, first_index)))
#else
#define RACTOR_PRINTF(format_index, first_index)
#endif

#ifdef __cplusplus
#define RACTOR_BEGIN_DECLS extern "C" {
#define RACTOR_END_DECLS }
#else
#define RACTOR_BEGIN_DECLS
#define RACTOR_END_DECLS
#endif

#endif

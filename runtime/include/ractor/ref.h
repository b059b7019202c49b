/* SPDX-License-Identifier: MIT */
/**
 * @file ref.h
 * A reference to an actor: a small value that is copied freely, owned by nobody and never dangles
 * while its runtime lives. Sending to an actor that has ended is an error code
 * (`RACTOR_ENOENT`), never undefined behaviour. Generated code wraps it per message enum
 * (`demo_counter_ref`), so that sending the wrong enum does not compile.
 *
 * @code
 * demo_counter_ref counter = ...;
 * ractor_ref any = counter.any;            // forget the type
 * if (ractor_ref_is_some(any))
 *     printf("actor %llu\n", (unsigned long long)any.pid);
 * @endcode
 */
#ifndef RACTOR_REF_H
#define RACTOR_REF_H

#include <ractor/export.h>

#include <stdbool.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** What stands behind a reference; private to the runtime. */
struct ractor_cell;

/** An actor, local or remote. All zero is "no actor"; sends to it fail with `RACTOR_ENOENT`. */
typedef struct ractor_ref {
    struct ractor_cell *cell; /**< recycled memory that stays readable until the runtime ends */
    uint64_t pid;             /**< which use of the cell is meant; never 0 for an actor */
} ractor_ref;

/** Whether this names an actor at all, dead or alive. */
static inline bool ractor_ref_is_some(ractor_ref ref)
{
    return ref.cell != 0 && ref.pid != 0;
}

/** Whether both name the same actor. */
static inline bool ractor_ref_equal(ractor_ref a, ractor_ref b)
{
    return a.cell == b.cell && a.pid == b.pid;
}

RACTOR_END_DECLS

#endif

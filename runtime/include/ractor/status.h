/* SPDX-License-Identifier: MIT */
/**
 * @file status.h
 * The one type of failure. Every function that can fail returns a `ractor_status`: zero is success,
 * all else is negative. There is no errno and no "last error". Results go through the last
 * parameters and are written only on success.
 *
 * @code
 * demo_counter_ref counter;
 * ractor_status status = demo_counter_spawn(runtime, &counter_class, NULL, NULL, &counter);
 * if (status != RACTOR_OK) {
 *     fprintf(stderr, "no counter: %s\n", ractor_strerror(status));
 *     return 1;
 * }
 * @endcode
 */
#ifndef RACTOR_STATUS_H
#define RACTOR_STATUS_H

#include <ractor/export.h>

RACTOR_BEGIN_DECLS

/**
 * All statuses: X(name, value, text). The enum, `ractor_strerror()` and `ractor_status_name()` come
 * from this list. Values are part of the ABI: they are added to, never changed.
 */
#define RACTOR_STATUS_LIST(X)                                                                      \
    X(OK, 0, "success")                                                                            \
    X(ENOMEM, -1, "out of memory")                                                                 \
    X(EINVAL, -2, "invalid argument")                                                              \
    X(ENOENT, -3, "no such actor")                                                                 \
    X(ETIMEOUT, -4, "timed out")                                                                   \
    X(ECANCELED, -5, "canceled")                                                                   \
    X(EPORT, -6, "reply port dropped without a reply")                                             \
    X(ENODE, -7, "node down")                                                                      \
    X(EDECODE, -8, "message could not be decoded")                                                 \
    X(EAGAIN, -9, "no room right now, try again")                                                  \
    X(EEXIST, -10, "name is already taken")                                                        \
    X(ETYPE, -11, "actor does not take this message type")                                         \
    X(ESTOPPED, -12, "stopping or stopped")                                                        \
    X(EFAILED, -13, "handler failed")                                                              \
    X(EIO, -14, "input/output error")                                                              \
    X(EAUTH, -15, "authentication failed")                                                         \
    X(ELIMIT, -16, "over a limit")                                                                 \
    X(ENOTSUP, -17, "not supported")                                                               \
    X(EADDR, -18, "address in use or not usable")                                                  \
    X(EPROTO, -19, "protocol violation")                                                           \
    X(EOVERLOAD, -20, "overloaded")                                                                \
    X(EDEADLOCK, -21, "calls would wait for each other")                                           \
    X(ETLS, -22, "encryption failed")                                                              \
    X(ESTALE, -23, "the node has restarted since")                                                 \
    X(EDENIED, -24, "not for other nodes")

/** Result of an operation; see `RACTOR_STATUS_LIST` for the texts. */
typedef enum ractor_status {
#define RACTOR_STATUS_ENUM_(name, value, text) RACTOR_##name = (value),
    RACTOR_STATUS_LIST(RACTOR_STATUS_ENUM_)
#undef RACTOR_STATUS_ENUM_
} ractor_status;

/**
 * A short English text for a status, without a full stop.
 * @return static storage; for an unknown value "unknown status". Any thread.
 */
RACTOR_API const char *ractor_strerror(ractor_status status);

/**
 * The enumerator's name, such as "RACTOR_ETIMEOUT".
 * @return static storage; for an unknown value "RACTOR_?". Any thread.
 */
RACTOR_API const char *ractor_status_name(ractor_status status);

RACTOR_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/**
 * @file audit.h
 * What a node's administrator wants to know of connections that were turned away, and of messages
 * that were refused. The node calls a function for each, beside its log lines.
 *
 * @code
 * static void on_audit(void *user, const ractor_audit_event *event)
 * {
 *     syslog(LOG_AUTH | LOG_WARNING, "%s from %s (calls itself \"%s\"): %s",
 *            ractor_audit_kind_name(event->kind), event->peer_addr, event->peer_name, event->why);
 * }
 * ...
 * ractor_node_options options = {.name = "alpha", .cookie = cookie, .audit = on_audit};
 * @endcode
 */
#ifndef RACTOR_AUDIT_H
#define RACTOR_AUDIT_H

#include <ractor/export.h>

#include <stdbool.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** Why a connection was turned away, or a message refused. */
typedef enum ractor_audit_kind {
    RACTOR_AUDIT_AUTH_FAILED, /**< a wrong proof of the cookie, or a reflected challenge */
    RACTOR_AUDIT_TLS_FAILED,  /**< no encryption came about: wrong, missing or expired certificate,
                                   a plain peer, or an encrypted one at a plain port */
    RACTOR_AUDIT_NAME_MISMATCH, /**< the certificate is not for the name that the peer gives itself,
                                     or that is this node's own */
    RACTOR_AUDIT_OVER_BUDGET,   /**< too slow, too large or too many before authentication, or more
                                     than there are descriptors for; of too many, one event in a
                                     second for all. Also an authenticated peer that has announced
                                     more than it may, or sent a frame over the limit */
    RACTOR_AUDIT_NOT_EXPORTED   /**< an authenticated peer has sent what is `[no_export]`, or to an
                                     actor that it must not see (`visibility.h`); one event in a
                                     second for each session */
} ractor_audit_kind;

/** One event; all pointers live until the function returns. */
typedef struct ractor_audit_event {
    ractor_audit_kind kind; /**< what has happened */
    bool is_outbound;       /**< this node has dialled */
    const char *peer_addr;  /**< address and port, or the label */
    const char *peer_name;  /**< what the peer calls itself; "" when it has not. Proven by nothing,
                                 but of an authenticated peer as the handshake proves it */
    const char *why;        /**< a line for people */
    uint32_t count; /**< how many connections or messages the event stands for: itself, and those
                       like it of which nothing was told since the last one */
} ractor_audit_event;

/**
 * Hears of events, one at a time, on a thread of the node; must not block, and not call the node.
 * Strangers cause events as fast as they connect: what is kept of them is the program's to bound.
 * @param user as given with the options.
 * @param event borrows.
 */
typedef void (*ractor_audit_fn)(void *user, const ractor_audit_event *event);

/** A kind's name, such as "tls failed". @return static storage; "?" for no kind. Any thread. */
RACTOR_API const char *ractor_audit_kind_name(ractor_audit_kind kind);

RACTOR_END_DECLS

#endif

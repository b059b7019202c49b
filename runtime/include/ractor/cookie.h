/* SPDX-License-Identifier: MIT */
/**
 * @file cookie.h
 * The secret that the nodes of a cluster share. It comes from the program or from a file that only
 * its owner can read, and is changed without a restart: while two cookies are set, a node takes
 * both from those who dial it, and dials with the new one, then with the old one.
 *
 * @code
 * ractor_cookies both = {.cookie_file = "/etc/app/cookie", .old_cookie_file =
 * "/etc/app/cookie.old"}; ractor_node_options options = {.name = "alpha", .cookies = &both}; status
 * = ractor_node_start(runtime, &options, &node);
 * ...
 * ractor_cookies one = {.cookie_file = "/etc/app/cookie"};   // all nodes have the new one
 * status = ractor_node_set_cookies(node, &one);
 * @endcode
 *
 * A cluster changes its cookie in two rounds: each node is given both, then each the new one alone.
 * In the first round a node that has the new one already is refused by one that has not, and logged
 * there, before it comes with the old one.
 */
#ifndef RACTOR_COOKIE_H
#define RACTOR_COOKIE_H

#include <ractor/export.h>

RACTOR_BEGIN_DECLS

/** The longest cookie, in bytes. */
#define RACTOR_COOKIE_MAX_BYTES 4096

/**
 * One cookie or two, each by its text or by a file. A file is a regular one, belongs to the user
 * whose program it is or to root, and its mode gives nothing to group and others; a line's end
 * after the cookie is not part of it. Files are read when the struct is handed over, and only then.
 */
typedef struct ractor_cookies {
    const char *cookie;      /**< the cookie; NULL: from the file */
    const char *cookie_file; /**< the file of it; NULL: from the text */
    const char *old_cookie;  /**< the one that is on its way out; NULL: from the file, or none */
    const char *old_cookie_file; /**< the file of that one; or NULL */
} ractor_cookies;

RACTOR_END_DECLS

#endif

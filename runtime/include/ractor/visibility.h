/* SPDX-License-Identifier: MIT */
/**
 * @file visibility.h
 * What a node lets its peers see. By default that is every actor whose enum may leave the process
 * (`[local]` and `[no_export]` ones do not) and every group that such actors are in; a function of
 * the program can keep more to itself. What a peer does not see it is not told of, neither as an
 * actor nor by its name in the cluster (names.h), and a message that it sends there all the same is
 * refused as if nobody were there, and audited.
 *
 * @code
 * static bool is_public(void *user, const ractor_visibility *what)
 * {
 *     ractor_string prefix = RACTOR_STR("public.");
 *     return what->name.length > prefix.length &&
 *            memcmp(what->name.data, prefix.data, prefix.length) == 0;
 * }
 * ...
 * ractor_node_options options = {.name = "alpha", .cookie = cookie, .is_visible = is_public};
 * @endcode
 */
#ifndef RACTOR_VISIBILITY_H
#define RACTOR_VISIBILITY_H

#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/value.h>

#include <stdbool.h>

RACTOR_BEGIN_DECLS

/** What the node asks about; all pointers live until the function returns. */
typedef struct ractor_visibility {
    const char *peer;                /**< the full name of the node that would see it */
    ractor_ref actor;                /**< of this node */
    ractor_string name;              /**< under which the actor is registered; empty: none */
    const ractor_message_type *type; /**< the enum that it takes, of a factory that of its workers;
                                          NULL: it has just ended */
    bool is_membership;              /**< whether it is about a group that the actor is in; it is
                                          asked about actors that are visible themselves */
    ractor_string scope;             /**< of the group; empty: none */
    ractor_string group;             /**< the group; empty: none */
} ractor_visibility;

/**
 * Decides. It is asked when the node tells what it has, and for each message from a peer: it must
 * be quick, give the same answer each time, and not call the node. On any thread, several at once.
 * @param user as given with the options.
 * @param what borrows.
 * @return whether the peer may see it.
 */
typedef bool (*ractor_visible_fn)(void *user, const ractor_visibility *what);

RACTOR_END_DECLS

#endif

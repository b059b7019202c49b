/* SPDX-License-Identifier: MIT */
/**
 * @file names.h
 * Names that hold in a whole cluster of C nodes: an actor that one node registers is found on all.
 * Each node tells its registrations to the peers that it has sessions with; nobody is asked first,
 * so two nodes that are not connected, or not yet, may register the same name. When they meet, the
 * registration that was made first is kept, by the clocks of the two machines; of two at the same
 * nanosecond the one of the node whose full name compares smaller, bytewise. The other one is
 * undone, and its actor stopped or told, as it was registered. So a name may have two bearers while
 * the cluster is parted, and has one when it is whole.
 *
 * @code
 * status = ractor_cluster_register(node, "billing", billing, RACTOR_NAME_STOP);
 * if (status == RACTOR_EEXIST)
 *     use_the_other_one();
 * ...
 * ractor_ref found;                                    // on any node of the cluster
 * if (ractor_cluster_whereis(node, "billing", &found) == RACTOR_OK)
 *     status = demo_billing_send_charge((demo_billing_ref){.any = found}, 12);
 * @endcode
 *
 * A name is known on another node a moment after it was registered, and not known there any more a
 * moment after its actor has ended or the session has. Within that moment a registration can lose
 * to an earlier one whose undoing is still on its way; the name is free then. Rust nodes take no
 * part.
 *
 * A peer that an actor is kept from (visibility.h) is not told its name, and finds nobody by it. To
 * that peer the name is free: it may give it to an actor of its own, which those who see both weigh
 * against the other one as ever.
 */
#ifndef RACTOR_NAMES_H
#define RACTOR_NAMES_H

#include <ractor/cluster.h>
#include <ractor/export.h>
#include <ractor/ref.h>
#include <ractor/status.h>

RACTOR_BEGIN_DECLS

/** The longest name, in bytes. */
#define RACTOR_CLUSTER_NAME_BYTES 255

/** What becomes of an actor whose name is another node's when the two nodes meet. */
typedef enum ractor_name_policy {
    RACTOR_NAME_STOP, /**< it is stopped, with the reason "name taken: NAME" */
    RACTOR_NAME_TELL  /**< it hears RACTOR_EVENT_NAME_LOST in `handle_supervisor_event`, and goes
                           on without the name; stopped when there is no memory to tell it */
} ractor_name_policy;

/**
 * Gives an actor of this node a name in the cluster. It has the name until it ends, the name is
 * unregistered, or it loses it to an earlier bearer; one name at a time. Any thread.
 * @param name borrows: UTF-8, not empty, at most RACTOR_CLUSTER_NAME_BYTES.
 * @param actor of this node, of an enum that is not `[local]`.
 * @param policy what happens if the name turns out to be another one's.
 * @return RACTOR_OK, also when it has the name already; RACTOR_EEXIST: the name has another bearer,
 *         or the actor another name; RACTOR_ENOENT: the actor has ended; RACTOR_EINVAL: the name,
 *         the actor or the policy; RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_cluster_register(ractor_node *node,
                                                                  const char *name,
                                                                  ractor_ref actor,
                                                                  ractor_name_policy policy);

/**
 * The bearer of a name, on this node or another one, as far as this node knows. Any thread.
 * @return RACTOR_OK; RACTOR_ENOENT: none is known, or it is just ending.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_cluster_whereis(ractor_node *node,
                                                                 const char *name, ractor_ref *ref);

/**
 * Takes a name back from an actor of this node. Any thread.
 * @return RACTOR_OK; RACTOR_ENOENT: the actor does not have it.
 */
RACTOR_API ractor_status ractor_cluster_unregister(ractor_node *node, const char *name,
                                                   ractor_ref actor);

RACTOR_END_DECLS

#endif

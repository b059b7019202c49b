/* SPDX-License-Identifier: MIT */
/**
 * @file discovery.h
 * Finding the other nodes of a cluster: in a list, a file, or the DNS. Whatever is found is kept
 * connected as by `ractor_node_connect()`; what is found no longer is not dialled any more. A node
 * may find itself, which does no harm.
 *
 * @code
 * // A headless service of Kubernetes: each address of the name is a node.
 * ractor_discovery_options service = {
 *     .kind = RACTOR_DISCOVER_DNS, .source = "chat.default.svc.cluster.local", .port = 4697};
 * status = ractor_node_discover(node, &service);
 * @endcode
 */
#ifndef RACTOR_DISCOVERY_H
#define RACTOR_DISCOVERY_H

#include <ractor/cluster.h>
#include <ractor/export.h>
#include <ractor/status.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/** Where to look, and what `source` is. */
typedef enum ractor_discovery_kind {
    RACTOR_DISCOVER_LIST, /**< the source is the list: `host:port`, by blanks or commas */
    RACTOR_DISCOVER_FILE, /**< path of a file with such a list; `#` starts a comment */
    RACTOR_DISCOVER_DNS,  /**< a name, all of whose addresses (A, AAAA) are nodes */
    RACTOR_DISCOVER_SRV   /**< a service's name, `_ractor._tcp.example`, with SRV records */
} ractor_discovery_kind;

/** What to find. Members that are zero have the default that is named with them. */
typedef struct ractor_discovery_options {
    ractor_discovery_kind kind; /**< where to look */
    const char *source;         /**< required, copied; see `ractor_discovery_kind` */
    uint16_t port;              /**< where an entry has none: required for DNS */
    uint32_t refresh_ms;        /**< between looks; 0: 30,000. A list is looked at once */
    uint32_t retry_min_ms;      /**< as in `ractor_peer_options` */
    uint32_t retry_max_ms;      /**< as in `ractor_peer_options` */
} ractor_discovery_options;

/**
 * Looks for nodes from now on, until the node is stopped, and keeps what it finds connected. It
 * looks on a thread of its own, so that a slow name server or file system delays nothing, not even
 * the node's end. A look that fails leaves things as they are, and is logged. Any thread.
 * @param options borrows.
 * @return RACTOR_OK: the first look is under way; RACTOR_EINVAL: no source, a list with an entry
 *         that is no address, DNS without a port; RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_node_discover(ractor_node *node, const ractor_discovery_options *options);

RACTOR_END_DECLS

#endif

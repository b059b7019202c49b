/* SPDX-License-Identifier: MIT */
/**
 * @file cluster.h
 * Actors on other machines. A node listens and dials; two nodes that know the same cookie form a
 * session, over which each tells the other its actors and process groups. From then on the same
 * stubs that reach an actor in this process reach those of the other node. The protocol is that of
 * Rust's `ractor_cluster` (docs/wire-protocol.md), so a peer may be a C or a Rust node.
 *
 * @code
 * ractor_node_options options = {.name = "alpha", .cookie = "a long shared secret"};
 * ractor_node *node = NULL;
 * status = ractor_node_start(runtime, &options, &node);       // listens, port by the system
 * printf("listening on port %u\n", ractor_node_port(node));
 * status = ractor_cluster_connect(node, "beta.example", 4697, 5000);  // waits until ready
 * ... ractor_pg_members(runtime, NULL, "workers", ...) now shows the other node's ...
 * ractor_node_stop(node);
 * @endcode
 */
#ifndef RACTOR_CLUSTER_H
#define RACTOR_CLUSTER_H

#include <ractor/actor.h>
#include <ractor/audit.h>
#include <ractor/cookie.h>
#include <ractor/export.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/tls.h>
#include <ractor/transport.h>
#include <ractor/value.h>
#include <ractor/visibility.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A node of a cluster: a listener and its sessions. Ended by `ractor_node_stop()`. */
typedef struct ractor_node ractor_node;

/** Default inbound limit of one frame, in bytes, as in Rust nodes. */
#define RACTOR_NODE_FRAME_LIMIT_BYTES ((size_t)16 << 20)

/** Options of a node. Members that are zero have the default that is named with them. */
typedef struct ractor_node_options {
    const char *name;   /**< the part before the `@`; required. At most 255 bytes with host */
    const char *host;   /**< the part behind the `@` and what peers dial; NULL: "localhost" */
    const char *cookie; /**< the shared secret; copied, wiped at the end. Required, unless
                             there are `cookies` */
    const ractor_cookies *cookies; /**< instead of `cookie`: from files, or two of them; copied */
    bool requires_hmac;       /**< refuse peers that do not prove the cookie by HMAC: Rust nodes,
                                   and whoever pretends to be one. C nodes do it by default */
    const char *listen_addr;  /**< numeric address to bind; NULL: all, IPv6 and IPv4. From `/` on:
                                   the path of a Unix-domain socket, replaced when it is stale and
                                   removed at the stop; there is no port then */
    uint16_t port;            /**< 0: chosen by the system, see `ractor_node_port()` */
    bool is_dial_only;        /**< do not listen at all */
    bool is_transitive;       /**< also connect to the nodes that peers know */
    bool is_legacy_dialler;   /**< dial peers that speak 0.14.5 framing; inbound is recognised */
    size_t frame_limit_bytes; /**< inbound limit of one frame; 0: RACTOR_NODE_FRAME_LIMIT_BYTES */
    size_t out_limit_bytes;   /**< unsent bytes per session past which who casts or calls waits
                                   until half of them have left; 0: 4 MiB */
    size_t announced_limit_bytes; /**< what all that one peer tells of may count for: its actors,
                                       512 bytes each, names, memberships of groups (see
                                       docs/security.md). Past it the peer's session ends with
                                       RACTOR_ELIMIT. 0: 512 MiB, a million actors */
    bool accepts_other_schemas; /**< send to actors of C nodes even if their schema's fingerprint is
                                     another one: while a cluster is being upgraded */
    bool refuses_when_full;     /**< instead of waiting, a cast gets RACTOR_EAGAIN, a call
                                     RACTOR_EOVERLOAD */
    uint32_t handshake_ms;      /**< time for a handshake; 0: 7,000 */
    uint32_t max_handshakes;    /**< unauthenticated connections at once; 0: 256 */
    uint32_t max_handshakes_per_address; /**< of these, from one IPv4 address or IPv6 /64; 0: 64 */
    uint32_t ping_ms; /**< between pings; 0: about a third of `silence_ms`, and none while the
                           peer is heard of anyway, unless there is a `phi_limit` */
    double phi_limit; /**< a peer also counts as lost when the failure detector's phi is over
                           this: 8 is one false alarm in 10^8 pings; 0: not judged by phi */
    const char *advertised_host; /**< what peers are told to dial; NULL: host */
    uint16_t advertised_port;    /**< the same, behind a port mapping; 0: the port it listens on */
    uint32_t silence_ms; /**< a peer that has sent nothing for so long, not even a ping, counts
                              as lost; 0: 20,000 */
    const ractor_tls_options *tls; /**< encryption (`tls.h`); copied. NULL: none. With it,
                                      transitive dials are encrypted */
    ractor_audit_fn audit; /**< hears of connections that are turned away (`audit.h`); or NULL */
    void *audit_user;      /**< is passed to it */
    ractor_visible_fn is_visible; /**< what peers may see (`visibility.h`); NULL: all that the
                                      schemas allow */
    void *visible_user;           /**< is passed to it */
} ractor_node_options;

/**
 * Starts a node: binds, listens, and runs its actors and its I/O thread.
 * @param runtime whose actors the node shares; it must outlive the node.
 * @param options borrows.
 * @param node gives: end it with `ractor_node_stop()`.
 * @return RACTOR_OK; RACTOR_EINVAL: options; RACTOR_EADDR: cannot bind; RACTOR_ETLS: a
 *         certificate, key or authority cannot be used, RACTOR_EAUTH: a cookie or its file cannot,
 *         see the log; RACTOR_ENOMEM; RACTOR_EIO; RACTOR_ENOTSUP: the runtime is simulated, where
 *         only `is_dial_only` nodes are started so (see `testing_cluster.h`).
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_start(ractor_runtime *runtime,
                                                            const ractor_node_options *options,
                                                            ractor_node **node);

/**
 * Ends all sessions (their remote actors end, pending calls get RACTOR_ENODE), stops listening,
 * frees the node. Blocks until that is done. Not from a handler.
 * @param node takes; NULL is ignored.
 */
RACTOR_API void ractor_node_stop(ractor_node *node);

/** The port that the node listens on; 0 when it only dials. */
RACTOR_API uint16_t ractor_node_port(const ractor_node *node);

/** The node's full name, `name@host`. Lives as long as the node. */
RACTOR_API const char *ractor_node_name(const ractor_node *node);

/** Which start of the node this is: a random number, never 0, that peers are told. */
RACTOR_API uint64_t ractor_node_incarnation(const ractor_node *node);

/** The NodeServer actor, for supervision. */
RACTOR_API ractor_ref ractor_node_server(const ractor_node *node);

/**
 * Dials another node and waits until the session is ready: handshake done, actors and groups
 * exchanged. On a plain thread it blocks, in a handler it suspends.
 *
 * @param node the dialling node.
 * @param host name or numeric address, IPv4 or IPv6; from `/` on: a Unix-domain socket's path.
 * @param port the peer's port; ignored with a path.
 * @param timeout_ms milliseconds for all of it; RACTOR_TIMEOUT_DEFAULT: the node's handshake time.
 * @return RACTOR_OK, also when this link lost against an older or a simultaneous one to the same
 *         node and that one is ready; RACTOR_EADDR: the name does not resolve; RACTOR_ENODE:
 * refused, unreachable or closed (a wrong cookie shows itself so, with Rust peers too; the log line
 *         says what was last heard); RACTOR_EAUTH: the peer proved not to know the cookie;
 *         RACTOR_EPROTO: it speaks something else; RACTOR_ETIMEOUT; RACTOR_EINVAL: the node itself;
 *         RACTOR_ECANCELED; RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_cluster_connect(ractor_node *node,
                                                                 const char *host, uint16_t port,
                                                                 uint32_t timeout_ms);

/**
 * Dials with encryption, else as `ractor_cluster_connect()`; the node must have `tls`. The peer's
 * certificate must come from a known authority and be for `server_name`.
 * @param server_name borrows; a DNS name or a numeric address; NULL: `host`, with a path
 * "localhost".
 * @return as `ractor_cluster_connect()`; RACTOR_ETLS: no encryption came about: a certificate was
 *         refused by this side or the other, or the peer does not speak TLS; RACTOR_EAUTH also: the
 *         certificate is not for the peer's node name; RACTOR_EINVAL also: the node has no `tls`.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_cluster_connect_enc(ractor_node *node,
                                                                     const char *host,
                                                                     uint16_t port,
                                                                     const char *server_name,
                                                                     uint32_t timeout_ms);

/**
 * Reads certificates, keys and authorities anew, for connections from now on; those that exist go
 * on. When it fails all stays as it was. Any thread.
 * @param options borrows: what was given at the start, with renewed files or other paths.
 * @return RACTOR_OK; RACTOR_EINVAL: the node was started without `tls`, the options contradict each
 *         other, or the listener would become plain or cease to be; RACTOR_ETLS: a file cannot be
 *         used, see the log; RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_reload_tls(ractor_node *node,
                                                                 const ractor_tls_options *options);

/**
 * Changes the cookies, for handshakes from now on; sessions that exist go on. When it fails all
 * stays as it was. Any thread.
 * @param cookies borrows; see `cookie.h`. Files are read now.
 * @return RACTOR_OK; RACTOR_EINVAL: no cookie, or one both by text and by file; RACTOR_EAUTH: a
 *         file that cannot be read or that others can look into, or a cookie that is empty or too
 *         long, see the log; RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_set_cookies(ractor_node *node,
                                                                  const ractor_cookies *cookies);

/** A connected transport that the program has made by itself (`transport.h`). */
typedef struct ractor_external {
    ractor_transport *transport; /**< required */
    const char *peer_label;      /**< names the other end for people, in logs and
                                      `ractor_session_info`; NULL: "external". Copied */
    const char *local_label;     /**< the same for this end */
} ractor_external;

/**
 * Has the node open a session over a connected transport, in the dialler's part, and waits until
 * it is ready, as `ractor_cluster_connect()` does.
 * @param external borrows; its transport is taken, also when this fails, but not with
 * RACTOR_EINVAL.
 * @param timeout_ms as of `ractor_cluster_connect()`.
 * @return as `ractor_cluster_connect()`; RACTOR_EINVAL also: no node or transport.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_cluster_connect_external(
    ractor_node *node, const ractor_external *external, uint32_t timeout_ms);

/**
 * Hands a connected transport to the node, in the acceptor's part: the peer, which is not
 * authenticated, gets the handshake's time and limits like one that has dialled the listener. Works
 * with a node that does not listen, too. Does not wait. Any thread.
 * @param external borrows; its transport is taken on success.
 * @return RACTOR_OK; RACTOR_EINVAL: no node or transport; RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status
ractor_cluster_accept_external(ractor_node *node, const ractor_external *external);

/** One session, as `ractor_node_sessions()` reports it. */
typedef struct ractor_session_info {
    uint64_t id;               /**< counts up; a reconnect has a new one */
    bool is_outbound;          /**< dialled by this node */
    bool is_authenticated;     /**< the handshake is over */
    bool is_proved_by_hmac;    /**< by HMAC-SHA256, else by the digest that Rust nodes use */
    bool is_ready;             /**< both sides have told all they have */
    char peer_name[256];       /**< `name@host`; empty until authenticated */
    uint64_t peer_incarnation; /**< which start of the peer it is; 0: a Rust node, which does not
                                    tell, or not authenticated */
    char peer_addr[128];       /**< address and port of the socket's other end, or a label */
    char local_addr[128];      /**< the same of this end */
    size_t n_remote_actors;    /**< actors that the peer has advertised */
    size_t out_bytes;          /**< waiting to be sent */
    size_t announced_bytes;    /**< what the peer has told of, as `announced_limit_bytes` counts */
    double phi;               /**< the failure detector's suspicion, from 0 up: -log10 of the chance
                                   that a living peer is silent for as long; see docs/cluster.md */
    uint32_t round_trip_us;   /**< of the last ping, in microseconds; 0: none yet */
    ractor_status end_status; /**< with RACTOR_SESSION_CLOSED: why it has ended; RACTOR_OK: not by a
                                   failure */
    char end_reason[160];     /**< the same for people, as the log has it; empty until then */
} ractor_session_info;

/**
 * Lists the sessions.
 * @param sessions receives up to `capacity`; may be NULL when that is 0.
 * @return how many there are, which may be more. Any thread.
 */
RACTOR_API size_t ractor_node_sessions(ractor_node *node, ractor_session_info *sessions,
                                       size_t capacity);

/** What happened to a session. */
typedef enum ractor_session_event {
    RACTOR_SESSION_OPENED,        /**< a connection exists */
    RACTOR_SESSION_AUTHENTICATED, /**< the peer knows the cookie */
    RACTOR_SESSION_READY,         /**< both sides have told all they have */
    RACTOR_SESSION_CLOSED         /**< the connection has ended */
} ractor_session_event;

/**
 * Hears of session events.
 * @param user as given to `ractor_node_subscribe()`.
 * @param event what happened.
 * @param session borrows: the session at that moment.
 */
typedef void (*ractor_session_fn)(void *user, ractor_session_event event,
                                  const ractor_session_info *session);

/**
 * Calls `hear` for each session event from now on, one at a time, on a thread of the node; it must
 * not block, dial, subscribe or unsubscribe.
 * @param subscription receives a number for `ractor_node_unsubscribe()`; may be NULL.
 * @return RACTOR_OK, RACTOR_ENOMEM.
 */
RACTOR_API ractor_status ractor_node_subscribe(ractor_node *node, ractor_session_fn hear,
                                               void *user, uint64_t *subscription);

/** Ends a subscription; when it returns, `hear` is not running and will not run again. Not from
 *  within `hear`. */
RACTOR_API void ractor_node_unsubscribe(ractor_node *node, uint64_t subscription);

/**
 * The actor that a peer has under a name or a pid: a remote reference.
 * @param peer the peer's full name; NULL: any ready peer, the lowest session first.
 * @param name the actor's registered name on its node.
 * @return RACTOR_OK, RACTOR_ENOENT: no such peer or actor. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_find(ractor_node *node, const char *peer,
                                                           const char *name, ractor_ref *ref);

/**
 * The actor that a peer has under a name, if the peer has not restarted since `incarnation` was
 * learnt (`peer_incarnation` of a session, or an actor's id by `ractor_node_id_of()`).
 * @param peer the peer's full name.
 * @param incarnation 0: any.
 * @return RACTOR_OK; RACTOR_ESTALE: the peer has restarted since; RACTOR_ENODE: it is not
 *         connected; RACTOR_ENOENT: it has no such actor. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_node_find_in(ractor_node *node, const char *peer,
                                                              uint64_t incarnation,
                                                              const char *name, ractor_ref *ref);

RACTOR_END_DECLS

#endif

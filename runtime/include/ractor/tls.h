/* SPDX-License-Identifier: MIT */
/**
 * @file tls.h
 * Encryption of a node's connections by OpenSSL. A node with a certificate accepts encrypted
 * connections only; `ractor_cluster_connect_enc()` dials with encryption. TLS 1.3, without
 * renegotiation, resumption and early data; 1.2 when it is asked for. With `is_mutual` both sides
 * show certificates, and each certificate must name the node that shows it.
 *
 * @code
 * ractor_tls_options tls = {
 *     .cert_file = "alpha.pem", .key_file = "alpha.key", .ca_file = "ca.pem", .is_mutual = true};
 * ractor_node_options options = {.name = "alpha", .host = "alpha.example", .cookie = cookie, .tls =
 * &tls}; status = ractor_node_start(runtime, &options, &node); status =
 * ractor_cluster_connect_enc(node, "beta.example", 4697, NULL, 5000);
 * ...
 * status = ractor_node_reload_tls(node, &tls);   // the files have been renewed
 * @endcode
 *
 * A certificate names a node by a subject alternative name: an e-mail name `alpha@alpha.example`
 * or a URI `ractor:alpha@alpha.example`, the node's full name. With `allows_host_names` a DNS name
 * equal to the part behind the `@` does as well; it then speaks for every node of that host.
 */
#ifndef RACTOR_TLS_H
#define RACTOR_TLS_H

#include <ractor/export.h>

#include <stdbool.h>

RACTOR_BEGIN_DECLS

/** OpenSSL's `SSL_CTX`. */
struct ssl_ctx_st;

/** How a node encrypts. All files are PEM and are read at the start and by a reload only. */
typedef struct ractor_tls_options {
    const char
        *cert_file;       /**< own certificate, followed by those between it and the authority; NULL
                               and no `server_ctx`: the listener stays plain, dials may be encrypted */
    const char *key_file; /**< its private key; required with `cert_file` */
    const char *ca_file;  /**< the authorities of peers' certificates; NULL: the system's. Required
                               with `is_mutual`, unless there are contexts */
    bool is_mutual;       /**< whoever dials must show a certificate, and on both sides the
                               certificate must name the peer's node. Dials by TCP without
                               encryption are refused */
    bool allows_host_names;        /**< with `is_mutual`: a DNS name of the peer's host is enough */
    bool allows_tls12;             /**< accept and dial TLS 1.2, too */
    struct ssl_ctx_st *server_ctx; /**< instead of the files, for the listener: used as the program
                                        has configured it; shared (the node holds its own count) */
    struct ssl_ctx_st *client_ctx; /**< the same for dials: the program sees to it that peers are
                                        verified */
} ractor_tls_options;

RACTOR_END_DECLS

#endif

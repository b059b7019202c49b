/* SPDX-License-Identifier: MIT */
/* A node's certificates, and connections under them. Any thread, except where one says otherwise.
 */
#ifndef RACTOR_CLUSTER_TLS_H
#define RACTOR_CLUSTER_TLS_H

#include <ractor/status.h>
#include <ractor/tls.h>
#include <ractor/transport.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero but the lock: no encryption. */
struct rt_tls {
    pthread_mutex_t lock;
    /* under lock; connections hold counts of their own */
    struct ssl_ctx_st *server, *client; /* NULL: no encryption on that side */
    bool is_mutual;
    bool allows_host_names;
};

#define RT_TLS_WHY_BYTES 160

/* Reads certificates in place of those that are there; these stay when it fails. `options` NULL:
 * none. RACTOR_EINVAL: the options contradict each other; RACTOR_ETLS: a file is missing, malformed
 * or does not fit another, see `why`; RACTOR_ENOMEM. */
ractor_status rt_tls_load(struct rt_tls *tls, const ractor_tls_options *options,
                          char why[RT_TLS_WHY_BYTES]);

/* Drops all. */
void rt_tls_unload(struct rt_tls *tls);

bool rt_tls_has_server(struct rt_tls *tls);
bool rt_tls_has_client(struct rt_tls *tls);
bool rt_tls_is_mutual(struct rt_tls *tls);

/* Puts encryption over a connected transport: the accepting side. RACTOR_ETLS: no certificate;
 * RACTOR_ENOMEM. On success `*transport` is the encrypted one, which owns the other. */
ractor_status rt_tls_accept(struct rt_tls *tls, ractor_transport **transport);

/* The same for the dialling side. The peer's certificate must be for `server_name`. */
ractor_status rt_tls_dial(struct rt_tls *tls, const char *server_name,
                          ractor_transport **transport);

/* Whether the peer may call itself so: always, unless mutual; then the transport must be encrypted
 * and the certificate must hold the name. */
bool rt_tls_allows_name(struct rt_tls *tls, ractor_transport *transport, const char *node_name);

/* ---- transport_tls.c ---- */

struct ssl_st;

/* A transport of an SSL without input and output and one that carries it; takes both on success.
 * RACTOR_ENOMEM. */
ractor_status rt_transport_tls(struct ssl_st *ssl, ractor_transport *inner,
                               ractor_transport **transport);

/* Whether the transport is encrypted; then its SSL, which only the reader's thread may look at
 * after the handshake. NULL: it is not. */
struct ssl_st *rt_transport_ssl(ractor_transport *transport);

#define RT_TLS_BINDING_BYTES 32

/* Bytes that both ends of this encryption have and nobody else (RFC 9266, tls-exporter), once its
 * handshake is over. RACTOR_ENOENT: the transport is not encrypted; RACTOR_ETLS: it has none that
 * could be trusted. Any thread. */
ractor_status rt_transport_binding(ractor_transport *transport,
                                   uint8_t binding[RT_TLS_BINDING_BYTES]);

#endif

/* SPDX-License-Identifier: MIT */
#include "cluster/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define URI_SCHEME "ractor:"

/* ------------------------------------------------------------------ contexts */

/* What every context of this library's own making has. */
static SSL_CTX *new_context(const SSL_METHOD *method, const ractor_tls_options *options)
{
    SSL_CTX *context = SSL_CTX_new(method);
    if (context == NULL)
        return NULL;
    int lowest = options->allows_tls12 ? TLS1_2_VERSION : TLS1_3_VERSION;
    (void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                           SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_min_proto_version(context, lowest) != 1 ||
        SSL_CTX_set_num_tickets(context, 0) != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    return context;
}

static void describe(char why[RT_TLS_WHY_BYTES], const char *what, const char *file)
{
    unsigned long error = ERR_peek_last_error();
    const char *reason = error != 0 ? ERR_reason_error_string(error) : NULL;
    (void)snprintf(why, RT_TLS_WHY_BYTES, "%s %s: %s", what, file != NULL ? file : "",
                   reason != NULL ? reason : "cannot be used");
    ERR_clear_error();
}

static ractor_status use_certificate(SSL_CTX *context, const ractor_tls_options *options, char *why)
{
    if (options->cert_file == NULL)
        return RACTOR_OK;
    if (SSL_CTX_use_certificate_chain_file(context, options->cert_file) != 1) {
        describe(why, "certificate", options->cert_file);
        return RACTOR_ETLS;
    }
    if (SSL_CTX_use_PrivateKey_file(context, options->key_file, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        describe(why, "private key", options->key_file);
        return RACTOR_ETLS;
    }
    return RACTOR_OK;
}

static ractor_status use_authorities(SSL_CTX *context, const ractor_tls_options *options, char *why)
{
    int is_ok = options->ca_file != NULL ? SSL_CTX_load_verify_file(context, options->ca_file)
                                         : SSL_CTX_set_default_verify_paths(context);
    if (is_ok == 1)
        return RACTOR_OK;
    describe(why, "authorities", options->ca_file);
    return RACTOR_ETLS;
}

static ractor_status make_server(const ractor_tls_options *options, char *why, SSL_CTX **result)
{
    if (options->server_ctx != NULL) {
        (void)SSL_CTX_up_ref(options->server_ctx);
        *result = options->server_ctx;
        return RACTOR_OK;
    }
    if (options->cert_file == NULL)
        return RACTOR_OK;
    SSL_CTX *context = new_context(TLS_server_method(), options);
    if (context == NULL)
        return RACTOR_ENOMEM;
    ractor_status status = use_certificate(context, options, why);
    if (status == RACTOR_OK && options->is_mutual) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
        status = use_authorities(context, options, why);
    }
    if (status == RACTOR_OK)
        *result = context;
    else
        SSL_CTX_free(context);
    return status;
}

static ractor_status make_client(const ractor_tls_options *options, char *why, SSL_CTX **result)
{
    if (options->client_ctx != NULL) {
        (void)SSL_CTX_up_ref(options->client_ctx);
        *result = options->client_ctx;
        return RACTOR_OK;
    }
    SSL_CTX *context = new_context(TLS_client_method(), options);
    if (context == NULL)
        return RACTOR_ENOMEM;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    ractor_status status = use_authorities(context, options, why);
    if (status == RACTOR_OK)
        status = use_certificate(context, options, why);
    if (status == RACTOR_OK)
        *result = context;
    else
        SSL_CTX_free(context);
    return status;
}

static bool is_sound(const ractor_tls_options *options)
{
    bool has_contexts = options->server_ctx != NULL && options->client_ctx != NULL;
    if ((options->cert_file != NULL) != (options->key_file != NULL))
        return false;
    return !options->is_mutual || has_contexts ||
           (options->ca_file != NULL && options->cert_file != NULL);
}

/* Puts new contexts in the place of the old. */
static void set(struct rt_tls *tls, SSL_CTX *server, SSL_CTX *client,
                const ractor_tls_options *options)
{
    (void)pthread_mutex_lock(&tls->lock);
    SSL_CTX *old_server = tls->server;
    SSL_CTX *old_client = tls->client;
    tls->server = server;
    tls->client = client;
    tls->is_mutual = options != NULL && options->is_mutual;
    tls->allows_host_names = options != NULL && options->allows_host_names;
    (void)pthread_mutex_unlock(&tls->lock);
    SSL_CTX_free(old_server);
    SSL_CTX_free(old_client);
}

ractor_status rt_tls_load(struct rt_tls *tls, const ractor_tls_options *options,
                          char why[RT_TLS_WHY_BYTES])
{
    SSL_CTX *server = NULL;
    SSL_CTX *client = NULL;
    (void)snprintf(why, RT_TLS_WHY_BYTES, "the options contradict each other");
    if (options == NULL)
        return RACTOR_OK;
    if (!is_sound(options))
        return RACTOR_EINVAL;
    ERR_clear_error();
    ractor_status status = make_server(options, why, &server);
    if (status == RACTOR_OK)
        status = make_client(options, why, &client);
    if (status == RACTOR_OK)
        set(tls, server, client, options);
    else
        SSL_CTX_free(server);
    return status;
}

void rt_tls_unload(struct rt_tls *tls)
{
    set(tls, NULL, NULL, NULL);
}

bool rt_tls_has_server(struct rt_tls *tls)
{
    (void)pthread_mutex_lock(&tls->lock);
    bool has = tls->server != NULL;
    (void)pthread_mutex_unlock(&tls->lock);
    return has;
}

bool rt_tls_has_client(struct rt_tls *tls)
{
    (void)pthread_mutex_lock(&tls->lock);
    bool has = tls->client != NULL;
    (void)pthread_mutex_unlock(&tls->lock);
    return has;
}

bool rt_tls_is_mutual(struct rt_tls *tls)
{
    (void)pthread_mutex_lock(&tls->lock);
    bool is_mutual = tls->is_mutual;
    (void)pthread_mutex_unlock(&tls->lock);
    return is_mutual;
}

/* ------------------------------------------------------------------ connections */

static SSL *new_ssl(struct rt_tls *tls, bool is_server)
{
    (void)pthread_mutex_lock(&tls->lock);
    SSL_CTX *context = is_server ? tls->server : tls->client;
    SSL *ssl = context != NULL ? SSL_new(context) : NULL; /* counts the context */
    (void)pthread_mutex_unlock(&tls->lock);
    return ssl;
}

static ractor_status finish(SSL *ssl, ractor_transport **transport)
{
    ractor_status status = rt_transport_tls(ssl, *transport, transport);
    if (status != RACTOR_OK)
        SSL_free(ssl);
    return status;
}

ractor_status rt_tls_accept(struct rt_tls *tls, ractor_transport **transport)
{
    SSL *ssl = new_ssl(tls, true);
    if (ssl == NULL)
        return RACTOR_ETLS;
    SSL_set_accept_state(ssl);
    return finish(ssl, transport);
}

/* Numeric addresses are compared with the certificate's addresses, names with its names. */
static bool expect_name(SSL *ssl, const char *server_name)
{
    X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(param, server_name) == 1)
        return true;
    ERR_clear_error();
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    /* OpenSSL copies the name, and yet does not take it as const. */
    return SSL_set1_host(ssl, server_name) == 1 &&
           SSL_set_tlsext_host_name(ssl, (char *)(uintptr_t)server_name) == 1;
}

ractor_status rt_tls_dial(struct rt_tls *tls, const char *server_name, ractor_transport **transport)
{
    SSL *ssl = new_ssl(tls, false);
    if (ssl == NULL)
        return RACTOR_ETLS;
    if (!expect_name(ssl, server_name)) {
        ERR_clear_error();
        SSL_free(ssl);
        return RACTOR_ENOMEM;
    }
    SSL_set_connect_state(ssl);
    return finish(ssl, transport);
}

/* ------------------------------------------------------------------ names of nodes */

static bool equals(const ASN1_IA5STRING *text, const char *name)
{
    size_t length = strlen(name);
    return (size_t)ASN1_STRING_length(text) == length &&
           memcmp(ASN1_STRING_get0_data(text), name, length) == 0;
}

static bool equals_host(const ASN1_IA5STRING *text, const char *host)
{
    size_t length = strlen(host);
    return (size_t)ASN1_STRING_length(text) == length &&
           strncasecmp((const char *)ASN1_STRING_get0_data(text), host, length) == 0;
}

static bool names_node(const GENERAL_NAME *name, const char *node_name, bool allows_host_names)
{
    char uri[sizeof URI_SCHEME + 256];
    const char *at = strchr(node_name, '@');
    switch (name->type) {
    case GEN_EMAIL:
        return equals(name->d.rfc822Name, node_name);
    case GEN_URI:
        (void)snprintf(uri, sizeof uri, URI_SCHEME "%s", node_name);
        return equals(name->d.uniformResourceIdentifier, uri);
    case GEN_DNS:
        return allows_host_names && at != NULL && equals_host(name->d.dNSName, at + 1);
    default:
        return false;
    }
}

static bool certifies(const X509 *certificate, const char *node_name, bool allows_host_names)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    bool is_named = false;
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && !is_named; i++)
        is_named = names_node(sk_GENERAL_NAME_value(names, i), node_name, allows_host_names);
    GENERAL_NAMES_free(names);
    return is_named;
}

bool rt_tls_allows_name(struct rt_tls *tls, ractor_transport *transport, const char *node_name)
{
    (void)pthread_mutex_lock(&tls->lock);
    bool is_mutual = tls->is_mutual;
    bool allows_host_names = tls->allows_host_names;
    (void)pthread_mutex_unlock(&tls->lock);
    SSL *ssl = rt_transport_ssl(transport);
    if (!is_mutual)
        return true;
    X509 *certificate = ssl != NULL ? SSL_get1_peer_certificate(ssl) : NULL;
    if (certificate == NULL)
        return false;
    bool is_allowed = SSL_get_verify_result(ssl) == X509_V_OK &&
                      certifies(certificate, node_name, allows_host_names);
    X509_free(certificate);
    return is_allowed;
}

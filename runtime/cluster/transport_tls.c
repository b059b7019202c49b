/* SPDX-License-Identifier: MIT */
/*
 * Encryption over another transport. OpenSSL is never blocked by its output: what the inner
 * transport does not take waits in `out`, so that a refused write leaves nothing behind and the
 * next one may bring other bytes.
 *
 *   write --> SSL --> [out] --> inner.write        read <-- SSL <-- inner.read
 *
 * Reader and writer take turns under the lock; no call under it blocks.
 */
#include "cluster/tls.h"

#include "base/alloc.h"
#include "cluster/buffer.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <string.h>

/* Taken at once by a write. */
#define WRITE_BYTES ((size_t)64 << 10)
/* A handshake with certificates has some kilobytes; a stranger's may not have more than this. */
#define HANDSHAKE_LIMIT_BYTES ((size_t)64 << 10)
/* A peer that asks for answers and does not read them is not read either past this. */
#define OUT_LIMIT_BYTES ((size_t)64 << 10)

struct tls {
    ractor_transport base;
    ractor_transport *inner;
    pthread_mutex_t lock;
    /* under lock */
    SSL *ssl;
    struct rt_buffer out;
    size_t handshake_bytes; /* that have arrived before the handshake was over */
    bool may_have_more;     /* the last read of the inner one filled what it was given */
    bool has_left_off;      /* the inner one has ended or broken */
    bool has_more;          /* the record that is being written is followed by another at once */
    bool is_shut;
    ractor_status failure; /* RACTOR_OK: none */
    ractor_transport_ready_fn ready;
    void *user;
    char why[RT_TLS_WHY_BYTES];
};

static struct tls *tls_of(ractor_transport *transport)
{
    return (struct tls *)transport;
}

/* ------------------------------------------------------------------ below OpenSSL */

static int bio_read(BIO *bio, char *bytes, size_t capacity, size_t *length)
{
    struct tls *tls = BIO_get_data(bio);
    bool is_stranger = !SSL_is_init_finished(tls->ssl);
    *length = 0;
    BIO_clear_retry_flags(bio);
    if (is_stranger && tls->handshake_bytes > HANDSHAKE_LIMIT_BYTES)
        return 0;
    ractor_status status = tls->inner->ops->read(tls->inner, bytes, capacity, length);
    if (is_stranger)
        tls->handshake_bytes += *length;
    if (status == RACTOR_EAGAIN) {
        tls->may_have_more = false;
        BIO_set_retry_read(bio);
        return 0;
    }
    tls->may_have_more = *length == capacity;
    tls->has_left_off = status != RACTOR_OK || *length == 0;
    return !tls->has_left_off;
}

/* Sends what waits, as far as there is room. RACTOR_ENODE. */
static ractor_status flush_out(struct tls *tls)
{
    struct rt_buffer *out = &tls->out;
    size_t n = 0;
    while (rt_buffer_length(out) != 0) {
        ractor_status status =
            tls->inner->ops->write(tls->inner, out->data + out->start, rt_buffer_length(out), &n);
        if (status == RACTOR_EAGAIN)
            return RACTOR_OK;
        if (status != RACTOR_OK) {
            tls->has_left_off = true;
            return status;
        }
        rt_buffer_consume(out, n);
    }
    rt_buffer_fini(out);
    return RACTOR_OK;
}

static ractor_status write_inner(struct tls *tls, const void *bytes, size_t size, size_t *length)
{
    const ractor_transport_ops *ops = tls->inner->ops;
    if (tls->has_more && ops->write_more != NULL)
        return ops->write_more(tls->inner, bytes, size, length);
    return ops->write(tls->inner, bytes, size, length);
}

static int bio_write(BIO *bio, const char *bytes, size_t size, size_t *length)
{
    struct tls *tls = BIO_get_data(bio);
    size_t n = 0;
    uint8_t *at;
    BIO_clear_retry_flags(bio);
    *length = 0;
    if (rt_buffer_length(&tls->out) == 0) {
        ractor_status status = write_inner(tls, bytes, size, &n);
        if (status != RACTOR_OK && status != RACTOR_EAGAIN) {
            tls->has_left_off = true;
            return 0;
        }
    }
    if (n < size) {
        if (rt_buffer_reserve(&tls->out, size - n, &at) != RACTOR_OK)
            return 0;
        memcpy(at, bytes + n, size - n);
        rt_buffer_commit(&tls->out, size - n);
    }
    *length = size;
    return 1;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF)
        return ((struct tls *)BIO_get_data(bio))->has_left_off;
    return command == BIO_CTRL_FLUSH;
}

static int bio_create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

/* One description of the functions above for the process: OpenSSL numbers them. */
static pthread_once_t method_once = PTHREAD_ONCE_INIT;
static BIO_METHOD *method;

static void make_method(void)
{
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ractor transport");
    if (method == NULL)
        return;
    (void)BIO_meth_set_read_ex(method, bio_read);
    (void)BIO_meth_set_write_ex(method, bio_write);
    (void)BIO_meth_set_ctrl(method, bio_control);
    (void)BIO_meth_set_create(method, bio_create);
}

/* ------------------------------------------------------------------ failures */

static void describe(struct tls *tls)
{
    unsigned long error = ERR_peek_last_error();
    const char *reason = error != 0 ? ERR_reason_error_string(error) : NULL;
    long verdict = SSL_get_verify_result(tls->ssl);
    if (reason == NULL)
        reason = tls->has_left_off ? "the connection ended" : "failed";
    if (tls->handshake_bytes > HANDSHAKE_LIMIT_BYTES)
        reason = "a handshake over the limit of bytes";
    if (verdict != X509_V_OK)
        (void)snprintf(tls->why, sizeof tls->why, "TLS: %s: %s", reason,
                       X509_verify_cert_error_string(verdict));
    else
        (void)snprintf(tls->why, sizeof tls->why, "TLS: %s", reason);
}

/* What an operation that did not succeed means. */
static ractor_status judge(struct tls *tls, int result)
{
    int error = SSL_get_error(tls->ssl, result);
    if (error == SSL_ERROR_WANT_READ)
        return RACTOR_EAGAIN;
    describe(tls);
    bool is_encryption = error == SSL_ERROR_SSL || !SSL_is_init_finished(tls->ssl);
    tls->failure = is_encryption ? RACTOR_ETLS : RACTOR_ENODE;
    ERR_clear_error();
    return tls->failure;
}

/* ------------------------------------------------------------------ the table */

static ractor_status read_locked(struct tls *tls, void *bytes, size_t capacity, size_t *length)
{
    if (tls->failure != RACTOR_OK)
        return tls->failure;
    if (tls->is_shut)
        return RACTOR_ENODE;
    (void)flush_out(tls);
    if (rt_buffer_length(&tls->out) > OUT_LIMIT_BYTES)
        return RACTOR_EAGAIN;
    ERR_clear_error();
    int result = SSL_read_ex(tls->ssl, bytes, capacity, length);
    if (result == 1)
        return RACTOR_OK;
    *length = 0;
    if (SSL_get_error(tls->ssl, result) == SSL_ERROR_ZERO_RETURN && SSL_is_init_finished(tls->ssl))
        return RACTOR_OK;
    return judge(tls, result);
}

static ractor_status tls_read(ractor_transport *transport, void *bytes, size_t capacity,
                              size_t *length)
{
    struct tls *tls = tls_of(transport);
    (void)pthread_mutex_lock(&tls->lock);
    ractor_status status = read_locked(tls, bytes, capacity, length);
    (void)pthread_mutex_unlock(&tls->lock);
    return status;
}

/* Records as long as the inner transport takes them whole. */
static ractor_status write_records(struct tls *tls, const uint8_t *bytes, size_t size,
                                   size_t *length)
{
    size_t most = size < WRITE_BYTES ? size : WRITE_BYTES;
    int result = SSL_is_init_finished(tls->ssl) ? 1 : SSL_do_handshake(tls->ssl);
    while (result == 1 && *length < most && rt_buffer_length(&tls->out) == 0) {
        size_t n = 0;
        tls->has_more = most - *length > SSL3_RT_MAX_PLAIN_LENGTH;
        result = SSL_write_ex(tls->ssl, bytes + *length, most - *length, &n);
        *length += n;
    }
    tls->has_more = false;
    if (result != 1 && *length == 0)
        return judge(tls, result);
    return *length != 0 ? RACTOR_OK : RACTOR_EAGAIN;
}

static ractor_status write_locked(struct tls *tls, const void *bytes, size_t size, size_t *length)
{
    if (tls->failure != RACTOR_OK)
        return tls->failure;
    if (tls->is_shut || flush_out(tls) != RACTOR_OK)
        return RACTOR_ENODE;
    if (size == 0)
        return RACTOR_OK;
    if (rt_buffer_length(&tls->out) != 0)
        return RACTOR_EAGAIN;
    ERR_clear_error();
    return write_records(tls, bytes, size, length);
}

static ractor_status tls_write(ractor_transport *transport, const void *bytes, size_t size,
                               size_t *length)
{
    struct tls *tls = tls_of(transport);
    *length = 0;
    (void)pthread_mutex_lock(&tls->lock);
    ractor_status status = write_locked(tls, bytes, size, length);
    /* The one who polls does not know yet that there is something to be sent on. */
    if (size != 0 && rt_buffer_length(&tls->out) != 0 && tls->ready != NULL)
        tls->ready(tls->user);
    (void)pthread_mutex_unlock(&tls->lock);
    return status;
}

static int tls_fd(const ractor_transport *transport)
{
    const ractor_transport *inner = ((const struct tls *)(const void *)transport)->inner;
    return inner->ops->fd != NULL ? inner->ops->fd(inner) : -1;
}

static void tls_watch(ractor_transport *transport, ractor_transport_ready_fn ready, void *user)
{
    struct tls *tls = tls_of(transport);
    (void)pthread_mutex_lock(&tls->lock);
    tls->ready = ready;
    tls->user = user;
    (void)pthread_mutex_unlock(&tls->lock);
    if (tls->inner->ops->watch != NULL)
        tls->inner->ops->watch(tls->inner, ready, user);
}

static unsigned tls_needs(ractor_transport *transport)
{
    struct tls *tls = tls_of(transport);
    unsigned needs = 0;
    (void)pthread_mutex_lock(&tls->lock);
    if (tls->may_have_more || SSL_has_pending(tls->ssl) != 0)
        needs |= RACTOR_TRANSPORT_HAS_INPUT;
    if (rt_buffer_length(&tls->out) != 0)
        needs |= RACTOR_TRANSPORT_HAS_OUTPUT;
    if (!SSL_is_init_finished(tls->ssl))
        needs |= RACTOR_TRANSPORT_WANTS_INPUT;
    (void)pthread_mutex_unlock(&tls->lock);
    return needs;
}

static const char *tls_why(ractor_transport *transport)
{
    struct tls *tls = tls_of(transport);
    (void)pthread_mutex_lock(&tls->lock);
    const char *why = tls->failure != RACTOR_OK ? tls->why : NULL;
    (void)pthread_mutex_unlock(&tls->lock);
    return why;
}

static void tls_shut(ractor_transport *transport)
{
    struct tls *tls = tls_of(transport);
    (void)pthread_mutex_lock(&tls->lock);
    if (!tls->is_shut && tls->failure == RACTOR_OK && SSL_is_init_finished(tls->ssl)) {
        (void)SSL_shutdown(tls->ssl); /* says goodbye; nobody waits for the peer's */
        ERR_clear_error();
    }
    tls->is_shut = true;
    (void)flush_out(tls);
    (void)pthread_mutex_unlock(&tls->lock);
    tls->inner->ops->shut(tls->inner);
}

static void tls_free(ractor_transport *transport)
{
    struct tls *tls = tls_of(transport);
    tls_shut(transport);
    SSL_free(tls->ssl);
    tls->inner->ops->free(tls->inner);
    rt_buffer_fini(&tls->out);
    (void)pthread_mutex_destroy(&tls->lock);
    rt_free(tls);
}

static const ractor_transport_ops tls_ops = {
    .read = tls_read,
    .write = tls_write,
    .fd = tls_fd,
    .watch = tls_watch,
    .needs = tls_needs,
    .why = tls_why,
    .shut = tls_shut,
    .free = tls_free,
};

ractor_status rt_transport_tls(SSL *ssl, ractor_transport *inner, ractor_transport **transport)
{
    (void)pthread_once(&method_once, make_method);
    BIO *bio = method != NULL ? BIO_new(method) : NULL;
    struct tls *tls = rt_calloc(1, sizeof *tls);
    if (bio == NULL || tls == NULL || pthread_mutex_init(&tls->lock, NULL) != 0) {
        (void)BIO_free(bio);
        rt_free(tls);
        return RACTOR_ENOMEM;
    }
    tls->base.ops = &tls_ops;
    tls->inner = inner;
    tls->ssl = ssl;
    BIO_set_data(bio, tls);
    SSL_set_bio(ssl, bio, bio); /* takes it */
    SSL_set_read_ahead(ssl, 1);
    (void)SSL_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
    /* Frames have lengths: an end without a goodbye is an end. */
    (void)SSL_set_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
    *transport = &tls->base;
    return RACTOR_OK;
}

SSL *rt_transport_ssl(ractor_transport *transport)
{
    return transport->ops == &tls_ops ? tls_of(transport)->ssl : NULL;
}

/* Before TLS 1.3, two connections could be made to have the same secrets, but for this extension
 * (RFC 7627). */
static bool has_own_secrets(SSL *ssl)
{
    return SSL_version(ssl) >= TLS1_3_VERSION || SSL_get_extms_support(ssl) == 1;
}

ractor_status rt_transport_binding(ractor_transport *transport,
                                   uint8_t binding[RT_TLS_BINDING_BYTES])
{
    static const char label[] = "EXPORTER-Channel-Binding";
    static const uint8_t no_context[1];
    SSL *ssl = rt_transport_ssl(transport);
    if (ssl == NULL)
        return RACTOR_ENOENT;
    struct tls *tls = tls_of(transport);
    (void)pthread_mutex_lock(&tls->lock);
    bool is_ok = SSL_is_init_finished(ssl) && has_own_secrets(ssl) &&
                 SSL_export_keying_material(ssl, binding, RT_TLS_BINDING_BYTES, label,
                                            sizeof label - 1, no_context, 0, 1) == 1;
    ERR_clear_error();
    (void)pthread_mutex_unlock(&tls->lock);
    return is_ok ? RACTOR_OK : RACTOR_ETLS;
}

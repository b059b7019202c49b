/* SPDX-License-Identifier: MIT */
#include "kinds.h"

#include "ca.h"
#include "cluster/tls.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void pair_of(const int fds[2], ractor_transport **left, ractor_transport **right)
{
    int small = 4096; /* so that a writer soon finds no room */
    for (int i = 0; i < 2; i++)
        (void)setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    ck_assert_int_eq(ractor_transport_from_fd(fds[0], left), RACTOR_OK);
    ck_assert_int_eq(ractor_transport_from_fd(fds[1], right), RACTOR_OK);
}

static void make_tcp(int fds[2])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listening, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(listening, 1), 0);
    ck_assert_int_eq(getsockname(listening, (struct sockaddr *)&address, &length), 0);
    fds[0] = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fds[0], (struct sockaddr *)&address, sizeof address), 0);
    fds[1] = accept(listening, NULL, NULL);
    ck_assert_int_ge(fds[1], 0);
    (void)close(listening);
}

static bool is_open_yet(ractor_transport *transport)
{
    uint8_t byte;
    size_t n;
    ck_assert_int_eq(transport->ops->read(transport, &byte, 1, &n), RACTOR_EAGAIN);
    return (transport->ops->needs(transport) & RACTOR_TRANSPORT_WANTS_INPUT) == 0;
}

void kind_encrypt(ractor_transport **left, ractor_transport **right)
{
    struct ca_subject subject = {.names = "DNS:localhost"};
    char why[RT_TLS_WHY_BYTES];
    struct rt_tls tls = {.lock = PTHREAD_MUTEX_INITIALIZER};
    ca_init();
    ca_sign("node", &subject);
    ractor_tls_options options = {
        .cert_file = ca_path("node.pem"),
        .key_file = ca_path("node.key"),
        .ca_file = ca_path("ca.pem"),
    };
    ck_assert_int_eq(rt_tls_load(&tls, &options, why), RACTOR_OK);
    ck_assert_int_eq(rt_tls_dial(&tls, "localhost", left), RACTOR_OK);
    ck_assert_int_eq(rt_tls_accept(&tls, right), RACTOR_OK);
    rt_tls_unload(&tls);
    ca_fini();
    bool is_left_open = false, is_right_open = false;
    while (!is_left_open || !is_right_open) {
        is_left_open = is_open_yet(*left);
        is_right_open = is_open_yet(*right);
    }
}

void kind_make(int kind, ractor_transport **left, ractor_transport **right)
{
    int fds[2];
    switch (kind) {
    case KIND_PIPE:
        ck_assert_int_eq(ractor_transport_pipe(0, left, right), RACTOR_OK);
        break;
    case KIND_TINY_PIPE:
        ck_assert_int_eq(ractor_transport_pipe(1, left, right), RACTOR_OK);
        break;
    case KIND_UNIX:
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
        pair_of(fds, left, right);
        break;
    case KIND_TLS_PIPE:
        kind_make(KIND_PIPE, left, right);
        kind_encrypt(left, right);
        break;
    case KIND_TLS_TCP:
        kind_make(KIND_TCP, left, right);
        kind_encrypt(left, right);
        break;
    default:
        make_tcp(fds);
        pair_of(fds, left, right);
        break;
    }
}

/* ------------------------------------------------------------------ drips */

struct drip {
    ractor_transport base;
    ractor_transport *inner;
    struct drip_options options;
    bool refuses_read, refuses_write;
    _Atomic(ractor_transport_ready_fn) ready;
    void *user;
};

static struct drip *drip_of(ractor_transport *transport)
{
    return (struct drip *)transport;
}

/* Every other attempt is refused; the transport is ready again at once. */
static bool is_refused(struct drip *drip, bool *refuses)
{
    ractor_transport_ready_fn ready = drip->ready;
    if (!drip->options.is_slow)
        return false;
    *refuses = !*refuses;
    if (*refuses && ready != NULL)
        ready(drip->user);
    return *refuses;
}

static ractor_status drip_read(ractor_transport *transport, void *bytes, size_t capacity,
                               size_t *length)
{
    struct drip *drip = drip_of(transport);
    if (drip->options.limit == 0) {
        *length = 0;
        return drip->options.fails ? RACTOR_ENODE : RACTOR_OK;
    }
    if (is_refused(drip, &drip->refuses_read))
        return RACTOR_EAGAIN;
    if (drip->options.is_slow)
        capacity = 1;
    if (drip->options.limit > 0 && capacity > (size_t)drip->options.limit)
        capacity = (size_t)drip->options.limit;
    ractor_status status = drip->inner->ops->read(drip->inner, bytes, capacity, length);
    if (status == RACTOR_OK && drip->options.limit > 0)
        drip->options.limit -= (long)*length;
    return status;
}

static ractor_status drip_write(ractor_transport *transport, const void *bytes, size_t size,
                                size_t *length)
{
    struct drip *drip = drip_of(transport);
    *length = 0;
    if (is_refused(drip, &drip->refuses_write))
        return RACTOR_EAGAIN;
    if (drip->options.is_slow && size > 1)
        size = 1;
    return drip->inner->ops->write(drip->inner, bytes, size, length);
}

static void drip_watch(ractor_transport *transport, ractor_transport_ready_fn ready, void *user)
{
    struct drip *drip = drip_of(transport);
    drip->user = user != NULL ? user : drip->user;
    drip->ready = ready;
    drip->inner->ops->watch(drip->inner, ready, user);
}

static void drip_shut(ractor_transport *transport)
{
    drip_of(transport)->inner->ops->shut(drip_of(transport)->inner);
}

static void drip_free(ractor_transport *transport)
{
    drip_of(transport)->inner->ops->free(drip_of(transport)->inner);
    free(transport);
}

static const ractor_transport_ops drip_ops = {
    .read = drip_read,
    .write = drip_write,
    .watch = drip_watch,
    .shut = drip_shut,
    .free = drip_free,
};

ractor_transport *drip_over(ractor_transport *inner, const struct drip_options *options)
{
    struct drip *drip = calloc(1, sizeof *drip);
    ck_assert_ptr_nonnull(drip);
    drip->base.ops = &drip_ops;
    drip->inner = inner;
    drip->options = *options;
    return &drip->base;
}

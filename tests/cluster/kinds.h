/* SPDX-License-Identifier: MIT */
/* The kinds of transport that the conformance suites run over, each as a connected pair. */
#ifndef TESTS_CLUSTER_KINDS_H
#define TESTS_CLUSTER_KINDS_H

#include <ractor/transport.h>

#include <stdbool.h>

enum { KIND_PIPE, KIND_TINY_PIPE, KIND_UNIX, KIND_TCP, KIND_TLS_PIPE, KIND_TLS_TCP, N_KINDS };

/* Makes both ends; fails the test when it cannot. */
void kind_make(int kind, ractor_transport **left, ractor_transport **right);

/* Puts encryption over both, under certificates made for it; the handshake is over. */
void kind_encrypt(ractor_transport **left, ractor_transport **right);

/* A transport over another, which it takes: it cuts what it carries into single bytes, refuses
 * every other attempt, and lets input end or fail after `limit` bytes. */
struct drip_options {
    bool is_slow; /* single bytes and refusals */
    long limit;   /* bytes that may be read; -1: all */
    bool fails;   /* at the limit: an error instead of the end */
};
ractor_transport *drip_over(ractor_transport *inner, const struct drip_options *options);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The enum that all loads use, as generated code would describe it:
 *
 *   enum Bench { Begin(actor, u64), Number(u64), [rpc] Get(u64) -> u64 }
 */
#ifndef BENCH_MESSAGES_H
#define BENCH_MESSAGES_H

#include <ractor/ractor.h>

struct bench_begin {
    ractor_ref peer;
    uint64_t n;
};

/* An actor of a load; a handler that it does not need may be NULL. */
struct bench_handlers {
    ractor_status (*begin)(ractor_context *ctx, void *state, const struct bench_begin *args);
    ractor_status (*number)(ractor_context *ctx, void *state, uint64_t number);
    ractor_status (*get)(ractor_context *ctx, void *state, uint64_t number, ractor_port *port);
};

extern const ractor_message_type bench_type;
extern const ractor_codec bench_u64_codec;

ractor_status bench_begin(ractor_ref to, ractor_ref peer, uint64_t n);
ractor_status bench_number(ractor_ref to, uint64_t number);
ractor_status bench_get(ractor_ref to, uint64_t number, uint64_t *reply);

#endif

/* SPDX-License-Identifier: MIT */
#include "messages.h"

enum tag { BEGIN, NUMBER, GET, N_TAGS };

const ractor_codec bench_u64_codec = {.size = sizeof(uint64_t), .align = _Alignof(uint64_t)};
static const ractor_codec begin_codec = {.size = sizeof(struct bench_begin),
                                         .align = _Alignof(struct bench_begin)};

static const ractor_variant variants[N_TAGS] = {
    [BEGIN] = {"Begin", &begin_codec, NULL, 0, 0},
    [NUMBER] = {"Number", &bench_u64_codec, NULL, 0, 0},
    [GET] = {"Get", &bench_u64_codec, &bench_u64_codec, RACTOR_VARIANT_RPC, 0},
};

static ractor_status dispatch(const void *handlers_, ractor_context *ctx, void *state, uint32_t tag,
                              const void *args, ractor_port *port)
{
    const struct bench_handlers *handlers = handlers_;
    switch (tag) {
    case BEGIN:
        return handlers->begin != NULL ? handlers->begin(ctx, state, args) : RACTOR_OK;
    case NUMBER:
        return handlers->number(ctx, state, *(const uint64_t *)args);
    default:
        return handlers->get(ctx, state, *(const uint64_t *)args, port);
    }
}

static const char *missing(const void *handlers)
{
    (void)handlers;
    return NULL;
}

const ractor_message_type bench_type = {
    .name = "bench.Bench",
    .variants = variants,
    .n_variants = N_TAGS,
    .flags = RACTOR_TYPE_LOCAL,
    .dispatch = dispatch,
    .missing = missing,
};

ractor_status bench_begin(ractor_ref to, ractor_ref peer, uint64_t n)
{
    struct bench_begin args = {peer, n};
    return ractor_send(to, &bench_type, BEGIN, &args);
}

ractor_status bench_number(ractor_ref to, uint64_t number)
{
    return ractor_send(to, &bench_type, NUMBER, &number);
}

ractor_status bench_get(ractor_ref to, uint64_t number, uint64_t *reply)
{
    return ractor_call(to, &bench_type, GET, &number, RACTOR_TIMEOUT_DEFAULT, reply, NULL);
}

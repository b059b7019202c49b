/* SPDX-License-Identifier: MIT */
#include "tour.h"

#include <stdio.h>
#include <stdlib.h>

struct adder {
    uint64_t sum;
};

static ractor_status adder_add(ractor_context *ctx, void *state, const tour_adder_add *msg)
{
    if (msg->amount == 13)
        return ractor_fail(ctx, "13 brings bad luck");
    ((struct adder *)state)->sum += msg->amount;
    return RACTOR_OK;
}

static ractor_status adder_sum(ractor_context *ctx, void *state, tour_adder_sum_port *reply)
{
    (void)ctx;
    return tour_adder_sum_reply(reply, ((struct adder *)state)->sum);
}

const ractor_actor_class adder_class = {
    TOUR_ADDER_HANDLERS(adder),
    .state_bytes = sizeof(struct adder),
};

struct clerk {
    uint32_t n_filed;
};

static ractor_status clerk_start(ractor_context *ctx, void *state, const void *args)
{
    (void)state;
    const uint32_t *n_pens = args;
    return n_pens != NULL && *n_pens == 0 ? ractor_fail(ctx, "no pen") : RACTOR_OK;
}

static ractor_status clerk_file(ractor_context *ctx, void *state, const tour_clerk_file *msg)
{
    (void)ctx;
    (void)msg;
    ((struct clerk *)state)->n_filed++;
    return RACTOR_OK;
}

static ractor_status clerk_filed(ractor_context *ctx, void *state, tour_clerk_filed_port *reply)
{
    (void)ctx;
    return tour_clerk_filed_reply(reply, ((struct clerk *)state)->n_filed);
}

const ractor_actor_class clerk_class = {
    TOUR_CLERK_HANDLERS(clerk),
    .state_bytes = sizeof(struct clerk),
    .pre_start = clerk_start,
};

void expect(ractor_status status, ractor_status wanted, const char *what)
{
    if (status == wanted)
        return;
    (void)fprintf(stderr, "%s: %s\n", what, ractor_strerror(status));
    exit(1);
}

ractor_runtime *start(void)
{
    ractor_runtime *runtime = NULL;
    /* Calls that would wait for each other fail at once, instead of at their deadline. */
    ractor_runtime_options options = {.log_quiet = 1, .check_calls = 1};
    expect(ractor_runtime_start(&options, &runtime), RACTOR_OK, "start");
    return runtime;
}

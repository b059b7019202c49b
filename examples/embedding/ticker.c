/* SPDX-License-Identifier: MIT */
#include "ticker.h"

#define PERIOD_MS 10

struct ticker {
    uint64_t n_ticks;
};

static ractor_status ticker_tick(ractor_context *ctx, void *state)
{
    (void)ctx;
    ((struct ticker *)state)->n_ticks++;
    return RACTOR_OK;
}

static ractor_status ticker_count(ractor_context *ctx, void *state, demo_ticker_count_port *port)
{
    const struct ticker *ticker = state;
    (void)ctx;
    return demo_ticker_count_reply(port, ticker->n_ticks);
}

static const ractor_actor_class ticker_class = {
    DEMO_TICKER_HANDLERS(ticker),
    .state_bytes = sizeof(struct ticker),
};

ractor_status ticker_start(ractor_runtime **runtime, demo_ticker_ref *ticker)
{
    ractor_runtime_options options = {.polled = 1};
    ractor_status status = ractor_runtime_start(&options, runtime);
    if (status != RACTOR_OK)
        return status;
    status = demo_ticker_spawn(*runtime, &ticker_class, NULL, NULL, ticker);
    if (status == RACTOR_OK)
        status = ractor_send_interval(ticker->any, &demo_ticker_type, DEMO_TICKER_TICK, NULL,
                                      PERIOD_MS, NULL);
    if (status != RACTOR_OK)
        ractor_runtime_stop(*runtime);
    return status;
}

/* SPDX-License-Identifier: MIT */
/* A program with a libuv loop and one thread: uv_poll tells when the actors want to run. */
#include "ticker.h"

#include <stdio.h>
#include <uv.h>

#define ROUNDS 4
#define BUDGET 1000 /* turns of actors between two looks at everything else */

struct host {
    ractor_runtime *runtime;
    demo_ticker_ref ticker;
    uv_poll_t poll;
    uv_timer_t timer;
    int n_rounds;
    int failed;
};

static void end(struct host *host, int failed)
{
    host->failed = failed;
    uv_close((uv_handle_t *)&host->poll, NULL);
    uv_close((uv_handle_t *)&host->timer, NULL);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct host *host = poll->data;
    (void)events;
    if (status != 0 || ractor_runtime_poll(host->runtime, BUDGET, NULL) != RACTOR_OK)
        end(host, 1);
}

/* The host's own work: every 25 milliseconds it asks how many ticks there were. */
static void on_timer(uv_timer_t *timer)
{
    struct host *host = timer->data;
    uint64_t n_ticks = 0;
    /* A call on this thread runs the actors until the reply is there. */
    ractor_status status = demo_ticker_call_count(host->ticker, 1000, &n_ticks);
    printf("%s, %llu ticks\n", ractor_strerror(status), (unsigned long long)n_ticks);
    if (status != RACTOR_OK || ++host->n_rounds == ROUNDS)
        end(host, status != RACTOR_OK);
}

int main(void)
{
    struct host host = {.n_rounds = 0};
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0 || ticker_start(&host.runtime, &host.ticker) != RACTOR_OK)
        return 1;
    host.poll.data = &host;
    host.timer.data = &host;
    if (uv_poll_init(&loop, &host.poll, ractor_runtime_fd(host.runtime)) != 0 ||
        uv_timer_init(&loop, &host.timer) != 0)
        return 1;
    (void)uv_poll_start(&host.poll, UV_READABLE, on_readable);
    (void)uv_timer_start(&host.timer, on_timer, 25, 25);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    ractor_runtime_stop(host.runtime);
    (void)uv_loop_close(&loop);
    return host.failed;
}

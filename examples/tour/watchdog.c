/* SPDX-License-Identifier: MIT */
/* A handler that is stuck is found, named, and here even helped. */
#include "tour.h"

#include <stdio.h>
#include <unistd.h>

static int ends[2];

/* Blocks its worker until somebody has written a byte. */
static ractor_status napper_file(ractor_context *ctx, void *state, const tour_clerk_file *msg)
{
    char byte;
    (void)state;
    (void)msg;
    return read(ends[0], &byte, 1) == 1 ? RACTOR_OK : ractor_fail(ctx, "nothing to read");
}

static ractor_status napper_filed(ractor_context *ctx, void *state, tour_clerk_filed_port *reply)
{
    (void)ctx;
    (void)state;
    return tour_clerk_filed_reply(reply, 1);
}

static const ractor_actor_class napper_class = {
    TOUR_CLERK_HANDLERS(napper),
    .name = "napper",
};

static void on_stuck(void *user, const ractor_stuck_report *report)
{
    (void)user;
    if (report->type != &tour_clerk_type)
        return; /* the machine was busy elsewhere */
    (void)printf("%s is stuck in %s of %s, %s\n", report->name, report->hook,
                 report->type->variants[report->tag].name,
                 report->n_frames != 0 ? "and this is its stack" : "and does not say where");
    if (write(ends[1], "x", 1) != 1)
        (void)printf("nor can it be helped\n");
}

int main(void)
{
    const ractor_runtime_options options = {
        .n_workers = 1, .log_quiet = 1, .stuck_ms = 20, .on_stuck = on_stuck};
    ractor_runtime *runtime = NULL;
    tour_clerk_ref napper;
    uint32_t n_filed = 0;
    if (pipe(ends) != 0)
        return 1;
    expect(ractor_runtime_start(&options, &runtime), RACTOR_OK, "start");
    expect(tour_clerk_spawn(runtime, &napper_class, NULL, NULL, &napper), RACTOR_OK, "spawn");
    expect(tour_clerk_send_file(napper, 1), RACTOR_OK, "send");
    expect(tour_clerk_call_filed(napper, RACTOR_TIMEOUT_NONE, &n_filed), RACTOR_OK, "call");
    (void)printf("it goes on\n");
    ractor_runtime_stop(runtime);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* An actor whose handlers block has a thread of its own, and the others go on. */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

struct reader {
    int fd;
    uint32_t n_filed;
};

static ractor_status reader_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct reader *)state)->fd = *(const int *)args;
    return RACTOR_OK;
}

/* Blocks until somebody has written a byte. */
static ractor_status reader_file(ractor_context *ctx, void *state, const tour_clerk_file *msg)
{
    struct reader *reader = state;
    char byte;
    (void)msg;
    if (read(reader->fd, &byte, 1) != 1)
        return ractor_fail(ctx, "nothing to read");
    reader->n_filed++;
    return RACTOR_OK;
}

static ractor_status reader_filed(ractor_context *ctx, void *state, tour_clerk_filed_port *reply)
{
    (void)ctx;
    return tour_clerk_filed_reply(reply, ((struct reader *)state)->n_filed);
}

static const ractor_actor_class reader_class = {
    TOUR_CLERK_HANDLERS(reader),
    .state_bytes = sizeof(struct reader),
    .pre_start = reader_start,
};

int main(void)
{
    const ractor_runtime_options options = {.n_workers = 1, .log_quiet = 1};
    const ractor_spawn_options pinned = {.pinned = 1};
    ractor_runtime *runtime = NULL;
    tour_clerk_ref reader;
    tour_adder_ref adder;
    uint32_t n_filed = 0;
    uint64_t sum = 0;
    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    expect(ractor_runtime_start(&options, &runtime), RACTOR_OK, "start");
    expect(tour_clerk_spawn(runtime, &reader_class, &pinned, &ends[0], &reader), RACTOR_OK,
           "spawn the reader");
    expect(tour_adder_spawn(runtime, &adder_class, NULL, NULL, &adder), RACTOR_OK, "spawn");

    expect(tour_clerk_send_file(reader, 1), RACTOR_OK, "send to the reader");
    for (uint64_t i = 1; i <= 100; i++)
        expect(tour_adder_send_add(adder, i % 10), RACTOR_OK, "send");
    expect(tour_adder_call_sum(adder, RACTOR_TIMEOUT_NONE, &sum), RACTOR_OK, "call");
    (void)printf("the reader blocks; the adder, on the only worker, has added up %" PRIu64 "\n",
                 sum);

    if (write(ends[1], "x", 1) != 1)
        return 1;
    expect(tour_clerk_call_filed(reader, RACTOR_TIMEOUT_NONE, &n_filed), RACTOR_OK, "call");
    (void)printf("a byte came, and the reader has filed %" PRIu32 " page\n", n_filed);
    ractor_runtime_stop(runtime);
    (void)close(ends[0]);
    (void)close(ends[1]);
    return n_filed == 1 && sum == 450 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/* A boss with an adder for a child: it hears why the child has failed, and spawns another one. */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>

static ractor_status hire(ractor_context *ctx)
{
    tour_adder_ref child;
    ractor_spawn_options options = {.name = "adder", .supervisor = ractor_self(ctx)};
    return tour_adder_spawn(ractor_context_runtime(ctx), &adder_class, &options, NULL, &child);
}

static ractor_status boss_start(ractor_context *ctx, void *state)
{
    (void)state;
    return hire(ctx);
}

static ractor_status boss_event(ractor_context *ctx, void *state,
                                const ractor_supervision_event *event)
{
    (void)state;
    if (event->kind != RACTOR_EVENT_ACTOR_FAILED)
        return RACTOR_OK;
    (void)printf("the adder has failed: %.*s; hiring another one\n", RACTOR_STR_ARG(event->reason));
    return hire(ctx);
}

static const ractor_actor_class boss_class = {
    .name = "boss",
    .post_start = boss_start,
    .handle_supervisor_event = boss_event,
};

/* The adder of this moment, once there is one that is not `before`. */
static tour_adder_ref find_other_than(ractor_runtime *runtime, ractor_ref before)
{
    tour_adder_ref found = {before};
    while (tour_adder_find(runtime, "adder", &found) != RACTOR_OK ||
           ractor_ref_equal(found.any, before))
        continue;
    return found;
}

int main(void)
{
    ractor_runtime *runtime = start();
    ractor_ref boss;
    const ractor_ref nobody = {NULL, 0};
    uint64_t sum = 1;
    expect(ractor_spawn(runtime, &boss_class, NULL, NULL, &boss), RACTOR_OK, "spawn");
    tour_adder_ref first = find_other_than(runtime, nobody);
    expect(tour_adder_send_add(first, 13), RACTOR_OK, "send");
    expect(ractor_wait(first.any, RACTOR_TIMEOUT_NONE), RACTOR_OK, "wait");
    tour_adder_ref second = find_other_than(runtime, first.any);
    expect(tour_adder_call_sum(second, 1000, &sum), RACTOR_OK, "call");
    (void)printf("the new one begins at %" PRIu64 "\n", sum);

    expect(ractor_stop_and_wait(boss, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK, "stop");
    expect(ractor_wait(second.any, RACTOR_TIMEOUT_NONE), RACTOR_OK, "wait");
    (void)printf("the boss has ended, and its child with it\n");
    ractor_runtime_stop(runtime);
    return sum == 0 ? 0 : 1;
}

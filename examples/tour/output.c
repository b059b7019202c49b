/* SPDX-License-Identifier: MIT */
/* An output port: one publishes readings, and each subscriber gets them as messages of its own. */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>

struct reading {
    uint32_t celsius;
};

/* The adder gets every reading, the clerk a page for the high ones. */
static void to_adder(void *user, const void *value, ractor_output_sink *sink)
{
    const struct reading *reading = value;
    tour_adder_add add = {.amount = reading->celsius};
    (void)user;
    ractor_output_emit(sink, TOUR_ADDER_ADD, &add);
}

static void to_clerk(void *user, const void *value, ractor_output_sink *sink)
{
    const struct reading *reading = value;
    tour_clerk_file file = {.page = reading->celsius};
    (void)user;
    if (reading->celsius > 25)
        ractor_output_emit(sink, TOUR_CLERK_FILE, &file);
}

int main(void)
{
    static const struct reading readings[] = {{20}, {30}, {25}, {27}};
    ractor_runtime *runtime = start();
    ractor_output *output = NULL;
    tour_adder_ref adder;
    tour_clerk_ref clerk;
    uint64_t sum = 0;
    uint32_t n_high = 0;
    expect(tour_adder_spawn(runtime, &adder_class, NULL, NULL, &adder), RACTOR_OK, "spawn");
    expect(tour_clerk_spawn(runtime, &clerk_class, NULL, NULL, &clerk), RACTOR_OK, "spawn");
    expect(ractor_output_new(&output), RACTOR_OK, "port");

    ractor_subscription_options all = {.type = &tour_adder_type, .convert = to_adder};
    ractor_subscription_options high = {.type = &tour_clerk_type, .convert = to_clerk};
    expect(ractor_output_subscribe(output, adder.any, &all), RACTOR_OK, "subscribe");
    expect(ractor_output_subscribe(output, clerk.any, &high), RACTOR_OK, "subscribe");
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        expect(ractor_output_publish(output, &readings[i]), RACTOR_OK, "publish");

    /* What was published is in the mailboxes by now, before the calls. */
    expect(tour_adder_call_sum(adder, 1000, &sum), RACTOR_OK, "call");
    expect(tour_clerk_call_filed(clerk, 1000, &n_high), RACTOR_OK, "call");
    (void)printf("all readings: %" PRIu64 ", high ones: %" PRIu32 "\n", sum, n_high);

    expect(ractor_output_unsubscribe(output, clerk.any), RACTOR_OK, "unsubscribe");
    (void)printf("subscriptions left: %zu\n", ractor_output_subscribers(output));
    ractor_output_free(output);
    ractor_runtime_stop(runtime);
    return sum == 102 && n_high == 2 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/*
 * A reference that can do less than the actor behind it: a reader may ask an adder for its sum, and
 * add nothing. What it cannot do does not compile.
 */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>

/* Gets all that it needs, and no more. */
static uint64_t report(tour_reader_ref reader)
{
    uint64_t sum = 0;
    expect(tour_reader_call_sum(reader, 1000, &sum), RACTOR_OK, "call of a part");
    return sum;
}

int main(void)
{
    ractor_runtime *runtime = start();
    ractor_spawn_options options = {.name = "adder"};
    tour_adder_ref adder;
    tour_reader_ref found;
    expect(tour_adder_spawn(runtime, &adder_class, &options, NULL, &adder), RACTOR_OK, "spawn");
    expect(tour_adder_send_add(adder, 42), RACTOR_OK, "send");
    uint64_t sum = report(tour_adder_as_reader(adder));
    (void)printf("a reader has read %" PRIu64 "\n", sum);
    expect(tour_reader_find(runtime, "adder", &found), RACTOR_OK, "find as a reader");
    sum += report(found);
    ractor_runtime_stop(runtime);
    return sum == 84 ? 0 : 1;
}

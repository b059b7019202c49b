/* SPDX-License-Identifier: MIT */
/* Sends and calls: from a thread, to several actors at once, and what a call to nobody comes to. */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>

int main(void)
{
    ractor_runtime *runtime = start();
    tour_adder_ref one;
    tour_adder_ref two;
    uint64_t sum = 0;
    expect(tour_adder_spawn(runtime, &adder_class, NULL, NULL, &one), RACTOR_OK, "spawn");
    expect(tour_adder_spawn(runtime, &adder_class, NULL, NULL, &two), RACTOR_OK, "spawn");

    /* Messages of one sender to one actor arrive in order: the call sees all that was sent. */
    for (uint64_t i = 1; i <= 10; i++)
        expect(tour_adder_send_add(one, i), RACTOR_OK, "send");
    expect(tour_adder_call_sum(one, 1000, &sum), RACTOR_OK, "call");
    (void)printf("1 + ... + 10 = %" PRIu64 "\n", sum);

    /* Many calls at once, with one deadline. */
    ractor_ref both[] = {one.any, two.any};
    ractor_status statuses[2];
    uint64_t sums[2];
    expect(ractor_multi_call(both, 2, &tour_adder_type, TOUR_ADDER_SUM, NULL, 1000, statuses, sums,
                             NULL),
           RACTOR_OK, "calls");
    expect(statuses[0], RACTOR_OK, "first of two");
    expect(statuses[1], RACTOR_OK, "second of two");
    (void)printf("both: %" PRIu64 " and %" PRIu64 "\n", sums[0], sums[1]);

    expect(ractor_stop_and_wait(two.any, NULL, 1000), RACTOR_OK, "stop");
    ractor_status status = tour_adder_call_sum(two, 1000, &sum);
    expect(status, RACTOR_ENOENT, "call of an actor that has ended");
    (void)printf("the second has ended: %s\n", ractor_strerror(status));
    ractor_runtime_stop(runtime);
    return 0;
}

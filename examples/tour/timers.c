/* SPDX-License-Identifier: MIT */
/* Messages that are sent later or again and again, and an end that is set in advance. */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>

int main(void)
{
    ractor_runtime *runtime = start();
    tour_adder_ref adder;
    ractor_timer never;
    uint64_t sum = 0;
    const tour_adder_add one = {.amount = 1};
    const tour_adder_add hundred = {.amount = 100};
    expect(tour_adder_spawn(runtime, &adder_class, NULL, NULL, &adder), RACTOR_OK, "spawn");

    expect(
        ractor_send_after(adder.any, &tour_adder_type, TOUR_ADDER_ADD, &hundred, 3600000, &never),
        RACTOR_OK, "send after an hour");
    expect(ractor_send_interval(adder.any, &tour_adder_type, TOUR_ADDER_ADD, &one, 2, NULL),
           RACTOR_OK, "send every 2 ms");
    (void)printf("the hour's timer is %s\n",
                 ractor_timer_cancel(runtime, never) ? "canceled" : "over");
    while (sum < 3)
        expect(tour_adder_call_sum(adder, 1000, &sum), RACTOR_OK, "call");
    (void)printf("three ticks came\n");

    expect(ractor_exit_after(adder.any, 1, NULL), RACTOR_OK, "exit after");
    expect(ractor_wait(adder.any, RACTOR_TIMEOUT_NONE), RACTOR_OK, "wait");
    (void)printf("its time was up, and its timers have ended with it\n");
    ractor_runtime_stop(runtime);
    return sum < 100 ? 0 : 1;
}

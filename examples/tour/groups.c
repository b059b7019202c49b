/* SPDX-License-Identifier: MIT */
/* Finding actors: by name, and as members of a group. */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>

int main(void)
{
    ractor_runtime *runtime = start();
    tour_adder_ref adders[3];
    ractor_ref members[3];
    const char *const names[3] = {"red", "green", "blue"};
    for (int i = 0; i < 3; i++) {
        ractor_spawn_options options = {.name = names[i]};
        expect(tour_adder_spawn(runtime, &adder_class, &options, NULL, &adders[i]), RACTOR_OK,
               names[i]);
        members[i] = adders[i].any;
    }
    expect(ractor_pg_join(NULL, "colours", members, 3), RACTOR_OK, "join");
    ractor_ref found[8];
    size_t n_found = ractor_pg_members(runtime, NULL, "colours", found, 8);
    for (size_t i = 0; i < n_found && i < 8; i++)
        expect(tour_adder_send_add(tour_adder_ref_of(found[i]), 1), RACTOR_OK, "send to a member");

    tour_adder_ref green;
    uint64_t sum = 0;
    expect(tour_adder_find(runtime, "green", &green), RACTOR_OK, "find");
    expect(tour_adder_call_sum(green, 1000, &sum), RACTOR_OK, "call");
    (void)printf("green was found by its name, and has got %" PRIu64 " as a colour\n", sum);

    ractor_spawn_options taken = {.name = "red"};
    expect(tour_adder_spawn(runtime, &adder_class, &taken, NULL, &green), RACTOR_EEXIST, "red");
    (void)printf("there is one red only\n");
    ractor_runtime_stop(runtime);
    return sum == 1 ? 0 : 1;
}

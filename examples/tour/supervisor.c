/* SPDX-License-Identifier: MIT */
/*
 * The ready supervisor: children by specs, one that fails is started again under its name, and who
 * fails too often takes the supervisor along.
 */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>

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
    static const ractor_child_spec children[] = {
        {.actor_class = &adder_class, .name = "adder"},
        {.actor_class = &clerk_class, .name = "clerk", .restart = RACTOR_RESTART_TRANSIENT},
    };
    ractor_runtime *runtime = start();
    ractor_supervisor_options options = {.strategy = RACTOR_ONE_FOR_ONE,
                                         .max_restarts = 1,
                                         .window_ms = 60000,
                                         .children = children,
                                         .n_children = 2};
    ractor_supervisor top;
    const ractor_ref nobody = {NULL, 0};
    expect(ractor_supervisor_start(runtime, &options, &top), RACTOR_OK, "start");

    tour_adder_ref first = find_other_than(runtime, nobody);
    expect(tour_adder_send_add(first, 13), RACTOR_OK, "send");
    tour_adder_ref second = find_other_than(runtime, first.any);
    ractor_supervisor_counts counts;
    expect(ractor_supervisor_get_counts(top, 1000, &counts), RACTOR_OK, "counts");
    (void)printf("%" PRIu64 " children, %" PRIu64 " restart\n", counts.n_children,
                 counts.n_restarts);

    /* Another child, while it runs. */
    ractor_child_spec spec = {.actor_class = &adder_class, .id = "another"};
    ractor_ref another;
    expect(ractor_supervisor_start_child(top, &spec, 1000, &another), RACTOR_OK, "another");

    /* Once is allowed in a minute; twice is too often. */
    expect(tour_adder_send_add(second, 13), RACTOR_OK, "send");
    expect(ractor_wait(top.any, RACTOR_TIMEOUT_NONE), RACTOR_OK, "wait");
    bool has_ended = ractor_status_of(another) == RACTOR_ACTOR_STOPPED;
    (void)printf("it gave up, and its children have ended\n");
    ractor_runtime_stop(runtime);
    return has_ended && counts.n_restarts == 1 ? 0 : 1;
}

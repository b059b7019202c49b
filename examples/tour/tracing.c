/* SPDX-License-Identifier: MIT */
/*
 * Seeing messages pass: a tracer that prints spans, the W3C trace that a request came with, and the
 * runtime's counters. A real tracer would hand the spans to an exporter.
 */
#include "tour.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char traceparent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/* On the worker's thread, when a handler has returned. */
static void on_end(void *user, const ractor_trace_message *message)
{
    char text[RACTOR_TRACEPARENT_BYTES];
    if (message->trace == NULL || message->type == NULL)
        return;
    ractor_trace_format(message->trace, text);
    (void)printf("%s: %s\n", message->type->variants[message->tag].name, text);
    *(bool *)user = strncmp(text, traceparent, 36) == 0; /* the same trace */
}

int main(void)
{
    bool is_same = false;
    ractor_tracer tracer = {.on_end = on_end, .user = &is_same};
    ractor_runtime_options options = {.n_workers = 1, .tracer = &tracer};
    ractor_runtime *runtime = NULL;
    tour_adder_ref adder;
    uint64_t sum = 0;
    expect(ractor_runtime_start(&options, &runtime), RACTOR_OK, "start");
    expect(tour_adder_spawn(runtime, &adder_class, NULL, NULL, &adder), RACTOR_OK, "spawn");

    ractor_trace_context trace;
    expect(ractor_trace_parse(ractor_string_from(traceparent), RACTOR_STR(""), &trace), RACTOR_OK,
           "the request's header");
    expect(ractor_trace_begin(&trace), RACTOR_OK, "begin");
    expect(tour_adder_send_add(adder, 5), RACTOR_OK, "send");
    expect(tour_adder_call_sum(adder, 1000, &sum), RACTOR_OK, "call");
    ractor_trace_end();
    expect(tour_adder_send_add(adder, 5), RACTOR_OK, "send outside of the trace");

    expect(ractor_stop_and_wait(adder.any, NULL, 1000), RACTOR_OK, "stop");
    ractor_runtime_stats stats;
    ractor_runtime_get_stats(runtime, &stats);
    (void)printf("messages handled: %" PRIu64 "\n", stats.n_handled);
    ractor_runtime_stop(runtime);
    return is_same ? 0 : 1;
}

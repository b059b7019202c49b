/* SPDX-License-Identifier: MIT */
/*
 * The client's node: connects to a server, finds a counter there and uses it. The calls are those
 * that would reach a counter in this process.
 *
 * usage: client HOST PORT
 */
#include "counter.rc.h"

#include <ractor/cluster.h>
#include <ractor/ractor.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static ractor_status add(demo_counter_ref counter, uint64_t amount, const char *note)
{
    double start = now_us();
    ractor_status status = demo_counter_send_add(counter, amount, ractor_string_from(note));
    double took = now_us() - start;
    printf("cast Add(%llu, \"%s\")  %s  %.1f us\n", (unsigned long long)amount, note,
           ractor_strerror(status), took);
    return status;
}

static ractor_status get(demo_counter_ref counter)
{
    uint64_t total = 0;
    double start = now_us();
    ractor_status status = demo_counter_call_get(counter, 1000, &total);
    double took = now_us() - start;
    if (status == RACTOR_OK)
        printf("call Get()  %llu  %.1f us\n", (unsigned long long)total, took);
    return status;
}

static ractor_status notes(demo_counter_ref counter, uint32_t max)
{
    demo_counter_notes_result reply;
    double start = now_us();
    ractor_status status = demo_counter_call_notes(counter, max, 1000, &reply);
    double took = now_us() - start;
    if (status != RACTOR_OK)
        return status;
    printf("call Notes(%u)  ", max);
    for (size_t i = 0; i < reply.value.length; i++)
        printf("\"%.*s\" ", RACTOR_STR_ARG(reply.value.data[i]));
    printf(" %.1f us\n", took);
    demo_counter_notes_result_drop(&reply);
    return RACTOR_OK;
}

static ractor_status use_counter(ractor_runtime *runtime)
{
    demo_counter_ref counter = {.any = {0}};
    if (ractor_pg_members(runtime, NULL, "counters", &counter.any, 1) == 0)
        return RACTOR_ENOENT;
    ractor_status status = add(counter, 40, "forty of them");
    if (status == RACTOR_OK)
        status = add(counter, 2, "and two");
    for (int i = 0; i < 3 && status == RACTOR_OK; i++)
        status = get(counter);
    if (status == RACTOR_OK)
        status = notes(counter, 10);
    return status;
}

static ractor_status run(ractor_runtime *runtime, const char *host, uint16_t port)
{
    ractor_node *node = NULL;
    ractor_node_options options = {
        .name = "client", .cookie = "a long shared secret", .is_dial_only = true};
    ractor_status status = ractor_node_start(runtime, &options, &node);
    if (status != RACTOR_OK)
        return status;
    status = ractor_cluster_connect(node, host, port, 5000);
    if (status == RACTOR_OK) {
        printf("connected to %s:%u\n", host, port);
        status = use_counter(runtime);
    }
    ractor_node_stop(node);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: client HOST PORT\n");
        return 2;
    }
    ractor_runtime *runtime = NULL;
    ractor_runtime_options options = {.log_level = RACTOR_LOG_INFO};
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    ractor_status status = ractor_runtime_start(&options, &runtime);
    if (status == RACTOR_OK) {
        status = run(runtime, argv[1], (uint16_t)strtoul(argv[2], NULL, 10));
        ractor_runtime_stop(runtime);
    }
    if (status != RACTOR_OK)
        fprintf(stderr, "client: %s\n", ractor_strerror(status));
    return status == RACTOR_OK ? 0 : 1;
}

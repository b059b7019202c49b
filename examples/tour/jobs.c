/* SPDX-License-Identifier: MIT */
/*
 * A factory on another node: it is found like any actor there, and gets jobs by the calls that
 * a factory of this node gets. Jobs of one key meet at one worker, from whichever node they come.
 */
#include "tour.h"

#include <ractor/cluster.h>

#include <inttypes.h>
#include <stdio.h>

#define WAIT_MS 20000

static ractor_node *start_node(ractor_runtime *runtime, const char *name)
{
    ractor_node *node = NULL;
    ractor_node_options options = {.name = name, .cookie = "a long shared secret"};
    expect(ractor_node_start(runtime, &options, &node), RACTOR_OK, name);
    return node;
}

static void start_factory(ractor_runtime *runtime, ractor_factory *factory)
{
    ractor_factory_options options = {
        .name = "adders", .worker_class = &adder_class, .n_workers = 3};
    expect(ractor_factory_start(runtime, &options, factory), RACTOR_OK, "factory");
}

static void add(ractor_factory factory, const char *account, uint64_t amount)
{
    tour_adder_add args = {.amount = amount};
    ractor_job job = {.key = ractor_job_key(account),
                      .type = &tour_adder_type,
                      .tag = TOUR_ADDER_ADD,
                      .args = &args,
                      .ttl_ms = WAIT_MS};
    expect(ractor_factory_cast(factory, &job), RACTOR_OK, "cast");
}

static ractor_status ask(ractor_factory factory, const char *account, uint64_t *sum)
{
    ractor_job job = {
        .key = ractor_job_key(account), .type = &tour_adder_type, .tag = TOUR_ADDER_SUM};
    return ractor_factory_call(factory, &job, WAIT_MS, sum, NULL);
}

int main(void)
{
    ractor_runtime *here = start(), *there = start();
    ractor_node *alpha = start_node(here, "alpha"), *beta = start_node(there, "beta");
    ractor_factory adders, remote;
    uint64_t sum = 0;
    start_factory(there, &adders);
    expect(ractor_cluster_connect(alpha, "localhost", ractor_node_port(beta), WAIT_MS), RACTOR_OK,
           "connect");
    expect(ractor_node_find(alpha, "beta@localhost", "adders", &remote.any), RACTOR_OK, "find");

    add(remote, "anna", 40);
    add(remote, "anna", 2);
    expect(ask(remote, "anna", &sum), RACTOR_OK, "call");
    (void)printf("the worker of anna's jobs has added up %" PRIu64 "\n", sum);

    expect(ractor_factory_resize(remote, 5), RACTOR_ENOTSUP, "resize from afar");
    (void)printf("orders are for the factory's own node\n");

    expect(ractor_kill_and_wait(adders.any, WAIT_MS), RACTOR_OK, "kill");
    expect(ask(remote, "anna", &sum), RACTOR_ENOENT, "call of a dead factory");
    (void)printf("the factory has ended, as its users on other nodes hear\n");
    ractor_node_stop(alpha);
    ractor_node_stop(beta);
    ractor_runtime_stop(here);
    ractor_runtime_stop(there);
    return sum == 42 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/* What the two programs of the cluster's benchmark share: clocks, latencies, the other process. */
#ifndef BENCH_CLUSTER_COMMON_H
#define BENCH_CLUSTER_COMMON_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BENCH_LARGE_BYTES ((size_t)64 << 10)
#define BENCH_OUTSTANDING 64
#define BENCH_STRANGERS 11000

/* What a load measures. */
struct bench_load {
    const char *name;
    /* Runs it with `n` messages and gives its figure. */
    double (*run)(void *user, uint64_t n);
};

double bench_seconds_now(void);

/* Ends the process when `is_ok` is false: a load that fails has no figure. */
void bench_must(int is_ok, const char *what);

/* Calls `once` `n` times and gives the time that the share `quantile` of them stays below, in
 * microseconds. A tenth more before that is not counted. */
double bench_latency(uint64_t n, double quantile, void (*once)(void *user), void *user);

/* Runs `serve` in another process until this one ends. It tells its port through the descriptor.
 * BENCH_PEER_CPU names the core that it is bound to. */
uint16_t bench_fork(void (*serve)(int port_pipe));
void bench_tell_port(int port_pipe, uint16_t port);

/* Lets this process have as many descriptors as the system allows; ends it when these are not
 * enough for the strangers. */
void bench_raise_descriptors(void);

/* Connects BENCH_STRANGERS times from another process, which ends with this one, and returns when
 * all are there. None authenticates; a thousand of them send a byte a second. */
void bench_strangers(uint16_t port);

/* The peak of this process' resident memory, in MB. */
double bench_peak_mb(void);

/* Runs the load that the arguments name and prints its figure; "none" for one that is not here. */
int bench_main(int argc, char **argv, const struct bench_load *loads, size_t n_loads, void *user);

#endif
